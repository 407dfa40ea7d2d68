/*
 * tmpl_helm: Helm's functions that need the engine: include, tpl, required, fail, lookup.
 */
#ifndef SLUICE_TMPL_HELM_H
#define SLUICE_TMPL_HELM_H

#include "tmpl/tmpl_run.h"

/* Around the message of fail and required, as Helm marks it to find it in the error again. */
#define TMPL_HELM_START "HELM_ERR_START"
#define TMPL_HELM_END "HELM_ERR_END"

extern const struct tmpl_func tmpl_helm_funcs[];

/* Executes a tree to a text in run->mem; clean: without "<no value>". */
err *tmpl_helm_exec(struct tmpl_run *run, const struct tmpl_tree *tree, struct tv dot, bool clean,
		    str *ret);

#endif
