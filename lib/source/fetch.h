/*
 * fetch: a file by HTTP(S), as Helm's getter gets it: credentials go to the repository's own scheme and
 * host alone, redirects are followed wherever they lead, and nothing but 200 is an answer. On workers.
 */
#ifndef SLUICE_FETCH_H
#define SLUICE_FETCH_H

#include "base/spool.h"
#include "crypt/digest.h"
#include "source/clients.h"

#define FETCH_REDIRECTS 10

struct fetch {
	struct clients *clients;
	const char *url;
	const char *home;      /* the repository's URL: where credentials belong */
	struct login login;    /* bearer is not used; user and password both or neither */
	bool pass_credentials; /* to any host */
	int64_t timeout;       /* ns for all of it; 0: the ctx's deadline */
	uint64_t max;	       /* bytes; beyond ERR_LIMIT, with the text too_large */
	const char *too_large;
	const char *etag, *modified; /* of what is known; NULL */
};

/* What the server says of the file's state; "unchanged" instead of its bytes, if it was told what is known. */
struct fetched {
	int status;
	bool unchanged;
	const char *etag, *modified; /* NULL when it does not say */
};

/* The bytes. Failures have Helm's texts: failed to fetch https://x/y : 404 Not Found; Get "https://x/y": …. A 401 or 403 is
 * ERR_UNAUTHORIZED, ERR_FORBIDDEN; a 404 ERR_NOT_FOUND. No password is told. */
err *fetch_bytes(ctx *c, const struct fetch *f, str *ret_bytes);

/* The same, but any status is an answer, with the bytes if it is one of success. */
err *fetch_any(ctx *c, const struct fetch *f, struct fetched *ret_state, str *ret_bytes);

/* Into a spool, in constant memory; every byte is put into digest too. What was written before a failure stays. */
err *fetch_spool(ctx *c, const struct fetch *f, struct spool *into, struct digest *digest,
		 struct fetched *ret_state);

#endif
