/*
 * health_exprs: spec.healthCheckExprs, compiled, as judges of objects that are waited for. Texts of errors
 * are Flux's.
 */
#ifndef SLUICE_HEALTH_EXPRS_H
#define SLUICE_HEALTH_EXPRS_H

#include "apply/expr_judge.h"
#include "kind/shared_fields.h"

struct health_expr_read {
	const char *group, *kind; /* kind "" for any of the group */
	struct expr_judge by;
};

struct health_exprs {
	struct health_expr_read *p;
	size_t n;
};

/* Compiles a list of struct health_expr, into mem; ERR_INVALID. */
err *health_exprs_read(arena *mem, const struct field_list *from, struct health_exprs *ret);

/* The expression that is for a kind; NULL: none. */
const struct health_expr_read *health_exprs_for(const struct health_exprs *all, const char *group,
						const char *kind);

#endif
