/* libcrypto: stores of certificates and their verification, timestamps, what certificate logs say. */
#include <openssl/ct.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include "base/lazy.h"

#define FUNCTIONS(X)                                                                               \
	X(PKCS7_dup)                                                                               \
	X(PKCS7_free)                                                                              \
	X(PKCS7_to_TS_TST_INFO)                                                                    \
	X(SCT_LIST_free)                                                                           \
	X(SCT_get0_extensions)                                                                     \
	X(SCT_get0_log_id)                                                                         \
	X(SCT_get0_signature)                                                                      \
	X(SCT_get_timestamp)                                                                       \
	X(SCT_get_version)                                                                         \
	X(TS_RESP_free)                                                                            \
	X(TS_RESP_get_status_info)                                                                 \
	X(TS_RESP_get_token)                                                                       \
	X(TS_RESP_verify_token)                                                                    \
	X(TS_STATUS_INFO_get0_status)                                                              \
	X(TS_TST_INFO_free)                                                                        \
	X(TS_TST_INFO_get_time)                                                                    \
	X(TS_VERIFY_CTX_free)                                                                      \
	X(TS_VERIFY_CTX_new)                                                                       \
	X(TS_VERIFY_CTX_set_certs)                                                                 \
	X(TS_VERIFY_CTX_set_data)                                                                  \
	X(TS_VERIFY_CTX_set_flags)                                                                 \
	X(TS_VERIFY_CTX_set_store)                                                                 \
	X(X509_STORE_CTX_free)                                                                     \
	X(X509_STORE_CTX_get0_chain)                                                               \
	X(X509_STORE_CTX_get0_param)                                                               \
	X(X509_STORE_CTX_get_error)                                                                \
	X(X509_STORE_CTX_init)                                                                     \
	X(X509_STORE_CTX_new)                                                                      \
	X(X509_STORE_add_cert)                                                                     \
	X(X509_STORE_free)                                                                         \
	X(X509_STORE_get0_param)                                                                   \
	X(X509_STORE_new)                                                                          \
	X(X509_VERIFY_PARAM_set_auth_level)                                                        \
	X(X509_VERIFY_PARAM_set_depth)                                                             \
	X(X509_VERIFY_PARAM_set_flags)                                                             \
	X(X509_VERIFY_PARAM_set_time)                                                              \
	X(X509_verify)                                                                             \
	X(X509_verify_cert)                                                                        \
	X(X509_verify_cert_error_string)

LAZY_LIBRARY("libcrypto.so.3", FUNCTIONS)

PKCS7 *PKCS7_dup(const PKCS7 *a)
{
	return LAZY(PKCS7_dup)(a);
}

void PKCS7_free(PKCS7 *a)
{
	LAZY(PKCS7_free)(a);
}

TS_TST_INFO *PKCS7_to_TS_TST_INFO(PKCS7 *token)
{
	return LAZY(PKCS7_to_TS_TST_INFO)(token);
}

void SCT_LIST_free(STACK_OF(SCT) * a)
{
	LAZY(SCT_LIST_free)(a);
}

size_t SCT_get0_extensions(const SCT *sct, unsigned char **ext)
{
	return LAZY(SCT_get0_extensions)(sct, ext);
}

size_t SCT_get0_log_id(const SCT *sct, unsigned char **log_id)
{
	return LAZY(SCT_get0_log_id)(sct, log_id);
}

size_t SCT_get0_signature(const SCT *sct, unsigned char **sig)
{
	return LAZY(SCT_get0_signature)(sct, sig);
}

uint64_t SCT_get_timestamp(const SCT *sct)
{
	return LAZY(SCT_get_timestamp)(sct);
}

sct_version_t SCT_get_version(const SCT *sct)
{
	return LAZY(SCT_get_version)(sct);
}

void TS_RESP_free(TS_RESP *a)
{
	LAZY(TS_RESP_free)(a);
}

TS_STATUS_INFO *TS_RESP_get_status_info(TS_RESP *a)
{
	return LAZY(TS_RESP_get_status_info)(a);
}

PKCS7 *TS_RESP_get_token(TS_RESP *a)
{
	return LAZY(TS_RESP_get_token)(a);
}

int TS_RESP_verify_token(TS_VERIFY_CTX *ctx, PKCS7 *token)
{
	return LAZY(TS_RESP_verify_token)(ctx, token);
}

