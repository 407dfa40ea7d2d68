#include "source/bucket_s3.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "data/xml.h"
#include "net/sigv4.h"
#include "net/url.h"
#include "source/fetch.h"

#define REGION "us-east-1"
#define AMAZON ".amazonaws.com"
#define AMAZON_CHINA ".amazonaws.com.cn"
#define GLOBAL "s3.amazonaws.com"
#define HEADERS 6

struct bucket_s3 {
	arena *mem;
	struct bucket_s3_settings s;
	const char *scheme,
		*host; /* of the endpoint, with its port unless it goes without saying */
	const char *region;
	bool told;   /* the region is: by the settings or the host's name */
	bool hosted; /* the bucket stands in the host's name */
};

/* ---- where it is ---- */

/* What stands before Amazon's part of the name; empty when it is no such host. */
static str amazon_part(const char *host)
{
	str h = str_of(host);
	str end = str_ends(h, STR(AMAZON_CHINA)) ? STR(AMAZON_CHINA) : STR(AMAZON);
	return str_ends(h, end) ? str_sub(h, 0, h.n - end.n) : (str){"", 0};
}

const char *bucket_s3_region(arena *mem, const char *host)
{
	str rest = amazon_part(host), part, last = {"", 0};
	bool s3 = false;
	size_t n = 0;
	if (str_find(rest, '.') < 0 && str_starts(rest, STR("s3-")))
		/* "s3-eu-west-1"; s3-external-1 is the first region's */
		return str_is(rest, "s3-external-1") ? "" : str_text(mem, str_sub(rest, 3, rest.n));
	while (rest.n && str_next(&rest, '.', &part)) {
		if (str_is(part, "vpce"))
			continue;
		s3 = s3 || str_is(part, "s3") || str_is(part, "s3-fips");
		last = part;
		n++;
	}
	if (!s3 || n < 2 || str_is(last, "s3") || str_is(last, "dualstack"))
		return "";
	return str_text(mem, last);
}

static bool is_amazon(arena *mem, const char *host)
{
	return text_eq(host, GLOBAL) || text_eq(host, "s3-external-1" AMAZON) ||
	       *bucket_s3_region(mem, host);
}

/* The rules of minio-go for names of buckets, and its texts. */
static err *check_bucket(arena *mem, const char *name)
{
	size_t n = strlen(name);
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	if (!n)
		return err_new(mem, ERR_INVALID, "Bucket name cannot be empty");
	if (n < 3)
		return err_new(mem, ERR_INVALID, "Bucket name cannot be shorter than 3 characters");
	if (n > 63)
		return err_new(mem, ERR_INVALID, "Bucket name cannot be longer than 63 characters");
	bool edges = strchr(letters, name[0]) && strchr(letters, name[n - 1]);
	if (!edges || strstr(name, "..") || strstr(name, ".-") || strstr(name, "-."))
		return err_new(mem, ERR_INVALID, "Bucket name contains invalid characters");
	for (const char *p = name; *p; p++)
		if (!strchr(letters, *p) && !strchr(".-_:", *p))
			return err_new(mem, ERR_INVALID, "Bucket name contains invalid characters");
	return NULL;
}

static err *check_endpoint(arena *mem, const char *scheme, const char *endpoint,
			   struct url **ret_url)
{
	struct url *u;
	if (strstr(endpoint, "://"))
		return err_new(mem, ERR_INVALID, "Endpoint url cannot have fully qualified paths.");
	if (url_parse_http(mem, arena_printf(mem, "%s://%s", scheme, endpoint), &u) || u->user ||
	    strpbrk(u->host, "`~!@#$%^&*()+={}[]|\\\"';><?/ "))
		return err_new(mem, ERR_INVALID,
			       "Endpoint: %s does not follow ip address or domain name standards.",
			       url_redact(mem, endpoint));
	if ((*u->path && !text_eq(u->path, "/")) || u->has_query || u->has_fragment)
		return err_new(mem, ERR_INVALID, "Endpoint url cannot have fully qualified paths.");
	*ret_url = u;
	return NULL;
}

err *bucket_s3_open(arena *mem, const struct bucket_s3_settings *s, struct bucket_s3 **ret)
{
	struct bucket_s3 *b = NEW(mem, struct bucket_s3);
	struct url *u;
	*b = (struct bucket_s3){.mem = mem, .s = *s, .scheme = s->insecure ? "http" : "https"};
	TRY(check_endpoint(mem, b->scheme, s->endpoint, &u));
	if (u->port == (s->insecure ? 80 : 443))
		u->port = 0;
	b->host = url_host(mem, u);
	const char *region = bucket_s3_region(mem, u->host);
	b->region = s->region && *s->region ? s->region : *region ? region : REGION;
	b->told = (s->region && *s->region) || *region;
	bool dotted = !s->insecure && strchr(s->bucket, '.'); /* no certificate is for that */
	b->hosted =
		!dotted && (is_amazon(mem, u->host) || text_eq(u->host, "storage.googleapis.com") ||
			    text_ends(u->host, "aliyuncs.com"));
	*ret = b;
	return NULL;
}

