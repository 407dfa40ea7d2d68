/*
 * sops_age_hybrid: age's post-quantum identities: ML-KEM-768 with X25519 (X-Wing) in HPKE's base mode
 * (RFC 9180, HKDF-SHA256, ChaCha20-Poly1305). A part of sops_age.
 */
#ifndef SLUICE_SOPS_AGE_HYBRID_H
#define SLUICE_SOPS_AGE_HYBRID_H

#include "base/err.h"
#include "base/str.h"

#define SOPS_AGE_HYBRID_SEED 32	  /* bytes of an identity */
#define SOPS_AGE_HYBRID_SENT 1120 /* bytes of a stanza's argument */

/* The file key in a stanza's body. ERR_UNAUTHORIZED when it is for another identity, ERR_INVALID. */
err *sops_age_hybrid_open(arena *mem, const unsigned char seed[SOPS_AGE_HYBRID_SEED], str sent,
			  str body, str *ret_key);

#endif
