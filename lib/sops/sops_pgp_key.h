/*
 * sops_pgp_key: a private key of OpenPGP and the session keys it opens. A part of sops_pgp.
 */
#ifndef SLUICE_SOPS_PGP_KEY_H
#define SLUICE_SOPS_PGP_KEY_H

#include "crypt/agree.h"
#include "crypt/pgp.h"

struct sops_pgp_key {
	struct pgp_key pub;
	bool locked;			    /* by a passphrase, or its secret is elsewhere */
	struct agree_rsa rsa;		    /* of RSA */
	const char *curve;		    /* of ECDH: NIST's name; NULL for Curve25519 */
	str number;			    /* of ECDH */
	unsigned char scalar[AGREE_X25519]; /* of X25519 and Curve25519 */
};

/* A secret key packet's body; *ret_key is NULL for a key that can't decrypt. ERR_INVALID. */
err *sops_pgp_key_read(arena *mem, str body, struct sops_pgp_key **ret_key);

/* A session key with its cipher's number. material: what stands behind the algorithm in its packet.
 * ERR_UNAUTHORIZED when it is not for this key. */
err *sops_pgp_key_session(arena *mem, const struct sops_pgp_key *key, str material, int *ret_cipher,
			  str *ret_session);

#endif
