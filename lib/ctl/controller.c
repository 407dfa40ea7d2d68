#include "ctl/controller.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "ctl/frame.h"
#include "ctl/item.h"
#include "ctl/meter.h"

/* A run of a key, from start to done. */
struct run {
	struct controller *controller;
	struct wait *resumed;
	bool ran;
	struct pass_result result;
};

static void *memory(size_t n)
{
	void *p = calloc(1, n);
	if (!p)
		abort();
	return p;
}

static char *copy_text(const char *text)
{
	size_t n = strlen(text ? text : "") + 1;
	return memcpy(memory(n), text ? text : "", n);
}

static void on_event(void *arg, enum watch_event e, const val *obj)
{
	struct controller *ct = arg;
	if (e == WATCH_DELETED) {
		item_lose(ct, obj);
		return;
	}
	/* first the cache: whom this wakes may look at once */
	cache_put(ct->cache, obj);
	item_see(ct, obj);
}

static void maybe_work(struct controllers *cs)
{
	if (cs->working || !controllers_synced(cs))
		return;
	if (cs->on_synced) {
		cs->on_synced(cs->on_synced_arg);
		cs->on_synced = NULL;
	}
	if (!cs->started)
		return;
	cs->working = true;
	for (int i = 0; i < cs->count; i++)
		if (cs->kinds[i]->queue)
			queue_set_workers(cs->kinds[i]->queue, cs->kinds[i]->workers);
}

static void on_synced(void *arg)
{
	struct controller *ct = arg;
	ct->synced = true;
	maybe_work(ct->all);
}

static void on_error(void *arg, const err *e)
{
	struct controller *ct = arg;
	ct->refused = e->code == ERR_NOT_FOUND || e->code == ERR_FORBIDDEN;
	arena *mem = arena_open();
	log_line(LOG_ERROR, ct->kind->component ? ct->kind->component : "watch",
		 e->code == ERR_NOT_FOUND ? "the API server has no such kind (is its definition "
					    "installed?); waiting for it"
					  : "cannot watch; trying again",
		 "controllerKind", ct->kind->name, "error", err_text(mem, e), NULL);
	arena_close(mem);
	maybe_work(ct->all);
}

/* Running keys. */

static void start(struct queue_job *job)
{
	struct run *run = memory(sizeof(*run));
	run->controller = job->arg;
	job->result = run;
	struct item *it = map_get(&run->controller->items, job->key);
	if (!it)
		return;
	it->superseded = it->poked = it->nudged = it->waits = false;
	it->news = 0;
	if (!it->wait)
		return;
	wait_expire(it->wait); /* unless it is settled */
	run->resumed = it->wait;
}

static void work(ctx *c, struct queue_job *job)
{
	struct run *run = job->result;
	struct controller *ct = run->controller;
	const struct controllers_settings *s = ct->all->settings;
	str ns, name;
	str_cut(str_of(job->key), '/', &ns, &name);
	const val *obj = cache_get(ct->cache, c->mem, str_text(c->mem, ns), str_text(c->mem, name));
	if (!obj)
		return;
	struct pass_settings pass = {
		.kind = ct->kind,
		.frame = {.target = {.client = s->client,
				     .resource = &ct->resource,
				     .manager = ct->kind->manager,
				     .cache = ct->cache},
			  .events = s->events,
			  .may_write = s->may_write,
			  .may_write_arg = s->may_write_arg},
		.house = s->house,
		.controller = ct,
		.requeue_dependency = s->requeue_dependency,
		.jitter = s->jitter,
		.failures = job->failures,
	};
	run->ran = true;
	frame_pass(c, &pass, obj, run->resumed, &run->result);
}

static void on_settled(void *arg)
{
	struct item *it = arg;
	queue_add(it->controller->queue, it->key, QUEUE_URGENT);
}

static void park(struct item *it, struct wait *w, uint64_t saw)
{
	it->wait = w;
	it->saw = saw;
	/* a wait is the middle of a pass: how often passes have failed before is not forgotten until one ends well */
	if (wait_deadline(w))
		queue_add_after(it->controller->queue, it->key, wait_deadline(w) - clock_now());
	wait_on_settled(w, on_settled, it);
}

static void requeue(struct item *it, const struct pass_result *r)
{
	struct queue *q = it->controller->queue;
	if (r->end == PASS_DROPPED && !it->superseded)
		queue_back_off(q, it->key); /* whoever called it off, it is not done */
	else if (r->end == PASS_FAILED && !r->after)
		queue_back_off(q, it->key);
	else if (r->end != PASS_DROPPED)
		queue_forget(q, it->key);
	if (r->end == PASS_GONE || r->end == PASS_DROPPED)
		return;
	it->waits = r->end == PASS_WAITS;
	if (it->nudged || (it->waits && it->poked))
		queue_add(q, it->key, QUEUE_URGENT);
	else if (r->after)
		queue_add_after(q, it->key, r->after);
}

