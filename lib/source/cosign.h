/*
 * cosign: signatures of OCI artifacts as Sigstore's cosign stores them beside the artifact: up to version 2 under a tag
 * made of the digest, from version 3 on as bundles that refer to it. On workers.
 */
#ifndef SLUICE_COSIGN_H
#define SLUICE_COSIGN_H

#include "sigstore/sigstore.h"
#include "source/signatures.h"

/* Is there a signature on that digest in the registry that is trusted? Where there are bundles they alone count. Signatures that
 * can't be read count for nothing; an err is one of the registry or the ctx. */
err *cosign_verify(ctx *c, struct oci *o, const char *digest, const struct sigstore_trust *trust,
		   struct signatures *ret);

#endif
