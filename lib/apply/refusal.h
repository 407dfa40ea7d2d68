/*
 * refusal: what it means when the API server refuses to apply an object.
 */
#ifndef SLUICE_REFUSAL_H
#define SLUICE_REFUSAL_H

#include <stdbool.h>

#include "base/err.h"

/* Would deleting and creating it again help? Only where the API server says that a field cannot be
 * changed: an object must not be lost over a mere mistake. */
bool refusal_is_immutable(arena *mem, const err *e);

/* Was the request surely not carried out? */
bool refusal_wrote_nothing(arena *mem, const err *e);

#endif
