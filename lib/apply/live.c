#include "apply/live.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "apply/live_list.h"
#include "apply/record.h"
#include "apply/settle.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/vec.h"

#define SETTLE_MOST (10 * CLOCK_SECOND)

/* One watched kind. */
struct kind {
	struct live *live;
	struct resource resource;
	struct watch *watch;
	bool synced, refused;	/* under the lock */
	struct live_wait *wait; /* of a watch by name: whose, and for which target */
	size_t target;
	bool seen; /* by such a watch: the object was there */
};

struct live {
	struct live_settings s;
	char *selector;
	pthread_mutex_t lock;
	arena *mem;		 /* under the lock once it is open: settings, kinds */
	struct map records;	 /* object_id_key → record */
	struct map kinds;	 /* "group/kind" → kind */
	struct live_wait *waits; /* changed by the loop alone, under the lock */
	uint64_t serial;
	struct map told;       /* "ns/name" of owners that were told of drift */
	struct settle *settle; /* the loop's */
	bool closed;
};

/* What a judge said of a target. */
struct opinion {
	enum health health;
	char *message; /* its own */
};

struct live_wait {
	struct live *live;
	struct live_wait *next;
	uint64_t serial;
	struct opinion *opinions; /* of the targets with a judge; under the lock */
	struct live_target *targets;
	uint64_t *hashes;   /* of the targets' keys */
	struct kind *named; /* the watches by name, n of them, some without a watch */
	size_t n;
	arena *mem;
	void (*settled)(void *arg);
	void *arg;
	bool told, closed; /* the loop's */
};

/* ---- waits ------------------------------------------------------------------------------------ */

static enum health health_now(struct live *l, arena *mem, const struct live_target *t,
			      const char **ret_message)
{
	if (t->unserved) {
		*ret_message = t->unserved;
		return HEALTH_UNKNOWN;
	}
	struct record *r = map_get(&l->records, object_id_key(mem, &t->id));
	if (r && r->there) {
		*ret_message = r->health == HEALTH_UNKNOWN ? arena_text(mem, r->message) : NULL;
		return r->health;
	}
	*ret_message = NULL;
	return r && t->may_vanish && r->applied ? HEALTH_CURRENT : HEALTH_NOT_FOUND;
}

/* Under the lock. opinions: of the judges, NULL without any. */
static void check(struct live *l, arena *mem, const struct live_target *t, size_t n,
		  const struct opinion *opinions, struct live_verdict *ret)
{
	VEC(const char *) lines = {0};
	VEC(const char *) stalled = {0};
	*ret = (struct live_verdict){.ready = true};
	for (size_t i = 0; i < n; i++) {
		const char *message;
		enum health h;
		if (opinions && (t[i].judge || t[i].gone) && !t[i].unserved) {
			h = opinions[i].health;
			message = arena_text(mem, opinions[i].message);
		} else {
			h = health_now(l, mem, &t[i], &message);
		}
		if (h == HEALTH_CURRENT)
			continue;
		ret->ready = false;
		ret->failed |= h == HEALTH_FAILED;
		const char *line =
			arena_printf(mem, "%s status: '%s'%s%s", object_id_text(mem, &t[i].id),
				     health_name(h), message ? ": " : "", message ? message : "");
		VEC_PUSH(mem, &lines, line);
		if (h == HEALTH_FAILED)
			VEC_PUSH(mem, &stalled, line);
	}
	ret->list = live_list(mem, lines.p, lines.n);
	ret->stalled = live_list(mem, stalled.p, stalled.n);
}

void live_check(struct live *l, arena *mem, const struct live_target *t, size_t n,
		struct live_verdict *ret)
{
	pthread_mutex_lock(&l->lock);
	check(l, mem, t, n, NULL, ret);
	pthread_mutex_unlock(&l->lock);
}

/* Tells a wait whose targets have settled. The loop's, without the lock. */
static void look_at(struct live_wait *w)
{
	if (w->told)
		return;
	arena *mem = arena_open();
	struct live_verdict v;
	pthread_mutex_lock(&w->live->lock);
	check(w->live, mem, w->targets, w->n, w->opinions, &v);
	pthread_mutex_unlock(&w->live->lock);
	arena_close(mem);
	if (!v.ready && !v.failed)
		return;
	w->told = true;
	w->settled(w->arg);
}

static void wake_waits(struct live *l, const char *key)
{
	uint64_t hash = str_hash(str_of(key));
	for (struct live_wait *w = l->waits, *next; w; w = next) {
		next = w->next;
		for (size_t i = 0; i < w->n; i++)
			if (w->hashes[i] == hash) {
				look_at(w);
				break;
			}
	}
}

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

static void see(struct kind *k, arena *mem, bool deleted, const val *obj)
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
		wake_waits(l, key);
	if (ns)
		settle_note(l->settle, ns, name);
}

static void form_opinion(struct kind *k, enum health h, const char *message)
{
	struct opinion *o = &k->wait->opinions[k->target];
	pthread_mutex_lock(&k->live->lock);
	o->health = h;
	record_set(&o->message, message);
	pthread_mutex_unlock(&k->live->lock);
	look_at(k->wait);
}

/* What it means that the object of a watch by name is not there. */
static enum health without(const struct kind *k)
{
	const struct live_target *t = &k->wait->targets[k->target];
	return t->gone || t->may_vanish ? HEALTH_CURRENT : HEALTH_NOT_FOUND;
}

/* Asks the judge of the target that this watch is for. */
static void ask_judge(struct kind *k, arena *mem, bool deleted, const val *obj)
{
	const struct live_judge *judge = k->wait->targets[k->target].judge;
	const char *message = NULL;
	enum health h = deleted ? without(k) : judge->of(judge->arg, mem, obj, &message);
	form_opinion(k, h, message);
}

