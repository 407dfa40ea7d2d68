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

/* n bytes from a password (RFC 7914); needs 128 * cost * block bytes of memory. */
err *cipher_scrypt(arena *mem, str password, str salt, uint64_t cost, uint64_t block,
		   uint64_t parallel, size_t n, str *ret);

/* The bcrypt hash "$2a$10$…" of a password under a fresh salt. ERR_LIMIT beyond 72 bytes. */
err *cipher_bcrypt(arena *mem, str password, char **ret_hash);

#endif
