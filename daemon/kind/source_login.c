#include "kind/source_login.h"

#include "base/enc.h"
#include "crypt/cert.h"

#define TYPE_DOCKER_CONFIG "kubernetes.io/dockerconfigjson"
#define KEY_DOCKER_CONFIG ".dockerconfigjson"
#define TYPE_DOCKER_OLD "kubernetes.io/dockercfg"
#define KEY_DOCKER_OLD ".dockercfg"

static const struct resource secrets = {
	.gvk = {"", "v1", "Secret"}, .plural = "secrets", .namespaced = true};
static const struct resource accounts = {
	.gvk = {"", "v1", "ServiceAccount"}, .plural = "serviceaccounts", .namespaced = true};

/* ---- Secrets ---- */

err *source_read_secret(ctx *c, struct reconcile *r, const char *name,
			struct source_secret *ret_secret)
{
	val *obj;
	TRY(client_get(c, r->client, &secrets, r->ns, name, false, &obj));
	const val *data = val_get(obj, "data");
	val *plain = val_map(c->mem);
	for (size_t i = 0; i < val_len(data); i++) {
		str bytes;
		if (!enc_unbase64(c->mem, val_as_str(data->map.p[i].value), &bytes))
			return err_new(c->mem, ERR_INVALID, "key '%.*s' is not base64",
				       STR_ARG(data->map.p[i].key));
		val_set_str(c->mem, plain, data->map.p[i].key, val_str(c->mem, bytes));
	}
	*ret_secret = (struct source_secret){.ns = r->ns,
					     .name = name,
					     .type = val_text_or(val_get(obj, "type"), ""),
					     .data = plain};
	return NULL;
}

/* The same with the texts of fluxcd/pkg/runtime/secrets. */
static err *find_secret(ctx *c, struct reconcile *r, const char *name, struct source_secret *ret)
{
	err *failed = source_read_secret(c, r, name, ret);
	if (err_code(failed) == ERR_NOT_FOUND)
		return err_new(c->mem, ERR_NOT_FOUND, "secret '%s/%s' not found", r->ns, name);
	if (failed)
		return err_wrap(c->mem, failed, "failed to get secret '%s/%s'", r->ns, name);
	return NULL;
}

/* ---- certificates ---- */

/* A key, or else its old name; one that is there and empty stands for nothing. */
static str key_or(const val *data, const char *key, const char *old)
{
	const val *v = val_get(data, key);
	return val_as_str(v ? v : val_get(data, old));
}

err *source_tls_of(arena *mem, const struct source_secret *s, struct http_tls *ret_tls)
{
	struct http_tls tls = {.ca = key_or(s->data, "ca.crt", "caFile"),
			       .ca_added = true,
			       .cert = key_or(s->data, "tls.crt", "certFile"),
			       .key = key_or(s->data, "tls.key", "keyFile")};
	if (tls.cert.n && !tls.key.n)
		return err_new(mem, ERR_INVALID,
			       "secret '%s/%s' contains 'tls.crt' but missing 'tls.key'", s->ns,
			       s->name);
	if (tls.key.n && !tls.cert.n)
		return err_new(mem, ERR_INVALID,
			       "secret '%s/%s' contains 'tls.key' but missing 'tls.crt'", s->ns,
			       s->name);
	if (!tls.cert.n && !tls.ca.n)
		return err_new(mem, ERR_INVALID,
			       "secret '%s/%s' must contain either 'ca.crt' or both 'tls.crt' and "
			       "'tls.key'",
			       s->ns, s->name);
	if (tls.cert.n)
		TRY_AS(mem, cert_check_pair(mem, tls.cert, tls.key),
		       "failed to parse TLS certificate and key");
	if (tls.ca.n && cert_check(mem, tls.ca))
		return err_new(mem, ERR_INVALID, "failed to parse CA certificate");
	*ret_tls = tls;
	return NULL;
}

