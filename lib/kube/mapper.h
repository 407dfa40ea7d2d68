/*
 * mapper: which resource serves a kind: discovery (aggregated, with the old form as a fall-back), kept
 * for all workers and looked up again, at most once in a while, when a kind is not known or a CRD changed. Any thread.
 */
#ifndef SLUICE_MAPPER_H
#define SLUICE_MAPPER_H

#include "kube/client.h"

struct mapper;

/* Asks nothing yet; lives in mem, and the caller owes mapper_close before that closes. */
err *mapper_open(arena *mem, struct client *cl, struct mapper **ret_mapper);
void mapper_close(struct mapper *m);

/* The resource of exactly this version; discovery is asked again once if it is unknown and the last answer is older than 2 s or was invalidated. ERR_NOT_FOUND: no matches for kind "Doodad" in version "x.example.org/v1". The result lives
 * in the ctx's arena. */
err *mapper_find(ctx *c, struct mapper *m, const struct gvk *k, struct resource *ret_resource);

/* The preferred version of a group and kind. */
err *mapper_find_kind(ctx *c, struct mapper *m, const char *group, const char *kind,
		      struct resource *ret_resource);

/* What charts see as .Capabilities.APIVersions: "apps/v1" and "apps/v1/Deployment" of all that is served, kinds that
 * only subresources have among it, in no order. The texts live in the ctx's arena. */
err *mapper_api_versions(ctx *c, struct mapper *m, const char ***ret_all, size_t *ret_n);

/* What is known is old: called when a CRD comes, changes or goes. Any thread. */
void mapper_invalidate(struct mapper *m);

#endif
