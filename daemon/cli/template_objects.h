/*
 * template_objects: objects of a manifest as helm and kubectl look at them before an install: are they objects, is their kind
 * served, does another release have them? Source of the rules: helm 4.2.4, and cli-runtime's builder under it.
 */
#ifndef SLUICE_TEMPLATE_OBJECTS_H
#define SLUICE_TEMPLATE_OBJECTS_H

#include "base/vec.h"
#include "kube/mapper.h"

struct objects_place {
	ctx *ctx;
	struct client *client;
	struct mapper *mapper;
	const char *release, *ns; /* and its namespace */
};

struct object_at {
	const val *obj;
	struct resource resource;
	const char *ns, *name;
};

struct objects {
	VEC(struct object_at) list;
};

/* The objects of documents, lists taken apart. Of documents that are no objects the first is told; without that, of all that
 * are wrong otherwise. ERR_INVALID, ERR_NOT_FOUND. validate: apiVersion and kind are looked at first. */
err *objects_build(const struct objects_place *p, const val *docs, bool validate,
		   struct objects *ret);

/* None of them exists, or the release has them already. ERR_EXISTS otherwise. any_owner: whose they are does not matter. */
err *objects_unclaimed(const struct objects_place *p, const struct objects *all, bool any_owner);

#endif
