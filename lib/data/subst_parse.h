/*
 * subst_parse: a text with ${…} as a list of pieces. Part of subst.
 */
#ifndef SLUICE_SUBST_PARSE_H
#define SLUICE_SUBST_PARSE_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

struct subst_piece {
	bool variable; /* otherwise it is plain text */
	str text;      /* the plain text, or the variable's name */
	str op;	       /* the operator: "" ":-" "//" … */
	VEC(struct subst_piece *) args;
	struct subst_piece
		*next; /* what follows in the text, NULL at its end; unused in arguments */
};

/* Parses; *ret_first is NULL for an empty text. ERR_INVALID, ERR_LIMIT as subst_text. */
err *subst_parse(arena *mem, str text, struct subst_piece **ret_first);

#endif
