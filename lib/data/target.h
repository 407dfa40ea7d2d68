/*
 * target: which objects a rule of a spec is for (ignored fields of an apply, of drift): regular
 * expressions for the whole of a group, version, kind, name and namespace, and selectors of labels and
 * annotations. Rules and texts are fluxcd/pkg/ssa/jsondiff's.
 */
#ifndef SLUICE_TARGET_H
#define SLUICE_TARGET_H

#include "base/err.h"
#include "data/val.h"

struct target;

/* Reads {group, version, kind, name, namespace, labelSelector, annotationSelector}; what is absent or
 * empty fits all. ERR_INVALID: "invalid name regex: error parsing regexp: …". */
err *target_parse(arena *mem, const val *spec, struct target **ret_target);

/* Is the object meant? scratch is used for the time of the call. */
bool target_fits(arena *scratch, const struct target *t, const val *object);

/* The paths of the rules ({paths: [pointer], target: {…}}) that are for the object, in mem; of
 * rules without a target the last alone. "failed to create ignore rule selector: …" for a target
 * that can't be read. */
err *target_paths(arena *mem, const val *rules, const val *object, const char ***ret_paths,
		  size_t *ret_n);

#endif
