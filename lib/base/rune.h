/*
 * rune: code points and their classes, as Go's packages unicode, strings and strconv see them.
 */
#ifndef SLUICE_RUNE_H
#define SLUICE_RUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define RUNE_BAD 0xfffdu /* what a byte that is no UTF-8 reads as */

/* The code point at s.p[0] and its length in bytes: RUNE_BAD and 1 for a byte that begins none, 0
 * and 0 at the end of the text. */
uint32_t rune_at(str s, size_t *ret_len);

bool rune_is_letter(uint32_t r); /* category L */
bool rune_is_digit(uint32_t r);	 /* category Nd */
bool rune_is_upper(uint32_t r);
bool rune_is_lower(uint32_t r);
bool rune_is_space(uint32_t r); /* White_Space, as Go's unicode.IsSpace */
bool rune_is_print(uint32_t r); /* letters, marks, numbers, punctuation, symbols, the plain space */

/* The other case, r itself when there is none. */
uint32_t rune_upper(uint32_t r);
uint32_t rune_lower(uint32_t r);
uint32_t rune_title(uint32_t r);

/* How many code points; a broken byte counts as one. */
size_t rune_count(str s);

/* A whole text in the other case, as Go's strings.ToUpper and ToLower: broken bytes become U+FFFD
 * unless all of the text is ASCII otherwise. */
str rune_str_upper(arena *mem, str s);
str rune_str_lower(arena *mem, str s);

/* The same of texts without a NUL. */
char *rune_text_upper(arena *mem, str s);
char *rune_text_lower(arena *mem, str s);

/* The text as a Go string literal in double quotes, as %q and strconv.Quote print it. */
void rune_quote(buf *b, str s);
char *rune_quoted(arena *mem, str s);

#endif
