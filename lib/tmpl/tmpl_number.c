#include "tmpl/tmpl_number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rune.h"

static int hex_digit(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* n hexadecimal or octal digits at s. */
static bool digits(str s, size_t n, unsigned base, uint32_t *ret)
{
	uint32_t r = 0;
	if (s.n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int d = hex_digit((unsigned char)s.p[i]);
		if (d < 0 || d >= (int)base)
			return false;
		r = r * base + (uint32_t)d;
	}
	*ret = r;
	return true;
}

/* What follows a backslash: its bytes in s, and whether it stands for a byte and no code point. */
static bool escape(str s, char quote, uint32_t *ret_r, size_t *ret_len, bool *ret_byte)
{
	static const char names[] = "abfnrtv\\", codes[] = "\a\b\f\n\r\t\v\\";
	*ret_len = 1;
	*ret_byte = false;
	char c = s.n ? s.p[0] : 0;
	const char *at = c ? strchr(names, c) : NULL;
	if (at || (c && c == quote)) {
		*ret_r = (unsigned char)(at ? codes[at - names] : c);
		return true;
	}
	if (c >= '0' && c <= '7') {
		*ret_len = 3;
		*ret_byte = true;
		return digits(s, 3, 8, ret_r) && *ret_r <= 255;
	}
	size_t n = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	*ret_len = 1 + n;
	*ret_byte = c == 'x';
	if (!n || !digits(str_sub(s, 1, s.n), n, 16, ret_r))
		return false;
	return *ret_byte || (*ret_r <= 0x10ffff && (*ret_r < 0xd800 || *ret_r >= 0xe000));
}

/* The first character of s, which is inside quotes. */
static bool unquote_char(str s, char quote, uint32_t *ret_r, size_t *ret_len, bool *ret_byte)
{
	*ret_byte = false;
	if (!s.n || s.p[0] == quote)
		return false;
	if (s.p[0] != '\\') {
		*ret_r = rune_at(s, ret_len);
		return true;
	}
	bool ok = escape(str_sub(s, 1, s.n), quote, ret_r, ret_len, ret_byte);
	++*ret_len;
	return ok;
}

/* Does it stand for itself? */
static bool is_plain(str s, char quote)
{
	bool plain = s.n > 0;
	if (quote == '`')
		return plain && !memchr(s.p, '\r', s.n);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		plain &= c != '\\' && c != (unsigned char)quote &&
			 (unsigned char)(c - ' ') < 0x7f - ' ';
	}
	return plain;
}

err *tmpl_unquote(arena *mem, str text, str *ret_text)
{
	char quote = text.p[0];
	str s = str_sub(text, 1, text.n - 1);
	if (is_plain(s, quote)) {
		*ret_text = s;
		return NULL;
	}
	buf b = buf_init(mem);
	while (s.n) {
		uint32_t r;
		size_t len = 1;
		bool byte = true;
		if (quote == '`')
			r = (unsigned char)s.p[0];
		else if (!unquote_char(s, quote, &r, &len, &byte))
			return err_new(mem, ERR_INVALID, "invalid syntax");
		if (!byte)
			buf_utf8(&b, r);
		else if (quote != '`' || r != '\r')
			buf_char(&b, (char)r);
		s = str_sub(s, len, s.n);
	}
	*ret_text = (str){buf_text(&b), b.n};
	return NULL;
}

/* Underscores only between digits or behind a base prefix. */
static bool underscores_ok(str s)
{
	char before = '^';
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
	bool hex = false;
	if (s.n >= i + 2 && s.p[i] == '0' && strchr("boxBOX", s.p[i + 1])) {
		before = '0';
		hex = (s.p[i + 1] | 32) == 'x';
		i += 2;
	}
	for (; i < s.n; i++) {
		char c = s.p[i];
		if ((c >= '0' && c <= '9') || (hex && hex_digit((unsigned char)c) >= 0)) {
			before = '0';
		} else if (c == '_') {
			if (before != '0')
				return false;
			before = '_';
		} else {
			if (before == '_')
				return false;
			before = '!';
		}
	}
	return before != '_';
}

bool tmpl_parse_uint(str s, int base, uint64_t *ret)
{
	str whole = s;
	bool free = base == 0, seen = false, lines = false;
	if (free) {
		base = 10;
		if (s.n && s.p[0] == '0') {
			char c = s.n > 2 ? (char)(s.p[1] | 32) : 0;
			base = c == 'b' ? 2 : c == 'x' ? 16 : 8;
			bool prefix = c == 'b' || c == 'o' || c == 'x';
			s = str_sub(s, prefix ? 2 : 1, s.n);
			seen = !prefix;
		}
	}
	uint64_t u = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '_' && free) {
			lines = true;
			continue;
		}
		int d = hex_digit((unsigned char)s.p[i]);
		if (d < 0 || d >= base || __builtin_mul_overflow(u, (uint64_t)base, &u) ||
		    __builtin_add_overflow(u, (uint64_t)d, &u))
			return false;
		seen = true;
	}
	*ret = u;
	return seen && (!lines || underscores_ok(whole));
}

bool tmpl_parse_int(str s, int base, int64_t *ret)
{
	bool negative = s.n && s.p[0] == '-';
	uint64_t u;
	if (!tmpl_parse_uint(str_sub(s, s.n && (negative || s.p[0] == '+'), s.n), base, &u))
		return false;
	if (u > (uint64_t)INT64_MAX + negative)
		return false;
	*ret = negative ? (int64_t)(0 - u) : (int64_t)u;
	return true;
}

