/*
 * tmpl_crypto: sprig's functions for digests, passwords, encryption and keys.
 */
#ifndef SLUICE_TMPL_CRYPTO_H
#define SLUICE_TMPL_CRYPTO_H

#include "crypt/pkey.h"
#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_crypto_funcs[];

/* A new key, paid for in steps of the run according to its cost. */
err *tmpl_make_key(struct tmpl_call *c, enum pkey_kind kind, struct pkey **ret);

#endif
