/*
 * path: file paths as texts; nothing here touches the disk. Slash-separated, as in Go's package
 * path, whose Clean and Join these follow.
 */
#ifndef SLUICE_PATH_H
#define SLUICE_PATH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* The shortest equal path: no "." or inner "..", no double or final slash; "" gives ".". */
char *path_clean(arena *mem, str path);

/* Both joined and cleaned; empty parts are passed over, "" when both are. */
char *path_join(arena *mem, const char *a, const char *b);

/* All but the last element, cleaned; the last element ("." for an empty path, "/" for the root);
 * its extension with the dot, "" without one. */
char *path_dir(arena *mem, const char *path);
char *path_base(arena *mem, const char *path);
const char *path_ext(const char *path);

/* path below root with every ".." stopped at the root, as filepath-securejoin does for a tree
 * without symlinks: "../../etc" gives "<root>/etc". */
char *path_confine(arena *mem, const char *root, const char *path);

/* Is the cleaned relative path free of ".." at its front and of a leading slash? */
bool path_is_local(const char *path);

/* Does one element match a shell pattern, as Go's path.Match: *, ?, [a-z], [^a], \x; * and ? never
 * match a slash. *ret_bad is set for a malformed pattern; it may be NULL. */
bool path_match(str pattern, str name, bool *ret_bad);

#endif
