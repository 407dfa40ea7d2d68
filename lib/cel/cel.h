/*
 * cel: expressions in the Common Expression Language as Flux uses them: readiness and health of objects,
 * filters, names out of objects. Language, functions (strings, sets, base64, optionals), results and
 * error texts are those of cel-go in fluxcd/pkg/runtime/cel.
 *
 * A program does not change and may be evaluated by any number of threads. An evaluation is bounded in
 * steps and memory (cel_eval.h), since expressions come from the cluster's users.
 */
#ifndef SLUICE_CEL_H
#define SLUICE_CEL_H

#include "base/err.h"
#include "base/str.h"
#include "data/val.h"

struct cel_program;
struct cel_value;

struct cel_options {
	bool check;		      /* types before the evaluation, with these variables alone: */
	const char *const *variables; /* maps of anything, by their names */
	size_t n;
	bool want_bool; /* … and of a result that is bool */
};

/* Reads an expression; o may be NULL: names are looked up when it is evaluated. ERR_INVALID with a mark
 * at each fault. In mem, where text is copied to. */
err *cel_compile(arena *mem, str text, const struct cel_options *o,
		 struct cel_program **ret_program);

/* The expression as it was written. */
str cel_program_text(const struct cel_program *p);

/* Evaluates with the entries of the map vars as variables. ERR_INVALID when the expression fails on
 * them or gives a value of another type. Results are in mem or belong to vars. */
err *cel_run(arena *mem, const struct cel_program *p, const val *vars,
	     const struct cel_value **ret_value);
err *cel_run_bool(arena *mem, const struct cel_program *p, const val *vars, bool *ret_result);
err *cel_run_text(arena *mem, const struct cel_program *p, const val *vars, str *ret_result);
err *cel_run_texts(arena *mem, const struct cel_program *p, const val *vars, str **ret_results,
		   size_t *ret_n);

/* What an object's expressions say about it. */
enum cel_health { CEL_HEALTH_IN_PROGRESS, CEL_HEALTH_CURRENT, CEL_HEALTH_FAILED };

struct cel_health_checks {
	struct cel_program *current, *failed, *in_progress; /* the last two may be NULL */
};

/* Texts may be NULL or empty, but for current. */
err *cel_health_compile(arena *mem, const char *current, const char *failed,
			const char *in_progress, struct cel_health_checks *ret_checks);

/* In progress also while status.observedGeneration is not metadata.generation, and when no expression
 * holds. */
err *cel_health_of(arena *mem, const struct cel_health_checks *checks, const val *object,
		   enum cel_health *ret_health);

#endif
