#include "tmpl/tmpl_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/number.h"
#include "base/rune.h"
#include "data/json_scan.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_time.h"

/* The maps and lists around the value that is printed. */
struct way {
	const void *p[TMPL_MAX_NESTING + 1];
};

struct printer {
	struct tmpl_call *c;
	buf *b;
	int flags;
	struct way way;
};

static err *too_deep(struct tmpl_call *c)
{
	return err_new(c->mem, ERR_LIMIT, "a value is nested more than %d levels deep",
		       TMPL_MAX_NESTING);
}

/* At the depth from which on Go looks for cycles, too: a cycle is an error of its own (the innermost
 * of the way is there twice), and what is that deep without one is refused. */
static err *go_deeper(struct tmpl_call *c, struct way *way, struct tv v, int depth)
{
	for (int i = 0; depth > TMPL_MAX_NESTING && i < TMPL_MAX_NESTING; i++)
		if (way->p[i] == way->p[TMPL_MAX_NESTING])
			return err_new(c->mem, ERR_INVALID,
				       "json: unsupported value: encountered a cycle via "
				       "map[string]interface {}");
	if (depth > TMPL_MAX_NESTING)
		return too_deep(c);
	way->p[depth] = v.object;
	return NULL;
}

static void escape(buf *b, unsigned char c)
{
	static const char codes[] = "\b\f\n\r\t\"\\", names[] = "bfnrt\"\\";
	const char *at = c ? strchr(codes, c) : NULL;
	if (at)
		buf_printf(b, "\\%c", names[at - codes]);
	else
		buf_printf(b, "\\u%04x", c);
}

static void print_text(struct printer *p, str s)
{
	buf *b = p->b;
	size_t plain = 0, i = 0, len;
	buf_char(b, '"');
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		bool html = p->flags & TMPL_JSON_HTML && (c == '<' || c == '>' || c == '&');
		if (c < 0x80 && c >= ' ' && c != '"' && c != '\\' && !html) {
			i++;
			continue;
		}
		uint32_t r = rune_at(str_sub(s, i, s.n), &len);
		bool bad = r == RUNE_BAD && len == 1, line = r == 0x2028 || r == 0x2029;
		if (c < 0x80 || bad || line) {
			buf_add(b, s.p + plain, i - plain);
			plain = i + len;
			if (bad || line)
				buf_printf(b, "\\u%04x", r);
			else
				escape(b, c);
		}
		i += len;
	}
	buf_add(b, s.p + plain, s.n - plain);
	buf_char(b, '"');
}

static void new_line(struct printer *p, int depth)
{
	if (!(p->flags & TMPL_JSON_INDENT))
		return;
	buf_char(p->b, '\n');
	buf_fill(p->b, ' ', (size_t)depth * 2);
}

static err *print(struct printer *p, struct tv v, int depth);

static err *print_list(struct printer *p, struct tv v, int depth)
{
	size_t n = tv_len(v);
	buf_char(p->b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(p->b, ',');
		new_line(p, depth + 1);
		TRY(print(p, tv_at(v, i), depth + 1));
	}
	if (n)
		new_line(p, depth);
	buf_char(p->b, ']');
	return NULL;
}

static err *print_pair(struct printer *p, size_t i, str key, struct tv value, int depth)
{
	if (i)
		buf_char(p->b, ',');
	new_line(p, depth + 1);
	print_text(p, key);
	buf_text_add(p->b, p->flags & TMPL_JSON_INDENT ? ": " : ":");
	return print(p, value, depth + 1);
}

static err *print_map(struct printer *p, struct tv_map *m, int depth)
{
	tv_map_sort(m);
	buf_char(p->b, '{');
	for (uint32_t i = 0; i < m->n; i++)
		TRY(print_pair(p, i, m->p[i].key, m->p[i].value, depth));
	if (m->n)
		new_line(p, depth);
	buf_char(p->b, '}');
	return NULL;
}

/* A field's name in JSON; NULL for one that is not shown. */
static const char *json_name(const struct tv_struct *s, size_t i)
{
	const char *name = s->json ? s->json[i] : s->names[i];
	bool hidden = s->names[i][0] >= 'a';
	return hidden || (s->json && !tv_as_str(s->fields[i]).n) ? NULL : name;
}

static err *print_struct(struct printer *p, const struct tv_struct *s, int depth)
{
	size_t n = 0;
	buf_char(p->b, '{');
	for (size_t i = 0; i < s->n; i++)
		if (json_name(s, i))
			TRY(print_pair(p, n++, str_of(json_name(s, i)), s->fields[i], depth));
	if (n)
		new_line(p, depth);
	buf_char(p->b, '}');
	return NULL;
}

