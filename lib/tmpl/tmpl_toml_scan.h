/*
 * tmpl_toml_scan: keys and texts of TOML documents, and the characters, texts, numbers and dates of one
 * that is read.
 */
#ifndef SLUICE_TMPL_TOML_SCAN_H
#define SLUICE_TMPL_TOML_SCAN_H

#include "base/map.h"
#include "tmpl/tmpl_func.h"

#define TOML_END UINT32_MAX /* in place of a code point */

/* The zones of times without one: what is printed of them. */
#define TOML_LOCAL_DATETIME "datetime-local"
#define TOML_LOCAL_DATE "date-local"
#define TOML_LOCAL_TIME "time-local"

struct toml_path {
	str *p;
	size_t n, cap;
};

struct toml_reader {
	struct tmpl_call *c;
	arena *mem;
	str s;
	size_t at;
	int line, key_line;
	struct tv root;
	struct toml_path context; /* the table that is read */
	str current;		  /* the key whose value is read; empty between */
	struct map implicit;	  /* tables that no header has named yet */
	struct map arrays;	  /* keys whose values are arrays */
	int depth;
};

/* Adds a text in quotes; a key, in quotes where it must be. */
void toml_quote(buf *b, str s);
void toml_key(buf *b, str key);

/* A mistake in that line: toml: line 1 (last key "a"): … */
__attribute__((format(printf, 3, 4))) err *toml_fail(struct toml_reader *r, int line,
						     const char *fmt, ...);

/* The line of a mistake of the lexer: at the end of the text, that of the last character. */
int toml_here(const struct toml_reader *r);

/* Keys with dots between them; last unless empty is added as it stands. */
const char *toml_path_text(struct toml_reader *r, const str *p, size_t n, str last);

/* A code point as %q prints it. */
const char *toml_rune(struct toml_reader *r, uint32_t u);

/* The code point that comes, or TOML_END. */
uint32_t toml_peek(const struct toml_reader *r);

/* The next code point or TOML_END. Fails for control characters and broken UTF-8. */
err *toml_next(struct toml_reader *r, uint32_t *ret);

/* Whether text comes. */
bool toml_starts(const struct toml_reader *r, const char *text);

bool toml_is_digit(uint32_t u); /* 0 to 9 */
bool toml_is_break(uint32_t u); /* CR or LF */

/* Passes over spaces and tabs; a comment's text; blanks, line breaks and comments. */
void toml_blanks(struct toml_reader *r);
err *toml_comment(struct toml_reader *r);
err *toml_space(struct toml_reader *r);

/* Behind a quote, up to the same one; without escapes when it is a single one. */
err *toml_line(struct toml_reader *r, char quote, str *ret);

/* Behind three quotes, up to three of the same; one or two more belong to the text. */
err *toml_lines(struct toml_reader *r, char quote, str *ret);

/* At a digit: a number or a date; at a sign (from is where it stands): a number. */
err *toml_number(struct toml_reader *r, struct tv *ret);
err *toml_signed(struct toml_reader *r, size_t from, struct tv *ret);

#endif
