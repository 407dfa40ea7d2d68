/*
 * demux: the answer to a fetch, taken apart as it comes: sections or acknowledgements, then the bands of a pack. What
 * brings the bytes is a function, so that it is the same for every transport.
 */
#ifndef SLUICE_DEMUX_H
#define SLUICE_DEMUX_H

#include "pack/gzip.h"
#include "rt/ctx.h"
#include "source/pktline.h"

struct demux {
	struct sink out;	  /* the pack */
	bool v2;		  /* version 2's sections */
	bool in_pack, skip, over; /* private */
};

/* Brings at most max bytes; *ret_n 0 at the end. May block. */
typedef err *demux_read(void *arg, ctx *c, char *into, size_t max, size_t *ret_n);

/* Reads up to the answer's end, and not further than the last piece that was brought. ERR_NOT_FOUND when the server does not
 * give what was asked for, ERR_FAILED with what it said, ERR_INVALID, ERR_IO when it ends too early. */
err *demux_run(ctx *c, struct demux *d, demux_read *read, void *arg);

/* What the other side gives as its reason. */
err *demux_remote_says(arena *mem, str text);

#endif
