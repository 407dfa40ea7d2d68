#include "kube/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/map.h"
#include "base/rand.h"
#include "data/json.h"
#include "kube/splitter.h"

#define METADATA "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
#define METADATA_LIST                                                                              \
	"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
#define PAGE 500
#define FIRST_PAUSE (100 * CLOCK_MS)
#define LONGEST_PAUSE (30 * CLOCK_SECOND)
#define LONGEST_TOLD 60		   /* seconds of a Retry-After that are believed */
#define STALL (150 * CLOCK_SECOND) /* the server sends a bookmark each minute */
#define SHORTEST_WATCH 300 /* seconds that the server is asked to keep a watch open, at least */
#define MAX_FAILURE ((size_t)64 << 10)
#define LIST_DONE "k8s.io/initial-events-end"

/* What the stream that is open brings. */
enum mode { PAGES, LIST_STREAM, WATCHING };

struct watch {
	arena *mem;
	loop *loop;
	struct client *client;
	struct watch_settings s;
	struct timer *pause;
	struct http_stream *stream;
	struct splitter *splitter;
	int inside; /* of a call of ours */
	bool closed, synced;

	enum mode mode;
	bool no_list_stream; /* the server has said so */
	unsigned tries;	     /* in a row that brought nothing */
	unsigned long lists;
	uint64_t seen; /* the newest version that was told; the view never goes back behind it */
	char *version; /* to go on from; NULL: list first */
	char *more;    /* the token of the next page, "" for none */

	/* every object that was told: "ns/name" to its version << 16 | the list it was last seen in */
	struct map known;
	uint16_t round;

	/* of the stream that is open */
	arena *attempt;
	int status;
	int64_t told_pause;
	buf failure;
	err *failed; /* what we found wrong with it, in attempt */
	bool fruitful;
	int error_status; /* the state that was told with on_error last */
};

static void begin(struct watch *w);

static void *packed_mark(uint64_t version, uint16_t round)
{
	return (void *)(uintptr_t)(version << 16 | round);
}

static uint64_t mark_version(const void *mark)
{
	return (uint64_t)(uintptr_t)mark >> 16;
}

static uint16_t mark_round(const void *mark)
{
	return (uint16_t)(uintptr_t)mark;
}

static void set_text(char **field, const char *text)
{
	char *copy = text ? strdup(text) : NULL;
	free(*field);
	*field = copy;
}

static void saw(struct watch *w, uint64_t version)
{
	if (version > w->seen)
		w->seen = version;
}

static char *key_of(arena *mem, const val *obj)
{
	return arena_printf(mem, "%s/%s", val_text_or(VAL_IN(obj, "metadata", "namespace"), ""),
			    val_text_or(VAL_IN(obj, "metadata", "name"), ""));
}

static void tell(struct watch *w, enum watch_event e, const val *obj)
{
	if (w->s.on_event && !w->closed)
		w->s.on_event(w->s.arg, e, obj);
}

/* An object that is there. What was told already, or is older, is passed over. */
static void take_present(struct watch *w, arena *mem, const val *obj)
{
	char *key = key_of(mem, obj);
	uint64_t version = cache_version(obj);
	void *mark = map_get(&w->known, key);
	bool known = map_has(&w->known, key);
	if (known && version && mark_version(mark) >= version) {
		map_set(&w->known, key, packed_mark(mark_version(mark), w->round));
		return;
	}
	map_set(&w->known, key, packed_mark(version, w->round));
	tell(w, known ? WATCH_MODIFIED : WATCH_ADDED, obj);
	if (w->s.cache)
		cache_put(w->s.cache, obj);
}

static void take_gone(struct watch *w, const char *key, const val *obj, uint64_t version)
{
	const val *metadata = val_get(obj, "metadata");
	if (!map_has(&w->known, key) ||
	    (version && mark_version(map_get(&w->known, key)) > version))
		return;
	map_del(&w->known, key);
	tell(w, WATCH_DELETED, obj);
	if (w->s.cache)
		cache_remove_at(w->s.cache, val_as_text(val_get(metadata, "namespace")),
				val_as_text(val_get(metadata, "name")), version);
}

/* A new list begins: what is not in it will have gone. */
static void begin_list(struct watch *w)
{
	struct map_entry *e;
	w->round++;
	if (w->round)
		return;
	/* the numbers are used up: all known objects are of round 0 now */
	for (size_t i = 0; (e = map_next(&w->known, &i));)
		e->value = packed_mark(mark_version(e->value), 0);
	w->round = 1;
}

