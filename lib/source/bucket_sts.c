#include "source/bucket_sts.h"

err *sts_ldap(ctx *c, const struct bucket_wire *w, const char *endpoint, const char *user,
	      const char *password, struct aws_keys *ret_keys)
{
	static const struct http_header headers[] = {{"Content-Type", AWS_FORM}, {NULL, NULL}};
	struct bucket_question q = {.method = "POST",
				    .url = endpoint,
				    .headers = headers,
				    .body = aws_form_ldap(c->mem, user, password)};
	struct http_answer *a;
	int64_t expires;
	TRY(bucket_ask(c, w, &q, &a));
	if (a->status != 200)
		return err_new(c->mem, ERR_UNAUTHORIZED, "%s",
			       bucket_fault_read(c->mem, a, false).message);
	return aws_read_keys(c->mem, a->body, ret_keys, &expires);
}
