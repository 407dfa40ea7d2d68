#include "kust/kust_merge_raw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/rune.h"

#define MAX_BYTES ((size_t)64 << 20)
#define MAX_DEPTH 1000

struct reader {
	arena *mem;
	const char *p, *end;
	int depth;
};

/* --- reading --------------------------------------------------------------------------------- */

static void blanks(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
		r->p++;
}

static err *unexpected(struct reader *r, const char *where)
{
	if (r->p >= r->end)
		return err_new(r->mem, ERR_INVALID, "unexpected end of JSON input");
	/* as a Go character literal: escaped as in a text, but for the quotes */
	size_t n;
	rune_at((str){r->p, (size_t)(r->end - r->p)}, &n);
	const char *quoted = rune_quoted(r->mem, (str){r->p, n});
	if (*r->p == '\'' || *r->p == '"')
		quoted = *r->p == '"' ? "\"\"\"" : "\"\\'\"";
	return err_new(r->mem, ERR_INVALID, "invalid character '%.*s' %s", (int)strlen(quoted) - 2,
		       quoted + 1, where);
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static err *read_string(struct reader *r, str *ret)
{
	const char *from = r->p++;
	for (; r->p < r->end && *r->p != '"'; r->p++) {
		if ((unsigned char)*r->p < 0x20)
			return unexpected(r, "in string literal");
		if (*r->p != '\\')
			continue;
		r->p++;
		if (r->p >= r->end || !*r->p || !strchr("\"\\/bfnrtu", *r->p))
			return unexpected(r, "in string escape code");
		for (int i = 0; *r->p == 'u' && i < 4; i++)
			if (r->end - r->p <= i + 1 || !is_hex(r->p[i + 1])) {
				r->p += i + 1;
				return unexpected(r, "in \\u hexadecimal character escape");
			}
	}
	if (r->p >= r->end)
		return unexpected(r, "");
	r->p++;
	*ret = (str){from, (size_t)(r->p - from)};
	return NULL;
}

static bool digits(struct reader *r)
{
	const char *from = r->p;
	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return r->p > from;
}

static err *read_number(struct reader *r, str *ret)
{
	const char *from = r->p;
	if (*r->p == '-')
		r->p++;
	if (r->p < r->end && *r->p == '0')
		r->p++;
	else if (!digits(r))
		return unexpected(r, "in numeric literal");
	if (r->p < r->end && *r->p == '.') {
		r->p++;
		if (!digits(r))
			return unexpected(r, "after decimal point in numeric literal");
	}
	if (r->p < r->end && (*r->p | 32) == 'e') {
		r->p++;
		if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
			r->p++;
		if (!digits(r))
			return unexpected(r, "in exponent of numeric literal");
	}
	*ret = (str){from, (size_t)(r->p - from)};
	return NULL;
}

static err *read_word(struct reader *r, str *ret)
{
	static const char *const words[] = {"true", "false", "null"};
	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);
		if (*r->p != *words[i])
			continue;
		if ((size_t)(r->end - r->p) < n || memcmp(r->p, words[i], n) != 0)
			return err_new(r->mem, ERR_INVALID, "invalid character in literal %s",
				       words[i]);
		*ret = (str){r->p, n};
		r->p += n;
		return NULL;
	}
	return unexpected(r, "looking for beginning of value");
}

static err *read_value(struct reader *r, struct raw **ret);

static void room(arena *mem, struct raw *r)
{
	if (r->n < r->cap)
		return;
	size_t cap = r->cap ? r->cap * 2 : 4;
	r->p = arena_grow(mem, r->p, r->cap * sizeof(*r->p), arena_times(cap, sizeof(*r->p)));
	r->cap = cap;
}

/* Of equal keys the last value counts. */
static void unite_keys(struct reader *r, struct raw *map)
{
	size_t n = 0;
	struct map seen = map_init(r->mem);
	for (size_t i = 0; i < map->n; i++) {
		void *at = map_get_str(&seen, map->p[i].key);
		if (at) {
			map->p[(uintptr_t)at - 1].value = map->p[i].value;
			continue;
		}
		map->p[n++] = map->p[i];
		map_set_str(&seen, map->p[i].key, (void *)(uintptr_t)n);
	}
	map->n = n;
}

