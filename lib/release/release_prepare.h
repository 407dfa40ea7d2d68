/*
 * release_prepare: the parts that actions begin with: definitions of crds/, the new release's record,
 * its objects. Private to release/.
 */
#ifndef SLUICE_RELEASE_PREPARE_H
#define SLUICE_RELEASE_PREPARE_H

#include "release/release_render.h"
#include "release/release_work.h"

/* Applies the chart's definitions by the policy and waits until they are established. */
err *prepare_crds(struct release_work *w, const struct chart *chart, const val *values, bool ssa);

/* A record of a release that was rendered. first: info.first_deployed, NULL for now. */
val *prepare_release(struct release_work *w, const struct release_rendered *r, const val *config,
		     int64_t version, bool ssa, const char *first, const char *status,
		     const char *description);

/* The objects of a record's manifest; marked: with Helm's marks. */
err *prepare_items(struct release_work *w, const val *release, bool marked,
		   struct release_items *ret);

/* Makes room in the history, then stores w's record. */
err *prepare_store(struct release_work *w);

#endif
