/*
 * jwt: signed claims (JSON Web Tokens, RS256) that a token is asked for with. Pure; any thread.
 */
#ifndef SLUICE_JWT_H
#define SLUICE_JWT_H

#include "crypt/pkey.h"
#include "data/val.h"

/* "header.claims.signature". ERR_INVALID for a key that is none of RSA. */
err *jwt_sign(arena *mem, const val *header, const val *claims, const struct pkey *key,
	      char **ret_token);

#endif
