#include "crypt/x509_code.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

static err *bad(arena *mem, const struct x509 *cert, const char *why)
{
	return err_new(mem, ERR_INVALID, "certificate with subject \"%s\": %s",
		       x509_subject(mem, cert), why);
}

static bool is_issued_by(const struct x509 *cert, const struct x509 *issuer)
{
	X509 *c = x509_handle(cert), *i = x509_handle(issuer);
	EVP_PKEY *key = X509_get0_pubkey(i);
	bool is = X509_NAME_cmp(X509_get_issuer_name(c), X509_get_subject_name(i)) == 0 && key &&
		  X509_verify(c, key) == 1;
	ERR_clear_error();
	return is;
}

static err *check_usage(arena *mem, const struct x509 *cert, uint32_t must, uint32_t may)
{
	X509 *x = x509_handle(cert);
	int at = X509_get_ext_by_NID(x, NID_key_usage, -1);
	uint32_t usage = X509_get_key_usage(x);
	if (at < 0)
		return bad(mem, cert, "key usage extension must be present");
	if (!X509_EXTENSION_get_critical(X509_get_ext(x, at)))
		return bad(mem, cert, "key usage extension must be marked critical");
	if (!(usage & must))
		return bad(mem, cert,
			   must == KU_KEY_CERT_SIGN
				   ? "key usage must have the bit positions for key cert sign set"
				   : "key usage must have the bit positions for digital signature "
				     "set");
	return usage & ~may ? bad(mem, cert, "key usage must be digital signature only") : NULL;
}

static err *check_leaf(arena *mem, const struct x509 *cert)
{
	X509 *x = x509_handle(cert);
	const uint32_t others =
		XKU_SSL_SERVER | XKU_SSL_CLIENT | XKU_SMIME | XKU_TIMESTAMP | XKU_OCSP_SIGN;
	uint32_t uses = X509_get_extended_key_usage(x);
	struct pubkey *key;
	if (X509_get_extension_flags(x) & EXFLAG_CA)
		return bad(mem, cert, "it is an authority's, which may not sign artifacts");
	TRY(check_usage(mem, cert, KU_DIGITAL_SIGNATURE,
			KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION));
	if (uses != UINT32_MAX && (uses & others))
		return bad(mem, cert, "extended key usage must be for code signing only");
	if (x509_key(mem, cert, &key) || !pubkey_jose(key))
		return bad(mem, cert, "its key is of a kind or size that is not allowed");
	return NULL;
}

static err *check_authority(arena *mem, const struct x509 *cert, long below)
{
	X509 *x = x509_handle(cert);
	long most = X509_get_pathlen(x);
	if (!(X509_get_extension_flags(x) & EXFLAG_BCONS) || !X509_check_ca(x))
		return bad(mem, cert, "it made another one but is no authority's");
	if (most >= 0 && most < below)
		return bad(mem, cert, "more authorities are below it than its path length allows");
	return check_usage(mem, cert, KU_KEY_CERT_SIGN, UINT32_MAX);
}

err *x509_code_check(arena *mem, const struct x509_list *chain)
{
	if (!chain->n || chain->n > X509_DEPTH_MAX)
		return err_new(mem, ERR_INVALID, "it has %zu certificates, not 1 to %d", chain->n,
			       X509_DEPTH_MAX);
	for (size_t i = 0; i < chain->n; i++) {
		const struct x509 *cert = chain->p[i];
		bool last = i + 1 == chain->n;
		if (last != is_issued_by(cert, cert))
			return bad(mem, cert,
				   last ? "the last one of a chain has to be self-signed"
					: "only the last one of a chain may be self-signed");
		if (!last && !is_issued_by(cert, chain->p[i + 1]))
			return bad(mem, cert, "it is not issued by the next one");
		TRY(i ? check_authority(mem, cert, (long)i - 1) : check_leaf(mem, cert));
	}
	return NULL;
}
