/* libcrypto: keys, and the numbers that some are made of. */
#include <openssl/bn.h>
#include <openssl/dsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <stdarg.h>
#include <string.h>

#include "base/lazy.h"

#define FUNCTIONS(X)                                                                               \
	X(BN_CTX_free)                                                                             \
	X(BN_CTX_secure_new)                                                                       \
	X(BN_bin2bn)                                                                               \
	X(BN_clear_free)                                                                           \
	X(BN_div)                                                                                  \
	X(BN_free)                                                                                 \
	X(BN_is_zero)                                                                              \
	X(BN_mod_inverse)                                                                          \
	X(BN_secure_new)                                                                           \
	X(BN_sub)                                                                                  \
	X(BN_to_ASN1_INTEGER)                                                                      \
	X(BN_value_one)                                                                            \
	X(EVP_PKEY_CTX_free)                                                                       \
	X(EVP_PKEY_CTX_new)                                                                        \
	X(EVP_PKEY_CTX_new_from_name)                                                              \
	X(EVP_PKEY_CTX_new_id)                                                                     \
	X(EVP_PKEY_CTX_set_dsa_paramgen_bits)                                                      \
	X(EVP_PKEY_CTX_set_dsa_paramgen_q_bits)                                                    \
	X(EVP_PKEY_CTX_set_rsa_padding)                                                            \
	X(EVP_PKEY_CTX_set_rsa_pss_saltlen)                                                        \
	X(EVP_PKEY_CTX_set_signature_md)                                                           \
	X(EVP_PKEY_Q_keygen)                                                                       \
	X(EVP_PKEY_decrypt)                                                                        \
	X(EVP_PKEY_decrypt_init)                                                                   \
	X(EVP_PKEY_derive)                                                                         \
	X(EVP_PKEY_derive_init)                                                                    \
	X(EVP_PKEY_derive_set_peer)                                                                \
	X(EVP_PKEY_free)                                                                           \
	X(EVP_PKEY_fromdata)                                                                       \
	X(EVP_PKEY_fromdata_init)                                                                  \
	X(EVP_PKEY_get_base_id)                                                                    \
	X(EVP_PKEY_get_bits)                                                                       \
	X(EVP_PKEY_get_raw_public_key)                                                             \
	X(EVP_PKEY_get_size)                                                                       \
	X(EVP_PKEY_keygen)                                                                         \
	X(EVP_PKEY_keygen_init)                                                                    \
	X(EVP_PKEY_new_raw_private_key)                                                            \
	X(EVP_PKEY_new_raw_public_key)                                                             \
	X(EVP_PKEY_paramgen)                                                                       \
	X(EVP_PKEY_paramgen_init)                                                                  \
	X(EVP_PKEY_verify)                                                                         \
	X(EVP_PKEY_verify_init)                                                                    \
	X(OSSL_PARAM_BLD_free)                                                                     \
	X(OSSL_PARAM_BLD_new)                                                                      \
	X(OSSL_PARAM_BLD_push_BN)                                                                  \
	X(OSSL_PARAM_BLD_push_octet_string)                                                        \
	X(OSSL_PARAM_BLD_push_utf8_string)                                                         \
	X(OSSL_PARAM_BLD_to_param)                                                                 \
	X(OSSL_PARAM_free)

LAZY_LIBRARY("libcrypto.so.3", FUNCTIONS)

void BN_CTX_free(BN_CTX *c)
{
	LAZY(BN_CTX_free)(c);
}

BN_CTX *BN_CTX_secure_new(void)
{
	return LAZY(BN_CTX_secure_new)();
}

BIGNUM *BN_bin2bn(const unsigned char *s, int len, BIGNUM *ret)
{
	return LAZY(BN_bin2bn)(s, len, ret);
}

void BN_clear_free(BIGNUM *a)
{
	LAZY(BN_clear_free)(a);
}

int BN_div(BIGNUM *dv, BIGNUM *rem, const BIGNUM *m, const BIGNUM *d, BN_CTX *ctx)
{
	return LAZY(BN_div)(dv, rem, m, d, ctx);
}

void BN_free(BIGNUM *a)
{
	LAZY(BN_free)(a);
}

int BN_is_zero(const BIGNUM *a)
{
	return LAZY(BN_is_zero)(a);
}

