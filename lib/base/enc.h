/*
 * enc: bytes as text: base64 (standard and URL alphabet), hexadecimal, percent encoding.
 */
#ifndef SLUICE_ENC_H
#define SLUICE_ENC_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* Standard alphabet with padding; the URL alphabet without. */
char *enc_base64(arena *mem, str bytes);
char *enc_base64_url(arena *mem, str bytes);

/* Either alphabet, padding optional, CR and LF passed over. False for anything else. */
bool enc_unbase64(arena *mem, str text, str *ret_bytes);

/* Two lower-case digits a byte; reading takes either case, false for anything else. */
char *enc_hex(arena *mem, str bytes);
bool enc_unhex(arena *mem, str text, str *ret_bytes);

/* Everything but letters, digits and "-._~" as %XX, for a path element or a query value. */
char *enc_percent(arena *mem, str text);

/* The same of each element of a path; its slashes stay. */
char *enc_percent_path(arena *mem, const char *path);

/* Is it well-formed UTF-8 (no surrogates, no overlong forms)? */
bool enc_is_utf8(str text);

#endif
