#include "kind/kubeconfig_map.h"

#include "crypt/digest.h"
#include "data/json.h"
#include "kind/account_token.h"
#include "kind/cloud.h"
#include "net/jwt.h"
#include "source/cloud_cluster.h"

#define GATE "ObjectLevelWorkloadIdentity"

/* What the ConfigMap says, "" for what it does not; account: with the default one. It becomes a text and is read from it again when
 * the cluster wants another token. */
struct named {
	const char *provider, *cluster, *address, *ca, *account, *ns, *map;
	const val *audiences; /* a list */
};

static const char *text_in(const val *v, const char *key)
{
	return val_text_or(val_get(v, key), "");
}

static val *audiences_of(arena *mem, const char *lines)
{
	val *list = val_list(mem);
	str rest = str_of(lines), line;
	while (str_next(&rest, '\n', &line))
		if (str_trim(line).n)
			val_push(mem, list, val_str(mem, str_trim(line)));
	return list;
}

static char *pack(arena *mem, const struct named *n)
{
	val *v = val_map(mem);
	val_set_text(mem, v, "provider", n->provider);
	val_set_text(mem, v, "cluster", n->cluster);
	val_set_text(mem, v, "address", n->address);
	val_set_text(mem, v, "ca", n->ca);
	val_set_text(mem, v, "account", n->account);
	val_set_text(mem, v, "namespace", n->ns);
	val_set_text(mem, v, "map", n->map);
	val_set(mem, v, "audiences", val_copy(mem, n->audiences));
	return json_text(mem, v, JSON_PLAIN);
}

static err *unpack(arena *mem, const char *text, struct named *ret)
{
	val *v;
	TRY(json_parse(mem, str_of(text), &v));
	*ret = (struct named){.provider = text_in(v, "provider"),
			      .cluster = text_in(v, "cluster"),
			      .address = text_in(v, "address"),
			      .ca = text_in(v, "ca"),
			      .account = text_in(v, "account"),
			      .ns = text_in(v, "namespace"),
			      .map = text_in(v, "map"),
			      .audiences = val_get(v, "audiences")};
	return NULL;
}

/* ---- any cluster ---- */

/* A token that our own API server would take as this program's is for nobody else: who may write a ConfigMap could have it sent anywhere. */
static err *check_audiences(arena *mem, const struct named *n, const val *wanted, const val *own)
{
	for (size_t i = 0; i < val_len(wanted); i++) {
		const char *audience = val_as_text(val_at(wanted, i));
		bool ours = text_eq(val_as_text(own), audience);
		for (size_t j = 0; val_is(own, VAL_LIST) && j < val_len(own); j++)
			ours = ours || text_eq(val_as_text(val_at(own, j)), audience);
		if (ours)
			return err_new(mem, ERR_FORBIDDEN,
				       "the audience '%s' is this cluster's own, and tokens of the "
				       "controller for it are sent nowhere: name a "
				       "serviceAccountName in ConfigMap '%s/%s'",
				       audience, n->ns, n->map);
	}
	return NULL;
}

static err *ask_generic(ctx *c, struct house *h, const struct named *n, const val *audiences,
			const char **ret_token)
{
	const char *ns = n->ns, *account = n->account;
	const val *own;
	if (!*account) {
		TRY_AS(c->mem, account_own(c->mem, &ns, &account, &own),
		       "failed to create provider access token for the controller");
		TRY(check_audiences(c->mem, n, audiences, own));
	}
	const char *parts[] = {"generic cluster", ns, account,
			       json_text(c->mem, audiences, JSON_PLAIN)};
	const char *key = tokens_key(c->mem, parts, 4);
	*ret_token = tokens_recall(c->mem, h->tokens, key);
	if (*ret_token)
		return NULL;
	TRY_AS(c->mem, account_token(c, h->client, ns, account, audiences, ret_token),
	       "failed to create kubernetes token for service account '%s/%s'", ns, account);
	tokens_keep(h->tokens, key, *ret_token, jwt_end(c->mem, str_of(*ret_token)));
	return NULL;
}

