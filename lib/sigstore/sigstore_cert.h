/*
 * sigstore_cert: certificates that bind a key to an identity for some minutes: were they made by who is trusted, seen
 * by a certificate log, valid when they were used, and whose are they? Pure.
 */
#ifndef SLUICE_SIGSTORE_CERT_H
#define SLUICE_SIGSTORE_CERT_H

#include "base/regex.h"
#include "sigstore/sigstore_root.h"

#define SIGSTORE_IDENTITIES_MAX 100	/* that may have signed */
#define SIGSTORE_IDENTITY_TEXT_MAX 4096 /* bytes of an issuer or subject */
#define SIGSTORE_TIMES_MAX 64		/* at which a certificate was used */

/* Who may have signed: expressions that match somewhere, as Go's; empty ones match all. */
struct sigstore_identity {
	const struct regex *issuer, *subject;
};

struct sigstore_identities {
	VEC(struct sigstore_identity) list; /* none: anybody */
};

/* ERR_INVALID: malformed issuer in identity: error parsing regexp: …; ERR_LIMIT. */
err *sigstore_cert_allow(arena *mem, struct sigstore_identities *ids, const char *issuer,
			 const char *subject);

/* Is the certificate one of an authority's that is trusted, at all these times (seconds since 1970; at least one), and does a log of
 * certificates that is trusted have it? ERR_INVALID. */
err *sigstore_cert_check(arena *mem, const struct sigstore_root *root, const struct x509 *cert,
			 const int64_t *times, size_t n_times);

/* May its owner sign? ERR_FORBIDDEN names the owner. */
err *sigstore_cert_match(arena *mem, const struct sigstore_identities *ids,
			 const struct x509 *cert);

#endif
