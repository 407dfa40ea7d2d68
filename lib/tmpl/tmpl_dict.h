/*
 * tmpl_dict: sprig's functions for maps. set, unset and the merges change the map they are given.
 */
#ifndef SLUICE_TMPL_DICT_H
#define SLUICE_TMPL_DICT_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_dict_funcs[];

#endif
