#include "crypt/cipher.h"

#include <crypt.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/rand.h"
#include "crypt/digest.h"

#define BCRYPT_MAX 72
#define TAG 16	   /* bytes of a tag of GCM and of Poly1305 */
#define MAX_IV 128 /* bytes that OpenSSL takes for GCM */

static err *cbc(arena *mem, const unsigned char *key, const unsigned char *iv, str text,
		bool encrypt, str *ret)
{
	int n = 0, last = 0;
	if (text.n % CIPHER_BLOCK || text.n > INT32_MAX)
		return err_new(mem, ERR_INVALID, "%zu bytes are no whole number of blocks", text.n);
	unsigned char *out = arena_alloc(mem, text.n + CIPHER_BLOCK);
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	bool ok = c && EVP_CipherInit_ex(c, EVP_aes_256_cbc(), NULL, key, iv, encrypt) &&
		  EVP_CIPHER_CTX_set_padding(c, 0) &&
		  EVP_CipherUpdate(c, out, &n, (const unsigned char *)text.p, (int)text.n) &&
		  EVP_CipherFinal_ex(c, out + n, &last);
	EVP_CIPHER_CTX_free(c);
	if (!ok)
		return err_new(mem, ERR_FAILED, "AES-256-CBC failed");
	*ret = (str){(const char *)out, (size_t)(n + last)};
	return NULL;
}

err *cipher_cbc_encrypt(arena *mem, const unsigned char key[CIPHER_KEY_256],
			const unsigned char iv[CIPHER_BLOCK], str text, str *ret)
{
	return cbc(mem, key, iv, text, true, ret);
}

err *cipher_cbc_decrypt(arena *mem, const unsigned char key[CIPHER_KEY_256],
			const unsigned char iv[CIPHER_BLOCK], str text, str *ret)
{
	return cbc(mem, key, iv, text, false, ret);
}

/* ---- authenticated ---------------------------------------------------------------------------- */

static err *open_sealed(arena *mem, const EVP_CIPHER *kind, const unsigned char *key, str iv,
			str aad, str sealed, str tag, str *ret)
{
	int n = 0, last = 0, skipped = 0;
	bool ocb = EVP_CIPHER_get_mode(kind) == EVP_CIPH_OCB_MODE;
	if (sealed.n > INT32_MAX || aad.n > INT32_MAX)
		return err_new(mem, ERR_LIMIT, "the encrypted text is too long");
	unsigned char *out = arena_alloc(mem, sealed.n + 1);
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	bool ok = c && EVP_DecryptInit_ex(c, kind, NULL, NULL, NULL) &&
		  EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, (int)iv.n, NULL) &&
		  /* OCB wants to know how long the tag is before it has a key */
		  (!ocb || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, NULL)) &&
		  EVP_DecryptInit_ex(c, NULL, NULL, key, (const unsigned char *)iv.p) &&
		  EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, (void *)(uintptr_t)tag.p);
	if (ok && aad.n)
		ok = EVP_DecryptUpdate(c, NULL, &skipped, (const unsigned char *)aad.p, (int)aad.n);
	if (ok && sealed.n)
		ok = EVP_DecryptUpdate(c, out, &n, (const unsigned char *)sealed.p, (int)sealed.n);
	ok = ok && EVP_DecryptFinal_ex(c, out + n, &last) == 1;
	EVP_CIPHER_CTX_free(c);
	if (!ok)
		return err_new(mem, ERR_UNAUTHORIZED, "message authentication failed");
	*ret = (str){(const char *)out, (size_t)(n + last)};
	return NULL;
}