static err *bad_float(struct tmpl_call *c, double f)
{
	return err_new(c->mem, ERR_INVALID, "json: unsupported value: %s",
		       isnan(f) ? "NaN"
		       : f > 0	? "+Inf"
				: "-Inf");
}

/* What is a text in JSON though it is none in Go. False for other values. */
static bool as_text(struct tmpl_call *c, struct tv v, str *ret)
{
	buf b = buf_init(c->mem);
	if (v.type == TV_BYTES)
		buf_text_add(&b, enc_base64(c->mem, tv_as_str(v)));
	else if (v.type == TV_TIME)
		tmpl_time_format(&b, v.time, STR("2006-01-02T15:04:05.999999999Z07:00"));
	else if (v.type == TV_SEMVER_STRUCT || (v.type == TV_SEMVER && v.object))
		buf_text_add(&b, ((const struct tv_struct *)v.object)->text);
	else
		return false;
	buf_text(&b);
	*ret = buf_view(&b);
	return true;
}

static err *print(struct printer *p, struct tv v, int depth)
{
	str s;
	switch (tv_kind(v)) {
	case TK_BOOL:
		buf_text_add(p->b, v.b ? "true" : "false");
		return NULL;
	case TK_INT:
	case TK_INT64:
		buf_printf(p->b, "%lld", (long long)v.i);
		return NULL;
	case TK_UINT8:
	case TK_UINT64:
		buf_printf(p->b, "%llu", (unsigned long long)v.u);
		return NULL;
	case TK_FLOAT:
		if (!isfinite(v.f))
			return bad_float(p->c, v.f);
		if (v.f == floor(v.f) && fabs(v.f) < 1e15 && v.f != 0)
			buf_printf(p->b, "%lld", (long long)v.f);
		else
			buf_text_add(p->b, number_json(p->b->mem, v.f));
		return NULL;
	case TK_COMPLEX:
		return err_new(p->c->mem, ERR_INVALID, "json: unsupported type: complex128");
	case TK_STRING:
		print_text(p, tv_as_str(v));
		return NULL;
	default:
		break;
	}
	if (as_text(p->c, v, &s)) {
		print_text(p, s);
		return NULL;
	}
	if (tv_is_nil(v)) {
		buf_text_add(p->b, "null");
		return NULL;
	}
	TRY(tmpl_charge(p->c, 64));
	TRY(go_deeper(p->c, &p->way, v, depth));
	if (tv_is_list(v))
		return print_list(p, v, depth);
	if (tv_is_map(v))
		return print_map(p, v.map, depth);
	if (v.type == TV_LOCATION || v.type == TV_ERROR) {
		buf_text_add(p->b, "{}");
		return NULL;
	}
	return print_struct(p, v.object, depth);
}

err *tmpl_json_print(struct tmpl_call *c, buf *b, struct tv v, int flags)
{
	struct printer p;
	p.c = c;
	p.b = b;
	p.flags = flags;
	return print(&p, v, 0);
}

/* --- reading: the text has been found to be right before ------------------------------------- */

struct reader {
	struct tmpl_call *c;
	str s;
	size_t at;
};

static void blanks(struct reader *r)
{
	while (r->at < r->s.n && (unsigned char)r->s.p[r->at] <= ' ')
		r->at++;
}

static uint32_t hex4(const char *p)
{
	char digits[5] = {p[0], p[1], p[2], p[3], 0};
	return (uint32_t)strtoul(digits, NULL, 16);
}

