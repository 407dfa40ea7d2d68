/*
 * content_tar: the files of a compressed archive as content. Both lie in spools: nothing of an archive
 * has a name on disk before it was read to its end.
 */
#ifndef SLUICE_CONTENT_TAR_H
#define SLUICE_CONTENT_TAR_H

#include "base/spool.h"
#include "pack/tar.h"
#include "source/content.h"

/* Adds the files and folders of packed, a .tar.gz; their bytes go into store, which content reads from later and must outlive
 * it. Links and devices are passed over; of two entries with one name the later counts. ERR_INVALID for what is no such archive, and for
 * paths that lead out of it; ERR_LIMIT. */
err *content_archived(arena *mem, struct content *t, struct spool *packed, struct spool *store,
		      const struct tar_limits *limits);

#endif
