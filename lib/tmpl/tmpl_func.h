/*
 * tmpl_func: how a function of the template language is written. Each file of functions has one
 * table, an array of struct tmpl_func that ends with a NULL name; tmpl_table.c lists the tables.
 *
 *	static err *text_trunc(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
 *	const struct tmpl_func tmpl_text_funcs[] = {
 *		{"trunc", "is>s", text_trunc},
 *		{0},
 *	};
 *
 * The engine has counted and checked the arguments by the signature before it calls, with the
 * texts of Go's text/template; a function need not look at types that its signature fixes.
 *
 * A signature is one letter a parameter, a '*' behind the last for "any number of these" (none
 * too), then '>' and the letter of the result:
 *	s string   i int   I int64   f float64   b bool   l []interface {}   S []string
 *	m map[string]interface {}   t time.Time   c sprig.certificate   d time.Duration
 *	a interface {}: anything; nothing comes as TV_NIL, never as TV_NONE
 *	v any value as it is, TV_NONE and slots included (only for the built-in functions)
 *	M map[string]string   L [][]interface {}   V *semver.Version   u uint64   B []byte (results)
 *	o *time.Location   U uint32 (as TV_UINT64)   W io.Writer (nothing is one)
 * A signature "!text" is that of a method which Go has but whose results a template can't take; the
 * text is the error.
 * For m, l, S a nil comes as that type with a NULL pointer. A named map (.Values) is passed as m.
 *
 * A function returns NULL and sets *ret, or an err whose text is what Go's error or panic says; the
 * engine puts the place and "error calling NAME: " before it. What it makes lies in c->mem.
 */
#ifndef SLUICE_TMPL_FUNC_H
#define SLUICE_TMPL_FUNC_H

#include "base/buf.h"
#include "base/err.h"
#include "tmpl/tmpl_value.h"

struct tmpl_options;

struct tmpl_call {
	arena *mem;
	const char *name; /* the function, as the template wrote it */
	const struct tmpl_options *options;
	struct tmpl_run *run;	      /* the engine's own; NULL in tests of a function alone */
	const struct tmpl_node *node; /* the command that calls */
};

typedef err *tmpl_fn(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret);

struct tmpl_func {
	const char *name;
	const char *params;
	tmpl_fn *fn; /* NULL for and, or, which the engine evaluates itself */
};

/* A method of a built-in object: args[0] is the object, the signature covers what follows it. */
struct tmpl_method {
	enum tv_type type;
	struct tmpl_func func;
};

/* Must be asked before bytes of memory are taken whose number the template chose (repeat, until,
 * indent, printf's widths, …): ERR_LIMIT when the run would exceed its memory or time. */
err *tmpl_charge(struct tmpl_call *c, uint64_t bytes);

/* The same for time alone: so many steps, each about what a node of a template takes. */
err *tmpl_spend(struct tmpl_call *c, uint64_t steps);

/* reflect.DeepEqual. */
err *tmpl_equal(struct tmpl_call *c, struct tv a, struct tv b, bool *ret);

/* Go's error and panic texts that many functions share. */
err *tmpl_panic(arena *mem, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
err *tmpl_panic_nil(arena *mem); /* runtime error: invalid memory address or nil pointer … */

/* A result in c->mem: a copied text; a formatted text; the text of a buf. */
struct tv tmpl_text_of(struct tmpl_call *c, str text);
struct tv tmpl_textf(struct tmpl_call *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
struct tv tmpl_buf_text(buf *b);

#endif
