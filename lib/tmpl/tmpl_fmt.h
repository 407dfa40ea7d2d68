/*
 * tmpl_fmt: Go's package fmt for template values: Print, Println, Printf with all verbs, flags, widths,
 * argument indexes and error texts.
 */
#ifndef SLUICE_TMPL_FMT_H
#define SLUICE_TMPL_FMT_H

#include "tmpl/tmpl_func.h"

#define TMPL_MAX_NESTING TV_MAX_NESTING

/* fmt.Sprint, Sprintln, Sprintf, added to b. TV_NONE and TV_NIL are nil. ERR_LIMIT when the values
 * are nested too deeply or the run's memory does not suffice. */
err *tmpl_print(struct tmpl_call *c, buf *b, const struct tv *args, size_t n);
err *tmpl_println(struct tmpl_call *c, buf *b, const struct tv *args, size_t n);
err *tmpl_printf(struct tmpl_call *c, buf *b, str format, const struct tv *args, size_t n);

/* One value as %v prints it. */
err *tmpl_print_value(struct tmpl_call *c, buf *b, struct tv v);

/* sprig's string form: a text as it is, bytes as a text, else %v. */
err *tmpl_string_of(struct tmpl_call *c, struct tv v, str *ret);

/* What the value's String method gives; false: it has none. */
bool tmpl_stringer(arena *mem, struct tv v, str *ret);

#endif
