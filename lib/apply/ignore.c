#include "apply/ignore.h"

#include "base/regex.h"
#include "base/vec.h"
#include "data/at.h"
#include "kube/selector.h"

struct rule {
	const val *paths;
	struct regex *group, *version, *kind, *name, *ns; /* NULL: any */
	struct selector *labels, *annotations;
};

static err *pattern(arena *mem, const val *target, const char *key, struct regex **ret)
{
	str text = val_as_str(val_get(target, key));
	if (!text.n)
		return NULL;
	return regex_compile(mem, text, ret);
}

static err *selector(arena *mem, const val *target, const char *key, struct selector **ret)
{
	str text = val_as_str(val_get(target, key));
	return text.n ? selector_parse(mem, text, ret) : NULL;
}

static err *read_rule(arena *mem, const val *v, struct rule *r)
{
	const val *t = val_get(v, "target");
	*r = (struct rule){.paths = val_get(v, "paths")};
	TRY(pattern(mem, t, "group", &r->group));
	TRY(pattern(mem, t, "version", &r->version));
	TRY(pattern(mem, t, "kind", &r->kind));
	TRY(pattern(mem, t, "name", &r->name));
	TRY(pattern(mem, t, "namespace", &r->ns));
	TRY(selector(mem, t, "labelSelector", &r->labels));
	return selector(mem, t, "annotationSelector", &r->annotations);
}

static bool is(arena *mem, const struct regex *re, const char *text)
{
	return !re || regex_match_whole(mem, re, str_of(text));
}

static bool fits(arena *mem, const struct rule *r, const struct bundle_item *item)
{
	const val *meta = val_get(item->obj, "metadata");
	return is(mem, r->group, item->id.group) && is(mem, r->version, item->gvk.version) &&
	       is(mem, r->kind, item->id.kind) && is(mem, r->name, item->id.name) &&
	       is(mem, r->ns, item->id.ns) &&
	       (!r->labels || selector_match(r->labels, val_get(meta, "labels"))) &&
	       (!r->annotations || selector_match(r->annotations, val_get(meta, "annotations")));
}

static void mark(arena *mem, struct bundle_item *item, const val *paths)
{
	size_t n = val_len(paths);
	const char **all = NEW_N(mem, const char *, item->ignore_n + n);
	for (size_t i = 0; i < item->ignore_n; i++)
		all[i] = item->ignore[i];
	for (size_t i = 0; i < n; i++)
		all[item->ignore_n + i] = val_text_or(val_at(paths, i), "");
	item->ignore = all;
	item->ignore_n += n;
}

err *ignore_mark(arena *mem, struct bundle *b, const val *rules)
{
	for (size_t i = 0; i < val_len(rules); i++) {
		struct rule r;
		TRY_AS(mem, read_rule(mem, val_at(rules, i), &r), "spec.ignore[%zu]", i);
		for (size_t k = 0; k < b->n; k++)
			if (fits(mem, &r, &b->p[k]))
				mark(mem, &b->p[k], r.paths);
	}
	return NULL;
}

/* Does a set of managed fields hold what stands at a path? Elements of lists are keyed there by their
 * content, so a path through a list is held by nobody. */
static bool holds(arena *mem, const val *fields, const struct at *at)
{
	for (size_t i = 0; i < at->n; i++) {
		fields = val_get(fields, arena_printf(mem, "f:%.*s", STR_ARG(at->parts[i])));
		if (!fields)
			return false;
		if (!val_len(fields))
			return true; /* this field with all below it */
	}
	return true;
}

static bool another_applies(arena *mem, const val *live, const struct at *at,
			    const struct managed_settings *s)
{
	const val *entries = VAL_IN(live, "metadata", "managedFields");
	for (size_t i = 0; i < val_len(entries); i++) {
		const val *e = val_at(entries, i);
		if (text_eq(val_as_text(val_get(e, "operation")), "Apply") &&
		    !text_eq(val_as_text(val_get(e, "manager")), s->manager) &&
		    holds(mem, val_get(e, "fieldsV1"), at))
			return true;
	}
	return false;
}

err *ignore_adopt(arena *mem, const struct bundle_item *item, const val *live,
		  const struct managed_settings *s, val **ret_obj)
{
	val *obj = val_copy(mem, item->obj);
	for (size_t i = 0; i < item->ignore_n; i++) {
		struct at at;
		bool removed;
		str path = str_of(item->ignore[i]);
		if (!at_parse(mem, path, &at))
			continue;
		const val *is = at_walk(mem, (val *)live, &at, at.n),
			  *want = at_walk(mem, obj, &at, at.n);
		if (val_eq(is, want))
			continue;
		if (!is || another_applies(mem, live, &at, s))
			TRY(at_remove(mem, obj, path, &removed));
		else
			TRY(at_set(mem, obj, path, val_copy(mem, is)));
	}
	*ret_obj = obj;
	return NULL;
}
