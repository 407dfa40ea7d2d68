#include "tmpl/tmpl_lex.h"

#include <string.h>

#include "base/rune.h"

#define END UINT32_MAX /* what next_rune gives at the end of the input */

static bool is_blank(uint32_t r)
{
	return r == ' ' || r == '\t' || r == '\r' || r == '\n';
}

/* Letters, digits and the underscore. */
static const bool word_bytes[256] = {
	['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['_'] = true,
	['a' ... 'z'] = true,
};

static bool is_word_byte(uint32_t r)
{
	return r < 256 && word_bytes[r];
}

static bool is_word(uint32_t r)
{
	if (r < 0x80)
		return is_word_byte(r);
	return r != END && (rune_is_letter(r) || rune_is_digit(r));
}

static str rest(const struct tmpl_lexer *l)
{
	return (str){l->input.p + l->pos, l->input.n - l->pos};
}

static uint32_t peek_rune(const struct tmpl_lexer *l, size_t *ret_len)
{
	*ret_len = 0;
	if (l->pos >= l->input.n)
		return END;
	unsigned char first = (unsigned char)l->input.p[l->pos];
	if (first >= 0x80)
		return rune_at(rest(l), ret_len);
	*ret_len = 1;
	return first;
}

static uint32_t next_rune(struct tmpl_lexer *l)
{
	size_t len;
	uint32_t r = peek_rune(l, &len);
	l->pos += len;
	return r;
}

static uint32_t peek(const struct tmpl_lexer *l)
{
	size_t len;
	return peek_rune(l, &len);
}

/* Drops what was read since the last token. */
static void ignore(struct tmpl_lexer *l)
{
	l->start = l->pos;
}

static bool emit(struct tmpl_lexer *l, enum tmpl_token_kind kind)
{
	l->token = (struct tmpl_token){
		kind, (uint32_t)l->start, {l->input.p + l->start, l->pos - l->start}};
	l->start = l->pos;
	return true;
}

static bool fail(struct tmpl_lexer *l, const char *text)
{
	l->token = (struct tmpl_token){TOKEN_ERROR, (uint32_t)l->start, str_of(text)};
	l->failed = true;
	return true;
}

static bool fail_rune(struct tmpl_lexer *l, const char *what, uint32_t r)
{
	buf b = buf_init(l->mem);
	buf_printf(&b, r == END ? "%s U+FFFFFFFFFFFFFFFF" : "%s U+%04X", what, r);
	if (r != END && rune_is_print(r)) {
		buf_text_add(&b, " '");
		buf_utf8(&b, r);
		buf_char(&b, '\'');
	}
	return fail(l, buf_text(&b));
}

static bool left_trim(str s)
{
	return s.n >= 2 && s.p[0] == '-' && is_blank((unsigned char)s.p[1]);
}

static bool right_trim(str s)
{
	return s.n >= 2 && is_blank((unsigned char)s.p[0]) && s.p[1] == '-';
}

/* Is the right delimiter here, with or without a trim marker? */
static bool at_right(const struct tmpl_lexer *l, bool *ret_trim)
{
	str s = rest(l);
	*ret_trim = right_trim(s) && str_starts(str_sub(s, 2, s.n), STR("}}"));
	return *ret_trim || str_starts(s, STR("}}"));
}

/* The letters, digits and underscores of a word; returns the first that is none. */
static uint32_t skip_word(struct tmpl_lexer *l)
{
	size_t len, pos = l->pos;
	uint32_t r;
	while (pos < l->input.n && word_bytes[(unsigned char)l->input.p[pos]])
		pos++;
	l->pos = pos;
	while (is_word(r = peek_rune(l, &len)))
		l->pos += len;
	return r;
}

static void skip_blanks(struct tmpl_lexer *l)
{
	while (l->pos < l->input.n && is_blank((unsigned char)l->input.p[l->pos]))
		l->pos++;
}

static bool lex_comment(struct tmpl_lexer *l)
{
	l->pos += 2;
	ptrdiff_t x = str_search(rest(l), STR("*/"));
	if (x < 0)
		return fail(l, "unclosed comment");
	l->pos += (size_t)x + 2;
	bool trim;
	if (!at_right(l, &trim))
		return fail(l, "comment ends before closing delimiter");
	l->pos += trim ? 4 : 2;
	if (trim)
		skip_blanks(l);
	ignore(l);
	return false;
}

static bool lex_left(struct tmpl_lexer *l)
{
	size_t marker = left_trim(str_sub(rest(l), 2, SIZE_MAX)) ? 2 : 0;
	if (str_starts(str_sub(rest(l), 2 + marker, SIZE_MAX), STR("/*"))) {
		l->pos += 2 + marker;
		ignore(l);
		return lex_comment(l);
	}
	l->pos += 2;
	emit(l, TOKEN_LEFT_DELIM);
	l->inside = true;
	l->pos += marker;
	ignore(l);
	l->parens = 0;
	return true;
}

ptrdiff_t tmpl_lex_action(str s)
{
	const char *from = s.p, *end = s.p + s.n, *at;
	while (end - from > 1 && (at = memchr(from, '{', (size_t)(end - from - 1)))) {
		if (at[1] == '{')
			return at - s.p;
		from = at + 1;
	}
	return -1;
}

static bool lex_text(struct tmpl_lexer *l)
{
	ptrdiff_t x = tmpl_lex_action(rest(l));
	if (x < 0) {
		l->pos = l->input.n;
		return emit(l, l->pos > l->start ? TOKEN_TEXT : TOKEN_EOF);
	}
	if (x > 0) {
		l->pos += (size_t)x;
		size_t delim = l->pos;
		if (left_trim(str_sub(l->input, delim + 2, SIZE_MAX)))
			while (l->pos > l->start && is_blank((unsigned char)l->input.p[l->pos - 1]))
				l->pos--;
		emit(l, TOKEN_TEXT);
		l->pos = delim;
		ignore(l);
		if (l->token.text.n)
			return true;
	}
	return lex_left(l);
}

static bool lex_right(struct tmpl_lexer *l, bool trim)
{
	if (trim) {
		l->pos += 2;
		ignore(l);
	}
	l->pos += 2;
	emit(l, TOKEN_RIGHT_DELIM);
	if (trim) {
		skip_blanks(l);
		ignore(l);
	}
	l->inside = false;
	return true;
}

static bool lex_space(struct tmpl_lexer *l)
{
	skip_blanks(l);
	str s = str_sub(l->input, l->pos - 1, SIZE_MAX);
	if (right_trim(s) && str_starts(str_sub(s, 2, s.n), STR("}}"))) {
		l->pos--; /* before the space of the marker */
		if (l->pos == l->start)
			return lex_right(l, true);
	}
	return emit(l, TOKEN_SPACE);
}

static bool at_terminator(const struct tmpl_lexer *l)
{
	if (l->pos >= l->input.n)
		return true;
	switch (l->input.p[l->pos]) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
	case '.':
	case ',':
	case '|':
	case ':':
	case ')':
	case '(':
		return true;
	case '}':
		return str_starts(rest(l), STR("}}"));
	}
	return false;
}

