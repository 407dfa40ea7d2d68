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

/* Whom a spec trusts. */
struct oci_trust {
	struct sigstore_trust sigstore;
	const char *print; /* a digest of all that it was made of: another one, another trust */
};

/* What the Secrets say now. ERR_INVALID: … not found in secret 'ns/x', malformed issuer in identity: …, or the API server's failure. */
err *oci_verify_trust(ctx *c, struct reconcile *r, const struct oci_verify *v,
		      struct oci_trust *ret_trust);

/* Checks the manifest of that digest; the failure is the registry's. ret_why: of COSIGN_STRANGE, "" when all there is to say is that no
 * key fits. */
err *oci_verify_check(ctx *c, const struct oci_trust *trust, struct oci *oci, const char *digest,
		      enum cosign_verdict *ret_verdict, const char **ret_why);

/* "cosign", "cosign keyless": the provider as messages have it. */
const char *oci_verify_provider(arena *mem, const struct oci_verify *v);

#endif
