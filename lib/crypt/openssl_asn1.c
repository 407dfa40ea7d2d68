/* libcrypto: how things are written: ASN.1, DER, PEM; and lists of them. */
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include "base/lazy.h"

#define FUNCTIONS(X)                                                                               \
	X(ASN1_IA5STRING_new)                                                                      \
	X(ASN1_INTEGER_get)                                                                        \
	X(ASN1_OBJECT_free)                                                                        \
	X(ASN1_STRING_free)                                                                        \
	X(ASN1_STRING_get0_data)                                                                   \
	X(ASN1_STRING_length)                                                                      \
	X(ASN1_STRING_set)                                                                         \
	X(ASN1_STRING_to_UTF8)                                                                     \
	X(ASN1_TIME_set)                                                                           \
	X(ASN1_TIME_to_tm)                                                                         \
	X(ASN1_TYPE_free)                                                                          \
	X(ASN1_TYPE_get)                                                                           \
	X(BIO_ctrl)                                                                                \
	X(BIO_free)                                                                                \
	X(BIO_new)                                                                                 \
	X(BIO_new_mem_buf)                                                                         \
	X(BIO_s_mem)                                                                               \
	X(OBJ_cmp)                                                                                 \
	X(OBJ_obj2nid)                                                                             \
	X(OBJ_obj2txt)                                                                             \
	X(OBJ_txt2obj)                                                                             \
	X(OPENSSL_sk_free)                                                                         \
	X(OPENSSL_sk_new_null)                                                                     \
	X(OPENSSL_sk_num)                                                                          \
	X(OPENSSL_sk_push)                                                                         \
	X(OPENSSL_sk_value)                                                                        \
	X(PEM_read_bio)                                                                            \
	X(PEM_read_bio_PUBKEY)                                                                     \
	X(PEM_read_bio_X509)                                                                       \
	X(PEM_write_bio_PKCS8PrivateKey)                                                           \
	X(PEM_write_bio_PrivateKey_traditional)                                                    \
	X(PEM_write_bio_X509)                                                                      \
	X(d2i_ASN1_TYPE)                                                                           \
	X(d2i_AutoPrivateKey)                                                                      \
	X(d2i_PKCS7)                                                                               \
	X(d2i_PUBKEY)                                                                              \
	X(d2i_PrivateKey)                                                                          \
	X(d2i_PublicKey)                                                                           \
	X(d2i_TS_RESP)                                                                             \
	X(d2i_X509)                                                                                \
	X(i2d_X509)                                                                                \
	X(i2d_X509_PUBKEY)                                                                         \
	X(i2d_re_X509_tbs)

LAZY_LIBRARY("libcrypto.so.3", FUNCTIONS)

ASN1_IA5STRING *ASN1_IA5STRING_new(void)
{
	return LAZY(ASN1_IA5STRING_new)();
}

long ASN1_INTEGER_get(const ASN1_INTEGER *a)
{
	return LAZY(ASN1_INTEGER_get)(a);
}

void ASN1_OBJECT_free(ASN1_OBJECT *a)
{
	LAZY(ASN1_OBJECT_free)(a);
}

void ASN1_STRING_free(ASN1_STRING *a)
{
	LAZY(ASN1_STRING_free)(a);
}

const unsigned char *ASN1_STRING_get0_data(const ASN1_STRING *x)
{
	return LAZY(ASN1_STRING_get0_data)(x);
}

int ASN1_STRING_length(const ASN1_STRING *x)
{
	return LAZY(ASN1_STRING_length)(x);
}

int ASN1_STRING_set(ASN1_STRING *str, const void *data, int len)
{
	return LAZY(ASN1_STRING_set)(str, data, len);
}

int ASN1_STRING_to_UTF8(unsigned char **out, const ASN1_STRING *in)
{
	return LAZY(ASN1_STRING_to_UTF8)(out, in);
}

ASN1_TIME *ASN1_TIME_set(ASN1_TIME *s, time_t t)
{
	return LAZY(ASN1_TIME_set)(s, t);
}

int ASN1_TIME_to_tm(const ASN1_TIME *s, struct tm *tm)
{
	return LAZY(ASN1_TIME_to_tm)(s, tm);
}

void ASN1_TYPE_free(ASN1_TYPE *a)
{
	LAZY(ASN1_TYPE_free)(a);
}

int ASN1_TYPE_get(const ASN1_TYPE *a)
{
	return LAZY(ASN1_TYPE_get)(a);
}

long BIO_ctrl(BIO *bp, int cmd, long larg, void *parg)
{
	return LAZY(BIO_ctrl)(bp, cmd, larg, parg);
}

int BIO_free(BIO *a)
{
	return LAZY(BIO_free)(a);
}

BIO *BIO_new(const BIO_METHOD *type)
{
	return LAZY(BIO_new)(type);
}

BIO *BIO_new_mem_buf(const void *buf, int len)
{
	return LAZY(BIO_new_mem_buf)(buf, len);
}