static err *reach_generic(ctx *c, struct house *h, const struct named *n,
			  struct cloud_cluster *ret_cluster)
{
	val *address = val_list(c->mem);
	if (!*n->address)
		return err_new(c->mem, ERR_INVALID,
			       "cluster address is required to create a REST config: ConfigMap "
			       "'%s/%s' has no key 'address'",
			       n->ns, n->map);
	TRY_AS(c->mem, cloud_cluster_address(c->mem, n->address, &ret_cluster->server),
	       "failed to parse cluster address %s", n->address);
	val_push(c->mem, address, val_text(c->mem, n->address));
	ret_cluster->ca = n->ca;
	TRY_AS(c->mem,
	       ask_generic(c, h, n, val_len(n->audiences) ? n->audiences : address,
			   &ret_cluster->token),
	       CLOUD_NO_TOKEN);
	return NULL;
}

/* ---- one of a cloud's, or any ---- */

static err *check_gate(arena *mem, struct house *h, const struct named *n)
{
	if (!*n->account || options_gate(h->options, GATE))
		return NULL;
	return err_new(mem, ERR_UNSUPPORTED,
		       GATE " feature gate is not enabled, which the service account '%s/%s' of "
			    "ConfigMap '%s/%s' wants: run the controller with "
			    "--feature-gates=" GATE "=true",
		       n->ns, n->account, n->ns, n->map);
}

static err *reach(ctx *c, struct house *h, const struct named *n, struct cloud_cluster *ret_cluster)
{
	static const struct login direct = {.proxy = NULL};
	struct cloud_cluster_known known = {n->cluster, n->address, n->ca};
	TRY_AS(c->mem, check_gate(c->mem, h, n), CLOUD_NO_TOKEN);
	if (text_eq(n->provider, "generic"))
		return reach_generic(c, h, n, ret_cluster);
	if (cloud_cluster_has(n->provider))
		return cloud_cluster_reach(c, cloud_for(c->mem, h, n->ns, n->account, &direct),
					   n->provider, &known, ret_cluster);
	return err_new(
		c->mem, ERR_INVALID,
		"provider '%s' not implemented: the key 'provider' of ConfigMap '%s/%s' must "
		"be one of aws, azure, gcp, generic",
		n->provider, n->ns, n->map);
}

static err *renew(ctx *c, void *arg, const char *how, const char **ret_token)
{
	struct named n;
	struct cloud_cluster at;
	TRY(unpack(c->mem, how, &n));
	TRY(reach(c, arg, &n, &at));
	*ret_token = at.token;
	return NULL;
}

err *kubeconfig_map(ctx *c, struct house *h, const char *ns, const char *name,
		    struct config **ret_config, const char **ret_key)
{
	static const struct resource maps = {
		.gvk = {"", "v1", "ConfigMap"}, .plural = "configmaps", .namespaced = true};
	struct cloud_cluster at;
	val *obj;
	TRY_AS(c->mem, client_get(c, h->client, &maps, ns, name, false, &obj),
	       "failed to get configmap %s/%s", ns, name);
	const val *data = val_get(obj, "data");
	const char *fallback = h->options->default_kubeconfig_account;
	struct named n = {.provider = text_in(data, "provider"),
			  .cluster = text_in(data, "cluster"),
			  .address = text_in(data, "address"),
			  .ca = text_in(data, "ca.crt"),
			  .account = text_in(data, "serviceAccountName"),
			  .ns = ns,
			  .map = name,
			  .audiences = audiences_of(c->mem, text_in(data, "audiences"))};
	if (!*n.account && fallback)
		n.account = fallback;
	arena_secret(c->mem);
	TRY(reach(c, h, &n, &at));
	const char *how = pack(c->mem, &n);
	struct config *config = NEW(c->mem, struct config);
	config->server = at.server;
	config->tls.ca = str_of(at.ca);
	config->token = at.token;
	config->ns = "default";
	config->renewal = (struct config_renewal){renew, h, how, h->pool};
	*ret_config = config;
	/* where the cloud says the cluster is counts, too: it may be another one under an old name */
	*ret_key = digest_hex(c->mem, DIGEST_SHA256,
			      str_of(arena_printf(c->mem, "%s\n%s\n%s", how, at.server, at.ca)));
	return NULL;
}
