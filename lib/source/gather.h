/*
 * gather: the files of a commit, put into a content: its tree walked down, links left out, names checked. A tree may be filled
 * beside it, with the links.
 */
#ifndef SLUICE_GATHER_H
#define SLUICE_GATHER_H

#include "source/content.h"
#include "source/remote.h"

#define GATHER_TREES                                                                               \
	500000 /* folders of a commit and its submodules, with those that hold nothing */

struct gather {
	struct content *content;
	struct tree *tree;		/* in memory, NULL: none */
	const char *const *directories; /* n > 0: only paths that begin with one of them */
	size_t n;
	/* called at each submodule, after its folder was made; may gather more below path; NULL: left empty */
	err *(*module)(void *arg, ctx *c, struct gather *g, const char *path, const char *id);
	void *module_arg;
	int trees; /* entered so far */
};

/* Adds the files of a commit below the path at ("" for the top). Files are read from r when the
 * content is written. ERR_INVALID, ERR_NOT_FOUND, ERR_LIMIT of damaged or hostile trees; r is doubted then. */
err *gather_commit(ctx *c, struct gather *g, struct remote *r, const char *commit, const char *at);

#endif
