/* Where the keys of spec.decryption come from: its Secret, the program's own, the environment; and how
 * services that hold keys themselves are reached. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/path.h"
#include "data/yaml.h"
#include "kind/account_token.h"
#include "kind/cloud.h"
#include "kind/kustomization_decrypt.h"
#include "source/clients.h"
#include "source/cloud_aws.h"
#include "source/cloud_azure.h"
#include "source/cloud_gcp.h"

#define EXCHANGE_TIMEOUT (30 * CLOCK_SECOND)
#define MAX_ANSWER ((size_t)1 << 20)
#define MAX_FILE ((size_t)1 << 20)

struct wallet {
	ctx *c;
	struct work *w;
	struct sops_keys *keys;
	struct map tokens;	   /* of Vault servers, by address */
	const struct cloud *cloud; /* the identity that the decryption has */
};

static const char *env(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

/* ---- exchanges -------------------------------------------------------------------------------- */

/* What Vault's own clients take from the environment. */
static err *vault_tls(arena *mem, struct login *login)
{
	const char *ca = env("VAULT_CACERT"), *skip = env("VAULT_SKIP_VERIFY");
	login->tls.insecure = text_eq(skip, "true") || text_eq(skip, "1");
	return ca ? file_read(mem, ca, MAX_FILE, &login->tls.ca) : NULL;
}

static err *exchange(void *arg, arena *mem, const struct sops_request *q,
		     struct sops_answer *ret_answer)
{
	struct wallet *wallet = arg;
	ctx *c = wallet->c;
	struct login login = {0};
	struct http *http;
	struct http_answer *a;
	struct http_header *headers = NEW_N(mem, struct http_header, SOPS_MAX_HEADERS + 1);
	for (size_t i = 0; q->headers[i].name; i++)
		headers[i] = (struct http_header){q->headers[i].name, q->headers[i].value};
	if (q->vault)
		TRY(vault_tls(mem, &login));
	TRY(clients_get(c->mem, wallet->w->r.house->clients, q->url, &login, &http));
	struct http_request send = {.method = q->method,
				    .url = q->url,
				    .headers = headers,
				    .body = q->body,
				    .max_answer = MAX_ANSWER,
				    .timeout = EXCHANGE_TIMEOUT};
	TRY(http_do_in(c, mem, http, &send, &a));
	*ret_answer = (struct sops_answer){a->status, a->body};
	return NULL;
}

/* ---- the environment -------------------------------------------------------------------------- */

static void add_place(buf *b, const char *place, bool last)
{
	buf_printf(b, "%s'%s'", b->n ? last ? ", and " : ", " : "", place);
}

/* Identities for everybody, where SOPS looks for them; and what it says when there are none. Keys of
 * ssh and commands are not looked at. */
static err *age_from_environment(arena *mem, struct sops_keys *keys)
{
	const char *home = env("HOME"), *config = env("XDG_CONFIG_HOME"), *file;
	buf places = buf_init(mem);
	str text;
	add_place(&places, "SOPS_AGE_SSH_PRIVATE_KEY_FILE", false);
	add_place(&places, "SOPS_AGE_SSH_PRIVATE_KEY_CMD", false);
	if (home) {
		add_place(&places, path_join(mem, home, ".ssh/id_ed25519"), false);
		add_place(&places, path_join(mem, home, ".ssh/id_rsa"), false);
	}
	if (env("SOPS_AGE_KEY"))
		TRY(sops_age_add(keys->mem, &keys->age, str_of(env("SOPS_AGE_KEY")), true));
	add_place(&places, "SOPS_AGE_KEY", false);
	file = env("SOPS_AGE_KEY_FILE");
	if (file) {
		TRY(file_read(keys->mem, file, MAX_FILE, &text));
		TRY(sops_age_add(keys->mem, &keys->age, text, false));
	}
	add_place(&places, "SOPS_AGE_KEY_FILE", false);
	file = config ? config : home ? path_join(mem, home, ".config") : NULL;
	add_place(&places, "SOPS_AGE_KEY_CMD", !file);
	if (file) {
		file = path_join(mem, file, "sops/age/keys.txt");
		add_place(&places, file, true);
		if (!file_read(keys->mem, file, MAX_FILE, &text))
			TRY(sops_age_add(keys->mem, &keys->age, text, false));
	}
	keys->age_missing =
		arena_printf(mem, ". Did not find keys in locations %s.", buf_text(&places));
	return NULL;
}

/* What no Secret has said. */
static err *from_environment(arena *mem, struct sops_keys *keys)
{
	char *host = arena_alloc(mem, 256);
	if (!keys->age.n)
		TRY(age_from_environment(mem, keys));
	const char *all = env("AWS_ENDPOINT_URL");
	keys->aws.kms_url = env("AWS_ENDPOINT_URL_KMS") ? env("AWS_ENDPOINT_URL_KMS") : all;
	keys->aws.sts_url = env("AWS_ENDPOINT_URL_STS") ? env("AWS_ENDPOINT_URL_STS") : all;
	if (!gethostname(host, 255))
		keys->aws.host = host;
	keys->vault.namespace_ = env("VAULT_NAMESPACE");
	keys->vault.allowed = env("SOPS_HC_VAULT_ALLOWLIST");
	if (!keys->vault.token && !keys->vault.login)
		keys->vault.token = env("VAULT_TOKEN");
	keys->gcp.url = env("SOPS_GCP_KMS_ENDPOINT");
	return NULL;
}

/* ---- clouds ----------------------------------------------------------------------------------- */

static err *ask_aws(void *arg, arena *mem, const char *region, struct aws_keys *ret_keys)
{
	struct wallet *w = arg;
	(void)mem;
	return cloud_aws_keys(w->c, w->cloud, region, NULL, ret_keys);
}

static err *ask_azure(void *arg, arena *mem, const char *scope, const char **ret_token)
{
	struct wallet *w = arg;
	(void)mem;
	return cloud_azure_token(w->c, w->cloud, scope, ret_token);
}

static err *ask_gcp(void *arg, arena *mem, const char **ret_token)
{
	struct wallet *w = arg;
	(void)mem;
	return cloud_gcp_token(w->c, w->cloud, ret_token);
}

/* Of clouds for which no Secret has credentials: those that the account of spec.decryption has there, or this program. */
static void from_clouds(struct wallet *w)
{
	const struct login direct = {.proxy = NULL};
	struct sops_keys *keys = w->keys;
	w->cloud = cloud_of(&w->w->r, w->w->k->decryption->account,
			    w->w->r.house->options->default_decryption_account, &direct);
	keys->aws.ask = ask_aws;
	keys->azure.ask = ask_azure;
	keys->gcp.ask = ask_gcp;
	keys->aws.ask_arg = keys->azure.ask_arg = keys->gcp.ask_arg = w;
}

/* ---- Vault by a ServiceAccount ---------------------------------------------------------------- */

/* The account of spec.decryption, or else the program's own. */
static err *find_account(struct wallet *wallet, const char **ret_ns, const char **ret_name)
{
	const struct options *o = wallet->w->r.house->options;
	const char *name = wallet->w->k->decryption->account;
	const val *audiences;
	if (!name || !*name)
		name = o->default_decryption_account;
	if (name && *name) {
		*ret_ns = wallet->w->r.ns;
		*ret_name = name;
		return NULL;
	}
	return account_own(wallet->keys->mem, ret_ns, ret_name, &audiences);
}

/* Where to log in to the server; only those that the ConfigMap names are trusted. */
static err *login_path(struct wallet *wallet, const char *address, const char **ret)
{
	arena *mem = wallet->c->mem;
	const struct options *o = wallet->w->r.house->options;
	const char *ns = o->runtime_namespace, *name = o->sops_vault_configmap, *text;
	struct resource maps = {
		.gvk = {"", "v1", "ConfigMap"}, .plural = "configmaps", .namespaced = true};
	val *obj, *config;
	TRY_AS(mem, client_get(wallet->c, wallet->w->r.client, &maps, ns, name, false, &obj),
	       "failed to get Vault ConfigMap '%s/%s'", ns, name);
	text = val_as_text(VAL_IN(obj, "data", "config.yaml"));
	if (!text)
		return err_new(mem, ERR_NOT_FOUND,
			       "Vault ConfigMap '%s/%s' is missing the 'config.yaml' key", ns,
			       name);
	TRY_AS(mem, yaml_parse(mem, str_of(text), &config),
	       "failed to parse 'config.yaml' in Vault ConfigMap '%s/%s'", ns, name);
	const val *all = val_get(config, "instances");
	for (size_t i = 0; val_is(all, VAL_LIST) && i < val_len(all); i++) {
		const char *path = val_text_or(val_get(val_at(all, i), "loginPath"), "");
		if (text_eq(val_as_text(val_get(val_at(all, i), "address")), address) && *path) {
			*ret = path;
			return NULL;
		}
	}
	return err_new(mem, ERR_FORBIDDEN,
		       "no Vault login path configured for address '%s' in ConfigMap '%s/%s'",
		       address, ns, name);
}

static err *vault_login(void *arg, arena *mem, const char *address, const char **ret_token)
{
	struct wallet *wallet = arg;
	const char *path, *ns, *name, *jwt;
	*ret_token = map_get(&wallet->tokens, address);
	if (*ret_token)
		return NULL;
	TRY(login_path(wallet, address, &path));
	TRY_AS(mem, find_account(wallet, &ns, &name),
	       "failed to derive Vault role for authentication");
	TRY_AS(mem, account_token_for(wallet->c, wallet->w->r.client, ns, name, address, &jwt),
	       "failed to issue Kubernetes token for Vault authentication");
	TRY(sops_vault_login(mem, &wallet->keys->vault, address, path,
			     arena_printf(mem, "%s_%s", ns, name), jwt, exchange, wallet,
			     ret_token));
	map_set(&wallet->tokens, address, arena_text(wallet->keys->mem, *ret_token));
	return NULL;
}

/* ---- Secrets ---------------------------------------------------------------------------------- */

/* Adds a Secret's entries; what: how texts speak of it; only_age: nothing but age's identities. */
static err *add_secret(struct wallet *wallet, const char *ns, const char *name, const char *what,
		       bool only_age)
{
	ctx *c = wallet->c;
	struct resource secrets = {
		.gvk = {"", "v1", "Secret"}, .plural = "secrets", .namespaced = true};
	const char *provider = wallet->w->k->decryption->provider;
	val *obj;
	err *e = client_get(c, wallet->w->r.client, &secrets, ns, name, false, &obj);
	if (err_code(e) == ERR_NOT_FOUND)
		return e;
	if (e)
		return err_wrap(c->mem, e, "cannot get %s %s Secret '%s/%s'", provider, what, ns,
				name);
	const val *data = val_get(obj, "data");
	for (uint32_t i = 0; val_is(data, VAL_MAP) && i < data->map.n; i++) {
		const char *key = str_text(c->mem, data->map.p[i].key);
		str content;
		if (only_age && !text_eq(path_ext(key), ".agekey"))
			continue;
		if (!enc_unbase64(c->mem, val_as_str(data->map.p[i].value), &content))
			return err_new(c->mem, ERR_INVALID, "the key '%s' is not base64", key);
		TRY_AS(c->mem, sops_keys_add(wallet->keys, key, content),
		       "failed to import '%s' data from %s %s Secret '%s/%s'", key, provider, what,
		       ns, name);
	}
	return NULL;
}

err *kustomization_keys(ctx *c, struct work *w, struct sops_keys **ret_keys)
{
	const struct decryption *d = w->k->decryption;
	const struct options *o = w->r.house->options;
	*ret_keys = NULL;
	if (!d)
		return NULL;
	arena_secret(c->mem);
	struct sops_keys *keys = sops_keys_open(c->mem);
	struct wallet *wallet = NEW(c->mem, struct wallet);
	*wallet = (struct wallet){.c = c, .w = w, .keys = keys, .tokens = map_init(c->mem)};
	if (d->secret)
		TRY(add_secret(wallet, w->r.ns, d->secret->name, "decryption", false));
	else if (o->sops_age_secret && *o->sops_age_secret)
		TRY(add_secret(wallet, o->runtime_namespace, o->sops_age_secret,
			       "SOPS age decryption", true));
	keys->exchange = exchange;
	keys->exchange_arg = wallet;
	if (!keys->vault.token && o->sops_vault_configmap && *o->sops_vault_configmap) {
		keys->vault.login = vault_login;
		keys->vault.login_arg = wallet;
	}
	from_clouds(wallet);
	TRY(from_environment(c->mem, keys));
	*ret_keys = keys;
	return NULL;
}
