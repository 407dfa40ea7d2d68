#include "tmpl/tmpl_code.h"

#include <stdlib.h>
#include <stdlib.h>
#include <string.h>

#include "base/rune.h"
#include "data/yaml.h"
#include "data/yaml_node.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_json.h"

static err *print_json(struct tmpl_call *c, struct tv v, int flags, struct tv *ret)
{
	buf b = buf_init(c->mem);
	TRY(tmpl_json_print(c, &b, v, flags));
	*ret = tmpl_buf_text(&b);
	return NULL;
}

/* An empty text instead of a failure; a ceiling stays one. */
static err *or_empty(err *e, struct tv *ret)
{
	if (e && err_code(e) != ERR_INVALID)
		return e;
	if (e)
		*ret = tv_text("");
	return NULL;
}

static err *code_to_json(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return or_empty(print_json(c, args[0], TMPL_JSON_HTML, ret), ret);
}

static err *code_must_to_json(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return print_json(c, args[0], TMPL_JSON_HTML, ret);
}

static err *code_to_pretty(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return or_empty(print_json(c, args[0], TMPL_JSON_HTML | TMPL_JSON_INDENT, ret), ret);
}

static err *code_must_pretty(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return print_json(c, args[0], TMPL_JSON_HTML | TMPL_JSON_INDENT, ret);
}

static err *code_to_raw(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return print_json(c, args[0], 0, ret);
}

static err *error_map(struct tmpl_call *c, const char *text, struct tv *ret)
{
	*ret = tv_map(c->mem, TV_MAP);
	tv_map_set(c->mem, ret->map, STR("Error"), tv_text(text));
	return NULL;
}

static err *error_list(struct tmpl_call *c, const char *text, struct tv *ret)
{
	*ret = tv_list(c->mem, TV_LIST, 1);
	ret->list->p[0] = tv_text(text);
	return NULL;
}

static const char *cannot(struct tmpl_call *c, struct tv v, const char *type)
{
	return arena_printf(c->mem, "json: cannot unmarshal %s into Go value of type %s",
			    tmpl_json_kind(v), type);
}

/* A value read as a map: null gives the empty one, others an error in it. */
static err *as_map(struct tmpl_call *c, err *e, const char *context, struct tv v, struct tv *ret)
{
	if (e && err_code(e) != ERR_INVALID)
		return e;
	if (e)
		return error_map(c, err_text(c->mem, e), ret);
	*ret = v;
	if (v.type == TV_NIL)
		*ret = (struct tv){.type = TV_MAP};
	else if (v.type != TV_MAP)
		return error_map(c,
				 arena_printf(c->mem, "%s%s", context,
					      cannot(c, v, "map[string]interface {}")),
				 ret);
	return NULL;
}

static err *as_list(struct tmpl_call *c, err *e, const char *context, struct tv v, struct tv *ret)
{
	if (e && err_code(e) != ERR_INVALID)
		return e;
	if (e)
		return error_list(c, err_text(c->mem, e), ret);
	*ret = v;
	if (v.type == TV_NIL)
		*ret = (struct tv){.type = TV_LIST};
	else if (v.type != TV_LIST)
		return error_list(
			c, arena_printf(c->mem, "%s%s", context, cannot(c, v, "[]interface {}")),
			ret);
	return NULL;
}

/* Reads JSON that must begin with that character; a value of another kind counts before a number in
 * it that is too large. */
static err *read_json(struct tmpl_call *c, str text, char first, struct tv *ret)
{
	err *e = tmpl_json_read(c, text, ret);
	str s = str_trim(text);
	if (!e || !s.n || s.p[0] == first || !text_starts(e->text, "json: cannot unmarshal number"))
		return e;
	*ret = s.p[0] == '{' ? tv_map(c->mem, TV_MAP) : tv_list(c->mem, TV_LIST, 0);
	if (s.p[0] != '{' && s.p[0] != '[')
		*ret = tv_float(0);
	return NULL;
}

