/*
 * ready_expr: readyExpr of dependsOn, for depends_calls.eval.
 */
#ifndef SLUICE_READY_EXPR_H
#define SLUICE_READY_EXPR_H

#include "base/err.h"
#include "data/val.h"

/* readyExpr over self and dep. An expression that can't be compiled is ERR_INVALID, one that fails on
 * these objects is not. arg is not used. */
err *ready_expr_eval(void *arg, arena *mem, const char *expr, const val *self, const val *dep,
		     bool *ret_ready);

#endif
