/*
 * sops_age: age files (age-encryption.org/v1) in armor, opened with X25519 and
 * post-quantum (ML-KEM-768 with X25519) identities. A part of sops.
 * Texts of errors are age's own, where it has one. Identities hold secrets: their arena is one that
 * is wiped (arena_secret).
 */
#ifndef SLUICE_SOPS_AGE_H
#define SLUICE_SOPS_AGE_H

#include "base/err.h"
#include "base/str.h"

#define SOPS_AGE_MAX_BYTES ((size_t)1 << 20) /* of an armored file, and of identities */
#define SOPS_AGE_MAX_STANZAS 1000
#define SOPS_AGE_MAX_IDENTITIES 1000

struct sops_age_identity;

struct sops_age_identities {
	struct sops_age_identity **p;
	size_t n, cap;
};

/* Adds the identities of a text: one a line (words: several in a line may be), empty lines and those
 * that begin with '#' passed over. ERR_INVALID; the text has nothing of the identity. */
err *sops_age_add(arena *mem, struct sops_age_identities *ids, str text, bool words);

/* The content of an armored file. ERR_UNAUTHORIZED when no identity opens it, ERR_INVALID for what is
 * no such file, ERR_LIMIT. The texts are SOPS'. */
err *sops_age_open(arena *mem, const struct sops_age_identities *ids, str armored, str *ret);

#endif
