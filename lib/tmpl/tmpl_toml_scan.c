#include "tmpl/tmpl_toml_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rune.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_number.h"
#include "tmpl/tmpl_time.h"

/* --- keys -------------------------------------------------------------------------------------- */

static bool is_bare(str key)
{
	for (size_t i = 0; i < key.n; i++) {
		char ch = key.p[i], low = (char)(ch | 32);
		if (!(ch >= '0' && ch <= '9') && !(low >= 'a' && low <= 'z') && ch != '_' &&
		    ch != '-')
			return false;
	}
	return key.n > 0;
}

void toml_quote(buf *b, str s)
{
	static const char codes[] = "\"\\\b\t\n\f\r", names[] = "\"\\btnfr";
	buf_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];
		const char *at = ch ? strchr(codes, ch) : NULL;
		if (at)
			buf_printf(b, "\\%c", names[at - codes]);
		else if (ch < ' ' || ch == 0x7f)
			buf_printf(b, "\\u%04x", ch);
		else
			buf_char(b, (char)ch);
	}
	buf_char(b, '"');
}

void toml_key(buf *b, str key)
{
	if (is_bare(key))
		buf_str(b, key);
	else
		toml_quote(b, key);
}

/* --- errors ------------------------------------------------------------------------------------ */

const char *toml_path_text(struct toml_reader *r, const str *p, size_t n, str last)
{
	buf b = buf_init(r->mem);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(&b, '.');
		toml_key(&b, p[i]);
	}
	if (last.n) {
		if (n)
			buf_char(&b, '.');
		buf_str(&b, last);
	}
	return buf_text(&b);
}

__attribute__((format(printf, 3, 4))) err *toml_fail(struct toml_reader *r, int line,
						     const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *text = arena_vprintf(r->mem, fmt, ap);
	va_end(ap);
	const char *key = toml_path_text(r, r->context.p, r->context.n, r->current);
	if (!key[0])
		return err_new(r->mem, ERR_INVALID, "toml: line %d: %s", line, text);
	return err_new(r->mem, ERR_INVALID, "toml: line %d (last key %s): %s", line,
		       rune_quoted(r->mem, str_of(key)), text);
}

int toml_here(const struct toml_reader *r)
{
	bool after_break = r->at >= r->s.n && r->at > 0 && r->s.p[r->at - 1] == '\n';
	return r->line - after_break;
}

const char *toml_rune(struct toml_reader *r, uint32_t u)
{
	struct tv v = tv_int((int64_t)u);
	buf b = buf_init(r->mem);
	if (u == TOML_END || tmpl_printf(r->c, &b, STR("%q"), &v, 1))
		return "'\\x00'";
	return buf_text(&b);
}

/* --- characters -------------------------------------------------------------------------------- */

uint32_t toml_peek(const struct toml_reader *r)
{
	size_t len;
	return r->at < r->s.n ? rune_at(str_sub(r->s, r->at, r->s.n), &len) : TOML_END;
}

