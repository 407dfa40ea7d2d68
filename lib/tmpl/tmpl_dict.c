#include "tmpl/tmpl_dict.h"

#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_type.h"

static err *dict_dict(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	struct tv m = tv_map(c->mem, TV_MAP);
	for (size_t i = 0; i < n; i += 2) {
		str key;
		TRY(tmpl_string_of(c, args[i], &key));
		tv_map_set(c->mem, m.map, key, i + 1 < n ? args[i + 1] : tv_text(""));
	}
	*ret = m;
	return NULL;
}

static err *dict_get(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_map_get(args[0].map, tv_as_str(args[1]));
	if (ret->type == TV_NONE)
		*ret = tv_text("");
	return NULL;
}

static err *dict_set(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	if (!args[0].map)
		return tmpl_panic(c->mem, "assignment to entry in nil map");
	tv_map_set(c->mem, args[0].map, tv_as_str(args[1]), args[2]);
	*ret = args[0];
	return NULL;
}

static err *dict_unset(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	tv_map_del(args[0].map, tv_as_str(args[1]));
	*ret = args[0];
	return NULL;
}

static err *dict_has_key(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_bool(tv_map_has(args[0].map, tv_as_str(args[1])));
	return NULL;
}

static err *dict_pluck(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	*ret = tv_list(c->mem, TV_LIST, n - 1);
	size_t found = 0;
	for (size_t i = 1; i < n; i++) {
		struct tv v = tv_map_get(args[i].map, tv_as_str(args[0]));
		if (v.type != TV_NONE)
			ret->list->p[found++] = v;
	}
	ret->list->n = found;
	return NULL;
}

/* Go gives the keys in any order; sorted is the most useful one. */
static err *dict_keys(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	size_t total = 0, at = 0;
	for (size_t i = 0; i < n; i++)
		total += tv_len(args[i]);
	TRY(tmpl_charge(c, total * sizeof(struct tv)));
	*ret = tv_list(c->mem, TV_TEXTS, total);
	for (size_t i = 0; i < n; i++) {
		tv_map_sort(args[i].map);
		for (size_t k = 0; k < tv_len(args[i]); k++)
			ret->list->p[at++] = tv_str(args[i].map->p[k].key);
	}
	return NULL;
}

static err *dict_values(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	size_t total = tv_len(args[0]);
	TRY(tmpl_charge(c, total * sizeof(struct tv)));
	*ret = tv_list(c->mem, TV_LIST, total);
	tv_map_sort(args[0].map);
	for (size_t k = 0; k < total; k++)
		ret->list->p[k] = args[0].map->p[k].value;
	return NULL;
}

static err *dict_pick(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	*ret = tv_map(c->mem, TV_MAP);
	for (size_t i = 1; i < n; i++) {
		struct tv v = tv_map_get(args[0].map, tv_as_str(args[i]));
		if (v.type != TV_NONE)
			tv_map_set(c->mem, ret->map, tv_as_str(args[i]), v);
	}
	return NULL;
}

static bool is_named(const struct tv *names, size_t n, str key)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(tv_as_str(names[i]), key))
			return true;
	return false;
}

static err *dict_omit(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	*ret = tv_map(c->mem, TV_MAP);
	TRY(tmpl_charge(c, tv_len(args[0]) * sizeof(struct tv_entry)));
	for (size_t i = 0; i < tv_len(args[0]); i++) {
		const struct tv_entry *e = &args[0].map->p[i];
		if (!is_named(args + 1, n - 1, e->key))
			tv_map_set(c->mem, ret->map, e->key, e->value);
	}
	return NULL;
}

/* The rules of the library behind merge: a value is kept unless it is empty (or overwrite); two maps
 * are merged in place; a null of the source only counts with overwrite. Sub-maps of the source
 * become part of the destination, shared, not copied. */
