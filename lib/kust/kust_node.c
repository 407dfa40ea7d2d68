#include "kust/kust_node.h"

#include <ctype.h>
#include <string.h>

#include "base/enc.h"
#include "base/vec.h"
#include "data/yaml.h"

bool kust_missing(const struct yaml_node *n)
{
	return !n || (n->tag && !strcmp(n->tag, YT_NULL));
}

bool kust_empty(const struct yaml_node *n)
{
	return kust_missing(n) || ((n->kind == YN_MAP || n->kind == YN_LIST) && !n->n);
}

bool kust_is_string(const struct yaml_node *n)
{
	return n && n->kind == YN_SCALAR && (!n->tag || !strcmp(n->tag, YT_STR));
}

static bool is_reserved(str text)
{
	static const char *const words[] = {"y",   "yes",  "n",	    "no",   "on",
					    "off", "true", "false", "null", NULL};
	for (const char *const *w = words; *w; w++)
		if (str_eq_nocase(text, str_of(*w)))
			return true;
	return false;
}

bool kust_plain_word(str text)
{
	if (!text.n || !isalpha((unsigned char)text.p[0]))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!isalnum((unsigned char)text.p[i]) && !strchr("-_./", text.p[i]))
			return false;
	return !is_reserved(text);
}

bool kust_non_string(arena *mem, str text)
{
	if (!text.n || memchr(text.p, '\n', text.n))
		return false;
	/* what begins with a letter and has neither colon nor comment is a word or a sentence */
	if (isalpha((unsigned char)text.p[0]) && !memchr(text.p, ':', text.n) &&
	    !memchr(text.p, '#', text.n))
		return is_reserved(text);
	val *v = NULL;
	return !yaml_parse(mem, text, &v) && !val_is(v, VAL_TEXT);
}

static const char *kind_name(enum yaml_node_kind kind)
{
	static const char *const names[] = {
		"", "DocumentNode", "SequenceNode", "MappingNode", "ScalarNode", "AliasNode"};
	return names[kind];
}

err *kust_expect(arena *mem, const struct yaml_node *n, enum yaml_node_kind kind)
{
	if (kust_missing(n) || n->kind == kind)
		return NULL;
	buf b = buf_init(mem);
	buf_printf(&b, "wrong node kind: expected %s but got %s", kind_name(kind),
		   kind_name(n->kind));
	buf text = buf_init(mem);
	if (!yaml_node_text(&text, n))
		buf_printf(&b, ": node contents:\n%s", buf_text(&text));
	return err_new(mem, ERR_INVALID, "%s", buf_text(&b));
}

struct yaml_node *kust_bare(arena *mem, enum yaml_node_kind kind, str text)
{
	struct yaml_node *n = NEW(mem, struct yaml_node);
	n->kind = (uint8_t)kind;
	n->text = text;
	return n;
}

struct yaml_node *kust_string(arena *mem, str text)
{
	struct yaml_node *n = kust_bare(mem, YN_SCALAR, text);
	n->tag = YT_STR;
	if (!enc_is_utf8(text)) {
		n->text = str_of(enc_base64(mem, text));
		n->tag = YT_BINARY;
	}
	if (str_find(n->text, '\n') >= 0)
		n->style = YN_LITERAL;
	return n;
}

err *kust_get(arena *mem, struct yaml_node *map, str key, struct yaml_node **ret_value)
{
	*ret_value = NULL;
	map = yaml_node_body(map);
	if (kust_missing(map))
		return NULL;
	TRY(kust_expect(mem, map, YN_MAP));
	*ret_value = yaml_node_get_str(map, key);
	return NULL;
}

/* A plain string that would read as something else is quoted. */
static void quote_if_needed(arena *mem, struct yaml_node *value)
{
	if (kust_is_string(value) && !value->style && kust_non_string(mem, value->text))
		value->style = YN_DOUBLE;
}

