/*
 * tmpl_param: the parameters of functions: what the letters of a signature take, by Go's rules of
 * assignment.
 */
#ifndef SLUICE_TMPL_PARAM_H
#define SLUICE_TMPL_PARAM_H

#include "tmpl/tmpl_run.h"

/* The Go type that a letter stands for. */
const char *tmpl_param_text(char letter);

/* nil as that type; false when the type has none. */
bool tmpl_param_nil(char letter, struct tv *ret);

/* v as a parameter of that type. Fails with Go's text: wrong type for value; expected string; … */
err *tmpl_param_check(struct tmpl_run *run, struct tv v, char letter, struct tv *ret);

/* How many parameters of a signature are fixed, and whether more may follow. */
size_t tmpl_param_count(const char *params, bool *ret_variadic);

#endif
