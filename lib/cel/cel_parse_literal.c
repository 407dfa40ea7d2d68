#include "cel/cel_parse_literal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/rune.h"

/* --- numbers ---------------------------------------------------------------------------------- */

static bool read_digits(str s, uint64_t *ret_number)
{
	bool hex = str_starts(s, STR("0x"));
	char *end;
	errno = 0;
	*ret_number = strtoull(s.p + (hex ? 2 : 0), &end, hex ? 16 : 10);
	return !errno && end == s.p + s.n;
}

static const cel_value *integer(arena *mem, str s, bool negative)
{
	uint64_t u;
	if (!read_digits(str_of(str_text(mem, s)), &u) || u > (uint64_t)INT64_MAX + negative)
		return NULL;
	return cel_int(mem, negative ? (int64_t)(0 - u) : (int64_t)u);
}

static const cel_value *natural(arena *mem, str s)
{
	uint64_t u;
	if (!read_digits(str_of(str_text(mem, str_sub(s, 0, s.n - 1))), &u))
		return NULL;
	return cel_uint(mem, u);
}

static const cel_value *real(arena *mem, str s, bool negative)
{
	double d = strtod(str_text(mem, s), NULL);
	return isinf(d) ? NULL : cel_double(mem, negative ? -d : d);
}

/* --- texts ------------------------------------------------------------------------------------ */

/* \r\n and \r are read as \n. */
static str plain_lines(arena *mem, str s)
{
	if (str_find(s, '\r') < 0)
		return s;
	buf b = buf_init(mem);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\r')
			buf_char(&b, s.p[i]);
		else if (i + 1 == s.n || s.p[i + 1] != '\n')
			buf_char(&b, '\n');
	}
	return buf_view(&b);
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static uint32_t read_code(str s, size_t from, size_t n, uint32_t base)
{
	uint32_t code = 0;
	for (size_t i = from; i < from + n; i++)
		code = code * base + (uint32_t)digit(s.p[i]);
	return code;
}

/* Adds what the escape at s.p[i] stands for; how long it is, 0 with *ret_fault when it is none. The
 * lexer has seen to its digits. */
static size_t escape(buf *b, str s, size_t i, bool bytes, const char **ret_fault)
{
	static const char names[] = "abfnrtv\\'\"`?", values[] = "\a\b\f\n\r\t\v\\'\"`?";
	char c = s.p[i + 1];
	for (size_t k = 0; names[k]; k++) {
		if (names[k] == c) {
			buf_char(b, values[k]);
			return 2;
		}
	}
	bool octal = c >= '0' && c <= '3', wide = c == 'u' || c == 'U';
	size_t n = octal ? 3 : c == 'u' ? 4 : c == 'U' ? 8 : 2;
	uint32_t code = read_code(s, octal ? i + 1 : i + 2, n, octal ? 8 : 16);
	*ret_fault = NULL;
	if (bytes && wide)
		*ret_fault = "unable to unescape string";
	else if (!bytes && (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)))
		*ret_fault = "invalid unicode code point";
	else if (bytes)
		buf_char(b, (char)code);
	else
		buf_utf8(b, code);
	return *ret_fault ? 0 : octal ? 4 : 2 + n;
}

static const cel_value *text(arena *mem, str s, bool bytes, const char **ret_fault)
{
	s = plain_lines(mem, s);
	bool raw = (*s.p | 32) == 'r';
	s = str_sub(s, raw, s.n);
	bool long_ = s.n >= 6 && s.p[1] == s.p[0] && s.p[2] == s.p[0];
	s = str_sub(s, long_ ? 3 : 1, s.n - (long_ ? 3 : 1));
	buf b = buf_init(mem);
	for (size_t i = 0, len; i < s.n; i += len) {
		len = 1;
		if (s.p[i] != '\\' || raw)
			buf_char(&b, s.p[i]);
		else if (!(len = escape(&b, s, i, bytes, ret_fault)))
			return NULL;
	}
	return bytes ? cel_bytes(mem, buf_view(&b)) : cel_string(mem, buf_view(&b));
}

const cel_value *cel_literal(arena *mem, const struct cel_token *t, bool negative,
			     const char **ret_fault)
{
	switch (t->kind) {
	case CEL_T_INT:
		*ret_fault = "invalid int literal";
		return integer(mem, t->text, negative);
	case CEL_T_UINT:
		*ret_fault = "invalid uint literal";
		return natural(mem, t->text);
	case CEL_T_FLOAT:
		*ret_fault = "invalid double literal";
		return real(mem, t->text, negative);
	case CEL_T_STRING:
		return text(mem, t->text, false, ret_fault);
	case CEL_T_BYTES:
		return text(mem, str_sub(t->text, 1, t->text.n), true, ret_fault);
	case CEL_T_TRUE:
	case CEL_T_FALSE:
		return cel_bool_of(mem, t->kind == CEL_T_TRUE);
	default:
		return cel_null(mem);
	}
}