static val *last_known(struct watch *w, arena *mem, str key)
{
	str ns, name;
	str_cut(key, '/', &ns, &name);
	char *in = str_text(mem, ns), *called = str_text(mem, name);
	val *obj = w->s.cache ? cache_get(w->s.cache, mem, in, called) : NULL;
	if (obj)
		return obj;
	obj = val_map(mem);
	client_name_kind(mem, &w->s.resource, obj);
	val *metadata = val_make_map(mem, obj, "metadata");
	val_set_text(mem, metadata, "namespace", ns.n ? in : NULL);
	val_set_text(mem, metadata, "name", called);
	return obj;
}

/* A list is whole, at a version: what it did not have is told as deleted. */
static void end_list(struct watch *w, uint64_t version)
{
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&w->known, &i)) && !w->closed;) {
		if (mark_round(e->value) == w->round)
			continue;
		arena *mem = arena_open();
		char *key = str_text(mem, e->key);
		take_gone(w, key, last_known(w, mem, e->key), version);
		arena_close(mem);
	}
	saw(w, version);
	w->lists++;
	w->fruitful = true;
	w->error_status = 0;
	if (!w->synced && !w->closed) {
		w->synced = true;
		if (w->s.on_synced)
			w->s.on_synced(w->s.arg);
	}
}

/* An answer older than what was told comes from a server that lags behind another. */
static err *check_age(struct watch *w, uint64_t version)
{
	if (!version || version >= w->seen)
		return NULL;
	return err_new(w->attempt, ERR_BUSY,
		       "the API server's view (resource version %llu) is older than what was seen "
		       "before (%llu)",
		       (unsigned long long)version, (unsigned long long)w->seen);
}

/* A piece of a page: an item, or the list's metadata, which comes first. */
static err *on_page_piece(void *arg, const char *key, str piece)
{
	struct watch *w = arg;
	bool item = strcmp(key, "items") == 0;
	val *v;
	err *e;
	if (w->closed || (!item && strcmp(key, "metadata") != 0))
		return NULL;
	arena *mem = arena_open();
	e = json_parse(mem, piece, &v);
	if (!e && item && val_is(v, VAL_MAP)) {
		client_name_kind(mem, &w->s.resource, v);
		take_present(w, mem, v);
	} else if (!e && !item) {
		val *list = val_map(mem);
		val_set(mem, list, "metadata", v);
		e = check_age(w, cache_version(list));
		set_text(&w->version, val_as_text(val_get(v, "resourceVersion")));
		set_text(&w->more, val_text_or(val_get(v, "continue"), ""));
	}
	e = err_copy(w->attempt, e);
	arena_close(mem);
	return e;
}

static err *take_bookmark(struct watch *w, const val *obj)
{
	uint64_t version = cache_version(obj);
	if (w->mode == LIST_STREAM) {
		if (!text_eq(val_as_text(VAL_IN(obj, "metadata", "annotations", LIST_DONE)),
			     "true"))
			return NULL;
		TRY(check_age(w, version));
		w->mode = WATCHING;
		end_list(w, version);
	}
	set_text(&w->version, val_as_text(VAL_IN(obj, "metadata", "resourceVersion")));
	saw(w, version);
	return NULL;
}

static err *take_error(struct watch *w, const val *status)
{
	buf b = buf_init(w->attempt);
	int code = (int)val_as_int(val_get(status, "code"), 500);
	json_print(&b, status, JSON_PLAIN);
	w->status = code;
	return client_read_failure(w->attempt, "GET", w->s.resource.plural, code, buf_view(&b));
}

static err *take_event(struct watch *w, arena *mem, const val *event)
{
	const char *type = val_text_or(val_get(event, "type"), "");
	val *obj = val_get(event, "object");
	if (!val_is(obj, VAL_MAP))
		return err_new(w->attempt, ERR_INVALID, "a watch event without an object");
	if (strcmp(type, "ERROR") == 0)
		return take_error(w, obj);
	w->fruitful = w->fruitful || w->mode == WATCHING;
	if (strcmp(type, "BOOKMARK") == 0)
		return take_bookmark(w, obj);
	client_name_kind(mem, &w->s.resource, obj);
	if (strcmp(type, "DELETED") == 0)
		take_gone(w, key_of(mem, obj), obj, cache_version(obj));
	else if (strcmp(type, "ADDED") == 0 || strcmp(type, "MODIFIED") == 0)
		take_present(w, mem, obj);
	else
		return err_new(w->attempt, ERR_INVALID, "a watch event of type \"%s\"", type);
	if (w->mode == WATCHING) {
		set_text(&w->version, val_as_text(VAL_IN(obj, "metadata", "resourceVersion")));
		saw(w, cache_version(obj));
	}
	return NULL;
}

