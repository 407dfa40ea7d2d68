/*
 * helm_schema_ref: what a $ref of a JSON schema points to, within its own document. Private to helm/.
 */
#ifndef SLUICE_HELM_SCHEMA_REF_H
#define SLUICE_HELM_SCHEMA_REF_H

#include "base/err.h"
#include "data/val.h"

/* By pointer ("#/definitions/x"), by $anchor or by $id; NULL when the document has no such part. */
const val *schema_resolve(arena *mem, const val *root, str ref);

/* The schemas that a check has come through, the innermost first. */
struct schema_way {
	const val *schema, *v;
	const char
		*keyword; /* "$ref" and the like when it was a reference that led here, or NULL */
	const struct schema_way *outer;
};

/* When the schema at hand has been met already for the same value: "both … and … resolve to … causing reference cycle".
 * NULL otherwise. */
const char *schema_cycle(arena *mem, const val *root, const struct schema_way *way);

/* Where a $dynamicRef (newest) or a $recursiveRef leads on this way, whose first target is given: when that has a
 * $dynamicAnchor, or a $recursiveAnchor, to the outermost one of the same name. NULL gives NULL. steps: grows by the places that were looked at. */
const val *schema_dynamic(const val *root, const struct schema_way *way, const val *target,
			  bool newest, size_t *steps);

/* Every $ref of the schema, used or not, must lead somewhere. ERR_INVALID for one that does not, or that leads out of the
 * document. siblings: keywords beside a $ref count (2019-09 and later). */
err *schema_check_refs(arena *mem, const val *root, bool siblings);

#endif
