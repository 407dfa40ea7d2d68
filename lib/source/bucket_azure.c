#include "source/bucket_azure.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "data/xml.h"
#include "net/server_file.h"
#include "net/url.h"
#include "source/cloud_azure.h"

#define VERSION "2020-10-02"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

struct bucket_azure {
	arena *mem;
	struct bucket_azure_settings s;
	const char *base;  /* the container's URL without a query */
	const char *query; /* of the endpoint and of the signature; "" */
	str key;
	const char *authorization; /* of a token; NULL: not asked for yet */
};

/* ---- opening ---- */

err *bucket_azure_account(arena *mem, const char *endpoint, const char **ret_account)
{
	struct url *u;
	str rest, first;
	size_t labels = 0;
	TRY_AS(mem, url_parse(mem, endpoint, &u), "failed to extract account name from endpoint");
	rest = first = str_of(u->host);
	for (str part; str_next(&rest, '.', &part); labels++)
		first = labels ? first : part;
	if (labels <= 2)
		return err_new(mem, ERR_INVALID,
			       "failed to extract account name from endpoint: expected '%s' to be "
			       "a subdomain",
			       u->host);
	*ret_account = str_text(mem, first);
	return NULL;
}

err *bucket_azure_open(arena *mem, const struct bucket_azure_settings *s, struct bucket_azure **ret)
{
	struct bucket_azure *b = NEW(mem, struct bucket_azure);
	struct url *u;
	*b = (struct bucket_azure){.mem = mem, .s = *s};
	TRY_AS(mem, url_parse_http(mem, s->endpoint, &u), "unable to parse endpoint URL");
	str path = str_of(u->path), sas = str_of(s->sas);
	while (str_ends(path, STR("/")))
		path.n--;
	if (str_starts(sas, STR("?")))
		sas = str_sub(sas, 1, sas.n);
	sas = str_trim(sas);
	for (size_t i = 0; i < sas.n; i++)
		if ((unsigned char)sas.p[i] <= ' ' || sas.p[i] == '#')
			return err_new(mem, ERR_INVALID, "unable to parse SAS token");
	b->base = arena_printf(mem, "%s://%s%.*s/%s", u->scheme, url_host(mem, u), STR_ARG(path),
			       enc_percent(mem, str_of(s->bucket)));
	b->query = arena_printf(mem, "%.*s%s%s", STR_ARG(sas), sas.n && *u->query ? "&" : "",
				u->query);
	if (!s->application && s->key && (!enc_unbase64(mem, str_of(s->key), &b->key) || !b->key.n))
		return err_new(mem, ERR_INVALID,
			       "decode account key: illegal base64 data at input byte %zu",
			       strspn(s->key, BASE64));
	*ret = b;
	return NULL;
}

/* ---- signing ---- */

struct pair {
	const char *name, *value;
};

static int by_pair(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : strcmp(x->value, y->value);
}

/* The path, then each name of the query with its values, decoded and in order. */
static err *add_resource(arena *mem, buf *b, const char *account, const struct url *u)
{
	VEC(struct pair) pairs = {0};
	str rest = str_of(u->query), part;
	buf_printf(b, "/%s%s", account, *u->path ? u->path : "/");
	while (rest.n && str_next(&rest, '&', &part)) {
		str name, value;
		struct pair p;
		str_cut(part, '=', &name, &value);
		char *decoded, *decoded_value;
		if (!url_decode(mem, name, true, &decoded) ||
		    !url_decode(mem, value, true, &decoded_value))
			return err_new(mem, ERR_INVALID, "a query is not well encoded");
		p = (struct pair){decoded, decoded_value};
		VEC_PUSH(mem, &pairs, p);
	}
	if (pairs.n)
		qsort(pairs.p, pairs.n, sizeof(*pairs.p), by_pair);
	for (size_t i = 0; i < pairs.n; i++)
		if (i && text_eq(pairs.p[i].name, pairs.p[i - 1].name))
			buf_printf(b, ",%s", pairs.p[i].value);
		else
			buf_printf(b, "\n%s:%s", pairs.p[i].name, pairs.p[i].value);
	return NULL;
}

