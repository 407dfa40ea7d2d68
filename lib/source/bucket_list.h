/*
 * bucket_list: the objects of a bucket that go into an artifact: their keys and what tells one content from another
 * (ETags). Filtered while the listing comes, then put in order and checked: keys become paths of files. Pure; any thread.
 */
#ifndef SLUICE_BUCKET_LIST_H
#define SLUICE_BUCKET_LIST_H

#include <stdint.h>

#include "base/vec.h"
#include "crypt/digest.h"
#include "pack/ignore.h"

#define BUCKET_MAX_OBJECTS ((size_t)500000) /* that are not left out */
#define BUCKET_MAX_KEYS ((size_t)64 << 20)  /* bytes of all keys and ETags */
#define BUCKET_MAX_KEY 1024		    /* bytes of a key; no service allows more */
#define BUCKET_MAX_ETAG 256
#define BUCKET_UNSIZED (-1)

struct bucket_object {
	const char *key, *etag;
	const char *version; /* of services that have one: what the ETag belongs to; NULL */
	int64_t size; /* bytes as listed; BUCKET_UNSIZED: not told, or not of the bytes that come */
	uint64_t from; /* where its bytes lie, once fetched */
	bool gone;     /* it vanished before it was fetched, and counts no more */
};

typedef VEC(struct bucket_object) bucket_objects;

/* An object with copies of the texts. ERR_INVALID: a key with a NUL in it or no UTF-8; ERR_LIMIT: too long. */
err *bucket_object_make(arena *mem, str key, str etag, int64_t size, struct bucket_object *ret);

struct bucket_list {
	arena *mem;
	const struct ignore *ignore; /* NULL: nothing is left out */
	bucket_objects objects;
	uint64_t bytes; /* of keys and ETags */
};

/* Adds an object unless it is a folder (its key ends with "/"), the root's .sourceignore, or left out. ERR_LIMIT. */
err *bucket_list_add(struct bucket_list *l, const struct bucket_object *o);

/* Sorts; of one key the last that was added counts. Then each key has to be the path of a file: ERR_INVALID for one with
 * "..", absolute, or where another object's key is a folder of it. The text says which and how to leave it out. */
err *bucket_list_settle(struct bucket_list *l);

/* The bytes of all objects as listed, those without a size left out; UINT64_MAX for more than that. */
uint64_t bucket_list_size(const struct bucket_list *l);

/* Objects that are not gone. */
size_t bucket_list_count(const struct bucket_list *l);

/* The digest over the lines "<key> <etag>" of a settled list, "sha256:<hex>": source-controller's revision of a bucket. */
char *bucket_list_digest(arena *mem, const struct bucket_list *l, enum digest_kind kind);

/* The path of the file that an object becomes. */
char *bucket_object_path(arena *mem, const struct bucket_object *o);

#endif
