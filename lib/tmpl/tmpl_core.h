/*
 * tmpl_core: the functions of text/template itself: comparisons, index, len, print, html, …
 */
#ifndef SLUICE_TMPL_CORE_H
#define SLUICE_TMPL_CORE_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_core_funcs[];

#endif