err *source_tls(ctx *c, struct reconcile *r, const char *secret, struct http_tls *ret_tls)
{
	struct source_secret s;
	TRY(find_secret(c, r, secret, &s));
	return source_tls_of(c->mem, &s, ret_tls);
}

/* ---- registries ---- */

static err *add_keys(struct oci_keys *keys, const struct source_secret *s)
{
	str config = val_as_str(val_get(s->data, KEY_DOCKER_CONFIG));
	str old = val_as_str(val_get(s->data, KEY_DOCKER_OLD));
	if (text_eq(s->type, TYPE_DOCKER_CONFIG) && config.n)
		TRY(oci_keys_add(keys, config, false));
	if (text_eq(s->type, TYPE_DOCKER_OLD) && old.n)
		TRY(oci_keys_add(keys, old, true));
	return NULL;
}

static err *add_account(ctx *c, struct reconcile *r, const char *account, struct oci_keys *keys,
			size_t *n)
{
	val *obj;
	err *failed = client_get(c, r->client, &accounts, r->ns, account, false, &obj);
	if (err_code(failed) == ERR_NOT_FOUND)
		return err_new(c->mem, ERR_NOT_FOUND, "serviceaccount '%s/%s' not found", r->ns,
			       account);
	if (failed)
		return err_wrap(c->mem, failed, "failed to get serviceaccount '%s/%s'", r->ns,
				account);
	const val *pulls = val_get(obj, "imagePullSecrets");
	for (size_t i = 0; i < val_len(pulls); i++) {
		struct source_secret s;
		const char *name = val_text_or(val_get(val_at(pulls, i), "name"), "");
		TRY_AS(c->mem, find_secret(c, r, name, &s),
		       "failed to get image pull secret for serviceaccount '%s/%s'", r->ns,
		       account);
		TRY(add_keys(keys, &s));
		++*n;
	}
	return NULL;
}

err *source_pull_secrets(ctx *c, struct reconcile *r, const char *secret, const char *account,
			 struct oci_keys **ret_keys)
{
	struct oci_keys *keys = oci_keys_new(c->mem);
	size_t n = 0;
	*ret_keys = NULL;
	if (secret) {
		struct source_secret s;
		err *failed = source_read_secret(c, r, secret, &s);
		if (failed) {
			stage_event(r, EVENT_TRACE, "AuthenticationFailed",
				    "auth secret '%s' not found", secret);
			return err_wrap(c->mem, failed, "failed to get secret '%s/%s'", r->ns,
					secret);
		}
		TRY(add_keys(keys, &s));
		n++;
	}
	if (account)
		TRY(add_account(c, r, account, keys, &n));
	if (n)
		*ret_keys = keys;
	return NULL;
}

static err *login_of_config(arena *mem, const struct source_secret *s, const char *host,
			    struct oci_auth *ret)
{
	struct oci_keys *keys = oci_keys_new(mem);
	TRY_AS(mem, oci_keys_add(keys, val_as_str(val_get(s->data, KEY_DOCKER_CONFIG)), false),
	       "unable to load Docker config from Secret '%s'", s->name);
	if (!oci_keys_of_host(keys, host, ret))
		return err_new(mem, ERR_INVALID,
			       "no auth config for '%s' in the docker-registry Secret '%s'", host,
			       s->name);
	return NULL;
}

err *source_registry_login(arena *mem, const struct source_secret *s, const char *host,
			   struct oci_auth *ret_auth)
{
	struct oci_auth auth = {.user = source_secret_text(s->data, "username"),
				.password = source_secret_text(s->data, "password")};
	if (text_eq(s->type, TYPE_DOCKER_CONFIG))
		TRY(login_of_config(mem, s, host, &auth));
	bool user = auth.user && *auth.user, password = auth.password && *auth.password;
	if (user != password)
		return err_new(mem, ERR_INVALID,
			       "invalid '%s' secret data: required fields 'username' and "
			       "'password'",
			       s->name);
	if (!user)
		auth.user = auth.password = NULL;
	*ret_auth = auth;
	return NULL;
}