err *cipher_gcm_open(arena *mem, str key, str iv, str aad, str sealed, str tag, str *ret)
{
	const EVP_CIPHER *kind = key.n == 16   ? EVP_aes_128_gcm()
				 : key.n == 24 ? EVP_aes_192_gcm()
				 : key.n == 32 ? EVP_aes_256_gcm()
					       : NULL;
	if (!kind)
		return err_new(mem, ERR_INVALID, "invalid key size %zu", key.n);
	if (!iv.n || iv.n > MAX_IV || tag.n != TAG)
		return err_new(mem, ERR_INVALID, "an IV of %zu bytes and a tag of %zu", iv.n,
			       tag.n);
	return open_sealed(mem, kind, (const unsigned char *)key.p, iv, aad, sealed, tag, ret);
}

err *cipher_chacha_open(arena *mem, const unsigned char key[32], const unsigned char nonce[12],
			str sealed, str *ret)
{
	if (sealed.n < TAG)
		return err_new(mem, ERR_INVALID, "%zu bytes are less than a tag", sealed.n);
	return open_sealed(mem, EVP_chacha20_poly1305(), key, (str){(const char *)nonce, 12},
			   (str){0}, str_sub(sealed, 0, sealed.n - TAG),
			   str_sub(sealed, sealed.n - TAG, sealed.n), ret);
}

err *cipher_ocb_open(arena *mem, str key, const unsigned char nonce[15], str aad, str sealed,
		     str *ret)
{
	const EVP_CIPHER *kind = key.n == 16   ? EVP_aes_128_ocb()
				 : key.n == 24 ? EVP_aes_192_ocb()
				 : key.n == 32 ? EVP_aes_256_ocb()
					       : NULL;
	if (!kind)
		return err_new(mem, ERR_INVALID, "invalid key size %zu", key.n);
	if (sealed.n < TAG)
		return err_new(mem, ERR_INVALID, "%zu bytes are less than a tag", sealed.n);
	return open_sealed(mem, kind, (const unsigned char *)key.p, (str){(const char *)nonce, 15},
			   aad, str_sub(sealed, 0, sealed.n - TAG),
			   str_sub(sealed, sealed.n - TAG, sealed.n), ret);
}

str cipher_hkdf(arena *mem, str material, str salt, str info, size_t n)
{
	str zeros = {arena_alloc(mem, 32), 32};
	str key = digest_hmac(mem, DIGEST_SHA256, salt.n ? salt : zeros, material);
	str block = {0};
	size_t rounds = (n + 31) / 32;
	char *out = arena_alloc(mem, rounds * 32 + 1);
	char *in = arena_alloc(mem, 32 + info.n + 1);
	for (size_t i = 0; i < rounds && i < 255; i++) {
		size_t at = block.n;
		if (at)
			memcpy(in, block.p, at);
		if (info.n)
			memcpy(in + at, info.p, info.n);
		in[at + info.n] = (char)(i + 1);
		block = digest_hmac(mem, DIGEST_SHA256, key, (str){in, at + info.n + 1});
		memcpy(out + i * 32, block.p, 32);
	}
	return (str){out, n};
}

/* ---- key wrapping, CFB ------------------------------------------------------------------------ */

