/*
 * tmpl_words: sprig's functions for words: wrapping, abbreviating, snake_case and PascalCase, by the
 * rules of the libraries goutils and xstrings.
 */
#ifndef SLUICE_TMPL_WORDS_H
#define SLUICE_TMPL_WORDS_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_words_funcs[];

#endif
