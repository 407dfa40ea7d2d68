/*
 * kust_options: what a build is told besides the tree and the path. A part of the face: kust.h
 * includes it.
 */
#ifndef SLUICE_KUST_OPTIONS_H
#define SLUICE_KUST_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "data/val.h"
#include "pack/tree.h"

/* The order of the printed objects. The root file's sortOptions win over it. */
enum kust_order {
	KUST_ORDER_LEGACY, /* by kind, as `kustomize build` sorts by default */
	KUST_ORDER_FIFO,   /* as accumulated: --reorder=none, and Flux */
};

/* Ceilings of one build; 0 means the default given behind. Beyond: ERR_LIMIT naming the file. */
struct kust_limits {
	size_t files;	   /* files read, 50 000 */
	size_t file_bytes; /* of one file, 64 MiB */
	size_t bytes;	   /* of all files, 256 MiB */
	size_t objects;	   /* resources alive at once, 100 000 */
	int depth;	   /* bases within bases, 64 */
	int64_t deadline;  /* on clock_now; 0: none. Beyond: ERR_TIMEOUT */
};

/* A remote entry of resources, components, … */
struct kust_remote {
	const char *text; /* as it is written in the file */
	bool git;	  /* a repository to clone; otherwise one file to GET */
	const char *url;  /* what to clone or to GET */
	const char *ref;  /* branch, tag or commit; "" for the default branch */
	int64_t timeout;  /* ns, of a clone, from the entry's query; kustomize's default is 27 s */
	bool submodules;
};

struct kust_fetched {
	int status;	   /* of a GET */
	str content;	   /* of a GET */
	struct tree *tree; /* of a clone; lives at least as long as mem */
};

/* The pieces of one build that outlive it: files that were parsed before, by digest. */
struct kust_cache;

struct kust_options {
	enum kust_order order;
	bool any_path;	  /* --load-restrictor=LoadRestrictionsNone: files outside of their
			     kustomization's folder */
	bool schema_adds; /* Flux: a custom openapi.path adds to the built-in schema instead of
			     replacing it */
	bool enable_helm; /* --enable-helm: refused with ERR_UNSUPPORTED */
	bool managed_by;  /* --enable-managedby-label */
	const char
		*maker; /* what that label says; NULL: kustomize and the version that it is like */
	struct kust_limits limits;
	struct kust_cache *cache; /* NULL: none */
	const char *written;	  /* the folder as the user wrote it, for texts; NULL: its path */

	/* Files that stand in for those of the tree or beside them, by path from the tree's root
	 * (cleaned, no leading slash): const str *. kust_flux adds the root file here; decrypted
	 * sources go here too. NULL: none. */
	struct map *instead;

	/* Gets what is remote; NULL: every remote entry is refused. Its error stands in the build's
	 * error. A GET that answers 300 or more goes on as kustomize does. */
	err *(*fetch)(void *arg, arena *mem, const struct kust_remote *what,
		      struct kust_fetched *ret_got);
	void *fetch_arg;
};

#endif
