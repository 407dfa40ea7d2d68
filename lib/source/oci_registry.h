/*
 * oci_registry: requests to OCI registries with the right authorization: which scheme a registry
 * speaks, how it wants to be logged in to and the tokens it gave are remembered, so that a poll is one request. On
 * workers.
 */
#ifndef SLUICE_OCI_REGISTRY_H
#define SLUICE_OCI_REGISTRY_H

#include "source/clients.h"
#include "source/oci_keys.h"
#include "source/oci_ref.h"

struct registries;

struct registries_settings {
	struct clients *clients; /* the caller's; outlive the registries */
	int64_t retry_delay; /* ns before the first further try, three times as much before the second; 0: 1 s */
};

/* The caller owes registries_close, after all users are gone. */
struct registries *registries_open(const struct registries_settings *s);
void registries_close(struct registries *rs);

/* Who is asked for a login once a registry wants to see one. */
struct registry_asked {
	err *(*ask)(ctx *c, void *arg, struct oci_auth *ret_auth); /* NULL: nobody */
	void *arg;
	const char
		*identity; /* a name that tells one's logins from another's, and holds no secret */
};

struct registry_settings {
	struct oci_ref ref;
	struct oci_auth auth;
	struct registry_asked asked; /* instead of auth */
	struct login login;	     /* TLS and proxy; its user, password and bearer are not used */
	bool insecure;		     /* plain http may be used */
	int64_t timeout; /* ns for each request but those for blobs; 0: the ctx's deadline alone */
};

/* One repository of a registry under one login. It lives in mem, and makes no request yet. */
struct registry;
struct registry *registry_open(arena *mem, struct registries *rs,
			       const struct registry_settings *s);

struct registry_request {
	const char *method;
	const char *path;   /* "/v2/org/app/manifests/1.0", percent-encoded, with its query */
	const char *accept; /* NULL: none */
	size_t max;	    /* bytes of the answer */
	int64_t timeout;    /* ns; 0: the settings' */
	/* bytes of a 2xx answer as they come, on the loop's thread; restart: the request is made again from its beginning */
	err *(*on_body)(void *arg, arena *mem, str bytes);
	err *(*restart)(void *arg, arena *mem);
	void *arg;
};

/* Makes a request: 2xx only. Failures that pass (408, 429, 499, 500, 502, 503, 504, 522, a lost connection) are tried three times. Redirects are
 * followed (GET, five at most), to another host without credentials, never from https to http or to an address of a network that
 * the registry is not in. ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_BUSY, ERR_FAILED for what the registry says, texts as
 * go-containerregistry has them. *ret_url (may be NULL): where the answer came from. */
err *registry_do(ctx *c, struct registry *r, const struct registry_request *q,
		 struct http_answer **ret_answer, const char **ret_url);

/* After ERR_BUSY: how long the registry asked to be left alone, ns; 0: it did not say. At most an hour. */
int64_t registry_retry_after(const struct registry *r);

/* "https://ghcr.io", once a request was made. */
const char *registry_base(const struct registry *r);

#endif
