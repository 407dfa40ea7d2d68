#include "sops/sops_vault.h"

#include "base/enc.h"
#include "base/path.h"
#include "data/json.h"

#define SHOWN 400 /* bytes of a server's own words in an error */

static bool allowed(const struct sops_vault *v, const char *address)
{
	str rest = str_of(v->allowed), one;
	if (!rest.n || str_is(rest, "all"))
		return true;
	if (str_is(rest, "none"))
		return false;
	str given = str_of(address);
	while (str_ends(given, STR("/")))
		given.n--;
	while (str_next(&rest, ',', &one)) {
		one = str_trim(one);
		while (str_ends(one, STR("/")))
			one.n--;
		if (str_eq(one, given))
			return true;
	}
	return false;
}

/* As Vault's own client tells it. */
static err *refused(arena *mem, const struct sops_request *q, const struct sops_answer *a)
{
	buf b = buf_init(mem);
	val *errors = val_get(sops_answer_json(mem, a), "errors");
	buf_printf(&b, "Error making API request.\n\nURL: %s %s\nCode: %d. ", q->method, q->url,
		   a->status);
	if (val_is(errors, VAL_LIST)) {
		buf_text_add(&b, "Errors:\n\n");
		for (size_t i = 0; i < val_len(errors) && b.n < 4 * SHOWN; i++) {
			str text = val_as_str(val_at(errors, i));
			buf_printf(&b, "* %.*s", (int)(text.n < SHOWN ? text.n : SHOWN), text.p);
		}
	} else {
		buf_text_add(&b, "Raw Message:\n\n");
		buf_str(&b, str_sub(a->body, 0, SHOWN));
	}
	return err_new(mem, ERR_UNAUTHORIZED, "%s", buf_text(&b));
}

static err *call(arena *mem, const struct sops_vault *v, const char *address, const char *path,
		 const char *token, const val *body, sops_exchange *exchange, void *arg,
		 val **ret_answer)
{
	str base = str_of(address);
	struct sops_answer a;
	while (str_ends(base, STR("/")))
		base.n--;
	const char *url = arena_printf(mem, "%.*s/v1/%s", STR_ARG(base), path);
	struct sops_request q =
		sops_request_to("PUT", url, str_of(json_text(mem, body, JSON_SORTED)));
	q.vault = true;
	sops_request_header(&q, "Content-Type", "application/json");
	sops_request_header(&q, "X-Vault-Request", "true");
	if (token)
		sops_request_header(&q, "X-Vault-Token", token);
	if (v->namespace_ && *v->namespace_)
		sops_request_header(&q, "X-Vault-Namespace", v->namespace_);
	TRY(exchange(arg, mem, &q, &a));
	if (a.status < 200 || a.status > 299)
		return refused(mem, &q, &a);
	*ret_answer = sops_answer_json(mem, &a);
	return NULL;
}

static err *decrypt(arena *mem, const struct sops_vault *v, const char *address, const char *path,
		    const char *token, str enc, sops_exchange *exchange, void *arg, str *ret)
{
	val *body = val_map(mem), *answer;
	val_set(mem, body, "ciphertext", val_str(mem, enc));
	TRY(call(mem, v, address, path, token, body, exchange, arg, &answer));
	const val *data = val_get(answer, "data");
	const val *plain = val_get(data, "plaintext");
	if (!val_is(data, VAL_MAP))
		return err_new(mem, ERR_INVALID, "transit backend is empty");
	if (!plain)
		return err_new(mem, ERR_INVALID, "no decrypted data");
	if (!val_is(plain, VAL_TEXT))
		return err_new(mem, ERR_INVALID,
			       "decrypted plaintext data cannot be cast to string");
	if (!enc_unbase64(mem, plain->text, ret))
		return err_new(mem, ERR_INVALID,
			       "cannot decode base64 plaintext into data key bytes");
	return NULL;
}

err *sops_vault_unseal(arena *mem, const struct sops_vault *v, const val *entry, str enc,
		       sops_exchange *exchange, void *arg, str *ret)
{
	const char *address = val_text_or(val_get(entry, "vault_address"), "");
	const char *token = v->token;
	const char *path =
		path_join(mem, val_text_or(val_get(entry, "engine_path"), ""),
			  path_join(mem, "decrypt", val_text_or(val_get(entry, "key_name"), "")));
	if (!allowed(v, address))
		return err_new(mem, ERR_FORBIDDEN, "Allowlist does not allow %s", address);
	if (!(token && *token) && v->login)
		TRY(v->login(v->login_arg, mem, address, &token));
	if (!(token && *token))
		return err_new(mem, ERR_UNAUTHORIZED,
			       "cannot get Vault token: there is no sops.vault-token");
	TRY_AS(mem, decrypt(mem, v, address, path, token, enc, exchange, arg, ret),
	       "failed to decrypt sops data key from Vault transit backend '%s'", path);
	return NULL;
}

err *sops_vault_login(arena *mem, const struct sops_vault *v, const char *address, const char *path,
		      const char *role, const char *jwt, sops_exchange *exchange, void *arg,
		      const char **ret_token)
{
	val *body = val_map(mem), *answer;
	val_set_text(mem, body, "role", role);
	val_set_text(mem, body, "jwt", jwt);
	TRY_AS(mem, call(mem, v, address, path, NULL, body, exchange, arg, &answer),
	       "failed to authenticate with Vault '%s' at login path '%s' as role '%s'", address,
	       path, role);
	const char *token = val_as_text(VAL_IN(answer, "auth", "client_token"));
	if (!token || !*token)
		return err_new(mem, ERR_UNAUTHORIZED,
			       "Vault '%s' returned no token for login at '%s' as role '%s'",
			       address, path, role);
	*ret_token = token;
	return NULL;
}
