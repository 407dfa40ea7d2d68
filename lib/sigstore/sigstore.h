/*
 * sigstore: is a signature of an artifact one by whom we trust? By keys, where no log is asked, as Flux does not either; or
 * keyless: by a certificate for an identity, made by an authority of the trusted root and seen by its logs while it was valid. All that
 * is checked comes along with the signature: nothing is asked of a server. Pure.
 *
 *	struct sigstore_trust trust = {.root = root};
 *	TRY(sigstore_cert_allow(mem, &trust.identities, "^https://issuer$", "^me@example.com$"));
 *	err *e = sigstore_check_bundle(mem, &trust, bundle, "sha256:…");
 */
#ifndef SLUICE_SIGSTORE_H
#define SLUICE_SIGSTORE_H

#include "sigstore/sigstore_cert.h"

#define SIGSTORE_BUNDLE_MAX ((size_t)4 << 20)	/* bytes of a bundle */
#define SIGSTORE_PAYLOAD_MAX ((size_t)64 << 10) /* bytes of a payload of cosign's */
#define SIGSTORE_ENTRIES_MAX 32			/* log entries, and timestamps, of one signature */

struct sigstore_trust {
	struct pubkey *const *keys; /* by keys: any of them */
	size_t n_keys;
	const struct sigstore_root *root; /* keyless, where it is not NULL */
	struct sigstore_identities identities;
};

/* The trusted root of the Sigstore that is open to everybody (fulcio.sigstore.dev, rekor.sigstore.dev), as it was published when
 * this was built: JSON, for sigstore_root_read. */
str sigstore_public_root(void);

/* How cosign stores a signature up to version 2: a payload, and texts beside it. */
struct sigstore_payload {
	str payload;
	str signature;	 /* base64 */
	str certificate; /* PEM; empty: signed by a key */
	str entry;	 /* JSON: what the log promised; empty: none */
};

/* NULL: the signature is good, and about that digest ("sha256:<hex>"). Otherwise why it is not: ERR_INVALID, ERR_FORBIDDEN (somebody
 * else's), ERR_LIMIT, ERR_UNSUPPORTED. */
err *sigstore_check_payload(arena *mem, const struct sigstore_trust *trust,
			    const struct sigstore_payload *signature, const char *digest);

/* The same for a bundle (version 0.1 to 0.3). */
err *sigstore_check_bundle(arena *mem, const struct sigstore_trust *trust, str bundle,
			   const char *digest);

#endif
