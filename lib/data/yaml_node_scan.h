/*
 * yaml_node_scan: the tokens of a YAML text, as go-yaml v3 cuts them: the same places, the same
 * comments kept aside, the same texts of failures. A part of yaml_node; nobody else needs it.
 *
 * Comments are not tokens. Each is noted with the token it belongs to, and the reader collects
 * those that lie before the token it looks at (yaml_scan_peek).
 */
#ifndef SLUICE_YAML_NODE_SCAN_H
#define SLUICE_YAML_NODE_SCAN_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

enum yaml_token_kind {
	TOK_STREAM_START = 1,
	TOK_STREAM_END,
	TOK_VERSION,	   /* %YAML; number is major * 100 + minor */
	TOK_TAG_DIRECTIVE, /* %TAG; text is the handle, suffix the prefix */
	TOK_DOC_START,
	TOK_DOC_END,
	TOK_BLOCK_LIST,
	TOK_BLOCK_MAP,
	TOK_BLOCK_END,
	TOK_FLOW_LIST,
	TOK_FLOW_LIST_END,
	TOK_FLOW_MAP,
	TOK_FLOW_MAP_END,
	TOK_ENTRY,
	TOK_FLOW_ENTRY,
	TOK_KEY,
	TOK_VALUE,
	TOK_ALIAS,
	TOK_ANCHOR,
	TOK_TAG, /* text is the handle ("" for none), suffix the rest */
	TOK_SCALAR,
};

/* A place: bytes from the start, line and column in characters, all from 0. */
struct yaml_mark {
	uint32_t at;
	int32_t line, column;
};

struct yaml_token {
	uint8_t kind, style; /* style of a scalar: enum yaml_node_style */
	uint16_t number;
	struct yaml_mark start, end;
	str text, suffix;
};

struct yaml_comment {
	struct yaml_mark scan, token, start, end;
	str head, line, foot;
};

struct yaml_simple_key {
	bool possible, required;
	bool awaited;  /* its token is held back until it is known whether it is a key */
	size_t number; /* of the token that would be the key */
	struct yaml_mark mark;
};

struct yaml_scan {
	arena *mem;
	arena *work;	  /* for what is needed while scanning only */
	const char *text; /* NULs behind it */
	uint32_t n;
	const char *bad; /* what is wrong with the bytes from n on; NULL when nothing */

	struct yaml_mark mark;
	int32_t newlines; /* line breaks since the last character that is no blank */
	bool started, ended, available, simple_allowed;
	bool bare; /* comments are passed over, places of failures are told as go-yaml v2 does */
	int32_t indent, flow_level;
	VEC(int32_t) indents;
	VEC(struct yaml_simple_key) keys; /* one a flow level */

	struct yaml_token *queue; /* [head, tail) wait; some before head are kept to look back at */
	size_t head, tail, cap, taken;

	VEC(struct yaml_comment) comments;
	size_t comments_head;

	buf scratch, breaks, note;

	/* the comments before the token last looked at and not yet given to a node */
	str head_comment, line_comment, foot_comment, stem_comment;
};

/* Starts on a text, which is copied; ERR_LIMIT above YAML_NODE_MAX_BYTES. work may be closed when the
 * scanner is done with. */
err *yaml_scan_init(struct yaml_scan *s, arena *mem, arena *work, str text);

/* The same without a copy: on the caller's bytes, with YAML_SCAN_SLACK NULs behind them, which must stay.
 * UTF-8 only (ERR_UNSUPPORTED); where the text goes bad a NUL is written into it. pass (may be NULL) is told
 * as the bytes up to a place have been looked at. */
#define YAML_SCAN_SLACK 8
#define YAML_SCAN_MAX_BYTES ((size_t)1 << 30)
err *yaml_scan_over(struct yaml_scan *s, arena *mem, arena *work, char *text, size_t n,
		    void (*pass)(void *arg, size_t upto), void *arg);

/* From now on tokens are made in mem, those that wait are moved there: what they were made in before may
 * go. */
void yaml_scan_move(struct yaml_scan *s, arena *mem);

