#include "source/bucket_gcs.h"

#include <string.h>

#include "base/enc.h"
#include "data/json.h"
#include "net/url.h"

#define SCOPE "https://www.googleapis.com/auth/devstorage.read_only"
#define HOST "storage.googleapis.com"
#define SHOWN 400 /* bytes of a server's own words in an error */
#define FIELDS "nextPageToken,items(name,etag,size,generation,contentEncoding)"

struct bucket_gcs {
	arena *mem;
	struct bucket_gcs_settings s;
	const char *base;	   /* "https://host/storage/v1/b/bucket/o" */
	const char *authorization; /* NULL: not asked for yet */
};

err *bucket_gcs_open(arena *mem, const struct bucket_gcs_settings *s, struct bucket_gcs **ret)
{
	struct bucket_gcs *b = NEW(mem, struct bucket_gcs);
	const char *scheme = s->insecure ? "http" : "https";
	struct url *u;
	const char *text = strstr(s->endpoint, "://")
				   ? s->endpoint
				   : arena_printf(mem, "%s://%s", scheme, s->endpoint);
	TRY_AS(mem, url_parse_http(mem, text, &u), "invalid endpoint");
	const char *origin = arena_printf(mem, "%s://%s", u->scheme, url_host(mem, u));
	if (text_ends(u->host, "googleapis.com") || text_ends(u->host, ".google.com"))
		origin = "https://" HOST;
	*b = (struct bucket_gcs){.mem = mem,
				 .s = *s,
				 .base = arena_printf(mem, "%s/storage/v1/b/%s/o", origin,
						      enc_percent(mem, str_of(s->bucket)))};
	*ret = b;
	return NULL;
}

/* ---- requests ---- */

/* Once, when the first page is asked for. */
static err *authorize(ctx *c, struct bucket_gcs *b)
{
	struct oauth_form form;
	const char *token;
	if (b->authorization || (!b->s.credentials && !b->s.asked.ask))
		return NULL;
	if (b->s.credentials) {
		TRY(oauth_google(c->mem, b->s.credentials, SCOPE, 0, &form));
		TRY(bucket_token(c, &b->s.wire, &form, &token));
	} else {
		TRY(b->s.asked.ask(c, b->s.asked.arg, &token));
	}
	if (token)
		b->authorization = arena_printf(b->mem, "Bearer %s", token);
	return NULL;
}

static err *refused(arena *mem, const struct http_answer *a, bool object)
{
	val *v;
	if (json_parse(mem, a->body, &v))
		v = val_null(mem);
	str message = val_as_str(VAL_IN(v, "error", "message"));
	ptrdiff_t end = str_find(message, '\n');
	message = str_sub(message, 0, end < 0 ? SHOWN : (size_t)end);
	if (a->status == 404 && (!object || str_search(message, STR("bucket does not exist")) >= 0))
		return err_new(mem, ERR_GONE, "storage: bucket doesn't exist");
	if (a->status == 404)
		return err_new(mem, ERR_NOT_FOUND, "storage: object doesn't exist");
	return err_new(mem, a->status == 403 ? ERR_FORBIDDEN : ERR_FAILED,
		       "googleapi: Error %d: %.*s", a->status,
		       STR_ARG(message.n ? message : str_of(http_status_text(a->status))));
}

static err *ask(ctx *c, struct bucket_gcs *b, const char *url, const struct bucket_receiver *to,
		int64_t size, struct http_answer **ret_answer)
{
	TRY(authorize(c, b));
	struct http_header headers[] = {
		{"Accept-Encoding", to ? "identity" : "gzip"},
		{b->authorization ? "Authorization" : NULL, b->authorization},
		{NULL, NULL}};
	return bucket_get(c, &b->s.wire, url, headers, to, size, ret_answer);
}

/* ---- listings ---- */

static str text_of(const val *v, const char *key)
{
	return val_as_str(val_get(v, key));
}

/* What is stored compressed comes unpacked. */
static int64_t size_of(const val *item)
{
	int64_t size;
	if (text_of(item, "contentEncoding").n || !str_int(text_of(item, "size"), &size) ||
	    size < 0)
		return BUCKET_UNSIZED;
	return size;
}

err *bucket_gcs_read(arena *mem, str json, struct bucket_page *ret_page)
{
	struct bucket_page page = {.next = NULL};
	val *v;
	TRY_AS(mem, json_parse(mem, json, &v), "the listing");
	if (!val_is(v, VAL_MAP))
		return err_new(mem, ERR_INVALID, "the answer is no listing of a bucket");
	const val *items = val_get(v, "items");
	for (size_t i = 0; i < val_len(items); i++) {
		const val *item = val_at(items, i);
		struct bucket_object o;
		TRY(bucket_object_make(mem, text_of(item, "name"), text_of(item, "etag"),
				       size_of(item), &o));
		o.version = val_as_text(val_get(item, "generation"));
		VEC_PUSH(mem, &page.objects, o);
	}
	const char *next = val_as_text(val_get(v, "nextPageToken"));
	page.next = next && *next ? next : NULL;
	*ret_page = page;
	return NULL;
}

static err *page(ctx *c, void *self, const char *prefix, const char *from,
		 struct bucket_page *ret_page)
{
	struct bucket_gcs *b = self;
	struct http_answer *a;
	buf query = buf_init(c->mem);
	bucket_query_add(&query, "fields", FIELDS);
	bucket_query_add(&query, "maxResults", arena_printf(c->mem, "%d", BUCKET_PAGE));
	if (from)
		bucket_query_add(&query, "pageToken", from);
	if (*prefix)
		bucket_query_add(&query, "prefix", prefix);
	TRY(ask(c, b, arena_printf(c->mem, "%s?%s", b->base, buf_text(&query)), NULL, 0, &a));
	if (a->status != 200)
		return refused(c->mem, a, false);
	return bucket_gcs_read(c->mem, a->body, ret_page);
}

/* ---- objects ---- */

/* What an object is now. */
static err *look(ctx *c, struct bucket_gcs *b, const char *url, const char **ret_version,
		 const char **ret_etag)
{
	struct http_answer *a;
	val *v;
	TRY(ask(c, b, arena_printf(c->mem, "%s?fields=etag,generation", url), NULL, 0, &a));
	if (a->status != 200)
		return refused(c->mem, a, true);
	TRY_AS(c->mem, json_parse(c->mem, a->body, &v), "the object's attributes");
	*ret_version = val_text_or(val_get(v, "generation"), "");
	*ret_etag = val_text_or(val_get(v, "etag"), "");
	return NULL;
}

/* The bytes are those of the ETag, or none: a generation stays as it is. One that is not the newest any more is not there any more. */
static err *get(ctx *c, void *self, const struct bucket_object *o, const struct bucket_receiver *to,
		const char **ret_etag)
{
	struct bucket_gcs *b = self;
	char *url = arena_printf(c->mem, "%s/%s", b->base, enc_percent(c->mem, str_of(o->key)));
	const char *version = o->version, *etag = o->etag;
	struct http_answer *a;
	for (bool again = false;; again = true) {
		if (!version)
			TRY(look(c, b, url, &version, &etag));
		char *whole = arena_printf(c->mem, "%s?alt=media&ifGenerationMatch=%s", url,
					   enc_percent(c->mem, str_of(version)));
		TRY(ask(c, b, whole, to, o->size, &a));
		*ret_etag = etag;
		if (a->status == 200)
			return NULL;
		if (again || a->status != 412)
			return refused(c->mem, a, true);
		version = NULL;
	}
}

const struct bucket_service bucket_gcs_service = {page, get};
