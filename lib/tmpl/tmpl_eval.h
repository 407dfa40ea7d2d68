/*
 * tmpl_eval: the value of a pipeline, by the rules of Go's text/template: typed parameters, slots and
 * nils, methods before keys, error texts.
 */
#ifndef SLUICE_TMPL_EVAL_H
#define SLUICE_TMPL_EVAL_H

#include "tmpl/tmpl_run.h"

/* The value of a pipeline; sets the variables that it declares. pipe may be NULL: TV_NONE. */
err *tmpl_eval_pipe(struct tmpl_run *run, struct tv dot, const struct tmpl_node *pipe,
		    struct tv *ret);

/* Variables: the newest gets a value; n from the top (1: the newest). */
void tmpl_eval_push(struct tmpl_run *run, str name, struct tv value);
void tmpl_eval_set(struct tmpl_run *run, str name, struct tv value);

/* A value as an action prints it. */
err *tmpl_eval_print(struct tmpl_run *run, buf *b, struct tv v);

#endif
