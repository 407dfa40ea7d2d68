/*
 * jwt: signed claims (JSON Web Tokens): those that a token is asked for with (RS256), and what somebody else's say of themselves. Pure;
 * any thread.
 */
#ifndef SLUICE_JWT_H
#define SLUICE_JWT_H

#include "crypt/pkey.h"
#include "data/val.h"

/* "header.claims.signature". ERR_INVALID for a key that is none of RSA. */
err *jwt_sign(arena *mem, const val *header, const val *claims, const struct pkey *key,
	      char **ret_token);

/* What a token says; its signature is not looked at. ERR_INVALID for what is no token. */
err *jwt_claims(arena *mem, str token, val **ret_claims);

/* When it ends, by what it says of itself (exp): ns on clock_wall; 0: it does not say. */
int64_t jwt_end(arena *mem, str token);

#endif
