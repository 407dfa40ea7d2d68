/*
 * selector: label selectors as the API server reads them: "a=b, c!=d, e in (f,g), h notin (i), j,
 * !k, m>5". Pure.
 */
#ifndef SLUICE_SELECTOR_H
#define SLUICE_SELECTOR_H

#include "base/err.h"
#include "data/val.h"

#define SELECTOR_MAX_TERMS 1000

struct selector;

/* ERR_INVALID names what can't be read. An empty text selects everything. */
err *selector_parse(arena *mem, str text, struct selector **ret_selector);

/* Do these labels (a map of texts, NULL for none) fit? */
bool selector_match(const struct selector *s, const val *labels);

#endif
