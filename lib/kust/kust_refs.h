/*
 * kust_refs: names have changed; what refers to them by name follows.
 */
#ifndef SLUICE_KUST_REFS_H
#define SLUICE_KUST_REFS_H

#include "kust/kust_field.h"
#include "kust/kust_set.h"

/* Sets every field of the table to the present name of what it named before. ERR_INVALID when that
 * is not certain, or when a field is not of a kind that can name something. */
err *kust_fix_references(struct kust_set *s, const struct kust_references *table);

#endif
