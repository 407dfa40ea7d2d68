/*
 * sops_bech32: the encoding of age's keys (BIP 173, without its bound of 90 characters). A part of sops.
 */
#ifndef SLUICE_SOPS_BECH32_H
#define SLUICE_SOPS_BECH32_H

#include "base/err.h"
#include "base/str.h"

/* The part before the separator, in its own case, and the bytes behind it. ERR_INVALID with the
 * reason, which has nothing of the bytes. */
err *sops_bech32(arena *mem, str text, str *ret_type, str *ret_bytes);

#endif
