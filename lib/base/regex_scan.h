/*
 * regex_scan: the text of a regular expression while it is read, and its escapes.
 */
#ifndef SLUICE_REGEX_SCAN_H
#define SLUICE_REGEX_SCAN_H

#include "base/err.h"
#include "base/str.h"

enum regex_flag { REGEX_FOLD = 1, REGEX_ONE_LINE = 2, REGEX_DOT_NL = 4, REGEX_LAZY = 8 };

struct regex_scan {
	arena *mem;
	str whole, rest;
	unsigned flags;
	size_t ranges; /* of all classes so far */
};

/* "error parsing regexp: what: `where`" */
err *regex_fail(struct regex_scan *p, const char *what, str where);

/* The text from begin up to where reading stands. */
str regex_since(const struct regex_scan *p, str begin);

/* Fails for broken UTF-8 and at the end. */
err *regex_next(struct regex_scan *p, uint32_t *ret);

/* Whether byte i of the rest is c. */
bool regex_at(const struct regex_scan *p, size_t i, char c);

/* Goes on by n bytes. */
void regex_skip(struct regex_scan *p, size_t n);

/* Letters, digits and underscores. */
bool regex_is_name(str name);

/* A backslash and what is behind it, as one code point. */
err *regex_escape(struct regex_scan *p, uint32_t *ret);

#endif
