/*
 * release_drift: how the objects of a release differ from what it says, told by dry runs, and put right
 * again without a new revision. Private to release/.
 */
#ifndef SLUICE_RELEASE_DRIFT_H
#define SLUICE_RELEASE_DRIFT_H

#include "apply/change.h"
#include "release/release_types.h"

/* See release.h. */
bool drift_is_intact(ctx *c, const struct release_of *of, const val *release, const val *ignore);
err *drift_look(ctx *c, const struct release_of *of, const val *release, const val *ignore,
		const char *const *overrides, struct release_drift *ret);
err *drift_correct(ctx *c, const struct release_of *of, const struct release_drift *d,
		   struct changes *ret);

#endif