err *bucket_azure_to_sign(arena *mem, const char *account, const char *url,
			  const struct http_header *headers, char **ret_text)
{
	buf b = buf_init(mem);
	struct url *u;
	TRY(url_parse_http(mem, url, &u));
	/* the method, and eleven standard headers that a GET has no values for */
	buf_text_add(&b, "GET\n\n\n\n\n\n\n\n\n\n\n\n");
	for (; headers->name; headers++)
		buf_printf(&b, "%s:%s\n", headers->name, headers->value);
	TRY(add_resource(mem, &b, account, u));
	*ret_text = arena_text(mem, buf_text(&b));
	return NULL;
}

/* The token, if there is to be one; when the first page is asked for. */
static err *authorize_once(ctx *c, struct bucket_azure *b)
{
	struct oauth_form form;
	const char *token = NULL;
	if (b->authorization)
		return NULL;
	if (b->s.application) {
		TRY(oauth_azure(c->mem, b->s.application, CLOUD_AZURE_BLOBS, 0, &form));
		TRY(bucket_token(c, &b->s.wire, &form, &token));
	} else if (b->s.asked.ask && !b->key.n && !b->s.sas) {
		TRY(b->s.asked.ask(c, b->s.asked.arg, &token));
	}
	if (token)
		b->authorization = arena_printf(b->mem, "Bearer %s", token);
	return NULL;
}

static err *authorize(ctx *c, struct bucket_azure *b, const char *url,
		      const struct http_header *named, const char **ret_authorization)
{
	TRY(authorize_once(c, b));
	*ret_authorization = b->authorization;
	if (b->key.n) {
		char *text;
		TRY(bucket_azure_to_sign(c->mem, b->s.account, url, named, &text));
		str mac = digest_hmac(c->mem, DIGEST_SHA256, b->key, str_of(text));
		*ret_authorization = arena_printf(c->mem, "SharedKey %s:%s", b->s.account,
						  enc_base64(c->mem, mac));
	}
	return NULL;
}

/* ---- requests ---- */

static err *refused(arena *mem, const struct http_answer *a, bool object)
{
	struct bucket_fault f = bucket_fault_read(mem, a, object);
	const char *code = http_header(a, "x-ms-error-code");
	code = code ? code : f.code;
	if (text_eq(code, "ContainerNotFound") || text_eq(code, "NoSuchBucket"))
		return err_new(mem, ERR_GONE, "%s", f.message);
	if (text_eq(code, "BlobNotFound") || text_eq(code, "NoSuchKey"))
		return err_new(mem, ERR_NOT_FOUND, "%s", f.message);
	err *e = err_new(mem, a->status == 403 ? ERR_FORBIDDEN : ERR_FAILED, "%s: %s", code,
			 f.message);
	/* of a shared access signature for a container that is not there, this is all that is said */
	if (text_eq(code, "AuthenticationFailed") && !object)
		return err_wrap(mem, e,
				"the specified bucket name may be incorrect, nonexistent, or the "
				"caller might lack sufficient permissions to access it");
	return e;
}

static err *ask(ctx *c, struct bucket_azure *b, const char *url, const struct bucket_receiver *to,
		int64_t size, struct http_answer **ret_answer)
{
	struct http_header named[] = {
		{"x-ms-date", server_date(c->mem, clock_wall() / CLOCK_SECOND)},
		{"x-ms-version", VERSION},
		{NULL, NULL}};
	const char *authorization;
	TRY(authorize(c, b, url, named, &authorization));
	struct http_header headers[] = {named[0],
					named[1],
					{"Accept-Encoding", to ? "identity" : "gzip"},
					{authorization ? "Authorization" : NULL, authorization},
					{NULL, NULL}};
	TRY(bucket_get(c, &b->s.wire, url, headers, to, size, ret_answer));
	return (*ret_answer)->status == 200 ? NULL : refused(c->mem, *ret_answer, to != NULL);
}

/* ---- listings ---- */

struct listing {
	arena *mem;
	struct bucket_page *page;
	str name, etag, next;
	int64_t size;
};

