/*
 * regex_set: sets of code points, as sorted ranges.
 */
#ifndef SLUICE_REGEX_SET_H
#define SLUICE_REGEX_SET_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/regex_table.h"
#include "base/str.h"

#define REGEX_MAX_RUNE 0x10ffffu

struct regex_set {
	struct regex_range *p;
	size_t n, cap;
	uint64_t ascii[2]; /* a bit for each, after set_finish */
};

/* Adds the code points from to to, and whole ranges. */
void regex_set_add(arena *mem, struct regex_set *s, uint32_t from, uint32_t to);
void regex_set_add_all(arena *mem, struct regex_set *s, const struct regex_range *p, size_t n);

/* Adds what differs from a member only in its case. */
void regex_set_fold(arena *mem, struct regex_set *s);

/* Sorts and joins; turns into the complement. */
void regex_set_clean(struct regex_set *s);
void regex_set_negate(arena *mem, struct regex_set *s);

/* The last step before regex_set_has. */
void regex_set_finish(struct regex_set *s);
bool regex_set_has(const struct regex_set *s, uint32_t r);

/* The class that \p{name} means, NULL for none; marks and the case of the name do not count. */
const struct regex_class *regex_set_class(str name);

#endif
