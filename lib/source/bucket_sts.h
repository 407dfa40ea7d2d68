/*
 * bucket_sts: temporary keys of a security token service in the style of Amazon's, asked for with a web identity's token, or
 * with a name and password of LDAP as MinIO has it. On workers. The texts of failures are minio-go's; no secret is in one.
 */
#ifndef SLUICE_BUCKET_STS_H
#define SLUICE_BUCKET_STS_H

#include "source/bucket_wire.h"

struct sts_keys {
	const char *id, *secret;
	const char *token; /* of a session; NULL or "": none */
};

/* AssumeRoleWithLDAPIdentity at the endpoint. */
err *sts_ldap(ctx *c, const struct bucket_wire *w, const char *endpoint, const char *user,
	      const char *password, struct sts_keys *ret_keys);

/* AssumeRoleWithWebIdentity: session names the caller to the service; token is a JWT. */
err *sts_web_identity(ctx *c, const struct bucket_wire *w, const char *endpoint, const char *role,
		      const char *session, const char *token, struct sts_keys *ret_keys);

/* The keys in an answer's XML. ERR_INVALID when there are none. */
err *sts_read(arena *mem, str xml, struct sts_keys *ret_keys);

#endif
