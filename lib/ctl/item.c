#include "ctl/item.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ctl/frame.h"
#include "ctl/meter.h"

#define CONFIG_SETTLES (250 * CLOCK_MS)

static void *memory(size_t n)
{
	void *p = calloc(1, n);
	if (!p)
		abort();
	return p;
}

struct controller *item_controller(const struct controllers *cs, const char *kind)
{
	for (int i = 0; i < cs->count; i++)
		if (!strcmp(cs->kinds[i]->kind->name, kind))
			return cs->kinds[i];
	return NULL;
}

/* Waking. */

void item_drop_wait(struct item *it)
{
	wait_close(it->wait);
	it->wait = NULL;
}

void item_call_off(struct item *it)
{
	if (it->wait && it->controller->kind->call_off)
		wait_call_off(it->wait);
	else
		item_drop_wait(it);
}

/* Nothing supersedes the end of an object but a change of how it is to end. */
static bool is_ending(const struct item *it)
{
	return it->deleting && it->wait && wait_generation(it->wait) == it->generation;
}

void item_wake(struct item *it, int flags)
{
	struct controller *ct = it->controller;
	if (!ct->queue)
		return;
	if (queue_running(ct->queue, it->key))
		it->superseded = true;
	else if (is_ending(it))
		return;
	else
		item_call_off(it);
	if (!ct->kind->supersede)
		flags &= ~QUEUE_SUPERSEDE;
	queue_add(ct->queue, it->key, flags);
}

void item_nudge(struct item *it)
{
	if (!it->controller->queue || it->wait)
		return;
	if (queue_running(it->controller->queue, it->key))
		it->nudged = true;
	else
		queue_add(it->controller->queue, it->key, QUEUE_URGENT);
}

static void poke(struct item *it)
{
	if (queue_running(it->controller->queue, it->key))
		it->poked = true;
	else if (it->waits)
		item_wake(it, QUEUE_URGENT);
}

/* What a user changes in one go (Secrets, ConfigMaps, the object itself) is one pass: an object that is
 * at rest waits a moment for the rest. More changes do not put it off again. */
static void wake_settled(struct item *it)
{
	struct queue *q = it->controller->queue;
	int64_t now = clock_now();
	if (queue_running(q, it->key) || it->wait) {
		item_wake(it, QUEUE_URGENT | QUEUE_SUPERSEDE);
		return;
	}
	if (now >= it->settles)
		it->settles = now + CONFIG_SETTLES;
	queue_add_after(q, it->key, it->settles - now);
}

struct fan {
	struct controllers *all;
	enum ref_why why; /* REF_CONFIG: for all that are of its like */
	uint64_t offer;	  /* of a source */
	bool labelled;	  /* of a Secret or ConfigMap */
};

/* Its source has something new, unless the pass that is parked, or runs (done sees), knows it already: what a
 * worker has put into the cache is known to others before the loop hears of it. */
static void wake_for_source(struct item *it, uint64_t offer)
{
	struct controller *ct = it->controller;
	if (queue_running(ct->queue, it->key) && !ct->kind->supersede)
		it->news = offer;
	else if (!it->wait || it->saw != offer)
		item_wake(it, QUEUE_URGENT | QUEUE_SUPERSEDE);
}

/* Is a Secret or ConfigMap that has changed worth another look to who points to it so? */
static bool is_wanted(const struct item *it, enum ref_why why, bool labelled)
{
	return labelled || why == REF_CONFIG || (why == REF_MENDING && it->failing);
}

static void wake_referrer(void *arg, enum ref_why why, const char *from)
{
	struct fan *fan = arg;
	const char *slash = strchr(from, '/');
	if (!slash || (why != fan->why && !(fan->why == REF_CONFIG && ref_is_config(why))))
		return;
	arena *mem = arena_open();
	struct controller *ct =
		item_controller(fan->all, str_text(mem, (str){from, (size_t)(slash - from)}));
	struct item *it = ct && ct->queue ? map_get(&ct->items, slash + 1) : NULL;
	if (it && why == REF_DEPENDS)
		poke(it);
	else if (it && why == REF_SOURCE)
		wake_for_source(it, fan->offer);
	else if (it && is_wanted(it, why, fan->labelled))
		wake_settled(it);
	arena_close(mem);
}

static void wake_referrers(struct controllers *cs, enum ref_why why, uint64_t offer,
			   const char *kind, const char *ns, const char *name)
{
	struct fan fan = {.all = cs, .why = why, .offer = offer};
	refs_to(cs->refs, kind, ns, name, wake_referrer, &fan);
}

void item_on_config(void *arg, const char *kind, const char *ns, const char *name, bool labelled)
{
	struct fan fan = {.all = arg, .why = REF_CONFIG, .labelled = labelled};
	refs_to(fan.all->refs, kind, ns, name, wake_referrer, &fan);
}

void item_on_other(void *arg, const char *kind, const char *ns, const char *name)
{
	wake_referrers(arg, REF_DEPENDS, 0, kind, ns, name);
}

