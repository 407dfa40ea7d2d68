#include "apply/prune.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/vec.h"

#define AWAIT_FIRST (200 * CLOCK_MS)
#define AWAIT_MOST (2 * CLOCK_SECOND)

#define LOOKS 4 /* at an object that is changed again and again while it is to go */

enum fate { FATE_GONE, FATE_SKIPPED, FATE_DELETED };

static int reverse_order(const void *a, const void *b)
{
	const struct inventory_entry *x = a, *y = b;
	return bundle_order(&y->id, &x->id);
}

static err *find(ctx *c, const struct prune_settings *s, const struct inventory_entry *e,
		 struct resource *ret)
{
	struct gvk k = {e->id.group, e->version, e->id.kind};
	err *failed = mapper_find(c, s->mapper, &k, ret);
	return err_code(failed) == ERR_NOT_FOUND
		       ? mapper_find_kind(c, s->mapper, k.group, k.kind, ret)
		       : failed;
}

/* What the API server has instead of what the watch shows. */
static void state_from(arena *mem, const struct prune_settings *s, const val *obj,
		       struct live_state *st)
{
	const val *meta = val_get(obj, "metadata"), *labels = val_get(meta, "labels");
	st->marks = bundle_marks_of(obj);
	st->uid = val_text_or(val_get(meta, "uid"), "");
	st->version = val_text_or(val_get(meta, "resourceVersion"), "");
	st->owner_name =
		val_text_or(val_get(labels, arena_printf(mem, "%s/name", s->owner_group)), "");
	st->owner_ns =
		val_text_or(val_get(labels, arena_printf(mem, "%s/namespace", s->owner_group)), "");
}

static bool may_go(const struct prune_settings *s, const struct live_state *st)
{
	bool mine = text_eq(st->owner_ns, s->owner_ns) && text_eq(st->owner_name, s->owner_name);
	return mine && !st->marks.keep && !st->marks.disabled && st->marks.mode != BUNDLE_IGNORE;
}

/* Goes only as it was looked at: should another owner have applied it meanwhile (it moved from one to the other
 * in one commit), it is theirs. asked: what the watch shows was too old. */
static err *remove_as_seen(ctx *c, const struct prune_settings *s, const struct inventory_entry *e,
			   const struct resource *r, bool asked, enum fate *ret)
{
	const char *ns = r->namespaced ? e->id.ns : "";
	struct live_state st;
	live_get(s->live, c->mem, &e->id, &st);
	if (asked || st.view != LIVE_THERE) {
		val *obj;
		TRY(client_get(c, s->client, r, ns, e->id.name, true, &obj));
		state_from(c->mem, s, obj, &st);
	}
	live_forget(s->live, &e->id, s->owner_ns, s->owner_name);
	*ret = may_go(s, &st) ? FATE_DELETED : FATE_SKIPPED;
	if (*ret == FATE_SKIPPED)
		return NULL;
	return client_delete_seen(c, s->client, r, ns, e->id.name, st.uid, st.version,
				  "Background");
}

static err *remove_one(ctx *c, const struct prune_settings *s, const struct inventory_entry *e,
		       enum fate *ret)
{
	struct resource r;
	*ret = FATE_GONE;
	err *failed = find(c, s, e, &r);
	if (err_code(failed) == ERR_NOT_FOUND)
		return NULL; /* gone with its definition */
	TRY(failed);
	for (int look = 0; look < LOOKS; look++) {
		failed = remove_as_seen(c, s, e, &r, look > 0, ret);
		if (err_code(failed) != ERR_CONFLICT)
			break;
	}
	if (err_code(failed) == ERR_NOT_FOUND) {
		*ret = FATE_GONE;
		return NULL;
	}
	return failed;
}

static struct inventory sorted(arena *mem, const struct inventory *stale)
{
	struct inventory copy = {0};
	for (size_t i = 0; i < stale->n; i++)
		VEC_PUSH(mem, &copy, stale->p[i]);
	if (copy.n)
		qsort(copy.p, copy.n, sizeof(*copy.p), reverse_order);
	return copy;
}

err *prune_stale(ctx *c, const struct prune_settings *s, const struct inventory *stale,
		 struct prune_result *ret)
{
	struct inventory order = sorted(c->mem, stale);
	const char *errors = "";
	enum err_code code = ERR_FAILED;
	*ret = (struct prune_result){0};
	for (size_t i = 0; i < order.n; i++) {
		const struct inventory_entry *e = &order.p[i];
		const char *name = object_id_text(c->mem, &e->id);
		enum fate fate;
		err *failed = remove_one(c, s, e, &fate);
		if (err_code(failed) == ERR_CANCELED)
			return failed;
		if (failed) {
			code = failed->code;
			errors = arena_printf(c->mem, "%s%s delete failed: %s;", errors, name,
					      err_text(c->mem, failed));
			VEC_PUSH(c->mem, &ret->left, *e);
			continue;
		}
		if (fate != FATE_SKIPPED)
			VEC_PUSH(c->mem, &ret->removed, *e);
		change_add(c->mem, &ret->changes, name,
			   fate == FATE_SKIPPED ? CHANGE_SKIPPED : CHANGE_DELETED);
	}
	return *errors ? err_new(c->mem, code, "%s", errors) : NULL;
}

static err *gone(ctx *c, const struct prune_settings *s, const struct inventory_entry *e, bool *ret)
{
	struct resource r;
	struct live_state st;
	val *obj;
	*ret = false;
	live_get(s->live, c->mem, &e->id, &st);
	if (st.view == LIVE_THERE)
		return NULL;
	err *failed = find(c, s, e, &r);
	if (!failed)
		failed = client_get(c, s->client, &r, r.namespaced ? e->id.ns : "", e->id.name,
				    true, &obj);
	*ret = err_code(failed) == ERR_NOT_FOUND;
	return *ret ? NULL : failed;
}

err *prune_await(ctx *c, const struct prune_settings *s, const struct inventory *removed,
		 int64_t deadline)
{
	int64_t delay = AWAIT_FIRST;
	for (size_t i = 0; i < removed->n;) {
		bool is_gone;
		TRY(gone(c, s, &removed->p[i], &is_gone));
		if (is_gone) {
			i++;
			continue;
		}
		if (clock_now() >= deadline)
			return err_new(c->mem, ERR_TIMEOUT, "%s is still there",
				       object_id_text(c->mem, &removed->p[i].id));
		TRY(ctx_sleep(c, delay));
		delay = delay * 2 < AWAIT_MOST ? delay * 2 : AWAIT_MOST;
	}
	return NULL;
}