err *kust_set(arena *mem, struct yaml_node *map, str key, struct yaml_node *value,
	      struct yaml_node **ret_field)
{
	map = yaml_node_body(map);
	if (!key.n) {
		/* kyaml takes a field without a name for the scalar itself */
		if (ret_field)
			*ret_field = map;
		return kust_set_self(mem, map, value);
	}
	quote_if_needed(mem, value);
	if (kust_missing(value)) {
		if (ret_field)
			*ret_field = NULL;
		return kust_clear(mem, map, key);
	}
	struct yaml_node *field;
	TRY(kust_get(mem, map, key, &field));
	if (field) {
		value->style = field->style;
		*field = *value;
	} else {
		if (map->kind == YN_MAP)
			yaml_node_add(mem, map, kust_bare(mem, YN_SCALAR, key), value);
		field = value;
	}
	if (ret_field)
		*ret_field = field;
	return NULL;
}

err *kust_set_self(arena *mem, struct yaml_node *n, struct yaml_node *value)
{
	quote_if_needed(mem, value);
	TRY(kust_expect(mem, n, YN_SCALAR));
	if (kust_missing(value))
		return NULL;
	value->style = n->style;
	*n = *value;
	return NULL;
}

err *kust_clear(arena *mem, struct yaml_node *map, str key)
{
	map = yaml_node_body(map);
	TRY(kust_expect(mem, map, YN_MAP));
	if (map && map->kind == YN_MAP)
		yaml_node_del(map, key);
	return NULL;
}

/* --- paths --------------------------------------------------------------------------------------- */

struct kust_parts kust_split(arena *mem, str path, char delimiter)
{
	VEC(str) parts = {0};
	str rest = path, part;
	bool first = true;
	while (str_next(&rest, delimiter, &part)) {
		bool leading = first && !part.n && rest.p;
		first = false;
		if (leading)
			continue;
		str *last = parts.n ? &parts.p[parts.n - 1] : NULL;
		if (last && last->n && last->p[last->n - 1] == '\\') {
			buf b = buf_init(mem);
			buf_add(&b, last->p, last->n - 1);
			buf_char(&b, delimiter);
			buf_str(&b, part);
			buf_text(&b);
			*last = buf_view(&b);
		} else {
			VEC_PUSH(mem, &parts, part);
		}
	}
	if (!parts.n)
		VEC_PUSH(mem, &parts, STR(""));
	return (struct kust_parts){parts.p, parts.n};
}

static str trim_brackets(str s)
{
	while (s.n && strchr("[]", s.p[0]))
		s = str_sub(s, 1, s.n);
	while (s.n && strchr("[]", s.p[s.n - 1]))
		s = str_sub(s, 0, s.n - 1);
	return s;
}

struct kust_parts kust_split_smart(arena *mem, str path, char delimiter)
{
	struct kust_parts raw = kust_split(mem, path, delimiter);
	VEC(str) parts = {0};
	for (size_t i = 0; i < raw.n; i++) {
		if (!str_starts(raw.p[i], STR("[")) || str_ends(raw.p[i], STR("]"))) {
			VEC_PUSH(mem, &parts, raw.p[i]);
			continue;
		}
		buf b = buf_init(mem);
		buf_str(&b, raw.p[i]);
		while (i + 1 < raw.n) {
			buf_char(&b, delimiter);
			buf_str(&b, raw.p[++i]);
			if (str_ends(raw.p[i], STR("]")))
				break;
		}
		str whole = buf_view(&b);
		if (str_find(whole, '=') < 0)
			whole = trim_brackets(whole);
		VEC_PUSH(mem, &parts, whole);
	}
	return (struct kust_parts){parts.p, parts.n};
}

bool kust_atoi(str s, int64_t *ret_number)
{
	return str_int(s, ret_number);
}

bool kust_is_element(str part)
{
	return str_starts(part, STR("[")) && str_ends(part, STR("]"));
}

err *kust_split_element(arena *mem, str part, str *ret_field, str *ret_value)
{
	if (str_ends(part, STR("]")))
		part = str_sub(part, 0, part.n - 1);
	if (str_starts(part, STR("[")))
		part = str_sub(part, 1, part.n);
	if (!str_cut(part, '=', ret_field, ret_value))
		return err_new(mem, ERR_INVALID,
			       "list path element must contain fieldName=fieldValue for element "
			       "to match");
	return NULL;
}

