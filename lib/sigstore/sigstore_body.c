#include "sigstore/sigstore_body.h"

#include "base/enc.h"
#include "crypt/digest.h"
#include "data/at.h"
#include "data/json.h"

/* Where each kind of entry has its parts, as JSON pointers. */
struct layout {
	const char *kind, *version;
	bool v2, enveloped;
	bool of_payload;  /* the digest is of the envelope's payload, not of what is signed */
	int wraps;	  /* of base64 around the signature */
	const char *at;	  /* where all the rest is */
	const char *list; /* of signatures, one; NULL: signature and verifier stand without */
	const char *signature, *verifier, *algorithm, *digest;
};

#define KEYED "/signature/verifier/x509Certificate/rawBytes"

static const struct layout layouts[] = {
	{"hashedrekord", "0.0.1", false, false, false, 1, "/spec", NULL, "/signature/content",
	 "/signature/publicKey/content", "/data/hash/algorithm", "/data/hash/value"},
	{"dsse", "0.0.1", false, true, true, 1, "/spec", "/signatures", "/signature", "/verifier",
	 "/payloadHash/algorithm", "/payloadHash/value"},
	{"intoto", "0.0.2", false, true, true, 2, "/spec/content", "/envelope/signatures", "/sig",
	 "/publicKey", "/payloadHash/algorithm", "/payloadHash/value"},
	{"hashedrekord", "0.0.2", true, false, false, 1, "/spec/hashedRekordV002", NULL,
	 "/signature/content", KEYED, "/data/algorithm", "/data/digest"},
	{"dsse", "0.0.2", true, true, true, 1, "/spec/dsseV002", "/signatures", "/content",
	 "/verifier/x509Certificate/rawBytes", "/payloadHash/algorithm", "/payloadHash/digest"},
	{.kind = NULL},
};

static const struct layout *layout_of(str kind, str version)
{
	for (const struct layout *l = layouts; l->kind; l++)
		if (str_is(kind, l->kind) && str_is(version, l->version))
			return l;
	return NULL;
}

static bool same_signature(arena *mem, const struct layout *l, const val *v,
			   const struct sigstore_claim *claim)
{
	str bytes = val_as_str(v);
	for (int i = 0; i < l->wraps; i++)
		if (!enc_unbase64(mem, bytes, &bytes))
			return false;
	return str_eq(bytes, claim->signature);
}

/* Rekor 1 has certificates in PEM, which is base64 once more. */
static bool same_certificate(arena *mem, const struct layout *l, const val *v,
			     const struct sigstore_claim *claim)
{
	struct x509_list list = {0};
	str bytes;
	if (!enc_unbase64(mem, val_as_str(v), &bytes))
		return false;
	if (l->v2)
		return str_eq(bytes, x509_der(claim->cert));
	return !x509_read_pem(mem, bytes, &list) && list.n == 1 &&
	       str_eq(x509_der(list.p[0]), x509_der(claim->cert));
}

static bool same_digest(arena *mem, const struct layout *l, const val *v,
			const struct sigstore_claim *claim)
{
	str algorithm = val_as_str(at_get(mem, v, l->algorithm)), bytes;
	str text = val_as_str(at_get(mem, v, l->digest));
	if (!str_is(algorithm, l->v2 ? "SHA2_256" : "sha256") ||
	    !(l->v2 ? enc_unbase64(mem, text, &bytes) : enc_unhex(mem, text, &bytes)))
		return false;
	str of = l->of_payload ? digest_raw(mem, DIGEST_SHA256, claim->payload) : claim->digest;
	return str_eq(bytes, of);
}

static err *differs(arena *mem, const char *what)
{
	return err_new(mem, ERR_INVALID, "it is for another %s", what);
}

err *sigstore_body_check(arena *mem, const struct sigstore_claim *claim, str body, str kind,
			 str version, bool *ret_v2)
{
	val *entry;
	if (body.n > SIGSTORE_BODY_MAX)
		return err_new(mem, ERR_LIMIT, "its body is larger than %zu bytes",
			       SIGSTORE_BODY_MAX);
	TRY_AS(mem, json_parse(mem, body, &entry), "its body");
	str own_kind = val_as_str(val_get(entry, "kind"));
	str own_version = val_as_str(val_get(entry, "apiVersion"));
	const struct layout *l = layout_of(own_kind, own_version);
	if (!l || (kind.n && !str_eq(kind, own_kind)) ||
	    (version.n && !str_eq(version, own_version)) || (l->enveloped && !claim->enveloped) ||
	    (!l->v2 && l->enveloped != claim->enveloped))
		return err_new(mem, ERR_UNSUPPORTED,
			       "its kind %.*s/%.*s is not one for such signatures",
			       STR_ARG(own_kind), STR_ARG(own_version));
	const val *v = at_get(mem, entry, l->at), *one = v;
	if (l->list) {
		if (val_len(at_get(mem, v, l->list)) != 1)
			return differs(mem, "number of signatures");
		one = val_at(at_get(mem, v, l->list), 0);
	}
	if (!same_signature(mem, l, at_get(mem, one, l->signature), claim))
		return differs(mem, "signature");
	if (!same_certificate(mem, l, at_get(mem, one, l->verifier), claim))
		return differs(mem, "certificate");
	if (!same_digest(mem, l, v, claim))
		return differs(mem, "artifact");
	*ret_v2 = l->v2;
	return NULL;
}
