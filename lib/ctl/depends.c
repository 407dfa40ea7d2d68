#include "ctl/depends.h"

#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "ctl/conditions.h"
#include "ctl/refs.h"
#include "kube/gvk.h"

#define CYCLE_OBJECTS_MAX 1000

static const char *namespace_of(const val *obj)
{
	return val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
}

const char *depends_kind(arena *mem, const struct dependency *d, const char *own)
{
	struct gvk k;
	if (!d->kind || !*d->kind)
		return own;
	if (!d->api_version || !*d->api_version || !gvk_parse(mem, d->api_version, d->kind, &k))
		return d->kind;
	return str_ends(str_of(k.group), STR(".fluxcd.io"))
		       ? d->kind
		       : arena_printf(mem, "%s.%s", d->kind, k.group);
}

static struct dependency dependency_of(const val *v)
{
	return (struct dependency){.ns = val_text_or(val_get(v, "namespace"), ""),
				   .name = val_text_or(val_get(v, "name"), ""),
				   .api_version = val_text_or(val_get(v, "apiVersion"), ""),
				   .kind = val_text_or(val_get(v, "kind"), "")};
}

void depends_refs(struct ref_list *list, const val *obj, const char *own)
{
	const val *depends = VAL_IN(obj, "spec", "dependsOn");
	for (size_t i = 0; i < val_len(depends); i++) {
		struct dependency d = dependency_of(val_at(depends, i));
		ref_add(list, REF_DEPENDS, depends_kind(list->mem, &d, own),
			*d.ns ? d.ns : namespace_of(obj), d.name);
	}
}

/* --- is one ready? ---------------------------------------------------------------------------- */

/* A dependency that is looked at. */
struct look {
	arena *mem;
	const struct depends_calls *calls;
	const val *self;
	const struct dependency *d;
	const char *ns, *shown; /* "ns/name", with the kind of another */
	bool other;
};

static err *not_ready(const struct look *l, const char *what)
{
	return err_new(l->mem, ERR_WAIT, "dependency '%s' %s", l->shown, what);
}

static err *eval(const struct look *l, const val *dep)
{
	bool ready = false;
	err *e = l->calls->eval(l->calls->arg, l->mem, l->d->ready_expr, l->self, dep, &ready);
	if (err_code(e) == ERR_INVALID)
		return err_wrap(l->mem, e, "failed to evaluate dependency %s", l->d->name);
	if (e) /* the expression is quoted in it */
		return err_new(l->mem, ERR_WAIT, "%s", err_text(l->mem, e));
	return ready ? NULL : not_ready(l, "is not ready according to readyExpr eval");
}

/* Flux's kinds say for which generation they are ready; of others those that do not are believed. */
static bool is_ready(const val *dep, bool other)
{
	const val *status = val_get(dep, "status"), *seen = val_get(status, "observedGeneration");
	int64_t generation = val_as_int(VAL_IN(dep, "metadata", "generation"), 0);
	return (other && !seen ? true : val_as_int(seen, 0) == generation) &&
	       conditions_is(status, CONDITION_READY, CONDITION_TRUE);
}

static err *missing(const struct look *l)
{
	const char *resource = l->calls->resource;
	if (l->other || !resource)
		return not_ready(l, "not found");
	if (l->calls->bare)
		return err_new(l->mem, ERR_WAIT,
			       "unable to get '%s' dependency: %s \"%s\" not found", l->shown,
			       resource, l->d->name);
	return not_ready(
		l, arena_printf(l->mem, "not found: %s \"%s\" not found", resource, l->d->name));
}

static err *get(const struct look *l, const val **ret_dep)
{
	const struct depends_calls *calls = l->calls;
	if (l->other) {
		err *e = calls->get_other(calls->arg, l->mem, l->d, l->ns, ret_dep);
		if (err_code(e) == ERR_NOT_FOUND)
			return not_ready(
				l, arena_printf(l->mem, "not found: %s", err_text(l->mem, e)));
		TRY_AS(l->mem, e, "dependency '%s'", l->shown);
	} else {
		*ret_dep = calls->get(calls->arg, l->mem, calls->kind, l->ns, l->d->name);
	}
	return *ret_dep ? NULL : missing(l);
}

