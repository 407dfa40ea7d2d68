#include "release/release_test.h"

#include "release/release_hook.h"
#include "release/release_store.h"

static err *begin(struct release_work *w)
{
	TRY(work_history(w));
	if (!w->history.n)
		return err_new(w->mem, ERR_NOT_FOUND, "release: not found");
	struct release_record last = work_copy(w->mem, &w->history.p[0]);
	work_on(w, (val *)last.release, last.labels);
	work_set_flag(w, "stored", true);
	return NULL;
}

/* Helm puts the hooks that were passed over in front of the others. */
static void reorder(struct release_work *w)
{
	const val *all = val_get(w->release, "hooks");
	val *out = val_list(w->mem);
	if (!w->o->filter_n)
		return;
	for (int passes = 0; passes < 2; passes++)
		for (size_t i = 0; i < val_len(all); i++)
			if (hook_passes(w->o, val_at(all, i)) == (passes == 1))
				val_push(w->mem, out, val_at(all, i));
	val_set(w->mem, w->release, "hooks", out);
}

static err *run(struct release_work *w)
{
	err *e = hook_exec(w, HOOK_TEST, w->rec.ssa);
	if (w->parked || (e && work_is_off(w, e)))
		return e;
	if (e) {
		work_set_text(w, "test_error", err_text(w->mem, e));
		work_set_int(w, "test_code", e->code);
	}
	return NULL;
}

static err *record(struct release_work *w)
{
	bool bad = val_get(w->pos, "test_error") != NULL;
	val *hooks = val_get(w->release, "hooks");
	reorder(w);
	err *e = work_update(w, &w->rec);
	/* what is cleaned up is found by the old order */
	val_set(w->mem, w->release, "hooks", hooks);
	return bad ? NULL : e;
}

static err *clean(struct release_work *w)
{
	err *e = hook_clean(w, HOOK_TEST);
	if (w->parked || (e && work_is_off(w, e)))
		return e;
	const char *failed = val_as_text(val_get(w->pos, "test_error"));
	if (!failed)
		return NULL;
	return err_new(w->mem, (enum err_code)work_int(w, "test_code", ERR_FAILED), "%s", failed);
}

static const struct release_step steps[] = {
	{begin}, {run}, {record}, {clean}, {NULL},
};

const struct release_plan test_plan = {steps, NULL};
