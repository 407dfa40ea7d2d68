#include "release/release_rollback.h"

#include "release/release_apply.h"
#include "release/release_hook.h"
#include "release/release_prepare.h"
#include "release/release_store.h"
#include "release/release_wait.h"

static bool is_ssa(const struct release_work *w)
{
	return work_flag(w, "ssa");
}

/* ---- the record -------------------------------------------------------------------------------- */

/* The target once more, as the next revision. */
static void repeat(struct release_work *w, const struct release_record *last,
		   const struct release_record *to)
{
	arena *mem = w->mem;
	struct release_record next = work_copy(mem, to);
	val *release = (val *)next.release, *info = val_map(mem);
	val_set_text(mem, info, "first_deployed",
		     val_as_text(VAL_IN(last->release, "info", "first_deployed")));
	val_set_text(mem, info, "last_deployed", work_now(w));
	val_set(mem, info, "description",
		val_printf(mem, "Rollback to %lld", (long long)to->version));
	val_set_text(mem, info, "status", "pending-rollback");
	val_set_text(mem, info, "notes", val_as_text(VAL_IN(to->release, "info", "notes")));
	val_set(mem, release, "info", info);
	val_set(mem, release, "version", val_int(mem, last->version + 1));
	val_set_text(mem, release, "namespace",
		     val_text_or(val_get(last->release, "namespace"), ""));
	val_set_text(mem, release, "apply_method", is_ssa(w) ? "ssa" : "csa");
	work_on(w, release, store_labels(mem, to->labels));
}

static err *store(struct release_work *w)
{
	if (helm_check_release_name(w->mem, w->of->name))
		return err_new(w->mem, ERR_INVALID, "prepareRollback: Release name is invalid: %s",
			       w->of->name);
	work_log(w, "preparing rollback: {\"name\":\"%s\"}", w->of->name);
	TRY(work_history(w));
	if (!w->history.n)
		return err_new(w->mem, ERR_NOT_FOUND, "release: not found");
	const struct release_record *last = &w->history.p[0];
	int64_t version = w->o->to_version ? w->o->to_version : last->version - 1;
	const struct release_record *to = store_version(&w->history, version);
	if (!to)
		return err_new(w->mem, ERR_NOT_FOUND, "release has no %lld version",
			       (long long)version);
	work_set_flag(w, "ssa",
		      w->o->ssa == RELEASE_SSA_AUTO ? to->ssa : w->o->ssa == RELEASE_SSA_ON);
	w->old = work_copy(w->mem, last);
	work_set_int(w, "old", last->version);
	repeat(w, last, to);
	return prepare_store(w);
}

/* ---- the objects ------------------------------------------------------------------------------- */

static err *items(struct release_work *w, struct release_items *ret_old,
		  struct release_items *ret_wanted)
{
	TRY(work_old(w, work_int(w, "old", 0)));
	TRY_AS(w->mem, prepare_items(w, w->old.release, false, ret_old),
	       "unable to build kubernetes objects from current release manifest");
	TRY_AS(w->mem, prepare_items(w, w->release, true, ret_wanted),
	       "unable to build kubernetes objects from new release manifest");
	return NULL;
}

static err *hooks_before(struct release_work *w)
{
	struct release_items was, wanted;
	if (!val_get(w->pos, "built"))
		TRY(items(w, &was, &wanted));
	work_set_flag(w, "built", true);
	return w->o->no_hooks ? NULL : hook_run(w, HOOK_PRE_ROLLBACK, is_ssa(w));
}

static err *update(struct release_work *w)
{
	struct release_items was, wanted;
	struct release_apply how = {
		.ssa = is_ssa(w), .force = w->o->force && !is_ssa(w), .migrate = is_ssa(w)};
	TRY(items(w, &was, &wanted));
	work_set_text(w, "failing", "update");
	TRY(apply_update(w, &was, &wanted, &how));
	work_set_text(w, "failing", "wait");
	return NULL;
}

static err *await(struct release_work *w)
{
	struct release_items *wanted = NEW(w->mem, struct release_items);
	TRY(prepare_items(w, w->release, true, wanted));
	TRY(wait_ready(w, "ready", wanted, w->o->timeout));
	if (!w->parked)
		work_set_text(w, "failing", "");
	return NULL;
}

static err *hooks_behind(struct release_work *w)
{
	return w->o->no_hooks ? NULL : hook_run(w, HOOK_POST_ROLLBACK, is_ssa(w));
}

static err *finish(struct release_work *w)
{
	TRY(work_history(w));
	for (size_t i = w->history.n; i-- > 0;) {
		struct release_record r = work_copy(w->mem, &w->history.p[i]);
		if (!text_eq(r.status, "deployed") || r.version == w->rec.version)
			continue;
		work_set_status(w->mem, &r, "superseded",
				val_as_text(VAL_IN(r.release, "info", "description")));
		(void)!work_update(w, &r);
	}
	work_status(w, "deployed", val_as_text(VAL_IN(w->release, "info", "description")));
	return work_update(w, &w->rec);
}

/* ---- failures ---------------------------------------------------------------------------------- */

static err *update_failed(struct release_work *w, err *e)
{
	const char *text = arena_printf(w->mem, "Rollback \"%s\" failed: %s", w->of->name,
					err_text(w->mem, e));
	work_set_status(w->mem, &w->old, "superseded",
			val_as_text(VAL_IN(w->old.release, "info", "description")));
	work_status(w, "failed", text);
	(void)!work_update(w, &w->old);
	work_record(w);
	err *bad = w->o->cleanup_on_fail ? apply_clean_up(w) : NULL;
	if (!bad)
		return e;
	return err_new(w->mem, e->code,
		       "an error occurred while cleaning up resources. original rollback error: "
		       "unable to cleanup resources: %s",
		       err_text(w->mem, bad));
}

/* A failed hook leaves the record pending, as with Helm. */
static err *failed(struct release_work *w, err *e)
{
	const char *failing = work_text(w, "failing");
	if (!*failing || work_old(w, work_int(w, "old", 0)))
		return e;
	if (text_eq(failing, "update"))
		return update_failed(w, e);
	work_status(w, "failed",
		    arena_printf(w->mem, "Release \"%s\" failed: %s", w->of->name,
				 err_text(w->mem, e)));
	(void)!work_update(w, &w->old);
	work_record(w);
	return err_wrap(w->mem, e, "release %s failed", w->of->name);
}

static const struct release_step steps[] = {
	{store}, {hooks_before}, {update}, {await}, {hooks_behind}, {finish}, {NULL},
};

const struct release_plan rollback_plan = {steps, failed};