enum yaml_node_kind kust_kind_before(str next, enum yaml_node_kind last)
{
	int64_t index;
	if (kust_is_element(next) || (kust_atoi(next, &index) && index >= 0))
		return YN_LIST;
	return next.n ? YN_MAP : last;
}

/* A list's element by index; below 0 the last. */
static err *by_index(arena *mem, struct yaml_node *n, int64_t index, struct yaml_node **ret)
{
	TRY(kust_expect(mem, n, YN_LIST));
	size_t len = n->kind == YN_LIST ? n->n : 0;
	if (index < 0)
		index = (int64_t)len - 1;
	*ret = index >= 0 && (uint64_t)index < len ? n->child[index] : NULL;
	return NULL;
}

/* A list's element by what a field of it, or itself, says. */
static err *by_match(arena *mem, struct yaml_node *n, str part, enum yaml_node_kind create,
		     struct yaml_node **ret)
{
	str field, value;
	TRY(kust_split_element(mem, part, &field, &value));
	TRY(kust_expect(mem, n, YN_LIST));
	*ret = NULL;
	for (size_t i = 0; n->kind == YN_LIST && i < n->n && !*ret; i++) {
		struct yaml_node *e = n->child[i];
		if (!field.n && str_eq(e->text, value))
			*ret = e;
		struct yaml_node *f =
			field.n && e->kind == YN_MAP ? yaml_node_get_str(e, field) : NULL;
		if (f && str_eq(f->text, value))
			*ret = e;
	}
	if (*ret || create == YN_NONE || n->kind != YN_LIST)
		return NULL;
	*ret = kust_bare(mem, YN_SCALAR, value);
	if (field.n) {
		struct yaml_node *made = kust_bare(mem, YN_MAP, (str){NULL, 0});
		yaml_node_add(mem, made, kust_bare(mem, YN_SCALAR, field), *ret);
		*ret = made;
	}
	yaml_node_push(mem, n, *ret);
	return NULL;
}

static err *step(arena *mem, struct yaml_node *n, str part, str next, enum yaml_node_kind create,
		 struct yaml_node **ret)
{
	int64_t index;
	if (kust_atoi(part, &index)) {
		if (index < 0)
			return err_new(mem, ERR_INVALID, "array index %lld cannot be negative",
				       (long long)index);
		return by_index(mem, n, index, ret);
	}
	if (str_is(part, "-"))
		return by_index(mem, n, -1, ret);
	if (str_is(part, "*"))
		return err_new(mem, ERR_INVALID, "wildcard is not supported in PathGetter");
	if (kust_is_element(part))
		return by_match(mem, n, part, create, ret);
	TRY(kust_get(mem, n, part, ret));
	if (*ret || create == YN_NONE || kust_missing(n))
		return NULL;
	return kust_set(mem, n, part,
			kust_bare(mem, kust_kind_before(next, create), (str){NULL, 0}), ret);
}

/* The path's parts without blanks around them and without empty ones. */
static struct kust_parts cleaned(arena *mem, const struct kust_parts *path)
{
	struct kust_parts parts = {NEW_N(mem, str, path->n), 0};
	for (size_t i = 0; i < path->n; i++) {
		str part = str_trim(path->p[i]);
		if (part.n)
			parts.p[parts.n++] = part;
	}
	return parts;
}

err *kust_lookup(arena *mem, struct yaml_node *n, const struct kust_parts *path,
		 enum yaml_node_kind create, struct yaml_node **ret_found)
{
	struct kust_parts parts = cleaned(mem, path);
	n = yaml_node_body(n);
	for (size_t i = 0; n && i < parts.n; i++) {
		str next = i + 1 < parts.n ? parts.p[i + 1] : (str){NULL, 0};
		struct yaml_node *found = NULL;
		TRY(step(mem, n, parts.p[i], next, create, &found));
		n = found;
	}
	*ret_found = n;
	return NULL;
}
