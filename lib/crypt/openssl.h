/*
 * openssl: OpenSSL's functions under their own names, which load it when one of them is first called: a start without
 * it has 3 MB less and is done in two thirds of the time. Private to crypt/.
 */
#ifndef SLUICE_OPENSSL_H
#define SLUICE_OPENSSL_H

#include <stdbool.h>

/* Has anything called the functions for digests and ciphers so far? */
bool openssl_is_there(void);

#endif
