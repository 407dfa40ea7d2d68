/*
 * discovery: which kinds the API double serves, in the aggregated and in the old form. Pure.
 */
#ifndef SLUICE_FAKE_DISCOVERY_H
#define SLUICE_FAKE_DISCOVERY_H

#include "fake/store.h"

/* An APIGroupDiscoveryList of the core group, or of all others. */
val *discovery_aggregated(struct store *s, arena *mem, bool core);

/* The old form: an APIGroupList, and an APIResourceList of one group and version. */
val *discovery_groups(struct store *s, arena *mem);
val *discovery_resources(struct store *s, arena *mem, const char *group, const char *version);

#endif
