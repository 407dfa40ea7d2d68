/*
 * kust_set: the resources of a kustomization, in order, no two with the same id (kustomize's
 * ResMap). Ids are found by a hash table that is made anew after a transformer has run.
 */
#ifndef SLUICE_KUST_SET_H
#define SLUICE_KUST_SET_H

#include "kust/kust_object.h"

struct kust_set {
	struct kust_work *work;
	VEC(struct kust_object *) list;
	struct map index; /* id → how many have it, as a uintptr_t */
	bool indexed;
};

struct kust_objects {
	struct kust_object **p;
	size_t n;
};

/* An empty set of the work. */
struct kust_set kust_set_new(struct kust_work *w);

/* Adds at the end. ERR_INVALID for an id that is there; ERR_LIMIT for too many. */
err *kust_set_add(struct kust_set *s, struct kust_object *o);
err *kust_set_add_all(struct kust_set *s, const struct kust_set *from);

/* Ids may have changed. */
void kust_set_changed(struct kust_set *s);

/* How many have this current id, before an object changed and after: for one that changes ids of
 * many and asks after each. */
size_t kust_set_count(struct kust_set *s, const struct kust_id *id);
void kust_set_moved(struct kust_set *s, const struct kust_id *before, const struct kust_id *after);

/* Those of which the current or a former id equals this one, in order. */
struct kust_objects kust_set_find(struct kust_set *s, const struct kust_id *id);

/* The only one of that id, current or former; ERR_INVALID "no matches for Id …". */
err *kust_set_find_one(struct kust_set *s, const struct kust_id *id, struct kust_object **ret);

/* Takes out what patches have deleted or emptied. */
void kust_set_drop_empty(struct kust_set *s);

/* Adds what a generator made, by its behavior: new, merged into or in place of what is there. */
err *kust_set_absorb(struct kust_set *s, struct kust_object *o);

#endif
