#include "release/release_wait.h"

#include <string.h>

#include "apply/expr_judge.h"
#include "base/clock.h"
#include "release/release_site.h"
#include "release/release_wait_judge.h"

/* ---- targets ----------------------------------------------------------------------------------- */

static err *compile(arena *mem, const struct release_options *o, struct expr_judge **ret)
{
	*ret = NEW_N(mem, struct expr_judge, o->expr_n);
	for (size_t i = 0; i < o->expr_n; i++) {
		const struct release_expr *x = &o->exprs[i];
		TRY_AS(mem,
		       expr_judge_compile(mem, x->current, x->failed, x->in_progress, &(*ret)[i]),
		       "failed to create custom status evaluator for healthchecks[%zu]", i);
	}
	return NULL;
}

static struct resource *copy_resource(arena *mem, const struct resource *from)
{
	struct resource *r = NEW(mem, struct resource);
	*r = client_copy_resource(mem, from);
	return r;
}

err *wait_targets(arena *mem, const struct release_options *o, const struct release_await *a,
		  struct live_target **ret_targets)
{
	struct expr_judge *exprs;
	TRY(compile(mem, o, &exprs));
	*ret_targets = NEW_N(mem, struct live_target, a->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct release_target *t = &a->p[i];
		const struct object_id *id = &t->item->as.id;
		struct live_target *to = &(*ret_targets)[i];
		to->id = (struct object_id){arena_text(mem, id->group), arena_text(mem, id->kind),
					    arena_text(mem, id->ns), arena_text(mem, id->name)};
		to->may_vanish = t->may_vanish;
		to->gone = t->rule == AWAIT_GONE;
		if (t->rule == AWAIT_OWNER)
			continue;
		to->resource = copy_resource(mem, &t->item->resource);
		to->judge = t->rule == AWAIT_HOOK    ? &judge_hook
			    : t->rule == AWAIT_HELM3 ? judge_helm3(id->group, id->kind)
			    : t->rule == AWAIT_EXPR  ? &exprs[t->expr].judge
			    : t->rule == AWAIT_NAME  ? &judge_kstatus
						     : NULL;
	}
	return NULL;
}

/* ---- verdicts ---------------------------------------------------------------------------------- */

static bool is_known(const struct release_await *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->p[i].rule != AWAIT_OWNER)
			return false;
	return true;
}

static bool all_of(const struct release_await *a, enum await_rule rule)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->p[i].rule != rule)
			return false;
	return true;
}

/* What a rule of Helm 3 said when it failed. */
static const char *said(arena *mem, const struct live_verdict *v)
{
	static const char mark[] = "status: 'Failed': ";
	const char *at = strstr(v->stalled, mark);
	return at ? arena_text(mem, at + sizeof(mark) - 1) : v->stalled;
}

static err *too_late(struct release_work *w, const struct release_await *a,
		     const struct live_verdict *v)
{
	if (all_of(a, AWAIT_HELM3))
		return err_new(w->mem, ERR_TIMEOUT, "context deadline exceeded");
	if (all_of(a, AWAIT_GONE))
		return err_new(w->mem, ERR_TIMEOUT,
			       "%.*s termination timeout: context deadline exceeded",
			       (int)strcspn(v->list, " "), v->list);
	return err_new(w->mem, ERR_TIMEOUT, "timeout waiting for: [%s]", v->list);
}

static err *stalled(struct release_work *w, const struct release_await *a,
		    const struct live_verdict *v)
{
	if (all_of(a, AWAIT_HELM3))
		return err_new(w->mem, ERR_FAILED, "%s", said(w->mem, v));
	return err_new(w->mem, ERR_FAILED, "failed early due to stalled resources: [%s]",
		       v->stalled);
}

/* Has it failed, and is that the end? */
static bool is_over(const struct release_await *a, const struct live_verdict *v)
{
	return v->failed && (!a->patient || text_eq(v->list, v->stalled));
}

static void look(struct release_work *w, const struct live_target *targets, size_t n,
		 struct live_verdict *v)
{
	struct live *l = w->of->at->live;
	const val *serial = val_get(wait_resume(w->resumed), "serial");
	if (!live_wait_check(l, (uint64_t)val_as_int(serial, 0), w->mem, v))
		live_check(l, w->mem, targets, n, v);
}

