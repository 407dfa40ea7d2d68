#include "sigstore/sigstore_claim.h"

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"
#include "crypt/digest.h"
#include "data/json.h"

#define HASH "SHA256"
#define TYPE_STATEMENT "application/vnd.in-toto+json"
#define ABOUT_ANOTHER "it is about another artifact: sign this one"

static str hex_of(const char *digest)
{
	return str_of(digest + strlen("sha256:"));
}

static err *take_signature(arena *mem, const val *text, struct sigstore_claim *claim)
{
	str packed = val_as_str(text);
	if (!packed.n || packed.n > SIGSTORE_SIGNATURE_MAX ||
	    !enc_unbase64(mem, packed, &claim->signature))
		return err_new(mem, ERR_INVALID, "the signature is missing or not base64");
	return NULL;
}

static void take_message(arena *mem, str message, struct sigstore_claim *claim)
{
	claim->message = message;
	claim->digest = digest_raw(mem, DIGEST_SHA256, message);
}

/* ---- payloads ---- */

err *sigstore_claim_payload(arena *mem, str payload, str signature, const char *digest,
			    struct sigstore_claim *ret)
{
	struct sigstore_claim claim = {.cert = NULL};
	val *v;
	TRY(take_signature(mem, val_str(mem, signature), &claim));
	take_message(mem, payload, &claim);
	TRY_AS(mem, json_parse(mem, payload, &v), "the payload");
	if (!str_is(val_as_str(VAL_IN(v, "critical", "image", "docker-manifest-digest")), digest))
		return err_new(mem, ERR_INVALID, ABOUT_ANOTHER);
	*ret = claim;
	return NULL;
}

/* ---- bundles ---- */

static bool statement_names(arena *mem, str statement, const char *digest)
{
	val *v;
	if (json_parse(mem, statement, &v))
		return false;
	const val *subjects = val_get(v, "subject");
	for (size_t i = 0; i < val_len(subjects); i++)
		if (str_eq(val_as_str(VAL_IN(val_at(subjects, i), "digest", "sha256")),
			   hex_of(digest)))
			return true;
	return false;
}

/* What a DSSE signature is of: its pre-authentication encoding. */
static str encoded(arena *mem, str type, str payload)
{
	buf b = buf_init(mem);
	buf_printf(&b, "DSSEv1 %zu %.*s %zu ", type.n, STR_ARG(type), payload.n);
	buf_str(&b, payload);
	return buf_view(&b);
}

static err *read_envelope(arena *mem, const val *envelope, const char *digest,
			  struct sigstore_claim *claim)
{
	const val *signatures = val_get(envelope, "signatures");
	str type = val_as_str(val_get(envelope, "payloadType"));
	if (!str_is(type, TYPE_STATEMENT))
		return err_new(mem, ERR_INVALID, "the payloadType is not " TYPE_STATEMENT);
	if (!enc_unbase64(mem, val_as_str(val_get(envelope, "payload")), &claim->payload))
		return err_new(mem, ERR_INVALID, "the payload is not base64");
	if (!statement_names(mem, claim->payload, digest))
		return err_new(mem, ERR_INVALID, ABOUT_ANOTHER);
	if (val_len(signatures) != 1)
		return err_new(mem, ERR_INVALID, "the envelope has %zu signatures instead of one",
			       val_len(signatures));
	claim->enveloped = true;
	take_message(mem, encoded(mem, type, claim->payload), claim);
	return take_signature(mem, val_get(val_at(signatures, 0), "sig"), claim);
}

static err *read_message(arena *mem, const val *message, const char *digest,
			 struct sigstore_claim *claim)
{
	str said;
	if (!enc_unhex(mem, hex_of(digest), &claim->digest) ||
	    !enc_unbase64(mem, val_as_str(VAL_IN(message, "messageDigest", "digest")), &said) ||
	    !str_eq(claim->digest, said))
		return err_new(mem, ERR_INVALID, ABOUT_ANOTHER);
	return take_signature(mem, val_get(message, "signature"), claim);
}

err *sigstore_claim_bundle(arena *mem, const val *bundle, const char *digest,
			   struct sigstore_claim *ret)
{
	const val *envelope = val_get(bundle, "dsseEnvelope");
	struct sigstore_claim claim = {.cert = NULL};
	TRY(envelope ? read_envelope(mem, envelope, digest, &claim)
		     : read_message(mem, val_get(bundle, "messageSignature"), digest, &claim));
	*ret = claim;
	return NULL;
}

/* ---- signatures ---- */

bool sigstore_claim_signed(const struct sigstore_claim *claim, const struct pubkey *key)
{
	const char *own = pubkey_hash(key);
	if (!claim->message.n) /* keys that sign whole messages can't be checked by a digest */
		return pubkey_signs_digests(key) &&
		       pubkey_verify(key, HASH, claim->digest, claim->signature);
	return pubkey_verify_message(key, HASH, claim->message, claim->signature) ||
	       (!text_eq(own, HASH) &&
		pubkey_verify_message(key, own, claim->message, claim->signature));
}
