/*
 * account_token: tokens that the API server gives out for ServiceAccounts, for somebody else to trust.
 */
#ifndef SLUICE_KIND_ACCOUNT_TOKEN_H
#define SLUICE_KIND_ACCOUNT_TOKEN_H

#include "ctl/house.h"
#include "ctl/stage.h"

#define ACCOUNT_TOKEN_SECONDS 3600

/* A token for the account, good for the audiences (a list of texts) and that many seconds. The error is the API server's alone;
 * ERR_INVALID: its answer has no token. */
err *account_token(ctx *c, struct reconcile *r, const char *ns, const char *account,
		   const val *audiences, int64_t seconds, const char **ret_token);

/* The same for one audience, an hour long. */
err *account_token_for(ctx *c, struct reconcile *r, const char *ns, const char *account,
		       const char *audience, const char **ret_token);

#endif
