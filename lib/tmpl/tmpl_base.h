/*
 * tmpl_base: base64 and base32 by the rules of Go's packages: sprig gives the text of a decoding error
 * as the result.
 */
#ifndef SLUICE_TMPL_BASE_H
#define SLUICE_TMPL_BASE_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_base_funcs[];

/* base64.StdEncoding.DecodeString. ERR_INVALID: illegal base64 data at input byte 4 */
err *tmpl_base64_decode(arena *mem, str text, str *ret_bytes);

#endif
