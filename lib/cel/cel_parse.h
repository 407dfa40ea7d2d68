/*
 * cel_parse: reads a CEL expression, with the operators for optionals, into a tree. Grammar, faults and
 * the places where they are shown are those of cel-go's parser.
 */
#ifndef SLUICE_CEL_PARSE_H
#define SLUICE_CEL_PARSE_H

#include "cel/cel_macro.h"

/* Parses text, which has to live as long as mem. *ret_source holds the faults, if there are any, and
 * says where a node is; *ret_root is whole when there are none. ERR_LIMIT for an expression that is
 * too long or becomes too large. */
err *cel_parse(arena *mem, str text, struct cel_source *ret_source, cel_node **ret_root);

#endif