const BIO_METHOD *BIO_s_mem(void)
{
	return LAZY(BIO_s_mem)();
}

int OBJ_cmp(const ASN1_OBJECT *a, const ASN1_OBJECT *b)
{
	return LAZY(OBJ_cmp)(a, b);
}

int OBJ_obj2nid(const ASN1_OBJECT *o)
{
	return LAZY(OBJ_obj2nid)(o);
}

int OBJ_obj2txt(char *buf, int buf_len, const ASN1_OBJECT *a, int no_name)
{
	return LAZY(OBJ_obj2txt)(buf, buf_len, a, no_name);
}

ASN1_OBJECT *OBJ_txt2obj(const char *s, int no_name)
{
	return LAZY(OBJ_txt2obj)(s, no_name);
}

void OPENSSL_sk_free(OPENSSL_STACK *a)
{
	LAZY(OPENSSL_sk_free)(a);
}

OPENSSL_STACK *OPENSSL_sk_new_null(void)
{
	return LAZY(OPENSSL_sk_new_null)();
}

int OPENSSL_sk_num(const OPENSSL_STACK *a)
{
	return LAZY(OPENSSL_sk_num)(a);
}

int OPENSSL_sk_push(OPENSSL_STACK *st, const void *data)
{
	return LAZY(OPENSSL_sk_push)(st, data);
}

void *OPENSSL_sk_value(const OPENSSL_STACK *a, int b)
{
	return LAZY(OPENSSL_sk_value)(a, b);
}

int PEM_read_bio(BIO *bp, char **name, char **header, unsigned char **data, long *len)
{
	return LAZY(PEM_read_bio)(bp, name, header, data, len);
}

EVP_PKEY *PEM_read_bio_PUBKEY(BIO *out, EVP_PKEY **x, pem_password_cb *cb, void *u)
{
	return LAZY(PEM_read_bio_PUBKEY)(out, x, cb, u);
}

X509 *PEM_read_bio_X509(BIO *out, X509 **x, pem_password_cb *cb, void *u)
{
	return LAZY(PEM_read_bio_X509)(out, x, cb, u);
}

int PEM_write_bio_PKCS8PrivateKey(BIO *a, const EVP_PKEY *b, const EVP_CIPHER *c, const char *kstr,
				  int klen, pem_password_cb *cb, void *u)
{
	return LAZY(PEM_write_bio_PKCS8PrivateKey)(a, b, c, kstr, klen, cb, u);
}

int PEM_write_bio_PrivateKey_traditional(BIO *bp, const EVP_PKEY *x, const EVP_CIPHER *enc,
					 const unsigned char *kstr, int klen, pem_password_cb *cb,
					 void *u)
{
	return LAZY(PEM_write_bio_PrivateKey_traditional)(bp, x, enc, kstr, klen, cb, u);
}

int PEM_write_bio_X509(BIO *out, const X509 *x)
{
	return LAZY(PEM_write_bio_X509)(out, x);
}

ASN1_TYPE *d2i_ASN1_TYPE(ASN1_TYPE **a, const unsigned char **in, long len)
{
	return LAZY(d2i_ASN1_TYPE)(a, in, len);
}

EVP_PKEY *d2i_AutoPrivateKey(EVP_PKEY **a, const unsigned char **pp, long length)
{
	return LAZY(d2i_AutoPrivateKey)(a, pp, length);
}

PKCS7 *d2i_PKCS7(PKCS7 **a, const unsigned char **in, long len)
{
	return LAZY(d2i_PKCS7)(a, in, len);
}

EVP_PKEY *d2i_PUBKEY(EVP_PKEY **a, const unsigned char **in, long len)
{
	return LAZY(d2i_PUBKEY)(a, in, len);
}

EVP_PKEY *d2i_PrivateKey(int type, EVP_PKEY **a, const unsigned char **pp, long length)
{
	return LAZY(d2i_PrivateKey)(type, a, pp, length);
}

EVP_PKEY *d2i_PublicKey(int type, EVP_PKEY **a, const unsigned char **pp, long length)
{
	return LAZY(d2i_PublicKey)(type, a, pp, length);
}

TS_RESP *d2i_TS_RESP(TS_RESP **a, const unsigned char **in, long len)
{
	return LAZY(d2i_TS_RESP)(a, in, len);
}

X509 *d2i_X509(X509 **a, const unsigned char **in, long len)
{
	return LAZY(d2i_X509)(a, in, len);
}

int i2d_X509(const X509 *a, unsigned char **out)
{
	return LAZY(i2d_X509)(a, out);
}

int i2d_X509_PUBKEY(const X509_PUBKEY *a, unsigned char **out)
{
	return LAZY(i2d_X509_PUBKEY)(a, out);
}

int i2d_re_X509_tbs(X509 *x, unsigned char **pp)
{
	return LAZY(i2d_re_X509_tbs)(x, pp);
}
