#include "data/yaml_node_scalar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "data/yaml_node.h"

#define LONG_TAG "tag:yaml.org,2002:"

const char *yaml_scalar_tag(arena *mem, str tag)
{
	static const char *const known[] = {YT_NULL, YT_BOOL,	YT_INT,	  YT_FLOAT, YT_STR,
					    YT_TIME, YT_BINARY, YT_MERGE, YT_MAP,   YT_LIST};
	str prefix = STR(LONG_TAG);
	bool is_long = str_starts(tag, prefix);
	str rest = is_long ? str_sub(tag, prefix.n, tag.n) : str_sub(tag, 2, tag.n);
	if (!is_long && !str_starts(tag, STR("!!")))
		return str_text(mem, tag);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_is(rest, known[i] + 2))
			return known[i];
	return arena_printf(mem, "!!%.*s", STR_ARG(rest));
}

/* --- numbers --------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int digit_value(char c)
{
	return is_digit(c)			    ? c - '0'
	       : (c | 32) >= 'a' && (c | 32) <= 'z' ? (c | 32) - 'a' + 10
						    : 99;
}

/* All of the digits in the base; false for none, others, or more than 64 bits. */
static bool digits(str s, unsigned base, uint64_t *ret_value)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)digit_value(s.p[i]);
		if (d >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, d, &v))
			return false;
	}
	*ret_value = v;
	return true;
}

/* Digits with the prefixes of Go's strconv in base 0: 0x, 0o, 0b, and 0 for octal. */
static bool prefixed_digits(str s, uint64_t *ret_value)
{
	if (!s.n)
		return false;
	if (s.p[0] != '0')
		return digits(s, 10, ret_value);
	char c = s.n >= 3 ? s.p[1] | 32 : 0;
	if (c == 'b' || c == 'o' || c == 'x')
		return digits(str_sub(s, 2, s.n), c == 'b' ? 2 : c == 'o' ? 8 : 16, ret_value);
	return digits(str_sub(s, 1, s.n), 8, ret_value);
}

static bool take_integer(str s, struct yaml_scalar *ret)
{
	bool sign = s.n && (s.p[0] == '-' || s.p[0] == '+');
	bool minus = sign && s.p[0] == '-';
	uint64_t v;
	if (!prefixed_digits(str_sub(s, sign, s.n), &v))
		return false;
	if (minus ? v > (uint64_t)INT64_MAX + 1 : sign && v > INT64_MAX)
		return false;
	ret->tag = YT_INT;
	ret->kind = !minus && v > INT64_MAX ? YS_UINT : YS_INT;
	if (ret->kind == YS_UINT)
		ret->u = v;
	else
		ret->i = minus ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool is_float_form(str s)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
	size_t from = i;
	while (i < s.n && is_digit(s.p[i]))
		i++;
	bool whole = i > from;
	if (i < s.n && s.p[i] == '.') {
		size_t dot = i++;
		while (i < s.n && is_digit(s.p[i]))
			i++;
		if (!whole && i == dot + 1)
			return false;
	} else if (!whole) {
		return false;
	}
	if (i < s.n && (s.p[i] | 32) == 'e') {
		i++;
		if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
			i++;
		from = i;
		while (i < s.n && is_digit(s.p[i]))
			i++;
		if (i == from)
			return false;
	}
	return i == s.n;
}

/* A float, unless it is out of range. The text has been looked at and is short of surprises. */
static bool take_float(str s, struct yaml_scalar *ret)
{
	char small[64];
	char *text = s.n < sizeof(small) ? small : malloc(s.n + 1);
	if (!text)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	double f = strtod(text, NULL);
	if (text != small)
		free(text);
	if (isinf(f))
		return false;
	ret->tag = YT_FLOAT;
	ret->kind = YS_FLOAT;
	ret->f = f;
	return true;
}

/* What begins with a dot: Go's ParseFloat, which lets underscores stand between digits. */
static bool take_dotted(str s, struct yaml_scalar *ret)
{
	char text[64];
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < sizeof(text); i++) {
		if (s.p[i] == '_') {
			if (!i || i + 1 == s.n || !is_digit(s.p[i - 1]) || !is_digit(s.p[i + 1]))
				return false;
			continue;
		}
		text[n++] = s.p[i];
	}
	str plain = {text, n};
	if (n == sizeof(text))
		plain = s;
	return is_float_form(plain) && take_float(plain, ret);
}

