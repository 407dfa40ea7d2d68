/*
 * yaml_plain: what a plain scalar stands for, by the rules of go-yaml v2 (YAML 1.1 with some of
 * 1.2). Part of yaml.
 */
#ifndef SLUICE_YAML_PLAIN_H
#define SLUICE_YAML_PLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum yaml_plain_kind {
	YAML_PLAIN_NULL,
	YAML_PLAIN_BOOL,
	YAML_PLAIN_INT,
	YAML_PLAIN_FLOAT,
	YAML_PLAIN_TIME, /* a date or a time; its value is the text */
	YAML_PLAIN_TEXT,
};

struct yaml_plain {
	enum yaml_plain_kind kind;
	bool b;
	int64_t i;
	bool wide; /* an int past INT64_MAX: f has it */
	double f;
};

/* mem is for scratch only. times: may it be a date (a plain scalar may, unless its tag says other)? */
struct yaml_plain yaml_plain_of(arena *mem, str text, bool times);

/* Is it a number of base 60 in YAML 1.1 (12:30:45)? Read as a text, but quoted when printed. */
bool yaml_plain_is_base60(str text);

#endif
