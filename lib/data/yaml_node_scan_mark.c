/* What hangs on nodes and documents: anchors, tags, directives, comments. */
#include <string.h>

#include "data/yaml_node_scan.h"

#define COMMENT_REACH 512 /* bytes without a comment that are searched for the next one */

/* --- anchors and tags ------------------------------------------------------------------------ */

static str word(struct yaml_scan *s)
{
	const char *from = scan_at(s);
	while (is_word(*scan_at(s)))
		scan_skip(s);
	return (str){from, (size_t)(scan_at(s) - from)};
}

err *yaml_scan_anchor(struct yaml_scan *s, struct yaml_token *t, uint8_t kind)
{
	struct yaml_mark start = s->mark;
	scan_skip(s);
	str name = word(s);
	const char *p = scan_at(s);
	if (!name.n || !(is_blankz(p) || strchr("?:,]}%@`", *p)))
		return yaml_scan_fail(s, start,
				      "did not find expected alphabetic or numeric character");
	*t = (struct yaml_token){.kind = kind, .start = start, .end = s->mark, .text = name};
	return NULL;
}

static bool hex_pair(const char *p, unsigned *ret_byte)
{
	*ret_byte = 0;
	for (int i = 1; i <= 2; i++) {
		char c = p[i];
		if (c >= '0' && c <= '9')
			*ret_byte = *ret_byte << 4 | (unsigned)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			*ret_byte = *ret_byte << 4 | (unsigned)((c | 32) - 'a' + 10);
		else
			return false;
	}
	return true;
}

/* One character written as %XX bytes. */
static err *uri_escape(struct yaml_scan *s, struct yaml_mark start)
{
	for (size_t i = 0, width = 1; i < width; i++) {
		unsigned byte;
		if (*scan_at(s) != '%' || !hex_pair(scan_at(s), &byte))
			return yaml_scan_fail(s, start, "did not find URI escaped octet");
		if (i == 0) {
			width = byte < 0x80		? 1
				: (byte & 0xE0) == 0xC0 ? 2
				: (byte & 0xF0) == 0xE0 ? 3
				: (byte & 0xF8) == 0xF0 ? 4
							: 0;
			if (!width)
				return yaml_scan_fail(s, start,
						      "found an incorrect leading UTF-8 octet");
		} else if ((byte & 0xC0) != 0x80) {
			return yaml_scan_fail(s, start, "found an incorrect trailing UTF-8 octet");
		}
		buf_char(&s->scratch, (char)byte);
		for (int k = 0; k < 3; k++)
			scan_skip(s);
	}
	return NULL;
}

/* A tag's own part, with what was read of it already in head (its '!' not counted). */
static err *tag_uri(struct yaml_scan *s, str head, struct yaml_mark start, str *ret_uri)
{
	bool any = head.n > 0;
	buf_clear(&s->scratch);
	if (head.n > 1)
		buf_add(&s->scratch, head.p + 1, head.n - 1);
	for (char c; is_word(c = *scan_at(s)) || (c && strchr(";/?:@&=+$,.!~*'()[]%", c));) {
		any = true;
		if (c == '%') {
			TRY(uri_escape(s, start));
			continue;
		}
		buf_char(&s->scratch, c);
		scan_skip(s);
	}
	if (!any)
		return yaml_scan_fail(s, start, "did not find expected tag URI");
	*ret_uri = (str){arena_copy(s->mem, s->scratch.p, s->scratch.n), s->scratch.n};
	return NULL;
}

/* "!", "!word" or "!word!". */
static err *tag_handle(struct yaml_scan *s, bool directive, struct yaml_mark start, str *ret_handle)
{
	const char *from = scan_at(s);
	if (*from != '!')
		return yaml_scan_fail(s, start, "did not find expected '!'");
	scan_skip(s);
	word(s);
	if (*scan_at(s) == '!')
		scan_skip(s);
	else if (directive && scan_at(s) - from > 1)
		return yaml_scan_fail(s, start, "did not find expected '!'");
	*ret_handle = (str){from, (size_t)(scan_at(s) - from)};
	return NULL;
}

