/*
 * tmpl_verb: how Go's fmt prints one number or text under one verb with its flags, width and precision.
 */
#ifndef SLUICE_TMPL_VERB_H
#define SLUICE_TMPL_VERB_H

#include "tmpl/tmpl_func.h"

struct printer {
	struct tmpl_call *c;
	buf *b;
	err *failure; /* the first; nothing more is printed */
	bool minus, plus, sharp, space, zero, plus_v, sharp_v;
	bool has_width, has_precision;
	int width, precision;
	bool reordered, good_index, erroring;
	struct tv arg; /* what a bad verb names */
};

/* Each prints v to p->b; false, and nothing printed, for a verb that its kind does not have. */
bool tmpl_verb_int(struct printer *p, struct tv v, bool is_signed, uint32_t verb);
bool tmpl_verb_float(struct printer *p, double f, uint32_t verb);
bool tmpl_verb_complex(struct printer *p, const double *complex, uint32_t verb);
bool tmpl_verb_text(struct printer *p, str s, uint32_t verb);

/* Can the text stand in back quotes as it is? */
bool tmpl_can_backquote(str s);

/* The text with its padding; the text cut to the precision. */
void tmpl_verb_pad(struct printer *p, str s);
str tmpl_verb_cut(const struct printer *p, str s);

#endif
