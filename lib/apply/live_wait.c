#include <stdlib.h>
#include <string.h>

#include "apply/live_list.h"
#include "apply/live_part.h"
#include "base/vec.h"

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

/* Under the lock. opinions: a wait's; NULL: what is known without one. */
static void check(struct live *l, arena *mem, const struct live_target *t, size_t n,
		  const struct opinion *opinions, struct live_verdict *ret)
{
	VEC(const char *) lines = {0};
	VEC(const char *) stalled = {0};
	*ret = (struct live_verdict){.ready = true};
	for (size_t i = 0; i < n; i++) {
		const char *message;
		enum health h;
		if (opinions && t[i].resource && !t[i].unserved) {
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

void live_wait_wake(struct live *l, const char *key)
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

/* ---- watches by name -------------------------------------------------------------------------- */

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

/* The watch by name has told of its object just now, so that the record is true. */
static void go_by_record(struct kind *k, arena *mem)
{
	const char *message;
	pthread_mutex_lock(&k->live->lock);
	enum health h = health_now(k->live, mem, &k->wait->targets[k->target], &message);
	pthread_mutex_unlock(&k->live->lock);
	form_opinion(k, h, message);
}

void live_wait_news(struct kind *k, arena *mem, bool deleted, const val *obj)
{
	const struct live_target *t = &k->wait->targets[k->target];
	if (t->gone) {
		bool still = k->seen || !k->synced;
		form_opinion(k, still ? HEALTH_TERMINATING : HEALTH_CURRENT, NULL);
	} else if (t->judge) {
		ask_judge(k, mem, deleted, obj);
	} else {
		live_see(k, mem, deleted, obj);
		go_by_record(k, mem);
	}
}

void live_wait_synced(struct kind *k)
{
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

/* Who waits looks again, and then asks for a watch by name. */
void live_wait_refused(struct kind *k)
{
	for (struct live_wait *w = k->live->waits, *next; w && !k->wait; w = next) {
		next = w->next;
		if (!w->told && relies_on(w, k)) {
			w->told = true;
			w->settled(w->arg);
		}
	}
}

/* ---- beginning and end ------------------------------------------------------------------------ */

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
		w->named[i].watch = live_start(&w->named[i], id->ns, NULL,
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

/* What was seen for the wait alone is not kept: nobody would tell when it changes. Under the lock. */
static void forget_strangers(struct live_wait *w)
{
	arena *mem = arena_open();
	for (size_t i = 0; i < w->n; i++) {
		const char *key = object_id_key(mem, &w->targets[i].id);
		struct record *r = w->named[i].live ? map_get(&w->live->records, key) : NULL;
		if (r && !r->applied && !*record_text(r->owner_name))
			record_free(map_del(&w->live->records, key));
	}
	arena_close(mem);
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
	forget_strangers(w);
	pthread_mutex_unlock(&w->live->lock);
	for (size_t i = 0; i < w->n; i++)
		if (w->named[i].watch)
			watch_close(w->named[i].watch);
	/* behind wait_start, should that still be under way */
	loop_post(w->live->s.loop, wait_free, w);
}