err *yaml_scan_tag(struct yaml_scan *s, struct yaml_token *t)
{
	struct yaml_mark start = s->mark;
	str handle = {0}, suffix;
	if (scan_at(s)[1] == '<') {
		scan_skip(s);
		scan_skip(s);
		TRY(tag_uri(s, (str){0}, start, &suffix));
		if (*scan_at(s) != '>')
			return yaml_scan_fail(s, start, "did not find the expected '>'");
		scan_skip(s);
	} else {
		TRY(tag_handle(s, false, start, &handle));
		if (handle.n > 1 && handle.p[handle.n - 1] == '!') {
			TRY(tag_uri(s, (str){0}, start, &suffix));
		} else {
			TRY(tag_uri(s, handle, start, &suffix));
			handle = STR("!");
			if (!suffix.n) {
				suffix = handle;
				handle = (str){0};
			}
		}
	}
	if (!is_blankz(scan_at(s)))
		return yaml_scan_fail(s, start, "did not find expected whitespace or line break");
	*t = (struct yaml_token){.kind = TOK_TAG, .start = start, .end = s->mark, .text = handle};
	t->suffix = suffix;
	return NULL;
}

/* --- directives ------------------------------------------------------------------------------ */

static void blanks(struct yaml_scan *s)
{
	while (is_blank(*scan_at(s)))
		scan_skip(s);
}

static err *version_number(struct yaml_scan *s, struct yaml_mark start, int *ret_number)
{
	int digits = 0;
	*ret_number = 0;
	for (char c; (c = *scan_at(s)) >= '0' && c <= '9'; digits++) {
		if (digits == 2)
			return yaml_scan_fail(s, start, "found extremely long version number");
		*ret_number = *ret_number * 10 + (c - '0');
		scan_skip(s);
	}
	return digits ? NULL : yaml_scan_fail(s, start, "did not find expected version number");
}

static err *version_directive(struct yaml_scan *s, struct yaml_mark start, struct yaml_token *t)
{
	int major, minor;
	blanks(s);
	TRY(version_number(s, start, &major));
	if (*scan_at(s) != '.')
		return yaml_scan_fail(s, start, "did not find expected digit or '.' character");
	scan_skip(s);
	TRY(version_number(s, start, &minor));
	t->kind = TOK_VERSION;
	t->number = (uint16_t)(major * 100 + minor);
	return NULL;
}

static err *tag_directive(struct yaml_scan *s, struct yaml_mark start, struct yaml_token *t)
{
	blanks(s);
	TRY(tag_handle(s, true, start, &t->text));
	if (!is_blank(*scan_at(s)))
		return yaml_scan_fail(s, start, "did not find expected whitespace");
	blanks(s);
	TRY(tag_uri(s, (str){0}, start, &t->suffix));
	if (!is_blankz(scan_at(s)))
		return yaml_scan_fail(s, start, "did not find expected whitespace or line break");
	t->kind = TOK_TAG_DIRECTIVE;
	return NULL;
}

err *yaml_scan_directive(struct yaml_scan *s, struct yaml_token *t)
{
	struct yaml_mark start = s->mark;
	scan_skip(s);
	str name = word(s);
	if (!name.n)
		return yaml_scan_fail(s, start, "could not find expected directive name");
	if (!is_blankz(scan_at(s)))
		return yaml_scan_fail(s, start, "found unexpected non-alphabetical character");
	if (str_is(name, "YAML"))
		TRY(version_directive(s, start, t));
	else if (str_is(name, "TAG"))
		TRY(tag_directive(s, start, t));
	else
		return yaml_scan_fail(s, start, "found unknown directive name");
	t->start = start;
	t->end = s->mark;
	blanks(s);
	if (*scan_at(s) == '#')
		while (!is_breakz(scan_at(s)))
			scan_skip(s);
	if (!is_breakz(scan_at(s)))
		return yaml_scan_fail(s, start, "did not find expected comment or line break");
	scan_skip_line(s);
	return NULL;
}

/* --- comments -------------------------------------------------------------------------------- */

static void add_comment(struct yaml_scan *s, struct yaml_comment c)
{
	if (s->comments_head == s->comments.n)
		s->comments_head = s->comments.n = 0;
	VEC_PUSH(s->work, &s->comments, c);
}

/* Steps to the byte at, then reads on to the end of its line. */
static void read_comment_line(struct yaml_scan *s, uint32_t at, buf *to)
{
	for (;;) {
		const char *p = scan_at(s);
		if (is_breakz(p)) {
			if (s->mark.at >= at || !*p)
				return;
			scan_skip_line(s);
			continue;
		}
		if (s->mark.at >= at)
			buf_add(to, p, width_of(*p));
		scan_skip(s);
	}
}

static str note_text(struct yaml_scan *s)
{
	return (str){arena_copy(s->mem, s->note.p, s->note.n), s->note.n};
}

