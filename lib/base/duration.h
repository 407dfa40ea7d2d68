/*
 * duration: spans of time as Go writes them ("1h30m", "750ms", "10m0s"), in nanoseconds. The rules
 * and error texts are those of Go's time.ParseDuration and Duration.String.
 */
#ifndef SLUICE_DURATION_H
#define SLUICE_DURATION_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* Parses; ERR_INVALID with Go's text: time: invalid duration "x". */
err *duration_parse(arena *mem, str text, int64_t *ret_ns);

/* Go's canonical text: 0s, 1.5s, 10m0s, 1h0m0s. */
char *duration_text(arena *mem, int64_t ns);

/* The nearest multiple of unit, halves away from zero, as Go's Duration.Round. */
int64_t duration_round(int64_t ns, int64_t unit);

#endif
