/*
 * cloud_aws: short-lived credentials of AWS for a workload, and what CodeCommit takes as a password. On workers, but for
 * cloud_aws_codecommit, which is pure.
 */
#ifndef SLUICE_CLOUD_AWS_H
#define SLUICE_CLOUD_AWS_H

#include "source/tokens.h"

#define CLOUD_AWS_AUDIENCE "sts.amazonaws.com"

/* Whose identity it is. NULL: this process's, from its environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; or
 * AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE. */
struct cloud_aws {
	const char *role, *session, *assertion; /* a token for CLOUD_AWS_AUDIENCE */
};

struct cloud_aws_keys {
	const char *id, *secret, *token; /* token: of the session; "" for none */
};

/* Credentials for a region: AssumeRoleWithWebIdentity of its STS, or of AWS_ENDPOINT_URL_STS. ERR_UNAUTHORIZED with what STS says,
 * ERR_NOT_FOUND when the environment names none, ERR_IO. */
err *cloud_aws_credentials(ctx *c, struct tokens *ts, const struct login *login,
			   const struct cloud_aws *who, const char *region,
			   struct cloud_aws_keys *ret_keys);

/* The region that a CodeCommit URL names. ERR_INVALID for what is none. */
err *cloud_aws_region(arena *mem, const char *url, const char **ret_region);

/* User and password for a CodeCommit URL at a time (s since 1970); good for a quarter of an hour. */
err *cloud_aws_codecommit(arena *mem, const struct cloud_aws_keys *keys, const char *url,
			  int64_t now, const char **ret_user, const char **ret_password);

#endif
