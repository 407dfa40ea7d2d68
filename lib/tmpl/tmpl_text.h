/*
 * tmpl_text: sprig's functions for texts: cutting, joining, quoting, indenting, cases.
 */
#ifndef SLUICE_TMPL_TEXT_H
#define SLUICE_TMPL_TEXT_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_text_funcs[];

#endif
