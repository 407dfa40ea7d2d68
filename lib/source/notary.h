/*
 * notary: signatures of OCI artifacts by the Notary Project's notation, which refer to the artifact in its registry. On workers.
 */
#ifndef SLUICE_NOTARY_H
#define SLUICE_NOTARY_H

#include "notation/notation.h"
#include "source/signatures.h"

/* Is there a signature on that digest in the registry that the trust policy accepts now (seconds since 1970)? SIGNATURES_PASSED: the
 * policy wants none, or passes over whose it is. repository: "ghcr.io/org/app". ERR_NOT_FOUND: the policy says nothing about the
 * repository; or the registry's failure, or the ctx's. */
err *notary_verify(ctx *c, struct oci *o, const char *repository, const char *digest,
		   const struct notation_trust *trust, int64_t now, struct signatures *ret);

#endif
