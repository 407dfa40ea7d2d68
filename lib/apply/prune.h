/*
 * prune: removes what an inventory still has and nobody wants any more, in the reverse of the order
 * in which things are applied. Only objects that carry the owner's labels go, and none that says
 * prune: disabled, reconcile: disabled or ssa: Ignore; those count as skipped.
 */
#ifndef SLUICE_PRUNE_H
#define SLUICE_PRUNE_H

#include "apply/change.h"
#include "apply/inventory.h"
#include "apply/live.h"
#include "kube/mapper.h"

struct prune_settings {
	struct client *client; /* of the identity that applies */
	struct mapper *mapper;
	struct live *live;
	const char *owner_group, *owner_ns, *owner_name;
};

struct prune_result {
	struct changes changes;
	struct inventory left;	  /* could not be removed */
	struct inventory removed; /* were asked to go, or were gone */
};

/* Deletes each with its uid as the precondition, background propagation. Goes on after a failure;
 * the error then names all: "<Kind/ns/name> delete failed: <message>;…". ERR_CANCELED ends it. */
err *prune_stale(ctx *c, const struct prune_settings *s, const struct inventory *stale,
		 struct prune_result *ret);

/* Waits until the objects are gone, or until deadline (clock_now): ERR_TIMEOUT. */
err *prune_await(ctx *c, const struct prune_settings *s, const struct inventory *removed,
		 int64_t deadline);

#endif
