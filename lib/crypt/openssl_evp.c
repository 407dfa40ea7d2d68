/* libcrypto: digests, ciphers, randomness and what the library says of failures. */
#include "crypt/openssl.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/lazy.h"

#define FUNCTIONS(X)                                                                               \
	X(CRYPTO_clear_free)                                                                       \
	X(CRYPTO_free)                                                                             \
	X(CRYPTO_memcmp)                                                                           \
	X(ERR_clear_error)                                                                         \
	X(ERR_get_error)                                                                           \
	X(ERR_peek_last_error)                                                                     \
	X(ERR_reason_error_string)                                                                 \
	X(EVP_CIPHER_CTX_ctrl)                                                                     \
	X(EVP_CIPHER_CTX_free)                                                                     \
	X(EVP_CIPHER_CTX_new)                                                                      \
	X(EVP_CIPHER_CTX_set_flags)                                                                \
	X(EVP_CIPHER_CTX_set_padding)                                                              \
	X(EVP_CIPHER_get_key_length)                                                               \
	X(EVP_CIPHER_get_mode)                                                                     \
	X(EVP_CipherFinal_ex)                                                                      \
	X(EVP_CipherInit_ex)                                                                       \
	X(EVP_CipherUpdate)                                                                        \
	X(EVP_DecryptFinal_ex)                                                                     \
	X(EVP_DecryptInit_ex)                                                                      \
	X(EVP_DecryptUpdate)                                                                       \
	X(EVP_Digest)                                                                              \
	X(EVP_DigestFinalXOF)                                                                      \
	X(EVP_DigestFinal_ex)                                                                      \
	X(EVP_DigestInit_ex)                                                                       \
	X(EVP_DigestSign)                                                                          \
	X(EVP_DigestSignInit)                                                                      \
	X(EVP_DigestUpdate)                                                                        \
	X(EVP_DigestVerify)                                                                        \
	X(EVP_DigestVerifyInit)                                                                    \
	X(EVP_MD_CTX_free)                                                                         \
	X(EVP_MD_CTX_new)                                                                          \
	X(EVP_MD_get_size)                                                                         \
	X(EVP_PBE_scrypt)                                                                          \
	X(EVP_aes_128_cfb128)                                                                      \
	X(EVP_aes_128_gcm)                                                                         \
	X(EVP_aes_128_ocb)                                                                         \
	X(EVP_aes_128_wrap)                                                                        \
	X(EVP_aes_192_cfb128)                                                                      \
	X(EVP_aes_192_gcm)                                                                         \
	X(EVP_aes_192_ocb)                                                                         \
	X(EVP_aes_192_wrap)                                                                        \
	X(EVP_aes_256_cbc)                                                                         \
	X(EVP_aes_256_cfb128)                                                                      \
	X(EVP_aes_256_gcm)                                                                         \
	X(EVP_aes_256_ocb)                                                                         \
	X(EVP_aes_256_wrap)                                                                        \
	X(EVP_camellia_128_cfb128)                                                                 \
	X(EVP_camellia_192_cfb128)                                                                 \
	X(EVP_camellia_256_cfb128)                                                                 \
	X(EVP_chacha20_poly1305)                                                                   \
	X(EVP_des_ede3_cfb64)                                                                      \
	X(EVP_sha1)                                                                                \
	X(EVP_sha224)                                                                              \
	X(EVP_sha256)                                                                              \
	X(EVP_sha384)                                                                              \
	X(EVP_sha3_256)                                                                            \
	X(EVP_sha3_512)                                                                            \
	X(EVP_sha512)                                                                              \
	X(EVP_shake128)                                                                            \
	X(EVP_shake256)                                                                            \
	X(HMAC)                                                                                    \
	X(RAND_bytes)

LAZY_LIBRARY("libcrypto.so.3", FUNCTIONS)

bool openssl_is_there(void)
{
	return LAZY_IS_THERE();
}

void CRYPTO_clear_free(void *ptr, size_t num, const char *file, int line)
{
	LAZY(CRYPTO_clear_free)(ptr, num, file, line);
}

void CRYPTO_free(void *ptr, const char *file, int line)
{
	LAZY(CRYPTO_free)(ptr, file, line);
}

int CRYPTO_memcmp(const void *in_a, const void *in_b, size_t len)
{
	return LAZY(CRYPTO_memcmp)(in_a, in_b, len);
}

void ERR_clear_error(void)
{
	LAZY(ERR_clear_error)();
}

unsigned long ERR_get_error(void)
{
	return LAZY(ERR_get_error)();
}

unsigned long ERR_peek_last_error(void)
{
	return LAZY(ERR_peek_last_error)();
}

const char *ERR_reason_error_string(unsigned long e)
{
	return LAZY(ERR_reason_error_string)(e);
}

int EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *ctx, int type, int arg, void *ptr)
{
	return LAZY(EVP_CIPHER_CTX_ctrl)(ctx, type, arg, ptr);
}

void EVP_CIPHER_CTX_free(EVP_CIPHER_CTX *c)
{
	LAZY(EVP_CIPHER_CTX_free)(c);
}

EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void)
{
	return LAZY(EVP_CIPHER_CTX_new)();
}

void EVP_CIPHER_CTX_set_flags(EVP_CIPHER_CTX *ctx, int flags)
{
	LAZY(EVP_CIPHER_CTX_set_flags)(ctx, flags);
}

int EVP_CIPHER_CTX_set_padding(EVP_CIPHER_CTX *c, int pad)
{
	return LAZY(EVP_CIPHER_CTX_set_padding)(c, pad);
}

int EVP_CIPHER_get_key_length(const EVP_CIPHER *cipher)
{
	return LAZY(EVP_CIPHER_get_key_length)(cipher);
}

int EVP_CIPHER_get_mode(const EVP_CIPHER *cipher)
{
	return LAZY(EVP_CIPHER_get_mode)(cipher);
}

int EVP_CipherFinal_ex(EVP_CIPHER_CTX *ctx, unsigned char *outm, int *outl)
{
	return LAZY(EVP_CipherFinal_ex)(ctx, outm, outl);
}

int EVP_CipherInit_ex(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher, ENGINE *impl,
		      const unsigned char *key, const unsigned char *iv, int enc)
{
	return LAZY(EVP_CipherInit_ex)(ctx, cipher, impl, key, iv, enc);
}

int EVP_CipherUpdate(EVP_CIPHER_CTX *ctx, unsigned char *out, int *outl, const unsigned char *in,
		     int inl)
{
	return LAZY(EVP_CipherUpdate)(ctx, out, outl, in, inl);
}

int EVP_DecryptFinal_ex(EVP_CIPHER_CTX *ctx, unsigned char *outm, int *outl)
{
	return LAZY(EVP_DecryptFinal_ex)(ctx, outm, outl);
}

int EVP_DecryptInit_ex(EVP_CIPHER_CTX *ctx, const EVP_CIPHER *cipher, ENGINE *impl,
		       const unsigned char *key, const unsigned char *iv)
{
	return LAZY(EVP_DecryptInit_ex)(ctx, cipher, impl, key, iv);
}

int EVP_DecryptUpdate(EVP_CIPHER_CTX *ctx, unsigned char *out, int *outl, const unsigned char *in,
		      int inl)
{
	return LAZY(EVP_DecryptUpdate)(ctx, out, outl, in, inl);
}

int EVP_Digest(const void *data, size_t count, unsigned char *md, unsigned int *size,
	       const EVP_MD *type, ENGINE *impl)
{
	return LAZY(EVP_Digest)(data, count, md, size, type, impl);
}

int EVP_DigestFinalXOF(EVP_MD_CTX *ctx, unsigned char *md, size_t len)
{
	return LAZY(EVP_DigestFinalXOF)(ctx, md, len);
}

int EVP_DigestFinal_ex(EVP_MD_CTX *ctx, unsigned char *md, unsigned int *s)
{
	return LAZY(EVP_DigestFinal_ex)(ctx, md, s);
}

int EVP_DigestInit_ex(EVP_MD_CTX *ctx, const EVP_MD *type, ENGINE *impl)
{
	return LAZY(EVP_DigestInit_ex)(ctx, type, impl);
}

int EVP_DigestSign(EVP_MD_CTX *ctx, unsigned char *sigret, size_t *siglen, const unsigned char *tbs,
		   size_t tbslen)
{
	return LAZY(EVP_DigestSign)(ctx, sigret, siglen, tbs, tbslen);
}

int EVP_DigestSignInit(EVP_MD_CTX *ctx, EVP_PKEY_CTX **pctx, const EVP_MD *type, ENGINE *e,
		       EVP_PKEY *pkey)
{
	return LAZY(EVP_DigestSignInit)(ctx, pctx, type, e, pkey);
}

int EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *d, size_t cnt)
{
	return LAZY(EVP_DigestUpdate)(ctx, d, cnt);
}

int EVP_DigestVerify(EVP_MD_CTX *ctx, const unsigned char *sigret, size_t siglen,
		     const unsigned char *tbs, size_t tbslen)
{
	return LAZY(EVP_DigestVerify)(ctx, sigret, siglen, tbs, tbslen);
}

int EVP_DigestVerifyInit(EVP_MD_CTX *ctx, EVP_PKEY_CTX **pctx, const EVP_MD *type, ENGINE *e,
			 EVP_PKEY *pkey)
{
	return LAZY(EVP_DigestVerifyInit)(ctx, pctx, type, e, pkey);
}

