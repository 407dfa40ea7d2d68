/* libcrypto: certificates and their extensions. */
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/lazy.h"

#define FUNCTIONS(X)                                                                               \
	X(GENERAL_NAMES_free)                                                                      \
	X(GENERAL_NAMES_new)                                                                       \
	X(GENERAL_NAME_free)                                                                       \
	X(GENERAL_NAME_new)                                                                        \
	X(GENERAL_NAME_set0_value)                                                                 \
	X(X509V3_EXT_conf_nid)                                                                     \
	X(X509V3_set_ctx)                                                                          \
	X(X509_EXTENSION_free)                                                                     \
	X(X509_EXTENSION_get_critical)                                                             \
	X(X509_EXTENSION_get_data)                                                                 \
	X(X509_NAME_ENTRY_get_data)                                                                \
	X(X509_NAME_ENTRY_get_object)                                                              \
	X(X509_NAME_ENTRY_set)                                                                     \
	X(X509_NAME_add_entry_by_txt)                                                              \
	X(X509_NAME_cmp)                                                                           \
	X(X509_NAME_entry_count)                                                                   \
	X(X509_NAME_get_entry)                                                                     \
	X(X509_NAME_print_ex)                                                                      \
	X(X509_add1_ext_i2d)                                                                       \
	X(X509_add_ext)                                                                            \
	X(X509_check_ca)                                                                           \
	X(X509_check_private_key)                                                                  \
	X(X509_delete_ext)                                                                         \
	X(X509_dup)                                                                                \
	X(X509_email_free)                                                                         \
	X(X509_free)                                                                               \
	X(X509_get0_notAfter)                                                                      \
	X(X509_get0_notBefore)                                                                     \
	X(X509_get0_pubkey)                                                                        \
	X(X509_get0_subject_key_id)                                                                \
	X(X509_get1_ocsp)                                                                          \
	X(X509_get_X509_PUBKEY)                                                                    \
	X(X509_get_ext)                                                                            \
	X(X509_get_ext_by_NID)                                                                     \
	X(X509_get_ext_by_OBJ)                                                                     \
	X(X509_get_ext_d2i)                                                                        \
	X(X509_get_extended_key_usage)                                                             \
	X(X509_get_extension_flags)                                                                \
	X(X509_get_issuer_name)                                                                    \
	X(X509_get_key_usage)                                                                      \
	X(X509_get_pathlen)                                                                        \
	X(X509_get_serialNumber)                                                                   \
	X(X509_get_subject_name)                                                                   \
	X(X509_getm_notAfter)                                                                      \
	X(X509_getm_notBefore)                                                                     \
	X(X509_new)                                                                                \
	X(X509_self_signed)                                                                        \
	X(X509_set_issuer_name)                                                                    \
	X(X509_set_pubkey)                                                                         \
	X(X509_set_version)                                                                        \
	X(X509_sign)                                                                               \
	X(X509_up_ref)                                                                             \
	X(a2i_IPADDRESS)

LAZY_LIBRARY("libcrypto.so.3", FUNCTIONS)

void GENERAL_NAMES_free(GENERAL_NAMES *a)
{
	LAZY(GENERAL_NAMES_free)(a);
}

GENERAL_NAMES *GENERAL_NAMES_new(void)
{
	return LAZY(GENERAL_NAMES_new)();
}

void GENERAL_NAME_free(GENERAL_NAME *a)
{
	LAZY(GENERAL_NAME_free)(a);
}

GENERAL_NAME *GENERAL_NAME_new(void)
{
	return LAZY(GENERAL_NAME_new)();
}

void GENERAL_NAME_set0_value(GENERAL_NAME *a, int type, void *value)
{
	LAZY(GENERAL_NAME_set0_value)(a, type, value);
}

X509_EXTENSION *X509V3_EXT_conf_nid(struct lhash_st_CONF_VALUE *conf, X509V3_CTX *ctx, int ext_nid,
				    const char *value)
{
	return LAZY(X509V3_EXT_conf_nid)(conf, ctx, ext_nid, value);
}

void X509V3_set_ctx(X509V3_CTX *ctx, X509 *issuer, X509 *subject, X509_REQ *req, X509_CRL *crl,
		    int flags)
{
	LAZY(X509V3_set_ctx)(ctx, issuer, subject, req, crl, flags);
}

void X509_EXTENSION_free(X509_EXTENSION *a)
{
	LAZY(X509_EXTENSION_free)(a);
}

int X509_EXTENSION_get_critical(const X509_EXTENSION *ex)
{
	return LAZY(X509_EXTENSION_get_critical)(ex);
}

ASN1_OCTET_STRING *X509_EXTENSION_get_data(X509_EXTENSION *ne)
{
	return LAZY(X509_EXTENSION_get_data)(ne);
}

ASN1_STRING *X509_NAME_ENTRY_get_data(const X509_NAME_ENTRY *ne)
{
	return LAZY(X509_NAME_ENTRY_get_data)(ne);
}

ASN1_OBJECT *X509_NAME_ENTRY_get_object(const X509_NAME_ENTRY *ne)
{
	return LAZY(X509_NAME_ENTRY_get_object)(ne);
}

int X509_NAME_ENTRY_set(const X509_NAME_ENTRY *ne)
{
	return LAZY(X509_NAME_ENTRY_set)(ne);
}

int X509_NAME_add_entry_by_txt(X509_NAME *name, const char *field, int type,
			       const unsigned char *bytes, int len, int loc, int set)
{
	return LAZY(X509_NAME_add_entry_by_txt)(name, field, type, bytes, len, loc, set);
}

