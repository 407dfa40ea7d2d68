#include "crypt/sct.h"

#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/buf.h"
#include "crypt/digest.h"

#define ENTRY_PRECERT 1
#define SIGNATURE_OF_CERTIFICATE 0

static void add_number(buf *b, uint64_t number, int bytes)
{
	while (bytes--)
		buf_char(b, (char)(number >> (8 * bytes)));
}

/* What was to be signed when the log saw it: the certificate without the timestamps. */
static str unstamped(arena *mem, const struct x509 *cert)
{
	X509 *copy = X509_dup(x509_handle(cert));
	int at = copy ? X509_get_ext_by_NID(copy, NID_ct_precert_scts, -1) : -1;
	unsigned char *der = NULL;
	int n = -1;
	if (at >= 0) {
		X509_EXTENSION_free(X509_delete_ext(copy, at));
		n = i2d_re_X509_tbs(copy, &der);
	}
	str bytes = {n > 0 ? arena_copy(mem, der, (size_t)n) : NULL, n > 0 ? (size_t)n : 0};
	OPENSSL_free(der);
	X509_free(copy);
	return bytes;
}

static str signed_text(arena *mem, const SCT *sct, str certificate, str issuer_key)
{
	buf b = buf_init(mem);
	unsigned char *extensions;
	size_t n = SCT_get0_extensions(sct, &extensions);
	add_number(&b, SCT_VERSION_V1, 1);
	add_number(&b, SIGNATURE_OF_CERTIFICATE, 1);
	add_number(&b, SCT_get_timestamp(sct), 8);
	add_number(&b, ENTRY_PRECERT, 2);
	buf_str(&b, digest_raw(mem, DIGEST_SHA256, issuer_key));
	add_number(&b, certificate.n, 3);
	buf_str(&b, certificate);
	add_number(&b, n, 2);
	buf_add(&b, extensions, n);
	return buf_view(&b);
}

static const struct sct_log *log_of(const SCT *sct, const struct sct_log *logs, size_t n_logs)
{
	unsigned char *id;
	size_t n = SCT_get0_log_id(sct, &id);
	int64_t at = (int64_t)(SCT_get_timestamp(sct) / 1000);
	for (size_t i = 0; i < n_logs; i++)
		if (str_eq(logs[i].id, (str){(char *)id, n}) && at >= logs[i].from &&
		    at <= logs[i].till)
			return &logs[i];
	return NULL;
}

static bool is_right(arena *mem, const SCT *sct, const struct sct_log *log, str certificate,
		     str issuer_key)
{
	unsigned char *bytes;
	size_t n = SCT_get0_signature(sct, &bytes);
	return SCT_get_version(sct) == SCT_VERSION_V1 &&
	       pubkey_verify_message(log->key, "SHA256",
				     signed_text(mem, sct, certificate, issuer_key),
				     (str){(char *)bytes, n});
}

err *sct_check(arena *mem, const struct x509 *cert, const struct x509 *issuer,
	       const struct sct_log *logs, size_t n_logs)
{
	STACK_OF(SCT) *list = X509_get_ext_d2i(x509_handle(cert), NID_ct_precert_scts, NULL, NULL);
	str certificate = unstamped(mem, cert), key = x509_key_der(mem, issuer);
	bool known = false, right = false, none = sk_SCT_num(list) <= 0;
	for (int i = 0; i < sk_SCT_num(list) && i < SCT_MAX && !right; i++) {
		const SCT *sct = sk_SCT_value(list, i);
		const struct sct_log *log = log_of(sct, logs, n_logs);
		known = known || log;
		right = log && is_right(mem, sct, log, certificate, key);
	}
	SCT_LIST_free(list);
	ERR_clear_error();
	if (right)
		return NULL;
	return none    ? err_new(mem, ERR_NOT_FOUND,
				 "the certificate has no signed certificate timestamp")
	       : known ? err_new(mem, ERR_INVALID,
				 "the signature of the signed certificate timestamp is wrong")
		       : err_new(mem, ERR_INVALID,
				 "no signed certificate timestamp is by a log of the trusted root");
}
