/*
 * modules: the file .gitmodules: which submodules a repository has, and where they are. Git's configuration format. Pure.
 * Texts of failures are go-git's.
 */
#ifndef SLUICE_MODULES_H
#define SLUICE_MODULES_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define MODULES_FILE ".gitmodules"
#define MODULES_BYTES ((size_t)1 << 20)
#define MODULES_MOST 1000 /* in one file */

struct module {
	const char *name, *path, *url;
};

/* Reads the file's text; sections of other kinds are passed over. ERR_INVALID for what can't be read and for names and paths that
 * lead elsewhere, ERR_LIMIT. */
err *modules_read(arena *mem, str text, struct module **ret_modules, size_t *ret_n);

/* The URL of a submodule as seen from the repository's own: "../lib.git" beside it, "git@host:lib.git" as ssh://git@host/lib.git,
 * http, https and ssh as they are. ERR_UNSUPPORTED for files and other schemes. */
err *modules_url(arena *mem, const char *parent, const char *url, char **ret_url);

/* Do both name the same host, so that what is a secret to one is none to the other? Never from https to http. */
bool modules_same_host(arena *mem, const char *parent, const char *url);

#endif
