#include "kust/kust_merge_list.h"

#include <string.h>

static const char *kind_name(int kind)
{
	switch (kind) {
	case YN_DOC:
		return "DocumentNode";
	case YN_LIST:
		return "SequenceNode";
	case YN_MAP:
		return "MappingNode";
	case YN_SCALAR:
		return "ScalarNode";
	case YN_ALIAS:
		return "AliasNode";
	default:
		return "";
	}
}

err *merge_wrong_kind(arena *mem, enum yaml_node_kind expected, const struct yaml_node *n)
{
	buf text = buf_init(mem);
	buf_printf(&text, "wrong node kind: expected %s but got %s", kind_name(expected),
		   kind_name(yaml_node_body(n)->kind));
	size_t before = text.n;
	buf_text_add(&text, ": node contents:\n");
	if (yaml_node_text(&text, n))
		text.n = before;
	return err_new(mem, ERR_INVALID, "%.*s", STR_ARG(buf_view(&text)));
}

/* NULL, null, or an empty map. */
static bool is_void(const struct yaml_node *n)
{
	return yaml_node_missing(n) || (n->kind == YN_MAP && n->n == 0);
}

static bool has_value(const struct yaml_node *map, str key, str value)
{
	const struct yaml_node *field = yaml_node_get_str(map, key);
	return field && str_eq(field->text, value);
}

struct yaml_node *merge_list_find(const struct yaml_node *list, struct texts keys,
				  struct texts values)
{
	if (!list || list->kind != YN_LIST)
		return NULL;
	bool scalars = !keys.n || !keys.p[0].n;
	str first = values.n ? values.p[0] : (str){0};
	for (uint32_t i = 0; i < list->n; i++) {
		struct yaml_node *e = list->child[i];
		if (scalars) {
			if (str_eq(e->text, first))
				return e;
			continue;
		}
		if (e->kind != YN_MAP || yaml_node_missing(e) || keys.n != values.n)
			continue;
		size_t k = 0;
		while (k < keys.n && has_value(e, keys.p[k], values.p[k]))
			k++;
		if (k == keys.n)
			return e;
	}
	return NULL;
}

/* Does the element have that value in that field? An empty value takes any. */
static err *matches(arena *mem, const struct yaml_node *e, str key, str value, bool *ret)
{
	*ret = false;
	if (yaml_node_missing(e))
		return NULL;
	if (!key.n) {
		if (e->kind != YN_SCALAR)
			return merge_wrong_kind(mem, YN_SCALAR, e);
		*ret = str_eq(e->text, value);
		return NULL;
	}
	if (e->kind != YN_MAP)
		return merge_wrong_kind(mem, YN_MAP, e);
	const struct yaml_node *field = yaml_node_get_str(e, key);
	*ret = field && (!value.n || str_eq(field->text, value));
	return NULL;
}

/* All keys; one without a value of its own follows the one before it. */
static err *matches_all(arena *mem, const struct yaml_node *e, struct texts keys,
			struct texts values, bool *ret)
{
	bool found = false;
	for (size_t i = 0; i < keys.n; i++) {
		if (i < values.n)
			TRY(matches(mem, e, keys.p[i], values.p[i], &found));
		if (!found)
			break;
	}
	*ret = found;
	return NULL;
}

err *merge_list_set(arena *mem, struct yaml_node *list, struct yaml_node *element,
		    struct texts keys, struct texts values)
{
	static const str none = {"", 0};
	if (yaml_node_missing(list))
		return NULL;
	if (list->kind != YN_LIST)
		return merge_wrong_kind(mem, YN_LIST, list);
	if (!keys.n)
		keys = (struct texts){&none, 1};
	bool of_maps = keys.p[0].n && values.n && values.p[0].n;
	bool any = false;
	struct yaml_node **to = NEW_N(mem, struct yaml_node *, (size_t)list->n + 1);
	uint32_t n = 0;
	for (uint32_t i = 0; i < list->n; i++) {
		struct yaml_node *e = list->child[i];
		bool found;
		if (is_void(e))
			continue;
		if (of_maps && e->kind != YN_MAP) {
			to[n++] = e;
			continue;
		}
		TRY(matches_all(mem, e, keys, values, &found));
		any |= found;
		if (!found && values.n)
			to[n++] = e;
		else if (found && element)
			to[n++] = element;
	}
	if (!any && !yaml_node_missing(element))
		to[n++] = element;
	list->cap = list->n + 1;
	list->child = to;
	list->n = n;
	return NULL;
}

static err *append_map(arena *mem, struct yaml_node *list, struct yaml_node *e, struct texts keys)
{
	str *own = NEW_N(mem, str, keys.n);
	struct texts values = {own, 0};
	for (size_t i = 0; i < keys.n; i++) {
		if (!yaml_node_missing(e) && e->kind != YN_MAP)
			return merge_wrong_kind(mem, YN_MAP, e);
		const struct yaml_node *value =
			yaml_node_missing(e) ? NULL : yaml_node_get_str(e, keys.p[i]);
		if (value)
			own[values.n++] = value->text;
		else
			yaml_node_push(mem, list, e);
	}
	/* with several keys the element may stand there already under fewer of them */
	if (keys.n > 1)
		TRY(merge_list_set(mem, list, NULL, keys, values));
	return merge_list_set(mem, list, e, keys, values);
}

err *merge_list_append(arena *mem, struct yaml_node *list, const struct yaml_node *from,
		       struct texts keys)
{
	uint32_t n = from->n;
	struct yaml_node **child = from->child;
	for (uint32_t i = 0; i < n; i++) {
		if (keys.n && keys.p[0].n) {
			TRY(append_map(mem, list, child[i], keys));
			continue;
		}
		str value = child[i]->text;
		static const str none = {"", 0};
		TRY(merge_list_set(mem, list, child[i], (struct texts){&none, 1},
				   (struct texts){&value, 1}));
	}
	return NULL;
}
