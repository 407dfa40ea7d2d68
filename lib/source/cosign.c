#include "source/cosign.h"

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"
#include "data/json.h"

#define HASH "SHA256"
#define TYPE_PAYLOAD "application/vnd.dev.cosign.simplesigning.v1+json"
#define TYPE_BUNDLE "application/vnd.dev.sigstore.bundle"
#define TYPE_STATEMENT "application/vnd.in-toto+json"
#define ANNOTATION "dev.cosignproject.cosign/signature"
#define SIGNATURE_MAX 8192 /* bytes of one, as base64 */

static bool by_any_key(arena *mem, const struct cosign_keys *keys, str message, str signature)
{
	str bytes;
	if (!signature.n || signature.n > SIGNATURE_MAX || !enc_unbase64(mem, signature, &bytes))
		return false;
	for (size_t i = 0; i < keys->n; i++)
		if (pubkey_verify_message(keys->p[i], HASH, message, bytes))
			return true;
	return false;
}

/* ---- payloads ---- */

static bool payload_names(arena *mem, str payload, const char *digest)
{
	val *v;
	if (json_parse(mem, payload, &v))
		return false;
	const val *named = VAL_IN(v, "critical", "image", "docker-manifest-digest");
	return str_is(val_as_str(named), digest);
}

bool cosign_check_payload(const struct cosign_keys *keys, str payload, str signature,
			  const char *digest)
{
	arena *mem = arena_open();
	bool good = payload.n <= COSIGN_PAYLOAD_MAX && by_any_key(mem, keys, payload, signature) &&
		    payload_names(mem, payload, digest);
	arena_close(mem);
	return good;
}

/* ---- bundles ---- */

static bool statement_names(arena *mem, str statement, const char *digest)
{
	val *v;
	const char *hex = digest + strlen("sha256:");
	if (json_parse(mem, statement, &v))
		return false;
	const val *subjects = val_get(v, "subject");
	for (size_t i = 0; i < val_len(subjects); i++)
		if (str_is(val_as_str(VAL_IN(val_at(subjects, i), "digest", "sha256")), hex))
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

static bool check_envelope(arena *mem, const struct cosign_keys *keys, const val *envelope,
			   const char *digest)
{
	const val *signatures = val_get(envelope, "signatures");
	str type = val_as_str(val_get(envelope, "payloadType")), statement;
	if (!str_is(type, TYPE_STATEMENT) ||
	    !enc_unbase64(mem, val_as_str(val_get(envelope, "payload")), &statement) ||
	    !statement_names(mem, statement, digest))
		return false;
	str message = encoded(mem, type, statement);
	for (size_t i = 0; i < val_len(signatures) && i < COSIGN_SIGNATURES_MAX; i++)
		if (by_any_key(mem, keys, message,
			       val_as_str(val_get(val_at(signatures, i), "sig"))))
			return true;
	return false;
}

/* A signature of the manifest's digest; keys that sign whole messages can't be checked so. */
static bool check_message(arena *mem, const struct cosign_keys *keys, const val *message,
			  const char *digest)
{
	str raw, said, signature;
	if (!enc_unhex(mem, str_of(digest + strlen("sha256:")), &raw) ||
	    !enc_unbase64(mem, val_as_str(VAL_IN(message, "messageDigest", "digest")), &said) ||
	    !str_eq(raw, said) ||
	    !enc_unbase64(mem, val_as_str(val_get(message, "signature")), &signature))
		return false;
	for (size_t i = 0; i < keys->n; i++)
		if (pubkey_signs_digests(keys->p[i]) &&
		    pubkey_verify(keys->p[i], HASH, raw, signature))
			return true;
	return false;
}

bool cosign_check_bundle(const struct cosign_keys *keys, str bundle, const char *digest)
{
	arena *mem = arena_open();
	val *v;
	bool good = false;
	if (bundle.n <= COSIGN_BUNDLE_MAX && !json_parse(mem, bundle, &v) &&
	    text_starts(val_text_or(val_get(v, "mediaType"), ""), TYPE_BUNDLE)) {
		const val *envelope = val_get(v, "dsseEnvelope");
		good = envelope ? check_envelope(mem, keys, envelope, digest)
				: check_message(mem, keys, val_get(v, "messageSignature"), digest);
	}
	arena_close(mem);
	return good;
}

/* ---- the registry ---- */

/* What is wrong with one signature is no failure of the whole; what is wrong with the registry is. */
static bool skippable(const err *e)
{
	int code = err_code(e);
	return code == ERR_INVALID || code == ERR_LIMIT || code == ERR_NOT_FOUND ||
	       code == ERR_UNSUPPORTED;
}

/* One referrer; *ret_is: it is a bundle. */
static err *try_bundle(ctx *c, struct oci *o, const struct oci_descriptor *d, const char *digest,
		       const struct cosign_keys *keys, bool *ret_is, bool *ret_good)
{
	struct oci_manifest *m;
	str bundle;
	err *e = oci_pull(c, o, d->digest, &m);
	if (e)
		return skippable(e) ? NULL : e;
	if (m->n_layers != 1 || !text_starts(m->layers[0].type, TYPE_BUNDLE))
		return NULL;
	e = oci_blob(c, o, &m->layers[0], COSIGN_BUNDLE_MAX, &bundle);
	if (e)
		return skippable(e) ? NULL : e;
	*ret_is = true;
	*ret_good = cosign_check_bundle(keys, bundle, digest);
	return NULL;
}

static err *try_bundles(ctx *c, struct oci *o, const char *digest, const struct cosign_keys *keys,
			bool *ret_any, bool *ret_good)
{
	struct oci_index index;
	err *e = oci_referrers(c, o, digest, &index);
	if (e)
		return skippable(e) ? NULL : e;
	for (size_t i = 0; i < index.n && i < COSIGN_SIGNATURES_MAX && !*ret_good; i++)
		TRY(try_bundle(c, o, &index.p[i], digest, keys, ret_any, ret_good));
	return NULL;
}

static err *try_tag(ctx *c, struct oci *o, const char *digest, const struct cosign_keys *keys,
		    bool *ret_any, bool *ret_good)
{
	struct oci_manifest *m;
	char *tag = arena_printf(c->mem, "%s.sig", digest);
	*strchr(tag, ':') = '-';
	err *e = oci_pull(c, o, tag, &m);
	if (e)
		return skippable(e) ? NULL : e;
	for (size_t i = 0; i < m->n_layers && i < COSIGN_SIGNATURES_MAX && !*ret_good; i++) {
		const struct oci_descriptor *d = &m->layers[i];
		str signature = val_as_str(val_get(d->annotations, ANNOTATION)), payload;
		if (!text_eq(d->type, TYPE_PAYLOAD) || !signature.n)
			continue;
		*ret_any = true;
		e = oci_blob(c, o, d, COSIGN_PAYLOAD_MAX, &payload);
		if (e && !skippable(e))
			return e;
		*ret_good = !e && cosign_check_payload(keys, payload, signature, digest);
	}
	return NULL;
}

err *cosign_verify(ctx *c, struct oci *o, const char *digest, const struct cosign_keys *keys,
		   enum cosign_verdict *ret_verdict)
{
	bool any = false, good = false;
	TRY(oci_ref_check_digest(c->mem, digest));
	TRY(try_bundles(c, o, digest, keys, &any, &good));
	if (!any)
		TRY(try_tag(c, o, digest, keys, &any, &good));
	*ret_verdict = good ? COSIGN_GOOD : any ? COSIGN_STRANGE : COSIGN_UNSIGNED;
	return NULL;
}
