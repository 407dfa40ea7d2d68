/*
 * tmpl_parse: the text of a template to trees, with the errors of Go's text/template/parse.
 */
#ifndef SLUICE_TMPL_PARSE_H
#define SLUICE_TMPL_PARSE_H

#include "base/err.h"
#include "base/map.h"
#include "tmpl/tmpl_node.h"

#define TMPL_MAX_TEXT ((size_t)64 << 20) /* bytes of all files of a set together: ERR_LIMIT */
#define TMPL_MAX_PARENS 1000 /* parentheses inside each other (Go: 10000): the error is Go's */
#define TMPL_MAX_BLOCKS 1000 /* if, with, range inside each other: ERR_LIMIT */

/* Finds a function by its name; NULL: not defined. */
typedef const struct tmpl_func *tmpl_find(str name);

/* Parses text, whose tree gets the name; the trees of its definitions and its own come into trees
 * (name to struct tmpl_tree), and the own one to *ret_main also when an other one keeps its name. The trees and an error live in mem; what
 * values may point to that the trees are executed for lives in values; the text is not copied.
 * ERR_INVALID: "template: NAME:LINE: …". */
err *tmpl_parse_text(arena *mem, arena *values, const char *name, str text, tmpl_find *find,
		     struct map *trees, const struct tmpl_tree **ret_main);

#endif
