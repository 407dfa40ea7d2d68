/*
 * cloud_aws: short-lived credentials of AWS, and what CodeCommit takes as a password. On workers, but for what takes no ctx, which
 * is pure.
 */
#ifndef SLUICE_CLOUD_AWS_H
#define SLUICE_CLOUD_AWS_H

#include "net/aws.h"
#include "source/cloud.h"

/* Credentials for a region. Of an account: those of the role that its annotation eks.amazonaws.com/role-arn names. Of this process, as
 * AWS's own libraries look for them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE; what
 * AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI tells (EKS Pod Identity); the role of the machine. region NULL or "": AWS_REGION, of this process
 * only. endpoint: the token service's, NULL for the region's own or AWS_ENDPOINT_URL_STS. ERR_UNAUTHORIZED with what the service says,
 * ERR_INVALID, ERR_NOT_FOUND, ERR_IO. */
err *cloud_aws_keys(ctx *c, const struct cloud *cloud, const char *region, const char *endpoint,
		    struct aws_keys *ret_keys);

/* May the process's credentials be asked for there: is it a token service of AWS? ERR_INVALID. */
err *cloud_aws_check_endpoint(arena *mem, const char *endpoint);

/* The region that a CodeCommit URL names. ERR_INVALID for what is none. */
err *cloud_aws_region(arena *mem, const char *url, const char **ret_region);

/* User and password for a CodeCommit URL at a time (s since 1970); good for a quarter of an hour. */
err *cloud_aws_codecommit(arena *mem, const struct aws_keys *keys, const char *url, int64_t now,
			  const char **ret_user, const char **ret_password);

#endif
