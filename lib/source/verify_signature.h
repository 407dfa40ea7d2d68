/*
 * verify_signature: a PGP signature packet of version 4, its parts, and what it is made over. Pure.
 */
#ifndef SLUICE_VERIFY_SIGNATURE_H
#define SLUICE_VERIFY_SIGNATURE_H

#include "crypt/pgp.h"
#include "crypt/pubkey.h"

enum pgp_signature_type {
	PGP_OVER_BINARY = 0x00,
	PGP_OVER_TEXT = 0x01,
	PGP_CERTIFIES = 0x10, /* to 0x13 */
	PGP_BINDS_SUBKEY = 0x18,
	PGP_BINDS_PRIMARY = 0x19,
	PGP_REVOKES_KEY = 0x20,
	PGP_REVOKES_SUBKEY = 0x28,
	PGP_REVOKES_NAME = 0x30,
};

struct verify_signature {
	int type, algorithm;
	const char *hash;			 /* "SHA256" … */
	int64_t created, lifetime, key_lifetime; /* s; lifetimes 0: for ever */
	bool has_issuer, has_fingerprint, has_flags, signs, primary,
		critical; /* critical: a notation nobody knows */
	bool compromised; /* a revocation's reason */
	unsigned char issuer[8], fingerprint[20];
	str embedded; /* the body of a signature inside; empty: none */
	str hashed;   /* from the version to the end of the hashed part */
	str numbers
		[2]; /* of the signature, as pubkey_verify takes them after verify_signature_of */
	bool plain;  /* numbers[0] is the whole signature */
};

/* Reads a packet's body. False for what is damaged, of another version, or of an unknown algorithm. */
bool verify_signature_read(str body, struct verify_signature *ret_signature);

/* Is it made by the key over what? The hashed part goes behind it. */
bool verify_signature_of(arena *mem, const struct verify_signature *s, const struct pgp_key *key,
			 str what);

/* Is it the key that the signature names? */
bool verify_signature_names(const struct verify_signature *s, const struct pgp_key *key);

/* Is it of a time to come, or over? */
bool verify_signature_expired(const struct verify_signature *s, int64_t now);

#endif
