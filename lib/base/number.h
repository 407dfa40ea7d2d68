/*
 * number: floating-point numbers as texts, in the shortest form that reads back the same, as Go's
 * strconv.FormatFloat with precision -1 writes them.
 */
#ifndef SLUICE_NUMBER_H
#define SLUICE_NUMBER_H

#include "base/arena.h"

/* verb 'e' (1e+06), 'f' (1000000) or 'g' (as 'e' for exponents below -4 and from 6 on: what %v
 * prints). NaN, +Inf and -Inf by these names. */
char *number_text(arena *mem, double f, char verb);

/* The same with verb 'g' for the nearest float of 32 bits: 0.1 also for 0.10000000149011612. */
char *number_text_single(arena *mem, double f);

/* As encoding/json prints: 'f', or 'e' below 1e-6 and from 1e21 on, with exponents like e-9. */
char *number_json(arena *mem, double f);

#endif
