/*
 * tmpl_semver: semver, semverCompare and the methods of a version.
 */
#ifndef SLUICE_TMPL_SEMVER_H
#define SLUICE_TMPL_SEMVER_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_semver_funcs[];
extern const struct tmpl_method tmpl_semver_methods[];

/* The version 0.0.0, which a deep copy gives: TV_SEMVER or TV_SEMVER_STRUCT. */
struct tv tmpl_semver_zero(struct tmpl_call *c, enum tv_type type);

#endif
