/*
 * aws: what requests to services of AWS have in common: credentials, signed POSTs, and the forms and answers of the security
 * token service, which MinIO speaks too. Pure; any thread. No text holds a secret.
 */
#ifndef SLUICE_AWS_H
#define SLUICE_AWS_H

#include "base/err.h"
#include "base/str.h"
#include "net/http.h"
#include "net/sigv4.h"

struct aws_keys {
	const char *id, *secret; /* NULL or "": none */
	const char *token;	 /* of a session; NULL or "": none */
};

/* Where a service of a region is: "https://kms.eu-west-1.amazonaws.com/", in China with its own domain. */
char *aws_url(arena *mem, const char *service, const char *region);

/* May the text be a region, which becomes a part of a host's name: lower-case letters, digits and "-", not empty? */
bool aws_is_region(str text);

/* A POST with a body. */
struct aws_post {
	const struct aws_keys *keys;
	const char *service, *region, *url;
	const char *type; /* of the body */
	const char
		*target; /* X-Amz-Target, what the JSON protocol calls its operation; NULL: none */
	str body;
	int64_t now; /* seconds since 1970; 0: the clock's */
};

#define AWS_HEADERS 6

/* A URL's path as all services but S3 sign it: each element, percent-encoded already, is so once more. */
char *aws_signed_path(arena *mem, const char *path);

/* All headers of it, ended by a NULL name. ERR_INVALID: the URL. */
err *aws_sign(arena *mem, const struct aws_post *p, struct http_header headers[AWS_HEADERS]);

/* The same for a GET. And the URL of one over https that somebody else may send within so many seconds, with the header also, which is signed. */
err *aws_sign_get(arena *mem, const struct aws_keys *keys, const char *service, const char *region,
		  const char *url, struct http_header headers[AWS_HEADERS]);
err *aws_presign_get(arena *mem, const struct aws_keys *keys, const char *service,
		     const char *region, const char *url, const struct sigv4_header *also,
		     int seconds, char **ret_url);

/* What of a service's answer says why it refuses; "" for what it does not say. Cut. */
struct aws_fault {
	const char *code, *message;
};
struct aws_fault aws_fault_xml(arena *mem, str body);
struct aws_fault aws_fault_json(arena *mem, str body);

/* "operation error KMS: Decrypt, https response error StatusCode: 400, Code: text". ERR_BUSY for a status that passes by itself,
 * else ERR_UNAUTHORIZED. */
err *aws_refused(arena *mem, const char *operation, int status, const struct aws_fault *f);

/* ---- the security token service: forms for POST, and what it answers ---- */

#define AWS_FORM "application/x-www-form-urlencoded"

/* AssumeRoleWithWebIdentity: token is a JWT. AssumeRoleWithLDAPIdentity. AssumeRole, which is signed. */
str aws_form_web_identity(arena *mem, const char *role, const char *session, const char *token);
str aws_form_ldap(arena *mem, const char *user, const char *password);
str aws_form_role(arena *mem, const char *role, const char *session);

/* The credentials in an answer's XML, and when they end (ns on clock_wall; 0: it does not say). ERR_INVALID when there are none. */
err *aws_read_keys(arena *mem, str xml, struct aws_keys *ret_keys, int64_t *ret_expires);

#endif
