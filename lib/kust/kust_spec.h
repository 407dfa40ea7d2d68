/*
 * kust_spec: which fields the transformers touch: kustomize's built-in tables, what `configurations`
 * and `crds` add to them, and how tables are merged on the way up from the bases.
 */
#ifndef SLUICE_KUST_SPEC_H
#define SLUICE_KUST_SPEC_H

#include "kust/kust_load.h"

struct kust_specs {
	struct kust_spec *p; /* of struct kust_spec; never changed once made */
	size_t n;
};

/* Where objects of a kind are referred to by name. */
struct kust_reference {
	struct kust_gvk target;
	struct kust_specs from;
};

struct kust_references {
	struct kust_reference *p;
	size_t n;
};

struct kust_config {
	struct kust_specs name_prefix, name_suffix, namespace_, common_labels, labels;
	struct kust_specs template_labels, common_annotations, var_reference, images, replicas;
	struct kust_references references;
};

extern const struct kust_config kust_config_builtin;

/* a := a + b, sorted. What a has already (for the same or a narrower kind) is not added again;
 * ERR_INVALID "failed to merge NAME fieldSpec: conflicting fieldspecs" when both differ in create. */
err *kust_config_merge(arena *mem, struct kust_config *a, const struct kust_config *b);

/* The same for one list of specs, and for one spec. */
err *kust_specs_merge(arena *mem, struct kust_specs *a, const struct kust_specs *b);
err *kust_specs_add(arena *mem, struct kust_specs *a, const struct kust_spec *one);

/* The files of `configurations`, and of `crds`, as tables. */
err *kust_config_read(const struct kust_loader *l, const struct kust_texts *paths,
		      struct kust_config *ret_config);
err *kust_config_from_crds(const struct kust_loader *l, const struct kust_texts *paths,
			   struct kust_config *ret_config);

/* kustomize's order of kinds, for the tables. */
int kust_gvk_order(const struct kust_gvk *a, const struct kust_gvk *b);

#endif
