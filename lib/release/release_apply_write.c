#include "release/release_apply_write.h"

#include <string.h>

#include "apply/takeover.h"
#include "base/clock.h"
#include "base/enc.h"
#include "release/release_merge.h"
#include "release/release_site.h"

#define TRIES 5
#define PAUSE (10 * CLOCK_MS)

static const struct managed_settings ours = {.manager = RELEASE_MANAGER, .plain = true};

/* From now on this is what the object should look like. */
static void tell(struct release_work *w, const struct release_item *it, val *answer, bool whole)
{
	w->answer = answer;
	struct live *l = w->of->at->live;
	if (!it->labelled || !*it->name)
		return;
	live_watch(l, &it->resource);
	live_applied(l, &it->as, w->of->owner_ns, w->of->owner_name, answer, whole);
}

/* Quotas are written by whoever comes first; then it is worth trying again. */
static bool is_quota_conflict(arena *mem, const err *e)
{
	const char *text = e->code == ERR_CONFLICT ? err_text(mem, e) : "";
	return strstr(text, "Operation cannot be fulfilled on resourcequotas") &&
	       strstr(text, "the object has been modified");
}

static err *apply_once(struct release_work *w, const struct release_item *it, bool force,
		       bool whole, val **ret_answer, bool *ret_created)
{
	struct apply_options o = {.manager = RELEASE_MANAGER,
				  .force = force,
				  .strict = true,
				  .metadata_only = !whole};
	err *e = NULL;
	for (int i = 0; i < TRIES; i++) {
		e = client_apply(w->c, w->of->client, &it->resource, it->ns, it->name, it->obj, &o,
				 ret_answer, ret_created);
		if (!e || !is_quota_conflict(w->mem, e))
			break;
		TRY(ctx_sleep(w->c, PAUSE));
	}
	if (!e)
		return NULL;
	return err_wrap(w->mem, e, "%s object %s",
			e->code == ERR_CONFLICT ? "conflict occurred while applying"
						: "server-side apply failed for",
			items_gvk(w->mem, it));
}

/* What was written without server-side apply becomes part of what was applied; then another apply takes
 * away what is no longer wanted. */
static err *migrate_fields(struct release_work *w, const struct release_item *it, const val *live,
			   bool *ret_changed)
{
	err *e = takeover(w->c, w->of->client, &it->resource, it->ns, it->name, &ours, live,
			  ret_changed);
	if (!e || e->code == ERR_CONFLICT)
		return NULL;
	return err_wrap(w->mem, e, "failed to patch object to upgrade CSA field manager %s",
			items_gvk(w->mem, it));
}

err *write_applied(struct release_work *w, const struct release_item *it, bool force, bool migrate,
		   bool *ret_created)
{
	bool whole = !health_needs_no_status(it->gvk.group, it->gvk.kind), changed = false;
	val *answer;
	TRY(apply_once(w, it, force, whole, &answer, ret_created));
	if (migrate && !*ret_created)
		TRY(migrate_fields(w, it, answer, &changed));
	if (changed) {
		bool again;
		TRY(apply_once(w, it, force, whole, &answer, &again));
	}
	tell(w, it, answer, whole);
	return NULL;
}

err *write_created(struct release_work *w, const struct release_item *it)
{
	val *answer;
	TRY(client_create(w->c, w->of->client, &it->resource, it->ns, it->obj, RELEASE_MANAGER,
			  &answer));
	tell(w, it, answer, true);
	return NULL;
}

static enum merge_how how_of(const struct release_item *it, const struct release_apply *how)
{
	if (bundle_builtin_group(it->gvk.group) || text_eq(it->gvk.group, "apiextensions.k8s.io"))
		return MERGE_STRATEGIC;
	return how->three_way ? MERGE_THREE_WAY : MERGE_PLAIN;
}

err *write_patched(struct release_work *w, const struct release_item *it,
		   const struct release_item *old, const struct release_apply *how)
{
	val *live, *answer;
	err *e = client_get(w->c, w->of->client, &it->resource, it->ns, it->name, false, &live);
	if (err_code(e) == ERR_NOT_FOUND)
		return e;
	TRY_AS(w->mem, e, "could not get information about the resource");
	const val *patch = merge_patch(w->mem, &it->gvk, how_of(it, how), old->obj, it->obj, live);
	if (!patch) {
		tell(w, it, live, true);
		return NULL;
	}
	TRY_AS(w->mem,
	       client_patch(w->c, w->of->client, &it->resource, it->ns, it->name, NULL, PATCH_MERGE,
			    patch, RELEASE_MANAGER, &answer),
	       "cannot patch \"%s\" with kind %s", it->name, it->gvk.kind);
	tell(w, it, answer, true);
	return NULL;
}

err *write_replaced(struct release_work *w, const struct release_item *it)
{
	val *live, *answer, *obj = val_copy(w->mem, it->obj);
	err *e = client_get(w->c, w->of->client, &it->resource, it->ns, it->name, true, &live);
	if (err_code(e) == ERR_NOT_FOUND)
		return e;
	TRY_AS(w->mem, e, "failed to replace object");
	val_set_text(w->mem, val_make_map(w->mem, obj, "metadata"), "resourceVersion",
		     val_as_text(VAL_IN(live, "metadata", "resourceVersion")));
	const char *path = arena_printf(w->mem, "%s?fieldManager=%s&fieldValidation=Strict",
					client_path(w->mem, &it->resource, it->ns, it->name, NULL),
					RELEASE_MANAGER);
	TRY_AS(w->mem, client_raw(w->c, w->of->client, "PUT", path, obj, &answer),
	       "failed to replace object");
	tell(w, it, answer, true);
	return NULL;
}