static err *read_map(struct reader *r, struct raw *map)
{
	bool sorted = true;
	bool first = true;
	for (r->p++, blanks(r); r->p >= r->end || *r->p != '}' || !first; first = false) {
		str quoted;
		struct raw *value;
		if (r->p >= r->end || *r->p != '"')
			return unexpected(r, "looking for beginning of object key string");
		TRY(read_string(r, &quoted));
		blanks(r);
		if (r->p >= r->end || *r->p != ':')
			return unexpected(r, "after object key");
		r->p++;
		TRY(read_value(r, &value));
		room(r->mem, map);
		map->p[map->n] = (struct raw_pair){raw_string(r->mem, quoted), value};
		sorted &= !map->n || str_cmp(map->p[map->n - 1].key, map->p[map->n].key) < 0;
		map->n++;
		blanks(r);
		if (r->p < r->end && *r->p == '}')
			break;
		if (r->p >= r->end || *r->p != ',')
			return unexpected(r, "after object key:value pair");
		r->p++;
		blanks(r);
	}
	r->p++;
	if (!sorted)
		unite_keys(r, map);
	return NULL;
}

static err *read_list(struct reader *r, struct raw *list)
{
	r->p++;
	blanks(r);
	if (r->p < r->end && *r->p == ']') {
		r->p++;
		return NULL;
	}
	for (;;) {
		struct raw *value;
		TRY(read_value(r, &value));
		raw_insert(r->mem, list, list->n, value);
		blanks(r);
		if (r->p < r->end && *r->p == ']')
			break;
		if (r->p >= r->end || *r->p != ',')
			return unexpected(r, "after array element");
		r->p++;
	}
	r->p++;
	return NULL;
}

static err *read_value(struct reader *r, struct raw **ret)
{
	blanks(r);
	if (r->p >= r->end)
		return unexpected(r, "");
	struct raw *v = NEW(r->mem, struct raw);
	if (*r->p == '{' || *r->p == '[') {
		v->kind = *r->p == '{' ? RAW_MAP : RAW_LIST;
		if (++r->depth > MAX_DEPTH)
			return err_new(r->mem, ERR_LIMIT, "JSON nested deeper than %d levels",
				       MAX_DEPTH);
		TRY(v->kind == RAW_MAP ? read_map(r, v) : read_list(r, v));
		r->depth--;
	} else if (*r->p == '"') {
		TRY(read_string(r, &v->text));
	} else if (*r->p == '-' || (*r->p >= '0' && *r->p <= '9')) {
		TRY(read_number(r, &v->text));
	} else {
		TRY(read_word(r, &v->text));
	}
	*ret = v->kind == RAW_SCALAR && str_is(v->text, "null") ? NULL : v;
	return NULL;
}

err *raw_read(arena *mem, str text, struct raw **ret)
{
	if (text.n > MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "a JSON text of %zu bytes is above the limit of %zu",
			       text.n, MAX_BYTES);
	struct reader r = {mem, text.p, text.p + text.n, 0};
	struct raw *v;
	TRY(read_value(&r, &v));
	blanks(&r);
	if (r.p < r.end)
		return unexpected(&r, "after top-level value");
	*ret = v;
	return NULL;
}

/* --- changing -------------------------------------------------------------------------------- */

size_t raw_find(const struct raw *map, str key)
{
	size_t i = 0;
	while (i < map->n && !str_eq(map->p[i].key, key))
		i++;
	return i;
}

void raw_set(arena *mem, struct raw *map, str key, struct raw *value)
{
	size_t i = raw_find(map, key);
	if (i == map->n) {
		room(mem, map);
		map->p[map->n++].key = key;
	}
	map->p[i].value = value;
}

void raw_insert(arena *mem, struct raw *list, size_t at, struct raw *value)
{
	room(mem, list);
	memmove(list->p + at + 1, list->p + at, (list->n - at) * sizeof(*list->p));
	list->p[at] = (struct raw_pair){.value = value};
	list->n++;
}

void raw_remove(struct raw *r, size_t at)
{
	memmove(r->p + at, r->p + at + 1, (r->n - at - 1) * sizeof(*r->p));
	r->n--;
}

/* A scalar as encoding/json compacts it: <, >, & and U+2028, U+2029 escaped. */
static str escaped(arena *mem, str text)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c == '<' || c == '>' || c == '&') {
			buf_printf(&b, "\\u%04x", c);
		} else if (c == 0xE2 && i + 2 < text.n && text.p[i + 1] == '\x80' &&
			   ((unsigned char)text.p[i + 2] & ~1u) == 0xA8) {
			buf_printf(&b, "\\u202%x", (unsigned char)text.p[i + 2] & 0xF);
			i += 2;
		} else {
			buf_char(&b, (char)c);
		}
	}
	return buf_view(&b);
}

