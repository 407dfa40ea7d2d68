#include "tmpl/tmpl_fmt.h"

#include <string.h>

#include "base/duration.h"
#include "base/rune.h"
#include "tmpl/tmpl_time.h"
#include "tmpl/tmpl_verb.h"

#define NUMBER_MAX 1000000 /* beyond it Go takes no width, precision or index */

static void print_value(struct printer *p, struct tv v, uint32_t verb, int depth);
static void print_arg(struct printer *p, struct tv v, uint32_t verb);

static void clear_flags(struct printer *p)
{
	p->minus = p->plus = p->sharp = p->space = p->zero = p->plus_v = p->sharp_v = false;
	p->has_width = p->has_precision = false;
	p->width = p->precision = 0;
}

static void bad_verb(struct printer *p, uint32_t verb, struct tv v)
{
	p->erroring = true;
	buf_text_add(p->b, "%!");
	buf_utf8(p->b, verb);
	buf_char(p->b, '(');
	if (v.type == TV_NONE || v.type == TV_NIL) {
		buf_text_add(p->b, "<nil>");
	} else {
		buf_printf(p->b, "%s=", tv_type_name(v));
		print_arg(p, v, 'v');
	}
	buf_char(p->b, ')');
	p->erroring = false;
}

static void text_verb(struct printer *p, str s, uint32_t verb, struct tv v)
{
	if (!tmpl_verb_text(p, s, verb))
		bad_verb(p, verb, v);
}

static void print_list(struct printer *p, struct tv v, uint32_t verb, int depth)
{
	if (p->sharp_v) {
		buf_text_add(p->b, v.type == TV_BYTES && !depth ? "[]byte" : tv_type_name(v));
		if (v.type != TV_BYTES && !v.list) {
			buf_text_add(p->b, "(nil)");
			return;
		}
	}
	buf_char(p->b, p->sharp_v ? '{' : '[');
	for (size_t i = 0; i < tv_len(v) && !p->failure; i++) {
		if (i)
			buf_text_add(p->b, p->sharp_v ? ", " : " ");
		print_value(p, tv_at(v, i), verb, depth + 1);
	}
	buf_char(p->b, p->sharp_v ? '}' : ']');
}

static void print_bytes(struct printer *p, struct tv v, uint32_t verb, int depth)
{
	if (verb != 'v' && verb < 0x80 && verb && strchr("sxXq", (int)verb))
		text_verb(p, tv_as_str(v), verb, v);
	else
		print_list(p, v, verb, depth);
}

static void print_map(struct printer *p, struct tv v, uint32_t verb, int depth)
{
	buf_text_add(p->b, p->sharp_v ? tv_type_name(v) : "map[");
	if (p->sharp_v && !v.map) {
		buf_text_add(p->b, "(nil)");
		return;
	}
	if (p->sharp_v)
		buf_char(p->b, '{');
	tv_map_sort(v.map);
	for (uint32_t i = 0; v.map && i < v.map->n && !p->failure; i++) {
		if (i)
			buf_text_add(p->b, p->sharp_v ? ", " : " ");
		print_value(p, tv_str(v.map->p[i].key), verb, depth + 1);
		buf_char(p->b, ':');
		print_value(p, v.map->p[i].value, verb, depth + 1);
	}
	buf_char(p->b, p->sharp_v ? '}' : ']');
}

/* Where a value lies; with 0x in front when prefix. */
static void print_address(struct printer *p, struct tv v, bool prefix)
{
	bool sharp = p->sharp;
	v.type = TV_UINT64;
	p->sharp = prefix;
	tmpl_verb_int(p, v, false, 'x');
	p->sharp = sharp;
}

static void print_struct(struct printer *p, struct tv v, uint32_t verb, int depth)
{
	const struct tv_struct *s = v.object;
	if (tv_kind(v) == TK_PTR && depth) {
		/* a pointer inside something else is shown as an address */
		print_address(p, v, true);
		return;
	}
	if (tv_kind(v) == TK_PTR && !v.addr)
		buf_char(p->b, '&');
	if (p->sharp_v)
		buf_text_add(p->b, tv_type_name(v) + (tv_kind(v) == TK_PTR));
	buf_char(p->b, '{');
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			buf_text_add(p->b, p->sharp_v ? ", " : " ");
		if (p->sharp_v || p->plus_v)
			buf_printf(p->b, "%s:", s->names[i]);
		struct tv field = s->fields[i];
		field.addr = false;
		print_value(p, field, verb, depth + 1);
	}
	buf_char(p->b, '}');
}

