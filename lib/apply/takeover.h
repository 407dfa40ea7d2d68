/*
 * takeover: what other managers hold of an object becomes ours on the API server, so that the next apply may remove it. What that is
 * says managed.
 */
#ifndef SLUICE_TAKEOVER_H
#define SLUICE_TAKEOVER_H

#include "apply/managed.h"
#include "kube/client.h"

/* live: the object's metadata at least; NULL: it is asked for. Where the object changes in between (a controller writes its status) it is
 * looked at again, a few times: then ERR_CONFLICT. ns is "" for a cluster-scoped object. *ret_changed (may be NULL): something was
 * written, under the settings' manager. */
err *takeover(ctx *c, struct client *cl, const struct resource *r, const char *ns, const char *name,
	      const struct managed_settings *s, const val *live, bool *ret_changed);

#endif
