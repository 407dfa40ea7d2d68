/*
 * json: JSON texts to vals and back. The only door to jansson.
 */
#ifndef SLUICE_JSON_H
#define SLUICE_JSON_H

#include "base/buf.h"
#include "base/err.h"
#include "data/val.h"

#define JSON_MAX_BYTES ((size_t)64 << 20) /* a text that is longer is refused: ERR_LIMIT */

/* Reads one value of any kind; depth is limited to 2048. A number without fraction or exponent is
 * an int if it fits, a float otherwise. Of equal keys the last counts. ERR_INVALID names line and
 * column. */
err *json_parse(arena *mem, str text, val **ret_v);

enum json_flags {
	JSON_PLAIN = 0,
	JSON_SORTED = 1, /* keys by bytes, as Go prints a map */
	JSON_HTML = 2,	 /* <, >, & and U+2028, U+2029 as \u escapes, as Go's Marshal does */
	JSON_PRETTY = 4, /* two spaces a level, as Go's MarshalIndent */
};

/* What Go's encoding/json calls a value in its complaints: null, bool, number, string, array, object. */
const char *json_go_kind(const val *v);

/* Prints as Go's encoding/json does: no blanks, floats in Go's form, broken UTF-8 as \ufffd. */
void json_print(buf *b, const val *v, enum json_flags flags);

/* The same as a text. */
char *json_text(arena *mem, const val *v, enum json_flags flags);

#endif