static err *code_from_json(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv v = tv_nil();
	err *e = read_json(c, tv_as_str(args[0]), '{', &v);
	return as_map(c, e, "", v, ret);
}

static err *code_from_json_array(struct tmpl_call *c, const struct tv *args, size_t n,
				 struct tv *ret)
{
	(void)n;
	struct tv v = tv_nil();
	err *e = read_json(c, tv_as_str(args[0]), '[', &v);
	return as_list(c, e, "", v, ret);
}

static err *code_must_from_json(struct tmpl_call *c, const struct tv *args, size_t n,
				struct tv *ret)
{
	(void)n;
	return tmpl_json_read(c, tv_as_str(args[0]), ret);
}

static err *marshal(struct tmpl_call *c, struct tv v, struct tv *ret)
{
	val *as_val;
	char *text;
	TRY(tmpl_json_val(c, v, false, &as_val));
	TRY(yaml_marshal(c->mem, as_val, &text));
	str s = str_of(text);
	*ret = tv_str(str_sub(s, 0, s.n - (s.n && s.p[s.n - 1] == '\n')));
	return NULL;
}

err *tmpl_to_yaml(struct tmpl_call *c, struct tv v, struct tv *ret)
{
	return or_empty(marshal(c, v, ret), ret);
}

static err *code_to_yaml(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return tmpl_to_yaml(c, args[0], ret);
}

static err *code_must_to_yaml(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return marshal(c, args[0], ret);
}

static err *node_of(struct tmpl_call *c, struct tv v, int depth, struct yaml_node **ret);

/* The fields of a struct, in their order. */
static err *struct_node(struct tmpl_call *c, const struct tv_struct *s, int depth,
			struct yaml_node **ret)
{
	*ret = yaml_node_map(c->mem);
	for (size_t i = 0; i < s->n; i++) {
		struct yaml_node *value;
		str name = str_of(s->names[i]);
		if (name.p[0] >= 'a')
			continue;
		TRY(node_of(c, s->fields[i], depth + 1, &value));
		yaml_node_add(c->mem, *ret,
			      yaml_node_string(c->mem, str_of(rune_text_lower(c->mem, name))),
			      value);
	}
	return NULL;
}

static bool is_letter_at(str s, size_t i)
{
	size_t len;
	return rune_is_letter(rune_at(str_sub(s, i, s.n), &len));
}

/* The order of go-yaml v3: that of v2, but behind a digit letters come first. */
static int by_key(const void *x, const void *y)
{
	str a = (*(struct yaml_node *const *)x)->text, b = (*(struct yaml_node *const *)y)->text;
	size_t i = 0;
	while (i < a.n && i < b.n && a.p[i] == b.p[i])
		i++;
	bool digit = i > 0 && i < a.n && i < b.n && a.p[i - 1] >= '0' && a.p[i - 1] <= '9';
	if (digit && is_letter_at(a, i) != is_letter_at(b, i))
		return is_letter_at(a, i) ? -1 : 1;
	return yaml_key_cmp(a, b);
}

/* A map: first with nulls, which gives the keys their styles, then in order and with the values. */
static err *map_node(struct tmpl_call *c, const struct tv_map *m, int depth, struct yaml_node **ret)
{
	val *keys = val_map(c->mem);
	for (uint32_t i = 0; i < m->n; i++)
		val_set_str(c->mem, keys, m->p[i].key, val_null(c->mem));
	*ret = yaml_node_from_val(c->mem, keys);
	qsort((*ret)->child, (*ret)->n / 2, 2 * sizeof(*(*ret)->child), by_key);
	for (uint32_t i = 0; i < (*ret)->n; i += 2)
		if (str_find((*ret)->child[i]->text, '\n') >= 0)
			(*ret)->child[i]->style = YN_LITERAL;
	for (uint32_t i = 0; i < m->n; i++) {
		struct yaml_node *value;
		TRY(node_of(c, m->p[i].value, depth + 1, &value));
		yaml_node_put(c->mem, *ret, m->p[i].key, value);
	}
	return NULL;
}

