#include "data/target.h"

#include "base/regex.h"
#include "base/vec.h"
#include "data/labels.h"

struct target {
	struct regex *group, *version, *kind, *name, *ns; /* NULL: any */
	struct labels_selector *labels, *annotations;
};

static err *pattern(arena *mem, const val *spec, const char *key, struct regex **ret)
{
	str text = val_as_str(val_get(spec, key));
	if (!text.n)
		return NULL;
	const char *whole = arena_printf(mem, "^(?:%.*s)$", STR_ARG(text));
	TRY_AS(mem, regex_compile(mem, str_of(whole), ret), "invalid %s regex", key);
	return NULL;
}

static err *selector(arena *mem, const val *spec, const char *key, const char *what,
		     struct labels_selector **ret)
{
	str text = val_as_str(val_get(spec, key));
	if (!text.n)
		return NULL;
	TRY_AS(mem, labels_parse(mem, text, LABELS_OF_KUBERNETES, ret), "invalid %s selector",
	       what);
	return NULL;
}

err *target_parse(arena *mem, const val *spec, struct target **ret_target)
{
	struct target *t = NEW(mem, struct target);
	*ret_target = t;
	TRY(pattern(mem, spec, "group", &t->group));
	TRY(pattern(mem, spec, "version", &t->version));
	TRY(pattern(mem, spec, "kind", &t->kind));
	TRY(pattern(mem, spec, "name", &t->name));
	TRY(pattern(mem, spec, "namespace", &t->ns));
	TRY(selector(mem, spec, "labelSelector", "label", &t->labels));
	return selector(mem, spec, "annotationSelector", "annotation", &t->annotations);
}

static bool matches(arena *scratch, const struct regex *re, str text)
{
	return !re || regex_match(scratch, re, text);
}

bool target_fits(arena *scratch, const struct target *t, const val *object)
{
	const val *meta = val_get(object, "metadata");
	str group, version;
	if (!str_cut(val_as_str(val_get(object, "apiVersion")), '/', &group, &version)) {
		version = group;
		group = (str){"", 0};
	}
	return matches(scratch, t->ns, val_as_str(val_get(meta, "namespace"))) &&
	       matches(scratch, t->name, val_as_str(val_get(meta, "name"))) &&
	       matches(scratch, t->group, group) && matches(scratch, t->version, version) &&
	       matches(scratch, t->kind, val_as_str(val_get(object, "kind"))) &&
	       (!t->labels || labels_fit(t->labels, val_get(meta, "labels"))) &&
	       (!t->annotations || labels_fit(t->annotations, val_get(meta, "annotations")));
}

static bool has_target(const val *rule)
{
	return val_is(val_get(rule, "target"), VAL_MAP);
}

/* Is there another rule for all objects behind this one? The reference keeps one of them. */
static bool is_superseded(const val *rules, size_t i)
{
	if (has_target(val_at(rules, i)))
		return false;
	for (size_t k = i + 1; k < val_len(rules); k++)
		if (!has_target(val_at(rules, k)))
			return true;
	return false;
}

err *target_paths(arena *mem, const val *rules, const val *object, const char ***ret_paths,
		  size_t *ret_n)
{
	VEC(const char *) all = {0};
	for (size_t i = 0; i < val_len(rules); i++) {
		const val *rule = val_at(rules, i), *paths = val_get(rule, "paths");
		struct target *t;
		TRY_AS(mem, target_parse(mem, val_get(rule, "target"), &t),
		       "failed to create ignore rule selector");
		if (is_superseded(rules, i) || !target_fits(mem, t, object))
			continue;
		for (size_t k = 0; k < val_len(paths); k++)
			VEC_PUSH(mem, &all, val_text_or(val_at(paths, k), ""));
	}
	*ret_paths = all.p;
	*ret_n = all.n;
	return NULL;
}
