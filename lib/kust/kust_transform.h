/*
 * kust_transform: the transformers of a kustomization, made ready in kustomize's fixed order and run.
 */
#ifndef SLUICE_KUST_TRANSFORM_H
#define SLUICE_KUST_TRANSFORM_H

#include "kust/kust_origin.h"
#include "kust/kust_parse.h"
#include "kust/kust_spec.h"

struct kust_transformer {
	err *(*run)(struct kust_set *s, const void *arg);
	const void *arg;
	const struct kust_origin *origin; /* for the annotations; NULL: not told */
};

typedef VEC(struct kust_transformer) kust_transformers;

/* Those of a file's own fields. origin is that of the file, NULL when nobody wants to know;
 * file_name its name. */
err *kust_transformers_of(const struct kust_loader *l, const struct kust_file *f,
			  const struct kust_config *config, const struct kust_origin *origin,
			  const char *file_name, kust_transformers *ret_list);

/* Runs them, and takes out after each what it has emptied. */
err *kust_transform(struct kust_set *s, const kust_transformers *list);

/* "trouble configuring builtin KIND with config: …": how kustomize wraps a fault in the fields. */
err *kust_in_config(arena *mem, err *cause, const char *kind, const char *config);

/* For plug-ins that are built in, with their own specs. */
struct kust_pairs_step {
	struct kust_pairs pairs;
	struct kust_specs specs;
};
err *kust_run_pairs(struct kust_set *s, const void *step);

struct kust_affix_step {
	str text;
	struct kust_specs specs;
};
/* Put a text before, or behind, the names that the step's specs name. */
err *kust_run_prefix(struct kust_set *s, const void *step);
err *kust_run_suffix(struct kust_set *s, const void *step);

struct kust_image_step {
	struct kust_image image;
	struct kust_specs specs;
};
/* Changes name, tag or digest of images. */
err *kust_run_image(struct kust_set *s, const void *step);

struct kust_replica_step {
	struct kust_replica replica;
	struct kust_specs specs;
};
/* Sets the count of the objects with the replica's name. */
err *kust_run_replicas(struct kust_set *s, const void *step);

/* One step of a `patches` list, of `replacements`, of `namespace`: what the pointer
 * says is the patcher, the list, the namespacer. */
err *kust_run_patch(struct kust_set *s, const void *patcher);
err *kust_run_replace(struct kust_set *s, const void *replacements);
err *kust_run_namespace(struct kust_set *s, const void *namespacer);

#endif
