/*
 * sigstore_body: what a log has written down of a signature: does it say the same as the claim? Entries of Rekor 1 (hashedrekord,
 * dsse and intoto) and of Rekor 2 (hashedrekord, dsse). Pure.
 */
#ifndef SLUICE_SIGSTORE_BODY_H
#define SLUICE_SIGSTORE_BODY_H

#include "sigstore/sigstore_claim.h"

#define SIGSTORE_BODY_MAX ((size_t)1 << 20) /* bytes */

/* The body of an entry of that kind and version ("" for any: what the body says of itself) against a claim with a certificate.
 * ERR_INVALID: which part differs; ERR_UNSUPPORTED: another kind of entry. ret_v2: the entry is Rekor 2's. */
err *sigstore_body_check(arena *mem, const struct sigstore_claim *claim, str body, str kind,
			 str version, bool *ret_v2);

#endif