int X509_NAME_cmp(const X509_NAME *a, const X509_NAME *b)
{
	return LAZY(X509_NAME_cmp)(a, b);
}

int X509_NAME_entry_count(const X509_NAME *name)
{
	return LAZY(X509_NAME_entry_count)(name);
}

X509_NAME_ENTRY *X509_NAME_get_entry(const X509_NAME *name, int loc)
{
	return LAZY(X509_NAME_get_entry)(name, loc);
}

int X509_NAME_print_ex(BIO *out, const X509_NAME *nm, int indent, unsigned long flags)
{
	return LAZY(X509_NAME_print_ex)(out, nm, indent, flags);
}

int X509_add1_ext_i2d(X509 *x, int nid, void *value, int crit, unsigned long flags)
{
	return LAZY(X509_add1_ext_i2d)(x, nid, value, crit, flags);
}

int X509_add_ext(X509 *x, X509_EXTENSION *ex, int loc)
{
	return LAZY(X509_add_ext)(x, ex, loc);
}

int X509_check_ca(X509 *x)
{
	return LAZY(X509_check_ca)(x);
}

int X509_check_private_key(const X509 *x509, const EVP_PKEY *pkey)
{
	return LAZY(X509_check_private_key)(x509, pkey);
}

X509_EXTENSION *X509_delete_ext(X509 *x, int loc)
{
	return LAZY(X509_delete_ext)(x, loc);
}

X509 *X509_dup(const X509 *a)
{
	return LAZY(X509_dup)(a);
}

void X509_email_free(STACK_OF(OPENSSL_STRING) * sk)
{
	LAZY(X509_email_free)(sk);
}

void X509_free(X509 *a)
{
	LAZY(X509_free)(a);
}

const ASN1_TIME *X509_get0_notAfter(const X509 *x)
{
	return LAZY(X509_get0_notAfter)(x);
}

const ASN1_TIME *X509_get0_notBefore(const X509 *x)
{
	return LAZY(X509_get0_notBefore)(x);
}

EVP_PKEY *X509_get0_pubkey(const X509 *x)
{
	return LAZY(X509_get0_pubkey)(x);
}

const ASN1_OCTET_STRING *X509_get0_subject_key_id(X509 *x)
{
	return LAZY(X509_get0_subject_key_id)(x);
}

STACK_OF(OPENSSL_STRING) * X509_get1_ocsp(X509 *x)
{
	return LAZY(X509_get1_ocsp)(x);
}

X509_PUBKEY *X509_get_X509_PUBKEY(const X509 *x)
{
	return LAZY(X509_get_X509_PUBKEY)(x);
}

X509_EXTENSION *X509_get_ext(const X509 *x, int loc)
{
	return LAZY(X509_get_ext)(x, loc);
}

int X509_get_ext_by_NID(const X509 *x, int nid, int lastpos)
{
	return LAZY(X509_get_ext_by_NID)(x, nid, lastpos);
}

int X509_get_ext_by_OBJ(const X509 *x, const ASN1_OBJECT *obj, int lastpos)
{
	return LAZY(X509_get_ext_by_OBJ)(x, obj, lastpos);
}

void *X509_get_ext_d2i(const X509 *x, int nid, int *crit, int *idx)
{
	return LAZY(X509_get_ext_d2i)(x, nid, crit, idx);
}

uint32_t X509_get_extended_key_usage(X509 *x)
{
	return LAZY(X509_get_extended_key_usage)(x);
}

uint32_t X509_get_extension_flags(X509 *x)
{
	return LAZY(X509_get_extension_flags)(x);
}

X509_NAME *X509_get_issuer_name(const X509 *a)
{
	return LAZY(X509_get_issuer_name)(a);
}

uint32_t X509_get_key_usage(X509 *x)
{
	return LAZY(X509_get_key_usage)(x);
}

long X509_get_pathlen(X509 *x)
{
	return LAZY(X509_get_pathlen)(x);
}

ASN1_INTEGER *X509_get_serialNumber(X509 *x)
{
	return LAZY(X509_get_serialNumber)(x);
}

X509_NAME *X509_get_subject_name(const X509 *a)
{
	return LAZY(X509_get_subject_name)(a);
}

ASN1_TIME *X509_getm_notAfter(const X509 *x)
{
	return LAZY(X509_getm_notAfter)(x);
}

ASN1_TIME *X509_getm_notBefore(const X509 *x)
{
	return LAZY(X509_getm_notBefore)(x);
}

X509 *X509_new(void)
{
	return LAZY(X509_new)();
}

int X509_self_signed(X509 *cert, int verify_signature)
{
	return LAZY(X509_self_signed)(cert, verify_signature);
}

int X509_set_issuer_name(X509 *x, const X509_NAME *name)
{
	return LAZY(X509_set_issuer_name)(x, name);
}

int X509_set_pubkey(X509 *x, EVP_PKEY *pkey)
{
	return LAZY(X509_set_pubkey)(x, pkey);
}

int X509_set_version(X509 *x, long version)
{
	return LAZY(X509_set_version)(x, version);
}

int X509_sign(X509 *x, EVP_PKEY *pkey, const EVP_MD *md)
{
	return LAZY(X509_sign)(x, pkey, md);
}

int X509_up_ref(X509 *x)
{
	return LAZY(X509_up_ref)(x);
}

ASN1_OCTET_STRING *a2i_IPADDRESS(const char *ipasc)
{
	return LAZY(a2i_IPADDRESS)(ipasc);
}
