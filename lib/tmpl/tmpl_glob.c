#include "tmpl/tmpl_glob.h"

#include "base/buf.h"
#include "base/rune.h"

struct glob {
	arena *mem;
	str s;
	size_t at;
	int braces;
	buf out;
};

/* The next code point; false at the end and for what is no UTF-8, which spoils the pattern. */
static bool take(struct glob *g, uint32_t *ret, bool *ret_bad)
{
	size_t len;
	str rest = str_sub(g->s, g->at, g->s.n);
	if (!rest.n)
		return false;
	*ret = rune_at(rest, &len);
	*ret_bad = *ret == RUNE_BAD;
	g->at += len;
	return !*ret_bad;
}

static void add_rune(buf *b, uint32_t r, bool in_class)
{
	if (r < 0x80 && (in_class || !rune_is_letter(r)))
		buf_printf(b, "\\x%02x", r);
	else
		buf_utf8(b, r);
}

/* "[abc]", "[!abc]", "[a-z]" behind the bracket; false when it is malformed. */
static bool class(struct glob *g)
{
	uint32_t r, high;
	bool bad = false, escaped = false, any = false;
	buf_text_add(&g->out, "[");
	if (!take(g, &r, &bad))
		return false;
	if (r == '!') {
		buf_text_add(&g->out, "^");
		if (!take(g, &r, &bad))
			return false;
	}
	if (g->at < g->s.n && g->s.p[g->at] == '-') {
		g->at++;
		if (!take(g, &high, &bad) || !r || !high || high < r)
			return false;
		add_rune(&g->out, r, true);
		buf_char(&g->out, '-');
		add_rune(&g->out, high, true);
		buf_char(&g->out, ']');
		return take(g, &r, &bad) && r == ']';
	}
	for (;;) {
		if (!escaped && r == ']')
			break;
		if (!escaped && r == '\\') {
			escaped = true;
		} else {
			add_rune(&g->out, r, true);
			escaped = false;
			any = true;
		}
		if (!take(g, &r, &bad))
			return false;
	}
	buf_char(&g->out, ']');
	return any;
}

static bool translate(struct glob *g)
{
	uint32_t r;
	bool bad = false;
	while (take(g, &r, &bad)) {
		bool twice = r == '*' && g->at < g->s.n && g->s.p[g->at] == '*';
		if (twice) {
			g->at++;
			buf_text_add(&g->out, ".*");
		} else if (r == '*') {
			buf_text_add(&g->out, "[^/]*");
		} else if (r == '?') {
			buf_text_add(&g->out, "[^/]");
		} else if (r == '[') {
			if (!class(g))
				return false;
		} else if (r == '{') {
			g->braces++;
			buf_text_add(&g->out, "(?:");
		} else if (r == '}' && g->braces) {
			g->braces--;
			buf_char(&g->out, ')');
		} else if (r == ',' && g->braces) {
			buf_char(&g->out, '|');
		} else {
			if (r == '\\' && !take(g, &r, &bad))
				return !bad;
			add_rune(&g->out, r, false);
		}
	}
	for (; g->braces; g->braces--)
		buf_char(&g->out, ')');
	return !bad;
}

err *tmpl_glob_compile(arena *mem, str pattern, struct regex **ret)
{
	struct glob g = {.mem = mem, .s = pattern, .out = buf_init(mem)};
	buf_text_add(&g.out, "(?s)");
	if (!translate(&g))
		return regex_compile(mem, STR("(?s).*"), ret);
	return regex_compile(mem, buf_view(&g.out), ret);
}
