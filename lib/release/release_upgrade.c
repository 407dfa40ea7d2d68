#include "release/release_upgrade.h"

#include "release/release_apply.h"
#include "release/release_hook.h"
#include "release/release_prepare.h"
#include "release/release_store.h"
#include "release/release_wait.h"

static err *none_deployed(struct release_work *w)
{
	return err_new(w->mem, ERR_NOT_FOUND, "\"%s\" has no deployed releases", w->of->name);
}

static bool is_ssa(const struct release_work *w)
{
	return work_flag(w, "ssa");
}

/* ---- which release ----------------------------------------------------------------------------- */

static bool is_pending(const char *status)
{
	return text_starts(status, "pending-");
}

/* The one that is upgraded: what is deployed, or the last one if that has failed or was superseded. */
static err *current(struct release_work *w, const struct release_record **ret)
{
	TRY(work_history(w));
	if (!w->history.n)
		return none_deployed(w);
	const struct release_record *last = &w->history.p[0],
				    *deployed = store_last(&w->history, "deployed");
	if (is_pending(last->status))
		return err_new(w->mem, ERR_CONFLICT,
			       "another operation (install/upgrade/rollback) is in progress");
	*ret = text_eq(last->status, "deployed") ? last : deployed;
	if (!*ret && (text_eq(last->status, "failed") || text_eq(last->status, "superseded")))
		*ret = last;
	return *ret ? NULL : none_deployed(w);
}

static err *definitions(struct release_work *w)
{
	TRY(work_history(w));
	if (!val_get(w->pos, "ssa")) {
		if (w->o->ssa == RELEASE_SSA_AUTO && !w->history.n)
			return none_deployed(w);
		work_set_flag(w, "ssa",
			      w->o->ssa == RELEASE_SSA_AUTO ? w->history.p[0].ssa
							    : w->o->ssa == RELEASE_SSA_ON);
	}
	return prepare_crds(w, w->o->chart, w->o->values, is_ssa(w));
}

/* ---- the record -------------------------------------------------------------------------------- */

static err *render(struct release_work *w, int64_t version)
{
	struct release_rendered r;
	struct chart *chart = (struct chart *)w->o->chart;
	val *values = (val *)w->o->values;
	const val *old = w->old.release;
	if (w->o->reuse_values)
		TRY(helm_reuse_values(w->mem, w->o->chart, VAL_IN(old, "chart", "values"),
				      val_get(old, "config"), w->o->values, &chart, &values));
	TRY(render_release(w->c, w->of, w->o, chart, values, version, true, &r));
	work_on(w,
		prepare_release(w, &r, values, version, is_ssa(w),
				val_as_text(VAL_IN(old, "info", "first_deployed")),
				"pending-upgrade", "Preparing upgrade"),
		store_labels(w->mem, w->history.p[0].labels));
	return NULL;
}

/* Objects that the old release does not have may belong to somebody else. */
static err *look_around(struct release_work *w, const struct release_items *old,
			const struct release_items *wanted)
{
	struct release_items fresh = {NEW_N(w->mem, struct release_item, wanted->n), 0}, existing;
	for (size_t i = 0; i < wanted->n; i++)
		if (!items_has_exact(old, &wanted->p[i]))
			fresh.p[fresh.n++] = wanted->p[i];
	if (!apply_must_look(w, &fresh))
		return NULL;
	TRY_AS(w->mem, apply_existing(w, &fresh, &existing), "unable to continue with update");
	return NULL;
}

static err *items(struct release_work *w, struct release_items *ret_old,
		  struct release_items *ret_wanted)
{
	TRY_AS(w->mem, prepare_items(w, w->old.release, false, ret_old),
	       "unable to build kubernetes objects from current release manifest");
	TRY_AS(w->mem, prepare_items(w, w->release, true, ret_wanted),
	       "unable to build kubernetes objects from new release manifest");
	return NULL;
}