err *toml_next(struct toml_reader *r, uint32_t *ret)
{
	size_t len;
	str rest = str_sub(r->s, r->at, r->s.n);
	*ret = TOML_END;
	if (!rest.n)
		return NULL;
	*ret = rune_at(rest, &len);
	unsigned char c = (unsigned char)rest.p[0];
	if (*ret == RUNE_BAD && len == 1)
		return toml_fail(r, r->line, "invalid UTF-8 byte: 0x%02x", c);
	bool lone = c == '\r' && (rest.n < 2 || rest.p[1] != '\n');
	if (lone || (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
		return toml_fail(r, r->line,
				 "TOML files cannot contain control characters: '0x%02x'", c);
	r->line += c == '\n';
	r->at += len;
	return NULL;
}

static bool is_blank(uint32_t u)
{
	return u == ' ' || u == '\t';
}

bool toml_is_break(uint32_t u)
{
	return u == '\n' || u == '\r';
}

bool toml_is_digit(uint32_t u)
{
	return u >= '0' && u <= '9';
}

void toml_blanks(struct toml_reader *r)
{
	while (is_blank(toml_peek(r)))
		r->at++;
}

err *toml_comment(struct toml_reader *r)
{
	uint32_t u;
	while (toml_peek(r) != TOML_END && !toml_is_break(toml_peek(r)))
		TRY(toml_next(r, &u));
	return NULL;
}

err *toml_space(struct toml_reader *r)
{
	uint32_t u = toml_peek(r);
	for (; is_blank(u) || toml_is_break(u) || u == '#'; u = toml_peek(r)) {
		TRY(toml_next(r, &u));
		if (u == '#')
			TRY(toml_comment(r));
	}
	return NULL;
}

bool toml_starts(const struct toml_reader *r, const char *text)
{
	return str_starts(str_sub(r->s, r->at, r->s.n), str_of(text));
}

/* --- texts ------------------------------------------------------------------------------------- */

static err *hex_escape(struct toml_reader *r, int digits, const char *count, char name, buf *b)
{
	size_t from = r->at;
	uint32_t u, code = 0;
	for (int i = 0; i < digits; i++) {
		TRY(toml_next(r, &u));
		bool hex = toml_is_digit(u) || (u < 0x80 && (u | 32) >= 'a' && (u | 32) <= 'f');
		if (!hex)
			return toml_fail(r, toml_here(r),
					 "expected %s hexadecimal digits after '\\%c', but got %s "
					 "instead",
					 count, name,
					 rune_quoted(r->mem, str_sub(r->s, from, r->at)));
		code = code * 16 + (toml_is_digit(u) ? u - '0' : (u | 32) - 'a' + 10);
	}
	if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return toml_fail(r, r->line, "Escaped character '\\u%.*s' is not valid UTF-8.",
				 digits, r->s.p + from);
	buf_utf8(b, code);
	return NULL;
}

static err *escape(struct toml_reader *r, buf *b)
{
	static const char names[] = "ebtnfr\"\\", codes[] = "\x1b\b\t\n\f\r\"\\";
	uint32_t u;
	TRY(toml_next(r, &u));
	const char *at = u && u < 0x80 ? strchr(names, (int)u) : NULL;
	if (at)
		buf_char(b, codes[at - names]);
	else if (u == 'x')
		return hex_escape(r, 2, "two", 'x', b);
	else if (u == 'u')
		return hex_escape(r, 4, "four", 'u', b);
	else if (u == 'U')
		return hex_escape(r, 8, "eight", 'U', b);
	else if (is_blank(u))
		return toml_fail(r, r->line, "invalid escape: '\\%c'", (int)u);
	else {
		buf shown = buf_init(r->mem);
		buf_utf8(&shown, u == TOML_END ? 0 : u);
		return toml_fail(r, toml_here(r), "invalid escape in string '\\%s'",
				 buf_text(&shown));
	}
	return NULL;
}

err *toml_line(struct toml_reader *r, char quote, str *ret)
{
	buf b = buf_init(r->mem);
	for (;;) {
		uint32_t u;
		size_t from = r->at;
		TRY(toml_next(r, &u));
		if (u == TOML_END)
			return toml_fail(r, toml_here(r), "unexpected EOF; expected %s",
					 quote == '"' ? "'\"'" : "\"'\"");
		if (toml_is_break(u))
			return toml_fail(r, r->line - 1, "strings cannot contain newlines");
		if (u == (uint32_t)quote)
			break;
		if (u == '\\' && quote == '"')
			TRY(escape(r, &b));
		else
			buf_add(&b, r->s.p + from, r->at - from);
	}
	buf_text(&b);
	*ret = buf_view(&b);
	return NULL;
}

/* A backslash before a line break: this and all white space behind it go. */
static bool line_continues(struct toml_reader *r)
{
	size_t at = r->at;
	int breaks = 0;
	while (at < r->s.n && strchr(" \t\r\n", r->s.p[at]) && r->s.p[at])
		breaks += r->s.p[at++] == '\n';
	if (!breaks)
		return false;
	r->at = at;
	r->line += breaks;
	return true;
}

err *toml_lines(struct toml_reader *r, char quote, str *ret)
{
	const char three[] = {quote, quote, quote, 0};
	buf b = buf_init(r->mem);
	uint32_t u;
	if (toml_starts(r, "\r\n"))
		r->at++;
	if (toml_starts(r, "\n"))
		TRY(toml_next(r, &u));
	for (;;) {
		size_t from = r->at;
		if (toml_starts(r, three)) {
			size_t n = 3;
			while (from + n < r->s.n && r->s.p[from + n] == quote)
				n++;
			if (n > 5)
				return toml_fail(r, r->line,
						 quote == '"' ? "unexpected '\"\"\"\"\"\"'"
							      : "unexpected \"''''''\"");
			buf_fill(&b, quote, n - 3);
			r->at += n;
			break;
		}
		TRY(toml_next(r, &u));
		if (u == TOML_END)
			return toml_fail(r, toml_here(r), "unexpected EOF; expected %s",
					 quote == '"' ? "'\"\"\"'" : "\"'''\"");
		if (u != '\\' || quote != '"')
			buf_add(&b, r->s.p + from, r->at - from);
		else if (!line_continues(r))
			TRY(escape(r, &b));
	}
	buf_text(&b);
	*ret = buf_view(&b);
	return NULL;
}

/* --- numbers and dates ------------------------------------------------------------------------- */

static bool underscores_ok(str s)
{
	bool accept = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], low = (char)(c | 32);
		if (c == '_' && !accept)
			return false;
		accept = (c >= '0' && c <= '9') || (low >= 'a' && low <= 'f');
	}
	return accept;
}

