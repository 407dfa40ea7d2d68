#include "helm/helm_schema_json.h"

#include <math.h>

#include "helm/helm_fault.h"

bool json_is_number(const val *v)
{
	return val_is(v, VAL_INT) || val_is(v, VAL_FLOAT);
}

static bool is_whole(const val *v)
{
	return val_is(v, VAL_INT) || (val_is(v, VAL_FLOAT) && v->f == floor(v->f));
}

bool json_same(const val *a, const val *b)
{
	if (json_is_number(a) && json_is_number(b))
		return val_as_float(a, 0) == val_as_float(b, 0);
	if (!a || !b || a->kind != b->kind)
		return false;
	if (a->kind == VAL_LIST) {
		if (a->list.n != b->list.n)
			return false;
		for (size_t i = 0; i < a->list.n; i++)
			if (!json_same(a->list.p[i], b->list.p[i]))
				return false;
		return true;
	}
	if (a->kind == VAL_MAP) {
		if (a->map.n != b->map.n)
			return false;
		for (uint32_t i = 0; i < a->map.n; i++)
			if (!json_same(a->map.p[i].value, val_get_str(b, a->map.p[i].key)))
				return false;
		return true;
	}
	return val_eq(a, b);
}

const char *json_type(const val *v)
{
	static const char *const names[] = {"null",   "boolean", "number", "number",
					    "string", "array",	 "object"};
	return names[v->kind];
}

bool json_is_type(const val *v, const char *type)
{
	if (text_eq(type, "integer"))
		return is_whole(v);
	return text_eq(type, json_type(v));
}

const char *json_shown(arena *mem, const val *v)
{
	switch (v->kind) {
	case VAL_NULL:
		return "null";
	case VAL_BOOL:
		return v->b ? "true" : "false";
	case VAL_TEXT:
		return arena_printf(mem, "'%s'", v->text.p);
	case VAL_INT:
	case VAL_FLOAT:
		return fault_number(mem, val_as_float(v, 0));
	default:
		return NULL;
	}
}
