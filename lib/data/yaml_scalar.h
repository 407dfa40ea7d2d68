/*
 * yaml_scalar: what a plain scalar stands for, by the rules of go-yaml v2 (YAML 1.1 with some of
 * 1.2). Part of yaml.
 */
#ifndef SLUICE_YAML_SCALAR_H
#define SLUICE_YAML_SCALAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum yaml_scalar_kind {
	YAML_SCALAR_NULL,
	YAML_SCALAR_BOOL,
	YAML_SCALAR_INT,
	YAML_SCALAR_FLOAT,
	YAML_SCALAR_TIME, /* a date or a time; its value is the text */
	YAML_SCALAR_TEXT,
};

struct yaml_scalar {
	enum yaml_scalar_kind kind;
	bool b;
	int64_t i;
	bool wide; /* an int past INT64_MAX: f has it */
	double f;
};

/* mem is for scratch only. times: may it be a date (a plain scalar may, unless its tag says other)? */
struct yaml_scalar yaml_scalar_of(arena *mem, str text, bool times);

/* Is it a number of base 60 in YAML 1.1 (12:30:45)? Read as a text, but quoted when printed. */
bool yaml_scalar_is_base60(str text);

#endif
