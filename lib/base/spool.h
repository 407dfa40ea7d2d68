/*
 * spool: bytes that are too many to be held, on disk under no name: written once from front to back,
 * then read. It is gone when mem closes, whatever becomes of the program. One thread at a time.
 */
#ifndef SLUICE_SPOOL_H
#define SLUICE_SPOOL_H

#include <stdint.h>

#include "base/mapped.h"

struct spool;

/* An empty one in the folder dir. */
err *spool_open(arena *mem, const char *dir, struct spool **ret_spool);

/* Adds bytes at the end; forgets all of them. Errors are made in mem. */
err *spool_add(arena *mem, struct spool *s, str bytes);
err *spool_clear(arena *mem, struct spool *s);

/* Bytes so far. */
uint64_t spool_size(const struct spool *s);

/* The bytes [from, from + n), piece by piece; an err ends it. */
err *spool_each(arena *mem, struct spool *s, uint64_t from, uint64_t n,
		err *(*each)(void *arg, arena *mem, str bytes), void *arg);

/* All of it as memory; nothing may be added any more. */
err *spool_map(arena *mem, struct spool *s, struct mapped **ret_mapped);

#endif
