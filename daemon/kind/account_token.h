/*
 * account_token: tokens that the API server gives out for ServiceAccounts, for somebody else to trust.
 */
#ifndef SLUICE_KIND_ACCOUNT_TOKEN_H
#define SLUICE_KIND_ACCOUNT_TOKEN_H

#include "ctl/house.h"

#define ACCOUNT_TOKEN_SECONDS 3600 /* that a token is asked for; what it says itself counts */

/* A token for the account, good for the audiences (a list of texts), an hour long. The error is the API server's alone; ERR_INVALID: its answer
 * has no token. */
err *account_token(ctx *c, struct client *client, const char *ns, const char *account,
		   const val *audiences, const char **ret_token);

/* The same for one audience. */
err *account_token_for(ctx *c, struct client *client, const char *ns, const char *account,
		       const char *audience, const char **ret_token);

/* The account that this program is in its pod, and the audiences of its token: those of its own API server. ERR_NOT_FOUND outside of a pod, ERR_INVALID
 * for a token that says neither. */
err *account_own(arena *mem, const char **ret_ns, const char **ret_name, const val **ret_audiences);

#endif
