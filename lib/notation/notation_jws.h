/*
 * notation_jws: envelopes of the media type application/jose+json: JWS in its flattened JSON form. Pure.
 */
#ifndef SLUICE_NOTATION_JWS_H
#define SLUICE_NOTATION_JWS_H

#include "notation/notation_envelope.h"

/* Reads one; the signature is not checked yet. ERR_INVALID, ERR_UNSUPPORTED. */
err *notation_jws_read(arena *mem, str bytes, struct notation_envelope *e);

#endif
