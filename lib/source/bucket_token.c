#include "source/bucket_token.h"

#include "net/url.h"

err *bucket_token(ctx *c, const struct bucket_wire *w, const struct oauth_form *form,
		  const char **ret_token)
{
	struct bucket_question q = {.method = "POST",
				    .url = form->url,
				    .headers = http_form_headers,
				    .body = form->body};
	struct http_answer *a;
	struct url *u;
	TRY_AS(c->mem, url_parse_http(c->mem, form->url, &u), "the address of the token server");
	if (!text_eq(u->scheme, "https") || u->user)
		return err_new(c->mem, ERR_FORBIDDEN,
			       "the address of the token server, '%s', must begin with https:// "
			       "and name no user",
			       url_redact(c->mem, form->url));
	err *e = bucket_ask(c, w, &q, &a);
	if (e)
		return bucket_unanswered(c->mem, "Post", form->url, e);
	const struct oauth_answer said = oauth_read(c->mem, a->body);
	*ret_token = said.token;
	if (a->status == 200 && *said.token)
		return NULL;
	if (*said.error)
		return err_new(c->mem, ERR_UNAUTHORIZED, "oauth2: cannot fetch token: %d: %s",
			       a->status, said.error);
	return err_new(
		c->mem, ERR_UNAUTHORIZED,
		"oauth2: cannot fetch token: %d: what '%s' answers is not of a token server: "
		"either the address is another one, or a proxy or a login page stands before "
		"it",
		a->status, url_redact(c->mem, form->url));
}