void EVP_MD_CTX_free(EVP_MD_CTX *ctx)
{
	LAZY(EVP_MD_CTX_free)(ctx);
}

EVP_MD_CTX *EVP_MD_CTX_new(void)
{
	return LAZY(EVP_MD_CTX_new)();
}

int EVP_MD_get_size(const EVP_MD *md)
{
	return LAZY(EVP_MD_get_size)(md);
}

int EVP_PBE_scrypt(const char *pass, size_t passlen, const unsigned char *salt, size_t saltlen,
		   uint64_t N, uint64_t r, uint64_t p, uint64_t maxmem, unsigned char *key,
		   size_t keylen)
{
	return LAZY(EVP_PBE_scrypt)(pass, passlen, salt, saltlen, N, r, p, maxmem, key, keylen);
}

const EVP_CIPHER *EVP_aes_128_cfb128(void)
{
	return LAZY(EVP_aes_128_cfb128)();
}

const EVP_CIPHER *EVP_aes_128_gcm(void)
{
	return LAZY(EVP_aes_128_gcm)();
}

const EVP_CIPHER *EVP_aes_128_ocb(void)
{
	return LAZY(EVP_aes_128_ocb)();
}

const EVP_CIPHER *EVP_aes_128_wrap(void)
{
	return LAZY(EVP_aes_128_wrap)();
}

const EVP_CIPHER *EVP_aes_192_cfb128(void)
{
	return LAZY(EVP_aes_192_cfb128)();
}

const EVP_CIPHER *EVP_aes_192_gcm(void)
{
	return LAZY(EVP_aes_192_gcm)();
}

const EVP_CIPHER *EVP_aes_192_ocb(void)
{
	return LAZY(EVP_aes_192_ocb)();
}

const EVP_CIPHER *EVP_aes_192_wrap(void)
{
	return LAZY(EVP_aes_192_wrap)();
}

const EVP_CIPHER *EVP_aes_256_cbc(void)
{
	return LAZY(EVP_aes_256_cbc)();
}

const EVP_CIPHER *EVP_aes_256_cfb128(void)
{
	return LAZY(EVP_aes_256_cfb128)();
}

const EVP_CIPHER *EVP_aes_256_gcm(void)
{
	return LAZY(EVP_aes_256_gcm)();
}

const EVP_CIPHER *EVP_aes_256_ocb(void)
{
	return LAZY(EVP_aes_256_ocb)();
}

const EVP_CIPHER *EVP_aes_256_wrap(void)
{
	return LAZY(EVP_aes_256_wrap)();
}

const EVP_CIPHER *EVP_camellia_128_cfb128(void)
{
	return LAZY(EVP_camellia_128_cfb128)();
}

const EVP_CIPHER *EVP_camellia_192_cfb128(void)
{
	return LAZY(EVP_camellia_192_cfb128)();
}

const EVP_CIPHER *EVP_camellia_256_cfb128(void)
{
	return LAZY(EVP_camellia_256_cfb128)();
}

const EVP_CIPHER *EVP_chacha20_poly1305(void)
{
	return LAZY(EVP_chacha20_poly1305)();
}

const EVP_CIPHER *EVP_des_ede3_cfb64(void)
{
	return LAZY(EVP_des_ede3_cfb64)();
}

const EVP_MD *EVP_sha1(void)
{
	return LAZY(EVP_sha1)();
}

const EVP_MD *EVP_sha224(void)
{
	return LAZY(EVP_sha224)();
}

const EVP_MD *EVP_sha256(void)
{
	return LAZY(EVP_sha256)();
}

const EVP_MD *EVP_sha384(void)
{
	return LAZY(EVP_sha384)();
}

const EVP_MD *EVP_sha3_256(void)
{
	return LAZY(EVP_sha3_256)();
}

const EVP_MD *EVP_sha3_512(void)
{
	return LAZY(EVP_sha3_512)();
}

const EVP_MD *EVP_sha512(void)
{
	return LAZY(EVP_sha512)();
}

const EVP_MD *EVP_shake128(void)
{
	return LAZY(EVP_shake128)();
}

const EVP_MD *EVP_shake256(void)
{
	return LAZY(EVP_shake256)();
}

unsigned char *HMAC(const EVP_MD *evp_md, const void *key, int key_len, const unsigned char *data,
		    size_t data_len, unsigned char *md, unsigned int *md_len)
{
	return LAZY(HMAC)(evp_md, key, key_len, data, data_len, md, md_len);
}

int RAND_bytes(unsigned char *buf, int num)
{
	return LAZY(RAND_bytes)(buf, num);
}
