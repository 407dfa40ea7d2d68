#include "net/aws.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "data/xml.h"
#include "net/oauth.h"
#include "net/url.h"

#define STS_VERSION "2011-06-15"
#define SHOWN 400 /* bytes of a service's own words in an error */
#define REGION_MAX 64

/* ---- requests ---- */

char *aws_url(arena *mem, const char *service, const char *region)
{
	return arena_printf(mem, "https://%s.%s.amazonaws.com%s/", service, region,
			    text_starts(region, "cn-") ? ".cn" : "");
}

bool aws_is_region(str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!memchr("abcdefghijklmnopqrstuvwxyz0123456789-", text.p[i], 37))
			return false;
	return text.n && text.n <= REGION_MAX;
}

static struct sigv4 signer(const struct aws_keys *keys, const char *service, const char *region,
			   int64_t now)
{
	return (struct sigv4){.id = keys->id,
			      .secret = keys->secret,
			      .token = keys->token,
			      .region = region,
			      .service = service,
			      .now = now ? now : clock_wall() / CLOCK_SECOND};
}

/* Signs it, and adds what says so to headers, ended by a NULL name. */
static void add_signature(arena *mem, const struct sigv4 *who, const struct sigv4_request *q,
			  struct http_header *h)
{
	const char *authorization, *date;
	sigv4_sign(mem, who, q, &authorization, &date);
	*h++ = (struct http_header){"Authorization", authorization};
	*h++ = (struct http_header){"X-Amz-Date", date};
	if (who->token && *who->token)
		*h++ = (struct http_header){"X-Amz-Security-Token", who->token};
	*h = (struct http_header){NULL, NULL};
}

err *aws_sign(arena *mem, const struct aws_post *p, struct http_header headers[AWS_HEADERS])
{
	const struct sigv4 who = signer(p->keys, p->service, p->region, p->now);
	struct http_header *h = headers;
	struct url *u;
	TRY(url_parse_http(mem, p->url, &u));
	const struct sigv4_header named[] = {{"content-type", p->type},
					     {"host", url_host(mem, u)},
					     {p->target ? "x-amz-target" : NULL, p->target},
					     {NULL, NULL}};
	const struct sigv4_request q = {.method = "POST",
					.path = u->path,
					.query = u->query,
					.headers = named,
					.payload_hash = digest_hex(mem, DIGEST_SHA256, p->body)};
	*h++ = (struct http_header){"Content-Type", p->type};
	if (p->target)
		*h++ = (struct http_header){"X-Amz-Target", p->target};
	add_signature(mem, &who, &q, h);
	return NULL;
}

char *aws_signed_path(arena *mem, const char *path)
{
	return enc_percent_path(mem, *path ? path : "/");
}

/* A GET without a body. */
static struct sigv4_request get(arena *mem, const struct url *u, const struct sigv4_header *named)
{
	return (struct sigv4_request){.method = "GET",
				      .path = aws_signed_path(mem, u->path),
				      .query = u->query,
				      .headers = named,
				      .payload_hash = digest_hex(mem, DIGEST_SHA256, STR(""))};
}

err *aws_sign_get(arena *mem, const struct aws_keys *keys, const char *service, const char *region,
		  const char *url, struct http_header headers[AWS_HEADERS])
{
	const struct sigv4 who = signer(keys, service, region, 0);
	struct url *u;
	TRY(url_parse_http(mem, url, &u));
	const struct sigv4_header named[] = {{"host", url_host(mem, u)}, {NULL, NULL}};
	const struct sigv4_request q = get(mem, u, named);
	add_signature(mem, &who, &q, headers);
	return NULL;
}

err *aws_presign_get(arena *mem, const struct aws_keys *keys, const char *service,
		     const char *region, const char *url, const struct sigv4_header *also,
		     int seconds, char **ret_url)
{
	const struct sigv4 who = signer(keys, service, region, 0);
	struct url *u;
	TRY(url_parse_http(mem, url, &u));
	const struct sigv4_header named[] = {{"host", url_host(mem, u)}, *also, {NULL, NULL}};
	const struct sigv4_request q = get(mem, u, named);
	*ret_url = arena_printf(mem, "https://%s%s?%s", url_host(mem, u), u->path,
				sigv4_presign(mem, &who, &q, seconds));
	return NULL;
}

/* ---- refusals ---- */

