/*
 * release_items: the objects of a manifest, or of one hook, ready to be sent: lists taken apart, the
 * resource found, the release's namespace where the object names none, Helm's marks. Private to release/.
 */
#ifndef SLUICE_RELEASE_ITEMS_H
#define SLUICE_RELEASE_ITEMS_H

#include "release/release_types.h"

struct release_item {
	val *obj;
	struct gvk gvk;
	struct resource resource;
	const char *ns, *name; /* ns "" for cluster-scoped kinds; name "" with generateName */
	const char *text;      /* "Kind/ns/name" */
	struct bundle_item as; /* as live knows it */
	bool labelled;	       /* it carries the owner label by which live watches */
};

struct release_items {
	struct release_item *p;
	size_t n;
};

/* The objects of a stream of documents, in its order. ERR_NOT_FOUND for a kind that the cluster does not
 * have, ERR_INVALID for a document that is no object; the texts are kubectl's. */
err *items_build(ctx *c, const struct release_of *of, str manifest, struct release_items *ret);

/* The same of documents that were read already; they become the objects. */
err *items_of_docs(ctx *c, const struct release_of *of, val *docs, struct release_items *ret);

/* Helm's marks: the managed-by label, the release's name and namespace as annotations. */
void items_mark(arena *mem, const struct release_of *of, struct release_items *items);

/* The label below the owner group: origin labels on each object. */
void items_label(arena *mem, const struct release_of *of, struct release_items *items);

/* Finds the object of the same group, kind, namespace and name; NULL. And of the same version, too. */
const struct release_item *items_find(const struct release_items *in,
				      const struct release_item *it);
bool items_has_exact(const struct release_items *in, const struct release_item *it);

/* Waits a moment until live sees the kinds. Kinds are watched from now on. */
void items_watch(const struct release_of *of, const struct release_items *items);

/* "ConfigMap \"x\" in namespace \"y\"" and "y/x v1, Kind=ConfigMap", as Helm names objects. */
const char *items_title(arena *mem, const struct release_item *it);
const char *items_gvk(arena *mem, const struct release_item *it);

#endif
