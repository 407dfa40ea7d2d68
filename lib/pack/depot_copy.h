/*
 * depot_copy: unpacked copies of artifacts, one for each content, shared by all who read it. Private
 * to the depot. Any thread. A copy goes when nobody reads it and no holder (the object whose current
 * artifact it is) names it any more. Nothing is kept over a restart: a copy that a crash left half-written
 * would be taken for the truth.
 */
#ifndef SLUICE_DEPOT_COPY_H
#define SLUICE_DEPOT_COPY_H

#include "pack/tar.h"
#include "pack/tree.h"

struct copies;

/* Copies in dir, which is made when the first one is asked for, and belongs to one process at a time
 * then. The caller owes copies_close, after all readers are gone. */
struct copies *copies_open(const char *dir, const struct tar_limits *limits);
void copies_close(struct copies *c);

/* The tree of the archive file, which must have that digest ("sha256:…"); it is given back when mem closes.
 * The holder lets go of the copy that it named before. ERR_INVALID: computed digest doesn't match '…'. ERR_BUSY: another
 * process has the folder. */
err *copies_get(arena *mem, struct copies *c, const char *holder, const char *file,
		const char *digest, struct tree **ret_tree);

/* The holder's current artifact has this digest from now on (NULL: it has none). */
void copies_hold(struct copies *c, const char *holder, const char *digest);

/* Copies there are. */
size_t copies_count(struct copies *c);

#endif
