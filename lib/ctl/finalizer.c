#include "ctl/finalizer.h"

#define TRIES 5

bool finalizer_has(const val *obj, const char *finalizer)
{
	const val *list = VAL_IN(obj, "metadata", "finalizers");
	for (size_t i = 0; i < val_len(list); i++)
		if (text_eq(val_as_text(val_at(list, i)), finalizer))
			return true;
	return false;
}

static val *changed_list(arena *mem, const val *obj, const char *finalizer, bool add)
{
	const val *old = VAL_IN(obj, "metadata", "finalizers");
	val *list = val_list(mem);
	for (size_t i = 0; i < val_len(old); i++)
		if (!text_eq(val_as_text(val_at(old, i)), finalizer))
			val_push(mem, list, val_copy(mem, val_at(old, i)));
	if (add)
		val_push(mem, list, val_text(mem, finalizer));
	return list;
}

static val *body_of(arena *mem, const val *obj, const char *finalizer, bool add)
{
	val *body = val_map(mem), *metadata = val_map(mem);
	val_set(mem, metadata, "finalizers", changed_list(mem, obj, finalizer, add));
	val_set_text(mem, metadata, "resourceVersion",
		     val_as_text(VAL_IN(obj, "metadata", "resourceVersion")));
	val_set(mem, body, "metadata", metadata);
	return body;
}

static err *change(ctx *c, const struct status_target *t, const val *obj, const char *finalizer,
		   bool add, const val **ret_obj)
{
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	const char *name = val_text_or(VAL_IN(obj, "metadata", "name"), "");
	const char *uid = val_as_text(VAL_IN(obj, "metadata", "uid"));
	const val *now = obj;
	for (int i = 0; finalizer_has(now, finalizer) != add; i++) {
		val *got;
		err *e = client_patch(c, t->client, t->resource, ns, name, NULL, PATCH_MERGE,
				      body_of(c->mem, now, finalizer, add), t->manager, &got);
		if (err_code(e) == ERR_CONFLICT && i + 1 < TRIES)
			e = client_get(c, t->client, t->resource, ns, name, false, &got);
		if (e)
			return e;
		if (!text_eq(val_as_text(VAL_IN(got, "metadata", "uid")), uid))
			return err_new(c->mem, ERR_NOT_FOUND, "another object has its name now");
		/* a marked object may not get new finalizers */
		if (add && val_get(val_get(got, "metadata"), "deletionTimestamp"))
			return err_new(c->mem, ERR_CONFLICT, "it is being deleted");
		now = got;
	}
	if (t->cache && now != obj && add)
		cache_put(t->cache, now);
	if (ret_obj)
		*ret_obj = now;
	return NULL;
}

err *finalizer_add(ctx *c, const struct status_target *t, const val *obj, const char *finalizer,
		   const val **ret_obj)
{
	TRY_AS(c->mem, change(c, t, obj, finalizer, true, ret_obj), "adding the finalizer");
	return NULL;
}

err *finalizer_remove(ctx *c, const struct status_target *t, const val *obj, const char *finalizer)
{
	err *e = change(c, t, obj, finalizer, false, NULL);
	if (e && e->code != ERR_NOT_FOUND)
		return err_wrap(c->mem, e, "removing the finalizer");
	return NULL;
}
