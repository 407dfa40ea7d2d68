/*
 * tar: archives written so that equal trees give equal bytes (no owners, no times, modes 0600, 0700
 * and 0750 as Flux stores artifacts), and foreign archives read under limits. Streams, in constant memory;
 * a stream belongs to one thread.
 */
#ifndef SLUICE_TAR_H
#define SLUICE_TAR_H

#include "pack/gzip.h"

/* ---- writing: ustar, with a pax record where a path is too long ---- */

/* A writer of entries, in the order of the calls. path is relative and clean, "." for the root; tar_end writes
 * the closing blocks. */
struct tar_writer *tar_begin(arena *mem, struct sink out);
err *tar_dir(struct tar_writer *w, const char *path);
err *tar_file(struct tar_writer *w, const char *path, bool executable, str content);
err *tar_end(struct tar_writer *w);

/* ---- reading: ustar, pax and GNU long names ---- */

struct tar_limits {
	uint64_t bytes; /* of all files; 0: 1 GiB */
	uint64_t file;	/* of one file; 0: 256 MiB */
	size_t entries; /* 0: 100 000 */
	size_t depth;	/* elements of a path; 0: 64 */
	size_t path;	/* bytes of a path; 0: 4096 */
	uint32_t
		ratio; /* for a compressed archive, as gunzip's; 0: 1100, which deflate cannot exceed */
};

struct tar_entry {
	const char *path; /* relative and clean; lives until the next entry */
	bool dir;
	bool executable;
	uint64_t size;
};

/* What becomes of the entries: entry, then for a file data (no or several times) and end. Only
 * folders and regular files are told; links, devices and the root itself are passed over. */
struct tar_calls {
	err *(*entry)(void *arg, arena *mem, const struct tar_entry *e);
	err *(*data)(void *arg, arena *mem, str bytes);
	err *(*end)(void *arg, arena *mem);
};

/* Reads what is added. ERR_INVALID for a damaged archive and for paths that are absolute, hold ".."
 * or a backslash; ERR_LIMIT; ERR_UNSUPPORTED for sparse files. tar_read_end: ERR_INVALID when it is cut
 * short. */
struct tar_reader *tar_read_begin(arena *mem, const struct tar_limits *limits,
				  const struct tar_calls *calls, void *arg);
err *tar_read_add(struct tar_reader *r, str bytes);
err *tar_read_end(struct tar_reader *r);

#endif