static err *park(struct release_work *w, const char *tag, struct release_await *a)
{
	w->parked = true;
	work_set_text(w, "await", tag);
	w->out->await = a;
	w->resumed = NULL;
	return NULL;
}

err *wait_for(struct release_work *w, const char *tag, struct release_await *a, int64_t timeout)
{
	struct live_target *targets;
	struct live_verdict v;
	bool resumed = w->resumed && text_eq(work_text(w, "await"), tag);
	if (!a->n)
		return NULL;
	if (w->o->called_off)
		return err_new(w->mem, ERR_FAILED, "context canceled");
	TRY(wait_targets(w->mem, w->o, a, &targets));
	a->deadline = resumed ? wait_deadline(w->resumed) : clock_now() + timeout;
	if (!resumed && !is_known(a))
		return park(w, tag, a);
	if (resumed)
		look(w, targets, a->n, &v);
	else
		live_check(w->of->at->live, w->mem, targets, a->n, &v);
	bool late = resumed && wait_timed_out(w->resumed);
	if (!v.ready && !is_over(a, &v) && !late)
		return park(w, tag, a);
	w->resumed = NULL;
	work_set_text(w, "await", "");
	if (v.ready)
		return NULL;
	return is_over(a, &v) ? stalled(w, a, &v) : too_late(w, a, &v);
}

/* ---- the waits of actions ---------------------------------------------------------------------- */

static bool is_kind(const struct release_item *it, const char *group, const char *kind)
{
	return text_eq(it->gvk.group, group) && text_eq(it->gvk.kind, kind);
}

int wait_expr(arena *mem, const struct release_options *o, const struct release_item *it)
{
	for (size_t i = 0; i < o->expr_n; i++) {
		struct gvk k;
		const char *kind = o->exprs[i].kind ? o->exprs[i].kind : "";
		if (gvk_parse(mem, o->exprs[i].api_version, *kind ? kind : "Any", &k) &&
		    text_eq(k.group, it->gvk.group) && (!*kind || text_eq(kind, it->gvk.kind)))
			return (int)i;
	}
	return -1;
}

static void add_ready(struct release_work *w, struct release_await *a,
		      const struct release_item *it)
{
	struct release_target t = {.item = it};
	bool job = is_kind(it, "batch", "Job");
	int expr = wait_expr(w->mem, w->o, it);
	if (!*it->name || (is_kind(it, "apps", "Deployment") &&
			   val_as_bool(VAL_IN(it->obj, "spec", "paused"), false)))
		return;
	t.may_vanish = job && VAL_IN(it->obj, "spec", "ttlSecondsAfterFinished");
	if (w->o->wait == RELEASE_WAIT_HELM3) {
		if (!judge_helm3(it->gvk.group, it->gvk.kind) || (job && w->o->no_wait_jobs))
			return;
		t.rule = AWAIT_HELM3;
	} else if (expr >= 0) {
		t.rule = AWAIT_EXPR;
		t.expr = (size_t)expr;
	} else {
		bool all = job && !w->o->no_wait_jobs; /* to its end */
		bool seen =
			it->labelled && !live_refused(w->of->at->live, it->gvk.group, it->gvk.kind);
		t.rule = seen && (all || !job) ? AWAIT_OWNER : all ? AWAIT_HOOK : AWAIT_NAME;
	}
	VEC_PUSH(w->mem, a, t);
}

err *wait_ready(struct release_work *w, const char *tag, const struct release_items *items,
		int64_t timeout)
{
	struct release_await *a = NEW(w->mem, struct release_await);
	if (w->o->wait == RELEASE_WAIT_HOOKS && !w->o->called_off)
		return NULL;
	for (size_t i = 0; i < items->n; i++)
		add_ready(w, a, &items->p[i]);
	return wait_for(w, tag, a, timeout);
}

err *wait_gone(struct release_work *w, const char *tag, const struct release_items *items,
	       int64_t timeout)
{
	struct release_await *a = NEW(w->mem, struct release_await);
	for (size_t i = 0; i < items->n; i++) {
		struct release_target t = {.item = &items->p[i], .rule = AWAIT_GONE};
		VEC_PUSH(w->mem, a, t);
	}
	return wait_for(w, tag, a, timeout);
}
