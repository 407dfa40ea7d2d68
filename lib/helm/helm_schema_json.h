/*
 * helm_schema_json: what a schema sees in a value: JSON's types, for which 1 and 1.0 are the same. Private to helm/.
 */
#ifndef SLUICE_HELM_SCHEMA_JSON_H
#define SLUICE_HELM_SCHEMA_JSON_H

#include "data/val.h"

/* An int or a float? */
bool json_is_number(const val *v);

/* Equal as JSON: 1 is 1.0. */
bool json_same(const val *a, const val *b);

/* "null", "boolean", "number", "string", "array" or "object"; static. */
const char *json_type(const val *v);

/* Is it of that type? "integer" is a whole number. */
bool json_is_type(const val *v, const char *type);

/* 'x', 5, true as messages have a value; NULL for a list or map. */
const char *json_shown(arena *mem, const val *v);

#endif