const ASN1_INTEGER *TS_STATUS_INFO_get0_status(const TS_STATUS_INFO *a)
{
	return LAZY(TS_STATUS_INFO_get0_status)(a);
}

void TS_TST_INFO_free(TS_TST_INFO *a)
{
	LAZY(TS_TST_INFO_free)(a);
}

const ASN1_GENERALIZEDTIME *TS_TST_INFO_get_time(const TS_TST_INFO *a)
{
	return LAZY(TS_TST_INFO_get_time)(a);
}

void TS_VERIFY_CTX_free(TS_VERIFY_CTX *ctx)
{
	LAZY(TS_VERIFY_CTX_free)(ctx);
}

TS_VERIFY_CTX *TS_VERIFY_CTX_new(void)
{
	return LAZY(TS_VERIFY_CTX_new)();
}

STACK_OF(X509) * TS_VERIFY_CTX_set_certs(TS_VERIFY_CTX *ctx, STACK_OF(X509) * certs)
{
	return LAZY(TS_VERIFY_CTX_set_certs)(ctx, certs);
}

BIO *TS_VERIFY_CTX_set_data(TS_VERIFY_CTX *ctx, BIO *b)
{
	return LAZY(TS_VERIFY_CTX_set_data)(ctx, b);
}

int TS_VERIFY_CTX_set_flags(TS_VERIFY_CTX *ctx, int f)
{
	return LAZY(TS_VERIFY_CTX_set_flags)(ctx, f);
}

X509_STORE *TS_VERIFY_CTX_set_store(TS_VERIFY_CTX *ctx, X509_STORE *s)
{
	return LAZY(TS_VERIFY_CTX_set_store)(ctx, s);
}

void X509_STORE_CTX_free(X509_STORE_CTX *ctx)
{
	LAZY(X509_STORE_CTX_free)(ctx);
}

STACK_OF(X509) * X509_STORE_CTX_get0_chain(const X509_STORE_CTX *ctx)
{
	return LAZY(X509_STORE_CTX_get0_chain)(ctx);
}

X509_VERIFY_PARAM *X509_STORE_CTX_get0_param(const X509_STORE_CTX *ctx)
{
	return LAZY(X509_STORE_CTX_get0_param)(ctx);
}

int X509_STORE_CTX_get_error(const X509_STORE_CTX *ctx)
{
	return LAZY(X509_STORE_CTX_get_error)(ctx);
}

int X509_STORE_CTX_init(X509_STORE_CTX *ctx, X509_STORE *trust_store, X509 *target,
			STACK_OF(X509) * untrusted)
{
	return LAZY(X509_STORE_CTX_init)(ctx, trust_store, target, untrusted);
}

X509_STORE_CTX *X509_STORE_CTX_new(void)
{
	return LAZY(X509_STORE_CTX_new)();
}

int X509_STORE_add_cert(X509_STORE *ctx, X509 *x)
{
	return LAZY(X509_STORE_add_cert)(ctx, x);
}

void X509_STORE_free(X509_STORE *v)
{
	LAZY(X509_STORE_free)(v);
}

X509_VERIFY_PARAM *X509_STORE_get0_param(const X509_STORE *ctx)
{
	return LAZY(X509_STORE_get0_param)(ctx);
}

X509_STORE *X509_STORE_new(void)
{
	return LAZY(X509_STORE_new)();
}

void X509_VERIFY_PARAM_set_auth_level(X509_VERIFY_PARAM *param, int auth_level)
{
	LAZY(X509_VERIFY_PARAM_set_auth_level)(param, auth_level);
}

void X509_VERIFY_PARAM_set_depth(X509_VERIFY_PARAM *param, int depth)
{
	LAZY(X509_VERIFY_PARAM_set_depth)(param, depth);
}

int X509_VERIFY_PARAM_set_flags(X509_VERIFY_PARAM *param, unsigned long flags)
{
	return LAZY(X509_VERIFY_PARAM_set_flags)(param, flags);
}

void X509_VERIFY_PARAM_set_time(X509_VERIFY_PARAM *param, time_t t)
{
	LAZY(X509_VERIFY_PARAM_set_time)(param, t);
}

int X509_verify(X509 *a, EVP_PKEY *r)
{
	return LAZY(X509_verify)(a, r);
}

int X509_verify_cert(X509_STORE_CTX *ctx)
{
	return LAZY(X509_verify_cert)(ctx);
}

const char *X509_verify_cert_error_string(long n)
{
	return LAZY(X509_verify_cert_error_string)(n);
}
