/*
 * crd: the CustomResourceDefinition of a kind, printed from its tables.
 */
#ifndef SLUICE_CRD_H
#define SLUICE_CRD_H

#include "ctl/kind.h"

/* The definition. All versions are served, the last is stored; the schemas of older ones hold the
 * union of fields, so that the API server prunes nothing that was once written. */
val *crd_of(arena *mem, const struct kind *k);

#endif
