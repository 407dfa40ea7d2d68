/*
 * notation: is a signature of an artifact one that a trust policy of the Notary Project accepts, under certificates that are given
 * along with the policy? As notation-go 1.3 checks, and Flux has it do so: all certificates stand in every trust store that the policy
 * names. No server is asked whether a certificate was revoked: one that names a place to ask at is taken only where the policy
 * does not enforce that. Of authorities for timestamps it is not asked at all. Pure.
 */
#ifndef SLUICE_NOTATION_H
#define SLUICE_NOTATION_H

#include "notation/notation_open.h"
#include "notation/notation_policy.h"

#define NOTATION_CERTS_MAX 1000 /* that are trusted */

struct notation_trust {
	struct notation_policy *policy;
	struct x509_list certs;
};

/* Adds what one entry of a Secret holds: the first certificate of a PEM text, or one in DER. ERR_INVALID, ERR_LIMIT. */
err *notation_trust_cert(arena *mem, struct notation_trust *trust, str bytes);

enum notation_verdict {
	NOTATION_GOOD,
	NOTATION_PASSED, /* not to be told as verified: the policy passes over what is wrong, or over all of it */
};

/* Checks one signature of the artifact with that digest ("sha256:<hex>") under the statement for its repository, now (seconds since 1970).
 * ERR_INVALID, ERR_FORBIDDEN, ERR_UNSUPPORTED: what the policy enforces is not so, and what to do. */
err *notation_check(arena *mem, const struct notation_trust *trust,
		    const struct notation_statement *statement, const char *media_type, str bytes,
		    const char *digest, int64_t now, enum notation_verdict *ret_verdict);

#endif
