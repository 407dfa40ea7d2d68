#include "data/yaml_node_emit.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "data/yaml_node_scan.h"

#define STEP 2 /* columns of indentation */

struct yaml_emit yaml_emit_start(buf *b, bool v2)
{
	return (struct yaml_emit){.b = b,
				  .v2 = v2,
				  .width = v2 ? 80 : INT_MAX,
				  .indent = -1,
				  .step = STEP,
				  .foot_indent = -1,
				  .whitespace = true,
				  .indention = true};
}

/* --- small strokes --------------------------------------------------------------------------- */

static void put(struct yaml_emit *e, char c)
{
	buf_char(e->b, c);
	e->column++;
}

static void write_char(struct yaml_emit *e, const char *p)
{
	buf_add(e->b, p, width_of(*p));
	e->column++;
}

void yaml_emit_break(struct yaml_emit *e)
{
	buf_char(e->b, '\n');
	e->column = 0;
	e->indention = true;
}

/* A break of the text itself; NEL, LS and PS are written as they are. */
static void write_break(struct yaml_emit *e, const char *p)
{
	if (*p == '\n') {
		yaml_emit_break(e);
		return;
	}
	write_char(e, p);
	e->column = 0;
	e->indention = true;
}

void yaml_emit_indent(struct yaml_emit *e)
{
	int indent = e->indent < 0 ? 0 : e->indent;
	if (!e->indention || e->column > indent || (e->column == indent && !e->whitespace))
		yaml_emit_break(e);
	if (e->foot_indent == indent)
		yaml_emit_break(e);
	if (e->column < indent) {
		buf_fill(e->b, ' ', (size_t)(indent - e->column));
		e->column = indent;
	}
	e->whitespace = true;
	e->foot_indent = -1;
	if (e->v2)
		e->indention = true;
}

static int characters(str s)
{
	int n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

void yaml_emit_raw(struct yaml_emit *e, str text)
{
	buf_str(e->b, text);
	e->column += characters(text);
}

void yaml_emit_mark(struct yaml_emit *e, const char *mark, bool need_blank, bool is_blank,
		    bool is_indention)
{
	if (need_blank && !e->whitespace)
		put(e, ' ');
	for (; *mark; mark++)
		put(e, *mark);
	e->whitespace = is_blank;
	e->indention = e->indention && is_indention;
}

/* --- what a text allows ---------------------------------------------------------------------- */

static bool is_printable(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	if (*u < 0x80)
		return *u == '\n' || (*u >= 0x20 && *u <= 0x7E);
	if (*u == 0xC2)
		return u[1] >= 0xA0;
	if (*u == 0xED)
		return u[1] < 0xA0;
	if (*u == 0xEF)
		return !(u[1] == 0xBB && u[2] == 0xBF) &&
		       !(u[1] == 0xBF && (u[2] == 0xBE || u[2] == 0xBF));
	return (*u > 0xC2 && *u < 0xED) || *u == 0xEE;
}

/* A line of letters, digits, '_', '.', '/' and inner '-': plain everywhere. */
static bool is_harmless(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!is_word(c) && c != '.' && c != '/')
			return false;
	}
	return s.n && s.p[0] != '-' && s.p[0] != '.';
}

struct flaws {
	bool block_mark, flow_mark, breaks, special, tab;
	bool lead_space, lead_break, tail_space, tail_break, break_space, space_break;
};

/* Characters that mean something in this place of a plain scalar. */
static void look_for_marks(struct flaws *f, const char *p, bool first, bool before, bool after)
{
	bool flow = false, block = false;
	if (first) {
		block = memchr("#,[]{}&*!|>'\"%@`", *p, 16) != NULL;
		flow = block || *p == '?' || *p == ':' || (*p == '-' && after);
		block = block || ((*p == '?' || *p == ':' || *p == '-') && after);
	} else {
		flow = memchr(",?[]{}:", *p, 7) != NULL;
		block = (*p == ':' && after) || (*p == '#' && before);
		flow = flow || block;
	}
	f->flow_mark |= flow;
	f->block_mark |= block;
}

