#include "release/release_hook.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "release/release_apply.h"
#include "release/release_wait.h"

/* Places in the position: "hook" the index of the one that is at it, "hook_step" what is done with it,
 * "hook_end" how the run has ended and so what is cleaned up. */
enum step { STEP_BEFORE, STEP_START, STEP_AWAIT };
enum end { END_NONE, END_WELL, END_BADLY };

bool hook_is_for(const val *hook, enum hook_event event)
{
	const val *events = val_get(hook, "events");
	for (size_t i = 0; i < val_len(events); i++)
		if (text_eq(val_as_text(val_at(events, i)), hook_event_name(event)))
			return true;
	return false;
}

bool hook_passes(const struct release_options *o, const val *hook)
{
	const char *name = val_text_or(val_get(hook, "name"), "");
	bool only = false, among = false;
	for (size_t i = 0; i < o->filter_n; i++) {
		bool named = text_eq(o->filters[i].name, name);
		if (o->filters[i].exclude && named)
			return false;
		only |= !o->filters[i].exclude;
		among |= !o->filters[i].exclude && named;
	}
	return !only || among;
}

/* ---- which, and in which order ----------------------------------------------------------------- */

struct hook_ref {
	val *hook;
	size_t index; /* among the release's */
};

struct hook_refs {
	struct hook_ref *p;
	size_t n, cap;
};

static int by_weight(const void *a, const void *b)
{
	const struct hook_ref *x = a, *y = b;
	int64_t v = val_as_int(val_get(x->hook, "weight"), 0),
		u = val_as_int(val_get(y->hook, "weight"), 0);
	int c = v < u ? -1 : v > u;
	if (!c)
		c = strcmp(val_text_or(val_get(x->hook, "name"), ""),
			   val_text_or(val_get(y->hook, "name"), ""));
	return c ? c : x->index < y->index ? -1 : 1;
}

static struct hook_refs hooks_of(struct release_work *w, enum hook_event event)
{
	struct hook_refs refs = {0};
	val *all = val_get(w->release, "hooks");
	for (size_t i = 0; i < val_len(all); i++) {
		val *hook = val_at(all, i);
		if (hook_is_for(hook, event) && (event != HOOK_TEST || hook_passes(w->o, hook)))
			VEC_PUSH(w->mem, &refs, ((struct hook_ref){hook, i}));
	}
	if (refs.n)
		qsort(refs.p, refs.n, sizeof(*refs.p), by_weight);
	return refs;
}

/* ---- the record of a run ----------------------------------------------------------------------- */

static void note_run(struct release_work *w, const struct hook_ref *h, const char *phase, bool ends)
{
	val *run = ends ? val_get(h->hook, "last_run") : val_map(w->mem);
	val *runs = val_make_map(w->mem, w->pos, "runs");
	if (ends)
		val_set_text(w->mem, run, "completed_at", work_now(w));
	else
		val_set_text(w->mem, run, "started_at", work_now(w));
	val_set_text(w->mem, run, "phase", phase);
	val_set(w->mem, h->hook, "last_run", run);
	val_set(w->mem, runs, arena_printf(w->mem, "%zu", h->index), val_copy(w->mem, run));
}

static void name_policy(struct release_work *w, val *hook)
{
	if (val_len(val_get(hook, "delete_policies")))
		return;
	val *list = val_list(w->mem);
	val_push(w->mem, list, val_text(w->mem, "before-hook-creation"));
	val_set(w->mem, hook, "delete_policies", list);
}

static bool has_policy(const val *hook, const char *policy)
{
	const val *list = val_get(hook, "delete_policies");
	for (size_t i = 0; i < val_len(list); i++)
		if (text_eq(val_as_text(val_at(list, i)), policy))
			return true;
	return false;
}

/* ---- deleting ---------------------------------------------------------------------------------- */

static const char *path_of(const val *hook)
{
	return val_text_or(val_get(hook, "path"), "");
}

/* Deletes what the policy says, and waits until it is gone. */
static err *delete_by(struct release_work *w, const val *hook, const char *policy, const char *tag)
{
	struct release_items items, left = {0};
	if (!has_policy(hook, policy) ||
	    text_eq(val_as_text(val_get(hook, "kind")), "CustomResourceDefinition"))
		return NULL;
	TRY_AS(w->mem, items_build(w->c, w->of, val_as_str(val_get(hook, "manifest")), &items),
	       "unable to build kubernetes object for deleting hook %s", path_of(hook));
	if (w->resumed && text_eq(work_text(w, "await"), tag))
		return wait_gone(w, tag, &items, w->o->timeout);
	left.p = NEW_N(w->mem, struct release_item, items.n);
	for (size_t i = 0; i < items.n; i++) {
		bool gone;
		TRY(apply_delete(w, &items.p[i], "Background", &gone));
		if (!gone)
			left.p[left.n++] = items.p[i];
	}
	if (w->o->wait == RELEASE_WAIT_HOOKS)
		return NULL;
	return wait_gone(w, tag, &left, w->o->timeout);
}

/* ---- one hook ---------------------------------------------------------------------------------- */

static err *start(struct release_work *w, const struct hook_ref *h, enum hook_event event, bool ssa)
{
	struct release_items items;
	TRY_AS(w->mem, items_build(w->c, w->of, val_as_str(val_get(h->hook, "manifest")), &items),
	       "unable to build kubernetes object for %s hook %s", hook_event_name(event),
	       path_of(h->hook));
	note_run(w, h, "Running", false);
	work_record(w);
	note_run(w, h, "Unknown", false);
	/* a record of hooks does not make them the release's: nobody watches them for drift */
	for (size_t i = 0; i < items.n; i++)
		items.p[i].labelled = false;
	err *e = apply_create(w, &items, ssa, false, false);
	if (!e || work_is_off(w, e))
		return e;
	note_run(w, h, "Failed", true);
	return err_wrap(w->mem, e, "warning: Hook %s %s failed", hook_event_name(event),
			path_of(h->hook));
}

