/*
 * sigstore_claim: what somebody has signed about an artifact, in one of the forms in which Sigstore keeps it: a payload of
 * cosign's, a statement in a DSSE envelope, or the artifact itself. All of it is foreign. Pure.
 */
#ifndef SLUICE_SIGSTORE_CLAIM_H
#define SLUICE_SIGSTORE_CLAIM_H

#include "crypt/x509.h"
#include "data/val.h"

#define SIGSTORE_SIGNATURE_MAX 8192 /* bytes of one, as base64 */

struct sigstore_claim {
	str signature; /* raw */
	str message;   /* what it is of; empty when only the digest is known */
	str digest;    /* SHA-256 of what it is of, raw */
	str payload;   /* what an envelope holds; empty without one */
	bool enveloped;
	const struct x509 *cert; /* of who signed; NULL: a key, which is not said */
};

/* A payload of cosign's with its signature in base64; does it name that digest ("sha256:<hex>")? ERR_INVALID says what is wrong. */
err *sigstore_claim_payload(arena *mem, str payload, str signature, const char *digest,
			    struct sigstore_claim *ret);

/* What a bundle holds: a DSSE envelope with one signature, whose statement is about that digest, or a signature of what has the
 * digest. */
err *sigstore_claim_bundle(arena *mem, const val *bundle, const char *digest,
			   struct sigstore_claim *ret);

/* Has the key signed it? */
bool sigstore_claim_signed(const struct sigstore_claim *claim, const struct pubkey *key);

#endif