/* A bucket elsewhere is asked for at the region's own host. */
static const char *host_now(arena *mem, const struct bucket_s3 *b)
{
	if (!text_eq(b->host, GLOBAL) || text_eq(b->region, REGION))
		return b->host;
	return arena_printf(mem, "s3.%s%s", b->region,
			    text_starts(b->region, "cn-") ? AMAZON_CHINA : AMAZON);
}

char *bucket_s3_url(arena *mem, const struct bucket_s3 *b, const char *key)
{
	const char *host = host_now(mem, b);
	char *base = b->hosted ? arena_printf(mem, "%s://%s.%s", b->scheme, b->s.bucket, host)
			       : arena_printf(mem, "%s://%s/%s", b->scheme, host,
					      enc_percent(mem, str_of(b->s.bucket)));
	return key ? arena_printf(mem, "%s/%s", base, enc_percent_path(mem, key)) : base;
}

/* ---- requests ---- */

static err *sign(arena *mem, const struct bucket_s3 *b, const char *url,
		 struct http_header headers[HEADERS])
{
	const struct aws_keys *keys = &b->s.keys;
	struct http_header *h = headers;
	struct url *u;
	*h++ = (struct http_header){"Accept-Encoding", "identity"};
	*h = (struct http_header){NULL, NULL};
	if (!keys->id || !*keys->id)
		return NULL;
	TRY(url_parse_http(mem, url, &u));
	const char *hash = digest_hex(mem, DIGEST_SHA256, (str){"", 0});
	struct sigv4 who = {keys->id,  keys->secret, keys->token,
			    b->region, "s3",	     clock_wall() / CLOCK_SECOND};
	struct sigv4_header named[] = {
		{"host", url_host(mem, u)}, {"x-amz-content-sha256", hash}, {NULL, NULL}};
	struct sigv4_request q = {.method = "GET",
				  .path = u->path,
				  .query = u->query,
				  .headers = named,
				  .payload_hash = hash};
	const char *authorization, *date;
	sigv4_sign(mem, &who, &q, &authorization, &date);
	*h++ = (struct http_header){"Authorization", authorization};
	*h++ = (struct http_header){"X-Amz-Date", date};
	*h++ = (struct http_header){"X-Amz-Content-Sha256", hash};
	if (keys->token && *keys->token)
		*h++ = (struct http_header){"X-Amz-Security-Token", keys->token};
	*h = (struct http_header){NULL, NULL};
	return NULL;
}

static bool is_region(const char *text)
{
	size_t n = strlen(text);
	return n && n <= 64 &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
		       n;
}

/* Does the server say which region it wants? It is told once, by the first listing. */
static bool learn(struct bucket_s3 *b, const struct http_answer *a, const struct bucket_fault *f)
{
	const char *said = http_header(a, "x-amz-bucket-region");
	const char *region = said ? said : f->region;
	if ((b->s.region && *b->s.region) || !is_region(region) || text_eq(region, b->region))
		return false;
	b->region = arena_text(b->mem, region);
	return true;
}

static enum err_code code_of(const struct bucket_fault *f, int status)
{
	if (text_eq(f->code, "NoSuchBucket"))
		return ERR_GONE;
	if (text_eq(f->code, "NoSuchKey"))
		return ERR_NOT_FOUND;
	return status == 403 ? ERR_FORBIDDEN : status == 401 ? ERR_UNAUTHORIZED : ERR_FAILED;
}

/* What minio-go would have asked for first, of a bucket whose region is not known, or is. */
static err *not_reached(arena *mem, const struct bucket_s3 *b, const char *url, const char *key,
			err *e)
{
	e = http_in_go(mem, url, e);
	if (key)
		return err_wrap(mem, e, "Get \"%s\"", url);
	const char *base = bucket_s3_url(mem, b, NULL);
	return b->told ? err_wrap(mem, e, "Head \"%s/\"", base)
		       : err_wrap(mem, e, "Get \"%s/?location=\"", base);
}

/* A GET of an object, or of the bucket with a query. */
static err *ask(ctx *c, struct bucket_s3 *b, const char *key, const char *query,
		const struct bucket_receiver *to, int64_t size, struct http_answer **ret_answer)
{
	for (bool again = false;; again = true) {
		struct http_header headers[HEADERS];
		char *url = bucket_s3_url(c->mem, b, key);
		if (query)
			url = arena_printf(c->mem, "%s/?%s", url, query);
		struct bucket_question q = {.method = "GET",
					    .url = url,
					    .headers = headers,
					    .to = to,
					    .expected = size};
		TRY(sign(c->mem, b, url, headers));
		err *e = bucket_ask(c, &b->s.wire, &q, ret_answer);
		if (e)
			return not_reached(c->mem, b, url, key, e);
		if ((*ret_answer)->status == 200)
			return NULL;
		struct bucket_fault f = bucket_fault_read(c->mem, *ret_answer, key != NULL);
		if (key || again || !learn(b, *ret_answer, &f))
			return err_new(c->mem, code_of(&f, (*ret_answer)->status), "%s", f.message);
	}
}