/* The fields of Go's time.Time, as verbs show them that its String method does not serve. */
static void print_raw_time(struct printer *p, const struct tv_time *t, uint32_t verb, int depth)
{
	struct tv wall = {.type = TV_UINT64, .u = (uint64_t)t->ns};
	buf_char(p->b, '{');
	print_value(p, wall, verb, depth + 1);
	buf_char(p->b, ' ');
	print_value(p, tv_int64(t->sec + INT64_C(62135596800)), verb, depth + 1);
	buf_text_add(p->b, " <nil>}");
}

bool tmpl_stringer(arena *mem, struct tv v, str *ret)
{
	buf b = buf_init(mem);
	switch (v.type) {
	case TV_TIME:
		tmpl_time_text(&b, v.time);
		break;
	case TV_DURATION:
		buf_text_add(&b, duration_text(mem, v.i));
		break;
	case TV_MONTH:
		buf_text_add(&b, tmpl_month_text(mem, v.i));
		break;
	case TV_WEEKDAY:
		buf_text_add(&b, tmpl_weekday_text(mem, v.i));
		break;
	case TV_LOCATION:
		buf_text_add(&b, tmpl_zone_name(v.object));
		break;
	case TV_SEMVER:
	case TV_SEMVER_STRUCT:
	case TV_KUBE_VERSION:
		if (v.type == TV_KUBE_VERSION && !v.addr)
			return false;
		buf_text_add(&b, ((const struct tv_struct *)v.object)->text);
		break;
	case TV_ERROR:
		buf_text_add(&b, v.object);
		break;
	default:
		return false;
	}
	buf_text(&b);
	*ret = buf_view(&b);
	return true;
}

/* Prints by the String method, if there is one and the verb asks for a text. */
static bool print_stringer(struct printer *p, struct tv v, uint32_t verb)
{
	str s;
	if (v.type < TV_TIME || p->erroring || p->sharp_v || verb >= 0x80 || !verb ||
	    !strchr("vsxXq", (int)verb) || !tmpl_stringer(p->c->mem, v, &s))
		return false;
	text_verb(p, s, verb, v);
	return true;
}

static void print_nothing(struct printer *p, uint32_t verb, int depth)
{
	if (depth > 0)
		buf_text_add(p->b, p->sharp_v ? "interface {}(nil)" : "<nil>");
	else if (verb == 'v')
		tmpl_verb_pad(p, STR("<nil>"));
	else
		bad_verb(p, verb, tv_nil());
}

static void print_struct_or_pointer(struct printer *p, struct tv v, uint32_t verb, int depth)
{
	if (v.type == TV_TIME)
		print_raw_time(p, v.time, verb, depth);
	else if (v.type == TV_ERROR)
		print_value(p, tv_text(v.object), verb, depth + 1);
	else if (v.type == TV_LOCATION)
		print_value(p, tv_text(tmpl_zone_name(v.object)), verb, depth + 1);
	else
		print_struct(p, v, verb, depth);
}

static void print_value(struct printer *p, struct tv v, uint32_t verb, int depth)
{
	if (depth > TMPL_MAX_NESTING && !p->failure)
		p->failure =
			err_new(p->c->mem, ERR_LIMIT, "a value is nested more than %d levels deep",
				TMPL_MAX_NESTING);
	if (!p->failure && (depth || v.n > 64))
		p->failure = tmpl_charge(p->c, 16 + v.n);
	if (p->failure || print_stringer(p, v, verb))
		return;
	if (verb == 'w' && !depth && tv_kind(v) >= TK_SLICE && v.type != TV_BYTES) {
		bad_verb(p, verb, v);
		return;
	}
	switch (tv_kind(v)) {
	case TK_INVALID:
	case TK_INTERFACE:
		print_nothing(p, verb, depth);
		break;
	case TK_BOOL:
		if (verb == 't' || verb == 'v')
			tmpl_verb_pad(p, str_of(v.b ? "true" : "false"));
		else
			bad_verb(p, verb, v);
		break;
	case TK_INT:
	case TK_INT64:
		if (!tmpl_verb_int(p, v, true, verb))
			bad_verb(p, verb, v);
		break;
	case TK_UINT8:
	case TK_UINT64:
		if (!tmpl_verb_int(p, v, false, verb))
			bad_verb(p, verb, v);
		break;
	case TK_FLOAT:
		if (!tmpl_verb_float(p, v.f, verb))
			bad_verb(p, verb, v);
		break;
	case TK_COMPLEX:
		if (!tmpl_verb_complex(p, v.complex, verb))
			bad_verb(p, verb, v);
		break;
	case TK_STRING:
		text_verb(p, tv_as_str(v), verb, v);
		break;
	case TK_SLICE:
		if (v.type == TV_BYTES)
			print_bytes(p, v, verb, depth);
		else
			print_list(p, v, verb, depth);
		break;
	case TK_MAP:
		print_map(p, v, verb, depth);
		break;
	case TK_STRUCT:
	case TK_PTR:
		print_struct_or_pointer(p, v, verb, depth);
		break;
	}
}