static void meter_run(const struct run *run, const struct queue_job *job)
{
	const struct pass_result *r = &run->result;
	const char *result = r->end == PASS_FAILED		? "error"
			     : r->end == PASS_DONE && !r->after ? "success"
								: "requeue_after";
	arena *mem = arena_open();
	str ns, name;
	str_cut(str_of(job->key), '/', &ns, &name);
	meter_pass(run->controller->kind, str_text(mem, ns), str_text(mem, name), result,
		   clock_now() - job->began);
	if (r->end == PASS_GONE)
		meter_forget(run->controller->kind, str_text(mem, ns), str_text(mem, name));
	arena_close(mem);
}

static void done(struct queue_job *job)
{
	struct run *run = job->result;
	struct controller *ct = run->controller;
	struct pass_result *r = &run->result;
	struct item *it = map_get(&ct->items, job->key);
	if (run->ran)
		meter_run(run, job);
	if (it && run->resumed)
		item_drop_wait(it);
	if (it && !it->gone && r->obj && r->end != PASS_GONE)
		item_see(ct, r->obj);
	if (it && !it->gone && it->news && it->news != r->saw) {
		it->superseded = true;
		queue_add(ct->queue, it->key, QUEUE_URGENT);
	}
	bool parks = r->end == PASS_PARKED && it && !it->gone;
	if (it && it->gone)
		item_free(it);
	else if (parks && it->superseded) {
		it->wait = r->wait;
		item_call_off(it);
	} else if (parks)
		park(it, r->wait, r->saw);
	else if (it && run->ran && r->end != PASS_PARKED)
		requeue(it, r);
	if (!parks)
		wait_close(r->wait);
	free(run);
}

static void waited(void *arg, int64_t ns)
{
	meter_waited(((const struct controller *)arg)->kind, ns);
}

static void on_definitions(void *arg)
{
	const struct controllers *cs = arg;
	if (cs->settings->mapper)
		mapper_invalidate(cs->settings->mapper);
}

/* Opening and closing. */

struct controllers *controllers_open(const struct controllers_settings *s)
{
	struct controllers *cs = memory(sizeof(*cs));
	cs->settings = memory(sizeof(*s));
	*cs->settings = *s;
	cs->house = s->house;
	cs->ns = copy_text(s->ns);
	cs->selector = copy_text(s->selector);
	cs->refs = refs_open();
	if (!s->no_configs)
		cs->configs = configs_open(&(struct configs_settings){
			.loop = s->loop,
			.client = s->client,
			.refs = cs->refs,
			.ns = cs->ns,
			.selector = s->config_selector,
			.on_changed = item_on_config,
			.arg = cs,
		});
	cs->others = others_open(&(struct others_settings){
		.loop = s->loop,
		.client = s->client,
		.refs = cs->refs,
		.on_changed = item_on_other,
		.on_definitions = on_definitions,
		.arg = cs,
	});
	return cs;
}

struct controller *controllers_add(struct controllers *cs, const struct kind *k, int workers)
{
	if (cs->count == KINDS_MAX)
		abort();
	struct controller *ct = memory(sizeof(*ct));
	*ct = (struct controller){.all = cs, .kind = k, .workers = workers};
	kind_resource(k, &ct->resource);
	ct->items = map_init(NULL);
	ct->cache = cache_open(NULL, NULL);
	if (k->stages)
		ct->queue = queue_open(cs->settings->loop, cs->settings->pool,
				       &(struct queue_settings){
					       .least_delay = cs->settings->least_retry,
					       .most_delay = cs->settings->most_retry,
					       .start = start,
					       .work = work,
					       .done = done,
					       .on_waited = waited,
					       .arg = ct,
				       });
	cs->kinds[cs->count++] = ct;
	ct->watch = watch_open(cs->settings->loop, cs->settings->client,
			       &(struct watch_settings){
				       .resource = ct->resource,
				       .ns = cs->ns,
				       .selector = *cs->selector ? cs->selector : NULL,
				       .cache = ct->cache,
				       .on_event = on_event,
				       .on_synced = on_synced,
				       .on_error = on_error,
				       .arg = ct,
			       });
	return ct;
}

void controllers_start(struct controllers *cs)
{
	cs->started = true;
	maybe_work(cs);
}

void controllers_stop(struct controllers *cs)
{
	for (int i = 0; i < cs->count; i++)
		if (cs->kinds[i]->queue)
			queue_stop(cs->kinds[i]->queue);
}

int controllers_running(const struct controllers *cs)
{
	size_t n = 0;
	struct queue_stats s = {0};
	for (int i = 0; i < cs->count; i++) {
		if (cs->kinds[i]->queue)
			queue_stats(cs->kinds[i]->queue, &s);
		n += s.running;
		s.running = 0;
	}
	return (int)n;
}

static void close_controller(struct controller *ct)
{
	watch_close(ct->watch);
	queue_close(ct->queue);
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&ct->items, &i));)
		item_free(e->value);
	map_done(&ct->items);
	cache_close(ct->cache);
	free(ct);
}

