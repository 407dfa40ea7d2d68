/*
 * mlkem: ML-KEM-768 (FIPS 203), of which only the receiver's side is needed: a shared secret out of what
 * was sent. Ours, since the OpenSSL of Debian 12 has none. No branch and no memory access depends on a
 * secret. Any thread.
 */
#ifndef SLUICE_MLKEM_H
#define SLUICE_MLKEM_H

#include "base/err.h"
#include "base/str.h"

#define MLKEM_SEED 64	      /* bytes that a private key is made of: d and z */
#define MLKEM_CIPHERTEXT 1088 /* bytes that are sent */
#define MLKEM_PUBLIC 1184     /* bytes of the public key */
#define MLKEM_SECRET 32	      /* bytes of the secret */

/* The secret that was sent to the seed's key. One that was sent to another gives some other secret, as the
 * standard wants it. ERR_INVALID for a text of another length. */
err *mlkem_open(arena *mem, const unsigned char seed[MLKEM_SEED], str sent, str *ret_secret);

/* The public key of a seed. */
str mlkem_public(arena *mem, const unsigned char seed[MLKEM_SEED]);

#endif