static void print_arg(struct printer *p, struct tv v, uint32_t verb)
{
	if (verb == 'T' && v.type <= TV_NIL)
		tmpl_verb_pad(p, STR("<nil>"));
	else if (verb == 'T')
		tmpl_verb_pad(p, tmpl_verb_cut(p, str_of(tv_type_name(v))));
	else if (verb == 'p' && !tv_is_list(v) && !tv_is_map(v) && tv_kind(v) != TK_PTR)
		bad_verb(p, verb, v);
	else if (verb == 'p')
		print_address(p, v, !p->sharp);
	else
		print_value(p, v, verb, 0);
}

/* A number of the format at i; *ret_has tells whether there was one. */
static size_t parse_number(str s, size_t i, int *ret, bool *ret_has)
{
	*ret = 0;
	*ret_has = false;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
		if (*ret > NUMBER_MAX) {
			*ret_has = false;
			*ret = 0;
			return s.n; /* as in Go, nothing of the format is left */
		}
		*ret = *ret * 10 + (s.p[i] - '0');
		*ret_has = true;
	}
	return i;
}

/* "[3]" at i: sets *index and tells whether there was a good one. */
static size_t arg_number(struct printer *p, str s, size_t i, size_t n, size_t *index,
			 bool *ret_found)
{
	*ret_found = false;
	if (i >= s.n || s.p[i] != '[')
		return i;
	p->reordered = true;
	str rest = str_sub(s, i, s.n);
	ptrdiff_t end = rest.n < 3 ? -1 : str_find(rest, ']');
	int number = 0;
	bool has = false;
	if (end > 0 &&
	    parse_number(str_sub(rest, 0, (size_t)end), 1, &number, &has) == (size_t)end && has) {
		*ret_found = true;
		if (number >= 1 && (size_t)number <= n) {
			*index = (size_t)number - 1;
			return i + (size_t)end + 1;
		}
	}
	p->good_index = false;
	return end > 0 ? i + (size_t)end + 1 : i + 1;
}

/* A width or precision that an argument gives. */
static bool int_arg(const struct tv *args, size_t n, size_t *index, int *ret)
{
	*ret = 0;
	if (*index >= n)
		return false;
	struct tv v = args[(*index)++];
	enum tv_kind kind = tv_kind(v);
	bool is_int = kind == TK_INT || kind == TK_INT64 || kind == TK_UINT8 || kind == TK_UINT64;
	if (!is_int || v.i > NUMBER_MAX || v.i < -NUMBER_MAX)
		return false;
	*ret = (int)v.i;
	return true;
}

static size_t read_flags(struct printer *p, str s, size_t i)
{
	for (; i < s.n; i++) {
		switch (s.p[i]) {
		case '#':
			p->sharp = true;
			break;
		case '0':
			p->zero = true;
			break;
		case '+':
			p->plus = true;
			break;
		case '-':
			p->minus = true;
			break;
		case ' ':
			p->space = true;
			break;
		default:
			return i;
		}
	}
	return i;
}

static size_t read_width(struct printer *p, str s, size_t i, const struct tv *args, size_t n,
			 size_t *index, bool *after)
{
	if (i >= s.n || s.p[i] != '*') {
		i = parse_number(s, i, &p->width, &p->has_width);
		if (*after && p->has_width)
			p->good_index = false;
		return i;
	}
	p->has_width = int_arg(args, n, index, &p->width);
	if (!p->has_width)
		buf_text_add(p->b, "%!(BADWIDTH)");
	if (p->width < 0) {
		p->width = -p->width;
		p->minus = true;
		p->zero = false;
	}
	*after = false;
	return i + 1;
}

