/*
 * cel_plan: a tree made ready for evaluation: functions are found, selects become paths below the names
 * they may belong to, and what does not depend on variables is computed.
 */
#ifndef SLUICE_CEL_PLAN_H
#define SLUICE_CEL_PLAN_H

#include "base/vec.h"
#include "cel/cel_ast.h"
#include "cel/cel_func.h"

struct regex;
struct cel_code;

/* A step of a path: .name, [x], .?name, [?x], or the last of has(a.b). */
struct cel_step {
	const cel_value *key;	     /* or: */
	const struct cel_code *code; /* what the key comes from */
	bool optional;
	bool test; /* is it there? */
};

enum cel_path_kind {
	CEL_PATH_NAMED,
	CEL_PATH_EITHER, /* a.b.c may be a variable a.b.c, a field of a.b, or of a field of a */
	CEL_PATH_CHOICE, /* (condition ? a : b).c */
	CEL_PATH_VALUE,	 /* below the value of another expression */
};

/* Where a value is: a start and the steps from it. */
struct cel_path {
	enum cel_path_kind kind;
	const char *name;
	const struct cel_code *code; /* the condition, the value */
	struct cel_path *then, *otherwise;
	VEC(struct cel_path *) either;
	VEC(struct cel_step) steps;
};

enum cel_code_kind {
	CEL_CODE_CONST,
	CEL_CODE_PATH,
	CEL_CODE_TEST, /* a path whose last step is a test */
	CEL_CODE_AND,
	CEL_CODE_OR,
	CEL_CODE_EQUALS,
	CEL_CODE_NOT_EQUALS,
	CEL_CODE_CALL,
	CEL_CODE_OPT_OR,
	CEL_CODE_OPT_OR_VALUE,
	CEL_CODE_LIST,
	CEL_CODE_MAP,
	CEL_CODE_FOLD,
};

struct cel_code {
	enum cel_code_kind kind;
	int id;
	const cel_value *value;
	struct cel_path *path;
	const char *name;		     /* of a function */
	const struct cel_function *function; /* NULL: unknown */
	const struct regex *regex;	     /* of matches() with a constant */
	const struct cel_code **args;	     /* of a map: key, value, … */
	size_t n;
	const bool *optional;
	const char *variable, *accumulator; /* of a fold */
	const struct cel_code *range, *start, *condition, *step, *result;
};

/* Plans a tree: checked, when the type check has been passed. NULL, with the reason, for what can't be
 * evaluated. */
const struct cel_code *cel_plan(arena *mem, const cel_node *root, bool checked,
				const char **ret_fault);

/* Is it the name of a type? */
bool cel_is_type_name(const char *name);

/* The value of code that depends on no variables; cel_eval has it. */
const cel_value *cel_eval_const(arena *mem, const struct cel_code *code);

#endif
