#include "kind/kustomization.h"

#include "base/clock.h"
#include "ctl/conditions.h"

#define LOOK_SERVED (100 * CLOCK_MS) /* how often it is looked for what a definition defines */

void kustomization_set_inventory(struct work *w, const struct inventory *i)
{
	val_set(w->r.mem, w->r.status, "inventory", inventory_val(w->r.mem, i));
}

/* The status ahead of the first write: all that may exist from now on is in the inventory, so that not
 * even a crash leaves anything behind that nobody knows. */
static err *before_write(void *arg)
{
	struct work *w = arg;
	struct inventory all = inventory_union(w->r.mem, &w->now, &w->old);
	kustomization_set_inventory(w, &all);
	stage_set(&w->r, CONDITION_READY, CONDITION_UNKNOWN, "Progressing",
		  "Reconciliation in progress");
	if (kustomization_checks_health(w)) {
		/* what comes next, so that it takes no write of its own */
		kustomization_progress(w, "Running health checks");
		stage_set(&w->r, CONDITION_HEALTHY, CONDITION_UNKNOWN, "Progressing", "%s",
			  conditions_message(w->r.status, CONDITION_RECONCILING));
	}
	return stage_publish(&w->r);
}

void kustomization_unchecked(struct work *w)
{
	kustomization_progress(w, "Detecting drift");
	conditions_restore(w->r.mem, w->r.status, CONDITION_HEALTHY, w->healthy);
}

/* What an apply that failed leaves: the inventory names what was there and what may have been made. */
static void after_failed_apply(struct work *w)
{
	if (!w->applied.started)
		return;
	struct inventory all = inventory_union(w->r.mem, &w->old, &w->applied.written);
	if (all.n || val_get(VAL_IN(w->r.obj, "status"), "inventory"))
		kustomization_set_inventory(w, &all);
	else
		val_del(w->r.status, "inventory");
	kustomization_unchecked(w);
}

static const char *const *overrides(arena *mem, const struct options *o)
{
	const char **names = NEW_N(mem, const char *, o->override_managers.n + 1);
	for (size_t i = 0; i < o->override_managers.n; i++)
		names[i] = o->override_managers.p[i];
	return names;
}

/* ---- going on after a wait -------------------------------------------------------------------- */

static val *changes_val(arena *mem, const struct changes *changes)
{
	val *list = val_list(mem);
	for (size_t i = 0; i < changes->n; i++) {
		val *one = val_list(mem);
		val_push(mem, one, val_text(mem, changes->p[i].name));
		val_push(mem, one, val_int(mem, changes->p[i].kind));
		val_push(mem, list, one);
	}
	return list;
}

/* The wait itself, and what the pass has come to so far. */
static val *resume_val(struct work *w, const struct apply_wait *wait, uint64_t serial)
{
	arena *mem = w->r.mem;
	val *v = val_map(mem);
	struct inventory awaited = {0};
	for (size_t i = 0; i < wait->n; i++)
		inventory_add(mem, &awaited, &wait->targets[i].id, "");
	val_set(mem, v, "applying", val_int(mem, wait->why));
	val_set(mem, v, "until", val_int(mem, wait->until));
	val_set(mem, v, "serial", val_int(mem, (int64_t)serial));
	val_set(mem, v, "awaited", inventory_val(mem, &awaited));
	val_set(mem, v, "tried", inventory_val(mem, &wait->tried));
	val_set(mem, v, "old", inventory_val(mem, &w->old));
	val_set(mem, v, "written", inventory_val(mem, &w->applied.written));
	val_set(mem, v, "changes", changes_val(mem, &w->applied.changes));
	val_set(mem, v, "drift", val_bool(mem, w->by_drift));
	val_set(mem, v, "began", val_int(mem, w->r.began));
	if (w->healthy)
		val_set(mem, v, "healthy", val_copy(mem, w->healthy));
	return v;
}

/* Nothing is told: the status ahead of the first write says it all. */
static err *park(struct work *w)
{
	const struct apply_wait *wait = &w->applied.wait;
	int64_t end = wait->why == APPLY_SERVED ? clock_now() + LOOK_SERVED : wait->until;
	uint64_t serial = live_serial(w->at->live);
	struct wait *parked = stage_wait(&w->r, end, resume_val(w, wait, serial));
	wait_mark(parked, 0, w->r.generation);
	if (wait->n)
		kustomization_await_targets(w, parked, serial, wait->targets, wait->n);
	w->r.quietly = true;
	return stage_park(&w->r);
}

bool kustomization_was_applying(struct work *w)
{
	const val *v = wait_resume(w->r.resumed);
	if (!val_get(v, "applying"))
		return false;
	w->again = v;
	w->timed_out = wait_timed_out(w->r.resumed);
	w->r.resumed = NULL;
	return true;
}

