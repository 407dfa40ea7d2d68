/*
 * depot: the artifacts on disk, <storage>/<kind>/<namespace>/<name>/<file>, as Flux lays them out, and one
 * unpacked copy of each that is read. The place of an artifact below the storage is its path. Any
 * thread; nothing here waits for another process.
 *
 * Names that begin with a dot and locks are the depot's own and are not served.
 */
#ifndef SLUICE_DEPOT_H
#define SLUICE_DEPOT_H

#include "crypt/digest.h"
#include "pack/tar.h"
#include "pack/tree.h"

struct depot;

struct depot_settings {
	const char *dir;
	enum digest_kind digest;
	int64_t retention_ttl;	   /* ns that a file which is no longer current is kept */
	int64_t retention_records; /* files kept at most, the current one included */
	uint64_t artifact_max;	   /* bytes of one artifact; 0: 1 GiB */
	struct tar_limits unpack;  /* zeros: tar's own */
};

/* Makes the folder; the caller owes depot_close, when nobody reads a tree any more. */
err *depot_open(arena *mem, const struct depot_settings *s, struct depot **ret_depot);
void depot_close(struct depot *d);
const char *depot_dir(const struct depot *d);

/* "<kind>/<ns>/<name>/<file>", kind in lower case; and where that lies on disk. */
char *depot_path(arena *mem, const char *kind, const char *ns, const char *name, const char *file);
char *depot_local(arena *mem, const struct depot *d, const char *path);

struct depot_file {
	char *digest; /* "sha256:<hex>" of the bytes stored */
	uint64_t size;
};

/* Stores what fill puts into out: a new file beside, renamed over path at the end, so that readers see the old or
 * the new one whole. ERR_BUSY when another process writes the same; ERR_LIMIT beyond artifact_max. */
err *depot_put(arena *mem, struct depot *d, const char *path,
	       err *(*fill)(void *arg, struct sink out), void *arg, struct depot_file *ret_file);

/* Is the artifact there, with this digest? ERR_NOT_FOUND; ERR_INVALID: computed digest doesn't match '…'. A file
 * that has not changed since it was looked at is not read again. */
err *depot_verify(arena *mem, struct depot *d, const char *path, const char *digest);

/* The bytes of an artifact, at most max. */
err *depot_read(arena *mem, const struct depot *d, const char *path, size_t max, str *ret_content);

/* The artifact unpacked, without its links; read-only, shared, given back when mem closes. Its digest is checked when it is unpacked. */
err *depot_tree(arena *mem, struct depot *d, const char *path, const char *digest,
		struct tree **ret_tree);

/* A small text about the artifact's object, in a file beside it whose name begins with a dot: written whole,
 * never served or collected, forgotten with the object. ERR_NOT_FOUND when there is none. */
err *depot_note(arena *mem, struct depot *d, const char *path, const char *name, str text);
err *depot_noted(arena *mem, const struct depot *d, const char *path, const char *name,
		 str *ret_text);

/* Points <dir of path>/link to the artifact (HelmRepository's index.yaml, …). */
err *depot_link(arena *mem, struct depot *d, const char *path, const char *link);

/* Removes what retention no longer wants beside the current path; at most 1000 files are looked at.
 * *ret_removed counts artifacts. */
err *depot_collect(arena *mem, struct depot *d, const char *path, int *ret_removed);

/* Removes one artifact; all of an object ("<kind>/<ns>/<name>"). Neither needs to exist; *ret_any (may
 * be NULL): there was something. */
err *depot_remove(arena *mem, struct depot *d, const char *path);
err *depot_forget(arena *mem, struct depot *d, const char *object, bool *ret_any);

#endif