static struct flaws find_flaws(const struct yaml_emit *e, str s)
{
	struct flaws f = {0};
	bool before = true, space = false, line = false;
	if (s.n >= 3 && (!memcmp(s.p, "---", 3) || !memcmp(s.p, "...", 3)))
		f.block_mark = f.flow_mark = true;
	for (size_t i = 0, w; i < s.n; i += w) {
		const char *p = s.p + i;
		w = width_of(*p);
		bool last = i + w >= s.n;
		look_for_marks(&f, p, i == 0, before, last || is_blank(p[w]));
		if (*p == '\t' && !e->v2)
			f.tab = true;
		else if (!is_printable(p))
			f.special = true;
		bool is_space = *p == ' ', is_line = is_break(p);
		if (is_space) {
			f.lead_space |= i == 0;
			f.tail_space |= last;
			f.break_space |= line;
		} else if (is_line) {
			f.breaks = true;
			f.lead_break |= i == 0;
			f.tail_break |= last;
			f.space_break |= space;
		}
		space = is_space;
		line = is_line;
		before = is_blankz(p);
	}
	return f;
}

struct yaml_look yaml_emit_look(const struct yaml_emit *e, str s)
{
	if (!s.n)
		return (struct yaml_look){.block_plain = true, .single = true};
	if (is_harmless(s))
		return (struct yaml_look){false, true, true, true, true};
	struct flaws f = find_flaws(e, s);
	bool odd = f.space_break || f.special;
	struct yaml_look look = {.multiline = f.breaks};
	look.single = !f.break_space && !odd && !f.tab;
	look.block = !f.tail_space && !odd;
	bool plain = look.single && !f.lead_space && !f.lead_break && !f.tail_space &&
		     !f.tail_break && !f.breaks;
	look.flow_plain = plain && !f.flow_mark;
	look.block_plain = plain && !f.block_mark;
	return look;
}

int yaml_emit_style(const struct yaml_emit *e, const struct yaml_look *look, str text, int style,
		    bool simple_key)
{
	style &= YN_DOUBLE | YN_SINGLE | YN_LITERAL | YN_FOLDED;
	if (simple_key && look->multiline)
		style = YN_DOUBLE;
	if (!style) {
		bool plain = e->flow ? look->flow_plain : look->block_plain;
		if (!plain || (!text.n && (e->flow || simple_key)))
			style = YN_SINGLE;
	}
	if (style == YN_SINGLE && !look->single)
		style = YN_DOUBLE;
	if ((style & (YN_LITERAL | YN_FOLDED)) && (!look->block || e->flow || simple_key))
		style = YN_DOUBLE;
	return style;
}

/* --- the five ways --------------------------------------------------------------------------- */

/* A run that ends before the fold column can be written at once. */
static bool write_short(struct yaml_emit *e, str s)
{
	if (e->column + (int64_t)s.n > e->width)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < 0x20 || c >= 0x7F || c == '\'' || c == '"' || c == '\\')
			return false;
	}
	buf_str(e->b, s);
	e->column += (int)s.n;
	e->indention = false;
	return true;
}

static bool space_at(str s, size_t i)
{
	return i < s.n && s.p[i] == ' ';
}

/* Plain and single-quoted texts, between the quotes. */
static void write_folding(struct yaml_emit *e, str s, bool single, bool allow_breaks)
{
	bool spaces = false, breaks = false;
	for (size_t i = 0; i < s.n; i += width_of(s.p[i])) {
		const char *p = s.p + i;
		if (*p == ' ') {
			bool inner = !single || (i > 0 && i < s.n - 1);
			if (allow_breaks && !spaces && e->column > e->width && inner &&
			    !space_at(s, i + 1))
				yaml_emit_indent(e);
			else
				write_char(e, p);
			spaces = true;
		} else if (is_break(p)) {
			if (!breaks && *p == '\n')
				yaml_emit_break(e);
			write_break(e, p);
			breaks = true;
		} else {
			if (breaks)
				yaml_emit_indent(e);
			if (single && *p == '\'')
				put(e, '\'');
			write_char(e, p);
			e->indention = false;
			spaces = breaks = false;
		}
	}
}

