#include "sigstore/sigstore.h"

#include "base/enc.h"
#include "crypt/stamp.h"
#include "data/json.h"
#include "sigstore/sigstore_log.h"
#include "sigstore/sigstore_public.h"

#define TYPE_BUNDLE "application/vnd.dev.sigstore.bundle"

str sigstore_public_root(void)
{
	return str_of(sigstore_public_json);
}

/* ---- keys ---- */

static err *by_key(arena *mem, const struct sigstore_trust *trust,
		   const struct sigstore_claim *claim)
{
	for (size_t i = 0; i < trust->n_keys; i++)
		if (sigstore_claim_signed(claim, trust->keys[i]))
			return NULL;
	return err_new(mem, ERR_FORBIDDEN, "it is not by one of the keys");
}

/* ---- identities ---- */

/* What comes along with a signature. */
struct evidence {
	struct sigstore_entry entries[SIGSTORE_ENTRIES_MAX];
	size_t n_entries;
	str stamps[SIGSTORE_ENTRIES_MAX];
	size_t n_stamps;
};

struct times {
	int64_t p[SIGSTORE_TIMES_MAX];
	size_t n;
};

/* Entries of logs that nobody here knows are passed over; of those that are known all have to be right, and one there. */
static err *ask_logs(arena *mem, const struct sigstore_root *root,
		     const struct sigstore_claim *claim, const struct evidence *seen,
		     struct times *times)
{
	size_t known = 0;
	if (!seen->n_entries)
		return err_new(mem, ERR_INVALID,
			       "it has no entry of a transparency log: sign with one");
	for (size_t i = 0; i < seen->n_entries; i++) {
		int64_t at;
		err *e = sigstore_log_check(mem, root, claim, &seen->entries[i], &at);
		if (err_code(e) == ERR_NOT_FOUND)
			continue;
		if (e)
			return err_wrap(mem, e, "its entry in the transparency log is not right");
		known++;
		if (at)
			times->p[times->n++] = at;
	}
	return known ? NULL
		     : err_new(mem, ERR_INVALID,
			       "its entry is in no transparency log of the trusted root");
}

static err *read_clock(arena *mem, const struct sigstore_root *root, str stamp, str of,
		       int64_t *ret_at)
{
	err *e = err_new(mem, ERR_INVALID, "the trusted root has no timestamp authority");
	for (size_t i = 0; e && i < root->clocks.n; i++) {
		const struct sigstore_authority *a = &root->clocks.p[i];
		e = stamp_check(mem, stamp, of, &a->others, &a->roots, ret_at);
		if (!e && (*ret_at < a->from || *ret_at > a->till))
			e = err_new(mem, ERR_INVALID,
				    "the timestamp authority was not trusted at that time");
	}
	return e;
}

/* Timestamps that are not right tell no time; without any time nothing can be said. */
static err *ask_clocks(arena *mem, const struct sigstore_root *root,
		       const struct sigstore_claim *claim, const struct evidence *seen,
		       struct times *times)
{
	err *last = NULL;
	for (size_t i = 0; i < seen->n_stamps; i++) {
		int64_t at;
		err *e = read_clock(mem, root, seen->stamps[i], claim->signature, &at);
		if (!e)
			times->p[times->n++] = at;
		last = e ? e : last;
	}
	if (times->n)
		return NULL;
	return last ? last
		    : err_new(mem, ERR_INVALID,
			      "nobody who is trusted says when it was signed: sign with a "
			      "timestamp");
}

static err *by_identity(arena *mem, const struct sigstore_trust *trust,
			const struct sigstore_claim *claim, const struct evidence *seen)
{
	struct times times = {.n = 0};
	struct pubkey *key;
	if (!claim->cert)
		return err_new(mem, ERR_FORBIDDEN,
			       "it is by a key and not by an identity: name the Secret with the "
			       "key in spec.verify.secretRef");
	TRY_AS(mem, x509_key(mem, claim->cert, &key), "its certificate");
	if (!sigstore_claim_signed(claim, key))
		return err_new(mem, ERR_INVALID, "it is not by the key of its certificate");
	TRY(ask_logs(mem, trust->root, claim, seen, &times));
	TRY(ask_clocks(mem, trust->root, claim, seen, &times));
	TRY(sigstore_cert_check(mem, trust->root, claim->cert, times.p, times.n));
	return sigstore_cert_match(mem, &trust->identities, claim->cert);
}

/* ---- payloads ---- */

