/*
 * tmpl_exec: runs a tree: text, actions, if, with, range, template.
 */
#ifndef SLUICE_TMPL_EXEC_H
#define SLUICE_TMPL_EXEC_H

#include "tmpl/tmpl_run.h"

/* Executes a tree with that data as a new template: its own variables; output goes to out. */
err *tmpl_exec_tree(struct tmpl_run *run, const struct tmpl_tree *tree, struct tv dot, buf *out);

#endif
