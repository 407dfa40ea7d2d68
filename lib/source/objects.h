/*
 * objects: Git objects on disk: packs that came over the wire are indexed, commits and trees read.
 * A folder of its own for each user of it, without references, work tree, hooks or configuration. The only door to libgit2,
 * which is set up with ceilings so that no pack can take more memory than that.
 */
#ifndef SLUICE_OBJECTS_H
#define SLUICE_OBJECTS_H

#include "pack/gzip.h"
#include "rt/ctx.h"

#define OBJECTS_MOST 2000000 /* in one pack */
#define OBJECTS_OBJECT                                                                             \
	((size_t)512 << 20) /* bytes of one object, which is only looked at as it comes */
#define OBJECTS_MEMORY                                                                             \
	((size_t)256                                                                               \
	 << 20) /* of any piece of memory that libgit2 asks for: of an object that is read, or made of a delta */
#define OBJECTS_TREE ((size_t)16 << 20) /* bytes of one tree or commit */

struct objects;

/* Opens dir, which is made if need be; closed with mem. One user at a time. */
err *objects_open(arena *mem, const char *dir, struct objects **ret_objects);

/* Is the object there? False for what is no id. */
bool objects_has(const struct objects *o, const char *id);

/* Packs in the folder: many of them slow every look-up down. */
size_t objects_packs(const struct objects *o);

/* Takes in one pack: its bytes are put into the sink, then it is complete. A thin pack is
 * completed from what is there. ERR_INVALID for a damaged one, ERR_LIMIT; ERR_TIMEOUT and ERR_CANCELED of c, which is looked at for each
 * object, since a pack of a few bytes may hold work for hours. Nothing of it is seen before objects_pack_end has succeeded. */
err *objects_pack_begin(ctx *c, struct objects *o, struct sink *ret_in);
err *objects_pack_end(ctx *c, struct objects *o);

/* An object's bytes, which stay until mem closes. type "commit", "tree", "blob", "tag". ERR_NOT_FOUND "object not found";
 * ERR_LIMIT beyond max; ERR_INVALID for another type. */
err *objects_read(arena *mem, const struct objects *o, const char *id, const char *type, size_t max,
		  str *ret_bytes);

struct object_commit {
	const char *tree; /* id */
	int64_t time;	  /* of the committer, s since 1970 */
	const char *message;
	const char **parents; /* ended by NULL */
};
err *objects_commit(arena *mem, const struct objects *o, const char *id,
		    struct object_commit *ret_commit);

enum object_mode { OBJECT_FILE, OBJECT_EXECUTABLE, OBJECT_LINK, OBJECT_DIR, OBJECT_MODULE };

struct object_entry {
	enum object_mode mode;
	str name; /* any bytes but NUL and slash */
	const char *id;
};

/* Takes an entry off the bytes of a tree object. False at the end; *ret_bad for what is no tree. */
bool objects_tree_next(arena *mem, str *rest, struct object_entry *ret_entry, bool *ret_bad);

/* The parts of a commit object's bytes. Pure. */
err *objects_parse_commit(arena *mem, str bytes, struct object_commit *ret_commit);

#endif
