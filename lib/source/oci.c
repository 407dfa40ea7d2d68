#include "source/oci.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "net/url.h"
#include "source/pages.h"

#define ACCEPT                                                                                     \
	OCI_TYPE_MANIFEST "," OCI_TYPE_DOCKER_MANIFEST "," OCI_TYPE_INDEX "," OCI_TYPE_DOCKER_INDEX
#define TYPE_SCHEMA1 "application/vnd.docker.distribution.manifest.v1+"
#define PAGE 1000 /* tags asked for at once; some registries refuse more */
#define PAGES 2000
#define INDEX_DEPTH 4
#define BLOB_RATE (INT64_C(64) << 10) /* bytes a second at least; then a blob's time is over */
#define SPARE ((size_t)1 << 20)

struct oci {
	struct registry *registry;
	struct oci_ref ref;
	int64_t timeout;
};

struct oci *oci_open(arena *mem, struct registries *rs, const struct registry_settings *s)
{
	struct oci *o = NEW(mem, struct oci);
	*o = (struct oci){registry_open(mem, rs, s), s->ref, s->timeout};
	return o;
}

int64_t oci_retry_after(const struct oci *o)
{
	return registry_retry_after(o->registry);
}

char *oci_name(arena *mem, const struct oci *o, const char *reference)
{
	return oci_ref_with(mem, &o->ref, reference);
}

static char *path_of(arena *mem, const struct oci *o, const char *what, const char *reference)
{
	/* a digest's colon stays as it is: some registries know it no other way */
	return arena_printf(mem, "/v2/%s/%s/%s", o->ref.repository, what, reference);
}

/* What goes into a URL as it is must be a tag or digest. */
static err *check_reference(arena *mem, const char *reference)
{
	if (oci_ref_is_digest(reference))
		return oci_ref_check_digest(mem, reference);
	if (!oci_ref_is_tag(reference))
		return err_new(mem, ERR_INVALID, "'%s' is not the name of a tag", reference);
	return NULL;
}

/* ---- tags ---- */

/* Where the next page is: Link: </v2/…?last=x>; rel="next", on the same server. NULL: this was the last. */
static err *next_page(arena *mem, const struct oci *o, const struct http_answer *a, const char *url,
		      char **ret_path)
{
	const char *link = http_header(a, "link"), *end;
	const char *base = registry_base(o->registry);
	char *text;
	struct url *here, *there;
	*ret_path = NULL;
	if (!link || !*link)
		return NULL;
	if (*link != '<' || !(end = strchr(link, '>')))
		return err_new(mem, ERR_INVALID, "failed to parse link header");
	char *target = str_text(mem, (str){link + 1, (size_t)(end - link - 1)});
	if (!*target)
		return NULL;
	TRY(url_join(mem, url, target, &text));
	TRY(url_parse_http(mem, base, &here));
	TRY(url_parse_http(mem, text, &there));
	if (!url_same_origin(here, there))
		return err_new(mem, ERR_FORBIDDEN,
			       "pagination URL host does not match registry host");
	*ret_path =
		arena_printf(mem, "%s%s%s", there->path, there->has_query ? "?" : "", there->query);
	return NULL;
}

struct listing {
	struct oci *oci;
	arena *mem; /* of the tags */
	struct oci_tags *tags;
};

static err *page_of_tags(void *arg, ctx *c, const char *path, const char **ret_next)
{
	const struct listing *l = arg;
	struct registry_request q = {.method = "GET", .path = path, .max = OCI_TAGS_PAGE_MAX};
	struct http_answer *a;
	const char *url;
	char *next = NULL;
	TRY(registry_do(c, l->oci->registry, &q, &a, &url));
	TRY(oci_tags_read(l->mem, a->body, l->tags));
	TRY(next_page(c->mem, l->oci, a, url, &next));
	*ret_next = next;
	return NULL;
}

err *oci_tags(ctx *c, struct oci *o, struct oci_tags *ret_tags)
{
	int64_t before = ctx_hurry(c, o->timeout ? clock_now() + o->timeout : 0);
	*ret_tags = (struct oci_tags){0};
	const char *first = arena_printf(c->mem, "/v2/%s/tags/list?n=%d", o->ref.repository, PAGE);
	err *e = pages_walk(c, PAGES, first, page_of_tags, &(struct listing){o, c->mem, ret_tags});
	c->deadline = before;
	if (err_code(e) == ERR_TIMEOUT)
		return err_wrap(c->mem, e, "the list of tags did not end in time");
	return e;
}

/* ---- manifests ---- */

static err *check_same(arena *mem, const struct oci *o, const char *reference, const char *digest)
{
	if (oci_ref_is_digest(reference) && !text_eq(reference, digest))
		return err_new(mem, ERR_INVALID,
			       "manifest digest: \"%s\" does not match requested digest: \"%s\" "
			       "for \"%s\"",
			       digest, reference, oci_name(mem, o, reference));
	return NULL;
}