struct raw *raw_copy(arena *mem, const struct raw *r, bool printed)
{
	if (!r || (printed && r->kind == RAW_NULL))
		return NULL;
	struct raw *c = NEW(mem, struct raw);
	c->kind = r->kind;
	c->text = printed ? escaped(mem, r->text) : r->text;
	c->p = NEW_N(mem, struct raw_pair, r->n);
	c->n = c->cap = r->n;
	for (size_t i = 0; i < r->n; i++)
		c->p[i] = (struct raw_pair){r->p[i].key, raw_copy(mem, r->p[i].value, printed)};
	return c;
}

bool raw_eq(const struct raw *a, const struct raw *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || a->n != b->n)
		return false;
	if (a->kind == RAW_SCALAR || a->kind == RAW_NULL)
		return str_eq(a->text, b->text);
	for (size_t i = 0; i < a->n; i++) {
		size_t at = a->kind == RAW_MAP ? raw_find(b, a->p[i].key) : i;
		if (at == b->n || !raw_eq(a->p[i].value, b->p[at].value))
			return false;
	}
	return true;
}

/* --- values ---------------------------------------------------------------------------------- */

static uint32_t hex_code(const char *p)
{
	uint32_t code = 0;
	for (int i = 0; i < 4; i++)
		code = code << 4 | (uint32_t)(p[i] <= '9' ? p[i] - '0' : (p[i] | 32) - 'a' + 10);
	return code;
}

/* \uXXXX, or two of them for a character beyond; returns how many bytes were read. */
static size_t add_code(buf *b, str s, size_t i)
{
	uint32_t code = hex_code(s.p + i + 2);
	bool pair = code >= 0xD800 && code < 0xDC00 && i + 12 <= s.n - 1 && s.p[i + 6] == '\\' &&
		    s.p[i + 7] == 'u';
	uint32_t low = pair ? hex_code(s.p + i + 8) : 0;
	if (pair && low >= 0xDC00 && low < 0xE000) {
		buf_utf8(b, 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF));
		return 12;
	}
	if (code)
		buf_utf8(b, code);
	else
		buf_char(b, 0);
	return 6;
}

str raw_string(arena *mem, str quoted)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	buf b = buf_init(mem);
	for (size_t i = 1; i + 1 < quoted.n;) {
		char c = quoted.p[i];
		if (c == '\\' && quoted.p[i + 1] == 'u') {
			i += add_code(&b, quoted, i);
		} else if (c == '\\') {
			const char *known = strchr(from, quoted.p[i + 1]);
			buf_char(&b, known ? to[known - from] : quoted.p[i + 1]);
			i += 2;
		} else if ((unsigned char)c < 0x80) {
			buf_char(&b, c);
			i++;
		} else {
			size_t n;
			buf_utf8(&b, rune_at(str_sub(quoted, i, quoted.n - 1), &n));
			i += n;
		}
	}
	return (str){buf_text(&b), b.n};
}

static err *scalar_val(arena *mem, str text, val **ret_v)
{
	if (text.p[0] == '"') {
		*ret_v = val_str(mem, raw_string(mem, text));
	} else if (text.p[0] == 't' || text.p[0] == 'f') {
		*ret_v = val_bool(mem, text.p[0] == 't');
	} else {
		double f = strtod(str_text(mem, text), NULL);
		if (isinf(f))
			return err_new(mem, ERR_INVALID,
				       "json: cannot unmarshal number %.*s into Go value of type "
				       "float64",
				       STR_ARG(text));
		*ret_v = val_float(mem, f);
	}
	return NULL;
}

err *raw_val(arena *mem, const struct raw *r, val **ret_v)
{
	if (!r || r->kind == RAW_NULL) {
		*ret_v = val_null(mem);
		return NULL;
	}
	if (r->kind == RAW_SCALAR)
		return scalar_val(mem, r->text, ret_v);
	bool map = r->kind == RAW_MAP;
	val *all = map ? val_map(mem) : val_list(mem);
	for (size_t i = 0; i < r->n; i++) {
		val *v;
		TRY(raw_val(mem, r->p[i].value, &v));
		if (map)
			val_set_str(mem, all, r->p[i].key, v);
		else
			val_push(mem, all, v);
	}
	*ret_v = all;
	return NULL;
}
