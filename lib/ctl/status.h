/*
 * status: one merge PATCH of what a pass changed in an object's status, or none.
 */
#ifndef SLUICE_STATUS_H
#define SLUICE_STATUS_H

#include "kube/cache.h"
#include "kube/client.h"

struct status_target {
	struct client *client;
	const struct resource *resource;
	const char *manager; /* fieldManager */
	struct cache *cache; /* gets the answer, so that the next pass sees it; may be NULL */
};

/* Writes the change from obj's status to status. The patch holds only what changed; conditions that
 * somebody else wrote meanwhile survive (409: the object is read anew and the change is made again,
 * five times at most). An object that has gone is no error. *ret_obj (may be NULL) is the object as
 * it is now: the answer's, or obj when there was nothing to write. */
err *status_write(ctx *c, const struct status_target *t, const val *obj, const val *status,
		  const val **ret_obj);

#endif
