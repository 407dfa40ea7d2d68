/*
 * str: a piece of text that somebody else owns: a pointer and a length, with no promise of a NUL
 * behind it. Nothing here allocates except where an arena is taken.
 */
#ifndef SLUICE_STR_H
#define SLUICE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct str str;
struct str {
	const char *p;
	size_t n;
};

/* A literal, and a str for printf's "%.*s". */
#define STR(literal) ((str){(literal), sizeof(literal) - 1})
#define STR_ARG(s) (int)(s).n, (s).p

/* The whole of a C text; NULL gives an empty one. */
str str_of(const char *text);

/* A C text with the same bytes. */
char *str_text(arena *mem, str s);

/* Equal to another, to a C text, without regard to the case of ASCII letters. */
bool str_eq(str a, str b);
bool str_is(str a, const char *text);
bool str_eq_nocase(str a, str b);
int str_cmp(str a, str b); /* by bytes, as memcmp */
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);

/* The part [from, to), both cut to the text's length. */
static inline str str_sub(str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (str){from ? s.p + from : s.p, to - from}; /* s.p may be NULL */
}

/* Where the first or last c, or the first needle, begins; -1 when there is none. */
ptrdiff_t str_find(str s, char c);
ptrdiff_t str_rfind(str s, char c);
ptrdiff_t str_search(str s, str needle);

/* Without the ASCII blanks (space, tab, CR, LF, VT, FF) at both ends. */
str str_trim(str s);

/* Takes the text before the first sep off *rest; false when *rest was used up. "a,,b" gives
 * "a", "", "b"; "" gives "". *rest.p becomes NULL after the last part. */
bool str_next(str *rest, char sep, str *ret_part);

/* Splits at the first sep. False, with *ret_before the whole and *ret_after empty, without one. */
bool str_cut(str s, char sep, str *ret_before, str *ret_after);

/* A decimal number with an optional sign, the whole text and nothing else. */
bool str_int(str s, int64_t *ret_number);

/* FNV-1a, for tables that hold no foreign keys, and for fingerprints within one process. */
uint64_t str_hash(str s);

/* Plain C texts: equal (two NULLs are equal), begins with, ends with. */
bool text_eq(const char *a, const char *b);
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

#endif
