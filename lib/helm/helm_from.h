/*
 * helm_from: the values of a HelmRelease: valuesFrom in order, then the inline values. Source of the
 * rules: Flux's chartutil 1.27. Part of the face of helm/.
 */
#ifndef SLUICE_HELM_FROM_H
#define SLUICE_HELM_FROM_H

#include "base/err.h"
#include "data/val.h"

#define VALUES_MAX_BYTES ((size_t)256 << 20) /* of memory, for all that was read and merged */

struct values_ref {
	const char *kind, *name;
	const char *key;	 /* NULL: values.yaml */
	const char *target_path; /* NULL: the whole document is merged */
	bool literal;		 /* the target gets the bytes as they are */
	bool optional;
};

/* The data of a ConfigMap or Secret, a map of texts (a Secret's decoded); ERR_NOT_FOUND with the API's text. */
typedef err *(*values_data)(void *arg, arena *mem, const char *kind, const char *name,
			    const val **ret_data);

/* ERR_INVALID or the reader's code: "could not resolve ConfigMap chart values reference 'ns/name' with
 * key 'k': …", ERR_LIMIT. inline_values may be NULL and is not changed; numbers of documents are floats. */
err *values_from(arena *mem, const char *ns, const struct values_ref *refs, size_t n,
		 const val *inline_values, values_data data, void *arg, val **ret_values);

#endif
