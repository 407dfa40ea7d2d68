#include <stdlib.h>
#include <string.h>

#include "apply/live_part.h"
#include "base/clock.h"
#include "base/map.h"

#define SETTLE_MOST (10 * CLOCK_SECOND)

/* ---- drift ------------------------------------------------------------------------------------ */

static bool has_drift(struct live *l, const char *ns, const char *name)
{
	bool any = false;
	const struct map_entry *e;
	for (size_t i = 0; !any && (e = map_next(&l->records, &i));) {
		const struct record *r = e->value;
		any = record_drifted(r) && !strcmp(record_text(r->applied_name), name) &&
		      !strcmp(record_text(r->applied_ns), ns);
	}
	return any;
}

/* It has been quiet: is there still something to be put right? */
static void on_quiet(void *arg, const char *ns, const char *name)
{
	struct live *l = arg;
	arena *mem = arena_open();
	const char *key = arena_printf(mem, "%s/%s", ns, name);
	pthread_mutex_lock(&l->lock);
	bool any = has_drift(l, ns, name);
	if (any)
		map_set(&l->told, key, l);
	pthread_mutex_unlock(&l->lock);
	if (any)
		l->s.drifted(l->s.arg, ns, name);
	arena_close(mem);
}

bool live_told(struct live *l, const char *owner_ns, const char *owner_name)
{
	arena *mem = arena_open();
	const char *key = arena_printf(mem, "%s/%s", owner_ns, owner_name);
	pthread_mutex_lock(&l->lock);
	bool told = map_del(&l->told, key) != NULL;
	pthread_mutex_unlock(&l->lock);
	arena_close(mem);
	return told;
}

/* ---- watches ---------------------------------------------------------------------------------- */

static struct object_id id_of(const struct kind *k, const val *obj)
{
	return (struct object_id){k->resource.gvk.group, k->resource.gvk.kind,
				  val_text_or(VAL_IN(obj, "metadata", "namespace"), ""),
				  val_text_or(VAL_IN(obj, "metadata", "name"), "")};
}

/* Kinds whose status says nothing are watched by their metadata alone. */
static bool by_metadata(const struct resource *r)
{
	return health_needs_no_status(r->gvk.group, r->gvk.kind);
}

void live_see(struct kind *k, arena *mem, bool deleted, const val *obj)
{
	struct live *l = k->live;
	struct object_id id = id_of(k, obj);
	const char *key = object_id_key(mem, &id), *ns = NULL, *name = NULL;
	pthread_mutex_lock(&l->lock);
	k->refused = false;
	struct record *r = record_of(&l->records, key);
	enum health before = r->there ? r->health : HEALTH_NOT_FOUND;
	if (record_version(obj) < r->version) {
		pthread_mutex_unlock(&l->lock);
		return;
	}
	record_take(r, mem, obj, &id, k->wait || !by_metadata(&k->resource), &l->s.managed,
		    l->s.owner_group);
	r->there = !deleted;
	enum health now = deleted ? HEALTH_NOT_FOUND : r->health;
	if (record_drifted(r)) {
		ns = arena_text(mem, record_text(r->applied_ns));
		name = arena_text(mem, record_text(r->applied_name));
	}
	if (deleted && !r->applied)
		record_free(map_del(&l->records, key));
	pthread_mutex_unlock(&l->lock);
	if (now != before)
		live_wait_wake(l, key);
	if (ns)
		settle_note(l->settle, ns, name);
}

static void on_event(void *arg, enum watch_event e, const val *obj)
{
	struct kind *k = arg;
	arena *mem = arena_open();
	k->seen = e != WATCH_DELETED;
	if (k->wait)
		live_wait_news(k, mem, e == WATCH_DELETED, obj);
	else
		live_see(k, mem, e == WATCH_DELETED, obj);
	arena_close(mem);
}

static void on_synced(void *arg)
{
	struct kind *k = arg;
	pthread_mutex_lock(&k->live->lock);
	k->synced = true;
	k->refused = false;
	pthread_mutex_unlock(&k->live->lock);
	live_wait_synced(k);
}

static void on_error(void *arg, const err *e)
{
	struct kind *k = arg;
	(void)e;
	pthread_mutex_lock(&k->live->lock);
	k->refused = true;
	pthread_mutex_unlock(&k->live->lock);
	live_wait_refused(k);
}

struct watch *live_start(struct kind *k, const char *ns, const char *selector, const char *fields)
{
	struct watch_settings s = {
		.resource = k->resource,
		.ns = ns,
		.selector = selector,
		.fields = fields,
		.metadata_only = !k->wait && by_metadata(&k->resource),
		.on_event = on_event,
		.on_synced = on_synced,
		.on_error = on_error,
		.arg = k,
	};
	return watch_open(k->live->s.loop, k->live->s.client, &s);
}

static void start_kind(void *arg)
{
	struct kind *k = arg;
	if (!k->live->closed)
		k->watch = live_start(k, NULL, k->live->selector, NULL);
}

void live_watch(struct live *l, const struct resource *r)
{
	arena *mem = arena_open();
	const char *key = arena_printf(mem, "%s/%s", r->gvk.group, r->gvk.kind);
	pthread_mutex_lock(&l->lock);
	struct kind *k = map_get(&l->kinds, key);
	if (!k && r->can_watch) {
		k = NEW(l->mem, struct kind);
		k->live = l;
		k->resource = client_copy_resource(l->mem, r);
		map_set(&l->kinds, key, k);
		loop_post(l->s.loop, start_kind, k);
	}
	pthread_mutex_unlock(&l->lock);
	arena_close(mem);
}

