/*
 * gzip: compression and decompression of a stream (RFC 1952, zlib), in constant memory. The only door
 * to zlib. A stream belongs to one thread.
 */
#ifndef SLUICE_GZIP_H
#define SLUICE_GZIP_H

#include "base/err.h"
#include "base/str.h"

/* Where a stream's bytes go, piece by piece. An err ends the stream and is handed on. bytes live
 * during the call; errors are made in mem. */
struct sink {
	err *(*put)(void *arg, arena *mem, str bytes);
	void *arg;
};

/* Compresses at zlib's usual level; no name and no time in the header, so equal bytes give equal
 * bytes. gzip_end writes the rest. */
struct gzip *gzip_begin(arena *mem, struct sink out);
err *gzip_add(struct gzip *z, str bytes);
err *gzip_end(struct gzip *z);

struct gunzip_limits {
	uint64_t bytes; /* inflated at most; 0: no bound */
	uint32_t ratio; /* inflated : compressed at most, looked at from 16 MiB on; 0: no bound */
};

/* Decompresses, several members one after the other too. ERR_INVALID for what is not gzip or is
 * damaged, ERR_LIMIT beyond a limit. gunzip_end: ERR_INVALID when the stream is cut short. */
struct gunzip *gunzip_begin(arena *mem, struct gunzip_limits limits, struct sink out);
err *gunzip_add(struct gunzip *z, str bytes);
err *gunzip_end(struct gunzip *z);

/* All at once. */
err *gzip_all(arena *mem, str bytes, str *ret_packed);
err *gunzip_all(arena *mem, str packed, struct gunzip_limits limits, str *ret_bytes);

/* A text that is compressed once, to become a part of several streams; and such parts, one after the other, as one stream. The packed
 * bytes of a part may be copied and kept. */
struct gzip_part {
	str packed;
	uint32_t crc;
	uint64_t n; /* bytes of the text */
};
err *gzip_part(arena *mem, str bytes, bool best, struct gzip_part *ret_part);
void gzip_join(arena *mem, const struct gzip_part *parts, size_t n, str *ret_packed);

/* What stands in no frame of gzip: inflated at most to max bytes. framed: zlib's own frame (RFC 1950)
 * is around it; else it is bare (RFC 1951). Errors as above. */
err *gzip_inflate(arena *mem, str packed, bool framed, uint64_t max, str *ret_bytes);

/* Do the bytes begin like a gzip stream? */
bool gzip_is(str bytes);

#endif
