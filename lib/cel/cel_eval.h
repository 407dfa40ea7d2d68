/*
 * cel_eval: evaluates a plan. Time and memory are bounded by CEL_MAX_STEPS and CEL_MAX_BYTES.
 */
#ifndef SLUICE_CEL_EVAL_H
#define SLUICE_CEL_EVAL_H

#include "base/err.h"
#include "cel/cel_plan.h"

#define CEL_MAX_STEPS 2000000	   /* nodes, and items that functions look at */
#define CEL_MAX_BYTES (256u << 20) /* of memory in one evaluation */

/* The value of code with the entries of the map vars as variables. ERR_INVALID with the text of an
 * error that was not stepped over, ERR_LIMIT over the bounds. */
err *cel_eval(arena *mem, const struct cel_code *code, const val *vars,
	      const cel_value **ret_value);

#endif
