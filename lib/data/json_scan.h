/*
 * json_scan: where the first JSON value of a text ends, or why there is none, in the words of Go's
 * encoding/json. Nothing is built; a reader whose error texts people match uses it before json_parse.
 */
#ifndef SLUICE_JSON_SCAN_H
#define SLUICE_JSON_SCAN_H

#include "base/err.h"
#include "base/str.h"

/* *ret_used counts the bytes of the first value, blanks before it included; in failure those before the byte that is wrong, or
 * all. ERR_INVALID: "unexpected
 * EOF" (or "EOF" for a text of blanks), "invalid character 'x' looking for beginning of value", …,
 * "exceeded max depth" beyond 10000. */
err *json_scan(arena *mem, str text, size_t *ret_used);

#endif
