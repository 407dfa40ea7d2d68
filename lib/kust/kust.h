/*
 * kust: what `kustomize build` 5.8.1 does, as a pure function: a tree and a path in, objects out;
 *no globals, no network, no exec. The printed bytes and the wording of the errors are kustomize's.
 *
 * Blocking on local files only. Any number of builds may run at once, each in its own arena; they
 * may share one struct kust_cache. A result belongs to the arena and to one thread at a time.
 *
 *	struct kust_options o = {.order = KUST_ORDER_FIFO, .any_path = true, .schema_adds = true};
 *	struct kust_flux_overlay f = {.namespace_ = "apps"};
 *	TRY(kust_flux(mem, tree, "deploy", &f, &o));
 *	TRY(kust_build(mem, tree, "deploy", &o, &built));
 *	for (size_t i = 0; i < built->n; i++) use(kust_value(mem, built->p[i]), …);
 */
#ifndef SLUICE_KUST_H
#define SLUICE_KUST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
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
	int64_t timeout;  /* ns, from the entry's query; kustomize's default is 27 s */
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
	struct kust_limits limits;
	struct kust_cache *cache; /* NULL: none */

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

struct kust_object;

struct kust_result {
	struct kust_object **p;
	size_t n;
	const char **warnings; /* what kustomize says on stderr, a line each, without a line feed */
	size_t warning_count;
};

/* Builds the kustomization in the folder path ("" or "." is the root of the tree). The root of the
 * tree is a wall: nothing outside of it is read. ERR_INVALID for wrong input, with kustomize's
 * text; ERR_LIMIT, ERR_TIMEOUT; paths in texts are tree_root plus the path. */
err *kust_build(arena *mem, struct tree *t, const char *path, const struct kust_options *o,
		struct kust_result **ret_result);

/* An object's identity, as it stands now; "" for what is absent. Valid until it is replaced. */
const char *kust_api_version(const struct kust_object *o);
const char *kust_kind(const struct kust_object *o);
const char *kust_name(const struct kust_object *o);
const char *kust_namespace(const struct kust_object *o);

/* Its YAML text as kustomize prints it; ERR_INVALID when it cannot be printed (duplicate keys, a
 * key that is no text, a scalar that does not fit its tag). Kept until the object is replaced. */
err *kust_text(arena *mem, struct kust_object *o, str *ret_text);

/* Its value, as the printed text reads: made once, do not change it (val_copy). Errors as
 * kust_text. */
err *kust_value(arena *mem, struct kust_object *o, const val **ret_value);

/* The value of a label or annotation; NULL for none. */
const char *kust_label(const struct kust_object *o, const char *key);
const char *kust_annotation(const struct kust_object *o, const char *key);

/* Puts another text (after substitution) or value (after decryption) in the object's place, by the
 * way Flux takes: YAML 1.1 to JSON to a resource. ERR_INVALID, with the reader's text. */
err *kust_replace_text(arena *mem, struct kust_object *o, str text);
err *kust_replace_value(arena *mem, struct kust_object *o, const val *v);

/* The whole stream, documents parted by "---\n"; empty for no objects. Flux's history digest is the
 * sha256 of it. */
err *kust_print(arena *mem, const struct kust_result *r, buf *b);

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
};

/* Writes (into o->instead, made if it is NULL) the kustomization file of the folder path that Flux
 * would build: the folder's own, read leniently, or one generated from the files below the folder,
 * with the overlay on it. ERR_INVALID with Flux's texts; ERR_NOT_FOUND for no such folder. */
err *kust_flux(arena *mem, struct tree *t, const char *path, const struct kust_flux_overlay *f,
	       struct kust_options *o);

/* A cache of at most so many bytes of parsed files, least recently used ones go first. Thread safe.
 * A build's result holds on to what it shares until its arena closes; close the cache after that.
 */
struct kust_cache *kust_cache_open(size_t max_bytes);
void kust_cache_close(struct kust_cache *c);

#endif