static bool lex_word(struct tmpl_lexer *l)
{
	static const struct {
		str word;
		enum tmpl_token_kind kind;
	} keywords[] = {
		{STR("block"), TOKEN_BLOCK},
		{STR("break"), TOKEN_BREAK},
		{STR("continue"), TOKEN_CONTINUE},
		{STR("define"), TOKEN_DEFINE},
		{STR("else"), TOKEN_ELSE},
		{STR("end"), TOKEN_END},
		{STR("if"), TOKEN_IF},
		{STR("nil"), TOKEN_NIL},
		{STR("range"), TOKEN_RANGE},
		{STR("template"), TOKEN_TEMPLATE},
		{STR("with"), TOKEN_WITH},
		{STR("true"), TOKEN_BOOL},
		{STR("false"), TOKEN_BOOL},
	};
	uint32_t r = skip_word(l);
	if (!at_terminator(l))
		return fail_rune(l, "bad character", r);
	str word = {l->input.p + l->start, l->pos - l->start};
	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		if (word.p[0] == keywords[i].word.p[0] && str_eq(word, keywords[i].word))
			return emit(l, keywords[i].kind);
	return emit(l, TOKEN_IDENTIFIER);
}

/* The dot or dollar is read already. */
static bool lex_field(struct tmpl_lexer *l, enum tmpl_token_kind kind)
{
	if (at_terminator(l))
		return emit(l, kind == TOKEN_VARIABLE ? kind : TOKEN_DOT);
	uint32_t r = skip_word(l);
	return at_terminator(l) ? emit(l, kind) : fail_rune(l, "bad character", r);
}

