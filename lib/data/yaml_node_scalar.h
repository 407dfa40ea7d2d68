/*
 * yaml_node_scalar: what a plain scalar means. A part of yaml_node, and for who decodes nodes by
 * himself. The rules are go-yaml v3's (YAML 1.2 with the integers of 1.1) and, for what must be
 * quoted in print, go-yaml v2's.
 */
#ifndef SLUICE_YAML_NODE_SCALAR_H
#define SLUICE_YAML_NODE_SCALAR_H

#include "base/arena.h"
#include "base/str.h"

struct yaml_scalar {
	const char *tag; /* a YT_ constant; YT_STR when it is just text */
	enum { YS_TEXT, YS_NULL, YS_BOOL, YS_INT, YS_UINT, YS_FLOAT, YS_TIME } kind;
	union {
		bool b;
		int64_t i;
		uint64_t u; /* above INT64_MAX */
		double f;
	};
};

/* What an untagged plain scalar is. */
struct yaml_scalar yaml_scalar_of(str text);

/* The number that a text of digits, with sign, base prefix and underscores, stands for; YS_TEXT
 * when it is none. */
struct yaml_scalar yaml_scalar_number(str text);

/* A finite float as go-yaml prints it: Go's shortest form, with an exponent below -4 or from 6 on. */
const char *yaml_scalar_float_text(arena *mem, double f);

/* A timestamp in the form that encoding/json gives to it; NULL when the text is none. */
char *yaml_scalar_time(arena *mem, str text);

/* The constant equal to the tag, long ("tag:yaml.org,2002:int") or short, or a short copy. */
const char *yaml_scalar_tag(arena *mem, str tag);

/* Whether YAML 1.1 as go-yaml v2 reads it makes something else of the text, so that it is quoted; on
 * request also when it looks like a number in base 60, which is quoted but read as a text. */
bool yaml_scalar_is_special(str text, bool with_base_60);

#endif
