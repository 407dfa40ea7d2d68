/*
 * unknown: fields that the API server does not know. Flux reads objects of built-in kinds into Go
 * structs, and what those do not have is lost without a word. Here the API server names such fields
 * when it refuses them, and they are dropped. Pure.
 */
#ifndef SLUICE_UNKNOWN_H
#define SLUICE_UNKNOWN_H

#include "apply/bundle.h"

/* Drops what e, the answer to an apply of the item, calls a field that is not declared; false when there is
 * none, or the kind is no built-in one (or a role, which Flux leaves as it is). */
bool unknown_drop(arena *mem, const struct bundle_item *item, const err *e);

#endif
