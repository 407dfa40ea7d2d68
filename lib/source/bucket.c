#include "source/bucket.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/spool.h"
#include "rt/crew.h"
#include "source/pages.h"

#define PAGES 100000
#define HANDS 4			 /* objects that are fetched at the same time */
#define PATIENCE 10		 /* times the timeout, for all objects */
#define RATE (INT64_C(64) << 10) /* bytes a second at least */

/* ---- time ---- */

/* From now on the work has at most ns left. The deadline that was, to be put back. */
static int64_t hurry(ctx *c, int64_t ns)
{
	return ctx_hurry(c, ns ? clock_now() + ns : 0);
}

/* The list is of no more bytes than are taken. */
static int64_t time_for(const struct bucket *b, const struct bucket_list *l)
{
	int64_t more = (int64_t)(bucket_list_size(l) / RATE) * CLOCK_SECOND;
	return b->timeout ? PATIENCE * b->timeout + more : 0;
}

/* ---- rules ---- */

struct into_buf {
	buf bytes;
};

static err *add_bytes(void *arg, arena *mem, str bytes)
{
	struct into_buf *b = arg;
	(void)mem;
	buf_str(&b->bytes, bytes);
	return NULL;
}

static err *clear_bytes(void *arg, arena *mem)
{
	struct into_buf *b = arg;
	(void)mem;
	buf_clear(&b->bytes);
	return NULL;
}

/* The .sourceignore of the bucket's root. */
static err *get_rules(ctx *c, const struct bucket *b, const str **ret_rules)
{
	static const struct bucket_object file = {.key = IGNORE_FILE, .etag = ""};
	/* the bytes come on another thread */
	arena *own = arena_open();
	struct into_buf into = {buf_init(own)};
	struct bucket_receiver to = {add_bytes, clear_bytes, &into, IGNORE_MAX_BYTES};
	const char *etag;
	err *e = b->service->get(c, b->self, &file, &to, &etag);
	if (!e) {
		str *rules = NEW(c->mem, str);
		*rules = (str){arena_copy(c->mem, into.bytes.n ? into.bytes.p : "", into.bytes.n),
			       into.bytes.n};
		*ret_rules = rules;
	}
	arena_close(own);
	return err_code(e) == ERR_NOT_FOUND ? NULL : e;
}

static bool shows_rules(const struct bucket_page *page)
{
	for (size_t i = 0; i < page->objects.n; i++)
		if (text_eq(page->objects.p[i].key, IGNORE_FILE))
			return true;
	return false;
}

/* The file is asked for unless the whole listing is there and would show it. */
static err *read_rules(ctx *c, const struct bucket *b, const struct bucket_page *first,
		       struct ignore *g, const str **ret_rules)
{
	struct ignore_domain root = ignore_domain_of(c->mem, "");
	bool whole = !first->next && text_starts(IGNORE_FILE, b->prefix ? b->prefix : "");
	*ret_rules = NULL;
	if (!whole || shows_rules(first))
		TRY_AS(c->mem, get_rules(c, b, ret_rules),
		       "failed to get Etag for '" IGNORE_FILE "' object");
	if (*ret_rules)
		ignore_read(g, **ret_rules, root);
	if (b->ignore)
		ignore_read(g, str_of(b->ignore), root);
	return NULL;
}

/* ---- the index ---- */

static err *add_page(struct bucket_list *l, const struct bucket_page *page)
{
	for (size_t i = 0; i < page->objects.n; i++)
		TRY(bucket_list_add(l, &page->objects.p[i]));
	return NULL;
}

struct listing {
	const struct bucket *bucket;
	struct bucket_list *list;
};

static err *list_page(void *arg, ctx *c, const char *from, const char **ret_next)
{
	const struct listing *l = arg;
	const struct bucket *b = l->bucket;
	struct bucket_page page = {.next = NULL};
	TRY(b->service->page(c, b->self, b->prefix ? b->prefix : "", from, &page));
	TRY(add_page(l->list, &page));
	*ret_next = page.next;
	return NULL;
}

static err *no_bucket(ctx *c, const struct bucket *b, const err *e)
{
	if (e->code == ERR_GONE)
		return err_new(c->mem, ERR_NOT_FOUND, "bucket '%s' not found", b->name);
	return err_wrap(c->mem, e, "failed to confirm existence of '%s' bucket", b->name);
}

static err *list(ctx *c, const struct bucket *b, struct bucket_list *ret_list,
		 const str **ret_rules)
{
	struct ignore *rules = ignore_new(c->mem);
	struct bucket_list l = {.mem = c->mem, .ignore = rules};
	struct bucket_page first;
	err *e = b->service->page(c, b->self, b->prefix ? b->prefix : "", NULL, &first);
	if (e)
		return no_bucket(c, b, e);
	TRY(read_rules(c, b, &first, rules, ret_rules));
	e = add_page(&l, &first);
	if (!e && first.next) {
		e = pages_walk(c, PAGES, first.next, list_page, &(struct listing){b, &l});
		if (e)
			e = err_wrap(c->mem, e, "listing objects from bucket '%s' failed", b->name);
	}
	if (!e)
		e = bucket_list_settle(&l);
	if (e)
		return err_wrap(c->mem, e, "indexation of objects from bucket '%s' failed",
				b->name);
	*ret_list = l;
	return NULL;
}

