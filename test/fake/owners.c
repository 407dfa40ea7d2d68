#include "fake/owners.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"

/* Is this field of an object somebody's, or everybody's? */
static bool is_owned(const char *path)
{
	static const char *const free_of_owners[] = {"apiVersion", "kind"};
	static const char *const kept[] = {"labels", "annotations", "finalizers",
					   "ownerReferences"};
	for (size_t i = 0; i < sizeof(free_of_owners) / sizeof(free_of_owners[0]); i++)
		if (strcmp(path, free_of_owners[i]) == 0)
			return false;
	if (!text_starts(path, "metadata."))
		return true;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (text_starts(path + 9, kept[i]))
			return true;
	return false;
}

static char *below(arena *mem, const char *path, str key)
{
	return *path ? arena_printf(mem, "%s.%.*s", path, STR_ARG(key)) : str_text(mem, key);
}

/* The fieldsV1 of v: {"f:spec":{"f:size":{}}}. */
static val *fields_of(arena *mem, const val *v, const char *path)
{
	val *set = val_map(mem);
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++) {
		const struct val_pair *p = &v->map.p[i];
		char *at = below(mem, path, p->key);
		bool inner = val_is(p->value, VAL_MAP) && val_len(p->value);
		if (!inner && !is_owned(at))
			continue;
		val *sub = inner ? fields_of(mem, p->value, at) : val_map(mem);
		if (!inner || val_len(sub))
			val_set(mem, set, arena_printf(mem, "f:%.*s", STR_ARG(p->key)), sub);
	}
	return set;
}

static val *managed(arena *mem, val *obj)
{
	val *metadata = val_make_map(mem, obj, "metadata"),
	    *list = val_get(metadata, "managedFields");
	if (!list)
		val_set(mem, metadata, "managedFields", list = val_list(mem));
	return list;
}

static val *entry_of(const val *list, const char *manager, const char *operation,
		     const char *subresource)
{
	for (size_t i = 0; i < val_len(list); i++) {
		val *e = val_at(list, i);
		if (text_eq(val_as_text(val_get(e, "manager")), manager) &&
		    text_eq(val_as_text(val_get(e, "operation")), operation) &&
		    strcmp(val_text_or(val_get(e, "subresource"), ""),
			   subresource ? subresource : "") == 0)
			return e;
	}
	return NULL;
}

static val *make_entry(arena *mem, val *obj, const char *manager, const char *operation,
		       const char *subresource)
{
	val *list = managed(mem, obj), *e = entry_of(list, manager, operation, subresource);
	if (!e) {
		e = val_map(mem);
		val_set_text(mem, e, "manager", manager);
		val_set_text(mem, e, "operation", operation);
		val_set_text(mem, e, "apiVersion", val_as_text(val_get(obj, "apiVersion")));
		val_set_text(mem, e, "time", clock_rfc3339(mem, clock_wall()));
		val_set_text(mem, e, "fieldsType", "FieldsV1");
		val_set(mem, e, "fieldsV1", val_map(mem));
		val_set_text(mem, e, "subresource", subresource);
		val_push(mem, list, e);
	}
	return e;
}

static void drop_empty(val *obj)
{
	val *list = val_in(obj, "metadata", "managedFields", NULL);
	for (size_t i = 0; i < val_len(list);) {
		if (val_len(val_get(val_at(list, i), "fieldsV1")))
			i++;
		else
			val_remove(list, i);
	}
}

/* Takes the leaves of set out of from. */
static void subtract(val *from, const val *set)
{
	for (uint32_t i = 0; val_is(set, VAL_MAP) && i < set->map.n; i++) {
		const struct val_pair *p = &set->map.p[i];
		val *mine = val_get_str(from, p->key);
		if (!mine)
			continue;
		if (val_len(p->value) && val_len(mine))
			subtract(mine, p->value);
		if (!val_len(p->value) || !val_len(mine))
			val_del_str(from, p->key);
	}
}

static void add(arena *mem, val *to, const val *set)
{
	for (uint32_t i = 0; val_is(set, VAL_MAP) && i < set->map.n; i++) {
		const struct val_pair *p = &set->map.p[i];
		val *there = val_get_str(to, p->key);
		if (there)
			add(mem, there, p->value);
		else
			val_set_str(mem, to, p->key, val_copy(mem, p->value));
	}
}

