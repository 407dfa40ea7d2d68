/*
 * bucket_sts: temporary keys of a security token service for a name and password of LDAP, as MinIO has it. On workers. The
 * texts of failures are minio-go's; no secret is in one.
 */
#ifndef SLUICE_BUCKET_STS_H
#define SLUICE_BUCKET_STS_H

#include "net/aws.h"
#include "source/bucket_wire.h"

/* AssumeRoleWithLDAPIdentity at the endpoint. ERR_UNAUTHORIZED with what the service says. */
err *sts_ldap(ctx *c, const struct bucket_wire *w, const char *endpoint, const char *user,
	      const char *password, struct aws_keys *ret_keys);

#endif
