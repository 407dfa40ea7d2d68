#include "source/stash.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "net/url.h"

#define KEPT_MAX 8   /* commits that are named to the server as there already */
#define PACKS_MAX 40 /* a stash of more packs is begun anew */

struct stash {
	const char *dir, *url;
	struct objects *objects;
	bool spoiled;
};

struct objects *stash_objects(const struct stash *s)
{
	return s->objects;
}

void stash_spoil(struct stash *s)
{
	s->spoiled = true;
}

static void end(void *arg)
{
	struct stash *s = arg;
	if (!s->spoiled)
		return;
	arena *mem = arena_open();
	file_remove_tree(mem, s->dir);
	arena_close(mem);
}

static err *prepare(arena *mem, const struct stash *s)
{
	const char *file = path_join(mem, s->dir, "url");
	str url = {NULL, 0};
	if (!file_read(mem, file, URL_MAX_BYTES, &url) && str_is(url, s->url))
		return NULL;
	TRY(file_remove_tree(mem, s->dir));
	TRY(file_mkdirs(mem, s->dir));
	return file_write(mem, file, str_of(s->url), 0600);
}

err *stash_open(ctx *c, const char *dir, const char *url, struct stash **ret_stash)
{
	struct stash *s = NEW(c->mem, struct stash);
	*s = (struct stash){.dir = dir, .url = url};
	const char *at = path_join(c->mem, dir, "objects");
	TRY(prepare(c->mem, s));
	arena_defer(c->mem, end, s);
	TRY(objects_open(c->mem, at, &s->objects));
	if (objects_packs(s->objects) > PACKS_MAX) {
		TRY(file_remove_tree(c->mem, dir));
		TRY(prepare(c->mem, s));
		TRY(objects_open(c->mem, at, &s->objects));
	}
	*ret_stash = s;
	return NULL;
}

/* The commits that were fetched last, from the file that remembers them. */
static size_t kept(ctx *c, const struct stash *s, const char **ids)
{
	str text, line;
	size_t n = 0;
	if (file_read(c->mem, path_join(c->mem, s->dir, "kept"), KEPT_MAX * 64, &text))
		return 0;
	while (n < KEPT_MAX && str_next(&text, '\n', &line)) {
		char *id = str_text(c->mem, line);
		if (pkt_is_id(line) && objects_has(s->objects, id))
			ids[n++] = id;
	}
	return n;
}

/* Tags are no commits to build upon. */
static bool is_commit(ctx *c, const struct stash *s, const char *id)
{
	struct object_commit commit;
	return !objects_commit(c->mem, s->objects, id, &commit);
}

static err *keep(ctx *c, const struct stash *s, const char *const *got, size_t n_got,
		 const char *const *had, size_t n_had)
{
	buf b = buf_init(c->mem);
	size_t n = 0;
	for (size_t i = 0; i < n_got && n < KEPT_MAX; i++) {
		if (!is_commit(c, s, got[i]))
			continue;
		buf_printf(&b, "%s\n", got[i]);
		n++;
	}
	for (size_t i = 0; i < n_had && n < KEPT_MAX; i++, n++)
		buf_printf(&b, "%s\n", had[i]);
	return file_write(c->mem, path_join(c->mem, s->dir, "kept"), buf_view(&b), 0600);
}

static bool is_tip(const struct pkt_refs *refs, const char *id)
{
	for (size_t i = 0; i < refs->n; i++)
		if (text_eq(refs->p[i].id, id))
			return true;
	return false;
}

/* From a server that gives nothing but what references point to: that, if it is what is wanted; otherwise everything, with its
 * history. */
static err *want_tips(ctx *c, struct wire *w, struct wire_want *q)
{
	static const char *const folders[] = {"refs/heads/", "refs/tags/"};
	struct pkt_refs refs;
	bool all = true;
	TRY(wire_refs(c, w, folders, 2, &refs));
	for (size_t i = 0; i < q->n; i++)
		all = all && is_tip(&refs, q->wants[i]);
	if (all)
		return NULL;
	const char **ids = NEW_N(c->mem, const char *, refs.n);
	q->n = 0;
	for (size_t i = 0; i < refs.n; i++)
		if (text_starts(refs.p[i].name, folders[0]) ||
		    text_starts(refs.p[i].name, folders[1]))
			ids[q->n++] = refs.p[i].id;
	q->wants = ids;
	q->deep = true;
	q->n_haves = 0;
	return NULL;
}

static err *pack_into(ctx *c, struct stash *s, struct wire *w, const struct wire_want *q)
{
	struct sink in;
	TRY(objects_pack_begin(c, s->objects, &in));
	TRY(wire_fetch(c, w, q, s->dir, in, NULL));
	return objects_pack_end(c, s->objects);
}

/* The time that the wire has left is for the pack to come; it gets as much again to be unpacked. */
static err *take_pack(ctx *c, struct stash *s, struct wire *w, const struct wire_want *q)
{
	int64_t now = clock_now(), left = w->deadline - now;
	int64_t then = left > 0 ? w->deadline + left : now;
	int64_t before = ctx_hurry(c, w->deadline ? then : 0);
	err *e = pack_into(c, s, w, q);
	c->deadline = before;
	return e;
}

err *stash_obtain(ctx *c, struct stash *s, struct wire *w, const char *const *ids, size_t n,
		  bool any)
{
	const char *haves[KEPT_MAX], **wants = NEW_N(c->mem, const char *, n);
	struct wire_want q = {.wants = wants, .haves = haves};
	for (size_t i = 0; i < n; i++)
		if (!objects_has(s->objects, ids[i]))
			wants[q.n++] = ids[i];
	if (!q.n)
		return NULL;
	size_t missing = q.n, n_haves = kept(c, s, haves);
	q.n_haves = n_haves;
	if (any)
		TRY(wire_meet(c, w));
	if (any && !wire_any_commit(w))
		TRY(want_tips(c, w, &q));
	TRY(take_pack(c, s, w, &q));
	return keep(c, s, wants, missing, haves, n_haves);
}
