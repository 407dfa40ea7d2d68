/*
 * oci_verify: spec.verify of OCIRepository and HelmChart: is what a registry has signed by whom the spec names?
 */
#ifndef SLUICE_KIND_OCI_VERIFY_H
#define SLUICE_KIND_OCI_VERIFY_H

#include "kind/oci_repository_spec.h"
#include "kind/source.h"
#include "source/cosign.h"
#include "source/notary.h"

/* Whom a spec trusts. */
struct oci_trust {
	struct sigstore_trust sigstore;
	struct notation_trust notation; /* where its policy is not NULL */
	const char *print; /* a digest of all that it was made of: another one, another trust */
};

/* What the Secrets say now. ERR_INVALID: … not found in secret 'ns/x', malformed issuer in identity: …, or the API server's failure. */
err *oci_verify_trust(ctx *c, struct reconcile *r, const struct oci_verify *v,
		      struct oci_trust *ret_trust);

/* Checks the manifest of that digest. ERR_FAILED: for cosign no_signature or wrong, with what is wrong behind it; or the registry's failure. ret_told: it is
 * verified, and not just let pass. */
struct oci_verify_texts {
	const char *no_signature, *wrong;
};
err *oci_verify_check(ctx *c, const struct oci_trust *trust, struct oci *oci, const char *digest,
		      const struct oci_verify_texts *texts, bool *ret_told);

/* "cosign", "cosign keyless": the provider as messages have it. */
const char *oci_verify_provider(arena *mem, const struct oci_verify *v);

#endif
