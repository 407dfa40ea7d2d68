#include "crypt/pubkey.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/buf.h"

#define RSA_BITS_MIN 2048
#define PEM_MAX_BYTES (64 << 10)

enum form { FORM_RSA, FORM_PAIR, FORM_PLAIN };

struct pubkey {
	EVP_PKEY *key;
	enum form form;
	size_t size; /* bytes of an RSA signature */
};

static void release(void *arg)
{
	EVP_PKEY_free(arg);
}

static struct pubkey *keep(arena *mem, EVP_PKEY *key, enum form form)
{
	ERR_clear_error();
	if (!key)
		return NULL;
	struct pubkey *k = NEW(mem, struct pubkey);
	*k = (struct pubkey){key, form, (size_t)EVP_PKEY_get_size(key)};
	arena_defer(mem, release, key);
	return k;
}

struct number {
	const char *name;
	str bytes;
};

/* A key of that kind from named numbers (ended by a NULL name), and a group and point where those are set. */
static EVP_PKEY *build(const char *kind, const struct number *numbers, const char *group, str point)
{
	EVP_PKEY *key = NULL;
	BIGNUM *kept[4] = {NULL};
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	bool fine = b != NULL;
	for (int i = 0; fine && numbers && numbers[i].name; i++) {
		str n = numbers[i].bytes;
		fine = n.n && n.n <= PUBKEY_MAX_BYTES;
		kept[i] = fine ? BN_bin2bn((const unsigned char *)n.p, (int)n.n, NULL) : NULL;
		fine = kept[i] && OSSL_PARAM_BLD_push_BN(b, numbers[i].name, kept[i]);
	}
	if (fine && group)
		fine = OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) &&
		       OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point.p,
							point.n);
	OSSL_PARAM *params = fine ? OSSL_PARAM_BLD_to_param(b) : NULL;
	EVP_PKEY_CTX *c = params ? EVP_PKEY_CTX_new_from_name(NULL, kind, NULL) : NULL;
	if (c && EVP_PKEY_fromdata_init(c) == 1)
		EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params);
	EVP_PKEY_CTX_free(c);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	for (int i = 0; i < 4; i++)
		BN_free(kept[i]);
	return key;
}

struct pubkey *pubkey_rsa(arena *mem, str n, str e)
{
	struct number numbers[] = {
		{OSSL_PKEY_PARAM_RSA_N, n}, {OSSL_PKEY_PARAM_RSA_E, e}, {NULL, {NULL, 0}}};
	return keep(mem, build("RSA", numbers, NULL, (str){NULL, 0}), FORM_RSA);
}

struct pubkey *pubkey_dsa(arena *mem, str p, str q, str g, str y)
{
	struct number numbers[] = {{OSSL_PKEY_PARAM_FFC_P, p},
				   {OSSL_PKEY_PARAM_FFC_Q, q},
				   {OSSL_PKEY_PARAM_FFC_G, g},
				   {OSSL_PKEY_PARAM_PUB_KEY, y},
				   {NULL, {NULL, 0}}};
	return keep(mem, build("DSA", numbers, NULL, (str){NULL, 0}), FORM_PAIR);
}

struct pubkey *pubkey_ec(arena *mem, const char *curve, str point)
{
	/* compressed points take a square root to read; nobody sends them */
	if (point.n < 2 || point.p[0] != 4)
		return NULL;
	return keep(mem, build("EC", NULL, curve, point), FORM_PAIR);
}

struct pubkey *pubkey_ed(arena *mem, str point)
{
	int kind = point.n == 32 ? EVP_PKEY_ED25519 : EVP_PKEY_ED448;
	if (point.n != 32 && point.n != 57)
		return NULL;
	return keep(
		mem,
		EVP_PKEY_new_raw_public_key(kind, NULL, (const unsigned char *)point.p, point.n),
		FORM_PLAIN);
}

/* How keys of a kind sign; false for a kind, or a size, that is not taken. */
static bool form_of(EVP_PKEY *key, enum form *ret_form)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		*ret_form = FORM_RSA;
		return EVP_PKEY_get_bits(key) >= RSA_BITS_MIN;
	case EVP_PKEY_EC:
		*ret_form = FORM_PAIR;
		return true;
	case EVP_PKEY_ED25519:
	case EVP_PKEY_ED448:
		*ret_form = FORM_PLAIN;
		return true;
	default:
		return false;
	}
}

