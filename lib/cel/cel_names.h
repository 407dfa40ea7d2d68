/*
 * cel_names: what the names in a checked expression stand for: variables of folds, the variables that
 * were declared, types.
 */
#ifndef SLUICE_CEL_NAMES_H
#define SLUICE_CEL_NAMES_H

#include "cel/cel_type.h"

/* A variable of a fold, in front of those further out. */
struct cel_scope {
	const struct cel_scope *outer;
	const char *name;
	const cel_type *type;
};

struct cel_names {
	arena *mem;
	const struct cel_scope *scope;
	const char *const *variables; /* maps from texts to anything */
	size_t n;
	const cel_type *any_list, *any_map; /* what the names list and map stand for */
};

struct cel_declared {
	const cel_type *type;
	bool is_type; /* the name of a type; type is the type of it */
};

/* Looks a name up, which may have dots; false when nothing has it. */
bool cel_names_find(const struct cel_names *d, const char *name, struct cel_declared *ret);

/* The plain type that a message of protobuf stands for, google.protobuf.Struct; NULL for others. */
const cel_type *cel_message_type(const struct cel_names *d, const char *name);

#endif
