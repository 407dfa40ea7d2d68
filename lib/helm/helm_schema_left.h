/*
 * helm_schema_left: what no keyword has spoken of yet in a map or list, for unevaluatedProperties and
 * unevaluatedItems. It is kept only where a schema asks for it: at the value itself or around it.
 * Private to helm/.
 */
#ifndef SLUICE_HELM_SCHEMA_LEFT_H
#define SLUICE_HELM_SCHEMA_LEFT_H

#include "data/val.h"

struct schema_left {
	bool *p; /* for each member; NULL: nothing is left, or nobody asks */
	size_t n, count;
};

/* For v under schema s. asked: the schema around s, about the same value, has something left.
 * newest: draft 2020-12, where prefixItems are what items were. */
struct schema_left schema_left_of(arena *mem, const val *v, const val *s, bool asked, bool newest);

/* A keyword has spoken of member i. */
void schema_left_seen(struct schema_left *left, size_t i);

/* Of what is left only that stays which is left in other, too. */
void schema_left_merge(struct schema_left *left, const struct schema_left *other);

#endif
