/*
 * sops_pgp: data keys encrypted with OpenPGP (RFC 4880, X25519 of RFC 9580, GnuPG's OCB), opened with private
 * keys that no passphrase protects: RSA, ECDH over Curve25519, NIST's and Brainpool's curves. A part of
 * sops. The ring holds secrets: its arena is one that is wiped.
 */
#ifndef SLUICE_SOPS_PGP_H
#define SLUICE_SOPS_PGP_H

#include "base/err.h"
#include "base/str.h"

#define SOPS_PGP_MAX_BYTES ((size_t)4 << 20) /* of keys, and of a message */
#define SOPS_PGP_MAX_KEYS 1000
#define SOPS_PGP_MAX_PLAIN 65536 /* of a message, inflated */

struct sops_pgp_key;

struct sops_pgp_ring {
	struct sops_pgp_key **p;
	size_t n, cap;
};

/* Adds the private keys of a text: armored blocks, or bare packets. Public keys are passed over.
 * ERR_INVALID for what is neither. */
err *sops_pgp_add(arena *mem, struct sops_pgp_ring *ring, str text);

/* The content of an armored message. ERR_UNAUTHORIZED: no key for it, one with a passphrase, or it was
 * tampered with; ERR_UNSUPPORTED for ciphers and packets of other kinds; ERR_INVALID, ERR_LIMIT. */
err *sops_pgp_open(arena *mem, const struct sops_pgp_ring *ring, str armored, str *ret);

#endif
