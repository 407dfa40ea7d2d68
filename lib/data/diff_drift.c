#include <string.h>
#include <strings.h>

#include "base/vec.h"
#include "data/diff.h"

const char *drift_kind_name(enum drift_kind kind)
{
	static const char *const names[] = {"none", "create", "update", "exclude"};
	return names[kind];
}

/* Has the object a label or an annotation of the marks, with that value in any case? */
static bool is_marked(const val *object, const val *marks)
{
	static const char *const fields[] = {"labels", "annotations"};
	for (size_t i = 0; val_is(marks, VAL_MAP) && i < marks->map.n; i++) {
		for (size_t k = 0; k < 2; k++) {
			const val *v = val_get_str(VAL_IN(object, "metadata", fields[k]),
						   marks->map.p[i].key);
			const char *want = val_as_text(marks->map.p[i].value);
			if (val_len(v) && want && val_is(v, VAL_TEXT) &&
			    strcasecmp(v->text.p, want) == 0)
				return true;
		}
	}
	return false;
}

/* An object with only the name, the labels and the annotations. The name keeps a patch from adding
 * metadata as a whole, which would drop the rest. */
static val *only_metadata(arena *mem, const val *object)
{
	static const char *const fields[] = {"name", "annotations", "labels"};
	val *out = val_map(mem);
	for (size_t i = 0; i < 3; i++) {
		const val *v = VAL_IN(object, "metadata", fields[i]);
		if (v)
			val_set(mem, val_make_map(mem, out, "metadata"), fields[i],
				val_copy(mem, v));
	}
	return out;
}

static val *without_metadata(arena *mem, const val *object)
{
	val *out = val_map(mem);
	for (size_t i = 0; i < object->map.n; i++) {
		const struct val_pair *pair = &object->map.p[i];
		if (!str_is(pair->key, "metadata") && !str_is(pair->key, "status"))
			val_set_str(mem, out, pair->key, pair->value);
	}
	return out;
}

/* What stands for an object that is not there. */
static val *only_type(arena *mem, const val *object)
{
	val *out = val_map(mem);
	val_set_text(mem, out, "apiVersion", val_as_text(val_get(object, "apiVersion")));
	val_set_text(mem, out, "kind", val_as_text(val_get(object, "kind")));
	return out;
}

static bool is_value_of_secret(const char *path)
{
	return text_starts(path, "/data/") || text_starts(path, "/stringData/");
}

/* All values of a map of a Secret. One that is not changed must not be shown either. */
static void mask_map(arena *mem, val *map, const val *other, const char *changed)
{
	for (size_t i = 0; val_is(map, VAL_MAP) && i < map->map.n; i++) {
		struct val_pair *pair = &map->map.p[i];
		const val *twin = val_get_str(other, pair->key);
		bool differs = twin && !val_eq(twin, pair->value);
		pair->value = val_text(mem, differs ? changed : "***");
	}
}

static void mask(arena *mem, struct diff *d)
{
	for (size_t i = 0; i < d->n; i++) {
		struct diff_op *op = &d->p[i];
		bool both = op->old && op->old->kind != VAL_NULL && op->value &&
			    op->value->kind != VAL_NULL;
		if (strcmp(op->path, "/data") == 0 || strcmp(op->path, "/stringData") == 0) {
			val *old = val_copy(mem, op->old);
			mask_map(mem, op->old, op->value, "*** (before)");
			mask_map(mem, op->value, old, "*** (after)");
		} else if (is_value_of_secret(op->path)) {
			if (op->old && op->old->kind != VAL_NULL)
				op->old = val_text(mem, both ? "*** (before)" : "***");
			if (op->value && op->value->kind != VAL_NULL)
				op->value = val_text(mem, both ? "*** (after)" : "***");
		}
	}
}

static bool is_secret(const val *object)
{
	return text_eq(val_as_text(val_get(object, "kind")), "Secret") &&
	       text_eq(val_as_text(val_get(object, "apiVersion")), "v1");
}

static void differences(arena *mem, const val *live, const val *wanted, enum diff_flags flags,
			struct diff *ret)
{
	struct diff found = {0};
	struct diff meta =
		diff_compare(mem, only_metadata(mem, live), only_metadata(mem, wanted), flags);
	struct diff rest = diff_compare(mem, without_metadata(mem, live),
					without_metadata(mem, wanted), flags);
	/* labels and annotations that others have added are no drift */
	for (size_t i = 0; i < meta.n; i++)
		if (meta.p[i].kind != DIFF_REMOVE)
			VEC_PUSH(mem, &found, meta.p[i]);
	for (size_t i = 0; i < rest.n; i++)
		VEC_PUSH(mem, &found, rest.p[i]);
	if ((flags & DIFF_MASK) && is_secret(wanted))
		mask(mem, &found);
	*ret = found;
}

err *diff_drift(arena *mem, const val *live, const val *dry_run, const val *marks,
		const char *const *paths, size_t n, enum diff_flags flags,
		enum drift_kind *ret_kind, struct diff *ret_diff)
{
	*ret_diff = (struct diff){0};
	bool excluded = is_marked(dry_run, marks) || is_marked(live, marks);
	for (size_t i = 0; i < n; i++)
		excluded = excluded || !*paths[i];
	const char *version = val_as_text(VAL_IN(dry_run, "metadata", "resourceVersion"));
	if (excluded || !version || !*version) {
		*ret_kind = excluded ? DRIFT_EXCLUDE : DRIFT_CREATE;
		return NULL;
	}
	val *old = live ? val_copy(mem, live) : only_type(mem, dry_run),
	    *new = val_copy(mem, dry_run);
	if (n) {
		TRY(diff_remove_paths(mem, new, paths, n));
		TRY(diff_remove_paths(mem, old, paths, n));
	}
	differences(mem, old, new, flags, ret_diff);
	*ret_kind = ret_diff->n ? DRIFT_UPDATE : DRIFT_NONE;
	return NULL;
}
