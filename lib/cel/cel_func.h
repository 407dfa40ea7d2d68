/*
 * cel_func: the functions and operators that CEL expressions may call, with their overloads.
 *
 * Functions without a body are the operators that the evaluation itself knows.
 */
#ifndef SLUICE_CEL_FUNC_H
#define SLUICE_CEL_FUNC_H

#include "cel/cel_arith.h"

struct cel_overload {
	/* "string,int>string": types of arguments, then of the result; a dot before it: the first is
	 * a receiver. Capital letters are type parameters. */
	const char *signature;
	cel_fn *call; /* for these types alone; NULL: see the function */
};

/* How many arguments an implementation takes, whatever the overloads say. */
enum cel_shape {
	CEL_SHAPE_NONE, /* there is none */
	CEL_SHAPE_UNARY,
	CEL_SHAPE_BINARY,
	CEL_SHAPE_ANY, /* the overload is found when it is called */
};

struct cel_function {
	const char *name;
	enum cel_shape shape;
	cel_fn *call;	/* for all types of arguments; NULL: the overloads' */
	unsigned trait; /* that the first argument has to have; 0: none */
	bool errors;	/* takes errors as arguments */
	const struct cel_overload *overloads;
	size_t n;
};

/* NULL for an unknown one. */
const struct cel_function *cel_function(const char *name);

/* Calls a function of the table with as many arguments as its shape has. "no such overload: f(int)"
 * for arguments of other types. */
const cel_value *cel_function_call(const struct cel_function *f, const struct cel_call *c);

/* One of the conversions, whose results for constants are known before the evaluation. */
bool cel_function_is_conversion(const char *name);

#endif
