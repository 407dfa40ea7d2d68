/*
 * diff: what changed from one value to another, as JSON Patch operations, in the order and with the
 * choices of wI2L/jsondiff; and the drift of an object from what server-side apply would make of
 * it, as fluxcd/pkg/ssa/jsondiff tells it. Numbers are equal by value: 1 is 1.0.
 */
#ifndef SLUICE_DIFF_H
#define SLUICE_DIFF_H

#include "base/err.h"
#include "data/val.h"

enum diff_kind { DIFF_ADD, DIFF_REPLACE, DIFF_REMOVE };

struct diff_op {
	enum diff_kind kind;
	const char *path; /* a JSON pointer */
	val *old, *value; /* copies; NULL for what the kind does not have */
	size_t length;	  /* of the value as JSON, where it counts */
};

struct diff {
	struct diff_op *p;
	size_t n, cap;
};

enum diff_flags {
	DIFF_PLAIN = 0,
	DIFF_RATIONALIZE = 1, /* one replace instead of many operations that are longer as JSON */
	DIFF_MASK = 2,	      /* of a drift: values of a Secret become "***", for logs */
};

/* The operations that lead from one to the other; none when they are equal. */
struct diff diff_compare(arena *mem, const val *from, const val *to, enum diff_flags flags);

/* The operations as a list of {op, path, value}. */
val *diff_patch(arena *mem, const struct diff *d);

/* Removes what stands at the JSON pointers, in place; what is not there, and the root, is no error. ERR_INVALID
 * for an index that is no number. */
err *diff_remove_paths(arena *mem, val *object, const char *const *paths, size_t n);

enum drift_kind {
	DRIFT_NONE,
	DRIFT_CREATE,  /* the dry-run gave no resourceVersion: it does not exist */
	DRIFT_UPDATE,  /* there are operations */
	DRIFT_EXCLUDE, /* a mark or an ignore rule for all of it says to leave it alone */
};
const char *drift_kind_name(enum drift_kind kind); /* "none", "create", … */

/* How the live object (NULL: there is none) differs from what a dry-run of apply gave: added and
 * changed labels and annotations, and all but metadata and status. marks: labels or annotations
 * with a value that exclude an object (NULL: none); paths: pointers to leave out, "" for all. The
 * operations are *ret_diff's, those on metadata first. */
err *diff_drift(arena *mem, const val *live, const val *dry_run, const val *marks,
		const char *const *paths, size_t n, enum diff_flags flags,
		enum drift_kind *ret_kind, struct diff *ret_diff);

#endif