static err *get_document(ctx *c, struct oci *o, const char *reference, struct oci_document *ret)
{
	struct registry_request q = {.method = "GET",
				     .path = path_of(c->mem, o, "manifests", reference),
				     .accept = ACCEPT,
				     .max = OCI_MANIFEST_MAX};
	struct http_answer *a;
	TRY(check_reference(c->mem, reference));
	TRY(registry_do(c, o->registry, &q, &a, NULL));
	const char *type = http_header(a, "content-type");
	ret->bytes = a->body;
	ret->type = type ? type : "";
	ret->digest = digest_text(c->mem, DIGEST_SHA256, a->body);
	const char *said = http_header(a, "docker-content-digest");
	ret->said = said && !oci_ref_check_digest(c->mem, said) ? said : NULL;
	return check_same(c->mem, o, reference, ret->digest);
}

err *oci_digest(ctx *c, struct oci *o, const char *reference, char **ret_digest)
{
	struct registry_request q = {.method = "HEAD",
				     .path = path_of(c->mem, o, "manifests", reference),
				     .accept = ACCEPT,
				     .max = SPARE};
	struct oci_document document;
	struct http_answer *a;
	TRY(check_reference(c->mem, reference));
	err *failed = registry_do(c, o->registry, &q, &a, NULL);
	int code = err_code(failed);
	if (code && code != ERR_NOT_FOUND && code != ERR_UNAUTHORIZED && code != ERR_FORBIDDEN &&
	    code != ERR_FAILED)
		return failed;
	const char *digest = failed ? NULL : http_header(a, "docker-content-digest");
	if (digest && !oci_ref_check_digest(c->mem, digest)) {
		*ret_digest = arena_text(c->mem, digest);
		return check_same(c->mem, o, reference, digest);
	}
	/* a GET tells what is wrong, or has the bytes to make the digest of */
	TRY(get_document(c, o, reference, &document));
	*ret_digest = arena_text(c->mem, document.digest);
	return NULL;
}

/* Of a tag, the bytes are what the registry says that they are; what is asked for by its digest needs no word of its. */
static err *check_said(arena *mem, const struct oci *o, const char *reference,
		       const struct oci_document *d)
{
	if (oci_ref_is_digest(reference) || !d->said || text_eq(d->said, d->digest))
		return NULL;
	return err_new(mem, ERR_INVALID,
		       "manifest digest: \"%s\" does not match the registry's own word, \"%s\" "
		       "in Docker-Content-Digest, for \"%s\"",
		       d->digest, d->said, oci_name(mem, o, reference));
}

/* Registries that serve files leave the type out or say text/plain: then the document's own word counts. */
static bool is_index(arena *mem, const struct oci_document *d)
{
	val *v;
	if (oci_manifest_is_index(d->type))
		return true;
	if (text_starts(d->type, OCI_TYPE_MANIFEST) ||
	    text_starts(d->type, OCI_TYPE_DOCKER_MANIFEST))
		return false;
	const char *own =
		json_parse(mem, d->bytes, &v) ? NULL : val_as_text(val_get(v, "mediaType"));
	return own && oci_manifest_is_index(own);
}

err *oci_fetch(ctx *c, struct oci *o, const char *reference, struct oci_document *ret_document)
{
	struct oci_descriptor child;
	TRY(get_document(c, o, reference, ret_document));
	TRY(check_said(c->mem, o, reference, ret_document));
	for (int depth = 0; is_index(c->mem, ret_document); depth++) {
		if (depth == INDEX_DEPTH)
			return err_new(c->mem, ERR_LIMIT, "indexes lie more than %d deep",
				       INDEX_DEPTH);
		TRY(oci_manifest_of_index(c->mem, ret_document->bytes,
					  oci_name(c->mem, o, ret_document->digest), &child));
		TRY(get_document(c, o, child.digest, ret_document));
	}
	if (text_starts(ret_document->type, TYPE_SCHEMA1))
		return err_new(c->mem, ERR_UNSUPPORTED, "unsupported MediaType: \"%s\"",
			       ret_document->type);
	return NULL;
}

err *oci_pull(ctx *c, struct oci *o, const char *reference, struct oci_manifest **ret_manifest)
{
	struct oci_document d;
	TRY(oci_fetch(c, o, reference, &d));
	return oci_manifest_parse(c->mem, d.bytes, d.type, d.digest, ret_manifest);
}

/* ---- blobs ---- */

