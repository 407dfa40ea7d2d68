#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/rune.h"
#include "base/vec.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_number.h"
#include "tmpl/tmpl_time.h"
#include "tmpl/tmpl_toml.h"

#define END UINT32_MAX

struct path {
	str *p;
	size_t n, cap;
};

struct reader {
	struct tmpl_call *c;
	arena *mem;
	str s;
	size_t at;
	int line, key_line;
	struct tv root;
	struct path context; /* the table that is read */
	str current;	     /* the key whose value is read; empty between */
	struct map implicit; /* tables that no header has named yet */
	struct map arrays;   /* keys whose values are arrays */
	int depth;
};

static err *value(struct reader *r, bool in_array, struct tv *ret);

/* --- errors ------------------------------------------------------------------------------------ */

static const char *path_text(struct reader *r, const str *p, size_t n, str last)
{
	buf b = buf_init(r->mem);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(&b, '.');
		tmpl_toml_key(&b, p[i]);
	}
	if (last.n) {
		if (n)
			buf_char(&b, '.');
		buf_str(&b, last);
	}
	return buf_text(&b);
}

__attribute__((format(printf, 3, 4))) static err *fail_at(struct reader *r, int line,
							  const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *text = arena_vprintf(r->mem, fmt, ap);
	va_end(ap);
	const char *key = path_text(r, r->context.p, r->context.n, r->current);
	if (!key[0])
		return err_new(r->mem, ERR_INVALID, "toml: line %d: %s", line, text);
	return err_new(r->mem, ERR_INVALID, "toml: line %d (last key %s): %s", line,
		       rune_quoted(r->mem, str_of(key)), text);
}

/* The line of a mistake of the lexer: at the end of the text, that of the last character. */
static int here(const struct reader *r)
{
	bool after_break = r->at >= r->s.n && r->at > 0 && r->s.p[r->at - 1] == '\n';
	return r->line - after_break;
}

/* A code point as %q prints it. */
static const char *quoted_rune(struct reader *r, uint32_t u)
{
	struct tv v = tv_int((int64_t)u);
	buf b = buf_init(r->mem);
	if (u == END || tmpl_printf(r->c, &b, STR("%q"), &v, 1))
		return "'\\x00'";
	return buf_text(&b);
}

/* --- characters -------------------------------------------------------------------------------- */

static uint32_t peek(const struct reader *r)
{
	size_t len;
	return r->at < r->s.n ? rune_at(str_sub(r->s, r->at, r->s.n), &len) : END;
}