static bool float_word(str s, double *ret)
{
	size_t sign = s.n && (s.p[0] == '-' || s.p[0] == '+');
	str word = str_sub(s, sign, s.n);
	bool inf = str_eq_nocase(word, STR("inf")) || str_eq_nocase(word, STR("infinity"));
	if (!inf && (sign || !str_eq_nocase(word, STR("nan"))))
		return false;
	*ret = !inf ? NAN : s.p[0] == '-' ? -INFINITY : INFINITY;
	return true;
}

/* The form of a Go floating-point literal; copies it without underscores into text. */
static bool float_form(str s, char *text)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+'), n = 0, count = 0;
	bool hex = s.n >= i + 2 && s.p[i] == '0' && (s.p[i + 1] | 32) == 'x';
	bool dot = false, exponent = false, lines = false;
	size_t prefix = hex ? i + 2 : i;
	for (size_t k = 0; k < prefix; k++)
		text[n++] = s.p[k];
	for (i = prefix; i < s.n; i++) {
		char c = s.p[i], low = (char)(c | 32);
		if (c == '_') {
			lines = true;
			continue;
		}
		text[n++] = c;
		if (low == (hex ? 'p' : 'e') && !exponent && count) {
			exponent = true;
			count = 0;
			if (i + 1 < s.n && (s.p[i + 1] == '-' || s.p[i + 1] == '+'))
				text[n++] = s.p[++i];
		} else if (c == '.' && !dot && !exponent) {
			dot = true;
		} else if ((c >= '0' && c <= '9') ||
			   (hex && !exponent && hex_digit((unsigned char)c) >= 0)) {
			count++;
		} else {
			return false;
		}
	}
	text[n] = 0;
	return count && (!hex || exponent) && (!lines || underscores_ok(s));
}

bool tmpl_parse_float(str s, double *ret)
{
	char text[400];
	if (float_word(s, ret))
		return true;
	if (!s.n || s.n >= sizeof(text) || !float_form(s, text))
		return false;
	*ret = strtod(text, NULL);
	return isfinite(*ret);
}

static err *char_constant(arena *mem, str text, struct tmpl_number *n)
{
	uint32_t r;
	size_t len;
	bool byte;
	str s = str_sub(text, 1, text.n);
	if (!unquote_char(s, '\'', &r, &len, &byte))
		return err_new(mem, ERR_INVALID, "invalid syntax");
	if (!str_is(str_sub(s, len, s.n), "'"))
		return err_new(mem, ERR_INVALID, "malformed character constant: %.*s",
			       STR_ARG(text));
	*n = (struct tmpl_number){true, true, true, false, r, r, r, {0, 0}};
	return NULL;
}

/* float64(int64(f)) == f of Go on amd64, where what does not fit becomes the least number. */
static bool whole_int(double f, int64_t *ret)
{
	*ret = f >= -9223372036854775808.0 && f < 9223372036854775808.0 ? (int64_t)f : INT64_MIN;
	return (double)*ret == f;
}

static bool whole_uint(double f, uint64_t *ret)
{
	if (!(f >= 0 && f < 18446744073709551616.0))
		return false;
	*ret = (uint64_t)f;
	return (double)*ret == f;
}

static void simplify_complex(struct tmpl_number *n)
{
	n->is_complex = true;
	n->is_float = n->complex[1] == 0;
	if (!n->is_float)
		return;
	n->f = n->complex[0];
	n->is_int = whole_int(n->f, &n->i);
	n->is_uint = whole_uint(n->f, &n->u);
}

static err *complex_number(arena *mem, str text, struct tmpl_number *n)
{
	size_t at = text.n - 1;
	while (at > 0 &&
	       !((text.p[at] == '+' || text.p[at] == '-') && !strchr("eEpP", text.p[at - 1])))
		at--;
	if (!tmpl_parse_float(str_sub(text, 0, at), &n->complex[0]) ||
	    !tmpl_parse_float(str_sub(text, at, text.n - 1), &n->complex[1]))
		return err_new(mem, ERR_INVALID, "syntax error scanning complex number");
	simplify_complex(n);
	return NULL;
}

static err *float_number(arena *mem, str text, struct tmpl_number *n)
{
	bool pointed = false;
	for (size_t i = 0; i < text.n; i++)
		pointed = pointed || strchr(".eEpP", text.p[i]);
	if (!tmpl_parse_float(text, &n->f))
		return err_new(mem, ERR_INVALID, "illegal number syntax: %s",
			       rune_quoted(mem, text));
	if (!pointed)
		return err_new(mem, ERR_INVALID, "integer overflow: %s", rune_quoted(mem, text));
	n->is_float = true;
	n->is_int = whole_int(n->f, &n->i);
	n->is_uint = whole_uint(n->f, &n->u);
	return NULL;
}

err *tmpl_number(arena *mem, struct tmpl_token t, struct tmpl_number *ret_number)
{
	struct tmpl_number *n = ret_number;
	*n = (struct tmpl_number){0};
	if (t.kind == TOKEN_CHAR_CONSTANT)
		return char_constant(mem, t.text, n);
	if (t.kind == TOKEN_COMPLEX)
		return complex_number(mem, t.text, n);
	if (str_ends(t.text, STR("i")) &&
	    tmpl_parse_float(str_sub(t.text, 0, t.text.n - 1), &n->complex[1])) {
		simplify_complex(n);
		return NULL;
	}
	n->is_uint = tmpl_parse_uint(t.text, 0, &n->u);
	n->is_int = tmpl_parse_int(t.text, 0, &n->i);
	if (n->is_int && n->i == 0)
		n->is_uint = true;
	if (!n->is_int && !n->is_uint)
		return float_number(mem, t.text, n);
	n->is_float = true;
	n->f = n->is_int ? (double)n->i : (double)n->u;
	return NULL;
}
