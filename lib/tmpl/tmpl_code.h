/*
 * tmpl_code: functions that encode and decode JSON and YAML.
 */
#ifndef SLUICE_TMPL_CODE_H
#define SLUICE_TMPL_CODE_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_code_funcs[];

/* toYaml: without the last newline; an empty text for what YAML can't say. */
err *tmpl_to_yaml(struct tmpl_call *c, struct tv v, struct tv *ret);

#endif
