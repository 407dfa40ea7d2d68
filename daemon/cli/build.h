/*
 * build: what `sluice build kustomization` shares among its files: one Flux Kustomization rendered
 * as the controller renders it, and every Kustomization among its objects if asked to.
 */
#ifndef SLUICE_CLI_BUILD_H
#define SLUICE_CLI_BUILD_H

#include "base/err.h"
#include "base/vec.h"
#include "data/val.h"

struct build_live;

/* What the command line says; paths are absolute and cleaned, "" is none. */
struct build {
	arena *mem;
	const char *name, *ns;
	const char *path;   /* of the manifests */
	const char *file;   /* with the Kustomization, as written */
	const char *ignore; /* patterns, a line each */
	const char *kubeconfig, *context;
	bool dry_run, strict, recursive, no_remote;
	val *sources;		 /* a folder by "Kind/namespace/name" */
	struct build_live *live; /* NULL in a dry run */
};

typedef VEC(val *) build_objects;

/* Adds the objects of the Kustomization that is asked for. ERR_INVALID with flux's texts. */
err *build_render(const struct build *b, build_objects *objects);

/* Puts "**SOPS**" in the place of encrypted values of a Secret (build_mask.c). */
err *build_mask(arena *mem, val *object, str printed);

/* The cluster (build_live.c). Its end comes with mem. */
err *build_live_open(struct build *b);
err *build_live_kustomization(struct build_live *l, const char *ns, const char *name,
			      val **ret_object);
/* Adds the variables of one entry of spec.postBuild.substituteFrom to a map. */
err *build_live_variables(struct build_live *l, const char *ns, const val *from, val *vars);

#endif