static const char *cut(arena *mem, str text)
{
	ptrdiff_t end = str_find(text, '\n');
	text = str_sub(text, 0, end < 0 ? text.n : (size_t)end);
	return str_text(mem, str_sub(str_trim(text), 0, SHOWN));
}

struct reading {
	arena *mem;
	struct aws_fault fault;
	struct aws_keys keys;
	int64_t expires;
};

static bool named(const struct xml_element *e, const char *parent, const char *name)
{
	return e->depth && str_ends(e->names[e->depth - 1], str_of(parent)) &&
	       str_ends(e->names[e->depth], str_of(name));
}

static err *on_fault(void *arg, arena *mem, const struct xml_element *e)
{
	struct reading *r = arg;
	(void)mem;
	if (named(e, "Error", "Code"))
		r->fault.code = cut(r->mem, e->text);
	if (named(e, "Error", "Message"))
		r->fault.message = cut(r->mem, e->text);
	return NULL;
}

struct aws_fault aws_fault_xml(arena *mem, str body)
{
	struct reading r = {.mem = mem, .fault = {"", ""}};
	return xml_read(mem, body, on_fault, &r) ? (struct aws_fault){"", ""} : r.fault;
}

struct aws_fault aws_fault_json(arena *mem, str body)
{
	val *v;
	if (json_parse(mem, body, &v))
		return (struct aws_fault){"", ""};
	str type = val_as_str(val_get(v, "__type"));
	const val *message = val_get(v, "message");
	type = str_sub(type, (size_t)(str_find(type, '#') + 1), type.n);
	return (struct aws_fault){cut(mem, type),
				  cut(mem, val_as_str(message ? message : val_get(v, "Message")))};
}

err *aws_refused(arena *mem, const char *operation, int status, const struct aws_fault *f)
{
	return err_new(mem, http_refusal(status),
		       "operation error %s, https response error StatusCode: %d, %s: %s", operation,
		       status, f->code, f->message);
}

/* ---- the security token service ---- */

static buf form_begin(arena *mem, const char *action)
{
	buf form = buf_init(mem);
	oauth_form_add(&form, "Action", str_of(action));
	return form;
}

static str form_end(buf *form)
{
	oauth_form_add(form, "Version", STR(STS_VERSION));
	return buf_view(form);
}

str aws_form_web_identity(arena *mem, const char *role, const char *session, const char *token)
{
	buf form = form_begin(mem, "AssumeRoleWithWebIdentity");
	oauth_form_add(&form, "RoleArn", str_of(role));
	oauth_form_add(&form, "RoleSessionName", str_of(session));
	oauth_form_add(&form, "WebIdentityToken", str_of(token));
	return form_end(&form);
}

str aws_form_ldap(arena *mem, const char *user, const char *password)
{
	buf form = form_begin(mem, "AssumeRoleWithLDAPIdentity");
	oauth_form_add(&form, "LDAPPassword", str_of(password));
	oauth_form_add(&form, "LDAPUsername", str_of(user));
	return form_end(&form);
}

str aws_form_role(arena *mem, const char *role, const char *session)
{
	buf form = form_begin(mem, "AssumeRole");
	oauth_form_add(&form, "RoleArn", str_of(role));
	oauth_form_add(&form, "RoleSessionName", str_of(session));
	return form_end(&form);
}

/* The outer elements are named after the action. */
static err *on_keys(void *arg, arena *mem, const struct xml_element *e)
{
	struct reading *r = arg;
	(void)mem;
	if (named(e, "Credentials", "AccessKeyId"))
		r->keys.id = str_text(r->mem, e->text);
	if (named(e, "Credentials", "SecretAccessKey"))
		r->keys.secret = str_text(r->mem, e->text);
	if (named(e, "Credentials", "SessionToken"))
		r->keys.token = str_text(r->mem, e->text);
	if (named(e, "Credentials", "Expiration"))
		(void)clock_parse_rfc3339(str_trim(e->text), &r->expires);
	return NULL;
}

err *aws_read_keys(arena *mem, str xml, struct aws_keys *ret_keys, int64_t *ret_expires)
{
	struct reading r = {.mem = mem, .keys = {"", "", ""}};
	TRY(xml_read(mem, xml, on_keys, &r));
	if (!*r.keys.id || !*r.keys.secret)
		return err_new(mem, ERR_INVALID, "the token service's answer has no credentials");
	*ret_keys = r.keys;
	*ret_expires = r.expires;
	return NULL;
}
