#include "cli/template_cluster.h"

#include <string.h>

#include "base/clock.h"
#include "cli/session.h"
#include "cli/template_objects.h"
#include "data/yaml.h"
#include "kube/lookup.h"

#define TIMEOUT (5 * CLOCK_MINUTE)

struct template_cluster {
	arena *mem;
	ctx *ctx;
	struct client *client;
	struct mapper *mapper;
	const char *version;
};

static void stop(void *arg)
{
	struct template_cluster *t = arg;
	mapper_close(t->mapper);
	client_close(t->client);
}

/* ---- what went wrong, in Go's words ---- */

/* A request that no answer came to. */
static const char *unanswered(arena *mem, const char *url, const err *e)
{
	const err *first = e;
	if (http_unsent(e) && !http_untrusted(e))
		return err_text(mem, e);
	while (first->cause)
		first = first->cause;
	const char *text = err_text(mem, first), *why = strstr(text, ": ");
	why = why ? why + 2 : text;
	if (http_untrusted(e)) {
		bool unknown = strstr(why, "issuer") || strstr(why, "self-signed") ||
			       strstr(why, "self signed");
		return arena_printf(mem, "Get \"%s\": tls: failed to verify certificate: x509: %s",
				    url, unknown ? "certificate signed by unknown authority" : why);
	}
	return arena_printf(mem, "Get \"%s\": %s", url, why);
}

/* client-go's words for a refusal of what is no object. */
static const char *refused(arena *mem, const err *e)
{
	switch (err_code(e)) {
	case ERR_UNAUTHORIZED:
		return "the server has asked for the client to provide credentials";
	case ERR_NOT_FOUND:
		return "the server could not find the requested resource";
	case ERR_INVALID:
		return "the server rejected our request for an unknown reason";
	case ERR_FORBIDDEN:
		return "unknown";
	case ERR_BUSY:
		return "the server is currently unable to handle the request";
	default:
		return err_text(mem, e);
	}
}

static err *unreachable(arena *mem, enum err_code code, const char *why)
{
	return err_new(mem, code,
		       "cluster reachability check failed: kubernetes cluster unreachable: %s",
		       why);
}

/* ---- opening ---- */

static err *reach(struct template_cluster *t, const struct config *config)
{
	val *answer;
	const char *url = arena_printf(t->mem, "%s/version", config->server);
	err *e = client_raw(t->ctx, t->client, "GET", "/version", NULL, &answer);
	bool none = err_code(e) == ERR_IO || err_code(e) == ERR_TIMEOUT;
	if (e)
		return unreachable(t->mem, err_code(e),
				   none ? unanswered(t->mem, url, e) : refused(t->mem, e));
	t->version = val_text_or(val_get(answer, "gitVersion"), "");
	return NULL;
}

err *template_cluster_open(arena *mem, const struct kube_access *a,
			   struct template_cluster **ret_cluster)
{
	struct template_cluster *t = NEW(mem, struct template_cluster);
	struct session *s;
	struct config *config;
	err *e = kube_access_config(mem, a, &config);
	if (e)
		return unreachable(mem, err_code(e), err_text(mem, e));
	t->mem = mem;
	TRY(session_open(mem, TIMEOUT, &s));
	t->ctx = session_ctx(s);
	TRY(client_open(mem, session_loop(s), config, &t->client));
	TRY(mapper_open(mem, t->client, &t->mapper));
	arena_defer(mem, stop, t);
	*ret_cluster = t;
	return reach(t, config);
}

/* ---- what charts see ---- */

static err *look_up(void *arg, arena *mem, const char *api_version, const char *kind,
		    const char *ns, const char *name, val **ret_object)
{
	struct template_cluster *t = arg;
	return lookup_find(t->ctx, t->client, t->mapper, mem, api_version, kind, ns, name,
			   ret_object);
}

err *template_cluster_tell(struct template_cluster *t, struct helm_options *o)
{
	const char **versions;
	TRY_AS(t->mem, mapper_api_versions(t->ctx, t->mapper, &versions, &o->api_version_count),
	       "could not get apiVersions from Kubernetes");
	o->api_versions = versions;
	o->api_versions_only = true;
	o->kube_version = t->version;
	o->live_version = true;
	o->heads_only = false;
	o->tmpl.lookup = look_up;
	o->tmpl.arg = t;
	return NULL;
}

/* ---- what would be installed ---- */

static err *documents(arena *mem, const struct helm_result *result, bool crds, val **ret)
{
	val *all = val_list(mem), *docs;
	for (size_t i = 0; crds && i < result->crds.n; i++) {
		TRY_AS(mem, yaml_parse_all(mem, result->crds.p[i].text, &docs), "error parsing ");
		for (size_t k = 0; k < val_len(docs); k++)
			val_push(mem, all, val_at(docs, k));
	}
	for (size_t i = 0; i < result->sorted.manifests.n; i++)
		val_push(mem, all, result->sorted.manifests.p[i].doc);
	*ret = all;
	return NULL;
}

err *template_cluster_check(struct template_cluster *t, const struct helm_result *result,
			    const struct template_install *how)
{
	struct objects_place place = {t->ctx, t->client, t->mapper, how->name, how->ns};
	struct objects all;
	val *docs;
	err *e = documents(t->mem, result, how->crds, &docs);
	if (!e)
		e = objects_build(&place, docs, how->validate, &all);
	if (e)
		return err_wrap(t->mem, e,
				"unable to build kubernetes objects from release manifest");
	if (how->is_upgrade)
		return NULL;
	TRY_AS(t->mem, objects_unclaimed(&place, &all, how->take_ownership),
	       "unable to continue with install");
	return NULL;
}