/* How the watch of a kind is doing; a kind that is not watched is no worse for waiting. */
static bool ask_kind(struct live *l, const char *group, const char *kind, bool only_refused)
{
	arena *mem = arena_open();
	const char *key = arena_printf(mem, "%s/%s", group, kind);
	pthread_mutex_lock(&l->lock);
	const struct kind *k = map_get(&l->kinds, key);
	bool refused = k && k->refused, settled = !k || k->synced || refused;
	pthread_mutex_unlock(&l->lock);
	arena_close(mem);
	return only_refused ? refused : settled;
}

bool live_refused(struct live *l, const char *group, const char *kind)
{
	return ask_kind(l, group, kind, true);
}

bool live_settled(struct live *l, const char *group, const char *kind)
{
	return ask_kind(l, group, kind, false);
}

/* ---- the public rest -------------------------------------------------------------------------- */

void live_get(struct live *l, arena *mem, const struct object_id *id, struct live_state *ret)
{
	*ret = (struct live_state){
		.uid = "", .version = "", .owner_ns = "", .owner_name = "", .message = ""};
	const char *kind_key = arena_printf(mem, "%s/%s", id->group, id->kind);
	const char *key = object_id_key(mem, id);
	pthread_mutex_lock(&l->lock);
	const struct kind *k = map_get(&l->kinds, kind_key);
	const struct record *r = map_get(&l->records, key);
	bool seen = k && k->synced && !k->refused;
	if (seen)
		ret->view = r && r->there ? LIVE_THERE : LIVE_ABSENT;
	if (r) {
		ret->uid = arena_text(mem, record_text(r->uid));
		ret->version = arena_printf(mem, "%llu", (unsigned long long)r->version);
		ret->owner_ns = arena_text(mem, record_text(r->owner_ns));
		ret->owner_name = arena_text(mem, record_text(r->owner_name));
		ret->marks = r->marks;
		ret->foreign = r->foreign;
		ret->entry = (struct managed_entry){r->entry,
						    arena_text(mem, record_text(r->entry_time))};
		ret->applied = r->applied;
		ret->applied_ns = arena_text(mem, record_text(r->applied_ns));
		ret->applied_name = arena_text(mem, record_text(r->applied_name));
		ret->intact = seen && r->applied && !record_drifted(r);
		ret->health = r->there ? r->health : HEALTH_NOT_FOUND;
		ret->message = arena_text(mem, record_text(r->message));
	}
	pthread_mutex_unlock(&l->lock);
}

void live_applied(struct live *l, const struct bundle_item *item, const char *owner_ns,
		  const char *owner_name, const val *answer, bool whole)
{
	arena *mem = arena_open();
	struct managed_entry e = managed_ours(mem, answer, &l->s.managed);
	const char *key = object_id_key(mem, &item->id);
	pthread_mutex_lock(&l->lock);
	struct record *r = record_of(&l->records, key);
	uint64_t version = record_version(answer), known = r->version;
	if (version > known)
		record_take(r, mem, answer, &item->id, whole, &l->s.managed, l->s.owner_group);
	r->applied = item->hash;
	r->applied_entry = e.hash;
	r->applied_marks = item->marks;
	record_set(&r->applied_ns, owner_ns);
	record_set(&r->applied_name, owner_name);
	/* the watch was faster: somebody has changed or deleted it since */
	bool late = version < known && record_drifted(r);
	pthread_mutex_unlock(&l->lock);
	if (late)
		settle_post(l->settle, owner_ns, owner_name);
	arena_close(mem);
}

void live_forget(struct live *l, const struct object_id *id, const char *owner_ns,
		 const char *owner_name)
{
	arena *mem = arena_open();
	const char *key = object_id_key(mem, id);
	pthread_mutex_lock(&l->lock);
	struct record *r = map_get(&l->records, key);
	if (r && r->applied &&
	    (!text_eq(record_text(r->applied_ns), owner_ns) ||
	     !text_eq(record_text(r->applied_name), owner_name)))
		r = NULL; /* another one's by now */
	if (r)
		r->applied = 0;
	if (r && !r->there)
		record_free(map_del(&l->records, key));
	pthread_mutex_unlock(&l->lock);
	arena_close(mem);
}

size_t live_count(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	size_t n = l->records.n;
	pthread_mutex_unlock(&l->lock);
	return n;
}

struct live *live_open(const struct live_settings *s)
{
	struct live *l = calloc(1, sizeof(*l));
	if (!l)
		abort();
	l->mem = arena_open();
	l->s = *s;
	l->s.owner_group = arena_text(l->mem, s->owner_group);
	l->selector = arena_printf(l->mem, "%s/name", s->owner_group);
	pthread_mutex_init(&l->lock, NULL);
	l->records = map_init(NULL);
	l->kinds = map_init(NULL);
	l->told = map_init(NULL);
	l->settle = settle_open(s->loop, s->settle, SETTLE_MOST, on_quiet, l);
	return l;
}

void live_close(struct live *l)
{
	struct map_entry *e;
	l->closed = true;
	settle_close(l->settle);
	for (size_t i = 0; (e = map_next(&l->kinds, &i));) {
		struct kind *k = e->value;
		if (k->watch)
			watch_close(k->watch);
	}
	for (size_t i = 0; (e = map_next(&l->records, &i));)
		record_free(e->value);
	map_done(&l->kinds);
	map_done(&l->records);
	map_done(&l->told);
	pthread_mutex_destroy(&l->lock);
	arena_close(l->mem);
	free(l);
}