/* Leaves of wanted that another holds with another value than desired's. */
static void find_conflicts(arena *mem, const val *theirs, const val *desired, const val *obj,
			   const char *path, const char *manager, val *conflicts)
{
	for (uint32_t i = 0; val_is(theirs, VAL_MAP) && i < theirs->map.n; i++) {
		const struct val_pair *p = &theirs->map.p[i];
		str key = str_sub(p->key, 2, p->key.n);
		const val *want = val_get_str(desired, key), *have = val_get_str(obj, key);
		if (!want)
			continue;
		char *at = below(mem, path, key);
		if (val_is(want, VAL_MAP) && val_len(p->value))
			find_conflicts(mem, p->value, want, have, at, manager, conflicts);
		else if (!val_eq(want, have))
			val_push(mem, conflicts,
				 val_printf(mem, "conflict with \"%s\": .%s", manager, at));
	}
}

/* Removes the fields of gone, which nobody holds any more, from v. */
static void remove_fields(val *v, const val *gone)
{
	for (uint32_t i = 0; val_is(gone, VAL_MAP) && i < gone->map.n; i++) {
		const struct val_pair *p = &gone->map.p[i];
		str key = str_sub(p->key, 2, p->key.n);
		val *inner = val_get_str(v, key);
		if (val_len(p->value) && val_is(inner, VAL_MAP)) {
			remove_fields(inner, p->value);
			if (!val_len(inner))
				val_del_str(v, key);
		} else {
			val_del_str(v, key);
		}
	}
}

static void merge(arena *mem, val *into, const val *from)
{
	for (uint32_t i = 0; i < val_len(from); i++) {
		const struct val_pair *p = &from->map.p[i];
		val *there = val_get_str(into, p->key);
		if (val_is(there, VAL_MAP) && val_is(p->value, VAL_MAP))
			merge(mem, there, p->value);
		else
			val_set_str(mem, into, p->key, val_copy(mem, p->value));
	}
}

bool owners_apply(arena *mem, val *obj, const val *desired, const char *manager, bool force,
		  val *conflicts)
{
	val *list = managed(mem, obj), *mine = make_entry(mem, obj, manager, "Apply", NULL);
	val *old = val_copy(mem, val_get(mine, "fieldsV1")), *set = fields_of(mem, desired, "");
	for (size_t i = 0; i < val_len(list); i++) {
		val *e = val_at(list, i);
		if (e != mine)
			find_conflicts(mem, val_get(e, "fieldsV1"), desired, obj, "",
				       val_text_or(val_get(e, "manager"), ""), conflicts);
	}
	if (val_len(conflicts) && !force)
		return false;
	subtract(old, set);
	for (size_t i = 0; i < val_len(list); i++) {
		val *e = val_at(list, i);
		if (e == mine)
			continue;
		subtract(old, val_get(e, "fieldsV1"));
		if (val_len(conflicts))
			subtract(val_get(e, "fieldsV1"), set);
	}
	remove_fields(obj, old);
	val *plain = val_copy(mem, desired);
	val_del(val_get(plain, "metadata"), "managedFields");
	merge(mem, obj, plain);
	val_set(mem, mine, "fieldsV1", set);
	drop_empty(obj);
	return true;
}

/* The leaves of after that before does not have, or has otherwise. */
static val *changed(arena *mem, const val *before, const val *after, const char *path)
{
	val *set = val_map(mem);
	for (uint32_t i = 0; val_is(after, VAL_MAP) && i < after->map.n; i++) {
		const struct val_pair *p = &after->map.p[i];
		const val *was = val_get_str(before, p->key);
		char *at = below(mem, path, p->key),
		     *key = arena_printf(mem, "f:%.*s", STR_ARG(p->key));
		if (val_is(p->value, VAL_MAP) && val_len(p->value)) {
			val *sub = changed(mem, was, p->value, at);
			if (val_len(sub))
				val_set(mem, set, key, sub);
		} else if (is_owned(at) && !val_eq(was, p->value)) {
			val_set(mem, set, key, val_map(mem));
		}
	}
	return set;
}

/* The fields that are no longer there are nobody's. */
static void forget_absent(val *set, const val *obj)
{
	for (uint32_t i = 0; val_is(set, VAL_MAP) && i < set->map.n;) {
		struct val_pair *p = &set->map.p[i];
		const val *there = val_get_str(obj, str_sub(p->key, 2, p->key.n));
		bool leaf = !val_len(p->value);
		if (there && !leaf)
			forget_absent(p->value, there);
		if (!there || (!leaf && !val_len(p->value)))
			val_del_str(set, p->key);
		else
			i++;
	}
}

void owners_update(arena *mem, const val *before, val *obj, const char *manager,
		   const char *subresource)
{
	val *list = managed(mem, obj), *set = changed(mem, before, obj, "");
	for (size_t i = 0; i < val_len(list); i++) {
		subtract(val_get(val_at(list, i), "fieldsV1"), set);
		forget_absent(val_get(val_at(list, i), "fieldsV1"), obj);
	}
	if (val_len(set))
		add(mem, val_get(make_entry(mem, obj, manager, "Update", subresource), "fieldsV1"),
		    set);
	drop_empty(obj);
}
