/*
 * cel_arith: the operators of CEL: sums, products, comparisons, membership. All of them give a value
 * in mem, an error where the reference has one. Overflows are errors.
 */
#ifndef SLUICE_CEL_ARITH_H
#define SLUICE_CEL_ARITH_H

#include "cel/cel_value.h"

#define CEL_MAX_TEXT (4u << 20) /* bytes of a text that an expression makes */

/* What a function is called with. */
struct cel_call {
	arena *mem;
	const cel_value *const *args;
	size_t n;
	int64_t *budget; /* of steps; a function takes from it what it costs, and stops below 0 */
};
typedef const cel_value *cel_fn(const struct cel_call *c);

cel_fn cel_add, cel_subtract, cel_multiply, cel_divide, cel_modulo, cel_negate, cel_not;
cel_fn cel_less, cel_less_equals, cel_greater, cel_greater_equals;
cel_fn cel_in;	      /* of a list, among the keys of a map */
cel_fn cel_not_false; /* is it anything but false? errors too */
cel_fn cel_length;    /* items, characters, bytes */
cel_fn cel_sets_contains, cel_sets_equivalent, cel_sets_intersects;

/* The error for a text that would be longer than CEL_MAX_TEXT. */
const cel_value *cel_too_long(arena *mem);

#endif