static bool lex_quoted(struct tmpl_lexer *l, char quote, enum tmpl_token_kind kind,
		       const char *message)
{
	while (l->pos < l->input.n) {
		char c = l->input.p[l->pos++];
		if (c == '\\' && l->pos < l->input.n)
			c = l->input.p[l->pos++] == '\n' ? '\n' : '\\';
		if (c == '\n')
			break;
		if (c == quote)
			return emit(l, kind);
	}
	return fail(l, message);
}

static bool lex_raw(struct tmpl_lexer *l)
{
	str s = rest(l);
	const char *end = s.n ? memchr(s.p, '`', s.n) : NULL;
	if (!end)
		return fail(l, "unterminated raw quoted string");
	l->pos += (size_t)(end - s.p) + 1;
	return emit(l, TOKEN_RAW_STRING);
}

static bool accept(struct tmpl_lexer *l, const char *set)
{
	uint32_t r = peek(l);
	if (!r || r >= 0x80 || !strchr(set, (int)r))
		return false;
	l->pos++;
	return true;
}

static void accept_run(struct tmpl_lexer *l, const char *set)
{
	while (accept(l, set))
		;
}

static bool scan_number(struct tmpl_lexer *l)
{
	static const char decimal[] = "0123456789_", hex[] = "0123456789abcdefABCDEF_";
	const char *digits = decimal;
	accept(l, "+-");
	if (accept(l, "0"))
		digits = accept(l, "xX")   ? hex
			 : accept(l, "oO") ? "01234567_"
			 : accept(l, "bB") ? "01_"
					   : decimal;
	accept_run(l, digits);
	if (accept(l, "."))
		accept_run(l, digits);
	if ((digits == decimal && accept(l, "eE")) || (digits == hex && accept(l, "pP"))) {
		accept(l, "+-");
		accept_run(l, decimal);
	}
	accept(l, "i");
	if (is_word(peek(l))) {
		next_rune(l);
		return false;
	}
	return true;
}

static bool bad_number(struct tmpl_lexer *l)
{
	buf b = buf_init(l->mem);
	buf_text_add(&b, "bad number syntax: ");
	rune_quote(&b, str_sub(l->input, l->start, l->pos));
	return fail(l, buf_text(&b));
}

static bool lex_number(struct tmpl_lexer *l)
{
	if (!scan_number(l))
		return bad_number(l);
	uint32_t sign = peek(l);
	if (sign != '+' && sign != '-')
		return emit(l, TOKEN_NUMBER);
	if (!scan_number(l) || l->input.p[l->pos - 1] != 'i')
		return bad_number(l);
	return emit(l, TOKEN_COMPLEX);
}

static bool lex_paren(struct tmpl_lexer *l, uint32_t r)
{
	l->parens += r == '(' ? 1 : -1;
	if (l->parens < 0)
		return fail(l, "unexpected right paren");
	return emit(l, r == '(' ? TOKEN_LEFT_PAREN : TOKEN_RIGHT_PAREN);
}

static bool is_digit_at(const struct tmpl_lexer *l)
{
	return l->pos < l->input.n && l->input.p[l->pos] >= '0' && l->input.p[l->pos] <= '9';
}