static err *merge_maps(struct tmpl_call *c, struct tv to_map, struct tv from_map, bool overwrite,
		       int depth)
{
	struct tv_map *to = to_map.map;
	const struct tv_map *from = from_map.map;
	if (depth > TMPL_MAX_NESTING)
		return err_new(c->mem, ERR_LIMIT, "a map is nested more than %d levels deep",
			       TMPL_MAX_NESTING);
	if (to == from || !from)
		return NULL;
	if (to_map.type == TV_TEXT_MAP && from_map.type != TV_TEXT_MAP && from->n)
		return tmpl_panic(c->mem,
				  "reflect.Value.SetMapIndex: value of type interface {} is "
				  "not assignable to type string");
	TRY(tmpl_charge(c, from->n * sizeof(struct tv_entry)));
	uint32_t n = from->n;
	for (uint32_t i = 0; i < n; i++) {
		str key = from->p[i].key;
		struct tv value = from->p[i].value, old = tv_map_get(to, key);
		if (tv_is_nil(value)) {
			if (overwrite)
				tv_map_set(c->mem, to, key, value);
			continue;
		}
		if (tv_is_map(value) && tv_is_map(old) && old.map) {
			TRY(merge_maps(c, old, value, overwrite, depth + 1));
			if (tv_len(old))
				continue;
		}
		if (overwrite || old.type == TV_NONE || tmpl_is_empty(old))
			tv_map_set(c->mem, to, key, value);
	}
	return NULL;
}

static err *merge_all(struct tmpl_call *c, const struct tv *args, size_t n, bool overwrite,
		      struct tv *ret)
{
	struct tv to = args[0].map ? args[0] : (struct tv){.type = TV_MAP};
	for (size_t i = 1; i < n; i++) {
		if (!args[i].map)
			continue;
		if (!to.map)
			to = tv_map(c->mem, TV_MAP);
		TRY(merge_maps(c, to, args[i], overwrite, 0));
	}
	*ret = to;
	return NULL;
}

static err *dict_merge(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	return merge_all(c, args, n, false, ret);
}

static err *dict_overwrite(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	return merge_all(c, args, n, true, ret);
}

static err *bad_conversion(struct tmpl_call *c, struct tv v, const char *want)
{
	return tmpl_panic(c->mem, "interface conversion: interface {} is %s, not %s",
			  v.type == TV_NIL ? "nil" : tv_type_name(v), want);
}

/* dig "a" "b" otherwise map: a path into plain maps. */
static err *dict_dig(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	static const char map_type[] = "map[string]interface {}";
	if (n < 3)
		return tmpl_panic(c->mem, "dig needs at least three arguments");
	struct tv at = args[n - 1];
	if (at.type != TV_MAP)
		return bad_conversion(c, at, map_type);
	for (size_t i = 0; i + 2 < n; i++)
		if (args[i].type != TV_TEXT)
			return bad_conversion(c, args[i], "string");
	for (size_t i = 0; i + 2 < n; i++) {
		if (at.type != TV_MAP)
			return bad_conversion(c, at, map_type);
		at = tv_map_get(at.map, tv_as_str(args[i]));
		if (at.type == TV_NONE) {
			*ret = args[n - 2];
			return NULL;
		}
	}
	*ret = at;
	return NULL;
}

const struct tmpl_func tmpl_dict_funcs[] = {
	{"dict", "a*>m", dict_dict},
	{"dig", "a*>a", dict_dig},
	{"get", "ms>a", dict_get},
	{"hasKey", "ms>b", dict_has_key},
	{"keys", "m*>S", dict_keys},
	{"merge", "mm*>a", dict_merge},
	{"mergeOverwrite", "mm*>a", dict_overwrite},
	{"mustMerge", "mm*>a", dict_merge},
	{"mustMergeOverwrite", "mm*>a", dict_overwrite},
	{"omit", "ms*>m", dict_omit},
	{"pick", "ms*>m", dict_pick},
	{"pluck", "sm*>l", dict_pluck},
	{"set", "msa>m", dict_set},
	{"unset", "ms>m", dict_unset},
	{"values", "m>l", dict_values},
	{0},
};
