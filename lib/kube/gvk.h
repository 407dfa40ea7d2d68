/*
 * gvk: the names of kinds and objects: group/version, kind; namespace/name.
 */
#ifndef SLUICE_GVK_H
#define SLUICE_GVK_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct gvk {
	const char *group; /* "" for the core group */
	const char *version, *kind;
};

struct object_id {
	const char *group, *kind, *ns, *name; /* "" for no group, no namespace */
};

/* "apps/v1" and "Deployment"; the parts are copied. False for more than one slash or an empty version. */
bool gvk_parse(arena *mem, const char *api_version, const char *kind, struct gvk *ret_gvk);

/* "apps/v1", "v1". */
const char *gvk_api_version(arena *mem, const struct gvk *k);

/* Do all parts agree? */
bool gvk_eq(const struct gvk *a, const struct gvk *b);
bool object_id_eq(const struct object_id *a, const struct object_id *b);

/* "Kind/namespace/name", "Kind/name": as statuses and events name objects. */
const char *object_id_text(arena *mem, const struct object_id *id);

/* One text for tables: "group/kind/ns/name" with parts that hold no slash. */
const char *object_id_key(arena *mem, const struct object_id *id);

#endif
