/*
 * x509_code: the rules for a whole chain of certificates that sign artifacts, from the signer's to the root's, as
 * the Notary Project has them. Any thread.
 */
#ifndef SLUICE_X509_CODE_H
#define SLUICE_X509_CODE_H

#include "crypt/x509.h"

/* Is each made by the next, the last by itself, the first for signatures alone, and are all others authorities? When they are valid does
 * not count here. ERR_INVALID names the certificate. */
err *x509_code_check(arena *mem, const struct x509_list *chain);

#endif
