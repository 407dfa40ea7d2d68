/*
 * tmpl_number: the literals of Go: numbers, characters and quoted strings, by the rules and with the
 * error texts of strconv and text/template/parse.
 */
#ifndef SLUICE_TMPL_NUMBER_H
#define SLUICE_TMPL_NUMBER_H

#include "base/err.h"
#include "tmpl/tmpl_lex.h"
#include "tmpl/tmpl_node.h"

/* strconv.Unquote: "…" with escapes, or `…`. */
err *tmpl_unquote(arena *mem, str text, str *ret_text);

/* A number, complex or character constant, as the lexer cut it. */
err *tmpl_number(arena *mem, struct tmpl_token t, struct tmpl_number *ret_number);

/* strconv's parsers. base 0: by prefix, with underscores. False for what Go refuses, ranges too. */
bool tmpl_parse_uint(str s, int base, uint64_t *ret);
bool tmpl_parse_int(str s, int base, int64_t *ret);
bool tmpl_parse_float(str s, double *ret);

#endif