/* ---- listings ---- */

struct listing {
	struct bucket_page *page;
	str key, etag, next;
	int64_t size;
	bool more, encoded;
	arena *mem;
};

static str unquoted(str etag)
{
	while (str_starts(etag, STR("\"")))
		etag = str_sub(etag, 1, etag.n);
	while (str_ends(etag, STR("\"")))
		etag.n--;
	return etag;
}

static err *end_object(struct listing *l)
{
	struct bucket_object o;
	TRY(bucket_object_make(l->mem, l->key, unquoted(l->etag), l->size, &o));
	VEC_PUSH(l->mem, &l->page->objects, o);
	l->key = l->etag = (str){"", 0};
	l->size = BUCKET_UNSIZED;
	return NULL;
}

static str kept(arena *mem, str s)
{
	return (str){arena_copy(mem, s.p ? s.p : "", s.n), s.n};
}

static err *on_element(void *arg, arena *mem, const struct xml_element *e)
{
	static const char *const root = "ListBucketResult";
	struct listing *l = arg;
	(void)mem;
	const char *const contents[] = {root, "Contents", NULL};
	const char *const key[] = {root, "Contents", "Key", NULL};
	const char *const etag[] = {root, "Contents", "ETag", NULL};
	const char *const size[] = {root, "Contents", "Size", NULL};
	const char *const more[] = {root, "IsTruncated", NULL};
	const char *const next[] = {root, "NextContinuationToken", NULL};
	const char *const encoding[] = {root, "EncodingType", NULL};
	const char *const whole[] = {root, NULL};
	int64_t n;
	if (e->depth == 0 && !xml_is(e, whole))
		return err_new(l->mem, ERR_INVALID, "the answer is no listing of a bucket");
	if (xml_is(e, contents))
		return end_object(l);
	if (xml_is(e, key))
		l->key = kept(l->mem, e->text);
	else if (xml_is(e, etag))
		l->etag = kept(l->mem, e->text);
	else if (xml_is(e, size) && str_int(str_trim(e->text), &n) && n >= 0)
		l->size = n;
	else if (xml_is(e, more))
		l->more = str_is(str_trim(e->text), "true");
	else if (xml_is(e, next))
		l->next = kept(l->mem, e->text);
	else if (xml_is(e, encoding))
		l->encoded = str_is(str_trim(e->text), "url");
	return NULL;
}

/* Keys come encoded, since XML cannot tell them all; what the encoding is stands somewhere in the document. */
static err *decode(arena *mem, struct bucket_page *page)
{
	for (size_t i = 0; i < page->objects.n; i++) {
		struct bucket_object *o = &page->objects.p[i];
		char *plain;
		if (!url_decode(mem, str_of(o->key), true, &plain) || !enc_is_utf8(str_of(plain)))
			return err_new(mem, ERR_INVALID,
				       "the key of object '%s' is not well encoded", o->key);
		o->key = plain;
	}
	return NULL;
}

err *bucket_s3_read(arena *mem, str xml, struct bucket_page *ret_page)
{
	struct bucket_page page = {.next = NULL};
	struct listing l = {.page = &page, .mem = mem, .size = BUCKET_UNSIZED};
	arena *scratch = arena_open();
	err *e = err_copy(mem, xml_read(scratch, xml, on_element, &l));
	arena_close(scratch);
	TRY(e);
	if (l.encoded)
		TRY(decode(mem, &page));
	if (l.more && !l.next.n)
		return err_new(mem, ERR_INVALID,
			       "the listing goes on, but does not say where (ListObjectsV2)");
	page.next = l.more ? l.next.p : NULL;
	*ret_page = page;
	return NULL;
}

static err *page(ctx *c, void *self, const char *prefix, const char *from,
		 struct bucket_page *ret_page)
{
	struct http_answer *a;
	const struct bucket_s3 *b = self;
	buf query = buf_init(c->mem);
	TRY(check_bucket(c->mem, b->s.bucket));
	if (from)
		bucket_query_add(&query, "continuation-token", from);
	bucket_query_add(&query, "encoding-type", "url");
	bucket_query_add(&query, "list-type", "2");
	bucket_query_add(&query, "max-keys", arena_printf(c->mem, "%d", BUCKET_PAGE));
	bucket_query_add(&query, "prefix", prefix);
	TRY(ask(c, self, NULL, buf_text(&query), NULL, 0, &a));
	return bucket_s3_read(c->mem, a->body, ret_page);
}

static err *get(ctx *c, void *self, const struct bucket_object *o, const struct bucket_receiver *to,
		const char **ret_etag)
{
	struct http_answer *a;
	TRY(ask(c, self, o->key, NULL, to, o->size, &a));
	return bucket_etag(c->mem, a, true, ret_etag);
}

const struct bucket_service bucket_s3_service = {page, get};
