#include "apply/managed.h"

#include "data/at.h"
#include "data/json.h"

static const char *const old_annotations[] = {"kubectl.kubernetes.io/last-applied-configuration",
					      "kustomize.toolkit.fluxcd.io/checksum",
					      "fluxcd.io/sync-checksum"};
#define OLD_LABEL "fluxcd.io/sync-gc-mark"

static const char *text_of(const val *entry, const char *key)
{
	return val_text_or(val_get(entry, key), "");
}

static bool is_applied(const val *entry, const struct managed_settings *s)
{
	return text_eq(text_of(entry, "manager"), s->manager) &&
	       text_eq(text_of(entry, "operation"), "Apply") && !*text_of(entry, "subresource");
}

static bool is_ours(const val *entry, const struct managed_settings *s)
{
	return is_applied(entry, s) ||
	       (s->plain && text_eq(text_of(entry, "manager"), s->manager) &&
		!*text_of(entry, "subresource"));
}

static bool is_foreign(const val *entry, const struct managed_settings *s)
{
	const char *manager = text_of(entry, "manager");
	bool update = text_eq(text_of(entry, "operation"), "Update");
	if (*text_of(entry, "subresource"))
		return false;
	if (update && text_eq(manager, s->manager))
		return true;
	if (!s->plain && (text_starts(manager, "kubectl") ||
			  (update && text_starts(manager, "before-first-apply"))))
		return true;
	for (const char *const *o = s->overrides; o && *o; o++)
		if (text_starts(manager, *o))
			return true;
	return false;
}

struct managed_entry managed_ours(arena *mem, const val *obj, const struct managed_settings *s)
{
	const val *list = VAL_IN(obj, "metadata", "managedFields");
	struct managed_entry ours = {0, ""};
	for (size_t i = 0; i < val_len(list); i++) {
		const val *e = val_at(list, i);
		if (!is_ours(e, s))
			continue;
		const char *fields = json_text(mem, val_get(e, "fieldsV1"), JSON_SORTED);
		ours.hash = (ours.hash * 31 + str_hash(str_of(fields))) | 1;
		ours.time = text_of(e, "time");
	}
	return ours;
}

bool managed_has_foreign(const val *obj, const struct managed_settings *s)
{
	const val *meta = val_get(obj, "metadata"), *list = val_get(meta, "managedFields");
	if (s->plain)
		return false;
	for (size_t i = 0; i < val_len(list); i++)
		if (is_foreign(val_at(list, i), s))
			return true;
	for (size_t i = 0; i < sizeof(old_annotations) / sizeof(old_annotations[0]); i++)
		if (VAL_IN(meta, "annotations", old_annotations[i]))
			return true;
	return VAL_IN(meta, "labels", OLD_LABEL) != NULL;
}

/* b's fields added to a. */
static void unite(arena *mem, val *a, const val *b)
{
	for (uint32_t i = 0; val_is(b, VAL_MAP) && i < b->map.n; i++) {
		val *there = val_get_str(a, b->map.p[i].key);
		if (val_is(there, VAL_MAP))
			unite(mem, there, b->map.p[i].value);
		else
			val_set_str(mem, a, b->map.p[i].key, val_copy(mem, b->map.p[i].value));
	}
}

/* The entries with all foreign ones united with ours; NULL when there are none. */
static val *united(arena *mem, const val *entries, const struct managed_settings *s)
{
	val *kept = val_list(mem), *ours = NULL;
	bool any = false;
	for (size_t i = 0; i < val_len(entries); i++)
		if (is_applied(val_at(entries, i), s))
			ours = val_copy(mem, val_at(entries, i));
	for (size_t i = 0; i < val_len(entries); i++) {
		const val *e = val_at(entries, i);
		if (is_applied(e, s)) {
			val_push(mem, kept, ours);
		} else if (!is_foreign(e, s)) {
			val_push(mem, kept, val_copy(mem, e));
		} else if (ours) {
			any = true;
			unite(mem, val_make_map(mem, ours, "fieldsV1"), val_get(e, "fieldsV1"));
		} else {
			any = true;
			ours = val_copy(mem, e);
			val_set_text(mem, ours, "manager", s->manager);
			val_set_text(mem, ours, "operation", "Apply");
			val_push(mem, kept, ours);
		}
	}
	return any ? kept : NULL;
}

static void op(arena *mem, val *patch, const char *name, const char *path, val *value)
{
	val *o = val_map(mem);
	val_set_text(mem, o, "op", name);
	val_set_text(mem, o, "path", path);
	if (value)
		val_set(mem, o, "value", value);
	val_push(mem, patch, o);
}

val *managed_takeover(arena *mem, const val *live, const struct managed_settings *s)
{
	const val *meta = val_get(live, "metadata");
	val *patch = val_list(mem);
	for (size_t i = 0; i < sizeof(old_annotations) / sizeof(old_annotations[0]); i++)
		if (!s->plain && VAL_IN(meta, "annotations", old_annotations[i]))
			op(mem, patch, "remove",
			   arena_printf(mem, "/metadata/annotations/%s",
					at_escape(mem, str_of(old_annotations[i]))),
			   NULL);
	if (!s->plain && VAL_IN(meta, "labels", OLD_LABEL))
		op(mem, patch, "remove",
		   arena_printf(mem, "/metadata/labels/%s", at_escape(mem, STR(OLD_LABEL))), NULL);
	val *entries = united(mem, val_get(meta, "managedFields"), s);
	if (entries)
		op(mem, patch, "replace", "/metadata/managedFields", entries);
	if (!val_len(patch))
		return NULL;
	op(mem, patch, "replace", "/metadata/resourceVersion",
	   val_text(mem, text_of(meta, "resourceVersion")));
	return patch;
}