/* The next code point; END at the end. Fails for control characters and broken UTF-8. */
static err *next(struct reader *r, uint32_t *ret)
{
	size_t len;
	str rest = str_sub(r->s, r->at, r->s.n);
	*ret = END;
	if (!rest.n)
		return NULL;
	*ret = rune_at(rest, &len);
	unsigned char c = (unsigned char)rest.p[0];
	if (*ret == RUNE_BAD && len == 1)
		return fail_at(r, r->line, "invalid UTF-8 byte: 0x%02x", c);
	bool lone = c == '\r' && (rest.n < 2 || rest.p[1] != '\n');
	if (lone || (c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
		return fail_at(r, r->line, "TOML files cannot contain control characters: '0x%02x'",
			       c);
	r->line += c == '\n';
	r->at += len;
	return NULL;
}

static bool is_blank(uint32_t u)
{
	return u == ' ' || u == '\t';
}

static bool is_break(uint32_t u)
{
	return u == '\n' || u == '\r';
}

static bool is_digit(uint32_t u)
{
	return u >= '0' && u <= '9';
}

static void skip_blanks(struct reader *r)
{
	while (is_blank(peek(r)))
		r->at++;
}

static err *comment(struct reader *r)
{
	uint32_t u;
	while (peek(r) != END && !is_break(peek(r)))
		TRY(next(r, &u));
	return NULL;
}

/* Blanks, line breaks and comments. */
static err *skip_space(struct reader *r)
{
	uint32_t u = peek(r);
	for (; is_blank(u) || is_break(u) || u == '#'; u = peek(r)) {
		TRY(next(r, &u));
		if (u == '#')
			TRY(comment(r));
	}
	return NULL;
}

static bool starts(const struct reader *r, const char *text)
{
	return str_starts(str_sub(r->s, r->at, r->s.n), str_of(text));
}

/* --- texts ------------------------------------------------------------------------------------- */

static err *hex_escape(struct reader *r, int digits, const char *count, char name, buf *b)
{
	size_t from = r->at;
	uint32_t u, code = 0;
	for (int i = 0; i < digits; i++) {
		TRY(next(r, &u));
		bool hex = is_digit(u) || (u < 0x80 && (u | 32) >= 'a' && (u | 32) <= 'f');
		if (!hex)
			return fail_at(r, here(r),
				       "expected %s hexadecimal digits after '\\%c', but got %s "
				       "instead",
				       count, name,
				       rune_quoted(r->mem, str_sub(r->s, from, r->at)));
		code = code * 16 + (is_digit(u) ? u - '0' : (u | 32) - 'a' + 10);
	}
	if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return fail_at(r, r->line, "Escaped character '\\u%.*s' is not valid UTF-8.",
			       digits, r->s.p + from);
	buf_utf8(b, code);
	return NULL;
}

static err *escape(struct reader *r, buf *b)
{
	static const char names[] = "ebtnfr\"\\", codes[] = "\x1b\b\t\n\f\r\"\\";
	uint32_t u;
	TRY(next(r, &u));
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
		return fail_at(r, r->line, "invalid escape: '\\%c'", (int)u);
	else {
		buf shown = buf_init(r->mem);
		buf_utf8(&shown, u == END ? 0 : u);
		return fail_at(r, here(r), "invalid escape in string '\\%s'", buf_text(&shown));
	}
	return NULL;
}

/* Behind the quote, up to the same one; raw: without escapes. */
static err *one_line(struct reader *r, char quote, str *ret)
{
	buf b = buf_init(r->mem);
	for (;;) {
		uint32_t u;
		size_t from = r->at;
		TRY(next(r, &u));
		if (u == END)
			return fail_at(r, here(r), "unexpected EOF; expected %s",
				       quote == '"' ? "'\"'" : "\"'\"");
		if (is_break(u))
			return fail_at(r, r->line - 1, "strings cannot contain newlines");
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
static bool line_continues(struct reader *r)
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

/* Behind three quotes, up to three of the same; one or two more belong to the text. */
static err *many_lines(struct reader *r, char quote, str *ret)
{
	const char three[] = {quote, quote, quote, 0};
	buf b = buf_init(r->mem);
	uint32_t u;
	if (starts(r, "\r\n"))
		r->at++;
	if (starts(r, "\n"))
		TRY(next(r, &u));
	for (;;) {
		size_t from = r->at;
		if (starts(r, three)) {
			size_t n = 3;
			while (from + n < r->s.n && r->s.p[from + n] == quote)
				n++;
			if (n > 5)
				return fail_at(r, r->line,
					       quote == '"' ? "unexpected '\"\"\"\"\"\"'"
							    : "unexpected \"''''''\"");
			buf_fill(&b, quote, n - 3);
			r->at += n;
			break;
		}
		TRY(next(r, &u));
		if (u == END)
			return fail_at(r, here(r), "unexpected EOF; expected %s",
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

static err *integer(struct reader *r, str s, struct tv *ret)
{
	int64_t i;
	const char *shown = rune_quoted(r->mem, s);
	if (!underscores_ok(s))
		return fail_at(r, r->line,
			       "Invalid integer %s: underscores must be surrounded by digits",
			       shown);
	if (leading_zero(s))
		return fail_at(r, r->line, "Invalid integer %s: cannot have leading zeroes", shown);
	if (!tmpl_parse_int(s, 0, &i))
		return fail_at(r, r->line, "%.*s is out of range for int64", STR_ARG(s));
	*ret = tv_int64(i);
	return NULL;
}

static err *floating(struct reader *r, str s, struct tv *ret)
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
			return fail_at(r, r->line,
				       "Invalid float %s: underscores must be surrounded by digits",
				       shown);
		if (first && leading_zero(part))
			return fail_at(r, r->line, "Invalid float %s: cannot have leading zeroes",
				       shown);
		first = false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && (i + 1 == s.n || !is_digit((unsigned char)s.p[i + 1])))
			return fail_at(
				r, r->line,
				"Invalid float %s: '.' must be followed by one or more digits",
				shown);
		if (s.p[i] != '_')
			buf_char(&plain, s.p[i]);
	}
	char *end;
	*ret = tv_float(strtod(buf_text(&plain), &end));
	if (*end)
		return fail_at(r, r->line, "Invalid float value: %s", shown);
	if (isinf(ret->f))
		return fail_at(r, r->line, "%.*s is out of range for float64", STR_ARG(s));
	return NULL;
}

static err *datetime(struct reader *r, str s, struct tv *ret)
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
			if (!is_digit((unsigned char)forms[i].layout[k]) &&
			    text[k] != forms[i].layout[k])
				return fail_at(r, r->line, "invalid datetime: %s",
					       rune_quoted(r->mem, str_of(text)));
		*ret = (struct tv){.type = TV_TIME, .time = t};
		return NULL;
	}
	return fail_at(r, r->line, "invalid datetime: %s", rune_quoted(r->mem, str_of(text)));
}

static str take_run(struct reader *r, size_t from, const char *set)
{
	while (r->at < r->s.n && r->s.p[r->at] && strchr(set, r->s.p[r->at]))
		r->at++;
	return str_sub(r->s, from, r->at);
}

#define DIGITS "0123456789"

static err *based(struct reader *r, size_t from, struct tv *ret)
{
	char base = r->s.p[from + 1];
	const char *set = base == 'x' ? DIGITS "abcdefABCDEF_" : base == 'o' ? "01234567_" : "01_";
	const char *what = base == 'x' ? "a hexadecimal" : base == 'o' ? "an octal" : "a binary";
	r->at = from + 2;
	char c = r->at < r->s.n ? r->s.p[r->at] : 0;
	if (!c || c == '_' || !strchr(set, c))
		return fail_at(r, here(r), "not %s number: '0%c%c'", what, base, c ? c : ' ');
	return integer(r, take_run(r, from, set), ret);
}

static err *signed_number(struct reader *r, size_t from, struct tv *ret)
{
	r->at++;
	uint32_t u = peek(r);
	if (starts(r, "inf") || starts(r, "nan")) {
		double f = u == 'i' ? INFINITY : NAN;
		r->at += 3;
		*ret = tv_float(r->s.p[from] == '-' ? -f : f);
		return NULL;
	}
	if (u == 'i' || u == 'n')
		return fail_at(r, here(r), "invalid float: '%.*s'", 2, r->s.p + from);
	if (starts(r, "0b") || starts(r, "0o") || starts(r, "0x"))
		return fail_at(r, r->line, "cannot use sign with non-decimal numbers: '%.*s'", 3,
			       r->s.p + from);
	if (u == '.')
		return fail_at(r, r->line, "floats must start with a digit, not '.'");
	if (!is_digit(u))
		return fail_at(r, here(r), "expected a digit but got %s", quoted_rune(r, u));
	take_run(r, from, DIGITS "_");
	bool is_float = starts(r, ".") || starts(r, "e") || starts(r, "E");
	str s = take_run(r, from, is_float ? DIGITS "_.+-eE" : "");
	return is_float ? floating(r, s, ret) : integer(r, s, ret);
}

static err *number(struct reader *r, struct tv *ret)
{
	size_t from = r->at;
	if (starts(r, "0b") || starts(r, "0o") || starts(r, "0x"))
		return based(r, from, ret);
	str s = take_run(r, from, DIGITS);
	if (starts(r, "-") || starts(r, ":"))
		return datetime(r, str_trim(take_run(r, from, DIGITS "-:Tt .Zz+")), ret);
	if (starts(r, "_"))
		s = take_run(r, from, DIGITS "_");
	if (starts(r, ".") || starts(r, "e") || starts(r, "E"))
		return floating(r, take_run(r, from, DIGITS "_.+-eE"), ret);
	return integer(r, s, ret);
}

/* --- tables ------------------------------------------------------------------------------------ */

static const char *key_of(struct reader *r, const str *p, size_t n, str last)
{
	buf b = buf_init(r->mem);
	buf_text_add(&b, path_text(r, p, n, (str){NULL, 0}));
	if (last.p) {
		if (n)
			buf_char(&b, '.');
		tmpl_toml_key(&b, last);
	}
	return buf_text(&b);
}

static void set_mark(struct map *marks, const char *key)
{
	static char mark;
	map_set(marks, key, &mark);
}

/* The table below a map under that name: of an array of tables the last. False for other values. */
static bool descend(struct tv *at, str name)
{
	struct tv v = tv_map_get(at->map, name);
	if (v.type == TV_MAPS)
		v = v.list->p[v.list->n - 1];
	if (v.type != TV_MAP)
		return false;
	*at = v;
	return true;
}

static err *defined(struct reader *r, const char *key)
{
	return fail_at(r, r->key_line, "Key '%s' has already been defined.", key);
}

/* Sets a key of the table that the context names. */
static err *set_value(struct reader *r, str name, struct tv v)
{
	struct tv at = r->root;
	for (size_t i = 0; i < r->context.n; i++)
		if (!descend(&at, r->context.p[i]))
			return defined(r, key_of(r, r->context.p, i + 1, (str){NULL, 0}));
	const char *key = key_of(r, r->context.p, r->context.n, name);
	if (tv_map_has(at.map, name)) {
		bool implicit = map_del(&r->implicit, key) != NULL;
		if (!implicit)
			return defined(r, key);
		if (!map_has(&r->arrays, key))
			return NULL;
	}
	tv_map_set(r->mem, at.map, name, v);
	return NULL;
}

static err *append_table(struct reader *r, struct tv at, const struct path *key)
{
	str name = key->p[key->n - 1];
	struct tv v = tv_map_get(at.map, name);
	if (v.type == TV_NONE) {
		v = tv_list(r->mem, TV_MAPS, 0);
		tv_map_set(r->mem, at.map, name, v);
	}
	if (v.type != TV_MAPS)
		return fail_at(r, r->key_line,
			       "Key '%s' was already created and cannot be used as an array.",
			       key_of(r, key->p, key->n, (str){NULL, 0}));
	struct tv_list *l = v.list;
	TRY(tmpl_charge(r->c, (l->n + 1) * sizeof(*l->p)));
	l->p = arena_grow(r->mem, l->p, l->n * sizeof(*l->p), (l->n + 1) * sizeof(*l->p));
	l->p[l->n++] = tv_map(r->mem, TV_MAP);
	return NULL;
}

/* Makes key the context, with all tables on the way. */
static err *add_context(struct reader *r, const struct path *key, bool array)
{
	struct tv at = r->root;
	struct path context = {0};
	TRY(tmpl_charge(r->c, key->n * 64));
	for (size_t i = 0; i + 1 < key->n; i++) {
		VEC_PUSH(r->mem, &context, key->p[i]);
		if (!tv_map_has(at.map, key->p[i])) {
			set_mark(&r->implicit, key_of(r, key->p, i + 1, (str){NULL, 0}));
			tv_map_set(r->mem, at.map, key->p[i], tv_map(r->mem, TV_MAP));
		}
		if (!descend(&at, key->p[i]))
			return fail_at(r, r->key_line, "Key '%s' was already created as a hash.",
				       key_of(r, key->p, i + 1, (str){NULL, 0}));
	}
	r->context = context;
	if (array)
		TRY(append_table(r, at, key));
	else
		TRY(set_value(r, key->p[key->n - 1], tv_map(r->mem, TV_MAP)));
	VEC_PUSH(r->mem, &r->context, key->p[key->n - 1]);
	return NULL;
}

static struct path extended(struct reader *r, const struct path *path, str name)
{
	struct path longer = {0};
	for (size_t i = 0; i < path->n; i++)
		VEC_PUSH(r->mem, &longer, path->p[i]);
	VEC_PUSH(r->mem, &longer, name);
	return longer;
}

static bool is_bare(uint32_t u)
{
	return u < 0x80 &&
	       (is_digit(u) || ((u | 32) >= 'a' && (u | 32) <= 'z') || u == '_' || u == '-');
}

/* One part of a key: bare (it may be empty then) or in quotes. */
static err *key_part(struct reader *r, str *ret)
{
	uint32_t u = peek(r);
	if (u == '"' || u == '\'') {
		r->at++;
		return one_line(r, (char)u, ret);
	}
	size_t from = r->at;
	while (is_bare(peek(r)))
		r->at++;
	*ret = str_sub(r->s, from, r->at);
	return NULL;
}

/* "a.b.c =" */
static err *key_path(struct reader *r, struct path *ret)
{
	*ret = (struct path){0};
	skip_blanks(r);
	uint32_t u = peek(r);
	if (u == '=' || u == END)
		return fail_at(r, here(r), "unexpected '=': key name appears blank");
	if (u == '.')
		return fail_at(r, r->line, "unexpected '.': keys cannot start with a '.'");
	for (;;) {
		str part;
		skip_blanks(r);
		u = peek(r);
		if (u == '=' || u == END || u == '.')
			return fail_at(r, here(r), "unexpected '%c'", u == '.' ? '.' : '=');
		if (!ret->n)
			r->key_line = r->line;
		TRY(key_part(r, &part));
		VEC_PUSH(r->mem, ret, part);
		skip_blanks(r);
		TRY(next(r, &u));
		if (u == '=')
			return NULL;
		if (u == END)
			return fail_at(r, here(r), "unexpected EOF; expected key separator '='");
		if (u != '.')
			return fail_at(r, r->line - (u == '\n'),
				       "expected '.' or '=', but got %s instead",
				       quoted_rune(r, u));
	}
}

/* A pair: its key is put below the context, with implicit tables for what stands before its dots. */
static err *pair(struct reader *r)
{
	struct path outer = r->context, key;
	struct tv v;
	TRY(key_path(r, &key));
	r->current = key.p[key.n - 1];
	for (size_t i = 0; i + 1 < key.n; i++) {
		struct path table = extended(r, &r->context, key.p[i]);
		set_mark(&r->implicit, key_of(r, table.p, table.n, (str){NULL, 0}));
		TRY(add_context(r, &table, false));
	}
	TRY(value(r, false, &v));
	TRY(set_value(r, r->current, v));
	r->context = outer;
	r->current = STR("");
	return NULL;
}

/* Behind the brace. The pairs go into the document; the table is taken out of there at the end. */
static err *inline_table(struct reader *r, bool in_array, struct tv *ret)
{
	struct path outer = r->context, own = extended(r, &r->context, r->current);
	str outer_key = r->current;
	uint32_t u;
	r->current = STR("");
	set_mark(&r->implicit, key_of(r, own.p, own.n, (str){NULL, 0}));
	TRY(add_context(r, &own, in_array));
	own = r->context;
	struct tv at = r->root;
	for (size_t i = 0; i < own.n; i++)
		descend(&at, own.p[i]);
	for (bool first = true;; first = false) {
		TRY(skip_space(r));
		u = peek(r);
		if (u == '}')
			break;
		if (!first && u != ',') {
			buf shown = buf_init(r->mem);
			buf_utf8(&shown, u == END ? 0 : u);
			return fail_at(r, here(r),
				       "expected a comma or an inline table terminator '}', but "
				       "got %s instead",
				       u == END ? "end of file"
						: arena_printf(r->mem, "'%s'", buf_text(&shown)));
		}
		if (!first) {
			r->at++;
			TRY(skip_space(r));
			if (peek(r) == '}')
				break;
		}
		if (peek(r) == ',')
			return fail_at(r, r->line, "unexpected comma");
		TRY(pair(r));
		r->context = own;
	}
	r->at++;
	r->context = outer;
	r->current = outer_key;
	*ret = at;
	return NULL;
}

static err *array(struct reader *r, struct tv *ret)
{
	VEC(struct tv) items = {0};
	set_mark(&r->arrays, key_of(r, r->context.p, r->context.n, r->current));
	for (bool first = true;; first = false) {
		TRY(skip_space(r));
		uint32_t u = peek(r);
		if (u == ']')
			break;
		if (!first && u != ',') {
			buf shown = buf_init(r->mem);
			buf_utf8(&shown, u == END ? 0 : u);
			return fail_at(
				r, here(r),
				"expected a comma (',') or array terminator (']'), but got %s",
				u == END ? "end of file"
					 : arena_printf(r->mem, "'%s'", buf_text(&shown)));
		}
		if (!first) {
			r->at++;
			TRY(skip_space(r));
			if (peek(r) == ']')
				break;
		}
		if (peek(r) == ',')
			return fail_at(r, r->line, "unexpected comma");
		struct tv v;
		TRY(tmpl_charge(r->c, sizeof(v)));
		TRY(value(r, true, &v));
		VEC_PUSH(r->mem, &items, v);
	}
	r->at++;
	*ret = tv_list(r->mem, TV_LIST, 0);
	*ret->list = (struct tv_list){items.p, items.n};
	return NULL;
}

static err *word(struct reader *r, struct tv *ret)
{
	size_t from = r->at, len;
	if (starts(r, "inf") || starts(r, "nan")) {
		*ret = tv_float(peek(r) == 'i' ? INFINITY : NAN);
		r->at += 3;
		return NULL;
	}
	while (r->at < r->s.n && rune_is_letter(rune_at(str_sub(r->s, r->at, r->s.n), &len)))
		r->at += len;
	str s = str_sub(r->s, from, r->at);
	*ret = tv_bool(str_is(s, "true"));
	if (ret->b || str_is(s, "false"))
		return NULL;
	return fail_at(r, here(r), "expected value but found %s instead", rune_quoted(r->mem, s));
}

static err *text(struct reader *r, struct tv *ret)
{
	char quote = r->s.p[r->at];
	const char three[] = {quote, quote, quote, 0};
	str s;
	if (starts(r, three)) {
		r->at += 3;
		TRY(many_lines(r, quote, &s));
	} else {
		r->at++;
		TRY(one_line(r, quote, &s));
	}
	*ret = tv_str(s);
	return NULL;
}

static err *container(struct reader *r, bool is_array, bool in_array, struct tv *ret)
{
	if (++r->depth > TMPL_MAX_NESTING)
		return err_new(r->mem, ERR_LIMIT, "a value is nested more than %d levels deep",
			       TMPL_MAX_NESTING);
	r->at++;
	TRY(is_array ? array(r, ret) : inline_table(r, in_array, ret));
	r->depth--;
	return NULL;
}

static err *value(struct reader *r, bool in_array, struct tv *ret)
{
	skip_blanks(r);
	uint32_t u = peek(r);
	if (is_digit(u))
		return number(r, ret);
	switch (u) {
	case '[':
	case '{':
		return container(r, u == '[', in_array, ret);
	case '"':
	case '\'':
		return text(r, ret);
	case '.':
		return fail_at(r, r->line, "floats must start with a digit, not '.'");
	case '-':
	case '+':
		return signed_number(r, r->at, ret);
	case END:
		return fail_at(r, here(r), "unexpected EOF; expected value");
	}
	if (rune_is_letter(u))
		return word(r, ret);
	TRY(next(r, &u));
	return fail_at(r, r->line - (u == '\n'), "expected value but found %s instead",
		       quoted_rune(r, u));
}

/* "[a.b]" and "[[a.b]]" */
static err *header(struct reader *r)
{
	struct path key = {0};
	uint32_t u;
	bool is_array = starts(r, "[[");
	r->at += is_array ? 2 : 1;
	for (;;) {
		str part;
		skip_blanks(r);
		u = peek(r);
		if (u == ']' || u == END)
			return fail_at(
				r, here(r),
				"unexpected end of table name (table names cannot be empty)");
		if (u == '.')
			return fail_at(r, r->line,
				       "unexpected table separator (table names cannot be empty)");
		if (!key.n)
			r->key_line = r->line;
		TRY(key_part(r, &part));
		VEC_PUSH(r->mem, &key, part);
		skip_blanks(r);
		TRY(next(r, &u));
		if (u == ']')
			break;
		if (u != '.')
			return fail_at(r, here(r),
				       "expected '.' or ']' to end table name, but got %s instead",
				       quoted_rune(r, u));
	}
	if (is_array) {
		TRY(next(r, &u));
		if (u != ']')
			return fail_at(r, here(r),
				       "expected end of table array name delimiter ']', but got %s "
				       "instead",
				       quoted_rune(r, u));
	}
	return add_context(r, &key, is_array);
}

/* What may follow a header or a pair: blanks, a comment, the end of the line. */
static err *line_end(struct reader *r)
{
	uint32_t u;
	skip_blanks(r);
	TRY(next(r, &u));
	if (u == '#')
		return comment(r);
	if (u == END || is_break(u))
		return NULL;
	return fail_at(
		r, here(r),
		"expected a top-level item to end with a newline, comment, or EOF, but got %s "
		"instead",
		quoted_rune(r, u));
}

err *tmpl_toml_read(struct tmpl_call *c, str s, struct tv *ret)
{
	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_sub(s, 3, s.n);
	TRY(tmpl_charge(c, s.n * 4));
	struct reader r = {
		.c = c,
		.mem = c->mem,
		.s = s,
		.line = 1,
		.root = tv_map(c->mem, TV_MAP),
		.implicit = map_init(c->mem),
		.arrays = map_init(c->mem),
		.current = STR(""),
	};
	for (;;) {
		TRY(skip_space(&r));
		if (peek(&r) == END)
			break;
		if (peek(&r) == '[')
			TRY(header(&r));
		else
			TRY(pair(&r));
		TRY(line_end(&r));
	}
	*ret = r.root;
	return NULL;
}
