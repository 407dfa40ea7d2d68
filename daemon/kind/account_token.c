#include "kind/account_token.h"

err *account_token(ctx *c, struct reconcile *r, const char *ns, const char *account,
		   const val *audiences, int64_t seconds, const char **ret_token)
{
	arena *mem = c->mem;
	val *request = val_map(mem), *spec = val_make_map(mem, request, "spec"), *answer;
	val_set_text(mem, request, "apiVersion", "authentication.k8s.io/v1");
	val_set_text(mem, request, "kind", "TokenRequest");
	val_set(mem, spec, "audiences", val_copy(mem, audiences));
	val_set(mem, spec, "expirationSeconds", val_int(mem, seconds));
	TRY(client_raw(
		c, r->client, "POST",
		arena_printf(mem, "/api/v1/namespaces/%s/serviceaccounts/%s/token", ns, account),
		request, &answer));
	*ret_token = val_as_text(VAL_IN(answer, "status", "token"));
	if (*ret_token && **ret_token)
		return NULL;
	return err_new(mem, ERR_INVALID, "the answer has no token");
}

err *account_token_for(ctx *c, struct reconcile *r, const char *ns, const char *account,
		       const char *audience, const char **ret_token)
{
	val *audiences = val_list(c->mem);
	val_push(c->mem, audiences, val_text(c->mem, audience));
	return account_token(c, r, ns, account, audiences, ACCOUNT_TOKEN_SECONDS, ret_token);
}