static err *on_line(void *arg, const char *key, str line)
{
	struct watch *w = arg;
	(void)key;
	if (w->closed)
		return NULL;
	arena *mem = arena_open();
	val *event;
	arena_secret(mem); /* it may show a Secret */
	err *e = json_parse(mem, line, &event);
	e = e ? err_copy(w->attempt, err_wrap(mem, e, "reading a watch event"))
	      : take_event(w, mem, event);
	arena_close(mem);
	return e;
}

static void on_head(void *arg, const struct http_answer *a)
{
	struct watch *w = arg;
	const char *told = http_header(a, "retry-after");
	int64_t seconds;
	w->status = a->status;
	if (a->status == 200 && w->mode == WATCHING)
		w->error_status = 0;
	client_count(w->client, "GET", a->status);
	if (told && str_int(str_of(told), &seconds) && seconds > 0)
		w->told_pause = (seconds < LONGEST_TOLD ? seconds : LONGEST_TOLD) * CLOCK_SECOND;
}

static void on_data(void *arg, str bytes)
{
	struct watch *w = arg;
	if (w->closed || w->failed)
		return;
	if (w->status / 100 != 2) {
		buf_str(&w->failure, str_sub(bytes, 0, MAX_FAILURE - w->failure.n));
		return;
	}
	w->inside++;
	w->failed = splitter_feed(w->attempt, w->splitter, bytes);
	w->inside--;
	if (w->failed)
		http_stream_stop(w->stream);
}

static void free_watch(struct watch *w)
{
	timer_close(w->pause);
	splitter_close(w->splitter);
	map_done(&w->known);
	free(w->version);
	free(w->more);
	if (w->attempt)
		arena_close(w->attempt);
	arena_close(w->mem);
}

static void after_pause(void *arg)
{
	begin(arg);
}

/* Longer after each failure, at once after what ended well. */
static int64_t next_pause(struct watch *w, bool good)
{
	if (good || w->fruitful)
		w->tries = 0;
	if (good)
		return 0;
	int64_t ns = FIRST_PAUSE;
	for (unsigned i = 0; i < w->tries && ns < LONGEST_PAUSE; i++)
		ns *= 2;
	w->tries++;
	ns = rand_jitter(ns < LONGEST_PAUSE ? ns : LONGEST_PAUSE, 30);
	return ns > w->told_pause ? ns : w->told_pause;
}

/* The state that is told once: what the API refuses, not that it cannot be reached for a moment. */
static void tell_refused(struct watch *w, const err *e)
{
	int code = (int)e->code;
	bool refused = code == ERR_FORBIDDEN || code == ERR_NOT_FOUND || code == ERR_UNAUTHORIZED ||
		       code == ERR_INVALID || w->tries >= 3;
	if (!refused || w->error_status == code || w->closed)
		return;
	w->error_status = code;
	if (w->s.on_error)
		w->s.on_error(w->s.arg, e);
}

/* What a stream that ended was worth; true when the next begins at once. */
static bool judge(struct watch *w, const err *failed)
{
	const err *e = w->failed;
	if (!e && w->status && w->status / 100 != 2)
		e = client_read_failure(w->attempt, "GET", w->s.resource.plural, w->status,
					buf_view(&w->failure));
	if (!e)
		e = failed;
	if (!e && w->mode == PAGES)
		e = splitter_end(w->attempt, w->splitter);
	if (!e && w->mode == PAGES) {
		w->fruitful = true;
		if (!*w->more) {
			w->mode = WATCHING;
			end_list(w, w->version ? strtoull(w->version, NULL, 10) : 0);
		}
		return true;
	}
	if (!e)
		/* the server's time for a watch is over; one that ends before it began is a failure */
		return w->fruitful && w->mode == WATCHING;
	if (w->mode == LIST_STREAM && (w->status == 400 || w->status == 422) && !w->fruitful) {
		w->no_list_stream = true;
		return true;
	}
	if (w->status == 401)
		client_token_refused(w->client);
	if (e->code == ERR_GONE && (w->version || *w->more)) {
		/* what came before is compacted: once more from the start, at once */
		set_text(&w->version, NULL);
		set_text(&w->more, "");
		w->mode = LIST_STREAM;
		return true;
	}
	tell_refused(w, e);
	return false;
}