/* Takes the key over. */
static err *take(arena *mem, EVP_PKEY *key, const char *otherwise, struct pubkey **ret_key)
{
	enum form form;
	ERR_clear_error();
	if (!key)
		return err_new(mem, ERR_INVALID, "%s", otherwise);
	if (!form_of(key, &form)) {
		EVP_PKEY_free(key);
		return err_new(mem, ERR_UNSUPPORTED, "unsupported public key type");
	}
	*ret_key = keep(mem, key, form);
	return NULL;
}

err *pubkey_read(arena *mem, str pem, struct pubkey **ret_key)
{
	if (pem.n > PEM_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "the key is larger than %d bytes", PEM_MAX_BYTES);
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	return take(mem, key, "PEM decoding failed", ret_key);
}

err *pubkey_der(arena *mem, str der, struct pubkey **ret_key)
{
	const unsigned char *p = (const unsigned char *)der.p, *end = p + der.n;
	if (der.n > PEM_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "the key is larger than %d bytes", PEM_MAX_BYTES);
	EVP_PKEY *key = der.n ? d2i_PUBKEY(NULL, &p, (long)der.n) : NULL;
	if (!key && der.n) {
		p = (const unsigned char *)der.p;
		key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)der.n);
	}
	if (key && p != end) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return take(mem, key, "it is no public key", ret_key);
}

const char *pubkey_hash(const struct pubkey *k)
{
	int bits = k->form == FORM_PAIR ? EVP_PKEY_get_bits(k->key) : 0;
	return bits == 384 ? "SHA384" : bits == 521 ? "SHA512" : "SHA256";
}

static const EVP_MD *hash_named(const char *name)
{
	static const struct {
		const char *name;
		const EVP_MD *(*md)(void);
	} kinds[] = {{"SHA1", EVP_sha1},     {"SHA224", EVP_sha224}, {"SHA256", EVP_sha256},
		     {"SHA384", EVP_sha384}, {"SHA512", EVP_sha512}, {NULL, NULL}};
	for (int i = 0; name && kinds[i].name; i++)
		if (text_eq(name, kinds[i].name))
			return kinds[i].md();
	return NULL;
}

str pubkey_digest(arena *mem, const char *hash, str bytes)
{
	const EVP_MD *md = hash_named(hash);
	unsigned char *out = arena_alloc(mem, EVP_MAX_MD_SIZE);
	unsigned n = 0;
	if (!md || EVP_Digest(bytes.p, bytes.n, out, &n, md, NULL) != 1)
		return (str){NULL, 0};
	return (str){(char *)out, n};
}

static bool verify_plain(const struct pubkey *k, str message, str signature)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool fine = c && EVP_DigestVerifyInit(c, NULL, NULL, NULL, k->key) == 1 &&
		    EVP_DigestVerify(c, (const unsigned char *)signature.p, signature.n,
				     (const unsigned char *)message.p, message.n) == 1;
	EVP_MD_CTX_free(c);
	return fine;
}

static bool verify_digest(const struct pubkey *k, const EVP_MD *md, str digest, str signature)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(k->key, NULL);
	bool fine =
		c && EVP_PKEY_verify_init(c) == 1 &&
		(k->form != FORM_RSA || EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1) &&
		EVP_PKEY_CTX_set_signature_md(c, md) == 1 &&
		EVP_PKEY_verify(c, (const unsigned char *)signature.p, signature.n,
				(const unsigned char *)digest.p, digest.n) == 1;
	EVP_PKEY_CTX_free(c);
	return fine;
}

bool pubkey_verify(const struct pubkey *k, const char *hash, str digest, str signature)
{
	unsigned char padded[PUBKEY_MAX_BYTES] = {0};
	const EVP_MD *md = hash_named(hash);
	if (!k || signature.n > PUBKEY_MAX_BYTES || k->size > PUBKEY_MAX_BYTES)
		return false;
	bool fine = false;
	if (k->form == FORM_PLAIN) {
		fine = verify_plain(k, digest, signature);
	} else if (md && digest.n == (size_t)EVP_MD_get_size(md)) {
		if (k->form == FORM_RSA && signature.n && signature.n < k->size) {
			memcpy(padded + k->size - signature.n, signature.p, signature.n);
			signature = (str){(char *)padded, k->size};
		}
		fine = verify_digest(k, md, digest, signature);
	}
	ERR_clear_error();
	return fine;
}