BIGNUM *BN_mod_inverse(BIGNUM *ret, const BIGNUM *a, const BIGNUM *n, BN_CTX *ctx)
{
	return LAZY(BN_mod_inverse)(ret, a, n, ctx);
}

BIGNUM *BN_secure_new(void)
{
	return LAZY(BN_secure_new)();
}

int BN_sub(BIGNUM *r, const BIGNUM *a, const BIGNUM *b)
{
	return LAZY(BN_sub)(r, a, b);
}

ASN1_INTEGER *BN_to_ASN1_INTEGER(const BIGNUM *bn, ASN1_INTEGER *ai)
{
	return LAZY(BN_to_ASN1_INTEGER)(bn, ai);
}

const BIGNUM *BN_value_one(void)
{
	return LAZY(BN_value_one)();
}

void EVP_PKEY_CTX_free(EVP_PKEY_CTX *ctx)
{
	LAZY(EVP_PKEY_CTX_free)(ctx);
}

EVP_PKEY_CTX *EVP_PKEY_CTX_new(EVP_PKEY *pkey, ENGINE *e)
{
	return LAZY(EVP_PKEY_CTX_new)(pkey, e);
}

EVP_PKEY_CTX *EVP_PKEY_CTX_new_from_name(OSSL_LIB_CTX *libctx, const char *name,
					 const char *propquery)
{
	return LAZY(EVP_PKEY_CTX_new_from_name)(libctx, name, propquery);
}

EVP_PKEY_CTX *EVP_PKEY_CTX_new_id(int id, ENGINE *e)
{
	return LAZY(EVP_PKEY_CTX_new_id)(id, e);
}

int EVP_PKEY_CTX_set_dsa_paramgen_bits(EVP_PKEY_CTX *ctx, int nbits)
{
	return LAZY(EVP_PKEY_CTX_set_dsa_paramgen_bits)(ctx, nbits);
}

int EVP_PKEY_CTX_set_dsa_paramgen_q_bits(EVP_PKEY_CTX *ctx, int qbits)
{
	return LAZY(EVP_PKEY_CTX_set_dsa_paramgen_q_bits)(ctx, qbits);
}

int EVP_PKEY_CTX_set_rsa_padding(EVP_PKEY_CTX *ctx, int pad_mode)
{
	return LAZY(EVP_PKEY_CTX_set_rsa_padding)(ctx, pad_mode);
}

int EVP_PKEY_CTX_set_rsa_pss_saltlen(EVP_PKEY_CTX *ctx, int saltlen)
{
	return LAZY(EVP_PKEY_CTX_set_rsa_pss_saltlen)(ctx, saltlen);
}

int EVP_PKEY_CTX_set_signature_md(EVP_PKEY_CTX *ctx, const EVP_MD *md)
{
	return LAZY(EVP_PKEY_CTX_set_signature_md)(ctx, md);
}

/* Behind the kind stands the number of bits of an RSA key, the name of a curve, or nothing. */
EVP_PKEY *EVP_PKEY_Q_keygen(OSSL_LIB_CTX *libctx, const char *propq, const char *type, ...)
{
	void *value = NULL;
	if (!strcmp(type, "RSA") || !strcmp(type, "EC")) {
		va_list args;
		va_start(args, type);
		value = va_arg(args, void *); /* either goes where a pointer goes */
		va_end(args);
	}
	return LAZY(EVP_PKEY_Q_keygen)(libctx, propq, type, value);
}

int EVP_PKEY_decrypt(EVP_PKEY_CTX *ctx, unsigned char *out, size_t *outlen, const unsigned char *in,
		     size_t inlen)
{
	return LAZY(EVP_PKEY_decrypt)(ctx, out, outlen, in, inlen);
}

int EVP_PKEY_decrypt_init(EVP_PKEY_CTX *ctx)
{
	return LAZY(EVP_PKEY_decrypt_init)(ctx);
}

int EVP_PKEY_derive(EVP_PKEY_CTX *ctx, unsigned char *key, size_t *keylen)
{
	return LAZY(EVP_PKEY_derive)(ctx, key, keylen);
}

int EVP_PKEY_derive_init(EVP_PKEY_CTX *ctx)
{
	return LAZY(EVP_PKEY_derive_init)(ctx);
}

int EVP_PKEY_derive_set_peer(EVP_PKEY_CTX *ctx, EVP_PKEY *peer)
{
	return LAZY(EVP_PKEY_derive_set_peer)(ctx, peer);
}

