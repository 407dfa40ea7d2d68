/*
 * pgp: the framing of OpenPGP (RFC 4880 and 9580): armor, packets, numbers, the public part of keys. What the
 * packets mean is for those who use it. Pure; any thread.
 */
#ifndef SLUICE_PGP_H
#define SLUICE_PGP_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define PGP_ARMOR_MAX ((size_t)8 << 20) /* bytes of an armored text */

enum pgp_tag {
	PGP_SIGNATURE = 2,
	PGP_SECRET_KEY = 5,
	PGP_PUBLIC_KEY = 6,
	PGP_SECRET_SUBKEY = 7,
	PGP_USER_ID = 13,
	PGP_PUBLIC_SUBKEY = 14,
};

enum pgp_algorithm {
	PGP_RSA = 1,
	PGP_RSA_ENCRYPT = 2,
	PGP_RSA_SIGN = 3,
	PGP_ELGAMAL = 16,
	PGP_DSA = 17,
	PGP_ECDH = 18,
	PGP_ECDSA = 19,
	PGP_EDDSA = 22,
	PGP_X25519 = 25,
	PGP_X448 = 26,
	PGP_ED25519 = 27,
	PGP_ED448 = 28,
};

/* The bytes of the first armored block in a text, "PGP PUBLIC KEY BLOCK" or whatever it is. A checksum that is there has to be
 * right. ERR_NOT_FOUND "no armored data found"; ERR_INVALID; ERR_LIMIT. */
err *pgp_unarmor(arena *mem, str text, const char **ret_type, str *ret_bytes);

struct pgp_packet {
	int tag;
	str body; /* a view, or in mem when it came in pieces */
};

/* Takes a packet off *rest, of the old or the new format. False at the end; *ret_bad for what is no packet. */
bool pgp_next(arena *mem, str *rest, struct pgp_packet *ret_packet, bool *ret_bad);

/* Takes a number with its length in bits before it off *rest. */
bool pgp_mpi(str *rest, str *ret_number);

/* Takes n bytes off *rest, or a big-endian number of n (at most 4) bytes. */
bool pgp_take(str *rest, size_t n, str *ret_bytes);
bool pgp_number(str *rest, size_t n, uint32_t *ret_number);

/* The public part of a key. */
struct pgp_key {
	int version, algorithm;
	int64_t created; /* s since 1970 */
	str curve;	 /* the OID's bytes, of curves */
	str mpi[4]; /* RSA: n, e. DSA: p, q, g, y. ElGamal: p, g, y. Curves: the point. X and Ed: the bytes */
	size_t n_mpi;
	str kdf;    /* of ECDH: hash and cipher, as they stand */
	str hashed; /* what fingerprints and signatures are made of */
	unsigned char fingerprint[32], id[8];
	size_t n_fingerprint; /* 20 of version 4, 32 of 6 */
	str rest;	      /* of a secret key: what stands behind the public part */
};

/* The public part of a key packet's body, version 4 or 6. False for what is none or of another algorithm. */
bool pgp_read_key(arena *mem, str body, struct pgp_key *ret_key);

/* "3AA5C34371567BD2". */
char *pgp_id_text(arena *mem, const unsigned char id[8]);

#endif
