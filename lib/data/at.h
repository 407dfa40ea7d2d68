/*
 * at: JSON pointers (RFC 6901) into a val: "/spec/replicas", "~1" for a slash, "~0" for a tilde,
 * "-" for what comes behind the last element of a list. The rules are those of evanphx/json-patch,
 * which Flux and kustomize use: text before the first slash is passed over, a pointer without a
 * slash points nowhere, an index may be negative (-1 is the last).
 */
#ifndef SLUICE_AT_H
#define SLUICE_AT_H

#include "base/err.h"
#include "data/val.h"

#define AT_MAX_DEPTH 1000 /* parts of a pointer; beyond: it points nowhere */

struct at {
	str *parts; /* unescaped, in the arena */
	size_t n;
};

/* The parts of a pointer; false when it points nowhere ("", "a", too deep). "/" has one part, "". */
bool at_parse(arena *mem, str pointer, struct at *ret_at);

/* An index into a list of n elements as a part spells it: ERR_INVALID with Go's strconv text, or
 * ERR_NOT_FOUND for one out of range. behind allows n itself and "-". */
err *at_index(arena *mem, str part, size_t n, bool behind, size_t *ret_index);

/* What stands at the first `depth` parts; NULL when nothing does. The result belongs to v. */
val *at_walk(arena *mem, val *v, const struct at *at, size_t depth);

/* What stands at a pointer; NULL when nothing does. */
val *at_get(arena *mem, const val *v, const char *pointer);

/* Removes it; false when nothing was there. ERR_INVALID for an index that is no number. */
err *at_remove(arena *mem, val *v, str pointer, bool *ret_removed);

/* Sets it, and makes the maps on the way that are absent or null; ERR_NOT_FOUND for a list or a
 * scalar in the way that does not have the part. */
err *at_set(arena *mem, val *v, str pointer, val *value);

/* One part of a pointer, escaped. */
char *at_escape(arena *mem, str part);

#endif
