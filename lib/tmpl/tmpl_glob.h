/*
 * tmpl_glob: the patterns of .Files.Glob: those of gobwas/glob with the separator "/".
 */
#ifndef SLUICE_TMPL_GLOB_H
#define SLUICE_TMPL_GLOB_H

#include "base/regex.h"

/* The pattern as an expression for regex_match_whole: "*" and "?" pass no slash, "**" does, classes
 * "[abc]", "[!a-z]", alternatives "{a,b}", a backslash before a character that is meant itself. A
 * malformed pattern stands for "**". */
err *tmpl_glob_compile(arena *mem, str pattern, struct regex **ret);

#endif
