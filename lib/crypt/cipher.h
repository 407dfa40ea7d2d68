/*
 * cipher: symmetric encryption and keys from passwords. Any thread.
 */
#ifndef SLUICE_CIPHER_H
#define SLUICE_CIPHER_H

#include "base/err.h"
#include "base/str.h"

#define CIPHER_BLOCK 16	  /* bytes of an AES block and of its initialisation vector */
#define CIPHER_KEY_256 32 /* bytes of an AES-256 key */

/* AES-256 in CBC mode without padding: text is a whole number of blocks (ERR_INVALID otherwise). */
err *cipher_cbc_encrypt(arena *mem, const unsigned char key[CIPHER_KEY_256],
			const unsigned char iv[CIPHER_BLOCK], str text, str *ret);
err *cipher_cbc_decrypt(arena *mem, const unsigned char key[CIPHER_KEY_256],
			const unsigned char iv[CIPHER_BLOCK], str text, str *ret);

/* Opens AES-GCM (a key of 16, 24 or 32 bytes, an IV of 1 to 128 bytes, a tag of 16 bytes).
 * ERR_UNAUTHORIZED when the tag does not fit, ERR_INVALID for other sizes. */
err *cipher_gcm_open(arena *mem, str key, str iv, str aad, str sealed, str tag, str *ret);

/* ChaCha20-Poly1305 (RFC 8439): sealed is the text with its tag of 16 bytes behind it. Errors as above. */
err *cipher_chacha_open(arena *mem, const unsigned char key[32], const unsigned char nonce[12],
			str sealed, str *ret);

/* AES-OCB (RFC 7253) with a nonce of 15 bytes; sealed has its tag of 16 bytes behind it. Errors as above. */
err *cipher_ocb_open(arena *mem, str key, const unsigned char nonce[15], str aad, str sealed,
		     str *ret);

/* n bytes (at most 8160) from key material, by HKDF with SHA-256 (RFC 5869). */
str cipher_hkdf(arena *mem, str material, str salt, str info, size_t n);

/* Opens AES key wrapping (RFC 3394); a wrong key is ERR_UNAUTHORIZED. */
err *cipher_unwrap(arena *mem, str key, str wrapped, str *ret);

/* Undoes CFB with whole blocks fed back, from an IV of zeros, as OpenPGP does it. */
enum cipher_kind {
	CIPHER_AES_128,
	CIPHER_AES_192,
	CIPHER_AES_256,
	CIPHER_3DES,
	CIPHER_CAMELLIA_128,
	CIPHER_CAMELLIA_192,
	CIPHER_CAMELLIA_256
};
size_t cipher_key_size(enum cipher_kind kind);	 /* bytes of its key */
size_t cipher_block_size(enum cipher_kind kind); /* bytes of its block */
err *cipher_cfb_decrypt(arena *mem, enum cipher_kind kind, str key, str text, str *ret);

/* n bytes from a password (RFC 7914); needs 128 * cost * block bytes of memory. */
err *cipher_scrypt(arena *mem, str password, str salt, uint64_t cost, uint64_t block,
		   uint64_t parallel, size_t n, str *ret);

/* The bcrypt hash "$2a$10$…" of a password under a fresh salt. ERR_LIMIT beyond 72 bytes. */
err *cipher_bcrypt(arena *mem, str password, char **ret_hash);

#endif
