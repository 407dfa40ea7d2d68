/*
 * kust_field: applying something to the fields that a spec's path leads to: kustomize's fieldspec
 * filter. A list on the way is walked element by element without a part of its own in the path.
 */
#ifndef SLUICE_KUST_FIELD_H
#define SLUICE_KUST_FIELD_H

#include "kust/kust_node.h"
#include "kust/kust_spec.h"

/* What is done to a field that was found or made. */
struct kust_setter {
	err *(*set)(void *arg, struct yaml_node *field);
	void *arg;
	enum yaml_node_kind create; /* what a missing last field becomes; YN_NONE: not made */
	const char *tag;	    /* its tag when it was null before */
};

/* Applies the setter where the spec's kinds and path fit the object, which becomes ours as far as
 * needed. ERR_INVALID "considering field 'PATH' of object ID: …". */
err *kust_field_apply(struct kust_work *w, struct kust_object *o, const struct kust_spec *spec,
		      const struct kust_setter *s);

/* A spec's path in parts, split once for the whole build. */
const struct kust_parts *kust_field_path(struct kust_work *w, const struct kust_spec *spec);

/* The same with the path split before, for whoever applies one spec to many. */
err *kust_field_apply_at(struct kust_work *w, struct kust_object *o, const struct kust_spec *spec,
			 const struct kust_parts *path, const struct kust_setter *s);

/* The same for several specs, in order. */
err *kust_fields_apply(struct kust_work *w, struct kust_object *o, const struct kust_specs *specs,
		       const struct kust_setter *s);

/* Does the object's kind fit the spec, and does the path lead anywhere or make something? */
bool kust_field_fits(const struct kust_object *o, const struct kust_spec *spec);
bool kust_field_reaches(struct kust_work *w, const struct kust_object *o,
			const struct kust_spec *spec, bool create);

/* An entry of a map, or (with an empty key) a scalar, set to a text with a tag. */
struct kust_entry {
	arena *mem;
	str key;
	struct yaml_node *value; /* one node for all places, as in kustomize */
};
struct kust_entry kust_entry_new(arena *mem, str key, str value, const char *tag);
err *kust_entry_set(void *entry, struct yaml_node *field);

#endif