static bool leading_zero(str s)
{
	if (s.n > 1 && s.p[0] == '0' && s.p[1] != 'b' && s.p[1] != 'o' && s.p[1] != 'x')
		return true;
	return s.n > 2 && (s.p[0] == '-' || s.p[0] == '+') && s.p[1] == '0';
}

static err *integer(struct toml_reader *r, str s, struct tv *ret)
{
	int64_t i;
	const char *shown = rune_quoted(r->mem, s);
	if (!underscores_ok(s))
		return toml_fail(r, r->line,
				 "Invalid integer %s: underscores must be surrounded by digits",
				 shown);
	if (leading_zero(s))
		return toml_fail(r, r->line, "Invalid integer %s: cannot have leading zeroes",
				 shown);
	if (!tmpl_parse_int(s, 0, &i))
		return toml_fail(r, r->line, "%.*s is out of range for int64", STR_ARG(s));
	*ret = tv_int64(i);
	return NULL;
}

static err *floating(struct toml_reader *r, str s, struct tv *ret)
{
	const char *shown = rune_quoted(r->mem, s);
	buf plain = buf_init(r->mem);
	str rest = s;
	bool first = true;
	while (rest.n) {
		size_t n = 0;
		while (n < rest.n && !strchr(".eE", rest.p[n]))
			n++;
		str part = str_sub(rest, 0, n);
		rest = str_sub(rest, n + 1, rest.n);
		if (part.n && !underscores_ok(part))
			return toml_fail(
				r, r->line,
				"Invalid float %s: underscores must be surrounded by digits",
				shown);
		if (first && leading_zero(part))
			return toml_fail(r, r->line, "Invalid float %s: cannot have leading zeroes",
					 shown);
		first = false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && (i + 1 == s.n || !toml_is_digit((unsigned char)s.p[i + 1])))
			return toml_fail(
				r, r->line,
				"Invalid float %s: '.' must be followed by one or more digits",
				shown);
		if (s.p[i] != '_')
			buf_char(&plain, s.p[i]);
	}
	char *end;
	*ret = tv_float(strtod(buf_text(&plain), &end));
	if (*end)
		return toml_fail(r, r->line, "Invalid float value: %s", shown);
	if (isinf(ret->f))
		return toml_fail(r, r->line, "%.*s is out of range for float64", STR_ARG(s));
	return NULL;
}

