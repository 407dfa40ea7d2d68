/*
 * owners: who set which field: managedFields as server-side apply keeps them, for maps down to their
 * leaves; a list is one leaf. Pure.
 */
#ifndef SLUICE_FAKE_OWNERS_H
#define SLUICE_FAKE_OWNERS_H

#include "data/val.h"

/* Applies desired onto obj, both whole objects, for a manager: what it set before and does not any more
 * goes. False, with the paths in conflicts, when another set a field to something else and force is not
 * given. */
bool owners_apply(arena *mem, val *obj, const val *desired, const char *manager, bool force,
		  val *conflicts);

/* Notes that a manager changed before to obj by other means ("Update"). */
void owners_update(arena *mem, const val *before, val *obj, const char *manager,
		   const char *subresource);

#endif
