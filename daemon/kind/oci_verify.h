/*
 * oci_verify: spec.verify of OCIRepository and HelmChart: is what a registry has signed by whom the spec names?
 */
#ifndef SLUICE_KIND_OCI_VERIFY_H
#define SLUICE_KIND_OCI_VERIFY_H

#include "kind/oci_repository_spec.h"
#include "kind/source.h"
#include "source/cosign.h"

/* The field that asks for a check which is not done here, for a message; NULL: all is done. */
const char *oci_verify_unsupported(const struct oci_verify *v);

/* The keys of the Secret: all under names that end in .pub, perhaps none. */
err *oci_verify_keys(ctx *c, struct reconcile *r, const struct oci_verify *v,
		     struct cosign_keys *ret_keys);

/* Checks the manifest of that digest. ERR_FAILED: failed to verify the signature using provider 'cosign': no matching signatures
 * were found for 'ghcr.io/org/app@sha256:…'. */
err *oci_verify(ctx *c, struct reconcile *r, const struct oci_verify *v, struct oci *oci,
		const char *digest);

#endif
