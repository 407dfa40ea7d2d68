/*
 * tmpl_toml: toToml and fromToml, by the form and the error texts of BurntSushi/toml 1.6.
 */
#ifndef SLUICE_TMPL_TOML_H
#define SLUICE_TMPL_TOML_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_toml_funcs[];

/* Reads a document. ERR_INVALID: toml: line 1 (last key "a"): … */
err *tmpl_toml_read(struct tmpl_call *c, str text, struct tv *ret);

#endif