static size_t read_precision(struct printer *p, str s, size_t i, const struct tv *args, size_t n,
			     size_t *index, bool *after)
{
	if (i + 1 >= s.n || s.p[i] != '.')
		return i;
	if (*after)
		p->good_index = false;
	i = arg_number(p, s, i + 1, n, index, after);
	if (i < s.n && s.p[i] == '*') {
		p->has_precision = int_arg(args, n, index, &p->precision);
		if (p->precision < 0) {
			p->precision = 0;
			p->has_precision = false;
		}
		if (!p->has_precision)
			buf_text_add(p->b, "%!(BADPREC)");
		*after = false;
		return i + 1;
	}
	i = parse_number(s, i, &p->precision, &p->has_precision);
	if (!p->has_precision)
		p->precision = 0;
	p->has_precision = true;
	return i;
}

static void print_verb(struct printer *p, uint32_t verb, const struct tv *args, size_t n,
		       size_t *index)
{
	if (verb == '%') {
		buf_char(p->b, '%');
		return;
	}
	if (!p->good_index || *index >= n) {
		buf_text_add(p->b, "%!");
		buf_utf8(p->b, verb);
		buf_text_add(p->b, !p->good_index ? "(BADINDEX)" : "(MISSING)");
		return;
	}
	if (verb == 'v' || verb == 'w') {
		p->sharp_v = p->sharp;
		p->sharp = false;
		p->plus_v = p->plus;
		p->plus = false;
	}
	print_arg(p, args[(*index)++], verb);
}

static void print_extra(struct printer *p, const struct tv *args, size_t n)
{
	clear_flags(p);
	buf_text_add(p->b, "%!(EXTRA ");
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_text_add(p->b, ", ");
		if (args[i].type != TV_NONE && args[i].type != TV_NIL)
			buf_printf(p->b, "%s=", tv_type_name(args[i]));
		print_arg(p, args[i], 'v');
	}
	buf_char(p->b, ')');
}

err *tmpl_printf(struct tmpl_call *c, buf *b, str format, const struct tv *args, size_t n)
{
	struct printer p = {.c = c, .b = b};
	size_t index = 0, i = 0;
	while (i < format.n && !p.failure) {
		size_t start = i;
		const char *at = memchr(format.p + i, '%', format.n - i);
		i = at ? (size_t)(at - format.p) : format.n;
		buf_add(b, format.p + start, i - start);
		if (!at)
			break;
		clear_flags(&p);
		p.good_index = true;
		bool after;
		i = read_flags(&p, format, i + 1);
		i = arg_number(&p, format, i, n, &index, &after);
		i = read_width(&p, format, i, args, n, &index, &after);
		i = read_precision(&p, format, i, args, n, &index, &after);
		if (!after)
			i = arg_number(&p, format, i, n, &index, &after);
		if (i >= format.n) {
			buf_text_add(b, "%!(NOVERB)");
			break;
		}
		size_t len;
		uint32_t verb = rune_at(str_sub(format, i, format.n), &len);
		i += len;
		print_verb(&p, verb, args, n, &index);
	}
	if (!p.reordered && index < n)
		print_extra(&p, args + index, n - index);
	return p.failure;
}

err *tmpl_print_value(struct tmpl_call *c, buf *b, struct tv v)
{
	if (v.type == TV_TEXT) {
		buf_add(b, v.s, v.n);
		return NULL;
	}
	struct printer p = {.c = c, .b = b};
	print_arg(&p, v, 'v');
	return p.failure;
}

err *tmpl_print(struct tmpl_call *c, buf *b, const struct tv *args, size_t n)
{
	bool text_before = false;
	for (size_t i = 0; i < n; i++) {
		bool is_text = args[i].type == TV_TEXT;
		if (i && !is_text && !text_before)
			buf_char(b, ' ');
		TRY(tmpl_print_value(c, b, args[i]));
		text_before = is_text;
	}
	return NULL;
}

err *tmpl_println(struct tmpl_call *c, buf *b, const struct tv *args, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(b, ' ');
		TRY(tmpl_print_value(c, b, args[i]));
	}
	buf_char(b, '\n');
	return NULL;
}

err *tmpl_string_of(struct tmpl_call *c, struct tv v, str *ret)
{
	if (v.type == TV_TEXT || v.type == TV_BYTES) {
		*ret = tv_as_str(v);
		return NULL;
	}
	buf b = buf_init(c->mem);
	TRY(tmpl_print_value(c, &b, v));
	buf_text(&b);
	*ret = buf_view(&b);
	return NULL;
}
