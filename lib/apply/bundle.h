/*
 * bundle: the objects that are wanted in the cluster, ready to be applied: lists taken apart, owner
 * labels on them, in the shape in which Flux sends them, and in the order in which they go.
 */
#ifndef SLUICE_BUNDLE_H
#define SLUICE_BUNDLE_H

#include "base/err.h"
#include "data/val.h"
#include "kube/gvk.h"

#define BUNDLE_MAX_OBJECTS 100000

/* What labels and annotations below "kustomize.toolkit.fluxcd.io/" say of an object. Values are
 * compared without case, a label counts like an annotation. */
enum bundle_mode {
	BUNDLE_OVERRIDE,       /* ssa: Override, the default */
	BUNDLE_MERGE,	       /* ssa: Merge: what others added by kubectl stays */
	BUNDLE_IF_NOT_PRESENT, /* ssa: IfNotPresent: created, never changed */
	BUNDLE_IGNORE,	       /* ssa: Ignore: left alone */
};

struct bundle_marks {
	enum bundle_mode mode;
	bool disabled; /* reconcile: disabled */
	bool keep;     /* prune: disabled */
	bool force;    /* force: enabled */
};

/* The marks on an object, wanted or live. */
struct bundle_marks bundle_marks_of(const val *obj);

enum bundle_stage { BUNDLE_DEFINITIONS, BUNDLE_CLASSES, BUNDLE_CUSTOM, BUNDLE_REST, BUNDLE_STAGES };

struct bundle_item {
	val *obj;
	struct gvk gvk;
	struct object_id id;
	const char *name; /* "Kind/ns/name", for people */
	struct bundle_marks marks;
	enum bundle_stage stage;
	const char **ignore; /* JSON pointers of fields that are left to others; see ignore.h */
	size_t ignore_n;
	uint64_t hash; /* of obj as it is sent; within one process */
};

struct bundle {
	struct bundle_item *p;
	size_t n;
};

struct bundle_settings {
	const char *owner_group;	   /* "kustomize.toolkit.fluxcd.io": of the owner labels */
	const char *owner_name, *owner_ns; /* NULL: no owner labels */
	const val *labels, *annotations;   /* commonMetadata, maps of texts; win over all */
	const char *account; /* who applies it, "" or NULL: the daemon; what another has applied
				is applied again, since this one may not be allowed to */
	const char *const
		*custom; /* "group/Kind" of the custom stage, ended by NULL; may be NULL */
};

/* Makes a bundle of objects, which are changed and kept. Objects without apiVersion, kind or name and
 * Kustomizations of kustomize itself are passed over; of two with the same id the later counts.
 * ERR_LIMIT for too many. */
err *bundle_from(arena *mem, val *const *objs, size_t n, const struct bundle_settings *s,
		 struct bundle **ret_bundle);

/* Computes hash again, after obj was changed. */
void bundle_rehash(arena *mem, struct bundle_item *item);

/* Does a come before b when both are applied? Negative, 0, positive. */
int bundle_order(const struct object_id *a, const struct object_id *b);

/* Is the group one of Kubernetes itself, whose types Flux knows? */
bool bundle_builtin_group(const char *group);

#endif
