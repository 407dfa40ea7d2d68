/*
 * kust_select: choosing objects: by regular expressions on group, version, kind, name and namespace,
 * and by Kubernetes label selectors on labels and annotations.
 */
#ifndef SLUICE_KUST_SELECT_H
#define SLUICE_KUST_SELECT_H

#include "base/regex.h"
#include "data/labels.h"
#include "kust/kust_set.h"

/* A selector made ready. */
struct kust_matcher {
	const struct kust_selector *selector;
	struct regex *group, *version, *kind, *name, *namespace_; /* NULL: any */
	struct labels_selector *labels, *annotations;
	err *labels_failed, *annotations_failed; /* told when an object gets that far */
};

/* Compiles the patterns, each anchored at both ends. ERR_INVALID for a broken one. */
err *kust_matcher_new(arena *mem, const struct kust_selector *s, struct kust_matcher *ret_matcher);

/* Does one aspect of an object fit? What the selector leaves open always does. */
bool kust_matcher_gvk(const struct kust_matcher *m, const struct kust_gvk *gvk);
bool kust_matcher_name(const struct kust_matcher *m, str name);
bool kust_matcher_namespace(const struct kust_matcher *m, str ns);
err *kust_matcher_labels(struct kust_work *w, const struct kust_matcher *m, struct kust_object *o,
			 bool *ret_matches);

/* The objects that a patch's target means: name and namespace as they are or were at first. */
err *kust_select(struct kust_set *s, const struct kust_selector *selector,
		 struct kust_objects *ret_objects);

/* "KIND.VERSION.GROUP/NAME.NAMESPACE:a=ANNOTATIONS:l=LABELS" */
const char *kust_selector_text(arena *mem, const struct kust_selector *s);

#endif