void controllers_close(struct controllers *cs)
{
	if (!cs)
		return;
	configs_close(cs->configs);
	others_close(cs->others);
	for (int i = 0; i < cs->count; i++)
		close_controller(cs->kinds[i]);
	refs_close(cs->refs);
	free(cs->ns);
	free(cs->selector);
	free(cs->settings);
	free(cs);
}

bool controllers_synced(const struct controllers *cs)
{
	for (int i = 0; i < cs->count; i++)
		if (!cs->kinds[i]->synced && !cs->kinds[i]->refused)
			return false;
	return cs->count > 0;
}

void controllers_on_synced(struct controllers *cs, void (*fn)(void *), void *arg)
{
	cs->on_synced = fn;
	cs->on_synced_arg = arg;
}

/* Looking things up. */

val *controllers_get(struct controllers *cs, arena *mem, const char *kind, const char *ns,
		     const char *name)
{
	struct controller *ct = item_controller(cs, kind);
	return ct ? cache_get(ct->cache, mem, ns, name) : NULL;
}

err *controllers_read(ctx *c, struct controllers *cs, const char *kind, const char *ns,
		      const char *name, val **ret_obj)
{
	struct controller *ct = item_controller(cs, kind);
	if (!ct)
		return err_new(c->mem, ERR_UNSUPPORTED, "unknown kind '%s'", kind);
	err *e = client_get(c, cs->settings->client, &ct->resource, ns, name, false, ret_obj);
	return err_code(e) == ERR_NOT_FOUND ? kind_missing(c->mem, ct->kind, name) : e;
}

void controllers_each(struct controllers *cs, const char *kind, const char *ns,
		      void (*each)(void *arg, const val *obj), void *arg)
{
	struct controller *ct = item_controller(cs, kind);
	if (ct)
		cache_each(ct->cache, ns, each, arg);
}

uint64_t controllers_offer(const struct controllers *cs, arena *mem, const char *kind,
			   const val *obj)
{
	const struct kind *k = controllers_kind(cs, kind);
	return k ? item_offer(k, mem, obj) : 0;
}

const struct kind *controllers_kind(const struct controllers *cs, const char *kind)
{
	const struct controller *ct = item_controller(cs, kind);
	return ct ? ct->kind : NULL;
}

struct nudge {
	arena *mem;
	struct controllers *all;
	const char *kind, *key;
	bool gently;
};

static void nudged(void *arg)
{
	struct nudge *n = arg;
	struct controller *ct = item_controller(n->all, n->kind);
	struct item *it = ct ? map_get(&ct->items, n->key) : NULL;
	if (it && n->gently)
		item_nudge(it);
	else if (it)
		item_wake(it, QUEUE_URGENT | QUEUE_SUPERSEDE);
	arena_close(n->mem);
}

static void post_nudge(struct controllers *cs, const char *kind, const char *ns, const char *name,
		       bool gently)
{
	arena *mem = arena_open();
	struct nudge *n = NEW(mem, struct nudge);
	*n = (struct nudge){.mem = mem,
			    .all = cs,
			    .kind = arena_text(mem, kind),
			    .key = arena_printf(mem, "%s/%s", ns, name),
			    .gently = gently};
	loop_post(cs->settings->loop, nudged, n);
}

void controllers_poke(struct controllers *cs, const char *kind, const char *ns, const char *name)
{
	post_nudge(cs, kind, ns, name, false);
}

void controllers_nudge(struct controllers *cs, const char *kind, const char *ns, const char *name)
{
	post_nudge(cs, kind, ns, name, true);
}

struct watching {
	arena *mem;
	struct controllers *all;
	struct other what;
	struct resource resource;
};

static void watching(void *arg)
{
	struct watching *w = arg;
	others_watch(w->all->others, &w->what);
	arena_close(w->mem);
}

void controllers_watch(struct controllers *cs, const struct other *what)
{
	arena *mem = arena_open();
	struct watching *w = NEW(mem, struct watching);
	*w = (struct watching){.mem = mem,
			       .all = cs,
			       .what = {.kind = arena_text(mem, what->kind),
					.ns = arena_text(mem, what->ns),
					.name = arena_text(mem, what->name),
					.group = arena_text(mem, what->group)}};
	if (what->resource) {
		w->resource = client_copy_resource(mem, what->resource);
		w->what.resource = &w->resource;
	}
	loop_post(cs->settings->loop, watching, w);
}

void controllers_meter_queues(const struct controllers *cs)
{
	for (int i = 0; i < cs->count; i++) {
		const struct controller *ct = cs->kinds[i];
		struct queue_stats s;
		if (!ct->queue)
			continue;
		queue_stats(ct->queue, &s);
		meter_queue(ct->kind, &s, ct->workers);
	}
}

static void meter_one(void *arg, const val *obj)
{
	meter_object(arg, obj);
}

void controllers_meter_objects(const struct controllers *cs)
{
	meter_forget_objects();
	for (int i = 0; i < cs->count; i++)
		cache_each(cs->kinds[i]->cache, NULL, meter_one,
			   (void *)(uintptr_t)cs->kinds[i]->kind);
}
