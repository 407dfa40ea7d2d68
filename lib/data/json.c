#include "data/json.h"

#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static val *from_jansson(arena *mem, json_t *j, bool whole_floats)
{
	switch (json_typeof(j)) {
	case JSON_TRUE:
	case JSON_FALSE:
		return val_bool(mem, json_is_true(j));
	case JSON_INTEGER:
		return val_int(mem, json_integer_value(j));
	case JSON_REAL: {
		double f = json_real_value(j);
		if (whole_floats && f == floor(f) && fabs(f) <= 9007199254740992.0)
			return val_int(mem, (int64_t)f);
		return val_float(mem, f);
	}
	case JSON_STRING:
		return val_str(mem, (str){json_string_value(j), json_string_length(j)});
	case JSON_ARRAY: {
		val *list = val_list(mem);
		for (size_t i = 0; i < json_array_size(j); i++)
			val_push(mem, list, from_jansson(mem, json_array_get(j, i), whole_floats));
		return list;
	}
	case JSON_OBJECT: {
		val *map = val_map(mem);
		for (void *i = json_object_iter(j); i; i = json_object_iter_next(j, i))
			val_set(mem, map, json_object_iter_key(i),
				from_jansson(mem, json_object_iter_value(i), whole_floats));
		return map;
	}
	default:
		return val_null(mem);
	}
}

/* What jansson makes of a text lives in an arena for as long as it takes to copy it: nothing is freed
 * piece by piece. */
static _Thread_local arena *scratch;

static void *take(size_t n)
{
	return scratch ? arena_alloc(scratch, n) : malloc(n);
}

static void leave(void *p)
{
	if (!scratch)
		free(p);
}

static void use_arenas(void)
{
	json_set_alloc_funcs(take, leave);
}

/* Reads a text with jansson; what it returns lives in scratch. */
static json_t *load(str text, bool *ret_whole_floats, json_error_t *ret_error)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	pthread_once(&once, use_arenas);
	*ret_whole_floats = false;
	json_t *j = json_loadb(text.p, text.n, flags, ret_error);
	if (j || json_error_code(ret_error) != json_error_numeric_overflow)
		return j;
	/* an integer beyond 64 bits: read all numbers as floats, then the small ones back */
	*ret_whole_floats = true;
	return json_loadb(text.p, text.n, flags | JSON_DECODE_INT_AS_REAL, ret_error);
}

err *json_parse(arena *mem, str text, val **ret_v)
{
	if (text.n > JSON_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "JSON of %zu bytes is over the limit of %zu", text.n,
			       JSON_MAX_BYTES);
	/* jansson reads over one behind a number */
	if (memchr(text.p, 0, text.n))
		return err_new(mem, ERR_INVALID, "the JSON holds a NUL");
	json_error_t e;
	bool whole_floats;
	arena *own = scratch = arena_open();
	json_t *j = load(text, &whole_floats, &e);
	scratch = NULL;
	if (j)
		*ret_v = from_jansson(mem, j, whole_floats);
	arena_close(own);
	if (!j)
		return err_new(mem, ERR_INVALID, "line %d, column %d: %s", e.line, e.column,
			       e.text);
	return NULL;
}

