/*
 * stamp: timestamps by an authority (RFC 3161): that some bytes existed at a time. Any thread.
 */
#ifndef SLUICE_STAMP_H
#define SLUICE_STAMP_H

#include "crypt/x509.h"

#define STAMP_MAX_BYTES (64 << 10) /* of one timestamp */

/* Is the timestamp (a response, or the token alone, in DER) one of these bytes, by a certificate for timestamps that leads over the
 * token's and the others to a root, all valid at its time? ret_at: that time, seconds since 1970. ERR_INVALID, ERR_LIMIT. */
err *stamp_check(arena *mem, str stamp, str bytes, const struct x509_list *others,
		 const struct x509_list *roots, int64_t *ret_at);

#endif