/* As go-yaml v3 sees the value, without the way through JSON. */
static err *node_of(struct tmpl_call *c, struct tv v, int depth, struct yaml_node **ret)
{
	if (depth > TMPL_MAX_NESTING)
		return err_new(c->mem, ERR_LIMIT, "a value is nested more than %d levels deep",
			       TMPL_MAX_NESTING);
	TRY(tmpl_charge(c, 128));
	if ((v.type == TV_KUBE_VERSION || v.type == TV_HELM_VERSION || v.type == TV_CERT ||
	     v.type == TV_CAPABILITIES) &&
	    v.object)
		return struct_node(c, v.object, depth, ret);
	if (tv_is_map(v) && tv_len(v))
		return map_node(c, v.map, depth, ret);
	if (tv_is_list(v) && v.type != TV_BYTES && tv_len(v)) {
		*ret = yaml_node_list(c->mem);
		for (size_t i = 0; i < tv_len(v); i++) {
			struct yaml_node *item;
			TRY(node_of(c, tv_at(v, i), depth + 1, &item));
			yaml_node_push(c->mem, *ret, item);
		}
		return NULL;
	}
	val *leaf;
	TRY(tmpl_json_val(c, v, true, &leaf));
	*ret = yaml_node_from_val(c->mem, leaf);
	return NULL;
}

static err *print_pretty(struct tmpl_call *c, struct tv v, struct tv *ret)
{
	struct yaml_node *node;
	buf b = buf_init(c->mem);
	TRY(node_of(c, v, 0, &node));
	TRY(yaml_node_text_wide(&b, node));
	str s = buf_view(&b);
	*ret = tv_str(str_sub(s, 0, s.n - (s.n && s.p[s.n - 1] == '\n')));
	return NULL;
}

static err *code_to_yaml_pretty(struct tmpl_call *c, const struct tv *args, size_t n,
				struct tv *ret)
{
	(void)n;
	return or_empty(print_pretty(c, args[0], ret), ret);
}

static err *read_yaml(struct tmpl_call *c, str text, struct tv *ret)
{
	val *v;
	TRY(tmpl_charge(c, text.n * 4));
	err *e = yaml_parse(c->mem, text, &v);
	if (e && err_code(e) == ERR_INVALID)
		return err_wrap(c->mem, e, "error converting YAML to JSON");
	TRY(e);
	*ret = tv_from_val(c->mem, v, true);
	return NULL;
}

#define DECODING "error unmarshaling JSON: while decoding JSON: "

static err *code_from_yaml(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv v = tv_nil();
	err *e = read_yaml(c, tv_as_str(args[0]), &v);
	if (!e && v.type == TV_NIL)
		v = tv_map(c->mem, TV_MAP);
	return as_map(c, e, DECODING, v, ret);
}

static err *code_from_yaml_array(struct tmpl_call *c, const struct tv *args, size_t n,
				 struct tv *ret)
{
	(void)n;
	struct tv v = tv_nil();
	err *e = read_yaml(c, tv_as_str(args[0]), &v);
	if (!e && v.type == TV_NIL)
		v = tv_list(c->mem, TV_LIST, 0);
	return as_list(c, e, DECODING, v, ret);
}

const struct tmpl_func tmpl_code_funcs[] = {
	{"fromJson", "s>m", code_from_json},
	{"fromJsonArray", "s>l", code_from_json_array},
	{"fromYaml", "s>m", code_from_yaml},
	{"fromYamlArray", "s>l", code_from_yaml_array},
	{"mustFromJson", "s>a", code_must_from_json},
	{"mustToJson", "a>s", code_must_to_json},
	{"mustToPrettyJson", "a>s", code_must_pretty},
	{"mustToRawJson", "a>s", code_to_raw},
	{"mustToYaml", "a>s", code_must_to_yaml},
	{"toJson", "a>s", code_to_json},
	{"toPrettyJson", "a>s", code_to_pretty},
	{"toRawJson", "a>s", code_to_raw},
	{"toYaml", "a>s", code_to_yaml},
	{"toYamlPretty", "a>s", code_to_yaml_pretty},
	{0},
};
