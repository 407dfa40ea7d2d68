/*
 * sct: signed certificate timestamps (RFC 6962): that a log has seen a certificate, as the certificate itself tells in an
 * extension. Any thread.
 */
#ifndef SLUICE_SCT_H
#define SLUICE_SCT_H

#include "crypt/x509.h"

#define SCT_MAX 32 /* timestamps of one certificate that are looked at */

/* A log that is believed. */
struct sct_log {
	str id; /* SHA-256 of its key */
	const struct pubkey *key;
	int64_t from, till; /* when its key was in use, both included, seconds since 1970 */
};

/* Is there a timestamp by one of the logs, over cert as the issuer signed it? ERR_NOT_FOUND: the certificate has none; ERR_INVALID:
 * none by a known log, or one that is not right. */
err *sct_check(arena *mem, const struct x509 *cert, const struct x509 *issuer,
	       const struct sct_log *logs, size_t n_logs);

#endif
