/*
 * stash: the objects of one repository that are on disk already, kept between fetches. A folder for
 * each owner and its one URL; a folder that was found damaged, or holds too many packs, is begun anew.
 */
#ifndef SLUICE_STASH_H
#define SLUICE_STASH_H

#include "source/objects.h"
#include "source/wire.h"

struct stash;

/* The stash in dir for a URL: what is there of another URL is removed. It lives as long as c->mem. */
err *stash_open(ctx *c, const char *dir, const char *url, struct stash **ret_stash);

/* What is there, for reading. */
struct objects *stash_objects(const struct stash *s);

/* Makes sure that commits, with all their files, and tags are here: what is missing is fetched without history. any: they may be
 * commits that no reference points to; from a server that does not give such ones everything is fetched. */
err *stash_obtain(ctx *c, struct stash *s, struct wire *w, const char *const *ids, size_t n,
		  bool any);

/* Says that something in it is missing or damaged: it is removed when c->mem closes. */
void stash_spoil(struct stash *s);

#endif
