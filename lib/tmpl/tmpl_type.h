/*
 * tmpl_type: sprig's functions about values of any type: default, empty, ternary, typeOf, conversions
 * by the rules of spf13/cast.
 */
#ifndef SLUICE_TMPL_TYPE_H
#define SLUICE_TMPL_TYPE_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_type_funcs[];

/* nil, "", 0, false and what has no elements; never a struct. */
bool tmpl_is_empty(struct tv v);

/* A number from a number, bool or text; 0 from all else. */
int64_t tmpl_to_int(struct tv v);
double tmpl_to_float(struct tv v);

#endif
