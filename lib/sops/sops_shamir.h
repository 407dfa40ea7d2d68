/*
 * sops_shamir: a data key out of its parts (Shamir's scheme over GF(256), as HashiCorp's Vault cuts
 * them). A part of sops.
 */
#ifndef SLUICE_SOPS_SHAMIR_H
#define SLUICE_SOPS_SHAMIR_H

#include "base/err.h"
#include "base/str.h"

/* The secret; each part is as long as it and one byte more. Too few parts give a wrong one. ERR_INVALID
 * for less than two parts, unequal lengths, the same part twice. */
err *sops_shamir_combine(arena *mem, const str *parts, size_t n, str *ret_secret);

#endif
