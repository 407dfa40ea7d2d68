/*
 * patch: changes to a val: operations (RFC 6902, JSON Patch) and merges (RFC 7386). The rules of the
 * operations are those of evanphx/json-patch v5, looser than the RFC: see at.h for pointers; a
 * missing value is null; replace on a map sets a key only if it is there.
 */
#ifndef SLUICE_PATCH_H
#define SLUICE_PATCH_H

#include "base/err.h"
#include "data/val.h"

#define PATCH_MAX_OPS 10000
#define PATCH_MAX_COPIED ((size_t)4 << 20) /* values that copy may make */

enum patch_flags {
	PATCH_STRICT = 0,
	PATCH_ALLOW_MISSING = 1, /* removing what is not there is no error */
};

/* Applies a list of operations to doc, in place, in order; *ret_doc is doc, or what an operation on
 * the root put in its place. On an error doc is half changed: copy it first if it is needed.
 * ERR_INVALID: the patch itself is wrong; ERR_NOT_FOUND: it does not fit the document; ERR_CONFLICT:
 * a test failed; ERR_LIMIT. */
err *patch_apply(arena *mem, val *doc, const val *ops, enum patch_flags flags, val **ret_doc);

/* The document with a merge patch on it: null removes a key, maps merge, all else replaces. doc is
 * changed in place where it can be; the patch is copied. */
val *patch_merge(arena *mem, val *doc, const val *patch);

/* The merge patch that leads from one value to the other; NULL when they are equal. A null in `to`
 * can't be told from an absent key, as in RFC 7386. */
val *patch_merge_between(arena *mem, const val *from, const val *to);

#endif
