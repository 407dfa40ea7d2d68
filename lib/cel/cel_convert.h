/*
 * cel_convert: conversions between the types of CEL, bool(x) to uint(x).
 */
#ifndef SLUICE_CEL_CONVERT_H
#define SLUICE_CEL_CONVERT_H

#include "cel/cel_arith.h"

cel_fn cel_to_bool, cel_to_bytes, cel_to_double, cel_to_duration, cel_to_int, cel_to_string;
cel_fn cel_to_timestamp, cel_to_uint;
cel_fn cel_to_type; /* type(x) */
cel_fn cel_same;    /* dyn(x): x */

/* Doubles and spans of time as string() writes them. */
char *cel_double_text(arena *mem, double d);
char *cel_seconds_text(arena *mem, int64_t ns);

#endif