err *bucket_index(ctx *c, const struct bucket *b, struct bucket_list *ret_list,
		  const str **ret_rules)
{
	int64_t before = hurry(c, b->timeout);
	err *e = list(c, b, ret_list, ret_rules);
	c->deadline = before;
	return e;
}

/* ---- fetching ---- */

/* Objects come several at a time, each hand with a spool of its own; which of them an object lands in makes no difference. */
struct fetching {
	const struct bucket *bucket;
	struct bucket_list *list;
	struct spool *spools[HANDS];
	struct place {
		struct content_place in;
		struct spool *spool;
	} * places;
	uint64_t max;
	atomic_uint_least64_t bytes; /* of all objects, so far */
	arena *mem;
	pthread_mutex_t lock; /* mem */
};

struct into_spool {
	struct fetching *f;
	struct place *place;
};

static err *too_large(arena *mem, uint64_t max)
{
	return err_new(mem, ERR_LIMIT,
		       "the objects are larger than the limit of %llu bytes: leave some out by "
		       "spec.prefix, spec.ignore or " IGNORE_FILE ", or raise --artifact-max-size",
		       (unsigned long long)max);
}

static err *add_spool(void *arg, arena *mem, str bytes)
{
	struct into_spool *s = arg;
	s->place->in.n += bytes.n;
	if (atomic_fetch_add(&s->f->bytes, bytes.n) + bytes.n > s->f->max)
		return too_large(mem, s->f->max);
	return spool_add(mem, s->place->spool, bytes);
}

/* What came of a failed try stays behind, unread. */
static err *begin_place(void *arg, arena *mem)
{
	struct into_spool *s = arg;
	(void)mem;
	atomic_fetch_sub(&s->f->bytes, s->place->in.n);
	s->place->in = (struct content_place){spool_size(s->place->spool), 0};
	return NULL;
}

static const char *keep_text(struct fetching *f, const char *text)
{
	pthread_mutex_lock(&f->lock);
	const char *kept = arena_text(f->mem, text);
	pthread_mutex_unlock(&f->lock);
	return kept;
}

/* What has the ETag of the listing has its size too, or one of the two is not true. */
static err *check_size(arena *mem, const struct bucket_object *o, const char *etag, uint64_t got)
{
	bool same = !*etag || text_eq(etag, o->etag);
	if (!same || o->size == BUCKET_UNSIZED || (uint64_t)o->size == got)
		return NULL;
	return err_new(mem, ERR_INVALID,
		       "it came as %llu bytes, but the listing says %lld and the same ETag: the "
		       "server of the bucket, or a proxy before it, is at fault",
		       (unsigned long long)got, (long long)o->size);
}

static err *fetch_one(ctx *c, void *arg, int hand, size_t i)
{
	struct fetching *f = arg;
	struct bucket_object *o = &f->list->objects.p[i];
	struct into_spool s = {f, &f->places[i]};
	struct bucket_receiver to = {add_spool, begin_place, &s, f->max};
	const char *etag = "";
	s.place->spool = f->spools[hand];
	TRY(begin_place(&s, c->mem));
	err *e = f->bucket->service->get(c, f->bucket->self, o, &to, &etag);
	o->gone = err_code(e) == ERR_NOT_FOUND;
	if (o->gone)
		return begin_place(&s, c->mem);
	if (!e)
		e = check_size(c->mem, o, etag, s.place->in.n);
	if (e)
		return err_wrap(c->mem, e, "failed to get '%s' object", o->key);
	if (*etag && !text_eq(etag, o->etag))
		o->etag = keep_text(f, etag);
	return NULL;
}

static err *fetch_all(ctx *c, struct fetching *f, const char *scratch, struct content *content)
{
	size_t n = f->list->objects.n;
	for (size_t hand = 0; hand < HANDS && hand < n; hand++)
		TRY(spool_open(c->mem, scratch, &f->spools[hand]));
	TRY(crew_run(c, HANDS, n, fetch_one, f));
	for (size_t i = 0; i < n; i++) {
		struct bucket_object *o = &f->list->objects.p[i];
		if (!o->gone)
			TRY(content_file(content, bucket_object_path(c->mem, o), false,
					 content_spooled, f->places[i].spool, &f->places[i].in));
	}
	return NULL;
}

err *bucket_fetch(ctx *c, const struct bucket *b, struct bucket_list *l, const char *scratch,
		  uint64_t max, struct content *content)
{
	struct fetching *f = NEW(c->mem, struct fetching);
	if (bucket_list_size(l) > max)
		return too_large(c->mem, max);
	int64_t before = hurry(c, time_for(b, l));
	*f = (struct fetching){.bucket = b,
			       .list = l,
			       .places = NEW_N(c->mem, struct place, l->objects.n),
			       .max = max,
			       .mem = c->mem};
	pthread_mutex_init(&f->lock, NULL);
	err *e = fetch_all(c, f, scratch, content);
	pthread_mutex_destroy(&f->lock);
	c->deadline = before;
	return e ? err_wrap(c->mem, e, "fetch from bucket '%s' failed", b->name) : NULL;
}