void yaml_scan_line_comment(struct yaml_scan *s, struct yaml_mark token_mark)
{
	if (s->bare)
		return;
	if (s->newlines > 0)
		return;
	const char *p = scan_at(s);
	uint32_t gap = 0;
	while (gap < COMMENT_REACH && is_blank(p[gap]))
		gap++;
	if (gap == COMMENT_REACH || p[gap] != '#')
		return;
	while (gap--)
		scan_skip(s);
	struct yaml_comment c = {.token = token_mark, .start = s->mark};
	buf_clear(&s->note);
	read_comment_line(s, s->mark.at, &s->note);
	c.line = note_text(s);
	add_comment(s, c);
}

/* The search for comments before a token: what was found so far and where the eye is. */
struct search {
	struct yaml_mark scan, token, start;
	uint32_t peek;	      /* bytes ahead of the scanner's place */
	int32_t line, column; /* of the eye; the column counts from 1 */
	int32_t indent;	      /* columns less than this are outside the open block */
	int32_t foot_line;    /* a comment that begins here may be the foot of what is above */
	bool first_empty, recent_empty, after_value;
};

static struct yaml_mark eye(const struct yaml_scan *s, const struct search *f, int back)
{
	return (struct yaml_mark){s->mark.at + f->peek - (uint32_t)back, f->line, f->column};
}

/* What was found so far is a foot of what stands above. */
static void found_foot(struct yaml_scan *s, struct search *f)
{
	struct yaml_comment c = {f->scan, f->token, f->start, eye(s, f, 0), .foot = note_text(s)};
	add_comment(s, c);
	f->scan = f->token = c.end;
	buf_clear(&s->note);
}

/* An empty line, the end, or the end of a flow collection: does it cut off a foot? */
static void found_gap(struct yaml_scan *s, struct search *f, bool close_flow, const char *p)
{
	bool outside = f->start.column - 1 < f->indent;
	bool below = f->start.line == f->foot_line && !f->after_value;
	if (close_flow || (f->first_empty && (below || outside))) {
		if (!s->note.n)
			return;
		if (outside)
			f->token = f->start;
		found_foot(s, f);
	} else if (s->note.n && *p) {
		buf_char(&s->note, '\n');
	}
}

static void start_search(struct yaml_scan *s, struct search *f, struct yaml_mark scan_mark)
{
	const struct yaml_token *t = &s->queue[s->tail - 1];
	if (t->kind == TOK_FLOW_ENTRY && s->tail > 1)
		t--;
	*f = (struct search){
		.scan = scan_mark,
		.token = t->start,
		.line = s->mark.line,
		.column = s->mark.column,
		.indent = s->indent < 0 ? 0 : s->indent,
		.foot_line = -1,
		.first_empty = s->newlines <= 1,
		.after_value = t->kind == TOK_VALUE,
	};
	if (scan_mark.line > 0) {
		f->foot_line = s->mark.line - s->newlines + 1;
		if (!s->newlines && s->mark.column > 1)
			f->foot_line++;
	}
	buf_clear(&s->note);
}

/* One line of a comment begins at the eye. */
static void read_line(struct yaml_scan *s, struct search *f)
{
	if (!s->note.n)
		f->start = eye(s, f, 0);
	else
		buf_char(&s->note, '\n');
	f->recent_empty = false;
	read_comment_line(s, s->mark.at + f->peek, &s->note);
	f->peek = 0;
	f->column = 0;
	f->line = s->mark.line;
	f->indent = s->indent < 0 ? 0 : s->indent;
}

void yaml_scan_comments(struct yaml_scan *s, struct yaml_mark scan_mark)
{
	struct search f;
	start_search(s, &f, scan_mark);
	for (; f.peek < COMMENT_REACH; f.peek++) {
		const char *p = scan_at(s) + f.peek;
		f.column++;
		if (is_blank(*p))
			continue;
		bool close_flow = s->flow_level > 0 && (*p == ']' || *p == '}');
		if (close_flow || is_breakz(p)) {
			if (close_flow || !f.recent_empty)
				found_gap(s, &f, close_flow, p);
			if (!is_break(p))
				break;
			f.first_empty = false;
			f.recent_empty = true;
			f.column = 0;
			f.line++;
			continue;
		}
		if (s->note.n && f.column - 1 < f.indent && f.column != f.start.column)
			found_foot(s, &f);
		if (*p != '#')
			break;
		read_line(s, &f);
	}
	if (!s->note.n)
		return;
	struct yaml_comment c = {f.scan, f.start, f.start, eye(s, &f, 1), .head = note_text(s)};
	add_comment(s, c);
}
