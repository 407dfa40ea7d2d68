#include "crypt/agree.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <string.h>

#define MAX_NUMBER 2048 /* bytes of a number of RSA: 16384 bits */

static const unsigned char *bytes(str s)
{
	return (const unsigned char *)s.p;
}

/* ---- X25519 ----------------------------------------------------------------------------------- */

err *agree_x25519_point(arena *mem, const unsigned char scalar[AGREE_X25519], str *ret_point)
{
	size_t n = AGREE_X25519;
	unsigned char *out = arena_alloc(mem, n);
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, scalar, AGREE_X25519);
	bool ok = key && EVP_PKEY_get_raw_public_key(key, out, &n) == 1;
	EVP_PKEY_free(key);
	if (!ok)
		return err_new(mem, ERR_FAILED, "X25519 failed");
	*ret_point = (str){(const char *)out, n};
	return NULL;
}

/* OpenSSL's derivation for two keys of a kind; takes both. */
static err *derive(arena *mem, EVP_PKEY *mine, EVP_PKEY *theirs, str *ret)
{
	size_t n = 0;
	unsigned char *out = NULL;
	EVP_PKEY_CTX *c = mine && theirs ? EVP_PKEY_CTX_new(mine, NULL) : NULL;
	bool ok = c && EVP_PKEY_derive_init(c) == 1 && EVP_PKEY_derive_set_peer(c, theirs) == 1 &&
		  EVP_PKEY_derive(c, NULL, &n) == 1;
	if (ok) {
		out = arena_alloc(mem, n);
		ok = EVP_PKEY_derive(c, out, &n) == 1;
	}
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(mine);
	EVP_PKEY_free(theirs);
	ERR_clear_error();
	if (!ok)
		return err_new(mem, ERR_INVALID, "the keys give no shared secret");
	*ret = (str){(const char *)out, n};
	return NULL;
}

err *agree_x25519(arena *mem, const unsigned char scalar[AGREE_X25519], str point, str *ret_secret)
{
	if (point.n != AGREE_X25519)
		return err_new(mem, ERR_INVALID, "a point of %zu bytes", point.n);
	return derive(
		mem, EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, scalar, AGREE_X25519),
		EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, bytes(point), AGREE_X25519),
		ret_secret);
}

/* ---- curves ----------------------------------------------------------------------------------- */

static EVP_PKEY *make_key(const char *type, int selection, OSSL_PARAM *params)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *c = params ? EVP_PKEY_CTX_new_from_name(NULL, type, NULL) : NULL;
	if (c && EVP_PKEY_fromdata_init(c) == 1)
		EVP_PKEY_fromdata(c, &key, selection, params);
	EVP_PKEY_CTX_free(c);
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *curve_key(const char *curve, str number, str point)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	BIGNUM *n = number.n ? BN_secure_new() : NULL;
	if (n)
		BN_bin2bn(bytes(number), (int)number.n, n);
	bool ok = b && OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0);
	if (n)
		ok = ok && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, n);
	if (point.n)
		ok = ok &&
		     OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n);
	EVP_PKEY *key = make_key("EC", n ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
				 ok ? OSSL_PARAM_BLD_to_param(b) : NULL);
	BN_clear_free(n);
	OSSL_PARAM_BLD_free(b);
	return key;
}

err *agree_ecdh(arena *mem, const char *curve, str number, str point, str *ret_secret)
{
	if (!number.n || number.n > MAX_NUMBER || !point.n || point.n > MAX_NUMBER)
		return err_new(mem, ERR_INVALID, "no key of %s", curve);
	return derive(mem, curve_key(curve, number, (str){0}), curve_key(curve, (str){0}, point),
		      ret_secret);
}

/* ---- RSA -------------------------------------------------------------------------------------- */

#define RSA_NUMBERS 8

