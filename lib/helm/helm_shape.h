/*
 * helm_shape: does a value fit a struct of Go's? With the words of sigs.k8s.io/yaml's Unmarshal for the first place where
 * it does not: in the order of the keys' bytes, texts also from numbers and bools. Private to helm/.
 */
#ifndef SLUICE_HELM_SHAPE_H
#define SLUICE_HELM_SHAPE_H

#include "base/err.h"
#include "data/val.h"

enum shape_kind {
	SHAPE_TEXT,
	SHAPE_BOOL,
	SHAPE_TEXTS,	/* []string */
	SHAPE_TEXT_MAP, /* map[string]string */
	SHAPE_VALUES,	/* []interface {} */
	SHAPE_STRUCT,
	SHAPE_STRUCTS, /* a slice of pointers to one */
	SHAPE_RECORDS, /* a slice of them */
};

struct shape_struct;

struct shape_field {
	const char *key; /* NULL ends the list */
	enum shape_kind kind;
	const struct shape_struct *of; /* of the last three */
};

struct shape_struct {
	const char *name; /* "Metadata"; "" for one without a name */
	const char *type; /* "v2.Metadata" */
	const struct shape_field *fields;
};

/* ERR_INVALID: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal … NULL and null fit. */
err *shape_check(arena *mem, const struct shape_struct *s, const val *v);

/* The first key, in the order of keys, that a strict reader would not know; NULL without one. v fits. */
const char *shape_unknown(arena *mem, const struct shape_struct *s, const val *v);

/* The value of a field as encoding/json finds it: keys that differ from it in case only count as well, and of several the
 * last one by bytes that is not null. */
val *shape_field(const val *map, const char *key);

/* A scalar as the text that it prints as; "" for null; NULL for a list or map. */
const char *shape_text(arena *mem, const val *v);

#endif
