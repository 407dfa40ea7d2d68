/*
 * cel_text: the functions on texts: those of the language and of cel-go's string extension, and
 * base64. Positions count characters; a broken byte is one.
 */
#ifndef SLUICE_CEL_TEXT_H
#define SLUICE_CEL_TEXT_H

#include "cel/cel_arith.h"

cel_fn cel_contains, cel_starts_with, cel_ends_with;
cel_fn cel_char_at, cel_index_of, cel_last_index_of, cel_substring;
cel_fn cel_lower, cel_upper, cel_trim, cel_reverse, cel_quote;
cel_fn cel_replace, cel_split, cel_join;
cel_fn cel_base64_encode, cel_base64_decode;

/* text.matches(expression), which is compiled every time. */
cel_fn cel_matches;

#endif
