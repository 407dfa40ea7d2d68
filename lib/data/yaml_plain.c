#include "data/yaml_plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char at(str s, size_t i)
{
	return i < s.n ? s.p[i] : 0;
}

/* The words with a meaning. */
static const struct {
	const char *words;
	struct yaml_plain value;
} words[] = {
	{"|true|True|TRUE|yes|Yes|YES|on|On|ON|y|Y|", {YAML_PLAIN_BOOL, .b = true}},
	{"|false|False|FALSE|no|No|NO|off|Off|OFF|n|N|", {YAML_PLAIN_BOOL, .b = false}},
	{"|null|Null|NULL|~|", {.kind = YAML_PLAIN_NULL}},
	{"|.nan|.NaN|.NAN|", {YAML_PLAIN_FLOAT, .f = NAN}},
	{"|.inf|.Inf|.INF|+.inf|+.Inf|+.INF|", {YAML_PLAIN_FLOAT, .f = INFINITY}},
	{"|-.inf|-.Inf|-.INF|", {YAML_PLAIN_FLOAT, .f = -INFINITY}},
};

static bool find_word(str s, struct yaml_plain *ret)
{
	char word[8] = "|";
	if (s.n > 5 || memchr(s.p, '|', s.n) || memchr(s.p, 0, s.n))
		return false;
	memcpy(word + 1, s.p, s.n);
	word[s.n + 1] = '|';
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strstr(words[i].words, word)) {
			*ret = words[i].value;
			return true;
		}
	}
	return false;
}

/* One or two digits, at most max, off the front of *s. */
static bool take_number(str *s, int max, int *ret)
{
	size_t n = 0;
	int v = 0;
	while (n < 2 && is_digit(at(*s, n)))
		v = v * 10 + (s->p[n++] - '0');
	*s = str_sub(*s, n, s->n);
	*ret = v;
	return n && v <= max;
}

static bool take_char(str *s, char c)
{
	if (at(*s, 0) != c)
		return false;
	*s = str_sub(*s, 1, s->n);
	return true;
}

/* Z or +hh:mm */
static bool is_zone(str s)
{
	if (take_char(&s, 'Z'))
		return !s.n;
	if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':')
		return false;
	int hour, minute;
	str h = str_sub(s, 1, 3), m = str_sub(s, 4, 6);
	return take_number(&h, 24, &hour) && !h.n && take_number(&m, 60, &minute) && !m.n;
}

/* "2006-1-2" with, behind a T or t and with a zone, or behind a blank and without one, a time. */
static bool is_time(str s)
{
	int month, day, hour, minute, second, real_month, real_day;
	int64_t year = 0, real_year;
	for (size_t i = 0; i < 4; i++) {
		if (!is_digit(at(s, i)))
			return false;
		year = year * 10 + (s.p[i] - '0');
	}
	s = str_sub(s, 4, s.n);
	if (!take_char(&s, '-') || !take_number(&s, 12, &month) || !month || !take_char(&s, '-') ||
	    !take_number(&s, 31, &day) || !day)
		return false;
	clock_date(clock_days(year, month, day), &real_year, &real_month, &real_day);
	if (real_day != day)
		return false;
	if (!s.n)
		return true;
	bool zone = take_char(&s, 'T') || take_char(&s, 't');
	if (!zone && !take_char(&s, ' '))
		return false;
	if (!take_number(&s, 23, &hour) || !take_char(&s, ':') || !take_number(&s, 59, &minute) ||
	    !take_char(&s, ':') || !take_number(&s, 59, &second))
		return false;
	if ((at(s, 0) == '.' || at(s, 0) == ',') && is_digit(at(s, 1)))
		do
			s = str_sub(s, 1, s.n);
		while (is_digit(at(s, 0)));
	return zone ? is_zone(s) : !s.n;
}

static int digit_value(char c)
{
	char low = c | 32;
	return is_digit(c) ? c - '0' : low >= 'a' && low <= 'z' ? low - 'a' + 10 : 99;
}

/* Digits of a base, no sign; false when there are none, others, or too many for 64 bits. */
static bool digits(str s, int base, uint64_t *ret)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		int d = digit_value(s.p[i]);
		if (d >= base || __builtin_mul_overflow(v, (uint64_t)base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)d, &v))
			return false;
	}
	*ret = v;
	return s.n > 0;
}

