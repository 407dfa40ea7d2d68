#include "notation/notation_open.h"

#include "crypt/x509_code.h"
#include "notation/notation_cose.h"
#include "notation/notation_jws.h"

#define TYPE_PAYLOAD "application/vnd.cncf.notary.payload.v1+json"

static err *read_form(arena *mem, const char *media_type, str bytes, struct notation_envelope *e)
{
	if (text_eq(media_type, "application/jose+json"))
		return notation_jws_read(mem, bytes, e);
	if (text_eq(media_type, "application/cose"))
		return notation_cose_read(mem, bytes, e);
	return err_new(mem, ERR_UNSUPPORTED,
		       "signature envelope format with media type \"%s\" is not supported",
		       media_type);
}

static err *check_signature(arena *mem, const struct notation_envelope *e)
{
	struct pubkey *key;
	TRY_AS(mem, x509_code_check(mem, &e->chain), "certificate-chain is invalid");
	TRY(x509_key(mem, e->chain.p[0], &key));
	if (!text_eq(e->algorithm, pubkey_jose(key)))
		return err_new(mem, ERR_INVALID,
			       "mismatch between signature algorithm derived from signing "
			       "certificate (%s) and signing algorithm specified (%s)",
			       pubkey_jose(key), e->algorithm);
	if (!e->payload.n || !pubkey_verify_jose(key, e->message, e->signature))
		return err_new(mem, ERR_INVALID,
			       "signature is invalid: what is signed was changed, or another key "
			       "signed it");
	return NULL;
}

err *notation_open(arena *mem, const char *media_type, str bytes, struct notation_envelope *ret)
{
	struct notation_envelope e = {.algorithm = ""};
	if (bytes.n > NOTATION_ENVELOPE_MAX)
		return err_new(mem, ERR_LIMIT, "signature blob too large: %zu bytes", bytes.n);
	TRY_AS(mem, read_form(mem, media_type, bytes, &e), "unable to parse the digital signature");
	TRY(check_signature(mem, &e));
	if (e.expires && e.till <= e.at)
		return err_new(mem, ERR_INVALID,
			       "expiry cannot be equal or before the signing time");
	if (!text_eq(e.type, TYPE_PAYLOAD))
		return err_new(mem, ERR_INVALID,
			       "payload content type must be " TYPE_PAYLOAD ", not \"%s\"", e.type);
	*ret = e;
	return NULL;
}
