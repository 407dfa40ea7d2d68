/*
 * cosign: signatures of OCI artifacts by keys, as Sigstore's cosign stores them beside the artifact: up to
 * version 2 under a tag made of the digest, from version 3 on as bundles that refer to it. A transparency log is not asked, as Flux does
 * not either where keys are given. On workers; the checks themselves are pure.
 */
#ifndef SLUICE_COSIGN_H
#define SLUICE_COSIGN_H

#include "crypt/pubkey.h"
#include "source/oci.h"

#define COSIGN_SIGNATURES_MAX 100	      /* looked at, of one artifact */
#define COSIGN_PAYLOAD_MAX ((size_t)64 << 10) /* bytes of what a signature is of */
#define COSIGN_BUNDLE_MAX ((size_t)4 << 20)   /* bytes of a bundle */

struct cosign_keys {
	struct pubkey *const *p;
	size_t n;
};

enum cosign_verdict { COSIGN_UNSIGNED, COSIGN_STRANGE, COSIGN_GOOD };

/* Is one of the keys' signatures on that digest in the registry? Where there are bundles they alone count. Signatures that
 * can't be read count for nothing; an err is one of the registry or the ctx. */
err *cosign_verify(ctx *c, struct oci *o, const char *digest, const struct cosign_keys *keys,
		   enum cosign_verdict *ret_verdict);

/* Is signature (base64) one of the keys' of the payload, and does the payload name that digest? */
bool cosign_check_payload(const struct cosign_keys *keys, str payload, str signature,
			  const char *digest);

/* The same for a bundle: a DSSE envelope whose statement is about that digest, or a signature of the artifact itself. */
bool cosign_check_bundle(const struct cosign_keys *keys, str bundle, const char *digest);

#endif
