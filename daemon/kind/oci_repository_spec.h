/*
 * oci_repository_spec: the OCIRepository's spec and status as tables of fields, and the structs that
 * they fill.
 */
#ifndef SLUICE_OCI_REPOSITORY_SPEC_H
#define SLUICE_OCI_REPOSITORY_SPEC_H

#include "kind/shared_fields.h"

struct oci_repository_ref {
	const char *digest, *semver, *filter, *tag;
};

struct oci_selector {
	const char *type, *operation;
};

struct oci_identity {
	const char *issuer, *subject;
};

struct oci_verify {
	const char *provider;
	struct name_ref *secret, *root;
	struct field_list identities; /* of struct oci_identity */
};

struct oci_repository {
	const char *url;
	int64_t interval, timeout;
	struct oci_repository_ref *ref;
	struct oci_selector *selector;
	const char *provider, *account, *ignore;
	struct name_ref *secret, *cert, *proxy;
	struct oci_verify *verify;
	bool insecure, suspend;
};

extern const struct field oci_repository_spec_fields[], oci_repository_status_fields[];

/* What HelmChart's verify block has too. */
extern const struct field oci_identity_fields[];

#endif
