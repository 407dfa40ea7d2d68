/*
 * verify_pgp: rings of PGP public keys, and whether a signature is one of theirs: RSA, DSA, ECDSA and EdDSA, of version 4.
 * What counts of a key is as ProtonMail's go-crypto has it: names and subkeys are bound by good signatures, a signing
 * subkey has signed its primary key, nothing is revoked or expired now. Data that is signed over SHA-1 is refused. Pure.
 */
#ifndef SLUICE_VERIFY_PGP_H
#define SLUICE_VERIFY_PGP_H

#include "base/err.h"
#include "base/str.h"

#define VERIFY_PGP_PACKETS 20000 /* of one ring */

struct verify_ring;

/* Reads an armored ring; keys in it that can't be read are left out. now: s since 1970. ERR_INVALID with go-crypto's text
 * when it holds none that can. */
err *verify_ring_read(arena *mem, str text, int64_t now, struct verify_ring **ret_ring);

/* Is there a signature of a key in the ring over payload in the armored text? *ret_id is the id of the primary key then,
 * "3AA5C34371567BD2". */
bool verify_ring_check(arena *mem, const struct verify_ring *ring, str armored, str payload,
		       const char **ret_id);

#endif
