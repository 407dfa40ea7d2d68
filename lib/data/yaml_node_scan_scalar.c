/* Scalars: plain, quoted and block. What stands in one piece in the text is not copied. */
#include <string.h>

#include "data/yaml_node.h"
#include "data/yaml_node_scan.h"

/* A scalar's text under way: pieces of the source, copied together only when there are several. */
struct piece {
	buf *b;
	const char *from; /* the piece that is still open */
	bool several;
};

static void piece_close(struct piece *t, const char *to)
{
	if (!t->several)
		buf_clear(t->b);
	t->several = true;
	buf_add(t->b, t->from, (size_t)(to - t->from));
}

static str piece_end(struct piece *t, arena *mem, const char *to)
{
	if (!t->several)
		return (str){t->from, (size_t)(to - t->from)};
	buf_add(t->b, t->from, (size_t)(to - t->from));
	return (str){arena_copy(mem, t->b->p, t->b->n), t->b->n};
}

/* The line breaks between two lines of a plain or quoted scalar. */
struct gap {
	str first; /* n is 0 for an escaped break */
	bool broken;
};

/* One break folds to a space, more to one less; LS and PS stay. */
static void gap_fold(struct yaml_scan *s, const struct gap *g, buf *to)
{
	if (g->first.n == 1) {
		if (!s->breaks.n)
			buf_char(to, ' ');
	} else {
		buf_str(to, g->first);
	}
	buf_str(to, buf_view(&s->breaks));
	buf_clear(&s->breaks);
}

static void gap_break(struct yaml_scan *s, struct gap *g)
{
	str b = scan_break(s);
	if (!g->broken)
		g->first = b;
	else
		buf_str(&s->breaks, b);
	g->broken = true;
}

static bool at_document_mark(const struct yaml_scan *s)
{
	const char *p = scan_at(s);
	return !s->mark.column && (!strncmp(p, "---", 3) || !strncmp(p, "...", 3)) &&
	       is_blankz(p + 3);
}

/* --- plain ----------------------------------------------------------------------------------- */

static bool ends_plain(const struct yaml_scan *s, const char *p)
{
	if (*p == ':')
		return is_blankz(p + 1);
	return s->flow_level &&
	       (*p == ',' || *p == '?' || *p == '[' || *p == ']' || *p == '{' || *p == '}');
}

err *yaml_scan_scalar_plain(struct yaml_scan *s, struct yaml_token *t)
{
	struct yaml_mark start = s->mark, end = s->mark;
	struct piece text = {&s->scratch, scan_at(s), false};
	struct gap gap = {0};
	int32_t indent = s->indent + 1;
	buf_clear(&s->breaks);
	for (;;) {
		if (at_document_mark(s) || *scan_at(s) == '#')
			break;
		for (const char *p; !is_blankz(p = scan_at(s)) && !ends_plain(s, p);) {
			if (gap.broken) {
				piece_close(&text, s->text + end.at);
				gap_fold(s, &gap, text.b);
				text.from = p;
				gap.broken = false;
			}
			scan_skip(s);
			end = s->mark;
		}
		if (!is_blank(*scan_at(s)) && !is_break(scan_at(s)))
			break;
		for (const char *p; is_blank(*(p = scan_at(s))) || is_break(p);) {
			if (is_break(p)) {
				gap_break(s, &gap);
				continue;
			}
			if (gap.broken && s->mark.column < indent && *p == '\t')
				return yaml_scan_fail(
					s, start,
					"found a tab character that violates indentation");
			scan_skip(s);
		}
		if (!s->flow_level && s->mark.column < indent)
			break;
	}
	if (gap.broken)
		s->simple_allowed = true;
	*t = (struct yaml_token){.kind = TOK_SCALAR, .start = start, .end = end};
	t->text = piece_end(&text, s->mem, s->text + end.at);
	return NULL;
}

/* --- quoted ---------------------------------------------------------------------------------- */

static bool hex_digit(char c, uint32_t *value)
{
	if (c >= '0' && c <= '9')
		*value = *value << 4 | (uint32_t)(c - '0');
	else if ((c | 32) >= 'a' && (c | 32) <= 'f')
		*value = *value << 4 | (uint32_t)((c | 32) - 'a' + 10);
	else
		return false;
	return true;
}

