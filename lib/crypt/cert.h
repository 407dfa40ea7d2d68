/*
 * cert: X.509 certificates for servers and their authorities, as sprig's gen… functions make them.
 * Any thread.
 */
#ifndef SLUICE_CERT_H
#define SLUICE_CERT_H

#include <stdbool.h>

#include "crypt/pkey.h"

struct cert_request {
	const char *cn; /* the only part of the subject */
	const char *const *ips;
	size_t ip_n;
	const char *const *dns;
	size_t dns_n;
	int64_t not_before; /* seconds since 1970 */
	int64_t seconds;    /* of validity; may be negative */
	bool authority;
};

/* A certificate for key in PEM, signed by the signer's key and named after the signer's certificate
 * (PEM), or by itself when both are NULL. Version 3, a random serial number of 128 bits, SHA-256.
 * ERR_INVALID for an address that is none, a signer's key of another certificate. */
err *cert_make(arena *mem, const struct cert_request *request, const struct pkey *key,
	       const char *signer_pem, const struct pkey *signer_key, char **ret_pem);

/* Is the text a certificate in PEM? ERR_INVALID: unable to decode certificate. */
err *cert_check(arena *mem, str pem);

/* Are the two texts in PEM a certificate and a private key? ERR_INVALID, with the text of Go's
 * tls.X509KeyPair where a text holds no PEM at all. */
err *cert_check_pair(arena *mem, str cert, str key);

/* Adds the certificates of a text in PEM to those that a TLS context (an SSL_CTX) trusts; what is none is passed
 * over. */
void cert_trust(void *context, str pem);

#endif
