#include "helm/helm_strvals.h"

#include <string.h>

#include "base/buf.h"
#include "data/json.h"
#include "data/json_scan.h"

struct parser {
	arena *mem;
	enum strvals_kind kind;
	str rest;
	bool at_end; /* the text ended where more could have come: parsing stops without an error */
	int64_t padding; /* nulls so far that nobody asked for but by a high index */
	strvals_read read;
	void *arg;
};

static err *key(struct parser *p, val *map, int level);

/* The bytes of the UTF-8 character at the front of s. */
static size_t char_len(str s)
{
	size_t n = 1;
	if ((unsigned char)s.p[0] >= 0xc0)
		while (n < s.n && n < 4 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n++;
	return n;
}

static void skip(struct parser *p, size_t n)
{
	p->rest = str_sub(p->rest, n, p->rest.n);
}

/* Takes text up to one of the stops, which is taken too and returned; 0 at the end of the text. A backslash
 * takes the next character as it is, except in literals. */
static char until(struct parser *p, const char *stops, str *ret_text)
{
	buf b = buf_init(p->mem);
	char stop = 0;
	while (p->rest.n && !stop) {
		char c = p->rest.p[0];
		if (strchr(stops, c) && c) {
			stop = c;
			skip(p, 1);
			break;
		}
		if (c == '\\' && p->kind != STRVALS_LITERAL) {
			skip(p, 1);
			if (!p->rest.n)
				break;
		}
		size_t n = char_len(p->rest);
		buf_add(&b, p->rest.p, n);
		skip(p, n);
	}
	buf_text(&b);
	*ret_text = buf_view(&b);
	return stop;
}

static err *no_value(struct parser *p, const char *what, str name, const char *more)
{
	return err_new(p->mem, ERR_INVALID, "%s %s has no value%s", what,
		       json_text(p->mem, val_str(p->mem, name), JSON_PLAIN), more);
}

static const char *go_type(const val *v)
{
	static const char *const names[] = {"nil",
					    "bool",
					    "int64",
					    "float64",
					    "string",
					    "[]interface {}",
					    "map[string]interface {}"};
	return names[v->kind];
}

static err *wrong_type(struct parser *p, const val *is, const char *want)
{
	return err_new(p->mem, ERR_INVALID,
		       "unable to parse key: interface conversion: interface {} is %s, not %s",
		       go_type(is), want);
}

/* An empty name is silently no key. */
static void set(struct parser *p, val *map, str name, val *v)
{
	if (name.n)
		val_set_str(p->mem, map, name, v);
}

static val *typed(arena *mem, str s)
{
	int64_t i;
	if (str_eq_nocase(s, STR("true")) || str_eq_nocase(s, STR("false")))
		return val_bool(mem, s.n == 4);
	if (str_eq_nocase(s, STR("null")))
		return val_null(mem);
	if (str_is(s, "0") || (s.n && s.p[0] != '0' && str_int(s, &i)))
		return val_int(mem, str_is(s, "0") ? 0 : i);
	return val_str(mem, s);
}

static err *value_of(struct parser *p, str s, val **ret)
{
	str content;
	switch (p->kind) {
	case STRVALS_TYPED:
		*ret = typed(p->mem, s);
		return NULL;
	case STRVALS_FILE:
		TRY(p->read(p->arg, p->mem, str_text(p->mem, s), &content));
		*ret = val_str(p->mem, content);
		return NULL;
	default:
		*ret = val_str(p->mem, s);
		return NULL;
	}
}

/* "{a,b}": the brace is taken already. */
static err *list_value(struct parser *p, val **ret)
{
	val *list = val_list(p->mem);
	for (;;) {
		str s;
		val *v;
		char stop = until(p, ",}", &s);
		if (!stop)
			return err_new(p->mem, ERR_INVALID, "list must terminate with '}'");
		TRY(value_of(p, s, &v));
		val_push(p->mem, list, v);
		if (stop == '}')
			break;
	}
	if (p->rest.n && p->rest.p[0] == ',')
		skip(p, 1);
	*ret = list;
	return NULL;
}

/* White space and one comma; true when nothing else stood before the comma or the end. */
static bool skip_blank(struct parser *p)
{
	while (p->rest.n && strchr(" \t\n\v\f\r", p->rest.p[0]))
		skip(p, 1);
	if (!p->rest.n)
		return true;
	if (p->rest.p[0] != ',')
		return false;
	skip(p, 1);
	return true;
}

/* JSON numbers become floats, as in all values that are read from a document. */
static void all_floats(val *v)
{
	if (v->kind == VAL_INT) {
		double f = (double)v->i;
		v->kind = VAL_FLOAT;
		v->f = f;
	}
	for (size_t i = 0; v->kind == VAL_LIST && i < v->list.n; i++)
		all_floats(v->list.p[i]);
	for (uint32_t i = 0; v->kind == VAL_MAP && i < v->map.n; i++)
		all_floats(v->map.p[i].value);
}

static err *json_value(struct parser *p, val **ret)
{
	size_t used;
	if (skip_blank(p)) {
		*ret = val_null(p->mem);
		return NULL;
	}
	TRY(json_scan(p->mem, p->rest, &used));
	TRY(json_parse(p->mem, str_sub(p->rest, 0, used), ret));
	all_floats(*ret);
	skip(p, used);
	skip_blank(p);
	return NULL;
}

/* What stands behind "=". */
static err *value(struct parser *p, val **ret)
{
	str s;
	if (p->kind == STRVALS_JSON)
		return json_value(p, ret);
	if (p->kind == STRVALS_LITERAL) {
		*ret = val_str(p->mem, p->rest);
		skip(p, p->rest.n);
		return NULL;
	}
	if (!p->rest.n) {
		p->at_end = true;
		*ret = val_str(p->mem, STR(""));
		return NULL;
	}
	if (p->rest.p[0] == '{') {
		skip(p, 1);
		return list_value(p, ret);
	}
	until(p, ",", &s);
	return value_of(p, s, ret);
}

/* "0]": the bracket before is taken already. A text that ends in it ends the parsing quietly. */
static err *index_of(struct parser *p, int64_t *ret)
{
	str s;
	if (!until(p, "]", &s)) {
		p->at_end = true;
		return NULL;
	}
	if (str_int(s, ret))
		return NULL;
	bool digits = s.n > 0;
	for (size_t i = s.p[0] == '-' || s.p[0] == '+'; i < s.n; i++)
		digits &= s.p[i] >= '0' && s.p[i] <= '9';
	return err_new(p->mem, ERR_INVALID, "error parsing index: strconv.Atoi: parsing %s: %s",
		       json_text(p->mem, val_str(p->mem, s), JSON_PLAIN),
		       digits ? "value out of range" : "invalid syntax");
}

static err *put(struct parser *p, val *list, int64_t at, val *v)
{
	if (at > STRVALS_MAX_INDEX)
		return err_new(p->mem, ERR_INVALID,
			       "index of %lld is greater than maximum supported index of %d",
			       (long long)at, STRVALS_MAX_INDEX);
	p->padding += at - (int64_t)val_len(list) > 0 ? at - (int64_t)val_len(list) : 0;
	if (p->padding > STRVALS_MAX_PADDING)
		return err_new(p->mem, ERR_LIMIT,
			       "the indexes of lists leave more than %d items without a value",
			       STRVALS_MAX_PADDING);
	while (val_len(list) <= (size_t)at)
		val_push(p->mem, list, val_null(p->mem));
	list->list.p[at] = v;
	return NULL;
}

/* "['b' 'c']", as Go quotes a list of characters. */
static const char *quoted_chars(arena *mem, str s)
{
	buf b = buf_init(mem);
	buf_char(&b, '[');
	for (size_t n; s.n; s = str_sub(s, n, s.n)) {
		n = char_len(s);
		buf_printf(&b, "%s'%.*s'", b.n > 1 ? " " : "", (int)n, s.p);
	}
	buf_char(&b, ']');
	return buf_text(&b);
}

static err *item(struct parser *p, val *list, int64_t at, int level);

static err *inner_list(struct parser *p, val *list, int64_t at, int level)
{
	int64_t next = 0;
	TRY(index_of(p, &next));
	if (p->at_end)
		return NULL;
	val *inner = val_at(list, (size_t)at);
	if (!inner || inner->kind == VAL_NULL)
		inner = val_list(p->mem);
	else if (inner->kind != VAL_LIST)
		return wrong_type(p, inner, "[]interface {}");
	TRY(item(p, inner, next, level));
	return put(p, list, at, inner);
}

static err *inner_map(struct parser *p, val *list, int64_t at, int level)
{
	val *inner = val_at(list, (size_t)at);
	if (!val_is(inner, VAL_MAP)) {
		bool there = inner != NULL;
		inner = val_map(p->mem);
		if (there)
			list->list.p[at] = inner;
	}
	TRY(key(p, inner, level));
	/* a text that ends behind "=" loses the whole item, as in Helm */
	return p->at_end ? NULL : put(p, list, at, inner);
}

/* What stands behind "]", for item at of list. */
static err *item(struct parser *p, val *list, int64_t at, int level)
{
	str name;
	if (at < 0)
		return err_new(p->mem, ERR_INVALID, "negative %lld index not allowed",
			       (long long)at);
	char stop = until(p, "[.=", &name);
	if (name.n)
		return err_new(p->mem, ERR_INVALID, "unexpected data at end of array index: %s",
			       quoted_chars(p->mem, name));
	if (!stop) {
		p->at_end = true;
		return NULL;
	}
	if (stop == '[')
		return inner_list(p, list, at, level);
	if (stop == '.')
		return inner_map(p, list, at, level);
	val *v;
	TRY(value(p, &v));
	return put(p, list, at, v);
}

static err *key_with_index(struct parser *p, val *map, str name, int level)
{
	int64_t at = 0;
	TRY(index_of(p, &at));
	if (p->at_end)
		return NULL;
	val *list = val_get_str(map, name);
	if (!list)
		list = val_list(p->mem);
	else if (list->kind != VAL_LIST)
		return wrong_type(p, list, "[]interface {}");
	TRY(item(p, list, at, level));
	set(p, map, name, list);
	return NULL;
}

static err *key_with_dot(struct parser *p, val *map, str name, int level)
{
	if (level + 1 > STRVALS_MAX_NESTING)
		return err_new(p->mem, ERR_INVALID,
			       "value name nested level is greater than maximum supported nested "
			       "level of %d",
			       STRVALS_MAX_NESTING);
	val *inner = val_get_str(map, name);
	if (!inner)
		inner = val_map(p->mem);
	else if (inner->kind != VAL_MAP)
		return wrong_type(p, inner, "map[string]interface {}");
	TRY(key(p, inner, level + 1));
	if (!val_len(inner))
		return p->at_end ? NULL : no_value(p, "key map", name, "");
	set(p, map, name, inner);
	return NULL;
}

/* One "key=value,". */
static err *key(struct parser *p, val *map, int level)
{
	str name;
	val *v;
	switch (until(p, p->kind == STRVALS_LITERAL ? "=[." : "=[,.", &name)) {
	case '=':
		TRY(value(p, &v));
		set(p, map, name, v);
		return NULL;
	case '[':
		return key_with_index(p, map, name, level);
	case '.':
		return key_with_dot(p, map, name, level);
	case ',':
		return no_value(p, "key", name, " (cannot end with ,)");
	}
	if (name.n)
		return no_value(p, "key", name, "");
	p->at_end = true;
	return NULL;
}

err *strvals_set(arena *mem, enum strvals_kind kind, str text, val *into, strvals_read read,
		 void *arg)
{
	struct parser p = {.mem = mem, .kind = kind, .rest = text, .read = read, .arg = arg};
	while (!p.at_end)
		TRY(key(&p, into, 0));
	return NULL;
}

static bool wrapped(str s, char quote)
{
	return s.n && s.p[0] == quote && s.p[s.n - 1] == quote;
}

err *strvals_set_path(arena *mem, const char *path, str value_, bool literal, val *into)
{
	enum strvals_kind kind = literal ? STRVALS_TEXT : STRVALS_TYPED;
	if (!literal && (wrapped(value_, '\'') || wrapped(value_, '"'))) {
		kind = STRVALS_TEXT;
		while (value_.n && (value_.p[0] == '\'' || value_.p[0] == '"'))
			value_ = str_sub(value_, 1, value_.n);
		while (value_.n && strchr("'\"", value_.p[value_.n - 1]))
			value_.n--;
	}
	buf b = buf_init(mem);
	buf_printf(&b, "%s=", path);
	for (size_t i = 0; i < value_.n; i++) {
		/* the path is read with its escapes; a literal value has none, so it gets them here */
		if (literal && strchr("\\,{", value_.p[i]) && value_.p[i])
			buf_char(&b, '\\');
		buf_char(&b, value_.p[i]);
	}
	return strvals_set(mem, kind, buf_view(&b), into, NULL, NULL);
}