struct yaml_scalar yaml_scalar_number(str text)
{
	struct yaml_scalar v = {.tag = YT_STR, .kind = YS_TEXT};
	char small[128];
	str plain = text;
	if (memchr(text.p, '_', text.n)) {
		if (text.n > sizeof(small))
			return v;
		plain = (str){small, 0};
		for (size_t i = 0; i < text.n; i++)
			if (text.p[i] != '_')
				small[plain.n++] = text.p[i];
	}
	if (take_integer(plain, &v))
		return v;
	if (is_float_form(plain))
		take_float(plain, &v);
	/* "0b" and "0o" with what base 0 did not take: a sign behind the prefix */
	bool minus = plain.n && plain.p[0] == '-';
	str rest = str_sub(plain, minus, plain.n);
	bool binary = str_starts(rest, STR("0b"));
	if (v.kind != YS_TEXT || !(binary || str_starts(rest, STR("0o"))))
		return v;
	rest = str_sub(rest, 2, rest.n);
	bool sign = !minus && rest.n && (rest.p[0] == '-' || rest.p[0] == '+');
	uint64_t u;
	if (rest.n > sign && digits(str_sub(rest, sign, rest.n), binary ? 2 : 8, &u) &&
	    u <= INT64_MAX) {
		bool negative = minus || (sign && rest.p[0] == '-');
		v = (struct yaml_scalar){.tag = YT_INT, .kind = YS_INT};
		v.i = negative ? -(int64_t)u : (int64_t)u;
	}
	return v;
}

const char *yaml_scalar_float_text(arena *mem, double f)
{
	char *e = number_text(mem, f, 'e');
	int exponent = atoi(strchr(e, 'e') + 1);
	return exponent < -4 || exponent >= 6 ? e : number_text(mem, f, 'f');
}

/* --- words ----------------------------------------------------------------------------------- */

/* Is the text, which is not empty, one of the words? */
static bool one_of(str text, const char *const *words)
{
	for (; *words; words++)
		if (**words == *text.p && str_is(text, *words))
			return true;
	return false;
}

