#include "kind/kubeconfig.h"

#include "base/clock.h"
#include "base/enc.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "kind/kubeconfig_map.h"
#include "kube/config.h"

/* long enough for the edits of one kubectl command to be put right together, short enough to be at once */
#define DRIFT_SETTLES (60 * CLOCK_MS)

#define AT(type, member) offsetof(struct type, member)

static const struct field secret_fields[] = {
	{"name", FIELD_TEXT, AT(kubeconfig_secret, name), .required = true,
	 .doc = "Name of the Secret."},
	{"key", FIELD_TEXT, AT(kubeconfig_secret, key),
	 .doc = "Key in the Secret; value, or else value.yaml, by default."},
	{.name = NULL},
};

const struct field kubeconfig_fields[] = {
	{"configMapRef", FIELD_OBJECT, AT(kubeconfig_ref, config), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "A ConfigMap with the keys provider, cluster, address, ca.crt, audiences and "
		"serviceAccountName, for access without a static credential; the account wants the "
		"feature gate ObjectLevelWorkloadIdentity."},
	{"secretRef", FIELD_OBJECT, AT(kubeconfig_ref, secret), .sub = secret_fields,
	 .size = sizeof(struct kubeconfig_secret), .doc = "A Secret that holds a kubeconfig file."},
	{.name = NULL},
};

/* ---- a kubeconfig in a Secret ------------------------------------------------------------------ */

/* The Secret has none of the keys. */
static err *no_key(arena *mem, const struct reconcile *r, const struct kubeconfig_secret *s,
		   enum kubeconfig_texts texts)
{
	bool named = s->key && *s->key;
	const char *keys = named				  ? s->key
			   : texts == KUBECONFIG_OF_KUSTOMIZATION ? "value"
								  : "value' or 'value.yaml";
	return err_new(mem, ERR_INVALID,
		       "KubeConfig secret '%s/%s' does not contain a '%s' key with %s", r->ns,
		       s->name, keys,
		       texts == KUBECONFIG_OF_KUSTOMIZATION ? "a kubeconfig" : "data");
}

static err *read_secret(ctx *c, struct reconcile *r, const struct kubeconfig_secret *s,
			enum kubeconfig_texts texts, str *ret)
{
	struct resource secrets = {
		.gvk = {"", "v1", "Secret"}, .plural = "secrets", .namespaced = true};
	val *obj;
	err *e = client_get(c, r->client, &secrets, r->ns, s->name, false, &obj);
	if (err_code(e) == ERR_NOT_FOUND && texts == KUBECONFIG_OF_RELEASE)
		return err_new(c->mem, ERR_NOT_FOUND,
			       "could not get KubeConfig secret '%s/%s': secrets \"%s\" not found",
			       r->ns, s->name, s->name);
	TRY_AS(c->mem, e, "unable to read KubeConfig secret '%s/%s' error", r->ns, s->name);
	const val *data = val_get(obj, "data");
	const char *key = s->key && *s->key ? s->key : "value";
	const val *text = val_get(data, key);
	if (!text && !(s->key && *s->key))
		text = val_get(data, "value.yaml");
	if (!val_len(text))
		return no_key(c->mem, r, s, texts);
	if (!enc_unbase64(c->mem, val_as_str(text), ret))
		return err_new(c->mem, ERR_INVALID, "KubeConfig secret '%s/%s': '%s' is no base64",
			       r->ns, s->name, key);
	return NULL;
}

static err *from_secret(ctx *c, struct reconcile *r, const struct kubeconfig_secret *s,
			enum kubeconfig_texts texts, struct config **ret, const char **ret_key)
{
	str text;
	enum config_flags flags = r->house->options->insecure_tls ? CONFIG_INSECURE : 0;
	TRY(read_secret(c, r, s, texts, &text));
	err *e = config_parse(c->mem, text, "/", NULL, flags, ret);
	if (texts == KUBECONFIG_OF_RELEASE)
		TRY_AS(c->mem, e, "failed to load KubeConfig from secret '%s/%s'", r->ns, s->name);
	TRY(e);
	*ret_key = digest_hex(c->mem, DIGEST_SHA256, text);
	return NULL;
}

/* ---- clusters ---------------------------------------------------------------------------------- */

static bool may_write(void *arg)
{
	const struct house *h = arg;
	return leader_may_write(h->leader);
}

struct clusters *kubeconfig_clusters(struct house *h, const char *owner_group,
				     struct managed_settings managed,
				     void (*drifted)(void *house, const char *ns, const char *name))
{
	return clusters_open(&(struct clusters_settings){
		.live = {.loop = h->loop,
			 .client = h->client,
			 .owner_group = owner_group,
			 .managed = managed,
			 .settle = DRIFT_SETTLES,
			 .drifted = drifted,
			 .arg = h},
		.mapper = h->mapper,
		.may_write = may_write,
		.may_write_arg = h,
	});
}

err *kubeconfig_cluster(ctx *c, struct reconcile *r, struct clusters *cs,
			const struct kubeconfig_ref *k, enum kubeconfig_texts texts,
			struct cluster **ret_cluster)
{
	struct config *config;
	const char *key;
	if (!k) {
		clusters_drop(cs, r->ns, r->name);
		*ret_cluster = clusters_home(cs);
		return NULL;
	}
	if (k->secret)
		TRY(from_secret(c, r, k->secret, texts, &config, &key));
	else
		TRY(kubeconfig_map(c, r->house, r->ns, k->config->name, &config, &key));
	config->user_agent = r->house->config->user_agent;
	TRY(clusters_take(c->mem, cs, r->ns, r->name, key, config, ret_cluster));
	if (!k->secret) /* tokens change while the cluster stays */
		client_set_token((*ret_cluster)->client, config->token);
	return NULL;
}
