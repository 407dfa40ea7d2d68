#include "cel/cel_lex.h"

#include <stdarg.h>
#include <string.h>

#include "base/rune.h"

struct lexer {
	arena *mem;
	struct cel_source *s;
	uint32_t *c; /* the characters, 0 behind them */
	int32_t n;
};

/* How far a token reaches, and where the longest attempt at one got stuck. */
struct reach {
	enum cel_token_kind kind;
	int32_t end;   /* 0: no token */
	int32_t stuck; /* the first character that no token can go on with */
};

static uint32_t at(const struct lexer *x, int32_t i)
{
	return i < x->n ? x->c[i] : 0;
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(uint32_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

/* A longer token wins; an attempt that gets further decides what is shown when there is none. */
static void offer(struct reach *r, enum cel_token_kind kind, int32_t end)
{
	if (end > r->end) {
		r->end = end;
		r->kind = kind;
	}
}

static void stick(struct reach *r, int32_t at_)
{
	if (at_ > r->stuck)
		r->stuck = at_;
}

/* --- texts ------------------------------------------------------------------------------------ */

/* The escape behind the backslash at i: where it ends; 0, with *ret_stuck, when it is none. */
static int32_t skip_escape(const struct lexer *x, int32_t i, int32_t *ret_stuck)
{
	uint32_t c = at(x, i + 1);
	int digits = c == 'x' || c == 'X' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	*ret_stuck = i + 1;
	if (c && c < 0x80 && strchr("abfnrtv\"'\\?`", (int)c))
		return i + 2;
	for (int k = 0; k < digits; k++) {
		if (!is_hex(at(x, i + 2 + k))) {
			*ret_stuck = i + 2 + k;
			return 0;
		}
	}
	if (digits)
		return i + 2 + digits;
	if (c < '0' || c > '3')
		return 0;
	for (int k = 2; k < 4; k++) {
		if (at(x, i + k) < '0' || at(x, i + k) > '7') {
			*ret_stuck = i + k;
			return 0;
		}
	}
	return i + 4;
}

/* "…" on one line, its opening quote at i. */
static void short_text(const struct lexer *x, int32_t i, bool raw, enum cel_token_kind kind,
		       struct reach *r)
{
	uint32_t quote = at(x, i++), c;
	int32_t stuck;
	for (; i < x->n && (c = at(x, i)) != quote && c != '\n' && c != '\r'; i++) {
		if (c != '\\' || raw)
			continue;
		int32_t end = skip_escape(x, i, &stuck);
		if (!end) {
			stick(r, stuck);
			return;
		}
		i = end - 1;
	}
	if (at(x, i) == quote)
		offer(r, kind, i + 1);
	stick(r, i + (at(x, i) == quote));
}

static bool three(const struct lexer *x, int32_t i, uint32_t quote)
{
	return at(x, i) == quote && at(x, i + 1) == quote && at(x, i + 2) == quote;
}

/* """…""", over several lines, its opening quotes at i. */
static void long_text(const struct lexer *x, int32_t i, bool raw, enum cel_token_kind kind,
		      struct reach *r)
{
	uint32_t quote = at(x, i);
	int32_t stuck;
	if (!three(x, i, quote))
		return;
	for (i += 3; i < x->n && !three(x, i, quote); i++) {
		if (at(x, i) != '\\' || raw)
			continue;
		int32_t end = skip_escape(x, i, &stuck);
		if (!end) {
			stick(r, stuck);
			return;
		}
		i = end - 1;
	}
	if (i < x->n)
		offer(r, kind, i + 3);
	stick(r, i < x->n ? i + 3 : x->n);
}

/* A text with its prefix: b, r, br. */
static void text(const struct lexer *x, int32_t i, struct reach *r)
{
	enum cel_token_kind kind = CEL_T_STRING;
	if ((at(x, i) | 32) == 'b') {
		kind = CEL_T_BYTES;
		i++;
	}
	bool raw = (at(x, i) | 32) == 'r';
	i += raw;
	if (at(x, i) != '"' && at(x, i) != '\'')
		return;
	short_text(x, i, raw, kind, r);
	long_text(x, i, raw, kind, r);
}

/* --- others ----------------------------------------------------------------------------------- */

static int32_t skip_digits(const struct lexer *x, int32_t i)
{
	while (is_digit(at(x, i)))
		i++;
	return i;
}

/* The exponent at i, if there is one. */
static int32_t skip_exponent(const struct lexer *x, int32_t i)
{
	if ((at(x, i) | 32) != 'e')
		return i;
	int32_t from = i + 1 + (at(x, i + 1) == '+' || at(x, i + 1) == '-');
	int32_t end = skip_digits(x, from);
	return end > from ? end : i;
}

static void number(const struct lexer *x, int32_t i, struct reach *r)
{
	int32_t end = skip_digits(x, i), hex = i + 2, from = end;
	if (end > i) {
		offer(r, CEL_T_INT, end);
		if ((at(x, end) | 32) == 'u')
			offer(r, CEL_T_UINT, end + 1);
		if (skip_exponent(x, end) > end)
			offer(r, CEL_T_FLOAT, skip_exponent(x, end));
	}
	if (at(x, from) == '.' && is_digit(at(x, from + 1)))
		offer(r, CEL_T_FLOAT, skip_exponent(x, skip_digits(x, from + 1)));
	if (at(x, i) != '0' || at(x, i + 1) != 'x')
		return;
	while (is_hex(at(x, hex)))
		hex++;
	if (hex > i + 2) {
		offer(r, CEL_T_INT, hex);
		if ((at(x, hex) | 32) == 'u')
			offer(r, CEL_T_UINT, hex + 1);
	}
}

static void word(const struct lexer *x, int32_t i, struct reach *r)
{
	static const struct {
		const char *word;
		enum cel_token_kind kind;
	} words[] = {{"in", CEL_T_IN},
		     {"true", CEL_T_TRUE},
		     {"false", CEL_T_FALSE},
		     {"null", CEL_T_NULL}};
	int32_t end = i;
	while (is_letter(at(x, end)) || is_digit(at(x, end)))
		end++;
	for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
		if (str_is(cel_part(x->s, i, end), words[k].word))
			offer(r, words[k].kind, end);
	offer(r, CEL_T_IDENT, end);
}

/* `a-b`: a name of any of a field's characters. */
static void escaped(const struct lexer *x, int32_t i, struct reach *r)
{
	int32_t end = i + 1;
	for (uint32_t c; (c = at(x, end)) && c < 0x80 &&
			 (is_letter(c) || is_digit(c) || strchr(".-/ ", (int)c));)
		end++;
	stick(r, end);
	if (at(x, end) == '`' && end > i + 1)
		offer(r, CEL_T_ESCAPED, end + 1);
}

static void sign(const struct lexer *x, int32_t i, struct reach *r)
{
	static const struct {
		char text[3];
		enum cel_token_kind kind;
	} signs[] = {
		{"==", CEL_T_EQUALS},	   {"!=", CEL_T_NOT_EQUALS},
		{"<=", CEL_T_LESS_EQUALS}, {">=", CEL_T_GREATER_EQUALS},
		{"&&", CEL_T_AND},	   {"||", CEL_T_OR},
		{"<", CEL_T_LESS},	   {">", CEL_T_GREATER},
		{"[", CEL_T_BRACKET},	   {"]", CEL_T_BRACKET_END},
		{"{", CEL_T_BRACE},	   {"}", CEL_T_BRACE_END},
		{"(", CEL_T_PAREN},	   {")", CEL_T_PAREN_END},
		{".", CEL_T_DOT},	   {",", CEL_T_COMMA},
		{"-", CEL_T_MINUS},	   {"!", CEL_T_NOT},
		{"?", CEL_T_QUESTION},	   {":", CEL_T_COLON},
		{"+", CEL_T_PLUS},	   {"*", CEL_T_STAR},
		{"/", CEL_T_SLASH},	   {"%", CEL_T_PERCENT},
	};
	for (size_t k = 0; k < sizeof(signs) / sizeof(*signs); k++) {
		if (at(x, i) != (uint32_t)signs[k].text[0])
			continue;
		if (!signs[k].text[1])
			offer(r, signs[k].kind, i + 1);
		else if (at(x, i + 1) == (uint32_t)signs[k].text[1])
			offer(r, signs[k].kind, i + 2);
		else
			stick(r, i + 1);
	}
}

/* --- the source ------------------------------------------------------------------------------- */

str cel_part(const struct cel_source *s, int32_t from, int32_t to)
{
	if (to > s->n)
		to = s->n;
	return str_sub(s->text, (size_t)s->bytes[from], (size_t)s->bytes[to]);
}

void cel_fault_add(arena *mem, struct cel_source *s, int32_t offset, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct cel_fault f = {offset, arena_vprintf(mem, fmt, ap)};
	va_end(ap);
	VEC_PUSH(mem, &s->faults, f);
}

static int32_t next_token(struct lexer *x, int32_t i)
{
	struct reach r = {.stuck = i};
	uint32_t c = at(x, i);
	text(x, i, &r);
	if (is_letter(c))
		word(x, i, &r);
	else if (is_digit(c) || c == '.')
		number(x, i, &r);
	if (c == '`')
		escaped(x, i, &r);
	sign(x, i, &r);
	if (r.end) {
		struct cel_token t = {r.kind, i, r.end, cel_part(x->s, i, r.end)};
		VEC_PUSH(x->mem, &x->s->tokens, t);
		return r.end;
	}
	int32_t end = r.stuck < x->n ? r.stuck + 1 : x->n;
	struct cel_garbage g = {i, end};
	VEC_PUSH(x->mem, &x->s->garbage, g);
	cel_fault_add(x->mem, x->s, i, "Syntax error: token recognition error at: '%.*s'",
		      STR_ARG(cel_part(x->s, i, end)));
	return end;
}

static int32_t skip_comment(const struct lexer *x, int32_t i)
{
	while (i < x->n && at(x, i) != '\n')
		i++;
	return i;
}

err *cel_lex(arena *mem, str source, struct cel_source *ret_source)
{
	struct lexer x = {.mem = mem, .s = ret_source};
	size_t count = rune_count(source), len;
	*ret_source = (struct cel_source){.text = source};
	if (count > CEL_MAX_CHARACTERS)
		return err_new(mem, ERR_LIMIT,
			       "expression code point size exceeds limit: size: %zu, limit %d",
			       count, CEL_MAX_CHARACTERS);
	int32_t *bytes = NEW_N(mem, int32_t, count + 1);
	x.c = NEW_N(mem, uint32_t, count + 1);
	for (size_t i = 0; i < source.n; i += len) {
		x.c[x.n] = rune_at(str_sub(source, i, source.n), &len);
		bytes[x.n++] = (int32_t)i;
	}
	bytes[x.n] = (int32_t)source.n;
	ret_source->bytes = bytes;
	ret_source->n = x.n;
	for (int32_t i = 0; i < x.n;) {
		if (is_blank(at(&x, i)))
			i++;
		else if (at(&x, i) == '/' && at(&x, i + 1) == '/')
			i = skip_comment(&x, i);
		else
			i = next_token(&x, i);
	}
	struct cel_token end = {CEL_END, x.n, x.n, {"", 0}};
	VEC_PUSH(mem, &ret_source->tokens, end);
	return NULL;
}

/* --- faults as texts -------------------------------------------------------------------------- */

/* The line at offset, with dots up to the place and a mark there; wide ones for wide characters. */
static void show_place(buf *b, str line, int32_t column)
{
	size_t len;
	buf_text_add(b, "\n | ");
	for (size_t i = 0; i < line.n; i++)
		buf_char(b, line.p[i] == '\t' ? ' ' : line.p[i]);
	buf_text_add(b, "\n | ");
	for (; column > 0 && line.n; column--, line = str_sub(line, len, line.n)) {
		rune_at(line, &len);
		buf_text_add(b, len > 1 ? "\xef\xbc\x8e" : ".");
	}
	rune_at(line, &len);
	buf_text_add(b, len > 1 ? "\xef\xbc\xbe" : "^");
}

static void show_fault(buf *b, const struct cel_source *s, const struct cel_fault *f)
{
	if (f->offset == CEL_NO_SOURCE) {
		buf_printf(b, "ERROR: <input>:-1:0: %s", f->text);
		return;
	}
	if (!s->n) {
		buf_printf(b, "ERROR: <input>:1:0: %s", f->text);
		return;
	}
	size_t place = (size_t)s->bytes[f->offset < 0 ? 0 : f->offset];
	str before = str_sub(s->text, 0, place);
	int line = 1;
	for (size_t i = 0; i < before.n; i++)
		line += before.p[i] == '\n';
	size_t start = (size_t)(str_rfind(before, '\n') + 1);
	str rest = str_sub(s->text, start, s->text.n), text_, behind;
	str_cut(rest, '\n', &text_, &behind);
	int32_t column = (int32_t)rune_count(str_sub(before, start, before.n));
	column -= f->offset < 0;
	buf_printf(b, "ERROR: <input>:%d:%d: %s", line, column + 1, f->text);
	if (text_.n <= 16384)
		show_place(b, text_, column);
}

char *cel_faults_text(arena *mem, const struct cel_source *s)
{
	size_t n = s->faults.n;
	struct cel_fault *order = NEW_N(mem, struct cel_fault, n);
	for (size_t i = 0; i < n; i++) {
		size_t k = i;
		for (; k && order[k - 1].offset > s->faults.p[i].offset; k--)
			order[k] = order[k - 1];
		order[k] = s->faults.p[i];
	}
	buf b = buf_init(mem);
	for (size_t i = 0; i < n && i < 100; i++) {
		buf_text_add(&b, i ? "\n" : "");
		show_fault(&b, s, &order[i]);
	}
	if (n > 100)
		buf_printf(&b, "\n%zu more errors were truncated", n - 100);
	return buf_text(&b);
}
