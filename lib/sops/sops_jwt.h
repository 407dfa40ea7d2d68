/*
 * sops_jwt: signed claims (JSON Web Tokens, RS256) that a token is asked for with. A part of sops.
 */
#ifndef SLUICE_SOPS_JWT_H
#define SLUICE_SOPS_JWT_H

#include "crypt/pkey.h"
#include "data/val.h"

/* "header.claims.signature". ERR_INVALID for a key that is none of RSA. */
err *sops_jwt(arena *mem, const val *header, const val *claims, const struct pkey *key,
	      char **ret_token);

#endif