/* Bytes of the well-formed UTF-8 character at p, 0 when there is none. */
static size_t utf8_len(const unsigned char *p, size_t n)
{
	unsigned char c = p[0];
	size_t len = c < 0x80		      ? 1
		     : c >= 0xc2 && c < 0xe0  ? 2
		     : (c & 0xf0) == 0xe0     ? 3
		     : c >= 0xf0 && c <= 0xf4 ? 4
					      : 0;
	if (!len || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) ||
	    (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

static void print_char(buf *b, unsigned char c, bool html)
{
	static const char shorts[] = "\"\"\\\\\nn\rr\tt\bb\ff";
	const char *at = c ? memchr(shorts, c, sizeof(shorts) - 1) : NULL;
	if (at && (at - shorts) % 2 == 0) {
		buf_char(b, '\\');
		buf_char(b, at[1]);
	} else if (c < 0x20 || (html && (c == '<' || c == '>' || c == '&'))) {
		buf_printf(b, "\\u%04x", c);
	} else {
		buf_char(b, (char)c);
	}
}

/* Bytes from p on that are printed as they are: most of any text. */
static size_t plain_run(const unsigned char *p, size_t n, bool html)
{
	size_t i = 0;
	while (i < n && p[i] >= 0x20 && p[i] < 0x80 && p[i] != '"' && p[i] != '\\' &&
	       (!html || (p[i] != '<' && p[i] != '>' && p[i] != '&')))
		i++;
	return i;
}

static void print_text(buf *b, str s, bool html)
{
	const unsigned char *p = (const unsigned char *)s.p;
	buf_char(b, '"');
	for (size_t i = 0; i < s.n;) {
		size_t plain = plain_run(p + i, s.n - i, html);
		buf_add(b, p + i, plain);
		i += plain;
		if (i == s.n)
			break;
		size_t len = utf8_len(p + i, s.n - i);
		if (!len) {
			buf_text_add(b, "\\ufffd");
			i++;
			continue;
		}
		if (len == 1)
			print_char(b, p[i], html);
		else if (html && len == 3 && p[i] == 0xe2 && p[i + 1] == 0x80 &&
			 (p[i + 2] | 1) == 0xa9)
			buf_printf(b, "\\u20%02x", p[i + 2] - 0x80);
		else
			buf_add(b, p + i, len);
		i += len;
	}
	buf_char(b, '"');
}

static void new_line(buf *b, enum json_flags flags, int depth)
{
	if (!(flags & JSON_PRETTY))
		return;
	buf_char(b, '\n');
	buf_fill(b, ' ', (size_t)depth * 2);
}

static int by_key(const void *a, const void *b)
{
	const struct val_pair *const *x = a, *const *y = b;
	return str_cmp((*x)->key, (*y)->key);
}

static void print(buf *b, const val *v, enum json_flags flags, int depth);

static void print_map(buf *b, const val *v, enum json_flags flags, int depth)
{
	uint32_t n = v->map.n;
	struct val_pair *few[32], **order = n <= 32 ? few : NEW_N(b->mem, struct val_pair *, n);
	for (uint32_t i = 0; i < n; i++)
		order[i] = &v->map.p[i];
	if (flags & JSON_SORTED && n > 1)
		qsort(order, n, sizeof(*order), by_key);
	buf_char(b, '{');
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			buf_char(b, ',');
		new_line(b, flags, depth + 1);
		print_text(b, order[i]->key, flags & JSON_HTML);
		buf_text_add(b, flags & JSON_PRETTY ? ": " : ":");
		print(b, order[i]->value, flags, depth + 1);
	}
	if (n)
		new_line(b, flags, depth);
	buf_char(b, '}');
}

static void print(buf *b, const val *v, enum json_flags flags, int depth)
{
	switch (v ? v->kind : VAL_NULL) {
	case VAL_NULL:
		buf_text_add(b, "null");
		break;
	case VAL_BOOL:
		buf_text_add(b, v->b ? "true" : "false");
		break;
	case VAL_INT:
		buf_printf(b, "%lld", (long long)v->i);
		break;
	case VAL_FLOAT:
		/* JSON has no word for these */
		buf_text_add(b, isfinite(v->f) ? number_json(b->mem, v->f) : "null");
		break;
	case VAL_TEXT:
		print_text(b, v->text, flags & JSON_HTML);
		break;
	case VAL_LIST:
		buf_char(b, '[');
		for (size_t i = 0; i < v->list.n; i++) {
			if (i)
				buf_char(b, ',');
			new_line(b, flags, depth + 1);
			print(b, v->list.p[i], flags, depth + 1);
		}
		if (v->list.n)
			new_line(b, flags, depth);
		buf_char(b, ']');
		break;
	case VAL_MAP:
		print_map(b, v, flags, depth);
		break;
	}
}

void json_print(buf *b, const val *v, enum json_flags flags)
{
	print(b, v, flags, 0);
}

char *json_text(arena *mem, const val *v, enum json_flags flags)
{
	buf b = buf_init(mem);
	json_print(&b, v, flags);
	return buf_text(&b);
}

const char *json_go_kind(const val *v)
{
	static const char *const names[] = {"null",   "bool",  "number", "number",
					    "string", "array", "object"};
	return names[v->kind];
}