static const char *const true_words[] = {"true", "True", "TRUE", NULL};
static const char *const false_words[] = {"false", "False", "FALSE", NULL};
static const char *const null_words[] = {"~", "null", "Null", "NULL", NULL};
static const char *const nan_words[] = {".nan", ".NaN", ".NAN", NULL};
static const char *const inf_words[] = {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", NULL};
static const char *const minus_inf_words[] = {"-.inf", "-.Inf", "-.INF", NULL};

static bool take_word(str text, struct yaml_scalar *v)
{
	if (text.n > 5)
		return false;
	if (!text.n) {
		*v = (struct yaml_scalar){.tag = YT_NULL, .kind = YS_NULL};
		return true;
	}
	bool yes = one_of(text, true_words);
	if (yes || one_of(text, false_words)) {
		*v = (struct yaml_scalar){.tag = YT_BOOL, .kind = YS_BOOL, .b = yes};
	} else if (one_of(text, null_words)) {
		*v = (struct yaml_scalar){.tag = YT_NULL, .kind = YS_NULL};
	} else {
		double f = one_of(text, nan_words)	   ? NAN
			   : one_of(text, inf_words)	   ? INFINITY
			   : one_of(text, minus_inf_words) ? -INFINITY
							   : 0;
		if (f == 0)
			return false;
		*v = (struct yaml_scalar){.tag = YT_FLOAT, .kind = YS_FLOAT, .f = f};
	}
	return true;
}

/* --- timestamps ------------------------------------------------------------------------------ */

struct moment {
	int year, month, day, hour, minute, second, offset; /* minutes east */
	str fraction;
	bool zone;
};

/* One or two digits. */
static bool take_pair(str *s, int *ret)
{
	if (!s->n || !is_digit(s->p[0]))
		return false;
	size_t n = s->n > 1 && is_digit(s->p[1]) ? 2 : 1;
	*ret = s->p[0] - '0';
	if (n == 2)
		*ret = *ret * 10 + s->p[1] - '0';
	*s = str_sub(*s, n, s->n);
	return true;
}

static bool take_char(str *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = str_sub(*s, 1, s->n);
	return true;
}

static int days_in(int month, int year)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

static void take_fraction(str *s, struct moment *m)
{
	if (s->n < 2 || (s->p[0] != '.' && s->p[0] != ',') || !is_digit(s->p[1]))
		return;
	size_t n = 1;
	while (n < s->n && is_digit(s->p[n]))
		n++;
	m->fraction = str_sub(*s, 1, n < 10 ? n : 10);
	*s = str_sub(*s, n, s->n);
	while (m->fraction.n && m->fraction.p[m->fraction.n - 1] == '0')
		m->fraction.n--;
}

/* "Z" or "+hh:mm" */
static bool take_zone(str *s, struct moment *m)
{
	m->zone = true;
	if (take_char(s, 'Z'))
		return true;
	if (s->n < 6 || (s->p[0] != '+' && s->p[0] != '-') || s->p[3] != ':')
		return false;
	for (int i = 1; i < 6; i++)
		if (i != 3 && !is_digit(s->p[i]))
			return false;
	int hour = (s->p[1] - '0') * 10 + s->p[2] - '0';
	int minute = (s->p[4] - '0') * 10 + s->p[5] - '0';
	if (hour > 24 || minute > 60)
		return false;
	m->offset = (hour * 60 + minute) * (s->p[0] == '-' ? -1 : 1);
	*s = str_sub(*s, 6, s->n);
	return true;
}

static bool take_clock(str *s, struct moment *m)
{
	bool spaced = s->p[0] == ' ';
	char mark = s->p[0];
	if (!spaced && mark != 'T' && mark != 't')
		return false;
	*s = str_sub(*s, 1, s->n);
	while (spaced && take_char(s, ' '))
		;
	if (!take_pair(s, &m->hour) || !take_char(s, ':') || !take_pair(s, &m->minute) ||
	    !take_char(s, ':') || !take_pair(s, &m->second))
		return false;
	take_fraction(s, m);
	return m->hour < 24 && m->minute < 60 && m->second < 60 && (spaced || take_zone(s, m));
}

static bool take_time(str s, struct moment *m)
{
	*m = (struct moment){0};
	if (s.n < 8 || s.p[4] != '-')
		return false;
	for (int i = 0; i < 4; i++) {
		if (!is_digit(s.p[i]))
			return false;
		m->year = m->year * 10 + s.p[i] - '0';
	}
	s = str_sub(s, 5, s.n);
	if (!take_pair(&s, &m->month) || !take_char(&s, '-') || !take_pair(&s, &m->day))
		return false;
	if (m->month < 1 || m->month > 12 || m->day < 1 || m->day > days_in(m->month, m->year))
		return false;
	return !s.n || (take_clock(&s, m) && !s.n);
}

char *yaml_scalar_time(arena *mem, str text)
{
	struct moment m;
	if (!take_time(text, &m))
		return NULL;
	char zone[16] = "Z";
	if (m.offset)
		snprintf(zone, sizeof(zone), "%c%02d:%02d", m.offset < 0 ? '-' : '+',
			 abs(m.offset) / 60, abs(m.offset) % 60);
	return arena_printf(mem, "%04d-%02d-%02dT%02d:%02d:%02d%s%.*s%s", m.year, m.month, m.day,
			    m.hour, m.minute, m.second, m.fraction.n ? "." : "",
			    STR_ARG(m.fraction), zone);
}

/* --- all of it ------------------------------------------------------------------------------- */

struct yaml_scalar yaml_scalar_of(str text)
{
	struct yaml_scalar v = {.tag = YT_STR, .kind = YS_TEXT};
	if (!text.n) {
		take_word(text, &v);
		return v;
	}
	char c = text.p[0];
	bool number = is_digit(c) || c == '-' || c == '+';
	if (!number && (c != '.' && !strchr("yYnNtTfFoO~", c)))
		return v;
	if (take_word(text, &v))
		return v;
	struct moment m;
	if (number && text.n >= 8 && take_time(text, &m))
		return (struct yaml_scalar){.tag = YT_TIME, .kind = YS_TIME};
	if (number)
		return yaml_scalar_number(text);
	if (c == '.')
		take_dotted(text, &v);
	return v;
}

/* [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)? */
static bool is_base_60(str s)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
	if (i >= s.n || !is_digit(s.p[i]))
		return false;
	while (i < s.n && (is_digit(s.p[i]) || s.p[i] == '_'))
		i++;
	if (i >= s.n || s.p[i] != ':')
		return false;
	while (i < s.n && s.p[i] == ':') {
		i++;
		if (i >= s.n || !is_digit(s.p[i]))
			return false;
		bool two = i + 1 < s.n && is_digit(s.p[i + 1]);
		if (two && s.p[i] > '5')
			return false;
		i += two ? 2 : 1;
	}
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && (is_digit(s.p[i]) || s.p[i] == '_');)
			i++;
	return i == s.n;
}

bool yaml_scalar_is_special(str text, bool with_base_60)
{
	static const char *const old_words[] = {"y",  "Y",   "yes", "Yes", "YES", "on",
						"On", "ON",  "n",   "N",   "no",  "No",
						"NO", "off", "Off", "OFF", NULL};
	if (!text.n)
		return true;
	char c = text.p[0];
	if (!is_digit(c) && !strchr("yYnNtTfFoO~.+-", c))
		return false;
	if (text.n <= 3 && one_of(text, old_words))
		return true;
	struct yaml_scalar v = yaml_scalar_of(text);
	return v.kind != YS_TEXT || (with_base_60 && is_base_60(text));
}
