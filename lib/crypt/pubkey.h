/*
 * pubkey: public keys out of their numbers or their usual forms, and whether a signature of theirs is right. Any thread.
 */
#ifndef SLUICE_PUBKEY_H
#define SLUICE_PUBKEY_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define PUBKEY_MAX_BYTES 2048 /* of any number of a key or signature */

/* A key of OpenSSL's, given back when its arena closes. */
struct pubkey;

/* Keys by their numbers, most significant byte first: RSA's modulus and exponent; DSA's p, q, g and y; an uncompressed
 * point on "P-256", "P-384", "P-521"; the 32 bytes of Ed25519 or 57 of Ed448. NULL for what is no such key. */
struct pubkey *pubkey_rsa(arena *mem, str n, str e);
struct pubkey *pubkey_dsa(arena *mem, str p, str q, str g, str y);
struct pubkey *pubkey_ec(arena *mem, const char *curve, str point);
struct pubkey *pubkey_ed(arena *mem, str point);

/* The key of a PEM text, "PUBLIC KEY": RSA from 2048 bits on, ECDSA, Ed25519, Ed448. ERR_INVALID: PEM decoding failed, … */
err *pubkey_read(arena *mem, str pem, struct pubkey **ret_key);

/* The same keys in DER: SubjectPublicKeyInfo, or of RSA PKCS#1. ERR_INVALID, ERR_UNSUPPORTED. */
err *pubkey_der(arena *mem, str der, struct pubkey **ret_key);

/* The digest of bytes by "SHA1", "SHA224", "SHA256", "SHA384" or "SHA512"; empty for another name. */
str pubkey_digest(arena *mem, const char *hash, str bytes);

/* Is it the key's signature of that digest? RSA: PKCS#1 1.5, leading zeros may be missing. ECDSA and DSA: as
 * pubkey_pair makes it. Ed25519 and Ed448 sign what is given as digest, whatever it is. */
bool pubkey_verify(const struct pubkey *key, const char *hash, str digest, str signature);

/* Is it the key's signature of that message, whose digest by hash is signed unless the key signs messages themselves? */
bool pubkey_verify_message(const struct pubkey *key, const char *hash, str message, str signature);

/* The hash that belongs to the key's size: "SHA384" for P-384, "SHA512" for P-521, "SHA256" for all others. */
const char *pubkey_hash(const struct pubkey *key);

/* The one algorithm that JOSE and COSE give a key by its size in signatures of artifacts: "PS256", "PS384", "PS512" for RSA of 2048, 3072
 * and 4096 bits, "ES256", "ES384", "ES512" for P-256, P-384 and P-521; NULL for another key. */
const char *pubkey_jose(const struct pubkey *key);

/* Is it the key's signature of that message by this algorithm, in JOSE's form (of ECDSA the bare numbers)? */
bool pubkey_verify_jose(const struct pubkey *key, str message, str signature);

/* Does the key sign digests, and not messages themselves as Ed25519 does? */
bool pubkey_signs_digests(const struct pubkey *key);

/* The numbers r and s of an ECDSA or DSA signature as one. */
str pubkey_pair(arena *mem, str r, str s);

#endif
