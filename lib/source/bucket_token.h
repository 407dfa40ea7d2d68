/*
 * bucket_token: tokens of clouds that a bucket is read with. On workers. No secret is in a
 * text.
 */
#ifndef SLUICE_BUCKET_TOKEN_H
#define SLUICE_BUCKET_TOKEN_H

#include "net/oauth.h"
#include "source/bucket_wire.h"

/* Who is asked for a token when the bucket is, the first time; a NULL token means that there is none, and none is needed. */
struct bucket_asked {
	err *(*ask)(ctx *c, void *arg, const char **ret_token); /* NULL: nobody */
	void *arg;
};

/* Sends a form; the access token in its answer, which lives in the ctx's arena. The form's URL must be https:
 * ERR_FORBIDDEN. ERR_UNAUTHORIZED: oauth2: cannot fetch token: 400: invalid_grant. */
err *bucket_token(ctx *c, const struct bucket_wire *w, const struct oauth_form *form,
		  const char **ret_token);

#endif
