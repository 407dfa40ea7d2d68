/*
 * release_merge: what a client-side apply changes: three-way merges of what was wanted, what is wanted
 * and what is there. Lists of the built-in kinds merge by the keys of a strategic merge; what comes out
 * is a merge patch (RFC 7386), which changes the object to the same as Helm's. Private to release/; pure.
 */
#ifndef SLUICE_RELEASE_MERGE_H
#define SLUICE_RELEASE_MERGE_H

#include "data/val.h"
#include "kube/gvk.h"

enum merge_how {
	MERGE_STRATEGIC, /* built-in kinds: fields that drifted come back */
	MERGE_PLAIN,	 /* what changed from old to wanted, whatever is there */
	MERGE_THREE_WAY, /* old, wanted and live, lists as a whole */
};

/* The patch for live; NULL when there is nothing to change. */
val *merge_patch(arena *mem, const struct gvk *k, enum merge_how how, const val *old,
		 const val *wanted, const val *live);

#endif
