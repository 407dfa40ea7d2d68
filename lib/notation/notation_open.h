/*
 * notation_open: opens an envelope of a signature, JWS (application/jose+json) or COSE (application/cose): headers, chain of certificates
 * and signature are right. Whether the certificates are trusted is not asked here. Pure.
 */
#ifndef SLUICE_NOTATION_OPEN_H
#define SLUICE_NOTATION_OPEN_H

#include "notation/notation_envelope.h"

#define NOTATION_ENVELOPE_MAX ((size_t)4 << 20) /* bytes */

/* ERR_INVALID, ERR_LIMIT, ERR_UNSUPPORTED (another media type, a critical header that nobody here knows, a plugin). */
err *notation_open(arena *mem, const char *media_type, str bytes, struct notation_envelope *ret);

#endif
