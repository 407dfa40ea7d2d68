/*
 * helm_format: the "format" keyword of JSON Schema. Private to helm/.
 */
#ifndef SLUICE_HELM_FORMAT_H
#define SLUICE_HELM_FORMAT_H

#include "base/str.h"

/* Why text is not of that format, NULL when it is, or when the format is unknown. */
const char *format_fault(arena *mem, const char *format, str text);

#endif
