/*
 * kust_flux: the kustomization file that a Flux Kustomization builds. A part of the face: kust.h
 * includes it.
 */
#ifndef SLUICE_KUST_FLUX_H
#define SLUICE_KUST_FLUX_H

#include "kust/kust_options.h"

/* What a Flux Kustomization lays over the folder's own file. */
struct kust_flux_overlay {
	const char *namespace_;	 /* spec.targetNamespace; NULL or "": none */
	const char *name_prefix; /* spec.namePrefix */
	const char *name_suffix; /* spec.nameSuffix */
	const val *patches;	 /* spec.patches, a list of {patch, target}; NULL: none, as below */
	const val *patches_strategic_merge; /* legacy, a list of objects */
	const val *patches_json6902;	    /* legacy, a list of {target, patch: [ops]} */
	const val *images;		    /* a list of {name, newName, newTag, digest} */
	const val *components;		    /* a list of texts */
	bool ignore_missing_components;
	const val *build_metadata; /* a list of texts */

	/* Paths from the tree's root that are left out where a file is generated, and among the
	 * resources of one that is there; NULL: none. */
	bool (*ignored)(void *arg, const char *path);
	void *ignored_arg;
};

/* Writes (into o->instead, made if it is NULL) the kustomization file of the folder path that Flux
 * would build: the folder's own, read leniently, or one generated from the files below the folder,
 * with the overlay on it. ERR_INVALID with Flux's texts; ERR_NOT_FOUND for no such folder. */
err *kust_flux(arena *mem, struct tree *t, const char *path, const struct kust_flux_overlay *f,
	       struct kust_options *o);

#endif