err *cipher_unwrap(arena *mem, str key, str wrapped, str *ret)
{
	int n = 0, last = 0;
	const EVP_CIPHER *kind = key.n == 16   ? EVP_aes_128_wrap()
				 : key.n == 24 ? EVP_aes_192_wrap()
				 : key.n == 32 ? EVP_aes_256_wrap()
					       : NULL;
	if (!kind || wrapped.n % 8 || wrapped.n < 24 || wrapped.n > 1 << 16)
		return err_new(mem, ERR_INVALID, "%zu bytes are no wrapped key", wrapped.n);
	unsigned char *out = arena_alloc(mem, wrapped.n + CIPHER_BLOCK);
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	EVP_CIPHER_CTX_set_flags(c, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	bool ok = EVP_DecryptInit_ex(c, kind, NULL, (const unsigned char *)key.p, NULL) &&
		  EVP_DecryptUpdate(c, out, &n, (const unsigned char *)wrapped.p, (int)wrapped.n) &&
		  EVP_DecryptFinal_ex(c, out + n, &last);
	EVP_CIPHER_CTX_free(c);
	if (!ok)
		return err_new(mem, ERR_UNAUTHORIZED, "the key does not open the wrapped one");
	*ret = (str){(const char *)out, (size_t)(n + last)};
	return NULL;
}

static const EVP_CIPHER *cfb_of(enum cipher_kind kind)
{
	switch (kind) {
	case CIPHER_AES_128:
		return EVP_aes_128_cfb128();
	case CIPHER_AES_192:
		return EVP_aes_192_cfb128();
	case CIPHER_AES_256:
		return EVP_aes_256_cfb128();
	case CIPHER_3DES:
		return EVP_des_ede3_cfb64();
	case CIPHER_CAMELLIA_128:
		return EVP_camellia_128_cfb128();
	case CIPHER_CAMELLIA_192:
		return EVP_camellia_192_cfb128();
	case CIPHER_CAMELLIA_256:
		return EVP_camellia_256_cfb128();
	}
	return NULL;
}

size_t cipher_key_size(enum cipher_kind kind)
{
	return (size_t)EVP_CIPHER_get_key_length(cfb_of(kind));
}

size_t cipher_block_size(enum cipher_kind kind)
{
	return kind == CIPHER_3DES ? 8 : CIPHER_BLOCK;
}

err *cipher_cfb_decrypt(arena *mem, enum cipher_kind kind, str key, str text, str *ret)
{
	static const unsigned char zeros[CIPHER_BLOCK];
	int n = 0, last = 0;
	if (key.n != cipher_key_size(kind) || text.n > INT32_MAX)
		return err_new(mem, ERR_INVALID, "a key of %zu bytes", key.n);
	unsigned char *out = arena_alloc(mem, text.n + CIPHER_BLOCK);
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	bool ok = c &&
		  EVP_DecryptInit_ex(c, cfb_of(kind), NULL, (const unsigned char *)key.p, zeros) &&
		  EVP_DecryptUpdate(c, out, &n, (const unsigned char *)text.p, (int)text.n) &&
		  EVP_DecryptFinal_ex(c, out + n, &last);
	EVP_CIPHER_CTX_free(c);
	if (!ok)
		return err_new(mem, ERR_FAILED, "decryption in CFB mode failed");
	*ret = (str){(const char *)out, (size_t)(n + last)};
	return NULL;
}

/* ---- passwords -------------------------------------------------------------------------------- */

err *cipher_scrypt(arena *mem, str password, str salt, uint64_t cost, uint64_t block,
		   uint64_t parallel, size_t n, str *ret)
{
	unsigned char *out = arena_alloc(mem, n);
	uint64_t memory = 128 * block * (cost + parallel + 2) + (1 << 20);
	if (EVP_PBE_scrypt(password.p, password.n, (const unsigned char *)salt.p, salt.n, cost,
			   block, parallel, memory, out, n) != 1)
		return err_new(mem, ERR_FAILED, "scrypt failed");
	*ret = (str){(const char *)out, n};
	return NULL;
}

err *cipher_bcrypt(arena *mem, str password, char **ret_hash)
{
	static const char digits[] =
		"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	char setting[] = "$2a$10$0123456789012345678901";
	unsigned char salt[22];
	if (password.n > BCRYPT_MAX)
		return err_new(mem, ERR_LIMIT, "bcrypt: password length exceeds 72 bytes");
	rand_bytes(salt, sizeof(salt));
	for (size_t i = 0; i < sizeof(salt); i++)
		setting[7 + i] = digits[salt[i] & 63];
	setting[7 + 21] = digits[salt[21] & 48]; /* the last digit has two bits */
	struct crypt_data *data = arena_alloc(mem, sizeof(*data));
	const char *hash = crypt_rn(str_text(mem, password), setting, data, (int)sizeof(*data));
	if (!hash || hash[0] == '*')
		return err_new(mem, ERR_FAILED, "bcrypt failed");
	*ret_hash = arena_text(mem, hash);
	return NULL;
}