static str kept(arena *mem, str s)
{
	return (str){arena_copy(mem, s.p ? s.p : "", s.n), s.n};
}

/* The ETag of a listing has no quotes, that of an object has; the latter is what revisions are made of. */
static err *end_object(struct listing *l)
{
	struct bucket_object o;
	bool quoted = str_starts(l->etag, STR("\""));
	char *etag = arena_printf(l->mem, quoted ? "%.*s" : "\"%.*s\"", STR_ARG(l->etag));
	TRY(bucket_object_make(l->mem, l->name, str_of(etag), l->size, &o));
	VEC_PUSH(l->mem, &l->page->objects, o);
	l->name = l->etag = (str){"", 0};
	l->size = BUCKET_UNSIZED;
	return NULL;
}

static err *on_element(void *arg, arena *mem, const struct xml_element *e)
{
#define BLOB "EnumerationResults", "Blobs", "Blob"
	static const char *const blob[] = {BLOB, NULL};
	static const char *const name[] = {BLOB, "Name", NULL};
	static const char *const etag[] = {BLOB, "Properties", "Etag", NULL};
	static const char *const size[] = {BLOB, "Properties", "Content-Length", NULL};
	static const char *const next[] = {"EnumerationResults", "NextMarker", NULL};
	static const char *const whole[] = {"EnumerationResults", NULL};
#undef BLOB
	struct listing *l = arg;
	int64_t n;
	(void)mem;
	if (e->depth == 0 && !xml_is(e, whole))
		return err_new(l->mem, ERR_INVALID, "the answer is no listing of a container");
	if (xml_is(e, blob))
		return end_object(l);
	if (xml_is(e, name))
		l->name = kept(l->mem, e->text);
	else if (xml_is(e, etag))
		l->etag = kept(l->mem, str_trim(e->text));
	else if (xml_is(e, size) && str_int(str_trim(e->text), &n) && n >= 0)
		l->size = n;
	else if (xml_is(e, next))
		l->next = kept(l->mem, e->text);
	return NULL;
}

err *bucket_azure_read(arena *mem, str xml, struct bucket_page *ret_page)
{
	struct bucket_page page = {.next = NULL};
	struct listing l = {.page = &page, .mem = mem, .size = BUCKET_UNSIZED};
	arena *scratch = arena_open();
	err *e = err_copy(mem, xml_read(scratch, xml, on_element, &l));
	arena_close(scratch);
	TRY(e);
	page.next = l.next.n ? l.next.p : NULL;
	*ret_page = page;
	return NULL;
}

static char *with_query(arena *mem, const char *url, const char *own, const char *more)
{
	return arena_printf(mem, "%s%s%s%s%s", url, *own || *more ? "?" : "", own,
			    *own && *more ? "&" : "", more);
}

static err *page(ctx *c, void *self, const char *prefix, const char *from,
		 struct bucket_page *ret_page)
{
	struct bucket_azure *b = self;
	struct http_answer *a;
	buf query = buf_init(c->mem);
	bucket_query_add(&query, "comp", "list");
	if (from)
		bucket_query_add(&query, "marker", from);
	bucket_query_add(&query, "maxresults", arena_printf(c->mem, "%d", BUCKET_PAGE));
	if (*prefix)
		bucket_query_add(&query, "prefix", prefix);
	bucket_query_add(&query, "restype", "container");
	TRY(ask(c, b, with_query(c->mem, b->base, b->query, buf_text(&query)), NULL, 0, &a));
	return bucket_azure_read(c->mem, a->body, ret_page);
}

static err *get(ctx *c, void *self, const struct bucket_object *o, const struct bucket_receiver *to,
		const char **ret_etag)
{
	struct bucket_azure *b = self;
	struct http_answer *a;
	char *url = arena_printf(c->mem, "%s/%s", b->base, enc_percent_path(c->mem, o->key));
	TRY(ask(c, b, with_query(c->mem, url, b->query, ""), to, o->size, &a));
	return bucket_etag(c->mem, a, false, ret_etag);
}

const struct bucket_service bucket_azure_service = {page, get};
