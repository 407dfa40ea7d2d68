/*
 * cel_type: the types of the type check, and what is known of type parameters: which type each stands
 * for so far.
 */
#ifndef SLUICE_CEL_TYPE_H
#define SLUICE_CEL_TYPE_H

#include "base/vec.h"
#include "cel/cel_value.h"

enum cel_type_kind {
	CEL_TYPE_ERROR, /* a fault was told already */
	CEL_TYPE_DYN,
	CEL_TYPE_ANY,
	CEL_TYPE_NULL,
	CEL_TYPE_BOOL,
	CEL_TYPE_INT,
	CEL_TYPE_UINT,
	CEL_TYPE_DOUBLE,
	CEL_TYPE_STRING,
	CEL_TYPE_BYTES,
	CEL_TYPE_TIMESTAMP,
	CEL_TYPE_DURATION,
	CEL_TYPE_LIST,
	CEL_TYPE_MAP,
	CEL_TYPE_TYPE,
	CEL_TYPE_OPTIONAL,
	CEL_TYPE_PARAM,
};

typedef struct cel_type cel_type;

struct cel_type {
	enum cel_type_kind kind;
	bool nullable;	       /* a wrapper of protobuf */
	const cel_type *a, *b; /* items; keys and values; NULL for a plain `type` */
	size_t var;	       /* of a parameter */
	const char *name;      /* of a parameter */
};

/* Types without parameters. */
const cel_type *cel_type_plain(enum cel_type_kind kind);

/* A list of a, an optional a, the type of a; a map from a to b. */
const cel_type *cel_type_with(arena *mem, enum cel_type_kind kind, const cel_type *a,
			      const cel_type *b);

/* What the type parameters stand for, and how to undo what a failed attempt found out. */
struct cel_types {
	arena *mem;
	VEC(const cel_type *) bound; /* by parameter; NULL: nothing yet */
	struct cel_undo {
		size_t var;
		const cel_type *before;
	} * undo;
	size_t n_undo, cap_undo;
	size_t free_vars; /* named _var0, _var1, … */
};

const cel_type *cel_type_var(struct cel_types *t, const char *name); /* NULL: the next _var */

/* Takes a type in the form of cel_func.h's signatures off the text. Parameters, by their letters, are
 * looked up in vars, and new ones are put there. */
const cel_type *cel_type_read(struct cel_types *t, const char **text, const cel_type *vars[26]);

/* May a value of type b stand where one of type a is wanted? If so, parameters are bound as needed. */
bool cel_type_fits(struct cel_types *t, const cel_type *a, const cel_type *b);
bool cel_type_fit_all(struct cel_types *t, const cel_type *const *a, const cel_type *const *b,
		      size_t n);

/* The same types, parameters by their names. */
bool cel_type_same(const cel_type *a, const cel_type *b);

/* The more general of two types of which one fits the other. */
const cel_type *cel_type_general(const cel_type *a, const cel_type *b);

/* With what the parameters stand for; unknown ones become dyn on demand. */
const cel_type *cel_type_known(const struct cel_types *t, const cel_type *of, bool to_dyn);

/* As faults show types, and as results are shown: null and null_type. */
char *cel_type_shown(arena *mem, const cel_type *of);
char *cel_type_result(arena *mem, const cel_type *of);

#endif