static void on_event(void *arg, enum watch_event e, const val *obj)
{
	struct kind *k = arg;
	arena *mem = arena_open();
	k->seen = e != WATCH_DELETED;
	if (k->wait && k->wait->targets[k->target].gone)
		form_opinion(k, k->seen || !k->synced ? HEALTH_TERMINATING : HEALTH_CURRENT, NULL);
	else if (k->wait && k->wait->targets[k->target].judge)
		ask_judge(k, mem, e == WATCH_DELETED, obj);
	else
		see(k, mem, e == WATCH_DELETED, obj);
	arena_close(mem);
}

static void on_synced(void *arg)
{
	struct kind *k = arg;
	pthread_mutex_lock(&k->live->lock);
	k->synced = true;
	k->refused = false;
	pthread_mutex_unlock(&k->live->lock);
	if (k->wait && !k->seen)
		form_opinion(k, without(k), NULL);
	for (struct live_wait *w = k->live->waits, *next; w; w = next) {
		next = w->next;
		look_at(w);
	}
}

/* Does the wait rely on the watch of this kind? */
static bool relies_on(const struct live_wait *w, const struct kind *k)
{
	for (size_t i = 0; i < w->n; i++)
		if (!w->named[i].live && !strcmp(w->targets[i].id.kind, k->resource.gvk.kind) &&
		    !strcmp(w->targets[i].id.group, k->resource.gvk.group))
			return true;
	return false;
}

static void on_error(void *arg, const err *e)
{
	struct kind *k = arg;
	(void)e;
	pthread_mutex_lock(&k->live->lock);
	k->refused = true;
	pthread_mutex_unlock(&k->live->lock);
	if (k->wait)
		return;
	/* who waits looks again, and then asks for a watch by name */
	for (struct live_wait *w = k->live->waits, *next; w; w = next) {
		next = w->next;
		if (!w->told && relies_on(w, k)) {
			w->told = true;
			w->settled(w->arg);
		}
	}
}

static struct watch *start(struct kind *k, const char *ns, const char *selector, const char *fields)
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
		k->watch = start(k, NULL, k->live->selector, NULL);
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

static void wait_start(void *arg)
{
	struct live_wait *w = arg;
	struct live *l = w->live;
	if (w->closed || l->closed)
		return;
	for (size_t i = 0; i < w->n; i++) {
		if (!w->named[i].live)
			continue;
		const struct object_id *id = &w->targets[i].id;
		w->named[i].watch = start(&w->named[i], id->ns, NULL,
					  arena_printf(w->mem, "metadata.name=%s", id->name));
	}
	pthread_mutex_lock(&l->lock);
	w->next = l->waits;
	l->waits = w;
	pthread_mutex_unlock(&l->lock);
	look_at(w);
}

uint64_t live_serial(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	uint64_t serial = ++l->serial;
	pthread_mutex_unlock(&l->lock);
	return serial;
}

bool live_wait_check(struct live *l, uint64_t serial, arena *mem, struct live_verdict *ret)
{
	pthread_mutex_lock(&l->lock);
	const struct live_wait *w = l->waits;
	while (w && w->serial != serial)
		w = w->next;
	if (w)
		check(l, mem, w->targets, w->n, w->opinions, ret);
	pthread_mutex_unlock(&l->lock);
	return w != NULL;
}

static void wait_target(struct live_wait *w, size_t i, const struct live_target *t)
{
	const struct object_id *id = &t->id;
	w->targets[i] = *t;
	w->targets[i].id =
		(struct object_id){arena_text(w->mem, id->group), arena_text(w->mem, id->kind),
				   arena_text(w->mem, id->ns), arena_text(w->mem, id->name)};
	w->targets[i].unserved = t->unserved ? arena_text(w->mem, t->unserved) : NULL;
	w->hashes[i] = str_hash(str_of(object_id_key(w->mem, id)));
	w->opinions[i].health = HEALTH_NOT_FOUND;
	if (!t->resource)
		return;
	w->named[i] = (struct kind){.live = w->live, .wait = w, .target = i};
	w->named[i].resource = client_copy_resource(w->mem, t->resource);
}

struct live_wait *live_wait_open(struct live *l, uint64_t serial, const struct live_target *t,
				 size_t n, void (*settled)(void *arg), void *arg)
{
	arena *mem = arena_open();
	struct live_wait *w = NEW(mem, struct live_wait);
	*w = (struct live_wait){
		.live = l, .mem = mem, .serial = serial, .n = n, .settled = settled, .arg = arg};
	w->targets = NEW_N(mem, struct live_target, n);
	w->hashes = NEW_N(mem, uint64_t, n);
	w->named = NEW_N(mem, struct kind, n);
	w->opinions = NEW_N(mem, struct opinion, n);
	for (size_t i = 0; i < n; i++)
		wait_target(w, i, &t[i]);
	loop_post(l->s.loop, wait_start, w);
	return w;
}

static void wait_free(void *arg)
{
	struct live_wait *w = arg;
	for (size_t i = 0; i < w->n; i++)
		free(w->opinions[i].message);
	arena_close(w->mem);
}

void live_wait_close(void *wait)
{
	struct live_wait *w = wait;
	w->told = w->closed = true;
	pthread_mutex_lock(&w->live->lock);
	for (struct live_wait **at = &w->live->waits; *at; at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			break;
		}
	pthread_mutex_unlock(&w->live->lock);
	for (size_t i = 0; i < w->n; i++)
		if (w->named[i].watch)
			watch_close(w->named[i].watch);
	/* behind wait_start, should that still be under way */
	loop_post(w->live->s.loop, wait_free, w);
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
