/*
 * pkey: private keys: making them, and their PEM forms as Go writes them. Any thread.
 */
#ifndef SLUICE_PKEY_H
#define SLUICE_PKEY_H

#include "base/err.h"
#include "base/str.h"

enum pkey_kind { PKEY_RSA_2048, PKEY_RSA_4096, PKEY_DSA_2048, PKEY_P256, PKEY_ED25519 };

/* A key of OpenSSL's, given back when its arena closes. */
struct pkey;

/* A new key. RSA takes a tenth of a second to seconds, DSA more. */
err *pkey_make(arena *mem, enum pkey_kind kind, struct pkey **ret_key);

/* The first key of a PEM text; "PRIVATE KEY" (PKCS#8), "RSA …", "EC …" or "DSA PRIVATE KEY".
 * ERR_INVALID: no PEM data in input, … */
err *pkey_read(arena *mem, str pem, struct pkey **ret_key);

/* "RSA PRIVATE KEY" (PKCS#1), "EC PRIVATE KEY", "DSA PRIVATE KEY"; PKCS#8 for Ed25519. */
err *pkey_pem(arena *mem, const struct pkey *key, char **ret_pem);

/* OpenSSL's key (EVP_PKEY), for the other modules of this folder. */
void *pkey_handle(const struct pkey *key);

#endif
