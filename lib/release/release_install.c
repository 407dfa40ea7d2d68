#include "release/release_install.h"

#include "release/release_apply.h"
#include "release/release_hook.h"
#include "release/release_prepare.h"
#include "release/release_store.h"
#include "release/release_wait.h"

static bool is_ssa(const struct release_work *w)
{
	return w->o->ssa != RELEASE_SSA_OFF;
}

static err *definitions(struct release_work *w)
{
	return prepare_crds(w, w->o->chart, w->o->values, is_ssa(w));
}

/* ---- the record -------------------------------------------------------------------------------- */

/* May the name be used? Only a failed or uninstalled release is replaced. */
static err *check_name(struct release_work *w)
{
	err *e = helm_check_release_name(w->mem, w->of->name);
	if (e)
		return err_wrap(w->mem, e, "release name \"%s\"", w->of->name);
	TRY(work_history(w));
	if (!w->history.n)
		return NULL;
	const char *status = w->history.p[0].status;
	if (w->o->replace && (text_eq(status, "uninstalled") || text_eq(status, "failed")))
		return NULL;
	return err_new(w->mem, ERR_CONFLICT, "cannot reuse a name that is still in use");
}

static err *create_namespace(struct release_work *w)
{
	struct release_items items;
	if (!w->o->create_namespace)
		return NULL;
	TRY(items_build(w->c, w->of,
			str_of(arena_printf(w->mem,
					    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: "
					    "%s\n  labels: {name: %s}\n",
					    w->of->ns, w->of->ns)),
			&items));
	err *e = apply_create(w, &items, is_ssa(w), false, false);
	return err_code(e) == ERR_EXISTS ? NULL : e;
}

/* The revision goes on from the release that is replaced, which is superseded unless it has failed. */
static err *replace(struct release_work *w)
{
	if (!w->o->replace || !w->history.n)
		return NULL;
	struct release_record last = work_copy(w->mem, &w->history.p[0]);
	val_set(w->mem, w->release, "version", val_int(w->mem, last.version + 1));
	work_on(w, w->release, w->rec.labels);
	if (text_eq(last.status, "failed"))
		return NULL;
	work_set_status(w->mem, &last, "superseded", "superseded by new release");
	return work_update(w, &last);
}

/* Whether there is something to be adopted is asked only where the answer counts: otherwise an apply finds
 * out by itself. */
static err *look_around(struct release_work *w, const struct release_items *items)
{
	struct release_items existing;
	if (!apply_must_look(w, items))
		return NULL;
	TRY_AS(w->mem, apply_existing(w, items, &existing), "unable to continue with install");
	work_set_int(w, "existing", (int64_t)existing.n);
	work_set_flag(w, "looked", true);
	return NULL;
}

static err *store(struct release_work *w)
{
	struct release_rendered r;
	struct release_items items;
	TRY_AS(w->mem, check_name(w), "release name check failed");
	TRY(render_release(w->c, w->of, w->o, w->o->chart, w->o->values, 1, false, &r));
	work_on(w,
		prepare_release(w, &r, w->o->values, 1, is_ssa(w), NULL, "pending-install",
				"Initial install underway"),
		NULL);
	TRY_AS(w->mem, prepare_items(w, w->release, true, &items),
	       "unable to build kubernetes objects from release manifest");
	TRY(look_around(w, &items));
	TRY(create_namespace(w));
	TRY(replace(w));
	return work_create(w);
}

/* ---- the objects ------------------------------------------------------------------------------- */

static err *hooks_before(struct release_work *w)
{
	if (!w->o->no_hooks)
		TRY_AS(w->mem, hook_run(w, HOOK_PRE_INSTALL, is_ssa(w)), "failed pre-install");
	return NULL;
}

static err *create(struct release_work *w)
{
	struct release_items items;
	bool ssa = is_ssa(w), looked = work_flag(w, "looked");
	struct release_apply how = {
		.ssa = ssa, .migrate = ssa, .three_way = !ssa && w->o->take_ownership};
	TRY(prepare_items(w, w->release, true, &items));
	if (looked && work_int(w, "existing", 0))
		return apply_update(w, &(struct release_items){0}, &items, &how);
	return apply_create(w, &items, ssa, ssa && !looked, !looked);
}

static err *await(struct release_work *w)
{
	struct release_items *items = NEW(w->mem, struct release_items);
	TRY(prepare_items(w, w->release, true, items));
	return wait_ready(w, "ready", items, w->o->timeout);
}

static err *hooks_behind(struct release_work *w)
{
	if (!w->o->no_hooks)
		TRY_AS(w->mem, hook_run(w, HOOK_POST_INSTALL, is_ssa(w)), "failed post-install");
	return NULL;
}

static err *finish(struct release_work *w)
{
	work_status(w, "deployed", "Install complete");
	work_record(w);
	return NULL;
}

static err *failed(struct release_work *w, err *e)
{
	if (!work_flag(w, "stored"))
		return e;
	work_status(w, "failed",
		    arena_printf(w->mem, "Release \"%s\" failed: %s", w->of->name,
				 err_text(w->mem, e)));
	work_record(w);
	return e;
}

static const struct release_step steps[] = {
	{definitions}, {store}, {hooks_before}, {create}, {await}, {hooks_behind}, {finish}, {NULL},
};

const struct release_plan install_plan = {steps, failed};
