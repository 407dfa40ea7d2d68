/*
 * managed: what metadata.managedFields tells of an object: which fields are ours, since when, and
 * which managers of the time before server-side apply still hold fields that should be ours.
 */
#ifndef SLUICE_MANAGED_H
#define SLUICE_MANAGED_H

#include <stdbool.h>

#include "data/val.h"

struct managed_settings {
	const char *manager; /* ours: "kustomize-controller" */
	/* what we wrote without server-side apply is ours as well, and nobody else's fields are to be
	 * taken over: as Helm sees it */
	bool plain;
	const char *const *
		overrides; /* prefixes of further managers to take over, ended by NULL; may be NULL */
};

struct managed_entry {
	uint64_t hash; /* of the fields that our entries hold; 0: there is none */
	const char
		*time; /* when the server last saw our apply change anything; "" without an entry.
			     Belongs to the object */
};

/* Our Apply entry (of no subresource) on an object. */
struct managed_entry managed_ours(arena *mem, const val *obj, const struct managed_settings *s);

/* Is there anything that managed_takeover would change? */
bool managed_has_foreign(const val *obj, const struct managed_settings *s);

/* The JSON patch for the live object that makes kubectl's, before-first-apply's and our own older
 * entries ours, so that the next apply removes what they hold and we do not declare, and that drops
 * the annotations and the label of those tools. It fits this resourceVersion only. NULL for nothing
 * to do. The rules are fluxcd/pkg/ssa's; with plain, our own older entries alone (and overrides), as
 * client-go's csaupgrade has it. */
val *managed_takeover(arena *mem, const val *live, const struct managed_settings *s);

#endif
