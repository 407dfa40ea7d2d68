/*
 * tmpl_regex: sprig's functions for regular expressions.
 */
#ifndef SLUICE_TMPL_REGEX_H
#define SLUICE_TMPL_REGEX_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_regex_funcs[];

#endif
