/*
 * nested: the submodules of a commit, and theirs: each fetched at the commit that its repository names. Credentials are for the
 * host that they were given for; another one is asked without. On workers.
 */
#ifndef SLUICE_NESTED_H
#define SLUICE_NESTED_H

#include "source/gather.h"

#define NESTED_MOST 200 /* submodules in all */
#define NESTED_DEPTH 11 /* below one another; what is deeper stays empty, as with go-git */

struct nested;

/* Fetches the submodules of a commit that root has here, in the time that is left of root's operation. Texts as go-git has them, with the
 * submodule's name behind. ERR_LIMIT for too many. */
err *nested_fetch(ctx *c, struct remotes *rs, struct remote *root, const char *commit,
		  struct nested **ret_nested);

/* For gather: puts the files of the submodule at path below it; one that is not listed stays empty. arg is the struct nested. */
err *nested_gather(void *arg, ctx *c, struct gather *g, const char *path, const char *id);

#endif
