/*
 * notation_cose: envelopes of the media type application/cose: COSE_Sign1 (RFC 9052). Pure.
 */
#ifndef SLUICE_NOTATION_COSE_H
#define SLUICE_NOTATION_COSE_H

#include "notation/notation_envelope.h"

/* Reads one; the signature is not checked yet. ERR_INVALID, ERR_LIMIT, ERR_UNSUPPORTED. */
err *notation_cose_read(arena *mem, str bytes, struct notation_envelope *e);

#endif
