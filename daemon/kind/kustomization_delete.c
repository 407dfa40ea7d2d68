#include "kind/kustomization.h"

#include "base/clock.h"
#include "ctl/conditions.h"

#define GONE_POLL CLOCK_SECOND

static bool removes_objects(const struct work *w, const struct inventory *i)
{
	const char *policy = w->k->deletion && *w->k->deletion ? w->k->deletion : "MirrorPrune";
	if (w->r.suspend || !i->n || text_eq(policy, "Orphan"))
		return false;
	return !text_eq(policy, "MirrorPrune") || w->k->prune;
}

/* The reason that events of a deletion carry: what Ready last said. */
static const char *last_reason(const struct work *w)
{
	const char *reason = conditions_reason(w->r.status, CONDITION_READY);
	return *reason ? reason : "Progressing";
}

static err *account_is_gone(ctx *c, struct work *w, bool *ret)
{
	struct resource r = {.gvk = {"", "v1", "ServiceAccount"},
			     .plural = "serviceaccounts",
			     .namespaced = true};
	val *obj;
	*ret = false;
	if (!kustomization_account(w) || !*kustomization_account(w))
		return NULL;
	err *e = client_get(c, w->r.client, &r, w->r.ns, kustomization_account(w), true, &obj);
	*ret = err_code(e) == ERR_NOT_FOUND;
	return *ret ? NULL : e;
}

static const char *inventory_lines(arena *mem, const struct inventory *i)
{
	const char *lines = "";
	for (size_t k = 0; k < i->n; k++)
		lines = arena_printf(mem, "%s%s%s", lines, k ? "\n" : "",
				     object_id_text(mem, &i->p[k].id));
	return lines;
}

/* Waits, parked, until what was removed has gone, but no longer than the timeout. */
static err *await_removed(ctx *c, struct work *w, const struct inventory *removed, int64_t end)
{
	struct prune_settings s = kustomization_prune_settings(w);
	err *e = prune_await(c, &s, removed, 0);
	if (!e)
		return NULL;
	if (e->code != ERR_TIMEOUT)
		return e;
	int64_t now = clock_now();
	if (now >= end) {
		stage_event(&w->r, EVENT_ERROR, last_reason(w),
			    "failed to wait for resources termination");
		return NULL;
	}
	val *resume_with = inventory_val(c->mem, removed);
	val_set(c->mem, resume_with, "end", val_int(c->mem, end));
	stage_wait(&w->r, now + GONE_POLL < end ? now + GONE_POLL : end, resume_with);
	return stage_park(&w->r);
}

static err *remove_objects(ctx *c, struct work *w, const struct inventory *all)
{
	bool orphaned;
	struct prune_settings s = kustomization_prune_settings(w);
	struct prune_result got = {0};
	TRY(account_is_gone(c, w, &orphaned));
	if (orphaned) {
		stage_event(&w->r, EVENT_ERROR, last_reason(w), "unable to prune objects: \n%s",
			    inventory_lines(c->mem, all));
		return NULL;
	}
	err *e = prune_stale(c, &s, all, &got);
	if (err_code(e) == ERR_CANCELED)
		return e;
	if (e)
		return stage_fault(
			&w->r, e,
			(struct fault){.reason = last_reason(w),
				       .event_message = "pruning for deleted resource failed"});
	if (got.changes.n)
		stage_event(&w->r, EVENT_INFO, last_reason(w), "%s",
			    change_text(c->mem, &got.changes));
	if (!text_eq(w->k->deletion, "WaitForTermination"))
		return NULL;
	return await_removed(c, w, &got.removed, clock_now() + w->timeout);
}

err *kustomization_remove(ctx *c, struct work *w)
{
	struct inventory all = {0};
	const val *resumed = w->r.resumed ? wait_resume(w->r.resumed) : NULL;
	if (!val_get(resumed, "end"))
		resumed = NULL; /* a wait for something else */
	const val *entries = resumed ? resumed : val_get(w->r.status, "inventory");
	TRY(inventory_read(c->mem, entries, &all));
	if (resumed) {
		TRY(kustomization_identify(c, w));
		return await_removed(c, w, &all, val_as_int(val_get(resumed, "end"), 0));
	}
	if (removes_objects(w, &all)) {
		TRY(kustomization_identify(c, w));
		return remove_objects(c, w, &all);
	}
	for (size_t i = 0; i < all.n; i++)
		live_forget(w->at->live, &all.p[i].id, w->r.ns, w->r.name);
	return NULL;
}
