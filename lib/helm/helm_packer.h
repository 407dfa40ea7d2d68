/*
 * helm_packer: charts as they stand in the records of releases, compressed once. The chart is nearly
 * all of a record, and the same for all revisions and all releases of it. Bounded; any thread. A part of
 * the face of helm/.
 */
#ifndef SLUICE_HELM_PACKER_H
#define SLUICE_HELM_PACKER_H

#include "pack/gzip.h"

struct helm_packer;

/* Keeps at most so many packed bytes; the caller owes helm_packer_close. */
struct helm_packer *helm_packer_open(size_t max_bytes);
void helm_packer_close(struct helm_packer *p);

/* The text compressed as a part of a stream, now or before; it lives in mem. p may be NULL: it is always compressed anew. best: with
 * all effort. */
err *helm_packer_part(arena *mem, struct helm_packer *p, str text, bool best,
		      struct gzip_part *ret_part);

#endif
