/*
 * sops_flat: nested data kept in flat keys: age__list_0__map_enc is the field enc of the first element
 * of age. A part of sops.
 */
#ifndef SLUICE_SOPS_FLAT_H
#define SLUICE_SOPS_FLAT_H

#include "data/val.h"
#include "sops/sops_tree.h"

/* The map that flat items stand for; newlines: "\n" in a value is a line feed. ERR_INVALID with SOPS'
 * text for values that lie on each other or a list with gaps. */
err *sops_unflatten(arena *mem, const struct sops_items *items, bool newlines, val **ret);

#endif