/* The next token, valid until the next call, and its comments gathered in s. */
err *yaml_scan_peek(struct yaml_scan *s, struct yaml_token **ret_token);

/* Steps over the token that was looked at. */
void yaml_scan_skip(struct yaml_scan *s);

/* "yaml: line N: problem", as go-yaml counts for its scanner (from 1) or parser (off by one). */
err *yaml_scan_error(const struct yaml_scan *s, const struct yaml_mark *context,
		     const struct yaml_mark *place, bool scanner, const char *problem);

/* --- between the scanner's own files --------------------------------------------------------- */

/* Each cuts out the token that begins here. */
err *yaml_scan_scalar_plain(struct yaml_scan *s, struct yaml_token *t);
err *yaml_scan_scalar_quoted(struct yaml_scan *s, struct yaml_token *t, bool single);
err *yaml_scan_scalar_block(struct yaml_scan *s, struct yaml_token *t, bool literal);
err *yaml_scan_anchor(struct yaml_scan *s, struct yaml_token *t, uint8_t kind);
err *yaml_scan_tag(struct yaml_scan *s, struct yaml_token *t);
err *yaml_scan_directive(struct yaml_scan *s, struct yaml_token *t);

/* Notes a comment on the rest of this line, or all comments up to the next token. */
void yaml_scan_line_comment(struct yaml_scan *s, struct yaml_mark token_mark);
void yaml_scan_comments(struct yaml_scan *s, struct yaml_mark scan_mark);

/* A scanner's failure at the current place. */
err *yaml_scan_fail(const struct yaml_scan *s, struct yaml_mark context, const char *problem);

static inline const char *scan_at(const struct yaml_scan *s)
{
	return s->text + s->mark.at;
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* CR, LF, NEL, LS or PS */
static inline bool is_break(const char *p)
{
	if (*p == '\n' || *p == '\r')
		return true;
	if (p[0] == '\xC2')
		return p[1] == '\x85';
	return p[0] == '\xE2' && p[1] == '\x80' && (p[2] == '\xA8' || p[2] == '\xA9');
}

static inline bool is_breakz(const char *p)
{
	return !*p || is_break(p);
}

static inline bool is_blankz(const char *p)
{
	return is_blank(*p) || is_breakz(p);
}

static inline bool is_word(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' ||
	       c == '-';
}

/* The bytes of the character that begins with c. */
static inline uint32_t width_of(char c)
{
	unsigned char u = (unsigned char)c;
	return u < 0x80 ? 1 : u < 0xE0 ? 2 : u < 0xF0 ? 3 : 4;
}

/* One character further; never past the end. */
static inline void scan_skip(struct yaml_scan *s)
{
	char c = *scan_at(s);
	if (!c)
		return;
	if (!is_blank(c))
		s->newlines = 0;
	s->mark.at += width_of(c);
	s->mark.column++;
}

/* To the end of the line, or of the text. */
static inline void scan_skip_rest(struct yaml_scan *s)
{
	for (const char *p; p = scan_at(s), !is_breakz(p); scan_skip(s)) {
		size_t n = 0;
		bool blank = true;
		for (; p[n] >= ' ' && p[n] <= '~'; n++)
			blank &= p[n] == ' ';
		if (!blank)
			s->newlines = 0;
		s->mark.at += n;
		s->mark.column += n;
		if (is_breakz(p + n))
			return;
	}
}

static inline void scan_new_line(struct yaml_scan *s)
{
	s->mark.column = 0;
	s->mark.line++;
	s->newlines++;
}

/* Steps over a line break, if there is one. */
static inline void scan_skip_line(struct yaml_scan *s)
{
	const char *p = scan_at(s);
	if (!is_break(p))
		return;
	s->mark.at += p[0] == '\r' && p[1] == '\n' ? 2 : width_of(*p);
	scan_new_line(s);
}

/* Steps over a line break and says what it stands for in a scalar: "\n", or LS or PS itself. */
static inline str scan_break(struct yaml_scan *s)
{
	const char *p = scan_at(s);
	scan_skip_line(s);
	return *p == '\xE2' ? (str){p, 3} : STR("\n");
}

#endif
