/*
 * github_app: tokens of GitHub App installations: a signed claim of the app's is exchanged for a token that Git's servers take as a
 * password. Texts as fluxcd/pkg/auth/githubapp has them. On workers.
 */
#ifndef SLUICE_GITHUB_APP_H
#define SLUICE_GITHUB_APP_H

#include "source/tokens.h"

#define GITHUB_APP_USER "x-access-token"

struct github_app {
	const char *id;			  /* a number */
	const char *installation, *owner; /* one of them: a number, or whose installation it is */
	const char *base;		  /* of the API; NULL: https://api.github.com/ */
	str key;			  /* RSA, PEM */
	struct login login;		  /* TLS and proxy for the API; it has no user */
};

/* The token, from memory or asked for. ERR_INVALID for data that can't be used; ERR_UNAUTHORIZED, ERR_NOT_FOUND, ERR_FAILED with what
 * the API says. */
err *github_app_token(ctx *c, struct tokens *ts, const struct github_app *app,
		      const char **ret_token);

#endif
