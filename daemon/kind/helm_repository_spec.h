/*
 * helm_repository_spec: the HelmRepository's spec and status as tables of fields, and the struct that
 * they fill.
 */
#ifndef SLUICE_HELM_REPOSITORY_SPEC_H
#define SLUICE_HELM_REPOSITORY_SPEC_H

#include "kind/shared_fields.h"

struct helm_repository {
	const char *url, *type, *provider;
	struct name_ref *secret, *cert;
	bool pass_credentials, insecure, suspend;
	int64_t interval, timeout;
	const val *access;
};

extern const struct field helm_repository_spec_fields[], helm_repository_status_fields[];

/* Reads spec of an object of the kind; ERR_INVALID. */
err *helm_repository_read(arena *mem, const val *obj, struct helm_repository **ret_spec);

/* Is it one that is only read by charts: of type oci? */
bool helm_repository_is_oci(const val *obj);

/* ns for each exchange: spec.timeout, or the usual. */
int64_t helm_repository_timeout(const struct helm_repository *s);

#endif