static err *check_revision(const struct look *l, const val *dep)
{
	const struct depends_calls *calls = l->calls;
	const char *revision =
		calls->same_source_revision && !l->other
			? calls->same_source_revision(calls->arg, l->mem, l->self, dep)
			: NULL;
	const char *applied = val_text_or(VAL_IN(dep, "status", "lastAppliedRevision"), "");
	if (revision && !text_eq(revision, applied))
		return not_ready(l, "revision is not up to date");
	return NULL;
}

static err *check(const struct look *l)
{
	const val *dep = NULL;
	TRY(get(l, &dep));
	if (l->d->ready_expr && *l->d->ready_expr) {
		TRY(eval(l, dep));
		if (!l->calls->additive)
			return NULL;
	}
	if (!is_ready(dep, l->other))
		return not_ready(l, "is not ready");
	return check_revision(l, dep);
}

static err *check_one(arena *mem, const struct depends_calls *calls, const val *self,
		      const struct dependency *d)
{
	const char *ns = d->ns && *d->ns ? d->ns : namespace_of(self), *path;
	const char *kind = depends_kind(mem, d, calls->kind);
	bool other = !text_eq(kind, calls->kind);
	struct look l = {.mem = mem,
			 .calls = calls,
			 .self = self,
			 .d = d,
			 .ns = ns,
			 .shown = arena_printf(mem, "%s%s%s/%s", other ? d->kind : "",
					       other ? "/" : "", ns, d->name),
			 .other = other};
	err *e = check(&l);
	if (err_code(e) == ERR_WAIT && depends_cycle(mem, calls, self, &path))
		return err_new(mem, ERR_WAIT, "%s: dependsOn goes in a circle: %s",
			       err_text(mem, e), path);
	return e;
}

err *depends_ready(arena *mem, const struct depends_calls *calls, const val *self,
		   const struct dependency *deps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		TRY(check_one(mem, calls, self, &deps[i]));
	return NULL;
}

/* --- circles ---------------------------------------------------------------------------------- */

/* A place on the way along dependsOn, and the one it was reached from. */
struct step {
	const val *obj;
	const char *kind, *shown;
	const struct step *from;
};

/* What is walked along, and what was met. */
struct walk {
	arena *mem;
	const struct depends_calls *calls;
	struct map seen;
	VEC(struct step *) todo;
};

static const char *path_text(arena *mem, const struct step *last, const char *start)
{
	const char *text = start;
	for (const struct step *s = last; s; s = s->from)
		text = arena_printf(mem, "%s → %s", s->shown, text);
	return text;
}

/* A place that was not met before; NULL for one that was. */
static struct step *step_to(struct walk *w, const char *kind, const char *ns, const char *name)
{
	bool own = text_eq(kind, w->calls->kind);
	struct step *s = NEW(w->mem, struct step);
	s->kind = kind;
	s->shown = arena_printf(w->mem, "%s%s%s/%s", own ? "" : kind, own ? "" : "/", ns, name);
	if (map_has(&w->seen, s->shown))
		return NULL;
	map_set(&w->seen, s->shown, s);
	return s;
}

/* The places that one leads to; true when the start is among them. */
static bool walk_from(struct walk *w, const struct step *from)
{
	struct ref_list list = {.mem = w->mem};
	const struct step *start = w->todo.p[0];
	depends_refs(&list, from->obj, from->kind);
	for (size_t i = 0; i < list.n; i++) {
		const struct ref *r = &list.p[i];
		struct step *s = step_to(w, r->kind, r->ns, r->name);
		if (!s && text_eq(r->kind, start->kind) &&
		    text_eq(arena_printf(w->mem, "%s/%s", r->ns, r->name), start->shown))
			return true;
		if (!s)
			continue;
		s->from = from;
		s->obj = w->calls->get(w->calls->arg, w->mem, r->kind, r->ns, r->name);
		if (s->obj)
			VEC_PUSH(w->mem, &w->todo, s);
	}
	return false;
}

bool depends_cycle(arena *mem, const struct depends_calls *calls, const val *self,
		   const char **ret_path)
{
	struct walk w = {.mem = mem, .calls = calls, .seen = map_init(mem)};
	struct step *start = step_to(&w, calls->kind, namespace_of(self),
				     val_text_or(VAL_IN(self, "metadata", "name"), ""));
	start->obj = self;
	VEC_PUSH(mem, &w.todo, start);
	for (size_t i = 0; i < w.todo.n && i < CYCLE_OBJECTS_MAX; i++) {
		if (!walk_from(&w, w.todo.p[i]))
			continue;
		*ret_path = path_text(mem, w.todo.p[i], start->shown);
		return true;
	}
	return false;
}
