/*
 * tmpl_list: sprig's functions for lists. A list is never changed; each gives a new one.
 */
#ifndef SLUICE_TMPL_LIST_H
#define SLUICE_TMPL_LIST_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_list_funcs[];

/* The texts of a value's elements, without nils; a value that is no list counts as one element, nil
 * as none. TV_TEXTS. */
err *tmpl_texts_of(struct tmpl_call *c, struct tv v, struct tv *ret);

#endif
