/*
 * regex_prog: a regular expression as a program for the matcher.
 */
#ifndef SLUICE_REGEX_PROG_H
#define SLUICE_REGEX_PROG_H

#include "base/regex_parse.h"

#define REGEX_MAX_PROG 100000 /* instructions: x{1000} of a long x is "expression too large" */

enum regex_code {
	CODE_MATCH,
	CODE_RUNE,
	CODE_SET,
	CODE_ANY,
	CODE_ANY_IN_LINE,
	CODE_SPLIT, /* tries next, then other */
	CODE_SAVE,  /* arg: the slot */
	CODE_CHECK, /* arg: enum regex_op of the assertion */
	CODE_JUMP,
};

struct regex_inst {
	enum regex_code code;
	uint32_t next, other;
	uint32_t arg; /* code point, slot or assertion */
	const struct regex_set *set;
};

struct regex_prog {
	struct regex_inst *p;
	size_t n, cap;
	uint32_t start;
};

/* The program of a tree; group 0 is saved too. ERR_INVALID when it would be too long. */
err *regex_prog_make(arena *mem, const struct regex_tree *tree, str pattern,
		     struct regex_prog *ret_prog);

#endif
