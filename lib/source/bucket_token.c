#include "source/bucket_token.h"

#include "data/json.h"
#include "net/url.h"

#define SHOWN 400 /* bytes of a server's own words in an error */

err *bucket_token(ctx *c, const struct bucket_wire *w, const struct oauth_form *form,
		  const char **ret_token)
{
	static const struct http_header headers[] = {
		{"Content-Type", "application/x-www-form-urlencoded"}, {NULL, NULL}};
	struct bucket_question q = {
		.method = "POST", .url = form->url, .headers = headers, .body = form->body};
	struct http_answer *a;
	struct url *u;
	val *v;
	TRY_AS(c->mem, url_parse_http(c->mem, form->url, &u), "the address of the token server");
	if (!text_eq(u->scheme, "https") || u->user)
		return err_new(c->mem, ERR_FORBIDDEN,
			       "the address of the token server, '%s', must begin with https:// "
			       "and name no user",
			       url_redact(c->mem, form->url));
	TRY(bucket_ask(c, w, &q, &a));
	if (json_parse(c->mem, a->body, &v))
		v = val_null(c->mem);
	*ret_token = val_as_text(val_get(v, "access_token"));
	if (a->status == 200 && *ret_token)
		return NULL;
	return err_new(c->mem, ERR_UNAUTHORIZED, "oauth2: cannot fetch token: %d: %.*s", a->status,
		       STR_ARG(str_sub(val_as_str(val_get(v, "error")), 0, SHOWN)));
}
