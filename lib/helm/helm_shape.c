#include "helm/helm_shape.h"

#include "base/number.h"
#include "data/json.h"

val *shape_field(const val *map, const char *key)
{
	const struct val_pair *last = NULL;
	for (uint32_t i = 0; val_is(map, VAL_MAP) && i < map->map.n; i++) {
		const struct val_pair *e = &map->map.p[i];
		if (str_eq_nocase(e->key, str_of(key)) && e->value->kind != VAL_NULL &&
		    (!last || str_cmp(e->key, last->key) > 0))
			last = e;
	}
	return last ? last->value : val_get(map, key);
}

const char *shape_text(arena *mem, const val *v)
{
	if (!v || v->kind == VAL_NULL)
		return "";
	if (v->kind == VAL_BOOL)
		return v->b ? "true" : "false";
	if (v->kind == VAL_INT)
		return arena_printf(mem, "%lld", (long long)v->i);
	if (v->kind == VAL_FLOAT)
		return number_text(mem, v->f, 'g');
	return val_as_text(v);
}

struct place {
	arena *mem;
	const char *in;	  /* the innermost struct's name */
	const char *path; /* "maintainers.name"; NULL outside of all fields */
};

static err *misfit(const struct place *at, const val *v, const char *type)
{
	const char *where = at->path ? arena_printf(at->mem, "struct field %s.%s of type %s",
						    at->in, at->path, type)
				     : arena_printf(at->mem, "value of type %s", type);
	return err_new(
		at->mem, ERR_INVALID,
		"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal %s into "
		"Go %s",
		json_go_kind(v), where);
}

static bool is_null(const val *v)
{
	return !v || v->kind == VAL_NULL;
}

static bool is_scalar(const val *v)
{
	return is_null(v) || (v->kind != VAL_LIST && v->kind != VAL_MAP);
}

static err *check_struct(const struct place *at, const struct shape_struct *s, const val *v);

static err *check_list(const struct place *at, const struct shape_field *f, const val *v)
{
	const char *type = f->kind == SHAPE_TEXTS     ? "[]string"
			   : f->kind == SHAPE_VALUES  ? "[]interface {}"
			   : f->kind == SHAPE_RECORDS ? arena_printf(at->mem, "[]%s", f->of->type)
						      : arena_printf(at->mem, "[]*%s", f->of->type);
	if (v->kind != VAL_LIST)
		return misfit(at, v, type);
	for (size_t i = 0; i < v->list.n; i++) {
		if (f->kind == SHAPE_TEXTS && !is_scalar(v->list.p[i]))
			return misfit(at, v->list.p[i], "string");
		if (f->kind == SHAPE_STRUCTS || f->kind == SHAPE_RECORDS)
			TRY(check_struct(at, f->of, v->list.p[i]));
	}
	return NULL;
}

static err *check_texts(const struct place *at, const val *v)
{
	if (v->kind != VAL_MAP)
		return misfit(at, v, "map[string]string");
	const val *first = NULL;
	str name = {NULL, 0};
	for (uint32_t i = 0; i < v->map.n; i++)
		if (!is_scalar(v->map.p[i].value) &&
		    (!first || str_cmp(v->map.p[i].key, name) < 0)) {
			first = v->map.p[i].value;
			name = v->map.p[i].key;
		}
	return first ? misfit(at, first, "string") : NULL;
}

static err *check_field(const struct place *at, const struct shape_field *f, const val *v)
{
	if (is_null(v))
		return NULL;
	switch (f->kind) {
	case SHAPE_TEXT:
		return is_scalar(v) ? NULL : misfit(at, v, "string");
	case SHAPE_BOOL:
		return v->kind == VAL_BOOL ? NULL : misfit(at, v, "bool");
	case SHAPE_TEXT_MAP:
		return check_texts(at, v);
	case SHAPE_STRUCT:
		return check_struct(at, f->of, v);
	default:
		return check_list(at, f, v);
	}
}

static const struct shape_field *known(const struct shape_struct *s, str key)
{
	for (const struct shape_field *f = s->fields; f->key; f++)
		if (str_eq_nocase(key, str_of(f->key)))
			return f;
	return NULL;
}

static err *check_struct(const struct place *at, const struct shape_struct *s, const val *v)
{
	if (is_null(v))
		return NULL;
	if (v->kind != VAL_MAP)
		return misfit(at, v, s->type);
	err *first = NULL;
	str name = {NULL, 0};
	for (uint32_t i = 0; i < v->map.n; i++) {
		const struct val_pair *e = &v->map.p[i];
		const struct shape_field *f = known(s, e->key);
		if (!f || is_null(e->value) || (first && str_cmp(e->key, name) > 0))
			continue;
		struct place in = {at->mem, s->name, f->key};
		if (at->path)
			in.path = arena_printf(at->mem, "%s.%s", at->path, f->key);
		err *failed = check_field(&in, f, e->value);
		if (!failed)
			continue;
		first = failed;
		name = e->key;
	}
	return first;
}

err *shape_check(arena *mem, const struct shape_struct *s, const val *v)
{
	return check_struct(&(struct place){mem, "", NULL}, s, v);
}

const char *shape_unknown(arena *mem, const struct shape_struct *s, const val *v)
{
	if (!val_is(v, VAL_MAP))
		return NULL;
	val *sorted = val_copy(mem, v);
	val_sort_deep(sorted);
	for (uint32_t i = 0; i < sorted->map.n; i++) {
		const struct shape_field *f = known(s, sorted->map.p[i].key);
		const val *part = sorted->map.p[i].value;
		const char *found = NULL;
		if (!f)
			return str_text(mem, sorted->map.p[i].key);
		if (f->kind == SHAPE_STRUCT)
			found = shape_unknown(mem, f->of, part);
		for (size_t k = 0; !found && f->of && val_is(part, VAL_LIST) && k < part->list.n;
		     k++)
			found = shape_unknown(mem, f->of, part->list.p[k]);
		if (found)
			return found;
	}
	return NULL;
}
