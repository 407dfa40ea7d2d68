/*
 * cel_macro: makes the nodes of a tree, and turns calls of macros (has, all, exists, exists_one,
 * map, filter, optMap, optFlatMap) into what they stand for.
 */
#ifndef SLUICE_CEL_MACRO_H
#define SLUICE_CEL_MACRO_H

#include "cel/cel_ast.h"
#include "cel/cel_lex.h"

#define CEL_MAX_NODES 100000 /* of a tree; macros copy their target */

struct cel_maker {
	arena *mem;
	struct cel_source *source;
	int ids; /* given out so far */
	size_t nodes;
	bool full; /* more than CEL_MAX_NODES were asked for */
};

/* The next id, for a node that is made later. */
int cel_next_id(struct cel_maker *m);

/* A node with an id of its own, or with one that was taken before. */
cel_node *cel_make(struct cel_maker *m, enum cel_node_kind kind, int32_t offset);
cel_node *cel_make_with(struct cel_maker *m, enum cel_node_kind kind, int32_t offset, int id);

/* A call of n arguments, which are taken over; target may be NULL. */
cel_node *cel_make_call(struct cel_maker *m, const char *name, int32_t offset, int id,
			cel_node *target, cel_node **args, size_t n);

/* The call of a function, or what its macro stands for: a fault is noted when the macro can't do
 * with the arguments. */
cel_node *cel_call_or_macro(struct cel_maker *m, const char *name, int32_t offset, int id,
			    cel_node *target, cel_node **args, size_t n);

#endif