static err *store(struct release_work *w)
{
	const struct release_record *old = NULL;
	struct release_items was, wanted;
	err *e = helm_check_release_name(w->mem, w->of->name);
	if (e)
		return err_new(w->mem, ERR_INVALID, "release name is invalid: %s", w->of->name);
	work_log(w, "preparing upgrade: {\"name\":\"%s\"}", w->of->name);
	TRY(current(w, &old));
	w->old = work_copy(w->mem, old);
	work_set_int(w, "old", old->version);
	TRY(render(w, w->history.p[0].version + 1));
	TRY(prepare_items(w, w->release, true, &wanted));
	TRY(items(w, &was, &wanted));
	TRY(look_around(w, &was, &wanted));
	return prepare_store(w);
}

/* ---- the objects ------------------------------------------------------------------------------- */

static err *hooks_before(struct release_work *w)
{
	if (!w->o->no_hooks)
		TRY_AS(w->mem, hook_run(w, HOOK_PRE_UPGRADE, is_ssa(w)),
		       "pre-upgrade hooks failed");
	return NULL;
}

static err *update(struct release_work *w)
{
	struct release_items was, wanted;
	TRY(work_old(w, work_int(w, "old", 0)));
	TRY(items(w, &was, &wanted));
	struct release_apply how = {.ssa = is_ssa(w),
				    .force = w->o->force && !is_ssa(w),
				    .migrate = is_ssa(w) && !w->old.ssa};
	work_set_flag(w, "rewrite", true);
	return apply_update(w, &was, &wanted, &how);
}

static err *await(struct release_work *w)
{
	struct release_items *wanted = NEW(w->mem, struct release_items);
	TRY(prepare_items(w, w->release, true, wanted));
	TRY(wait_ready(w, "ready", wanted, w->o->timeout));
	if (!w->parked)
		work_set_flag(w, "rewrite", false);
	return NULL;
}

static err *hooks_behind(struct release_work *w)
{
	if (!w->o->no_hooks)
		TRY_AS(w->mem, hook_run(w, HOOK_POST_UPGRADE, is_ssa(w)),
		       "post-upgrade hooks failed");
	return NULL;
}

static err *finish(struct release_work *w)
{
	TRY(work_old(w, work_int(w, "old", 0)));
	work_set_flag(w, "over", true);
	work_set_status(w->mem, &w->old, "superseded",
			val_as_text(VAL_IN(w->old.release, "info", "description")));
	(void)!work_update(w, &w->old);
	work_status(w, "deployed", "Upgrade complete");
	return work_update(w, &w->rec);
}

static err *clean_up(struct release_work *w, err *e)
{
	err *bad = w->o->cleanup_on_fail ? apply_clean_up(w) : NULL;
	if (!bad)
		return e;
	return err_new(w->mem, e->code,
		       "an error occurred while cleaning up resources. original upgrade error: %s: "
		       "unable to cleanup resources: %s",
		       err_text(w->mem, e), err_text(w->mem, bad));
}

static err *failed(struct release_work *w, err *e)
{
	if (!work_flag(w, "stored") || work_flag(w, "over"))
		return e;
	/* the current one is written again as it is, when objects were touched */
	if (work_flag(w, "rewrite") && !work_old(w, work_int(w, "old", 0)))
		(void)!work_update(w, &w->old);
	work_log(w, "warning: upgrade failed: {\"error\":\"%s\",\"name\":\"%s\"}",
		 err_text(w->mem, e), w->of->name);
	work_status(w, "failed",
		    arena_printf(w->mem, "Upgrade \"%s\" failed: %s", w->of->name,
				 err_text(w->mem, e)));
	work_record(w);
	return clean_up(w, e);
}

static const struct release_step steps[] = {
	{definitions}, {store}, {hooks_before}, {update}, {await}, {hooks_behind}, {finish}, {NULL},
};

const struct release_plan upgrade_plan = {steps, failed};
