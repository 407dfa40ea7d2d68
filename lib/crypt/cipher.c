#include "crypt/cipher.h"

#include <crypt.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/rand.h"

#define BCRYPT_MAX 72

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
