#include "ctl/status.h"

#include "ctl/conditions.h"
#include "data/patch.h"

#define TRIES 5

/* The change from before to after, fitted to theirs: conditions are merged one by one. NULL: nothing. */
static val *change_for(arena *mem, const val *before, const val *after, const val *theirs)
{
	val *empty = val_map(mem);
	val *patch = patch_merge_between(mem, before ? before : empty, after ? after : empty);
	if (!patch || !val_get(patch, "conditions"))
		return patch;
	const val *now = val_get(theirs, "conditions");
	val *merged = conditions_merge(mem, val_get(before, "conditions"),
				       val_get(after, "conditions"), now);
	if (val_eq(merged, now))
		val_del(patch, "conditions");
	else
		val_set(mem, patch, "conditions", merged);
	return val_len(patch) ? patch : NULL;
}

static val *body_of(arena *mem, const val *obj, val *patch)
{
	val *body = val_map(mem), *metadata = val_map(mem);
	val_set_text(mem, metadata, "resourceVersion",
		     val_as_text(VAL_IN(obj, "metadata", "resourceVersion")));
	val_set(mem, body, "metadata", metadata);
	val_set(mem, body, "status", patch);
	return body;
}

err *status_write(ctx *c, const struct status_target *t, const val *obj, const val *status,
		  const val **ret_obj)
{
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	const char *name = val_text_or(VAL_IN(obj, "metadata", "name"), "");
	const char *uid = val_text_or(VAL_IN(obj, "metadata", "uid"), "");
	const val *before = val_get(obj, "status"), *now = obj;
	err *e = NULL;
	for (int i = 0; i < TRIES; i++) {
		val *patch = change_for(c->mem, before, status, val_get(now, "status")), *got;
		if (!patch) {
			e = NULL;
			break;
		}
		e = client_patch(c, t->client, t->resource, ns, name, "status", PATCH_MERGE,
				 body_of(c->mem, now, patch), t->manager, &got);
		if (err_code(e) != ERR_CONFLICT) {
			now = e ? now : got;
			break;
		}
		err *read = client_get(c, t->client, t->resource, ns, name, false, &got);
		if (read) {
			e = read;
			break;
		}
		if (!text_eq(val_as_text(VAL_IN(got, "metadata", "uid")), uid))
			return NULL; /* another object of the same name */
		now = got;
	}
	if (err_code(e) == ERR_NOT_FOUND)
		return NULL;
	if (e)
		return err_wrap(c->mem, e, "writing the status");
	if (t->cache && now != obj)
		cache_put(t->cache, now);
	if (ret_obj)
		*ret_obj = now;
	return NULL;
}
