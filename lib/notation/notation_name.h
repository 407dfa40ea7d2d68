/*
 * notation_name: distinguished names as trust policies have them (RFC 4514): no step of several parts, no part twice, and a
 * country, a state and an organization at least. Pure.
 */
#ifndef SLUICE_NOTATION_NAME_H
#define SLUICE_NOTATION_NAME_H

#include "base/err.h"
#include "crypt/x509.h"

#define NOTATION_NAME_MAX 4096 /* bytes */

/* The parts of "C=US, ST=WA, O=example.com"; S stands for ST. ERR_INVALID: distinguished name (DN) … */
err *notation_name_read(arena *mem, str text, struct x509_parts *ret_parts);

/* The parts of a certificate's subject, under the same rules. */
err *notation_name_of(arena *mem, const struct x509 *cert, struct x509_parts *ret_parts);

/* Has all every part of some? */
bool notation_name_within(const struct x509_parts *some, const struct x509_parts *all);

#endif
