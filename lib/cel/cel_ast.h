/*
 * cel_ast: a CEL expression as a tree.
 */
#ifndef SLUICE_CEL_AST_H
#define SLUICE_CEL_AST_H

#include "cel/cel_value.h"

enum cel_node_kind {
	CEL_NODE_NOTHING, /* where a fault was found */
	CEL_NODE_LITERAL,
	CEL_NODE_IDENT,
	CEL_NODE_SELECT,
	CEL_NODE_CALL,
	CEL_NODE_LIST,
	CEL_NODE_MAP,
	CEL_NODE_STRUCT,
	CEL_NODE_FOLD,
};

struct cel_type;
typedef struct cel_node cel_node;

/* What a macro such as all() or map() becomes: a walk over a list or the keys of a map. */
struct cel_fold {
	const char *variable, *accumulator;
	cel_node *range, *start, *condition, *step, *result;
};

struct cel_node {
	enum cel_node_kind kind;
	int id;		  /* counted as the reference does: it shows up in one message */
	int32_t offset;	  /* in characters, where faults are shown */
	const char *name; /* of an identifier, a field, a function, a message type */
	const cel_value *literal;
	cel_node *target; /* of a select, of a call with a receiver */
	cel_node **args;  /* of a call or a list; of a map key, value, key, value, … */
	size_t n;
	bool *optional;	     /* which items of a list or entries of a map are; NULL: none */
	const char **fields; /* of a struct, one for each of args */
	bool test_only;	     /* a select within has() */
	struct cel_fold *fold;

	/* for the type check */
	const struct cel_type *type;
	bool resolved; /* an identifier, or a select that is a qualified name: `name` is it */
	bool is_type;  /* … of a type */
};

/* Names of the operators as functions. */
#define CEL_OP_CONDITIONAL "_?_:_"
#define CEL_OP_AND "_&&_"
#define CEL_OP_OR "_||_"
#define CEL_OP_NOT "!_"
#define CEL_OP_NEGATE "-_"
#define CEL_OP_EQUALS "_==_"
#define CEL_OP_NOT_EQUALS "_!=_"
#define CEL_OP_ADD "_+_"
#define CEL_OP_INDEX "_[_]"
#define CEL_OP_OPT_INDEX "_[?_]"
#define CEL_OP_OPT_SELECT "_?._"
#define CEL_OP_IN "@in"
#define CEL_OP_NOT_FALSE "@not_strictly_false"

#endif
