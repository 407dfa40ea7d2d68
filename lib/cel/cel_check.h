/*
 * cel_check: finds the types of an expression and the faults in them, as cel-go's checker does.
 */
#ifndef SLUICE_CEL_CHECK_H
#define SLUICE_CEL_CHECK_H

#include "cel/cel_ast.h"
#include "cel/cel_lex.h"

/* Checks a tree whose variables, n maps from texts to anything, have these names. Faults are added to
 * source; names that the check resolved are marked in the tree. *ret_type is the type of the result
 * as texts show it. */
void cel_check(arena *mem, struct cel_source *source, cel_node *root, const char *const *variables,
	       size_t n, const char **ret_type);

#endif
