/*
 * lookup: what a chart's `lookup` finds on a cluster, with the rules and texts of Helm 4.2.4. Any worker.
 */
#ifndef SLUICE_LOOKUP_H
#define SLUICE_LOOKUP_H

#include "kube/mapper.h"

/* The object, or with name "" the list of all in ns ("" for all namespaces); NULL when there is none. The result lives in
 * mem. ERR_INVALID for a group and version that is not served: unable to get apiresource from unstructured: … (of a
 * served version an unknown kind is no mistake, there is just nothing of it), for what is forbidden, and for names that are
 * no part of a path. ERR_LIMIT for a list of more than 64 MiB. */
err *lookup_find(ctx *c, struct client *cl, struct mapper *m, arena *mem, const char *api_version,
		 const char *kind, const char *ns, const char *name, val **ret_object);

/* Can the text stand in a path as a name of that sort ("resource name", "namespace")? ERR_INVALID: invalid resource name
 * "a/b": [may not contain '/']. */
err *lookup_check_name(arena *mem, const char *sort, const char *text);

#endif
