/*
 * cel_format: text.format([…]) of cel-go's string extension: %s %d %f %e %b %x %X %o with a precision
 * before f and e.
 */
#ifndef SLUICE_CEL_FORMAT_H
#define SLUICE_CEL_FORMAT_H

#include "cel/cel_arith.h"

cel_fn cel_format;

/* A clause of a format as it is checked before there are values: verb 's' to 'o'. False, with the
 * types that it takes in words, when a value of this kind is none of them; CEL_ERROR: any kind. */
bool cel_format_takes(char verb, enum cel_kind kind, const char **ret_words);

/* The clause behind the '%' at format.p[at]: its verb and precision. Its end; 0, with a message, when
 * there is none. */
size_t cel_format_clause(arena *mem, str format, size_t at, char *ret_verb, int64_t *ret_precision,
			 const char **ret_fault);

#endif