void EVP_PKEY_free(EVP_PKEY *pkey)
{
	LAZY(EVP_PKEY_free)(pkey);
}

int EVP_PKEY_fromdata(EVP_PKEY_CTX *ctx, EVP_PKEY **ppkey, int selection, OSSL_PARAM *param)
{
	return LAZY(EVP_PKEY_fromdata)(ctx, ppkey, selection, param);
}

int EVP_PKEY_fromdata_init(EVP_PKEY_CTX *ctx)
{
	return LAZY(EVP_PKEY_fromdata_init)(ctx);
}

int EVP_PKEY_get_base_id(const EVP_PKEY *pkey)
{
	return LAZY(EVP_PKEY_get_base_id)(pkey);
}

int EVP_PKEY_get_bits(const EVP_PKEY *pkey)
{
	return LAZY(EVP_PKEY_get_bits)(pkey);
}

int EVP_PKEY_get_raw_public_key(const EVP_PKEY *pkey, unsigned char *pub, size_t *len)
{
	return LAZY(EVP_PKEY_get_raw_public_key)(pkey, pub, len);
}

int EVP_PKEY_get_size(const EVP_PKEY *pkey)
{
	return LAZY(EVP_PKEY_get_size)(pkey);
}

int EVP_PKEY_keygen(EVP_PKEY_CTX *ctx, EVP_PKEY **ppkey)
{
	return LAZY(EVP_PKEY_keygen)(ctx, ppkey);
}

int EVP_PKEY_keygen_init(EVP_PKEY_CTX *ctx)
{
	return LAZY(EVP_PKEY_keygen_init)(ctx);
}

EVP_PKEY *EVP_PKEY_new_raw_private_key(int type, ENGINE *e, const unsigned char *priv, size_t len)
{
	return LAZY(EVP_PKEY_new_raw_private_key)(type, e, priv, len);
}

EVP_PKEY *EVP_PKEY_new_raw_public_key(int type, ENGINE *e, const unsigned char *pub, size_t len)
{
	return LAZY(EVP_PKEY_new_raw_public_key)(type, e, pub, len);
}

int EVP_PKEY_paramgen(EVP_PKEY_CTX *ctx, EVP_PKEY **ppkey)
{
	return LAZY(EVP_PKEY_paramgen)(ctx, ppkey);
}

int EVP_PKEY_paramgen_init(EVP_PKEY_CTX *ctx)
{
	return LAZY(EVP_PKEY_paramgen_init)(ctx);
}

int EVP_PKEY_verify(EVP_PKEY_CTX *ctx, const unsigned char *sig, size_t siglen,
		    const unsigned char *tbs, size_t tbslen)
{
	return LAZY(EVP_PKEY_verify)(ctx, sig, siglen, tbs, tbslen);
}

int EVP_PKEY_verify_init(EVP_PKEY_CTX *ctx)
{
	return LAZY(EVP_PKEY_verify_init)(ctx);
}

void OSSL_PARAM_BLD_free(OSSL_PARAM_BLD *bld)
{
	LAZY(OSSL_PARAM_BLD_free)(bld);
}

OSSL_PARAM_BLD *OSSL_PARAM_BLD_new(void)
{
	return LAZY(OSSL_PARAM_BLD_new)();
}

int OSSL_PARAM_BLD_push_BN(OSSL_PARAM_BLD *bld, const char *key, const BIGNUM *bn)
{
	return LAZY(OSSL_PARAM_BLD_push_BN)(bld, key, bn);
}

int OSSL_PARAM_BLD_push_octet_string(OSSL_PARAM_BLD *bld, const char *key, const void *buf,
				     size_t bsize)
{
	return LAZY(OSSL_PARAM_BLD_push_octet_string)(bld, key, buf, bsize);
}

int OSSL_PARAM_BLD_push_utf8_string(OSSL_PARAM_BLD *bld, const char *key, const char *buf,
				    size_t bsize)
{
	return LAZY(OSSL_PARAM_BLD_push_utf8_string)(bld, key, buf, bsize);
}

OSSL_PARAM *OSSL_PARAM_BLD_to_param(OSSL_PARAM_BLD *bld)
{
	return LAZY(OSSL_PARAM_BLD_to_param)(bld);
}

void OSSL_PARAM_free(OSSL_PARAM *p)
{
	LAZY(OSSL_PARAM_free)(p);
}
