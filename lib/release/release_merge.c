#include "release/release_merge.h"

#include "data/patch.h"
#include "kust/kust_merge_schema.h"

struct merging {
	arena *mem;
	const struct merge_tables *types; /* NULL: lists are whole */
};

static val *merge_any(const struct merging *m, uint32_t type, const val *old, const val *wanted,
		      const val *live);

static bool is_null(const val *v)
{
	return !v || v->kind == VAL_NULL;
}

/* ---- lists ------------------------------------------------------------------------------------- */

/* Are they the same element? The first key decides; of the others those that both have: servers fill in
 * a protocol. */
static bool same_element(const val *a, const val *b, str keys)
{
	str key;
	bool first = true;
	if (!keys.n)
		return val_eq(a, b);
	while (str_next(&keys, ',', &key)) {
		const val *x = val_get_str(a, key), *y = val_get_str(b, key);
		if (first ? (is_null(x) || !val_eq(x, y)) : (x && y && !val_eq(x, y)))
			return false;
		first = false;
	}
	return true;
}

static const val *find(const val *list, const val *element, str keys)
{
	for (size_t i = 0; i < val_len(list); i++)
		if (same_element(val_at(list, i), element, keys))
			return val_at(list, i);
	return NULL;
}

/* Where in the list it stands; its length when it does not. */
static size_t place(const val *list, const val *element, str keys)
{
	size_t i = 0;
	while (i < val_len(list) && !same_element(val_at(list, i), element, keys))
		i++;
	return i;
}

/* The wanted elements in their order, and between them what others have put there: in front of the one
 * that it stands in front of now. */
static val *merge_lists(const struct merging *m, uint32_t items, str keys, const val *old,
			const val *wanted, const val *live)
{
	val *out = val_list(m->mem);
	size_t k = 0;
	for (size_t i = 0; i <= val_len(wanted); i++) {
		const val *w = val_at(wanted, i);
		size_t at = w ? place(live, w, keys) : val_len(live);
		for (; k < val_len(live) && (!w || (k < at && at < val_len(live))); k++) {
			const val *l = val_at(live, k);
			if (!find(wanted, l, keys) && !find(old, l, keys))
				val_push(m->mem, out, val_copy(m->mem, l));
		}
		if (!w)
			break;
		const val *l = val_at(live, at);
		val_push(m->mem, out,
			 l && keys.n ? merge_any(m, items, find(old, w, keys), w, l)
				     : val_copy(m->mem, w));
	}
	return out;
}

/* ---- maps -------------------------------------------------------------------------------------- */

static val *merge_maps(const struct merging *m, uint32_t type, const val *old, const val *wanted,
		       const val *live)
{
	val *out = val_copy(m->mem, live);
	for (uint32_t i = 0; i < wanted->map.n; i++) {
		str key = wanted->map.p[i].key;
		const val *w = wanted->map.p[i].value;
		uint32_t inner = m->types ? merge_type_of_field(m->types, type, key) : 0;
		if (is_null(w))
			val_del_str(out, key);
		else
			val_set_str(m->mem, out, key,
				    merge_any(m, inner, val_get_str(old, key), w,
					      val_get_str(live, key)));
	}
	for (uint32_t i = 0; val_is(old, VAL_MAP) && i < old->map.n; i++)
		if (!val_get_str(wanted, old->map.p[i].key))
			val_del_str(out, old->map.p[i].key);
	return out;
}

static val *merge_any(const struct merging *m, uint32_t type, const val *old, const val *wanted,
		      const val *live)
{
	str keys;
	if (val_is(wanted, VAL_MAP) && val_is(live, VAL_MAP))
		return merge_maps(m, type, old, wanted, live);
	if (val_is(wanted, VAL_LIST) && val_is(live, VAL_LIST) && m->types &&
	    merge_type_merges(m->types, type, &keys))
		return merge_lists(m, merge_type_of_items(m->types, type), keys, old, wanted, live);
	return val_copy(m->mem, wanted);
}

/* What the server keeps by itself is no part of a patch. */
static val *without_own(arena *mem, const val *obj)
{
	val *out = val_copy(mem, obj);
	val_del(out, "status");
	val *meta = val_get(out, "metadata");
	if (meta)
		val_del(meta, "managedFields");
	return out;
}

val *merge_patch(arena *mem, const struct gvk *k, enum merge_how how, const val *old,
		 const val *wanted, const val *live)
{
	if (how == MERGE_PLAIN)
		return patch_merge_between(mem, old, wanted);
	struct merging m = {mem, how == MERGE_STRATEGIC ? merge_tables_of(NULL) : NULL};
	uint32_t type = m.types ? merge_type_of_kind(m.types, str_of(gvk_api_version(mem, k)),
						     str_of(k->kind))
				: 0;
	val *from = without_own(mem, live);
	return patch_merge_between(mem, from, merge_any(&m, type, old, wanted, from));
}
