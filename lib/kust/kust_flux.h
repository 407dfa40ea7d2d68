/*
 * kust_flux: the kustomization file that a Flux Kustomization builds. A part of the face: kust.h
 * includes it.
 */
#ifndef SLUICE_KUST_FLUX_H
#define SLUICE_KUST_FLUX_H

#include "kust/kust_options.h"
#include "pack/ignore.h"

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

	/* Patterns for paths below the folder: of files that a generated file leaves out, and of what
	 * is dropped from any file's resources, components and crds; NULL: none, and what is named
	 * there need not exist. */
	const struct ignore *skip, *drop;
};

/* Writes (into o->instead, made if it is NULL) the kustomization file of the folder path that Flux
 * would build: the folder's own, read leniently, or one generated from the files below the folder,
 * with the overlay on it. ERR_INVALID with Flux's texts; ERR_NOT_FOUND for no such folder. */
err *kust_flux(arena *mem, struct tree *t, const char *path, const struct kust_flux_overlay *f,
	       struct kust_options *o);

#endif
