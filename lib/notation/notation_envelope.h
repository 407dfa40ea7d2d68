/*
 * notation_envelope: a signature of the Notary Project out of its envelope, and the rules for its headers that the two forms of
 * envelopes share. Pure.
 */
#ifndef SLUICE_NOTATION_ENVELOPE_H
#define SLUICE_NOTATION_ENVELOPE_H

#include "crypt/x509.h"

#define NOTATION_HEADERS_MAX 100 /* that are marked as critical */

#define NOTATION_SCHEME "io.cncf.notary.signingScheme"
#define NOTATION_TIME "io.cncf.notary.signingTime"
#define NOTATION_BELIEVED_TIME "io.cncf.notary.authenticSigningTime"
#define NOTATION_EXPIRES "io.cncf.notary.expiry"
#define NOTATION_STAMP "io.cncf.notary.timestampSignature"

struct notation_envelope {
	const char *algorithm; /* "ES256", …: what it says itself */
	const char *type;      /* media type of the payload */
	str payload, signature,
		stamp;		/* raw; stamp: a timestamp of the signature, empty for none */
	str message;		/* what the signature is of */
	struct x509_list chain; /* the signer's first */
	bool by_authority; /* the scheme notary.x509.signingAuthority, whose time is believed */
	int64_t at;	   /* when it was signed, seconds since 1970 */
	bool expires;
	int64_t till; /* seconds since 1970 */
};

/* The scheme, "notary.x509" or "notary.x509.signingAuthority". ERR_UNSUPPORTED. */
err *notation_envelope_scheme(arena *mem, str scheme, struct notation_envelope *e);

/* Are the names that are marked as critical those that have to be, and none that nobody here knows? ERR_INVALID, ERR_UNSUPPORTED. */
err *notation_envelope_critical(arena *mem, const struct notation_envelope *e, const str *names,
				size_t n);

/* ERR_INVALID: x5c is missing or can't be read. */
err *notation_envelope_broken(arena *mem, const char *name);

#endif
