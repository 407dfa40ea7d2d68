/*
 * ready_expr: what depends_calls need: readyExpr of dependsOn, the objects, what the API server calls them.
 */
#ifndef SLUICE_READY_EXPR_H
#define SLUICE_READY_EXPR_H

#include "base/err.h"
#include "data/val.h"

/* readyExpr over self and dep. An expression that can't be compiled is ERR_INVALID, one that fails on
 * these objects is not. arg is not used. */
err *ready_expr_eval(void *arg, arena *mem, const char *expr, const val *self, const val *dep,
		     bool *ret_ready);

/* An object of a kind, with the struct reconcile as arg; and "kustomizations.kustomize.toolkit.fluxcd.io". */
const val *ready_expr_get(void *arg, arena *mem, const char *kind, const char *ns,
			  const char *name);
const char *ready_expr_resource(void *arg, arena *mem, const char *kind);

#endif
