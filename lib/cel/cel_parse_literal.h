/*
 * cel_parse_literal: the values of the literals of CEL.
 */
#ifndef SLUICE_CEL_PARSE_LITERAL_H
#define SLUICE_CEL_PARSE_LITERAL_H

#include "cel/cel_lex.h"
#include "cel/cel_value.h"

/* The value of a literal token; negative: a minus stands before it. NULL with *ret_fault, a message,
 * when it has none. */
const cel_value *cel_literal(arena *mem, const struct cel_token *t, bool negative,
			     const char **ret_fault);

#endif
