#include "source/external.h"

#include "base/clock.h"
#include "base/spool.h"
#include "net/url.h"

#define PATIENCE (5 * CLOCK_MINUTE) /* for a download; who gives a byte a second has less */
#define TRIES 3
#define RETRY_DELAY (500 * CLOCK_MS)
#define REDIRECTS 10
#define BUSY_TRIES 100 /* while another pass downloads the same */
#define BUSY_DELAY (100 * CLOCK_MS)

struct download {
	const struct external *x;
	struct spool *spool;
	struct digest *digest;
	arena *mem;
	uint64_t n;
	enum digest_kind kind;
};

/* On the loop, while the worker waits. */
static err *take(void *arg, arena *mem, str bytes)
{
	struct download *d = arg;
	d->n += bytes.n;
	if (d->n > d->x->max)
		return err_new(mem, ERR_LIMIT,
			       "artifact is greater than the max download size of %llu bytes",
			       (unsigned long long)d->x->max);
	digest_add(d->digest, bytes);
	return spool_add(mem, d->spool, bytes);
}

static err *restart(struct download *d)
{
	d->n = 0;
	d->digest = digest_begin(d->mem, d->kind);
	return spool_clear(d->mem, d->spool);
}

static bool passes(const err *e, const struct http_answer *a)
{
	return e ? e->code == ERR_IO && !http_untrusted(e) : a->status >= 500;
}

static err *ask(ctx *c, struct download *d, struct http_answer **ret_answer)
{
	static const struct login nobody;
	struct http *http;
	struct http_request q = {.method = "GET",
				 .url = d->x->url,
				 .max_answer = SIZE_MAX,
				 .redirects = REDIRECTS,
				 .timeout = PATIENCE,
				 .stall_bytes = CLIENTS_SLOWEST,
				 .on_body = take,
				 .on_body_arg = d};
	TRY(clients_get(c->mem, d->x->clients, d->x->url, &nobody, &http));
	for (int try = 1;; try++) {
		TRY(restart(d));
		err *e = http_do(c, http, &q, ret_answer);
		if (try == TRIES || !passes(e, *ret_answer))
			return e;
		TRY(ctx_sleep(c, RETRY_DELAY));
	}
}

/* All of it, as it was told. */
static err *get(ctx *c, struct download *d)
{
	struct http_answer *a;
	TRY_AS(c->mem, ask(c, d, &a), "failed to download archive");
	if (a->status == 404)
		return err_new(c->mem, ERR_NOT_FOUND, "file not found");
	if (a->status != 200)
		return err_new(
			c->mem, ERR_FAILED, "failed to download archive from %s (status: %d %s)",
			url_redact(c->mem, d->x->url), a->status, http_status_text(a->status));
	if (!text_eq(digest_end(d->digest), d->x->digest))
		return err_new(c->mem, ERR_INVALID,
			       "failed to verify archive: computed digest doesn't match provided "
			       "'%s' (check whether file size exceeds max download size)",
			       d->x->digest);
	return NULL;
}

static err *check(arena *mem, const struct external *x, enum digest_kind *ret_kind, str *ret_hex)
{
	struct url *u;
	if (!*x->digest)
		return err_new(mem, ERR_INVALID, "failed to verify archive: empty digest");
	if (!digest_split(str_of(x->digest), ret_kind, ret_hex) || *ret_kind == DIGEST_SHA1)
		return err_new(mem, ERR_INVALID,
			       "failed to verify archive: failed to parse digest '%.200s': "
			       "unsupported digest algorithm or invalid checksum",
			       x->digest);
	TRY_AS(mem, url_parse_http(mem, x->url, &u), "failed to create a new request");
	return NULL;
}

static err *fill(void *arg, struct sink out)
{
	struct download *d = arg;
	return spool_each(d->mem, d->spool, 0, spool_size(d->spool), out.put, out.arg);
}

/* Into the depot. Two passes may want the same at once; one of them is enough. */
static err *keep(ctx *c, struct download *d, const char *path)
{
	struct depot_file stored;
	int removed;
	for (int try = 1;; try++) {
		err *e = depot_put(c->mem, d->x->depot, path, fill, d, &stored);
		if (err_code(e) == ERR_BUSY && try < BUSY_TRIES) {
			TRY(ctx_sleep(c, BUSY_DELAY));
			if (!depot_verify(c->mem, d->x->depot, path, d->x->digest))
				return NULL;
			continue;
		}
		TRY(e);
		/* not being able to tidy up does not matter here */
		(void)depot_collect(c->mem, d->x->depot, path, &removed);
		return NULL;
	}
}

err *external_get(ctx *c, const struct external *x, const char **ret_path)
{
	struct download d = {.x = x, .mem = c->mem};
	str hex;
	TRY(check(c->mem, x, &d.kind, &hex));
	const char *file = arena_printf(c->mem, "%.*s.tar.gz", STR_ARG(hex));
	*ret_path = depot_path(c->mem, x->kind, x->ns, x->name, file);
	if (!depot_verify(c->mem, x->depot, *ret_path, x->digest))
		return NULL;
	TRY(spool_open(c->mem, depot_dir(x->depot), &d.spool));
	TRY(get(c, &d));
	return keep(c, &d, *ret_path);
}
