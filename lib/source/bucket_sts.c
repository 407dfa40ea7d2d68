#include "source/bucket_sts.h"

#include "data/xml.h"

#define VERSION "2011-06-15"

static err *on_element(void *arg, arena *mem, const struct xml_element *e)
{
	/* the two outer elements are named after the action */
	static const struct {
		const char *name;
		size_t at;
	} wanted[] = {{"AccessKeyId", offsetof(struct sts_keys, id)},
		      {"SecretAccessKey", offsetof(struct sts_keys, secret)},
		      {"SessionToken", offsetof(struct sts_keys, token)}};
	struct sts_keys *keys = arg;
	if (e->depth != 3 || !str_ends(e->names[2], STR("Credentials")))
		return NULL;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (str_ends(e->names[3], str_of(wanted[i].name)))
			*(const char **)((char *)keys + wanted[i].at) = str_text(mem, e->text);
	return NULL;
}

err *sts_read(arena *mem, str xml, struct sts_keys *ret_keys)
{
	struct sts_keys keys = {"", "", ""};
	TRY(xml_read(mem, xml, on_element, &keys));
	if (!*keys.id || !*keys.secret)
		return err_new(mem, ERR_INVALID, "the token service's answer has no credentials");
	*ret_keys = keys;
	return NULL;
}

static err *ask(ctx *c, const struct bucket_wire *w, const char *endpoint, const buf *form,
		struct sts_keys *ret_keys)
{
	static const struct http_header headers[] = {
		{"Content-Type", "application/x-www-form-urlencoded"}, {NULL, NULL}};
	struct bucket_question q = {
		.method = "POST", .url = endpoint, .headers = headers, .body = buf_view(form)};
	struct http_answer *a;
	TRY(bucket_ask(c, w, &q, &a));
	if (a->status != 200)
		return err_new(c->mem, ERR_UNAUTHORIZED, "%s",
			       bucket_fault_read(c->mem, a, false).message);
	return sts_read(c->mem, a->body, ret_keys);
}

err *sts_ldap(ctx *c, const struct bucket_wire *w, const char *endpoint, const char *user,
	      const char *password, struct sts_keys *ret_keys)
{
	buf form = buf_init(c->mem);
	bucket_query_add(&form, "Action", "AssumeRoleWithLDAPIdentity");
	bucket_query_add(&form, "LDAPPassword", password);
	bucket_query_add(&form, "LDAPUsername", user);
	bucket_query_add(&form, "Version", VERSION);
	return ask(c, w, endpoint, &form, ret_keys);
}

err *sts_web_identity(ctx *c, const struct bucket_wire *w, const char *endpoint, const char *role,
		      const char *session, const char *token, struct sts_keys *ret_keys)
{
	buf form = buf_init(c->mem);
	bucket_query_add(&form, "Action", "AssumeRoleWithWebIdentity");
	bucket_query_add(&form, "RoleArn", role);
	bucket_query_add(&form, "RoleSessionName", session);
	bucket_query_add(&form, "Version", VERSION);
	bucket_query_add(&form, "WebIdentityToken", token);
	return ask(c, w, endpoint, &form, ret_keys);
}
