/*
 * packed: a val in one block of memory, about as large as its JSON text, for what is kept long and read
 * now and then. Not in an arena: each has an end of its own.
 */
#ifndef SLUICE_PACKED_H
#define SLUICE_PACKED_H

#include "data/val.h"

/* Bytes that v takes when packed. */
size_t packed_size(const val *v);

/* Packs v into p, which has room for packed_size(v). */
void packed_write(const val *v, unsigned char *p);

/* The value again, in mem. p is what packed_write made; it is not checked. */
val *packed_read(arena *mem, const unsigned char *p);

#endif