static void on_end(void *arg, const err *failed)
{
	struct watch *w = arg;
	w->stream = NULL;
	w->inside++;
	bool at_once = !w->closed && judge(w, failed);
	w->inside--;
	if (w->closed) {
		free_watch(w);
		return;
	}
	if (w->mode != WATCHING && !(w->mode == PAGES && *w->more && at_once)) {
		/* a list that broke off is made again as a whole */
		set_text(&w->version, NULL);
		set_text(&w->more, "");
	}
	timer_set(w->pause, next_pause(w, at_once));
}

static void add_selectors(struct watch *w, buf *b)
{
	if (w->s.selector && *w->s.selector)
		buf_printf(b, "&labelSelector=%s", enc_percent(w->attempt, str_of(w->s.selector)));
	if (w->s.fields && *w->s.fields)
		buf_printf(b, "&fieldSelector=%s", enc_percent(w->attempt, str_of(w->s.fields)));
}

/* What to ask for next, and what comes then. */
static const char *next_request(struct watch *w)
{
	arena *mem = w->attempt;
	buf b = buf_init(mem);
	unsigned seconds = SHORTEST_WATCH + (unsigned)rand_below(SHORTEST_WATCH);
	buf_text_add(&b, client_path(mem, &w->s.resource, w->s.ns, NULL, NULL));
	if (w->version && !*w->more) {
		w->mode = WATCHING;
		buf_printf(
			&b,
			"?watch=true&allowWatchBookmarks=true&resourceVersion=%s&timeoutSeconds=%u",
			enc_percent(mem, str_of(w->version)), seconds);
	} else if (!w->no_list_stream) {
		w->mode = LIST_STREAM;
		begin_list(w);
		buf_printf(&b,
			   "?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&"
			   "resourceVersionMatch="
			   "NotOlderThan&timeoutSeconds=%u",
			   seconds);
		if (w->seen)
			buf_printf(&b, "&resourceVersion=%llu", (unsigned long long)w->seen);
	} else {
		w->mode = PAGES;
		buf_printf(&b, "?limit=%d", PAGE);
		if (*w->more)
			buf_printf(&b, "&continue=%s", enc_percent(mem, str_of(w->more)));
		else
			begin_list(w);
		if (!*w->more && w->seen)
			buf_printf(&b, "&resourceVersion=%llu&resourceVersionMatch=NotOlderThan",
				   (unsigned long long)w->seen);
	}
	add_selectors(w, &b);
	return buf_text(&b);
}

static void begin(struct watch *w)
{
	static const struct http_stream_calls calls = {on_head, on_data, on_end};
	if (w->attempt)
		arena_close(w->attempt);
	w->attempt = arena_open();
	w->failure = buf_init(w->attempt);
	w->failed = NULL;
	w->status = 0;
	w->told_pause = 0;
	w->fruitful = false;
	const char *path = next_request(w);
	const char *accept = !w->s.metadata_only ? "application/json"
			     : w->mode == PAGES	 ? METADATA_LIST
						 : METADATA;
	splitter_close(w->splitter);
	w->splitter =
		splitter_open(w->mode == PAGES, w->mode == PAGES ? on_page_piece : on_line, w);
	w->stream = client_stream(w->client, path, accept, STALL, &calls, w);
}

static void copy_settings(struct watch *w, const struct watch_settings *s)
{
	arena *mem = w->mem;
	w->s = *s;
	w->s.ns = arena_text(mem, s->ns);
	w->s.selector = arena_text(mem, s->selector);
	w->s.fields = arena_text(mem, s->fields);
	w->s.resource = client_copy_resource(mem, &s->resource);
}

struct watch *watch_open(loop *l, struct client *cl, const struct watch_settings *s)
{
	arena *mem = arena_open();
	struct watch *w = NEW(mem, struct watch);
	w->mem = mem;
	w->loop = l;
	w->client = cl;
	copy_settings(w, s);
	w->known = map_init(NULL);
	set_text(&w->more, "");
	w->pause = timer_open(l, after_pause, w);
	begin(w);
	return w;
}

void watch_close(struct watch *w)
{
	if (!w || w->closed)
		return;
	w->closed = true;
	timer_stop(w->pause);
	if (w->stream)
		http_stream_stop(w->stream); /* its end frees the watch */
	else if (!w->inside)
		free_watch(w);
}

bool watch_synced(const struct watch *w)
{
	return w->synced;
}

void watch_hurry(struct watch *w)
{
	if (w->stream || w->closed)
		return;
	w->tries = 0;
	timer_set(w->pause, 0);
}

unsigned long watch_lists(const struct watch *w)
{
	return w->lists;
}
