/*
 * helm_schema_ref: what a $ref of a JSON schema points to, within its own document. Private to helm/.
 */
#ifndef SLUICE_HELM_SCHEMA_REF_H
#define SLUICE_HELM_SCHEMA_REF_H

#include "data/val.h"

/* By pointer ("#/definitions/x"), by $anchor or by $id; NULL when the document has no such part. */
const val *schema_resolve(arena *mem, const val *root, str ref);

#endif