static err *datetime(struct toml_reader *r, str s, struct tv *ret)
{
	static const struct {
		const char *layout, *zone;
	} forms[] = {
		{"2006-01-02T15:04:05.999999999Z07:00", NULL},
		{"2006-01-02T15:04:05.999999999", TOML_LOCAL_DATETIME},
		{"2006-01-02", TOML_LOCAL_DATE},
		{"15:04:05.999999999", TOML_LOCAL_TIME},
		{"2006-01-02T15:04Z07:00", NULL},
		{"2006-01-02T15:04", TOML_LOCAL_DATETIME},
		{"15:04", TOML_LOCAL_TIME},
	};
	char *text = str_text(r->mem, s);
	for (char *p = text; *p; p++)
		*p = *p == 'z' ? 'Z' : *p == 't' || *p == ' ' ? 'T' : *p;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct tv_time *t = NEW(r->mem, struct tv_time);
		const struct tv_zone *zone =
			forms[i].zone ? tmpl_zone_fixed(r->mem, forms[i].zone, 0) : NULL;
		if (tmpl_time_parse(r->mem, str_of(forms[i].layout), str_of(text), zone, t))
			continue;
		/* each part has all its digits */
		for (size_t k = 0; forms[i].layout[k] && !strchr(".Z", forms[i].layout[k]); k++)
			if (!toml_is_digit((unsigned char)forms[i].layout[k]) &&
			    text[k] != forms[i].layout[k])
				return toml_fail(r, r->line, "invalid datetime: %s",
						 rune_quoted(r->mem, str_of(text)));
		*ret = (struct tv){.type = TV_TIME, .time = t};
		return NULL;
	}
	return toml_fail(r, r->line, "invalid datetime: %s", rune_quoted(r->mem, str_of(text)));
}

static str take_run(struct toml_reader *r, size_t from, const char *set)
{
	while (r->at < r->s.n && r->s.p[r->at] && strchr(set, r->s.p[r->at]))
		r->at++;
	return str_sub(r->s, from, r->at);
}

#define DIGITS "0123456789"

static err *based(struct toml_reader *r, size_t from, struct tv *ret)
{
	char base = r->s.p[from + 1];
	const char *set = base == 'x' ? DIGITS "abcdefABCDEF_" : base == 'o' ? "01234567_" : "01_";
	const char *what = base == 'x' ? "a hexadecimal" : base == 'o' ? "an octal" : "a binary";
	r->at = from + 2;
	char c = r->at < r->s.n ? r->s.p[r->at] : 0;
	if (!c || c == '_' || !strchr(set, c))
		return toml_fail(r, toml_here(r), "not %s number: '0%c%c'", what, base,
				 c ? c : ' ');
	return integer(r, take_run(r, from, set), ret);
}

err *toml_signed(struct toml_reader *r, size_t from, struct tv *ret)
{
	r->at++;
	uint32_t u = toml_peek(r);
	if (toml_starts(r, "inf") || toml_starts(r, "nan")) {
		double f = u == 'i' ? INFINITY : NAN;
		r->at += 3;
		*ret = tv_float(r->s.p[from] == '-' ? -f : f);
		return NULL;
	}
	if (u == 'i' || u == 'n')
		return toml_fail(r, toml_here(r), "invalid float: '%.*s'", 2, r->s.p + from);
	if (toml_starts(r, "0b") || toml_starts(r, "0o") || toml_starts(r, "0x"))
		return toml_fail(r, r->line, "cannot use sign with non-decimal numbers: '%.*s'", 3,
				 r->s.p + from);
	if (u == '.')
		return toml_fail(r, r->line, "floats must start with a digit, not '.'");
	if (!toml_is_digit(u))
		return toml_fail(r, toml_here(r), "expected a digit but got %s", toml_rune(r, u));
	take_run(r, from, DIGITS "_");
	bool is_float = toml_starts(r, ".") || toml_starts(r, "e") || toml_starts(r, "E");
	str s = take_run(r, from, is_float ? DIGITS "_.+-eE" : "");
	return is_float ? floating(r, s, ret) : integer(r, s, ret);
}

err *toml_number(struct toml_reader *r, struct tv *ret)
{
	size_t from = r->at;
	if (toml_starts(r, "0b") || toml_starts(r, "0o") || toml_starts(r, "0x"))
		return based(r, from, ret);
	str s = take_run(r, from, DIGITS);
	if (toml_starts(r, "-") || toml_starts(r, ":"))
		return datetime(r, str_trim(take_run(r, from, DIGITS "-:Tt .Zz+")), ret);
	if (toml_starts(r, "_"))
		s = take_run(r, from, DIGITS "_");
	if (toml_starts(r, ".") || toml_starts(r, "e") || toml_starts(r, "E"))
		return floating(r, take_run(r, from, DIGITS "_.+-eE"), ret);
	return integer(r, s, ret);
}
