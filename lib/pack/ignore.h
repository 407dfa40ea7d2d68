/*
 * ignore: which paths are left out of an artifact: patterns in the syntax of .gitignore, as
 * fluxcd/pkg/sourceignore reads and matches them. Later patterns win, and unlike in git, what lies
 * in an excluded folder can be taken in again.
 */
#ifndef SLUICE_IGNORE_H
#define SLUICE_IGNORE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "pack/tree.h"

#define IGNORE_FILE ".sourceignore"
#define IGNORE_MAX_BYTES ((size_t)1 << 20) /* of one .sourceignore */
#define IGNORE_MAX_LINE ((size_t)64 << 10) /* at a longer line, reading ends, as upstream's does */
#define IGNORE_MAX_DEPTH 256		   /* of folders that are searched for .sourceignore */

struct ignore;

/* The folder that patterns hold for, as path elements: {NULL, 0} for the root. */
struct ignore_domain {
	const str *parts;
	size_t n;
};

/* No patterns yet; lives in mem. */
struct ignore *ignore_new(arena *mem);

/* Splits "a/b/c" into {"a", "b", "c"}; "" and "." give the root. */
struct ignore_domain ignore_domain_of(arena *mem, const char *path);

/* Adds the lines of a text; blank ones and those that begin with # are passed over. */
void ignore_read(struct ignore *g, str text, struct ignore_domain domain);

/* Adds .git/, .gitignore, .gitmodules and .gitattributes, which are always left out. */
void ignore_add_vcs(struct ignore *g, struct ignore_domain domain);

/* Adds the exclusions that hold as long as a user gives none: pictures, archives, CI files. */
void ignore_add_defaults(struct ignore *g, struct ignore_domain domain);

/* Adds the patterns of another list behind those of this one. */
void ignore_append(struct ignore *g, const struct ignore *more);

/* Adds the patterns of all .sourceignore files of a tree, each for its own folder, outer ones
 * first, folders by name; .git is not entered. */
err *ignore_load(arena *mem, struct ignore *g, const struct tree *t);

/* How many patterns there are. */
size_t ignore_count(const struct ignore *g);

/* Is the path (slash-separated, of a folder or not) left out? The last pattern that fits decides. */
bool ignore_match(const struct ignore *g, const char *path, bool dir);

#endif
