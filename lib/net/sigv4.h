/*
 * sigv4: signatures of requests to AWS (Signature Version 4), as a pure function. Any thread.
 */
#ifndef SLUICE_SIGV4_H
#define SLUICE_SIGV4_H

#include "base/err.h"
#include "base/str.h"

/* Who signs. */
struct sigv4 {
	const char *id, *secret;
	const char *token;	      /* of a session; NULL or "": none */
	const char *region, *service; /* "us-east-1", "kms" */
	int64_t now;		      /* seconds since 1970 */
};

struct sigv4_header {
	const char *name, *value; /* the name in lower case */
};

/* What is signed. The headers x-amz-date and, of a session, x-amz-security-token are added. */
struct sigv4_request {
	const char *method;
	const char *path;  /* percent-encoded, with its first slash; "" counts as "/" */
	const char *query; /* "a=b&c=d", names and values percent-encoded; any order; "" for none */
	const struct sigv4_header *headers; /* host among them; ended by a NULL name */
	const char *payload_hash;	    /* SHA-256 in hexadecimal, or "UNSIGNED-PAYLOAD" */
};

/* The values of the headers Authorization and X-Amz-Date. X-Amz-Security-Token is who->token. */
void sigv4_sign(arena *mem, const struct sigv4 *who, const struct sigv4_request *q,
		const char **ret_authorization, const char **ret_date);

/* The query of a request that whoever has it may send within so many seconds, without another header than those of q, which are
 * signed: q's own query, and who signs it when. */
char *sigv4_presign(arena *mem, const struct sigv4 *who, const struct sigv4_request *q,
		    int seconds);

#endif
