/*
 * cel_check_format: the arguments of literal formats, text.format([…]), against their clauses.
 */
#ifndef SLUICE_CEL_CHECK_FORMAT_H
#define SLUICE_CEL_CHECK_FORMAT_H

#include "cel/cel_ast.h"
#include "cel/cel_lex.h"

/* Notes what is wrong with a call whose parts have their types. Calls of other functions, and formats
 * that are computed, are passed over. */
void cel_check_format(arena *mem, struct cel_source *source, const cel_node *call);

#endif
