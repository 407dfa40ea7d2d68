#include "cli/build.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/path.h"
#include "cli/session.h"
#include "kube/client.h"

#define GROUP "kustomize.toolkit.fluxcd.io"
#define TIMEOUT (5 * 60 * CLOCK_SECOND)

struct build_live {
	ctx *ctx;
	struct client *client;
};

static void stop(void *client)
{
	client_close(client);
}

static err *find_cluster(const struct build *b, struct config **ret)
{
	const char *home = getenv("HOME"), *named = getenv("KUBECONFIG");
	const char *context = *b->context ? b->context : NULL;
	if (*b->kubeconfig)
		return config_file(b->mem, b->kubeconfig, context, ret);
	if (named && *named)
		return config_file(b->mem, named, context, ret);
	return config_file(b->mem, path_join(b->mem, home ? home : "/", ".kube/config"), context,
			   ret);
}

err *build_live_open(struct build *b)
{
	struct config *config;
	struct session *s;
	struct build_live *l = NEW(b->mem, struct build_live);
	TRY(find_cluster(b, &config));
	TRY(session_open(b->mem, TIMEOUT, &s));
	TRY(client_open(b->mem, session_loop(s), config, &l->client));
	arena_defer(b->mem, stop, l->client);
	l->ctx = session_ctx(s);
	b->live = l;
	return NULL;
}

err *build_live_kustomization(struct build_live *l, const char *ns, const char *name,
			      val **ret_object)
{
	struct resource r = {.gvk = {GROUP, "v1", "Kustomization"},
			     .plural = "kustomizations",
			     .namespaced = true};
	return client_get(l->ctx, l->client, &r, ns, name, false, ret_object);
}

err *build_live_variables(struct build_live *l, const char *ns, const val *from, val *vars)
{
	arena *mem = l->ctx->mem;
	const char *kind = val_text_or(val_get(from, "kind"), "");
	const char *name = val_text_or(val_get(from, "name"), "");
	bool secret = text_eq(kind, "Secret");
	struct resource r = {.gvk = {"", "v1", kind},
			     .plural = secret ? "secrets" : "configmaps",
			     .namespaced = true};
	val *object;
	if (!secret && !text_eq(kind, "ConfigMap"))
		return NULL;
	err *failed = client_get(l->ctx, l->client, &r, ns, name, false, &object);
	if (err_code(failed) == ERR_NOT_FOUND && val_as_bool(val_get(from, "optional"), false))
		return NULL;
	if (failed)
		return err_wrap(mem, failed, "substitute from '%s/%s' error", kind, name);
	const val *data = val_get(object, "data");
	for (uint32_t i = 0; val_is(data, VAL_MAP) && i < data->map.n; i++) {
		str value = val_as_str(data->map.p[i].value);
		if (secret && !enc_unbase64(mem, value, &value))
			return err_new(
				mem, ERR_INVALID,
				"substitute from '%s/%s' error: the key '%.*s' is not base64", kind,
				name, STR_ARG(data->map.p[i].key));
		val_set_str(mem, vars, data->map.p[i].key, val_str(mem, value));
	}
	return NULL;
}
