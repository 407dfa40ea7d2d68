#include "kind/account_token.h"

#include "base/enc.h"
#include "base/file.h"
#include "net/jwt.h"

#define OWN_TOKEN "/var/run/secrets/kubernetes.io/serviceaccount/token"
#define OWN_MAX ((size_t)1 << 20)

err *account_token(ctx *c, struct client *client, const char *ns, const char *account,
		   const val *audiences, const char **ret_token)
{
	arena *mem = c->mem;
	val *request = val_map(mem), *spec = val_make_map(mem, request, "spec"), *answer;
	val_set_text(mem, request, "apiVersion", "authentication.k8s.io/v1");
	val_set_text(mem, request, "kind", "TokenRequest");
	val_set(mem, spec, "audiences", val_copy(mem, audiences));
	val_set(mem, spec, "expirationSeconds", val_int(mem, ACCOUNT_TOKEN_SECONDS));
	TRY(client_raw(c, client, "POST",
		       arena_printf(mem, "/api/v1/namespaces/%s/serviceaccounts/%s/token", ns,
				    enc_percent(mem, str_of(account))),
		       request, &answer));
	*ret_token = val_as_text(VAL_IN(answer, "status", "token"));
	if (*ret_token && **ret_token)
		return NULL;
	return err_new(mem, ERR_INVALID, "the answer has no token");
}

err *account_token_for(ctx *c, struct client *client, const char *ns, const char *account,
		       const char *audience, const char **ret_token)
{
	val *audiences = val_list(c->mem);
	val_push(c->mem, audiences, val_text(c->mem, audience));
	return account_token(c, client, ns, account, audiences, ret_token);
}

err *account_own(arena *mem, const char **ret_ns, const char **ret_name, const val **ret_audiences)
{
	static const char prefix[] = "system:serviceaccount:";
	str token, ns, name;
	val *claims;
	TRY(file_read(mem, OWN_TOKEN, OWN_MAX, &token));
	TRY(jwt_claims(mem, str_trim(token), &claims));
	str sub = val_as_str(val_get(claims, "sub"));
	if (!str_starts(sub, str_of(prefix)) ||
	    !str_cut(str_sub(sub, sizeof(prefix) - 1, sub.n), ':', &ns, &name) || !ns.n || !name.n)
		return err_new(mem, ERR_INVALID, "unexpected token subject '%.*s'", STR_ARG(sub));
	*ret_ns = str_text(mem, ns);
	*ret_name = str_text(mem, name);
	*ret_audiences = val_get(claims, "aud");
	return NULL;
}
