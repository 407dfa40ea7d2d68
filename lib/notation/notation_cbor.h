/*
 * notation_cbor: reads CBOR (RFC 8949), as envelopes of COSE are written in: items of a definite length, no floats, no key twice. All
 * of it is foreign, so there are ceilings. Pure.
 */
#ifndef SLUICE_NOTATION_CBOR_H
#define SLUICE_NOTATION_CBOR_H

#include "base/buf.h"
#include "base/err.h"

#define CBOR_DEPTH_MAX 16
#define CBOR_ITEMS_MAX 10000

enum cbor_kind {
	CBOR_UINT,
	CBOR_NINT,
	CBOR_BYTES,
	CBOR_TEXT,
	CBOR_LIST,
	CBOR_MAP,
	CBOR_TAG,
	CBOR_SIMPLE
};

struct cbor {
	enum cbor_kind kind;
	uint64_t number;    /* the value of a UINT or SIMPLE; of NINT -1 - it; the TAG */
	str text;	    /* of BYTES and TEXT, in what was read */
	size_t n;	    /* items of a LIST, pairs of a MAP, 1 behind a TAG */
	struct cbor *items; /* of a MAP key, value, key, value, … */
};

/* The one item that the bytes are. ERR_INVALID, ERR_LIMIT. */
err *cbor_read(arena *mem, str bytes, struct cbor **ret_item);

/* The value of a key of a map, a text or a number; NULL for none. item may be NULL. */
const struct cbor *cbor_get(const struct cbor *map, const char *key);
const struct cbor *cbor_get_number(const struct cbor *map, int64_t key);

/* Is it there and of that kind? */
bool cbor_is(const struct cbor *item, enum cbor_kind kind);

/* A whole number, positive or negative; false for what is none or does not fit. */
bool cbor_int(const struct cbor *item, int64_t *ret);

/* Writes the head of an item: its kind with a number, length or count. */
void cbor_head(buf *b, enum cbor_kind kind, uint64_t number);

#endif
