/*
 * kust_merge_raw: JSON as a tree whose scalars are still the text that they were written as. JSON
 * patches need that: their "test" compares numbers and texts as they stand. A part of kust_merge.
 */
#ifndef SLUICE_KUST_MERGE_RAW_H
#define SLUICE_KUST_MERGE_RAW_H

#include "base/buf.h"
#include "base/err.h"
#include "data/val.h"

enum raw_kind {
	RAW_SCALAR,
	RAW_NULL, /* a null that a patch brought; a null in a document is a NULL pointer */
	RAW_MAP,
	RAW_LIST,
};

struct raw_pair {
	str key;
	struct raw *value; /* NULL for null */
};

struct raw {
	enum raw_kind kind;
	str text;	    /* of a scalar: true, 12, "a\u0062" */
	struct raw_pair *p; /* of a map; of a list too, without keys */
	size_t n, cap;
};

/* Reads one JSON value, NULL for null; ERR_INVALID with encoding/json's text where it has one. */
err *raw_read(arena *mem, str text, struct raw **ret);

/* The pair's place in a map, n when there is none. */
size_t raw_find(const struct raw *map, str key);

/* Sets a map's key; inserts into a list, removes from either. at is in range. */
void raw_set(arena *mem, struct raw *map, str key, struct raw *value);
void raw_insert(arena *mem, struct raw *list, size_t at, struct raw *value);
void raw_remove(struct raw *r, size_t at);

/* A copy; printed: as it is once encoding/json has printed it (<, >, & escaped). */
struct raw *raw_copy(arena *mem, const struct raw *r, bool printed);

/* Equal in structure, scalars by their text. */
bool raw_eq(const struct raw *a, const struct raw *b);

/* The text of a JSON string. */
str raw_string(arena *mem, str quoted);

/* The value, with every number a float, as Go decodes JSON; ERR_INVALID for one out of range. */
err *raw_val(arena *mem, const struct raw *r, val **ret_v);

#endif
