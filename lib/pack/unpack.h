/*
 * unpack: compressed archives (.tar.gz) turned into folders or trees in memory, under tar's limits.
 */
#ifndef SLUICE_UNPACK_H
#define SLUICE_UNPACK_H

#include "pack/tar.h"
#include "pack/tree.h"

/* A file unpacked into a new or empty folder that nobody else writes to: files 0600 or 0700, folders
 * 0700. All bytes of the file are also put into seen (for a digest), unless that is NULL. limits may be
 * NULL. What was unpacked before a failure stays. */
err *unpack_dir(arena *mem, const char *file, const char *dir, const struct tar_limits *limits,
		const struct sink *seen);

/* Bytes at hand as a tree in memory. */
err *unpack_tree(arena *mem, str packed, const struct tar_limits *limits, struct tree **ret_tree);

#endif
