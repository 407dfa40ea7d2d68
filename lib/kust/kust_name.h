/*
 * kust_name: what changes names and namespaces: prefix, suffix, namespace, and the hash of a
 * generated object's content.
 */
#ifndef SLUICE_KUST_NAME_H
#define SLUICE_KUST_NAME_H

#include "kust/kust_field.h"
#include "kust/kust_set.h"

/* Puts text before or behind every name but those of definitions, API services and namespaces. */
err *kust_add_prefix(struct kust_set *s, str prefix, const struct kust_specs *specs);
err *kust_add_suffix(struct kust_set *s, str suffix, const struct kust_specs *specs);

enum kust_subjects { KUST_SUBJECTS_DEFAULT, KUST_SUBJECTS_ALL, KUST_SUBJECTS_NONE };

struct kust_namespacer {
	str namespace_;
	const struct kust_specs *specs;
	bool unset_only;	     /* only where there is none */
	enum kust_subjects subjects; /* which subjects of role bindings */
};
err *kust_set_namespace(struct kust_set *s, const struct kust_namespacer *n);
err *kust_object_namespacing(struct kust_work *w, struct kust_object *o,
			     const struct kust_namespacer *n);

/* "-HASH" behind the name of each object that wants it. */
err *kust_add_hashes(struct kust_set *s);

/* The hash of an object as it is now. */
err *kust_hash(struct kust_work *w, struct kust_object *o, const char **ret_hash);

#endif
