#include "data/json_scan.h"

#include <string.h>

#include "base/rune.h"

#define MAX_DEPTH 10000

struct scan {
	arena *mem;
	str s;
	size_t at;
};

/* A character as Go's quoteChar writes it. */
static const char *quoted(struct scan *c)
{
	char ch = c->s.p[c->at];
	if (ch == '\'')
		return "'\\''";
	if (ch == '"')
		return "'\"'";
	if ((unsigned char)ch >= 0x80) { /* the byte as a code point */
		buf b = buf_init(c->mem);
		buf_char(&b, '\'');
		if (rune_is_print((unsigned char)ch))
			buf_utf8(&b, (unsigned char)ch);
		else
			buf_printf(&b, "\\u%04x", (unsigned char)ch);
		buf_char(&b, '\'');
		return buf_text(&b);
	}
	if (ch == '\n' || ch == '\t' || ch == '\r')
		return ch == '\n' ? "'\\n'" : ch == '\t' ? "'\\t'" : "'\\r'";
	if (ch == '\\')
		return "'\\\\'";
	if ((unsigned char)ch < ' ' || ch == 0x7f)
		return arena_printf(c->mem, "'\\x%02x'", ch);
	return arena_printf(c->mem, "'%c'", ch);
}

static err *wrong(struct scan *c, const char *where)
{
	if (c->at >= c->s.n)
		return err_new(c->mem, ERR_INVALID, "unexpected EOF");
	return err_new(c->mem, ERR_INVALID, "invalid character %s %s", quoted(c), where);
}

static char peek(const struct scan *c)
{
	return c->at < c->s.n ? c->s.p[c->at] : 0;
}

static void blanks(struct scan *c)
{
	while (c->at < c->s.n && strchr(" \t\r\n", c->s.p[c->at]) && c->s.p[c->at])
		c->at++;
}

static bool digit(struct scan *c)
{
	return peek(c) >= '0' && peek(c) <= '9';
}

static err *digits(struct scan *c, const char *where)
{
	if (!digit(c))
		return wrong(c, where);
	while (digit(c))
		c->at++;
	return NULL;
}

static err *number(struct scan *c)
{
	if (peek(c) == '-')
		c->at++;
	if (peek(c) == '0')
		c->at++;
	else
		TRY(digits(c, "in numeric literal"));
	if (peek(c) == '.') {
		c->at++;
		TRY(digits(c, "after decimal point in numeric literal"));
	}
	if (peek(c) == 'e' || peek(c) == 'E') {
		c->at++;
		if (peek(c) == '+' || peek(c) == '-')
			c->at++;
		TRY(digits(c, "in exponent of numeric literal"));
	}
	return NULL;
}

static err *escape(struct scan *c)
{
	c->at++;
	if (c->at < c->s.n && strchr("bfnrt\\/\"", peek(c)) && peek(c)) {
		c->at++;
		return NULL;
	}
	if (peek(c) != 'u')
		return wrong(c, "in string escape code");
	c->at++;
	for (int i = 0; i < 4; i++, c->at++)
		if (!strchr("0123456789abcdefABCDEF", peek(c)) || !peek(c))
			return wrong(c, "in \\u hexadecimal character escape");
	return NULL;
}

static err *text(struct scan *c)
{
	for (c->at++; peek(c) != '"';) {
		if (c->at >= c->s.n || (unsigned char)peek(c) < ' ')
			return wrong(c, "in string literal");
		if (peek(c) == '\\')
			TRY(escape(c));
		else
			c->at++;
	}
	c->at++;
	return NULL;
}

static err *word(struct scan *c, const char *w)
{
	for (size_t i = 1; w[i]; i++) {
		c->at++;
		if (peek(c) != w[i])
			return wrong(
				c, arena_printf(c->mem, "in literal %s (expecting '%c')", w, w[i]));
	}
	c->at++;
	return NULL;
}

static err *value(struct scan *c, int depth);

static err *list(struct scan *c, int depth)
{
	c->at++;
	blanks(c);
	if (peek(c) == ']') {
		c->at++;
		return NULL;
	}
	for (;;) {
		TRY(value(c, depth));
		blanks(c);
		if (peek(c) != ',' && peek(c) != ']')
			return wrong(c, "after array element");
		if (c->s.p[c->at++] == ']')
			return NULL;
	}
}

static err *map(struct scan *c, int depth)
{
	c->at++;
	blanks(c);
	if (peek(c) == '}') {
		c->at++;
		return NULL;
	}
	for (;;) {
		blanks(c);
		if (peek(c) != '"')
			return wrong(c, "looking for beginning of object key string");
		TRY(text(c));
		blanks(c);
		if (peek(c) != ':')
			return wrong(c, "after object key");
		c->at++;
		TRY(value(c, depth));
		blanks(c);
		if (peek(c) != ',' && peek(c) != '}')
			return wrong(c, "after object key:value pair");
		if (c->s.p[c->at++] == '}')
			return NULL;
	}
}

static err *value(struct scan *c, int depth)
{
	if (depth > MAX_DEPTH)
		return err_new(c->mem, ERR_LIMIT, "exceeded max depth");
	blanks(c);
	switch (peek(c)) {
	case '{':
		return map(c, depth + 1);
	case '[':
		return list(c, depth + 1);
	case '"':
		return text(c);
	case 't':
		return word(c, "true");
	case 'f':
		return word(c, "false");
	case 'n':
		return word(c, "null");
	case '-':
		return number(c);
	}
	return digit(c) ? number(c) : wrong(c, "looking for beginning of value");
}

err *json_scan(arena *mem, str s, size_t *ret_used)
{
	struct scan c = {.mem = mem, .s = s};
	blanks(&c);
	err *e = c.at == s.n ? err_new(mem, ERR_INVALID, "EOF") : value(&c, 0);
	*ret_used = c.at;
	return e;
}
