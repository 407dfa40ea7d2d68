/*
 * kust_plugin: entries of generators, transformers and validators: resources that configure what is
 * built in. Others are refused.
 */
#ifndef SLUICE_KUST_PLUGIN_H
#define SLUICE_KUST_PLUGIN_H

#include "kust/kust_transform.h"

/* What a generator is: run gives the object. */
struct kust_maker {
	err *(*run)(const struct kust_loader *l, const void *arg, struct kust_object **ret_object);
	const void *arg;
	const struct kust_origin *origin;
};

typedef VEC(struct kust_maker) kust_makers;

/* Reads the configurations. ERR_INVALID with kustomize's texts. */
err *kust_plugin_generators(const struct kust_loader *l, const struct kust_set *configs,
			    kust_makers *ret_list);
err *kust_plugin_transformers(const struct kust_loader *l, const struct kust_set *configs,
			      kust_transformers *ret_list);

/* Of a file's own generators. */
err *kust_make_config_map(const struct kust_loader *l, const void *generator,
			  struct kust_object **ret_object);
err *kust_make_secret(const struct kust_loader *l, const void *generator,
		      struct kust_object **ret_object);

#endif