bool pubkey_signs_digests(const struct pubkey *k)
{
	return k->form != FORM_PLAIN;
}

bool pubkey_verify_message(const struct pubkey *k, const char *hash, str message, str signature)
{
	arena *scratch = arena_open();
	str digest = pubkey_signs_digests(k) ? pubkey_digest(scratch, hash, message) : message;
	bool fine = pubkey_verify(k, hash, digest, signature);
	arena_close(scratch);
	return fine;
}

static void add_length(buf *b, size_t n)
{
	if (n >= 256)
		buf_char(b, (char)0x82), buf_char(b, (char)(n >> 8));
	else if (n >= 128)
		buf_char(b, (char)0x81);
	buf_char(b, (char)n);
}

/* An INTEGER in DER: no zeros in front but for the one that keeps it positive. */
static void add_integer(buf *b, str n)
{
	while (n.n > 1 && !n.p[0])
		n = str_sub(n, 1, n.n);
	bool zero = !n.n || (n.p[0] & 0x80);
	buf_char(b, 2);
	add_length(b, n.n + zero);
	if (zero)
		buf_char(b, 0);
	buf_str(b, n);
}

str pubkey_pair(arena *mem, str r, str s)
{
	buf inner = buf_init(mem), b = buf_init(mem);
	if (r.n > PUBKEY_MAX_BYTES || s.n > PUBKEY_MAX_BYTES)
		return (str){NULL, 0};
	add_integer(&inner, r);
	add_integer(&inner, s);
	buf_char(&b, 0x30);
	add_length(&b, inner.n);
	buf_str(&b, buf_view(&inner));
	return buf_view(&b);
}

/* ---- JOSE ---- */

struct jose {
	const char *name, *hash;
	enum form form;
	int bits;
};

static const struct jose *jose_of(const struct pubkey *k)
{
	static const struct jose all[] = {
		{"PS256", "SHA256", FORM_RSA, 2048}, {"PS384", "SHA384", FORM_RSA, 3072},
		{"PS512", "SHA512", FORM_RSA, 4096}, {"ES256", "SHA256", FORM_PAIR, 256},
		{"ES384", "SHA384", FORM_PAIR, 384}, {"ES512", "SHA512", FORM_PAIR, 521},
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i].form == k->form && all[i].bits == EVP_PKEY_get_bits(k->key))
			return &all[i];
	return NULL;
}

const char *pubkey_jose(const struct pubkey *k)
{
	const struct jose *j = jose_of(k);
	return j ? j->name : NULL;
}

static bool verify_pss(const struct pubkey *k, const EVP_MD *md, str message, str signature)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	EVP_PKEY_CTX *p = NULL;
	bool fine = c && EVP_DigestVerifyInit(c, &p, md, NULL, k->key) == 1 &&
		    EVP_PKEY_CTX_set_rsa_padding(p, RSA_PKCS1_PSS_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(p, RSA_PSS_SALTLEN_AUTO) == 1 &&
		    EVP_DigestVerify(c, (const unsigned char *)signature.p, signature.n,
				     (const unsigned char *)message.p, message.n) == 1;
	EVP_MD_CTX_free(c);
	ERR_clear_error();
	return fine;
}

bool pubkey_verify_jose(const struct pubkey *k, str message, str signature)
{
	const struct jose *j = jose_of(k);
	size_t half = j ? ((size_t)j->bits + 7) / 8 : 0;
	if (!j || signature.n > PUBKEY_MAX_BYTES)
		return false;
	if (j->form == FORM_RSA)
		return verify_pss(k, hash_named(j->hash), message, signature);
	arena *scratch = arena_open();
	bool fine = signature.n == 2 * half &&
		    pubkey_verify_message(k, j->hash, message,
					  pubkey_pair(scratch, str_sub(signature, 0, half),
						      str_sub(signature, half, 2 * half)));
	arena_close(scratch);
	return fine;
}
