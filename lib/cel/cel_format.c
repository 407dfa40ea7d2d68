#include "cel/cel_format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/number.h"
#include "base/rune.h"
#include "cel/cel_convert.h"

#define DEFAULT_PRECISION 6
#define MAX_PRECISION 1000000 /* of Go's fmt */

#define KIND(k) (1u << (k))
#define NUMBERS (KIND(CEL_INT) | KIND(CEL_UINT) | KIND(CEL_DOUBLE))

static const struct {
	char verb;
	unsigned kinds;
	const char *words;
} verbs[] = {
	{'s', ~(KIND(CEL_OPTIONAL) | KIND(CEL_ERROR)),
	 "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, "
	 "types, durations, and timestamps"},
	{'d', NUMBERS, "decimal clause can only be used on ints, uints, and doubles"},
	{'f', NUMBERS, "fixed-point clause can only be used on ints, uints, and doubles"},
	{'e', NUMBERS, "scientific clause can only be used on ints, uints, and doubles"},
	{'b', KIND(CEL_BOOL) | KIND(CEL_INT) | KIND(CEL_UINT),
	 "only ints, uints, and bools can be formatted as binary"},
	{'x', KIND(CEL_INT) | KIND(CEL_UINT) | KIND(CEL_STRING) | KIND(CEL_BYTES),
	 "only ints, uints, bytes, and strings can be formatted as hex"},
	{'X', KIND(CEL_INT) | KIND(CEL_UINT) | KIND(CEL_STRING) | KIND(CEL_BYTES),
	 "only ints, uints, bytes, and strings can be formatted as hex"},
	{'o', KIND(CEL_INT) | KIND(CEL_UINT), "octal clause can only be used on ints and uints"},
};
#define VERBS (sizeof(verbs) / sizeof(*verbs))

bool cel_format_takes(char verb, enum cel_kind kind, const char **ret_words)
{
	for (size_t i = 0; i < VERBS; i++) {
		if (verbs[i].verb != verb)
			continue;
		*ret_words = verbs[i].words;
		return kind == CEL_ERROR || verbs[i].kinds & KIND(kind);
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits of a precision. */
static bool read_precision(arena *mem, str digits, int64_t *ret_precision, const char **ret_fault)
{
	if (str_int(digits, ret_precision))
		return true;
	*ret_fault = arena_printf(
		mem,
		"could not parse formatting clause: error while parsing precision: "
		"error while converting precision to integer: strconv.Atoi: parsing "
		"%s: %s",
		rune_quoted(mem, digits), digits.n ? "value out of range" : "invalid syntax");
	return false;
}

size_t cel_format_clause(arena *mem, str format, size_t at, char *ret_verb, int64_t *ret_precision,
			 const char **ret_fault)
{
	size_t i = at + 1;
	*ret_precision = DEFAULT_PRECISION;
	if (format.p[i] == '.') {
		size_t from = ++i;
		while (i < format.n && is_digit(format.p[i]))
			i++;
		*ret_fault =
			"could not parse formatting clause: error while parsing precision: could "
			"not find end of precision specifier";
		if (i == format.n ||
		    !read_precision(mem, str_sub(format, from, i), ret_precision, ret_fault))
			return 0;
	}
	*ret_verb = format.p[i];
	for (size_t k = 0; k < VERBS; k++)
		if (verbs[k].verb == *ret_verb)
			return i + 1;
	buf b = buf_init(mem);
	buf_utf8(&b, (unsigned char)*ret_verb);
	*ret_fault = arena_printf(
		mem, "could not parse formatting clause: unrecognized formatting clause \"%s\"",
		buf_text(&b));
	return 0;
}

/* --- clauses ---------------------------------------------------------------------------------- */

static const char *special_double(double d)
{
	return isnan(d) ? "NaN" : isinf(d) ? (d < 0 ? "-Infinity" : "Infinity") : NULL;
}

static void add_double(buf *b, double d)
{
	const char *special = special_double(d);
	buf_text_add(b, special ? special : number_text(b->mem, d, 'f'));
}

static bool add_plain(buf *b, const cel_value *v);

static bool add_list(buf *b, const cel_value *v)
{
	buf_char(b, '[');
	for (size_t i = 0; i < cel_size(v); i++) {
		buf_text_add(b, i ? ", " : "");
		if (!add_plain(b, cel_at(b->mem, v, i)))
			return false;
	}
	buf_char(b, ']');
	return true;
}

struct shown_entry {
	const char *key, *value;
};

static int by_key(const void *a, const void *b)
{
	const struct shown_entry *x = a, *y = b;
	return strcmp(x->key, y->key);
}

static bool add_map(buf *b, const cel_value *v)
{
	size_t n = cel_size(v);
	struct shown_entry *all = NEW_N(b->mem, struct shown_entry, n + 1);
	for (size_t i = 0; i < n; i++) {
		const cel_value *key = cel_key(b->mem, v, i);
		buf k = buf_init(b->mem), x = buf_init(b->mem);
		if (!add_plain(&k, key) || !add_plain(&x, cel_find(b->mem, v, key)))
			return false;
		all[i] = (struct shown_entry){buf_text(&k), buf_text(&x)};
	}
	qsort(all, n, sizeof(*all), by_key);
	buf_char(b, '{');
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s%s: %s", i ? ", " : "", all[i].key, all[i].value);
	buf_char(b, '}');
	return true;
}

/* As %s shows it; false for what it does not take. */
static bool add_plain(buf *b, const cel_value *v)
{
	if (b->n > CEL_MAX_TEXT)
		return true;
	switch (v->kind) {
	case CEL_NULL:
		buf_text_add(b, "null");
		return true;
	case CEL_DOUBLE:
		add_double(b, v->d);
		return true;
	case CEL_TIMESTAMP:
		buf_text_add(b, cel_time_text(b->mem, v, true));
		return true;
	case CEL_DURATION:
		buf_text_add(b, cel_seconds_text(b->mem, v->i));
		return true;
	case CEL_LIST:
		return add_list(b, v);
	case CEL_MAP:
		return add_map(b, v);
	case CEL_OPTIONAL:
	case CEL_ERROR:
		return false;
	default:
		cel_print(b, v);
		return true;
	}
}

/* Whole numbers where Go's fmt wants a float: %!f(int64=000001), or blanks for a 0 without digits. */
static void add_misfit(buf *b, const cel_value *v, char verb, int precision)
{
	bool negative = cel_is(v, CEL_INT) && v->i < 0;
	uint64_t u = negative ? 0 - (uint64_t)v->i : v->u;
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)u);
	buf_printf(b, "%%!%c(%s=", verb, cel_is(v, CEL_INT) ? "int64" : "uint64");
	if (!u && !precision) {
		buf_text_add(b, verb == 'e' ? " " : "");
	} else {
		buf_text_add(b, negative ? "-" : "");
		if (precision > n)
			buf_fill(b, '0', (size_t)(precision - n));
		buf_text_add(b, digits);
	}
	buf_char(b, ')');
}

