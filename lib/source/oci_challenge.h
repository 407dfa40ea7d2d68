/*
 * oci_challenge: how a registry wants to be logged in to: its WWW-Authenticate header (RFC 9110, 11),
 * and the answer of the token server it names (Docker's token specification). Pure.
 */
#ifndef SLUICE_OCI_CHALLENGE_H
#define SLUICE_OCI_CHALLENGE_H

#include "base/err.h"
#include "base/str.h"
#include "net/http.h"

#define OCI_CHALLENGES_MAX 8		       /* headers, challenges in them, parameters of each */
#define OCI_TOKEN_MAX_BYTES ((size_t)64 << 10) /* of a token server's answer */

enum oci_scheme { OCI_OPEN, OCI_BASIC, OCI_BEARER, OCI_OTHER };

struct oci_challenge {
	enum oci_scheme scheme;
	const char *realm, *service, *scope; /* of a bearer challenge; NULL: absent */
};

/* The first challenge in an answer's headers that can be met; OCI_OTHER when there is none. */
void oci_challenge_read(arena *mem, const struct http_header *headers,
			struct oci_challenge *ret_challenge);

/* May credentials be sent to a realm? It is named by the registry, and so may be on any host, but: only by https unless the
 * registry itself is talked to without TLS; never with a user in it; never at a private, loopback or link-local address unless the
 * registry is at the same host and port or at such an address itself. ERR_FORBIDDEN, ERR_INVALID. */
err *oci_challenge_check_realm(arena *mem, const char *realm, const char *registry, bool tls);

/* The URL to ask for a token at; scope may be several, parted by blanks. */
char *oci_challenge_token_url(arena *mem, const struct oci_challenge *ch, const char *scope);

struct oci_token {
	const char *token;
	int64_t lifetime; /* ns; a minute when the server doesn't say */
};

/* Reads a token server's answer. ERR_INVALID; its text never has the answer in it. */
err *oci_challenge_token(arena *mem, str body, struct oci_token *ret_token);

/* Is a host ("[::1]:5000", "10.0.0.1") an address of this machine, of a private network or link-local? */
bool oci_challenge_is_private(const char *host);

#endif