err *kustomization_go_on(ctx *c, struct work *w)
{
	arena *mem = c->mem;
	const val *v = w->again, *changes = val_get(v, "changes");
	struct inventory awaited = {0};
	if (!v)
		return NULL;
	w->old = (struct inventory){0};
	TRY(inventory_read(mem, val_get(v, "old"), &w->old));
	TRY(inventory_read(mem, val_get(v, "written"), &w->before.written));
	TRY(inventory_read(mem, val_get(v, "awaited"), &awaited));
	TRY(inventory_read(mem, val_get(v, "tried"), &w->after.tried));
	for (size_t i = 0; i < val_len(changes); i++)
		change_add(mem, &w->before.changes, val_as_text(val_at(val_at(changes, i), 0)),
			   (enum change_kind)val_as_int(val_at(val_at(changes, i), 1), 0));
	w->healthy = val_copy(mem, val_get(v, "healthy"));
	w->by_drift = val_as_bool(val_get(v, "drift"), false);
	w->r.began = val_as_int(val_get(v, "began"), w->r.began);
	w->after.why = (enum apply_pause)val_as_int(val_get(v, "applying"), APPLY_NO_PAUSE);
	w->after.until = val_as_int(val_get(v, "until"), 0);
	w->after.targets = NEW_N(mem, struct live_target, awaited.n);
	w->after.n = awaited.n;
	for (size_t i = 0; i < awaited.n; i++)
		w->after.targets[i].id = awaited.p[i].id;
	return NULL;
}

/* The targets are to be waited for again: by name where no other watch shows them. */
static err *await_more(ctx *c, struct work *w)
{
	for (size_t i = 0; i < w->after.n; i++) {
		struct live_target *t = &w->after.targets[i];
		if (!live_refused(w->at->live, t->id.group, t->id.kind))
			continue;
		struct resource *r = NEW(c->mem, struct resource);
		TRY(mapper_find_kind(c, w->at->mapper, t->id.group, t->id.kind, r));
		t->resource = r;
	}
	w->applied.wait = w->after;
	return err_new(c->mem, ERR_WAIT, "waiting");
}

/* Has come what was waited for? */
static err *look_at_wait(ctx *c, struct work *w)
{
	struct live_verdict v = {.list = ""};
	uint64_t serial = (uint64_t)val_as_int(val_get(w->again, "serial"), 0);
	if (!w->again || w->after.why == APPLY_SERVED)
		return NULL;
	if (live_wait_check(w->at->live, serial, c->mem, &v) && v.ready)
		return NULL;
	return w->timed_out || v.failed ? apply_given_up(c->mem, &w->after, &v) : await_more(c, w);
}

/* What was done before the wait belongs to what is done now. */
static void add_before(struct work *w)
{
	struct apply_result *now = &w->applied, *before = &w->before;
	arena *mem = w->r.mem;
	now->started = now->started || w->again;
	now->written = inventory_union(mem, &before->written, &now->written);
	struct changes all = before->changes;
	for (size_t i = 0; i < now->changes.n; i++)
		change_add(mem, &all, now->changes.p[i].name, now->changes.p[i].kind);
	now->changes = all;
}

/* ---- the stage -------------------------------------------------------------------------------- */

static err *run(ctx *c, struct work *w)
{
	struct apply_settings s = {
		.client = w->client,
		.mapper = w->at->mapper,
		.live = w->at->live,
		.managed = {.manager = KUSTOMIZATION_MANAGER,
			    .overrides = overrides(c->mem, w->r.house->options)},
		.owner_ns = w->r.ns,
		.owner_name = w->r.name,
		.force = w->k->force,
		.cautious = text_eq(conditions_reason(w->r.status, CONDITION_READY),
				    "ReconciliationFailed"),
		.whole = kustomization_checks_health(w),
		.before_write = before_write,
		.arg = w,
		.after = w->again ? &w->after : NULL,
	};
	err *e = look_at_wait(c, w);
	if (!e)
		e = apply_run(c, &s, w->plan, &w->applied);
	add_before(w);
	return e;
}

err *kustomization_apply(ctx *c, struct work *w)
{
	err *e = run(c, w);
	if (err_code(e) == ERR_WAIT)
		return park(w);
	const char *lines = change_text(c->mem, &w->applied.changes);
	if (e && e->code != ERR_CANCELED) {
		after_failed_apply(w);
		kustomization_history(w, "ReconciliationFailed");
		return stage_fault(
			&w->r, e,
			(struct fault){
				.message = arena_printf(c->mem, "%s%s%s", err_text(c->mem, e),
							w->applied.encrypted ? "" : "\n", lines)});
	}
	TRY(e);
	w->changed = w->applied.changes.n > 0;
	if (w->changed)
		stage_event(&w->r, EVENT_INFO, "Progressing", "%s", lines);
	return NULL;
}