/* What Go's fmt makes of a precision that it does not take. */
static void add_no_verb(buf *b, const cel_value *v)
{
	static const char *const names[] = {
		[CEL_INT] = "int64", [CEL_UINT] = "uint64", [CEL_DOUBLE] = "float64"};
	buf_printf(b, "%%!(NOVERB)%%!(EXTRA %s=", names[v->kind]);
	cel_print(b, v);
	buf_char(b, ')');
}

static void add_float(buf *b, const cel_value *v, char verb, int64_t precision)
{
	const char *special = cel_is(v, CEL_DOUBLE) ? special_double(v->d) : NULL;
	if (special)
		buf_text_add(b, special);
	else if (precision > MAX_PRECISION)
		add_no_verb(b, v);
	else if (!cel_is(v, CEL_DOUBLE))
		add_misfit(b, v, verb, (int)precision);
	else if (verb == 'f')
		buf_printf(b, "%.*f", (int)precision, v->d);
	else
		buf_printf(b, "%.*e", (int)precision, v->d);
}

/* In base 2, 8 or 16, with a minus before what is below 0. */
static void add_based(buf *b, const cel_value *v, unsigned base, bool upper)
{
	bool negative = cel_is(v, CEL_INT) && v->i < 0;
	uint64_t u = negative ? 0 - (uint64_t)v->i : v->u;
	char digits[65], *p = digits + sizeof(digits);
	*--p = '\0';
	do {
		*--p = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[u % base];
		u /= base;
	} while (u);
	buf_text_add(b, negative ? "-" : "");
	buf_text_add(b, p);
}

static void add_hex(buf *b, const cel_value *v, bool upper)
{
	if (cel_is(v, CEL_INT) || cel_is(v, CEL_UINT)) {
		add_based(b, v, 16, upper);
		return;
	}
	char *text = enc_hex(b->mem, v->s);
	for (char *p = text; upper && *p; p++)
		if (*p >= 'a')
			*p = (char)(*p - 32);
	buf_text_add(b, text);
}

/* False for a value inside of a list or map that %s can't show. */
static bool add_clause(buf *b, const cel_value *v, char verb, int64_t precision)
{
	switch (verb) {
	case 's':
		return add_plain(b, v);
	case 'd':
		if (cel_is(v, CEL_DOUBLE))
			add_double(b, v->d);
		else
			cel_print(b, v);
		return true;
	case 'f':
	case 'e':
		add_float(b, v, verb, precision);
		return true;
	case 'b':
		if (cel_is(v, CEL_BOOL))
			buf_char(b, v->b ? '1' : '0');
		else
			add_based(b, v, 2, false);
		return true;
	case 'o':
		add_based(b, v, 8, false);
		return true;
	default:
		add_hex(b, v, verb == 'X');
		return true;
	}
}

static const cel_value *misuse(const struct cel_call *c, const char *words, enum cel_kind kind)
{
	return cel_error(c->mem, "error during formatting: %s, was given %s", words,
			 cel_type_name(kind));
}

const cel_value *cel_format(const struct cel_call *c)
{
	str format = c->args[0]->s;
	const cel_value *list = c->args[1];
	const char *fault;
	size_t used = 0;
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < format.n;) {
		if (format.p[i] != '%') {
			buf_char(&b, format.p[i++]);
			continue;
		}
		if (i + 1 < format.n && format.p[i + 1] == '%') {
			buf_char(&b, '%');
			i += 2;
			continue;
		}
		char verb;
		int64_t precision;
		if (used >= cel_size(list))
			return cel_error(c->mem, "index %zu out of range", used);
		if (i + 1 == format.n)
			return cel_error(c->mem, "unexpected end of string");
		i = cel_format_clause(c->mem, format, i, &verb, &precision, &fault);
		if (!i)
			return cel_error(c->mem, "%s", fault);
		const cel_value *v = cel_at(c->mem, list, used++);
		if (!cel_format_takes(verb, v->kind, &fault))
			return misuse(c, fault, v->kind);
		if (!add_clause(&b, v, verb, precision))
			return misuse(c, fault, CEL_OPTIONAL);
		if (b.n > CEL_MAX_TEXT)
			return cel_too_long(c->mem);
	}
	return cel_string(c->mem, buf_view(&b));
}
