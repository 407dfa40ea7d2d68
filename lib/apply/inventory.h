/*
 * inventory: which objects a Kustomization has put into the cluster, as its status.inventory keeps
 * them: entries {id: "<namespace>_<name>_<group>_<kind>", v: "<version>"}. A colon in a name (RBAC)
 * is written "__". Two entries are the same object when their ids are equal, whatever the version.
 */
#ifndef SLUICE_INVENTORY_H
#define SLUICE_INVENTORY_H

#include "base/err.h"
#include "data/val.h"
#include "kube/gvk.h"

struct inventory_entry {
	struct object_id id;
	const char *version;
	const char *key; /* the entry's id text */
};

struct inventory {
	struct inventory_entry *p;
	size_t n, cap;
};

/* The text of an id, and back; ERR_INVALID for a text that is none. */
const char *inventory_id(arena *mem, const struct object_id *id);
err *inventory_parse_id(arena *mem, str text, struct object_id *ret_id);

/* Reads status.inventory; an absent one is empty. ERR_INVALID names the entry that can't be read. */
err *inventory_read(arena *mem, const val *status_inventory, struct inventory *ret_inventory);

/* Adds an object behind the others, if it is not there. */
void inventory_add(arena *mem, struct inventory *i, const struct object_id *id,
		   const char *version);
bool inventory_has(const struct inventory *i, const struct object_id *id);

/* What is in a or b: a's order first, then what only b has. */
struct inventory inventory_union(arena *mem, const struct inventory *a, const struct inventory *b);

/* What is in a and not in b, in a's order. */
struct inventory inventory_minus(arena *mem, const struct inventory *a, const struct inventory *b);

/* {entries: [...]}. */
val *inventory_val(arena *mem, const struct inventory *i);

#endif