/* Behind "\u": a code point, of two escapes where they are a pair. */
static uint32_t read_unicode(struct reader *r)
{
	uint32_t high = hex4(r->s.p + r->at);
	r->at += 4;
	if (high < 0xd800 || high >= 0xe000)
		return high;
	if (high < 0xdc00 && r->at + 6 <= r->s.n && r->s.p[r->at] == '\\' &&
	    r->s.p[r->at + 1] == 'u') {
		uint32_t low = hex4(r->s.p + r->at + 2);
		if (low >= 0xdc00 && low < 0xe000) {
			r->at += 6;
			return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	return RUNE_BAD;
}

static str read_text(struct reader *r)
{
	static const char names[] = "bfnrt", codes[] = "\b\f\n\r\t";
	buf b = buf_init(r->c->mem);
	r->at++;
	for (;;) {
		size_t len;
		char c = r->s.p[r->at];
		if (c == '"')
			break;
		if (c != '\\') {
			uint32_t u = rune_at(str_sub(r->s, r->at, r->s.n), &len);
			if (len == 1 && (unsigned char)c < 0x80)
				buf_char(&b, c);
			else
				buf_utf8(&b, u);
			r->at += len;
			continue;
		}
		c = r->s.p[r->at + 1];
		r->at += 2;
		const char *name = strchr(names, c);
		if (c == 'u')
			buf_utf8(&b, read_unicode(r));
		else
			buf_char(&b, name ? codes[name - names] : c);
	}
	r->at++;
	buf_text(&b);
	return buf_view(&b);
}

static err *read_number(struct reader *r, struct tv *ret)
{
	size_t from = r->at;
	while (r->at < r->s.n && strchr("+-.0123456789eE", r->s.p[r->at]) && r->s.p[r->at])
		r->at++;
	const char *text = str_text(r->c->mem, str_sub(r->s, from, r->at));
	*ret = tv_float(strtod(text, NULL));
	if (isfinite(ret->f))
		return NULL;
	return err_new(r->c->mem, ERR_INVALID,
		       "json: cannot unmarshal number %s into Go value of type float64", text);
}

static err *read_value(struct reader *r, int depth, struct tv *ret);

static err *read_list(struct reader *r, int depth, struct tv *ret)
{
	struct tv *p = NULL;
	size_t n = 0, cap = 0;
	r->at++;
	for (blanks(r); r->s.p[r->at] != ']'; blanks(r)) {
		if (r->s.p[r->at] == ',')
			r->at++;
		if (n == cap) {
			size_t bigger = cap ? cap * 2 : 4;
			TRY(tmpl_charge(r->c, bigger * sizeof(*p)));
			p = arena_grow(r->c->mem, p, cap * sizeof(*p), bigger * sizeof(*p));
			cap = bigger;
		}
		TRY(read_value(r, depth + 1, &p[n++]));
	}
	r->at++;
	*ret = tv_list(r->c->mem, TV_LIST, 0);
	*ret->list = (struct tv_list){p, n};
	return NULL;
}

static err *read_map(struct reader *r, int depth, struct tv *ret)
{
	*ret = tv_map(r->c->mem, TV_MAP);
	r->at++;
	for (blanks(r); r->s.p[r->at] != '}'; blanks(r)) {
		if (r->s.p[r->at] == ',')
			r->at++;
		blanks(r);
		struct tv value;
		str key = read_text(r);
		blanks(r);
		r->at++; /* the colon */
		TRY(tmpl_charge(r->c, 64));
		TRY(read_value(r, depth + 1, &value));
		tv_map_set(r->c->mem, ret->map, key, value);
	}
	r->at++;
	return NULL;
}

static err *read_value(struct reader *r, int depth, struct tv *ret)
{
	if (depth > TMPL_MAX_NESTING)
		return too_deep(r->c);
	blanks(r);
	switch (r->s.p[r->at]) {
	case '{':
		return read_map(r, depth, ret);
	case '[':
		return read_list(r, depth, ret);
	case '"':
		*ret = tv_str(read_text(r));
		return NULL;
	case 't':
		r->at += 4;
		*ret = tv_bool(true);
		return NULL;
	case 'f':
		r->at += 5;
		*ret = tv_bool(false);
		return NULL;
	case 'n':
		r->at += 4;
		*ret = tv_nil();
		return NULL;
	default:
		return read_number(r, ret);
	}
}

err *tmpl_json_read(struct tmpl_call *c, str text, struct tv *ret)
{
	size_t used;
	TRY(tmpl_charge(c, text.n));
	err *e = json_scan(c->mem, text, &used);
	if (e && (text_eq(e->text, "unexpected EOF") || text_eq(e->text, "EOF"))) {
		/* the end counts as a blank: within a number or a word that is what is wrong */
		e = json_scan(c->mem, str_of(arena_printf(c->mem, "%.*s ", STR_ARG(text))), &used);
		if (e && text_starts(e->text, "invalid character ' ' in "))
			return e;
		return err_new(c->mem, ERR_INVALID, "unexpected end of JSON input");
	}
	if (e)
		return e;
	str rest = str_trim(str_sub(text, used, text.n));
	if (rest.n) {
		/* let the scanner word what is wrong with a second value */
		str bad = str_of(arena_printf(c->mem, "[1%c]", rest.p[0]));
		if (rest.p[0] == ',' || rest.p[0] == ']' ||
		    (rest.p[0] >= '0' && rest.p[0] <= '9') || strchr(".eE", rest.p[0]))
			return err_new(c->mem, ERR_INVALID,
				       "invalid character '%c' after top-level value", rest.p[0]);
		e = json_scan(c->mem, bad, &used);
		const char *after = e ? strstr(e->text, " after ") : NULL;
		if (after)
			return err_new(c->mem, ERR_INVALID, "%.*s after top-level value",
				       (int)(after - e->text), e->text);
	}
	struct reader r = {c, text, 0};
	return read_value(&r, 0, ret);
}

const char *tmpl_json_kind(struct tv v)
{
	switch (tv_kind(v)) {
	case TK_BOOL:
		return "bool";
	case TK_STRING:
		return "string";
	case TK_SLICE:
		return "array";
	case TK_MAP:
		return "object";
	default:
		return "number";
	}
}

/* --- vals -------------------------------------------------------------------------------------- */

struct converter {
	struct tmpl_call *c;
	bool plain;
	struct way way;
};

static err *to_val(struct converter *k, struct tv v, int depth, val **ret);

static err *list_val(struct converter *k, struct tv v, int depth, val **ret)
{
	*ret = val_list(k->c->mem);
	for (size_t i = 0; i < tv_len(v); i++) {
		val *item;
		TRY(to_val(k, tv_at(v, i), depth + 1, &item));
		val_push(k->c->mem, *ret, item);
	}
	return NULL;
}

static err *map_val(struct converter *k, struct tv v, int depth, val **ret)
{
	*ret = val_map(k->c->mem);
	for (uint32_t i = 0; i < v.map->n; i++) {
		val *item;
		TRY(to_val(k, v.map->p[i].value, depth + 1, &item));
		val_set_str(k->c->mem, *ret, v.map->p[i].key, item);
	}
	return NULL;
}

static err *struct_val(struct converter *k, const struct tv_struct *s, int depth, val **ret)
{
	*ret = val_map(k->c->mem);
	for (size_t i = 0; i < s->n; i++) {
		val *item;
		const char *name = k->plain ? rune_text_lower(k->c->mem, str_of(s->names[i]))
					    : json_name(s, i);
		if (s->names[i][0] >= 'a' || !name)
			continue;
		TRY(to_val(k, s->fields[i], depth + 1, &item));
		val_set(k->c->mem, *ret, name, item);
	}
	return NULL;
}

static err *to_val(struct converter *k, struct tv v, int depth, val **ret)
{
	str s;
	switch (tv_kind(v)) {
	case TK_BOOL:
		*ret = val_bool(k->c->mem, v.b);
		return NULL;
	case TK_INT:
	case TK_INT64:
	case TK_UINT8:
		*ret = v.type == TV_DURATION && k->plain && tmpl_stringer(k->c->mem, v, &s)
			       ? val_str(k->c->mem, s)
			       : val_int(k->c->mem, v.i);
		return NULL;
	case TK_UINT64:
		*ret = v.u <= INT64_MAX ? val_int(k->c->mem, v.i)
					: val_float(k->c->mem, (double)v.u);
		return NULL;
	case TK_FLOAT:
		if (!k->plain && !isfinite(v.f))
			return bad_float(k->c, v.f);
		*ret = val_float(k->c->mem, v.f);
		return NULL;
	case TK_COMPLEX:
		return err_new(k->c->mem, ERR_INVALID, "json: unsupported type: complex128");
	case TK_STRING:
		*ret = val_str(k->c->mem, tv_as_str(v));
		return NULL;
	default:
		break;
	}
	if (!(k->plain && v.type == TV_BYTES) && as_text(k->c, v, &s)) {
		*ret = val_str(k->c->mem, s);
		return NULL;
	}
	TRY(tmpl_charge(k->c, 64));
	TRY(go_deeper(k->c, &k->way, v, depth));
	if (v.type != TV_BYTES && tv_is_nil(v)) {
		bool empty = k->plain && (tv_is_list(v) || tv_is_map(v));
		*ret = !empty	      ? val_null(k->c->mem)
		       : tv_is_map(v) ? val_map(k->c->mem)
				      : val_list(k->c->mem);
		return NULL;
	}
	if (tv_is_list(v))
		return list_val(k, v, depth, ret);
	if (tv_is_map(v))
		return map_val(k, v, depth, ret);
	if (v.type == TV_LOCATION || v.type == TV_ERROR) {
		*ret = val_map(k->c->mem);
		return NULL;
	}
	return struct_val(k, v.object, depth, ret);
}

err *tmpl_json_val(struct tmpl_call *c, struct tv v, bool plain, val **ret)
{
	struct converter k;
	k.c = c;
	k.plain = plain;
	return to_val(&k, v, 0, ret);
}
