/*
 * content: what goes into an artifact: files by path, each with the way to its bytes, put together
 * from a commit and from included artifacts, filtered by ignore rules and written as a reproducible
 * archive. Lives in an arena; bytes are read only when they are written.
 */
#ifndef SLUICE_CONTENT_H
#define SLUICE_CONTENT_H

#include "base/spool.h"
#include "pack/gzip.h"
#include "pack/tree.h"

struct content_limits {
	size_t entries; /* files and folders; 0: 500 000 */
	uint64_t bytes; /* of all files written; 0: 1 GiB */
	size_t file;	/* bytes of one file; 0: 256 MiB */
	size_t depth;	/* elements of a path; 0: 64 */
};

struct content;

/* Nothing yet; lives in mem. limits may be NULL. */
struct content *content_new(arena *mem, const struct content_limits *limits);

/* Where a file's bytes lie in a spool, and the reader of such: content_file(t, path, x, content_spooled, spool, place). */
struct content_place {
	uint64_t from, n;
};
err *content_spooled(void *spool, arena *mem, const void *place, size_t max, str *ret_bytes);

/* Adds a folder, or a file whose bytes read(from, …, id, …) gives; folders above come by themselves. path is clean and
 * relative; its elements are foreign: one that no file can have is ERR_INVALID, too many or too deep ones ERR_LIMIT.
 * A file where one was already replaces it. */
err *content_dir(struct content *t, const char *path);
err *content_file(struct content *t, const char *path, bool executable, tree_source *read,
		  void *from, const void *id);

/* Takes over the part of a tree below from ("." for all) and puts it at to. from needs to be there; what stands at to
 * must be no file and no folder with something in it. Links in the tree are left out. */
err *content_include(struct content *t, const struct tree *tree, const char *from, const char *to);

/* Is there a file or folder at the path? */
bool content_has(const struct content *t, const char *path);

/* Writes the .tar.gz: what the .sourceignore files inside, then the lines of ignore (NULL: none), leave. Without either the
 * default exclusions hold. scratch serves for one file at a time and more; it may be closed after. */
err *content_archive(arena *scratch, const struct content *t, const char *ignore, struct sink out);

/* The same with everything in it. */
err *content_archive_all(arena *scratch, const struct content *t, struct sink out);

#endif
