/*
 * tmpl_math: sprig's arithmetic and the lists of numbers.
 */
#ifndef SLUICE_TMPL_MATH_H
#define SLUICE_TMPL_MATH_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_math_funcs[];

#endif