err *sigstore_check_payload(arena *mem, const struct sigstore_trust *trust,
			    const struct sigstore_payload *signature, const char *digest)
{
	struct sigstore_claim claim;
	struct evidence *seen = NEW(mem, struct evidence);
	struct x509_list list = {0};
	if (signature->payload.n > SIGSTORE_PAYLOAD_MAX)
		return err_new(mem, ERR_LIMIT, "its payload is larger than %zu bytes",
			       SIGSTORE_PAYLOAD_MAX);
	TRY(sigstore_claim_payload(mem, signature->payload, signature->signature, digest, &claim));
	if (!trust->root)
		return by_key(mem, trust, &claim);
	if (signature->certificate.n) {
		TRY_AS(mem, x509_read_pem(mem, signature->certificate, &list), "its certificate");
		claim.cert = list.p[0];
	}
	if (signature->entry.n)
		TRY_AS(mem,
		       sigstore_log_read_annotation(mem, signature->entry,
						    &seen->entries[seen->n_entries++]),
		       "its entry in the transparency log");
	return by_identity(mem, trust, &claim, seen);
}

/* ---- bundles ---- */

/* 1 to 3; 0 for what is no bundle, or a newer one. */
static int version_of(const char *type)
{
	static const struct {
		const char *type;
		int version;
	} known[] = {
		{TYPE_BUNDLE ".v0.3+json", 3},
		{TYPE_BUNDLE "+json;version=0.3", 3},
		{TYPE_BUNDLE "+json;version=0.2", 2},
		{TYPE_BUNDLE "+json;version=0.1", 1},
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (text_eq(type, known[i].type))
			return known[i].version;
	return 0;
}

static err *read_raw(arena *mem, const val *v, struct x509 **ret)
{
	str der;
	if (!enc_unbase64(mem, val_as_str(val_get(v, "rawBytes")), &der))
		return err_new(mem, ERR_INVALID, "its certificate is not base64");
	TRY_AS(mem, x509_read(mem, der, ret), "its certificate");
	return NULL;
}

/* A certificate alone, or in old versions with others that it leads over; none of a key. */
static err *read_cert(arena *mem, const val *material, int version, const struct x509 **ret)
{
	const val *one = val_get(material, "certificate");
	const val *chain = val_get(material, "x509CertificateChain");
	const val *list = val_get(chain, "certificates");
	size_t n = one ? 0 : val_len(list);
	struct x509 *cert = NULL;
	if (one)
		TRY(read_raw(mem, one, &cert));
	else if (chain && (version > 2 || !n || n > X509_DEPTH_MAX))
		return err_new(mem, ERR_INVALID, "it has a wrong number of certificates");
	while (n--) {
		TRY(read_raw(mem, val_at(list, n), &cert));
		if (n && x509_is_root(cert))
			return err_new(mem, ERR_INVALID, "it brings a root certificate along");
	}
	*ret = cert;
	return NULL;
}

static err *read_evidence(arena *mem, const val *material, int version, struct evidence *seen)
{
	const val *entries = val_get(material, "tlogEntries");
	const val *stamps = VAL_IN(material, "timestampVerificationData", "rfc3161Timestamps");
	if (val_len(entries) > SIGSTORE_ENTRIES_MAX || val_len(stamps) > SIGSTORE_ENTRIES_MAX)
		return err_new(mem, ERR_LIMIT, "it has more than %d log entries or timestamps",
			       SIGSTORE_ENTRIES_MAX);
	for (size_t i = 0; i < val_len(entries); i++) {
		struct sigstore_entry *e = &seen->entries[seen->n_entries++];
		TRY_AS(mem, sigstore_log_read(mem, val_at(entries, i), e),
		       "its entry in the transparency log");
		if (version == 1 ? !e->promise.n : !e->proved)
			return err_new(mem, ERR_INVALID,
				       "its entry in the transparency log has no %s",
				       version == 1 ? "promise" : "inclusion proof");
	}
	for (size_t i = 0; i < val_len(stamps); i++)
		if (!enc_unbase64(mem, val_as_str(val_get(val_at(stamps, i), "signedTimestamp")),
				  &seen->stamps[seen->n_stamps++]))
			return err_new(mem, ERR_INVALID, "its timestamp is not base64");
	return NULL;
}

err *sigstore_check_bundle(arena *mem, const struct sigstore_trust *trust, str bundle,
			   const char *digest)
{
	struct sigstore_claim claim;
	struct evidence *seen = NEW(mem, struct evidence);
	val *v;
	if (bundle.n > SIGSTORE_BUNDLE_MAX)
		return err_new(mem, ERR_LIMIT, "the bundle is larger than %zu bytes",
			       SIGSTORE_BUNDLE_MAX);
	TRY_AS(mem, json_parse(mem, bundle, &v), "the bundle");
	const val *material = val_get(v, "verificationMaterial");
	const char *type = val_text_or(val_get(v, "mediaType"), "");
	int version = version_of(type);
	if (!version)
		return err_new(mem, ERR_UNSUPPORTED,
			       "the bundle's mediaType is not " TYPE_BUNDLE ".v0.3+json or older");
	TRY(sigstore_claim_bundle(mem, v, digest, &claim));
	if (!trust->root)
		return by_key(mem, trust, &claim);
	TRY(read_cert(mem, material, version, &claim.cert));
	TRY(read_evidence(mem, material, version, seen));
	return by_identity(mem, trust, &claim, seen);
}