static err *await(struct release_work *w, const struct hook_ref *h)
{
	struct release_items *items = NEW(w->mem, struct release_items);
	struct release_await *a = NEW(w->mem, struct release_await);
	a->patient = true;
	TRY(items_build(w->c, w->of, val_as_str(val_get(h->hook, "manifest")), items));
	for (size_t i = 0; i < items->n; i++) {
		struct release_target t = {.item = &items->p[i], .rule = AWAIT_HOOK};
		int expr = w->o->wait == RELEASE_WAIT_HELM3 ? -1 : wait_expr(w->mem, w->o, t.item);
		t.may_vanish = text_eq(t.item->gvk.kind, "Job") &&
			       VAL_IN(t.item->obj, "spec", "ttlSecondsAfterFinished");
		if (expr >= 0) {
			t.rule = AWAIT_EXPR;
			t.expr = (size_t)expr;
		} else if (!text_eq(t.item->gvk.kind, "Job") && !text_eq(t.item->gvk.kind, "Pod")) {
			continue; /* ready at once */
		}
		VEC_PUSH(w->mem, a, t);
	}
	return wait_for(w, "hook", a, w->o->timeout);
}

static err *one(struct release_work *w, const struct hook_ref *h, enum hook_event event, bool ssa)
{
	if (work_int(w, "hook_step", 0) == STEP_BEFORE) {
		name_policy(w, h->hook);
		TRY(delete_by(w, h->hook, "before-hook-creation", "hook before"));
		if (w->parked)
			return NULL;
		work_set_int(w, "hook_step", STEP_START);
	}
	if (work_int(w, "hook_step", 0) == STEP_START) {
		name_policy(w, h->hook);
		TRY(start(w, h, event, ssa));
		work_set_int(w, "hook_step", STEP_AWAIT);
	}
	err *e = await(w, h);
	if (w->parked || (e && work_is_off(w, e)))
		return e;
	note_run(w, h, e ? "Failed" : "Succeeded", true);
	if (e)
		work_set_int(w, "hook_end", END_BADLY);
	else
		work_set_int(w, "hook_step", STEP_BEFORE);
	return e;
}

err *hook_exec(struct release_work *w, enum hook_event event, bool ssa)
{
	struct hook_refs all = hooks_of(w, event);
	for (size_t i = (size_t)work_int(w, "hook", 0); i < all.n; i++) {
		work_set_int(w, "hook", (int64_t)i);
		TRY(one(w, &all.p[i], event, ssa));
		if (w->parked)
			return NULL;
	}
	work_set_int(w, "hook", 0);
	work_set_int(w, "hook_end", END_WELL);
	return NULL;
}

/* ---- behind them ------------------------------------------------------------------------------- */

static void reset(struct release_work *w)
{
	work_set_int(w, "hook", 0);
	work_set_int(w, "hook_step", STEP_BEFORE);
	work_set_int(w, "hook_end", END_NONE);
	work_set_int(w, "hook_clean", 0);
}

/* The last one first, as far as it was not yet done. */
static err *clean_well(struct release_work *w, const struct hook_refs *all)
{
	for (size_t done = (size_t)work_int(w, "hook_clean", 0); done < all->n; done++) {
		work_set_int(w, "hook_clean", (int64_t)done);
		TRY(delete_by(w, all->p[all->n - 1 - done].hook, "hook-succeeded", "hook behind"));
		if (w->parked)
			return NULL;
	}
	return NULL;
}

/* The one that failed by its policy, then those before it by theirs. */
static err *clean_badly(struct release_work *w, const struct hook_refs *all)
{
	size_t bad = (size_t)work_int(w, "hook", 0);
	for (size_t done = (size_t)work_int(w, "hook_clean", 0); done <= bad && done < all->n;
	     done++) {
		work_set_int(w, "hook_clean", (int64_t)done);
		const val *hook = all->p[done ? done - 1 : bad].hook;
		err *e = delete_by(w, hook, done ? "hook-succeeded" : "hook-failed", "hook behind");
		if (e && (done || work_is_off(w, e)))
			return e;
		if (w->parked)
			return NULL;
	}
	return NULL;
}

err *hook_clean(struct release_work *w, enum hook_event event)
{
	struct hook_refs all = hooks_of(w, event);
	enum end end = (enum end)work_int(w, "hook_end", END_NONE);
	err *e = NULL;
	if (end == END_WELL)
		e = clean_well(w, &all);
	if (end == END_BADLY)
		e = clean_badly(w, &all);
	if (!w->parked && !(e && work_is_off(w, e)))
		reset(w);
	return e;
}

err *hook_run(struct release_work *w, enum hook_event event, bool ssa)
{
	if (!val_get(w->pos, "hook_error") && work_int(w, "hook_end", END_NONE) == END_NONE) {
		err *e = hook_exec(w, event, ssa);
		if (w->parked || (e && work_is_off(w, e)))
			return e;
		if (e) {
			work_set_text(w, "hook_error", err_text(w->mem, e));
			work_set_int(w, "hook_code", e->code);
		}
	}
	err *e = hook_clean(w, event);
	if (w->parked || (e && work_is_off(w, e)))
		return e;
	const char *failed = val_as_text(val_get(w->pos, "hook_error"));
	if (!failed)
		return e;
	reset(w);
	val_del(w->pos, "hook_error");
	return e ? e
		 : err_new(w->mem, (enum err_code)work_int(w, "hook_code", ERR_FAILED), "%s",
			   failed);
}