static void write_plain(struct yaml_emit *e, str s, bool allow_breaks)
{
	if ((s.n || e->v2) && !e->whitespace)
		put(e, ' ');
	if (!write_short(e, s))
		write_folding(e, s, false, allow_breaks);
	if (s.n || e->v2)
		e->whitespace = false;
	e->indention = false;
}

static void write_single(struct yaml_emit *e, str s, bool allow_breaks)
{
	yaml_emit_mark(e, "'", true, false, false);
	if (!write_short(e, s))
		write_folding(e, s, true, allow_breaks);
	yaml_emit_mark(e, "'", false, false, false);
}

static uint32_t code_at(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	switch (width_of(*p)) {
	case 1:
		return *u;
	case 2:
		return (u[0] & 0x1Fu) << 6 | (u[1] & 0x3Fu);
	case 3:
		return (u[0] & 0xFu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
	default:
		return (u[0] & 7u) << 18 | (u[1] & 0x3Fu) << 12 | (u[2] & 0x3Fu) << 6 |
		       (u[3] & 0x3Fu);
	}
}

static void write_escape(struct yaml_emit *e, uint32_t c)
{
	static const char from[] = "\a\b\t\n\v\f\r\x1B\"\\", to[] = "abtnvfre\"\\";
	char text[16];
	const char *known = c && c < 0x80 ? strchr(from, (int)c) : NULL;
	put(e, '\\');
	if (known)
		snprintf(text, sizeof(text), "%c", to[known - from]);
	else if (!c || c == 0x85 || c == 0xA0 || c == 0x2028 || c == 0x2029)
		snprintf(text, sizeof(text), "%c",
			 !c	       ? '0'
			 : c == 0x85   ? 'N'
			 : c == 0xA0   ? '_'
			 : c == 0x2028 ? 'L'
				       : 'P');
	else
		snprintf(text, sizeof(text),
			 c <= 0xFF     ? "x%02X"
			 : c <= 0xFFFF ? "u%04X"
				       : "U%08X",
			 (unsigned)c);
	for (const char *t = text; *t; t++)
		put(e, *t);
}

static void write_double(struct yaml_emit *e, str s, bool allow_breaks)
{
	bool spaces = false;
	yaml_emit_mark(e, "\"", true, false, false);
	/* go-yaml asks for a byte order mark at the beginning of the text, not at this place */
	bool bom = str_starts(s, STR("\xEF\xBB\xBF"));
	if (!write_short(e, s))
		for (size_t i = 0; i < s.n; i += width_of(s.p[i])) {
			const char *p = s.p + i;
			if (!is_printable(p) || bom || is_break(p) || *p == '"' || *p == '\\') {
				write_escape(e, code_at(p));
				spaces = false;
			} else if (*p != ' ') {
				write_char(e, p);
				spaces = false;
			} else {
				if (allow_breaks && !spaces && e->column > e->width && i > 0 &&
				    i < s.n - 1) {
					yaml_emit_indent(e);
					if (space_at(s, i + 1))
						put(e, '\\');
				} else {
					write_char(e, p);
				}
				spaces = true;
			}
		}
	yaml_emit_mark(e, "\"", false, false, false);
}

/* The start of the character that ends at n. */
static size_t last_start(str s, size_t n)
{
	size_t i = n - 1;
	while (i > 0 && ((unsigned char)s.p[i] & 0xC0) == 0x80)
		i--;
	return i;
}

/* The indentation and chomping behind '|' or '>'. */
static void write_hints(struct yaml_emit *e, str s)
{
	const char digit[] = {(char)('0' + e->step), 0};
	if (s.n && (s.p[0] == ' ' || is_break(s.p)))
		yaml_emit_mark(e, digit, false, false, false);
	const char *chomp = "";
	size_t i = s.n ? last_start(s, s.n) : 0;
	if (!s.n || !is_break(s.p + i))
		chomp = "-";
	else if (i == 0 || is_break(s.p + last_start(s, i)))
		chomp = "+";
	if (*chomp)
		yaml_emit_mark(e, chomp, false, false, false);
}

static void write_literal(struct yaml_emit *e, str s)
{
	yaml_emit_mark(e, "|", true, false, false);
	write_hints(e, s);
	yaml_emit_line_comment(e, true);
	e->whitespace = true;
	bool breaks = true;
	for (size_t i = 0; i < s.n;) {
		const char *p = s.p + i;
		if (is_break(p)) {
			write_break(e, p);
			breaks = true;
			i += width_of(*p);
			continue;
		}
		if (breaks)
			yaml_emit_indent(e);
		size_t from = i;
		while (i < s.n && !is_break(s.p + i))
			i += width_of(s.p[i]);
		yaml_emit_raw(e, str_sub(s, from, i));
		e->indention = false;
		breaks = false;
	}
}

/* Does the text, after the breaks that it begins with, go on with a character? */
static bool begins_with_text(str s)
{
	size_t k = 0;
	while (k < s.n && is_break(s.p + k))
		k += width_of(s.p[k]);
	return k < s.n && !is_blankz(s.p + k);
}

static void write_folded(struct yaml_emit *e, str s)
{
	yaml_emit_mark(e, ">", true, false, false);
	write_hints(e, s);
	yaml_emit_line_comment(e, true);
	e->whitespace = true;
	bool breaks = true, leading = true;
	for (size_t i = 0; i < s.n; i += width_of(s.p[i])) {
		const char *p = s.p + i;
		if (is_break(p)) {
			if (!breaks && !leading && *p == '\n' && begins_with_text(s))
				yaml_emit_break(e);
			write_break(e, p);
			breaks = true;
			continue;
		}
		if (breaks) {
			yaml_emit_indent(e);
			leading = is_blank(*p);
		}
		if (!breaks && *p == ' ' && !space_at(s, i + 1) && e->column > e->width)
			yaml_emit_indent(e);
		else
			write_char(e, p);
		e->indention = false;
		breaks = false;
	}
}

void yaml_emit_scalar(struct yaml_emit *e, str text, int style, bool simple_key)
{
	switch (style) {
	case YN_SINGLE:
		write_single(e, text, !simple_key);
		break;
	case YN_DOUBLE:
		write_double(e, text, !simple_key);
		break;
	case YN_LITERAL:
		write_literal(e, text);
		break;
	case YN_FOLDED:
		write_folded(e, text);
		break;
	default:
		write_plain(e, text, !simple_key);
	}
}

/* --- comments -------------------------------------------------------------------------------- */

void yaml_emit_comment(struct yaml_emit *e, str comment)
{
	bool breaks = false, pound = false;
	for (size_t i = 0; i < comment.n; i += width_of(comment.p[i])) {
		const char *p = comment.p + i;
		if (is_break(p)) {
			write_break(e, p);
			breaks = true;
			pound = false;
			continue;
		}
		if (breaks)
			yaml_emit_indent(e);
		if (!pound && *p != '#') {
			put(e, '#');
			put(e, ' ');
		}
		pound = true;
		write_char(e, p);
		e->indention = false;
		breaks = false;
	}
	if (!breaks)
		yaml_emit_break(e);
	e->whitespace = true;
}

void yaml_emit_line_comment(struct yaml_emit *e, bool then_break)
{
	if (!e->line_comment.n) {
		if (then_break)
			yaml_emit_break(e);
		return;
	}
	if (!e->whitespace)
		put(e, ' ');
	str comment = e->line_comment;
	e->line_comment = (str){0};
	yaml_emit_comment(e, comment);
}
