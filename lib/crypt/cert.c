#include "crypt/cert.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

static const char *reason(void)
{
	const char *text = ERR_reason_error_string(ERR_get_error());
	ERR_clear_error();
	return text ? text : "unknown error";
}

static void release(void *arg)
{
	X509_free(arg);
}

static err *read_cert(arena *mem, str pem, X509 **ret)
{
	BIO *bio = BIO_new_mem_buf(pem.p, (int)(pem.n > INT32_MAX ? INT32_MAX : pem.n));
	X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	ERR_clear_error();
	if (!cert)
		return err_new(mem, ERR_INVALID, "unable to decode certificate");
	arena_defer(mem, release, cert);
	*ret = cert;
	return NULL;
}

err *cert_check(arena *mem, str pem)
{
	X509 *cert;
	return read_cert(mem, pem, &cert);
}

err *cert_check_pair(arena *mem, str cert, str key)
{
	struct pkey *read;
	str begin = STR("-----BEGIN ");
	if (str_search(cert, begin) < 0 || str_search(key, begin) < 0)
		return err_new(mem, ERR_INVALID, "tls: failed to find any PEM data in %s input",
			       str_search(cert, begin) < 0 ? "certificate" : "key");
	TRY(cert_check(mem, cert));
	return pkey_read(mem, key, &read);
}

static bool set_serial(X509 *cert)
{
	unsigned char bytes[16];
	BIGNUM *number = RAND_bytes(bytes, sizeof(bytes)) == 1
				 ? BN_bin2bn(bytes, sizeof(bytes), NULL)
				 : NULL;
	bool ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
	BN_free(number);
	return ok;
}

static bool set_times(X509 *cert, const struct cert_request *r)
{
	return ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)r->not_before) &&
	       ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)(r->not_before + r->seconds));
}

static bool add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX c;
	X509V3_set_ctx_nodb(&c);
	X509V3_set_ctx(&c, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &c, nid, value);
	bool ok = e && X509_add_ext(cert, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

/* One alternative name: an address or a DNS name. */
static err *add_name(arena *mem, GENERAL_NAMES *names, const char *text, bool is_ip)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_OCTET_STRING *ip = is_ip ? a2i_IPADDRESS(text) : NULL;
	ASN1_IA5STRING *dns = is_ip ? NULL : ASN1_IA5STRING_new();
	if (!name || (is_ip && !ip) || (!is_ip && (!dns || !ASN1_STRING_set(dns, text, -1)))) {
		GENERAL_NAME_free(name);
		ASN1_STRING_free(dns);
		ERR_clear_error();
		return err_new(mem, ERR_INVALID, "error parsing ip: %s", text);
	}
	GENERAL_NAME_set0_value(name, is_ip ? GEN_IPADD : GEN_DNS,
				is_ip ? (void *)ip : (void *)dns);
	sk_GENERAL_NAME_push(names, name);
	return NULL;
}

static err *add_names(arena *mem, X509 *cert, const struct cert_request *r)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	err *e = names ? NULL : err_new(mem, ERR_FAILED, "no memory for names");
	for (size_t i = 0; i < r->dns_n && !e; i++)
		e = add_name(mem, names, r->dns[i], false);
	for (size_t i = 0; i < r->ip_n && !e; i++)
		e = add_name(mem, names, r->ips[i], true);
	bool critical = !r->cn[0]; /* without a subject they are all there is */
	if (!e && sk_GENERAL_NAME_num(names) > 0 &&
	    X509_add1_ext_i2d(cert, NID_subject_alt_name, names, critical, 0) != 1)
		e = err_new(mem, ERR_FAILED, "adding names to a certificate: %s", reason());
	GENERAL_NAMES_free(names);
	return e;
}

static err *fill(arena *mem, X509 *cert, const struct cert_request *r, EVP_PKEY *key, X509 *issuer)
{
	X509_NAME *subject = X509_get_subject_name(cert);
	bool ok = X509_set_version(cert, 2) && set_serial(cert) && set_times(cert, r) &&
		  X509_set_pubkey(cert, key);
	if (r->cn[0])
		ok = ok && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
						      (const unsigned char *)r->cn, -1, -1, 0);
	ok = ok && X509_set_issuer_name(cert, X509_get_subject_name(issuer)) &&
	     add_extension(cert, issuer, NID_key_usage,
			   r->authority ? "critical,digitalSignature,keyEncipherment,keyCertSign"
					: "critical,digitalSignature,keyEncipherment") &&
	     add_extension(cert, issuer, NID_ext_key_usage, "serverAuth,clientAuth") &&
	     add_extension(cert, issuer, NID_basic_constraints,
			   r->authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
	if (r->authority)
		ok = ok && add_extension(cert, issuer, NID_subject_key_identifier, "hash");
	if (issuer != cert && X509_get0_subject_key_id(issuer))
		ok = ok && add_extension(cert, issuer, NID_authority_key_identifier, "keyid");
	if (!ok)
		return err_new(mem, ERR_FAILED, "error creating certificate: %s", reason());
	return add_names(mem, cert, r);
}

static err *print(arena *mem, X509 *cert, char **ret_pem)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *p = NULL;
	bool ok = bio && PEM_write_bio_X509(bio, cert) == 1;
	long n = ok ? BIO_get_mem_data(bio, &p) : 0;
	if (ok)
		*ret_pem = arena_copy(mem, p, (size_t)n);
	BIO_free(bio);
	return ok ? NULL : err_new(mem, ERR_FAILED, "writing a certificate: %s", reason());
}

err *cert_make(arena *mem, const struct cert_request *request, const struct pkey *key,
	       const char *signer_pem, const struct pkey *signer_key, char **ret_pem)
{
	X509 *cert = X509_new(), *issuer = cert;
	EVP_PKEY *own = pkey_handle(key), *signer = signer_key ? pkey_handle(signer_key) : own;
	if (!cert)
		return err_new(mem, ERR_FAILED, "error creating certificate: %s", reason());
	arena_defer(mem, release, cert);
	if (signer_pem) {
		TRY(read_cert(mem, str_of(signer_pem), &issuer));
		if (X509_check_private_key(issuer, signer) != 1) {
			ERR_clear_error();
			return err_new(mem, ERR_INVALID,
				       "error creating certificate: x509: provided PrivateKey "
				       "doesn't match parent's PublicKey");
		}
	}
	TRY(fill(mem, cert, request, own, issuer));
	int type = EVP_PKEY_get_base_id(signer);
	if (type == EVP_PKEY_DSA)
		return err_new(mem, ERR_INVALID,
			       "error creating certificate: x509: only RSA, ECDSA and Ed25519 keys "
			       "supported");
	if (!X509_sign(cert, signer, type == EVP_PKEY_ED25519 ? NULL : EVP_sha256()))
		return err_new(mem, ERR_FAILED, "error creating certificate: %s", reason());
	return print(mem, cert, ret_pem);
}

void cert_trust(void *context, str pem)
{
	X509_STORE *store = SSL_CTX_get_cert_store(context);
	BIO *in = BIO_new_mem_buf(pem.p, pem.n > INT_MAX ? INT_MAX : (int)pem.n);
	X509 *x;
	while (in && (x = PEM_read_bio_X509(in, NULL, NULL, NULL))) {
		X509_STORE_add_cert(store, x);
		X509_free(x);
	}
	BIO_free(in);
	ERR_clear_error();
}