/* An int with its sign; past INT64_MAX only without one. */
static bool make_int(uint64_t v, char sign, struct yaml_plain *ret)
{
	*ret = (struct yaml_plain){YAML_PLAIN_INT, .i = (int64_t)v, .f = (double)v};
	if (sign == '-') {
		ret->i = (int64_t)(0 - v);
		return v <= UINT64_C(1) << 63;
	}
	ret->wide = v > INT64_MAX;
	return !ret->wide || !sign;
}

/* Bases by prefix: 0x, 0o or 0, 0b. */
static bool read_int(str s, struct yaml_plain *ret)
{
	char sign = at(s, 0) == '-' || at(s, 0) == '+' ? s.p[0] : 0;
	str rest = str_sub(s, sign != 0, s.n);
	int base = 10;
	uint64_t v;
	if (rest.n > 1 && rest.p[0] == '0') {
		char mark = rest.p[1] | 32;
		base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
		rest = str_sub(rest, mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1, rest.n);
	}
	return digits(rest, base, &v) && make_int(v, sign, ret);
}

/* A sign behind the prefix is let through: 0b-101. */
static bool read_odd_binary(str s, struct yaml_plain *ret)
{
	uint64_t v;
	if (!str_starts(s, STR("0b")))
		return false;
	str rest = str_sub(s, 2, s.n);
	char sign = at(rest, 0) == '-' || at(rest, 0) == '+' ? rest.p[0] : 0;
	return digits(str_sub(rest, sign != 0, rest.n), 2, &v) && make_int(v, sign, ret);
}

static size_t skip_digits(str s, size_t i)
{
	while (is_digit(at(s, i)))
		i++;
	return i;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool is_float(str s)
{
	size_t i = at(s, 0) == '-' || at(s, 0) == '+', start = i;
	i = skip_digits(s, i);
	bool whole = i > start;
	if (at(s, i) == '.') {
		start = i + 1;
		i = skip_digits(s, start);
		if (!whole && i == start)
			return false;
	} else if (!whole) {
		return false;
	}
	if (at(s, i) == 'e' || at(s, i) == 'E') {
		i += at(s, i + 1) == '-' || at(s, i + 1) == '+' ? 2 : 1;
		start = i;
		i = skip_digits(s, i);
		if (i == start)
			return false;
	}
	return i == s.n;
}

static bool read_float(arena *mem, str s, struct yaml_plain *ret)
{
	if (!is_float(s))
		return false;
	*ret = (struct yaml_plain){YAML_PLAIN_FLOAT, .f = strtod(str_text(mem, s), NULL)};
	return isfinite(ret->f);
}

static str without_underscores(arena *mem, str s)
{
	if (!memchr(s.p, '_', s.n))
		return s;
	char *p = arena_alloc(mem, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_')
			p[n++] = s.p[i];
	return (str){p, n};
}

struct yaml_plain yaml_plain_of(arena *mem, str s, bool times)
{
	struct yaml_plain got = {.kind = YAML_PLAIN_TEXT};
	if (!s.n)
		return (struct yaml_plain){.kind = YAML_PLAIN_NULL};
	if (!s.p[0] || !strchr("+-0123456789yYnNtTfFoO~.", s.p[0]))
		return got;
	if (find_word(s, &got))
		return got;
	if (s.p[0] == '.' && read_float(mem, s, &got))
		return got;
	if (strchr("+-0123456789", s.p[0])) {
		if (times && is_time(s))
			return (struct yaml_plain){.kind = YAML_PLAIN_TIME};
		str plain = without_underscores(mem, s);
		if (read_int(plain, &got) || read_float(mem, plain, &got) ||
		    read_odd_binary(plain, &got))
			return got;
	}
	return (struct yaml_plain){.kind = YAML_PLAIN_TEXT};
}

/* [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)? */
bool yaml_plain_is_base60(str s)
{
	size_t i = at(s, 0) == '-' || at(s, 0) == '+', parts = 0;
	if (!is_digit(at(s, i)))
		return false;
	while (is_digit(at(s, i)) || at(s, i) == '_')
		i++;
	for (; at(s, i) == ':' && is_digit(at(s, i + 1)); parts++) {
		bool two = is_digit(at(s, i + 2));
		if (two && s.p[i + 1] > '5')
			return false;
		i += two ? 3 : 2;
	}
	if (parts && at(s, i) == '.')
		do
			i++;
		while (is_digit(at(s, i)) || at(s, i) == '_');
	return parts && i == s.n;
}
