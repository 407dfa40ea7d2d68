/*
 * expr_judge: health by the expressions of spec.healthCheckExprs, as a judge of objects that are waited for. An
 * expression that fails makes it Unknown, with its error as the message.
 */
#ifndef SLUICE_EXPR_JUDGE_H
#define SLUICE_EXPR_JUDGE_H

#include "apply/live.h"
#include "cel/cel.h"

struct expr_judge {
	struct cel_health_checks checks;
	struct live_judge judge; /* refers to the checks: the whole must stay where it is */
};

/* Compiles the expressions, whose texts may be NULL or "" but for current, into mem. ERR_INVALID. */
err *expr_judge_compile(arena *mem, const char *current, const char *failed,
			const char *in_progress, struct expr_judge *ret);

#endif