/* \xNN, \uNNNN, \UNNNNNNNN: the digits. */
static err *hex_escape(struct yaml_scan *s, struct yaml_mark start, int digits)
{
	uint32_t value = 0;
	const char *p = scan_at(s);
	for (int i = 0; i < digits; i++)
		if (!hex_digit(p[i], &value))
			return yaml_scan_fail(s, start, "did not find expected hexdecimal number");
	if ((value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF)
		return yaml_scan_fail(s, start, "found invalid Unicode character escape code");
	if (value)
		buf_utf8(&s->scratch, value);
	else
		buf_char(&s->scratch, 0);
	while (digits--)
		scan_skip(s);
	return NULL;
}

/* What a backslash and the next character stand for; added to the scratch text. */
static err *escape(struct yaml_scan *s, struct yaml_mark start)
{
	static const char from[] = "0abt\tnvfre \"'\\", to[] = "\0\a\b\t\t\n\v\f\r\x1B \"'\\";
	char c = scan_at(s)[1];
	const char *known = c ? strchr(from, c) : NULL;
	int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	if (known)
		buf_char(&s->scratch, to[known - from]);
	else if (c == 'N')
		buf_utf8(&s->scratch, 0x85);
	else if (c == '_')
		buf_utf8(&s->scratch, 0xA0);
	else if (c == 'L' || c == 'P')
		buf_utf8(&s->scratch, c == 'L' ? 0x2028 : 0x2029);
	else if (!digits)
		return yaml_scan_fail(s, start, "found unknown escape character");
	scan_skip(s);
	scan_skip(s);
	return digits ? hex_escape(s, start, digits) : NULL;
}

/* Characters up to a blank, a break or the closing quote. */
static err *quoted_word(struct yaml_scan *s, struct piece *text, struct yaml_mark start,
			bool single, struct gap *gap)
{
	for (const char *p; !is_blankz(p = scan_at(s));) {
		if (single && *p == '\'') {
			if (p[1] != '\'')
				return NULL;
			piece_close(text, p);
			buf_char(text->b, '\'');
			scan_skip(s);
			scan_skip(s);
			text->from = scan_at(s);
		} else if (!single && *p == '"') {
			return NULL;
		} else if (!single && *p == '\\') {
			piece_close(text, p);
			if (is_break(p + 1)) {
				scan_skip(s);
				scan_skip_line(s);
				text->from = scan_at(s);
				*gap = (struct gap){.broken = true};
				return NULL;
			}
			TRY(escape(s, start));
			text->from = scan_at(s);
		} else {
			scan_skip(s);
		}
	}
	return NULL;
}

err *yaml_scan_scalar_quoted(struct yaml_scan *s, struct yaml_token *t, bool single)
{
	struct yaml_mark start = s->mark;
	scan_skip(s);
	struct piece text = {&s->scratch, scan_at(s), false};
	buf_clear(&s->breaks);
	for (;;) {
		if (at_document_mark(s))
			return yaml_scan_fail(s, start, "found unexpected document indicator");
		if (!*scan_at(s))
			return yaml_scan_fail(s, start, "found unexpected end of stream");
		struct gap gap = {0};
		TRY(quoted_word(s, &text, start, single, &gap));
		const char *blanks = scan_at(s);
		if (*blanks == (single ? '\'' : '"'))
			break;
		bool escaped = gap.broken;
		for (const char *p; is_blank(*(p = scan_at(s))) || is_break(p);) {
			if (is_break(p))
				gap_break(s, &gap);
			else
				scan_skip(s);
		}
		if (!gap.broken)
			continue;
		if (escaped) {
			/* the break itself is gone, further ones count */
			buf_str(text.b, buf_view(&s->breaks));
			buf_clear(&s->breaks);
		} else {
			piece_close(&text, blanks);
			gap_fold(s, &gap, text.b);
		}
		text.from = scan_at(s);
	}
	str whole = piece_end(&text, s->mem, scan_at(s));
	scan_skip(s);
	*t = (struct yaml_token){.kind = TOK_SCALAR, .start = start, .end = s->mark, .text = whole};
	t->style = single ? YN_SINGLE : YN_DOUBLE;
	return NULL;
}

/* --- block ----------------------------------------------------------------------------------- */

struct block {
	struct yaml_mark start;
	int chomp;	/* -1 strip, 0 clip, 1 keep */
	int32_t indent; /* 0 until it is known */
};

static void block_chomp(struct yaml_scan *s, struct block *b)
{
	char c = *scan_at(s);
	if (c != '+' && c != '-')
		return;
	b->chomp = c == '+' ? 1 : -1;
	scan_skip(s);
}

/* The header behind '|' or '>', up to and with its line break. */
static err *block_header(struct yaml_scan *s, struct block *b)
{
	scan_skip(s);
	block_chomp(s, b);
	char c = *scan_at(s);
	if (c >= '0' && c <= '9') {
		if (c == '0')
			return yaml_scan_fail(s, b->start,
					      "found an indentation indicator equal to 0");
		b->indent = c - '0' + (s->indent > 0 ? s->indent : 0);
		scan_skip(s);
		if (!b->chomp)
			block_chomp(s, b);
	}
	while (is_blank(*scan_at(s)))
		scan_skip(s);
	if (*scan_at(s) == '#') {
		yaml_scan_line_comment(s, b->start);
		while (!is_breakz(scan_at(s)))
			scan_skip(s);
	}
	if (!is_breakz(scan_at(s)))
		return yaml_scan_fail(s, b->start, "did not find expected comment or line break");
	scan_skip_line(s);
	return NULL;
}

/* Passes indentation and empty lines, whose breaks are gathered; finds the indentation. */
static err *block_breaks(struct yaml_scan *s, struct block *b, struct yaml_mark *end)
{
	int32_t deepest = 0;
	*end = s->mark;
	for (;;) {
		while ((!b->indent || s->mark.column < b->indent) && *scan_at(s) == ' ')
			scan_skip(s);
		if (s->mark.column > deepest)
			deepest = s->mark.column;
		if ((!b->indent || s->mark.column < b->indent) && *scan_at(s) == '\t')
			return yaml_scan_fail(
				s, b->start,
				"found a tab character where an indentation space is expected");
		if (!is_break(scan_at(s)))
			break;
		buf_str(&s->breaks, scan_break(s));
		*end = s->mark;
	}
	if (!b->indent) {
		b->indent = deepest > s->indent + 1 ? deepest : s->indent + 1;
		if (b->indent < 1)
			b->indent = 1;
	}
	return NULL;
}

err *yaml_scan_scalar_block(struct yaml_scan *s, struct yaml_token *t, bool literal)
{
	struct block b = {.start = s->mark};
	struct yaml_mark end;
	TRY(block_header(s, &b));
	buf_clear(&s->breaks);
	buf_clear(&s->scratch);
	TRY(block_breaks(s, &b, &end));
	str lead = {0};
	bool lead_blank = false;
	while (s->mark.column == b.indent && *scan_at(s)) {
		bool blank = is_blank(*scan_at(s));
		if (!literal && !lead_blank && !blank && lead.n == 1) {
			if (!s->breaks.n)
				buf_char(&s->scratch, ' ');
		} else {
			buf_str(&s->scratch, lead);
		}
		buf_str(&s->scratch, buf_view(&s->breaks));
		buf_clear(&s->breaks);
		lead_blank = blank;
		const char *from = scan_at(s);
		scan_skip_rest(s);
		buf_add(&s->scratch, from, (size_t)(scan_at(s) - from));
		lead = *scan_at(s) ? scan_break(s) : (str){0};
		TRY(block_breaks(s, &b, &end));
	}
	if (b.chomp != -1)
		buf_str(&s->scratch, lead);
	if (b.chomp == 1)
		buf_str(&s->scratch, buf_view(&s->breaks));
	*t = (struct yaml_token){.kind = TOK_SCALAR, .start = b.start, .end = end};
	t->text = (str){arena_copy(s->mem, s->scratch.p, s->scratch.n), s->scratch.n};
	t->style = literal ? YN_LITERAL : YN_FOLDED;
	return NULL;
}
