/*
 * helm_schema_ref: what a $ref of a JSON schema points to, within its own document. Private to helm/.
 */
#ifndef SLUICE_HELM_SCHEMA_REF_H
#define SLUICE_HELM_SCHEMA_REF_H

#include "base/err.h"
#include "data/val.h"

/* By pointer ("#/definitions/x"), by $anchor or by $id; NULL when the document has no such part. */
const val *schema_resolve(arena *mem, const val *root, str ref);

/* Every $ref of the schema, used or not, must lead somewhere. ERR_INVALID for one that does not, or that leads out of the
 * document. siblings: keywords beside a $ref count (2019-09 and later). */
err *schema_check_refs(arena *mem, const val *root, bool siblings);

#endif