static bool lex_action(struct tmpl_lexer *l)
{
	bool trim = false;
	/* only these can begin a right delimiter */
	char first = l->pos < l->input.n ? l->input.p[l->pos] : 0;
	if ((first == '}' || is_blank((unsigned char)first)) && at_right(l, &trim))
		return l->parens ? fail(l, "unclosed left paren") : lex_right(l, trim);
	size_t before = l->pos;
	uint32_t r = peek(l);
	if (r == END)
		return fail(l, "unclosed action");
	if (is_blank(r))
		return lex_space(l);
	next_rune(l);
	switch (r) {
	case '=':
		return emit(l, TOKEN_ASSIGN);
	case ':':
		return next_rune(l) == '=' ? emit(l, TOKEN_DECLARE) : fail(l, "expected :=");
	case '|':
		return emit(l, TOKEN_PIPE);
	case '"':
		return lex_quoted(l, '"', TOKEN_STRING, "unterminated quoted string");
	case '\'':
		return lex_quoted(l, '\'', TOKEN_CHAR_CONSTANT, "unterminated character constant");
	case '`':
		return lex_raw(l);
	case '$':
		return lex_field(l, TOKEN_VARIABLE);
	case '(':
	case ')':
		return lex_paren(l, r);
	}
	if (r == '.' && l->pos < l->input.n && !is_digit_at(l))
		return lex_field(l, TOKEN_FIELD);
	if (r < 0x80 && strchr(".+-0123456789", (int)r) && r) {
		l->pos = before;
		return lex_number(l);
	}
	if (is_word(r)) {
		l->pos = before;
		return lex_word(l);
	}
	if (r < 0x80 && rune_is_print(r))
		return emit(l, TOKEN_CHAR);
	return fail_rune(l, "unrecognized character in action:", r);
}

struct tmpl_lexer tmpl_lex_open(arena *mem, str input)
{
	return (struct tmpl_lexer){.mem = mem, .input = input};
}

void tmpl_lex_next(struct tmpl_lexer *l, struct tmpl_token *ret)
{
	if (l->failed)
		l->token = (struct tmpl_token){TOKEN_EOF, (uint32_t)l->start, STR("EOF")};
	else
		while (!(l->inside ? lex_action(l) : lex_text(l)))
			;
	*ret = l->token;
}

bool tmpl_token_is_operand(enum tmpl_token_kind kind)
{
	switch (kind) {
	case TOKEN_BOOL:
	case TOKEN_CHAR_CONSTANT:
	case TOKEN_COMPLEX:
	case TOKEN_DOT:
	case TOKEN_FIELD:
	case TOKEN_IDENTIFIER:
	case TOKEN_NUMBER:
	case TOKEN_NIL:
	case TOKEN_RAW_STRING:
	case TOKEN_STRING:
	case TOKEN_VARIABLE:
	case TOKEN_LEFT_PAREN:
		return true;
	default:
		return false;
	}
}

char *tmpl_token_text(arena *mem, struct tmpl_token t)
{
	if (t.kind == TOKEN_EOF)
		return arena_text(mem, "EOF");
	if (t.kind == TOKEN_ERROR)
		return str_text(mem, t.text);
	if (t.kind > TOKEN_KEYWORD)
		return arena_printf(mem, "<%.*s>", STR_ARG(t.text));
	if (t.text.n <= 10)
		return rune_quoted(mem, t.text);
	size_t at = 0, len;
	for (int i = 0; i < 10 && at < t.text.n; i++, at += len)
		rune_at(str_sub(t.text, at, t.text.n), &len);
	return arena_printf(mem, "%s...", rune_quoted(mem, str_sub(t.text, 0, at)));
}

void tmpl_tokens_unread(struct tmpl_tokens *t, struct tmpl_token first,
			const struct tmpl_token *space)
{
	t->ahead = 1;
	if (space)
		t->token[t->ahead++] = *space;
	t->token[t->ahead++] = first;
}
