#include "ctl/depends.h"

#include "base/map.h"
#include "base/vec.h"
#include "ctl/conditions.h"

#define CYCLE_OBJECTS_MAX 10000

static const char *namespace_of(const val *obj)
{
	return val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
}

/* "ns/name", and of another kind "Kind/ns/name". */
static const char *title(arena *mem, const struct depends_calls *calls, const char *ns,
			 const struct dependency *d)
{
	bool other = d->kind && *d->kind && !text_eq(d->kind, calls->kind);
	return arena_printf(mem, "%s%s%s/%s", other ? d->kind : "", other ? "/" : "", ns, d->name);
}

static err *not_ready(arena *mem, const char *title, const char *what)
{
	return err_new(mem, ERR_WAIT, "dependency '%s' %s", title, what);
}

static err *eval(arena *mem, const struct depends_calls *calls, const val *self, const val *dep,
		 const char *name, const struct dependency *d)
{
	bool ready = false;
	err *e = calls->eval(calls->arg, mem, d->ready_expr, self, dep, &ready);
	if (err_code(e) == ERR_INVALID)
		return err_wrap(mem, e, "failed to evaluate dependency %s", d->name);
	if (e && calls->bare)
		return err_new(mem, ERR_WAIT, "%s", err_text(mem, e));
	if (e)
		return err_new(mem, ERR_WAIT, "dependency '%s' is not ready: %s", name,
			       err_text(mem, e));
	return ready ? NULL : not_ready(mem, name, "is not ready according to readyExpr eval");
}

static bool is_ready(const val *dep)
{
	const val *status = val_get(dep, "status");
	int64_t generation = val_as_int(VAL_IN(dep, "metadata", "generation"), 0);
	return val_len(val_get(status, "conditions")) &&
	       val_as_int(val_get(status, "observedGeneration"), 0) == generation &&
	       conditions_is(status, CONDITION_READY, CONDITION_TRUE);
}

static err *check(arena *mem, const struct depends_calls *calls, const val *self,
		  const struct dependency *d)
{
	const char *ns = d->ns && *d->ns ? d->ns : namespace_of(self);
	const char *kind = d->kind && *d->kind ? d->kind : calls->kind;
	const char *name = title(mem, calls, ns, d);
	const val *dep = calls->get(calls->arg, mem, kind, ns, d->name);
	const char *resource = calls->resource ? calls->resource(calls->arg, mem, kind) : NULL;
	if (!dep && calls->bare)
		return err_new(mem, ERR_WAIT, "unable to get '%s' dependency: %s \"%s\" not found",
			       name, resource, d->name);
	if (!dep && resource)
		return not_ready(
			mem, name,
			arena_printf(mem, "not found: %s \"%s\" not found", resource, d->name));
	if (!dep)
		return not_ready(mem, name, "not found");
	if (d->ready_expr && *d->ready_expr) {
		TRY(eval(mem, calls, self, dep, name, d));
		if (!calls->additive)
			return NULL;
	}
	if (!is_ready(dep))
		return not_ready(mem, name, "is not ready");
	const char *revision = calls->same_source_revision
				       ? calls->same_source_revision(calls->arg, mem, self, dep)
				       : NULL;
	const char *applied = val_text_or(VAL_IN(dep, "status", "lastAppliedRevision"), "");
	if (revision && !text_eq(revision, applied))
		return not_ready(mem, name, "revision is not up to date");
	return NULL;
}

err *depends_ready(arena *mem, const struct depends_calls *calls, const val *self,
		   const struct dependency *deps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		TRY(check(mem, calls, self, &deps[i]));
	return NULL;
}

/* A place on the way along dependsOn, and the one it was reached from. */
struct step {
	const val *obj;
	const char *key;
	const struct step *from;
};

static const char *key_of(arena *mem, const char *ns, const char *name)
{
	return arena_printf(mem, "%s/%s", ns, name);
}

static const char *path_text(arena *mem, const struct step *last, const char *start)
{
	const char *text = start;
	for (const struct step *s = last; s; s = s->from)
		text = arena_printf(mem, "%s → %s", s->key, text);
	return text;
}

bool depends_cycle(arena *mem, const struct depends_calls *calls, const val *self,
		   const char **ret_path)
{
	struct map seen = map_init(mem);
	VEC(struct step *) todo = {0};
	struct step *first = NEW(mem, struct step);
	first->obj = self;
	first->key =
		key_of(mem, namespace_of(self), val_text_or(VAL_IN(self, "metadata", "name"), ""));
	VEC_PUSH(mem, &todo, first);
	for (size_t i = 0; i < todo.n && i < CYCLE_OBJECTS_MAX; i++) {
		const struct step *s = todo.p[i];
		const val *deps = VAL_IN(s->obj, "spec", "dependsOn");
		for (size_t j = 0; j < val_len(deps); j++) {
			const val *d = val_at(deps, j);
			const char *name = val_text_or(val_get(d, "name"), "");
			const char *ns = val_text_or(val_get(d, "namespace"), "");
			ns = *ns ? ns : namespace_of(s->obj);
			const char *key = key_of(mem, ns, name);
			if (text_eq(key, first->key)) {
				*ret_path = path_text(mem, s, key);
				return true;
			}
			if (map_has(&seen, key))
				continue;
			map_set(&seen, key, first);
			const char *kind = val_text_or(val_get(d, "kind"), calls->kind);
			const val *dep = calls->get(calls->arg, mem, kind, ns, name);
			struct step *next = NEW(mem, struct step);
			*next = (struct step){dep, key, s};
			if (dep)
				VEC_PUSH(mem, &todo, next);
		}
	}
	return false;
}
