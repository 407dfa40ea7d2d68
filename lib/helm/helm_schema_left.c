#include "helm/helm_schema_left.h"

static bool speaks_of_all_items(const val *s, bool newest)
{
	const val *items = val_get(s, "items");
	if (newest)
		return items != NULL;
	return val_get(s, "additionalItems") || (items && !val_is(items, VAL_LIST));
}

struct schema_left schema_left_of(arena *mem, const val *v, const val *s, bool asked, bool newest)
{
	struct schema_left left = {0};
	size_t first = 0;
	if (val_is(v, VAL_MAP)) {
		if (val_get(s, "additionalProperties") ||
		    !(asked || val_get(s, "unevaluatedProperties")))
			return left;
		left.n = v->map.n;
	} else if (val_is(v, VAL_LIST)) {
		if (speaks_of_all_items(s, newest) || !(asked || val_get(s, "unevaluatedItems")))
			return left;
		const val *prefix = val_get(s, newest ? "prefixItems" : "items");
		left.n = v->list.n;
		first = val_is(prefix, VAL_LIST) ? prefix->list.n : 0;
	}
	if (first >= left.n)
		return (struct schema_left){0};
	left.p = NEW_N(mem, bool, left.n);
	left.count = left.n - first;
	for (size_t i = first; i < left.n; i++)
		left.p[i] = true;
	return left;
}

void schema_left_seen(struct schema_left *left, size_t i)
{
	if (!left->p || !left->p[i])
		return;
	left->p[i] = false;
	left->count--;
}

void schema_left_merge(struct schema_left *left, const struct schema_left *other)
{
	for (size_t i = 0; left->p && i < left->n; i++)
		if (!other->p || !other->p[i])
			schema_left_seen(left, i);
}
