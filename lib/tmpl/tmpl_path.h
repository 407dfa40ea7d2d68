/*
 * tmpl_path: sprig's functions for paths.
 */
#ifndef SLUICE_TMPL_PATH_H
#define SLUICE_TMPL_PATH_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_path_funcs[];

/* Go's path.Base: the last element; "." for an empty path, "/" for slashes alone. */
str tmpl_path_base(str path);

#endif
