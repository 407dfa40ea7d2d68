/*
 * oci_token: the exchange of credentials for a bearer token at the token server that a registry names
 * (Docker's token specification, and its OAuth2 form for refresh tokens). Private to the oci modules. On workers.
 */
#ifndef SLUICE_OCI_TOKEN_H
#define SLUICE_OCI_TOKEN_H

#include "source/clients.h"
#include "source/oci_challenge.h"
#include "source/oci_keys.h"

struct oci_token_ask {
	struct clients *clients;
	const struct oci_challenge *challenge;
	const char *registry; /* "ghcr.io:443" */
	bool tls;	      /* the registry is talked to by TLS */
	const char *scope;    /* one, or several parted by blanks */
	const struct oci_auth *auth;
	const struct login *login; /* TLS and proxy */
	int64_t timeout;	   /* ns; 0: the ctx's deadline alone */
};

/* A token, in c->mem. ERR_FORBIDDEN for a realm that credentials may not be sent to; ERR_UNAUTHORIZED, … for what the
 * token server says. */
err *oci_token_get(ctx *c, const struct oci_token_ask *ask, struct oci_token *ret_token);

#endif