/* A blob as it comes: nothing goes on before its size and digest are known to be right. */
struct blob {
	const struct oci_descriptor *d;
	arena *mem;
	struct digest *digest;
	uint64_t n;
	buf *bytes; /* where to, or … */
	struct spool *spool;
};

static err *wrong_size(arena *mem, const struct blob *b)
{
	return err_new(mem, ERR_INVALID, "error verifying size; got %s%llu, want %llu",
		       b->n > b->d->size ? "at least " : "", (unsigned long long)b->n,
		       (unsigned long long)b->d->size);
}

static err *blob_add(void *arg, arena *mem, str bytes)
{
	struct blob *b = arg;
	b->n += bytes.n;
	if (b->n > b->d->size)
		return wrong_size(mem, b);
	digest_add(b->digest, bytes);
	if (!b->bytes)
		return spool_add(mem, b->spool, bytes);
	buf_str(b->bytes, bytes);
	return NULL;
}

static err *blob_restart(void *arg, arena *mem)
{
	struct blob *b = arg;
	b->n = 0;
	b->digest = digest_begin(b->mem, DIGEST_SHA256);
	if (!b->bytes)
		return spool_clear(mem, b->spool);
	buf_clear(b->bytes);
	return NULL;
}

static err *blob_check(arena *mem, const struct blob *b)
{
	if (b->n != b->d->size)
		return wrong_size(mem, b);
	char *got = digest_end(b->digest);
	if (!text_eq(got, b->d->digest))
		return err_new(mem, ERR_INVALID,
			       "error verifying sha256 checksum after reading %llu bytes; got "
			       "\"%s\", want \"%s\"",
			       (unsigned long long)b->n, got, b->d->digest);
	return NULL;
}

static err *blob_get(ctx *c, struct oci *o, struct blob *b, uint64_t max)
{
	const struct oci_descriptor *d = b->d;
	TRY(oci_ref_check_digest(c->mem, d->digest));
	if (d->size > max)
		return err_new(c->mem, ERR_LIMIT,
			       "the blob is too large: %llu bytes, the limit is %llu",
			       (unsigned long long)d->size, (unsigned long long)max);
	b->mem = c->mem;
	b->digest = digest_begin(c->mem, DIGEST_SHA256);
	if (d->data.n) {
		TRY(blob_add(b, c->mem, d->data));
		return blob_check(c->mem, b);
	}
	int64_t more = (int64_t)(d->size / BLOB_RATE) * CLOCK_SECOND;
	struct registry_request q = {.method = "GET",
				     .path = path_of(c->mem, o, "blobs", d->digest),
				     .max = (size_t)d->size + SPARE, /* blob_add tells it better */
				     .timeout = o->timeout ? o->timeout + more : 0,
				     .on_body = blob_add,
				     .restart = blob_restart,
				     .arg = b};
	struct http_answer *a;
	TRY(registry_do(c, o->registry, &q, &a, NULL));
	return blob_check(c->mem, b);
}

static void close_arena(void *mem)
{
	arena_close(mem);
}

err *oci_blob(ctx *c, struct oci *o, const struct oci_descriptor *d, size_t max, str *ret_bytes)
{
	arena *own = arena_open(); /* where the bytes can grow in place */
	buf bytes = buf_init(own);
	struct blob b = {.d = d, .bytes = &bytes};
	arena_defer(c->mem, close_arena, own);
	TRY(blob_get(c, o, &b, max));
	buf_text(&bytes);
	*ret_bytes = buf_view(&bytes);
	return NULL;
}

err *oci_blob_spool(ctx *c, struct oci *o, const struct oci_descriptor *d, uint64_t max,
		    struct spool *out)
{
	struct blob b = {.d = d, .spool = out};
	return blob_get(c, o, &b, max);
}

/* ---- referrers ---- */

err *oci_referrers(ctx *c, struct oci *o, const char *digest, struct oci_index *ret_index)
{
	struct registry_request q = {.method = "GET",
				     .path = path_of(c->mem, o, "referrers", digest),
				     .accept = OCI_TYPE_INDEX,
				     .max = OCI_MANIFEST_MAX};
	struct http_answer *a;
	TRY(oci_ref_check_digest(c->mem, digest));
	err *failed = registry_do(c, o->registry, &q, &a, NULL);
	if (err_code(failed) == ERR_NOT_FOUND) {
		/* a registry without the API keeps the list under a tag made of the digest */
		char *tag = arena_text(c->mem, digest);
		*strchr(tag, ':') = '-';
		q.path = path_of(c->mem, o, "manifests", tag);
		failed = registry_do(c, o->registry, &q, &a, NULL);
	}
	if (err_code(failed) == ERR_NOT_FOUND) {
		*ret_index = (struct oci_index){0};
		return NULL;
	}
	TRY(failed);
	return oci_index_parse(c->mem, a->body, ret_index);
}
