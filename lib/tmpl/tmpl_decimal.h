/*
 * tmpl_decimal: decimal numbers without loss, for addf, subf, mulf and divf, by the rules of
 * shopspring/decimal: 0.1 + 0.2 is 0.3, a quotient has 16 places.
 */
#ifndef SLUICE_TMPL_DECIMAL_H
#define SLUICE_TMPL_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct decimal {
	bool negative;
	int exponent;	 /* of ten, of the last digit */
	uint32_t *limbs; /* base 10^9, the lowest first */
	size_t n;	 /* none for zero */
};

/* The shortest decimal that reads back as f. ERR_INVALID for NaN and the infinities. */
err *decimal_from(arena *mem, double f, struct decimal *ret);

/* Exact sums, differences and products. */
struct decimal decimal_add(arena *mem, struct decimal a, struct decimal b);
struct decimal decimal_sub(arena *mem, struct decimal a, struct decimal b);
struct decimal decimal_mul(arena *mem, struct decimal a, struct decimal b);

/* Rounded to 16 places, halves away from zero. ERR_INVALID: decimal division by 0. */
err *decimal_div(arena *mem, struct decimal a, struct decimal b, struct decimal *ret);

/* The nearest double. */
double decimal_float(arena *mem, struct decimal d);

#endif
