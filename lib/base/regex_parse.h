/*
 * regex_parse: the syntax tree of a regular expression, by the grammar of Go's regexp/syntax (RE2 with
 * the Perl extensions that can be matched in linear time), with its error texts.
 */
#ifndef SLUICE_REGEX_PARSE_H
#define SLUICE_REGEX_PARSE_H

#include "base/err.h"
#include "base/regex_set.h"
#include "base/vec.h"

#define REGEX_MAX_PATTERN ((size_t)64 << 10) /* bytes */
#define REGEX_MAX_REPEAT 1000		     /* also the product of nested repetitions */
#define REGEX_MAX_HEIGHT 1000		     /* of the tree */

enum regex_op {
	RE_EMPTY,
	RE_RUNE,
	RE_SET,
	RE_ANY,		/* any code point */
	RE_ANY_IN_LINE, /* any but LF */
	RE_CAT,
	RE_ALT,
	RE_STAR,
	RE_PLUS,
	RE_QUEST,
	RE_REPEAT,
	RE_CAPTURE,
	RE_BEGIN_LINE,
	RE_END_LINE,
	RE_BEGIN_TEXT,
	RE_END_TEXT,
	RE_WORD,
	RE_NOT_WORD,
};

struct regex_node {
	enum regex_op op;
	bool lazy;    /* of a repetition */
	int min, max; /* RE_REPEAT; max -1: no end. RE_CAPTURE: min is its number */
	int height;
	uint32_t rune;
	struct regex_set *set;
	struct regex_node **subs;
	size_t sub_n;
};

struct regex_tree {
	struct regex_node *root;
	VEC(const char *) names; /* of the groups; NULL for none; [0] is the whole */
};

/* ERR_INVALID: "error parsing regexp: missing closing ): `(`"; also for what is too large. */
err *regex_parse(arena *mem, str pattern, struct regex_tree *ret_tree);

#endif
