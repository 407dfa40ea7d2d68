#include "ctl/event_recorder.h"

#include "base/clock.h"
#include "base/map.h"
#include "ctl/conditions.h"

#define MEMORY_MAX 4096 /* events and objects remembered, as client-go does */
#define SIMILAR_MAX 9	/* texts of one object and reason that are told one by one … */
#define SIMILAR_FOR (600 * CLOCK_SECOND) /* … until it has said nothing for so long */
#define COMBINED "(combined from similar events): "
#define SPAM_BURST 25			 /* events of one object at once … */
#define SPAM_REFILL (300 * CLOCK_SECOND) /* … and one more each such time */

/* What was told of an object before. */
struct told {
	const char *name, *ns; /* of the Event */
	int64_t count;
};

/* The texts that were told of an object for one reason. */
struct similar {
	uint64_t texts[SIMILAR_MAX]; /* their hashes */
	int n;
	int64_t last;
};

struct bucket {
	double tokens;
	int64_t filled;
};

struct recorder {
	arena *own;
	struct client *client;
	const char *instance;
	arena *memory; /* of the maps; NULL: nothing was told yet */
	struct map told, similar, buckets;
};

static const struct resource event_resource = {
	.gvk = {"", "v1", "Event"}, .plural = "events", .namespaced = true};

static const char *object_key(arena *mem, const struct event *ev)
{
	const val *metadata = val_get(ev->obj, "metadata");
	return arena_printf(mem, "%s|%s|%s|%s|%s", ev->component,
			    val_text_or(val_get(ev->obj, "kind"), ""),
			    val_text_or(val_get(metadata, "namespace"), ""),
			    val_text_or(val_get(metadata, "name"), ""),
			    val_text_or(val_get(metadata, "uid"), ""));
}

/* All memories are forgotten at once when they are full: then counts begin anew. */
static void trim_memory(struct recorder *r)
{
	if (r->memory && r->told.n < MEMORY_MAX && r->similar.n < MEMORY_MAX &&
	    r->buckets.n < MEMORY_MAX)
		return;
	arena_close(r->memory);
	r->memory = arena_open();
	r->told = map_init(r->memory);
	r->similar = map_init(r->memory);
	r->buckets = map_init(r->memory);
}

static bool is_spam(struct recorder *r, const char *key)
{
	int64_t now = clock_now();
	struct bucket *b = map_get(&r->buckets, key);
	if (!b) {
		b = NEW(r->memory, struct bucket);
		*b = (struct bucket){SPAM_BURST, now};
		map_set(&r->buckets, key, b);
	}
	b->tokens += (double)(now - b->filled) / (double)SPAM_REFILL;
	if (b->tokens > SPAM_BURST)
		b->tokens = SPAM_BURST;
	b->filled = now;
	if (b->tokens < 1)
		return true;
	b->tokens--;
	return false;
}

/* Have so many texts been told of this object for this reason that one Event stands for the others? */
static bool is_combined(struct recorder *r, const char *key, const char *text)
{
	int64_t now = clock_now();
	uint64_t hash = str_hash(str_of(text));
	struct similar *s = map_get(&r->similar, key);
	if (!s) {
		s = NEW(r->memory, struct similar);
		map_set(&r->similar, key, s);
	}
	if (now - s->last > SIMILAR_FOR)
		s->n = 0;
	s->last = now;
	for (int i = 0; i < s->n; i++)
		if (s->texts[i] == hash)
			return false;
	if (s->n == SIMILAR_MAX)
		return true;
	s->texts[s->n++] = hash;
	return false;
}

static err *raise_count(ctx *c, struct recorder *r, struct told *t, int64_t wall_ns,
			const char *message)
{
	val *patch = val_map(c->mem), *got;
	val_set(c->mem, patch, "count", val_int(c->mem, t->count + 1));
	val_set_text(c->mem, patch, "message", conditions_cut(c->mem, message));
	val_set_text(c->mem, patch, "lastTimestamp", clock_rfc3339(c->mem, wall_ns));
	TRY(client_patch(c, r->client, &event_resource, t->ns, t->name, NULL, PATCH_MERGE, patch,
			 NULL, &got));
	t->count++;
	return NULL;
}

static err *create(ctx *c, struct recorder *r, const val *obj, const char *key)
{
	const val *metadata = val_get(obj, "metadata");
	const char *ns = val_as_text(val_get(metadata, "namespace"));
	err *created = client_create(c, r->client, &event_resource, ns, obj, NULL, NULL);
	/* a namespace that is ending takes no events: nothing to complain of */
	if (err_code(created) == ERR_FORBIDDEN || err_code(created) == ERR_NOT_FOUND)
		return NULL;
	TRY(created);
	struct told *t = NEW(r->memory, struct told);
	*t = (struct told){arena_text(r->memory, val_as_text(val_get(metadata, "name"))),
			   arena_text(r->memory, ns), 1};
	map_set(&r->told, key, t);
	return NULL;
}

err *recorder_write(ctx *c, struct recorder *r, const struct event *given, int64_t wall_ns,
		    bool *ret_spam)
{
	struct event ev = *given;
	trim_memory(r);
	const char *about = object_key(c->mem, &ev);
	*ret_spam = is_spam(r, about);
	if (*ret_spam)
		return NULL;
	const char *key = arena_printf(c->mem, "%s|%d|%s", about, ev.severity, ev.reason);
	bool combined = is_combined(r, key, ev.message);
	if (combined)
		ev.message = arena_printf(c->mem, COMBINED "%s", ev.message);
	else
		key = arena_printf(c->mem, "%s|%s", key, ev.message);
	struct told *t = map_get(&r->told, key);
	err *failed = t ? raise_count(c, r, t, wall_ns, ev.message) : NULL;
	if (t && err_code(failed) != ERR_NOT_FOUND)
		return failed;
	val *obj = event_kubernetes(c->mem, &ev, r->instance, wall_ns);
	if (combined) /* it stands for many: what was said of one is not true of it */
		val_del(val_get(obj, "metadata"), "annotations");
	return create(c, r, obj, key);
}

struct recorder *recorder_open(struct client *client, const char *instance)
{
	arena *own = arena_open();
	struct recorder *r = NEW(own, struct recorder);
	*r = (struct recorder){.own = own, .client = client, .instance = instance};
	return r;
}

void recorder_close(struct recorder *r)
{
	arena_close(r->memory);
	arena_close(r->own);
}
