/*
 * agree: what a private key does with what somebody else sent: shared secrets by Diffie-Hellman, RSA
 * decryption, and the one signature that tokens want. Keys come as raw numbers, big-endian. Any thread.
 */
#ifndef SLUICE_AGREE_H
#define SLUICE_AGREE_H

#include "base/err.h"
#include "base/str.h"
#include "crypt/pkey.h"

#define AGREE_X25519 32 /* bytes of a scalar, a point and a secret */

/* The point of a scalar; the secret of a scalar and a foreign point (RFC 7748). ERR_INVALID when the
 * secret would be all zeros, as with a point of small order. */
err *agree_x25519_point(arena *mem, const unsigned char scalar[AGREE_X25519], str *ret_point);
err *agree_x25519(arena *mem, const unsigned char scalar[AGREE_X25519], str point, str *ret_secret);

/* The x coordinate that a private number and a foreign uncompressed point of a NIST or Brainpool curve
 * give ("P-256", "P-384", "P-521", "brainpoolP256r1", …). ERR_INVALID for a point that is not on it. */
err *agree_ecdh(arena *mem, const char *curve, str number, str point, str *ret_secret);

/* RSA with padding of PKCS#1 v1.5: modulus n, exponents e and d, primes p and q. ERR_UNAUTHORIZED when
 * what comes out has no such padding. */
struct agree_rsa {
	str n, e, d, p, q;
};
err *agree_rsa_decrypt(arena *mem, const struct agree_rsa *key, str sealed, str *ret);

/* RSASSA-PKCS1-v1_5 with SHA-256 (RS256) of a text. ERR_INVALID for a key that is none of RSA. */
err *agree_rs256(arena *mem, const struct pkey *key, str text, str *ret_signature);

#endif
