/*
 * bucket_auth: how a Bucket's server is reached and with which credentials: Secrets, token services, the environment.
 * Checks and texts are those of source-controller 1.9. No text holds what is in a Secret.
 */
#ifndef SLUICE_KIND_BUCKET_AUTH_H
#define SLUICE_KIND_BUCKET_AUTH_H

#include "kind/bucket_spec.h"
#include "kind/source_login.h"
#include "source/bucket.h"

/* The bucket, ready to be asked. Faults that are not AuthenticationFailed are set (stage_fault). */
err *bucket_authenticate(ctx *c, struct reconcile *r, const struct bucket_spec *s,
			 struct bucket *ret_bucket);

#endif
