/*
 * number: floating-point numbers as texts, in the shortest form that reads back the same, as Go's
 * strconv.FormatFloat with precision -1 writes them.
 */
#ifndef SLUICE_NUMBER_H
#define SLUICE_NUMBER_H

#include "base/arena.h"

/* verb 'e' (1e+06), 'f' (1000000) or 'g' (%e for exponents below -4 or above 20, as %v does).
 * NaN, +Inf and -Inf by these names. */
char *number_text(arena *mem, double f, char verb);

/* As encoding/json prints: 'f', or 'e' below 1e-6 and from 1e21 on, with exponents like e-9. */
char *number_json(arena *mem, double f);

#endif
