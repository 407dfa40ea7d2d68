/*
 * rune_table: the data behind rune: sorted, disjoint ranges of code points beyond ASCII.
 */
#ifndef SLUICE_RUNE_TABLE_H
#define SLUICE_RUNE_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct rune_range {
	uint32_t from, to;
};

struct rune_case {
	uint32_t from, to;
	int32_t upper, lower, title; /* what to add, or ALTERNATE */
};

#define ALTERNATE 0x110000 /* upper and lower case letters by turns, beginning with upper */

extern const struct rune_range rune_letters[], rune_digits[], rune_uppers[], rune_lowers[],
	rune_prints[];
extern const size_t rune_letters_n, rune_digits_n, rune_uppers_n, rune_lowers_n, rune_prints_n;
extern const struct rune_case rune_cases[];
extern const size_t rune_cases_n;

#endif