/* The key with the numbers of the Chinese remainder theorem, which OpenSSL wants all or none of. */
static EVP_PKEY *rsa_key(const struct agree_rsa *k)
{
	static const char *const names[RSA_NUMBERS] = {
		OSSL_PKEY_PARAM_RSA_N,	       OSSL_PKEY_PARAM_RSA_E,
		OSSL_PKEY_PARAM_RSA_D,	       OSSL_PKEY_PARAM_RSA_FACTOR1,
		OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
		OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
	};
	const str given[] = {k->n, k->e, k->d, k->p, k->q};
	BIGNUM *v[RSA_NUMBERS] = {NULL}, *less = BN_secure_new();
	BN_CTX *c = BN_CTX_secure_new();
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	bool ok = less && c && b;
	for (size_t i = 0; i < RSA_NUMBERS; i++) {
		v[i] = BN_secure_new();
		ok = ok && v[i];
		if (ok && i < 5)
			ok = BN_bin2bn(bytes(given[i]), (int)given[i].n, v[i]) != NULL;
	}
	for (size_t i = 0; ok && i < 2; i++)
		ok = !BN_is_zero(v[3 + i]) && BN_sub(less, v[3 + i], BN_value_one()) &&
		     !BN_is_zero(less) && BN_mod(v[5 + i], v[2], less, c);
	ok = ok && BN_mod_inverse(v[7], v[4], v[3], c);
	for (size_t i = 0; ok && i < RSA_NUMBERS; i++)
		ok = OSSL_PARAM_BLD_push_BN(b, names[i], v[i]);
	EVP_PKEY *key = make_key("RSA", EVP_PKEY_KEYPAIR, ok ? OSSL_PARAM_BLD_to_param(b) : NULL);
	for (size_t i = 0; i < RSA_NUMBERS; i++)
		BN_clear_free(v[i]);
	BN_clear_free(less);
	BN_CTX_free(c);
	OSSL_PARAM_BLD_free(b);
	return key;
}

/* A message shorter than the modulus is the number all the same: zeros go before it. */
static str padded(arena *mem, str s, size_t n)
{
	if (s.n >= n)
		return s;
	char *p = arena_alloc(mem, n);
	memcpy(p + n - s.n, s.p, s.n);
	return (str){p, n};
}

err *agree_rsa_decrypt(arena *mem, const struct agree_rsa *k, str sealed, str *ret)
{
	const str all[] = {k->n, k->e, k->d, k->p, k->q, sealed};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!all[i].n || all[i].n > MAX_NUMBER)
			return err_new(mem, ERR_INVALID, "no key of RSA");
	EVP_PKEY *key = rsa_key(k);
	EVP_PKEY_CTX *c = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	str in = padded(mem, sealed, k->n.n);
	size_t n = k->n.n;
	unsigned char *out = arena_alloc(mem, n);
	bool usable = c && EVP_PKEY_decrypt_init(c) == 1 &&
		      EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1;
	bool ok = usable && EVP_PKEY_decrypt(c, out, &n, bytes(in), in.n) == 1;
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(key);
	ERR_clear_error();
	if (!ok)
		return err_new(mem, usable ? ERR_UNAUTHORIZED : ERR_INVALID,
			       usable ? "RSA decryption failed" : "no usable key of RSA");
	*ret = (str){(const char *)out, n};
	return NULL;
}

err *agree_rs256(arena *mem, const struct pkey *key, str text, str *ret_signature)
{
	EVP_PKEY *k = pkey_handle(key);
	if (EVP_PKEY_get_base_id(k) != EVP_PKEY_RSA)
		return err_new(mem, ERR_INVALID, "the private key is none of RSA");
	size_t n = (size_t)EVP_PKEY_get_size(k);
	unsigned char *out = arena_alloc(mem, n);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = c && EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, k) == 1 &&
		  EVP_DigestSign(c, out, &n, bytes(text), text.n) == 1;
	EVP_MD_CTX_free(c);
	ERR_clear_error();
	if (!ok)
		return err_new(mem, ERR_FAILED, "signing failed");
	*ret_signature = (str){(const char *)out, n};
	return NULL;
}