/* Seeing objects. */

static const char *text_at(const val *metadata, const char *key)
{
	return val_text_or(val_get(metadata, key), "");
}

static void set_refs(struct controller *ct, arena *mem, const val *obj, const char *ns,
		     const char *name)
{
	if (!ct->kind->refs)
		return;
	struct ref_list list = {.mem = mem};
	ct->kind->refs(obj, &list);
	refs_set(ct->all->refs, refs_key(mem, ct->kind->name, ns, name), list.p, list.n);
	for (size_t i = 0; ct->all->configs && i < list.n; i++)
		if (ref_is_config(list.p[i].why))
			configs_need(ct->all->configs, list.p[i].kind);
	others_prune(ct->all->others);
}

static uint64_t hash_of(const char *text)
{
	return text && *text ? str_hash(str_of(text)) | 1 : 0;
}

uint64_t item_offer(const struct kind *k, arena *mem, const val *obj)
{
	if (k->offer)
		return hash_of(k->offer(mem, obj));
	const val *artifact = VAL_IN(obj, "status", "artifact");
	const char *revision = val_as_text(val_get(artifact, "revision"));
	return revision ? hash_of(arena_printf(mem, "%s %s", revision,
					       val_text_or(val_get(artifact, "digest"), "")))
			: 0;
}

static struct item *item_of(struct controller *ct, const char *key)
{
	struct item *it = map_get(&ct->items, key);
	if (it)
		return it;
	size_t n = strlen(key) + 1;
	it = memory(sizeof(*it) + n);
	memcpy(it->key, key, n);
	it->controller = ct;
	map_set(&ct->items, key, it);
	return it;
}

/* What is different in obj, and so who wakes. The item is brought up to date. */
static void compare(struct item *it, arena *mem, const val *obj, const char *ns, const char *name)
{
	struct controller *ct = it->controller;
	const val *metadata = val_get(obj, "metadata");
	uint64_t uid = hash_of(text_at(metadata, "uid"));
	bool is_new = it->uid != uid || it->gone;
	int64_t generation = val_as_int(val_get(metadata, "generation"), 0);
	uint64_t requested = hash_of(frame_requested_at(obj));
	bool deleting = val_get(metadata, "deletionTimestamp") != NULL;
	bool changed = generation != it->generation || (requested && requested != it->requested) ||
		       deleting != it->deleting;
	uint64_t offer = item_offer(ct->kind, mem, obj);
	bool news = offer && offer != it->offer;
	if (is_new || generation != it->generation)
		set_refs(ct, mem, obj, ns, name);
	it->uid = uid;
	it->generation = generation;
	it->requested = requested;
	it->deleting = deleting;
	it->failing = conditions_is(val_get(obj, "status"), CONDITION_READY, CONDITION_FALSE);
	it->offer = offer;
	it->gone = false;
	if (is_new)
		item_wake(it, QUEUE_PLAIN);
	else if (changed)
		item_wake(it, QUEUE_URGENT | QUEUE_SUPERSEDE);
	if (news)
		wake_referrers(ct->all, REF_SOURCE, offer, ct->kind->name, ns, name);
	wake_referrers(ct->all, REF_DEPENDS, 0, ct->kind->name, ns, name);
}

/* An object as a watch, or the answer to a write of our own, shows it. */
void item_see(struct controller *ct, const val *obj)
{
	const val *metadata = val_get(obj, "metadata");
	const char *ns = text_at(metadata, "namespace"), *name = text_at(metadata, "name");
	uint64_t version = strtoull(text_at(metadata, "resourceVersion"), NULL, 10);
	arena *mem = arena_open();
	struct item *it = item_of(ct, arena_printf(mem, "%s/%s", ns, name));
	if (version > it->version || !version) {
		it->version = version;
		compare(it, mem, obj, ns, name);
	}
	arena_close(mem);
}

void item_free(struct item *it)
{
	map_del(&it->controller->items, it->key);
	wait_close(it->wait);
	free(it);
}

void item_lose(struct controller *ct, const val *obj)
{
	const val *metadata = val_get(obj, "metadata");
	const char *ns = text_at(metadata, "namespace"), *name = text_at(metadata, "name");
	arena *mem = arena_open();
	struct item *it = map_get(&ct->items, arena_printf(mem, "%s/%s", ns, name));
	cache_remove(ct->cache, ns, name);
	refs_set(ct->all->refs, refs_key(mem, ct->kind->name, ns, name), NULL, 0);
	others_prune(ct->all->others);
	meter_forget(ct->kind, ns, name);
	if (it && ct->queue) {
		queue_drop(ct->queue, it->key);
		it->gone = queue_running(ct->queue, it->key);
	}
	if (it && !it->gone)
		item_free(it);
	if (ct->kind->gone)
		ct->kind->gone(ct->all->house, ns, name);
	arena_close(mem);
}
