/*
 * flags: command lines read by a table, with the rules and the error texts of Go's pflag, which helm's users know: long
 * and short flags, values behind = or in the next argument, -abc for several switches, -- for the end, words in between.
 */
#ifndef SLUICE_FLAGS_H
#define SLUICE_FLAGS_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

enum flag_kind {
	FLAG_TEXT,     /* const char *: the last one counts */
	FLAG_OPTIONAL, /* the same; alone it stands for the row's `bare` */
	FLAG_SWITCH,   /* bool; also --x=false */
	FLAG_LIST,     /* flag_texts: several in one, by commas as in a CSV file */
	FLAG_TEXTS,    /* flag_texts: each as it is */
	FLAG_PAIRS,    /* as FLAG_LIST; each is key=value */
	FLAG_DURATION, /* checked and dropped, as the next two */
	FLAG_INT,
	FLAG_FLOAT,
	FLAG_COLOR, /* never, auto or always */
};

typedef VEC(const char *) flag_texts;

#define FLAG_NOWHERE SIZE_MAX /* at: taken, checked and without an effect */

struct flag {
	const char *name; /* without dashes; NULL ends the table */
	char letter;	  /* 0: none */
	enum flag_kind kind;
	size_t at;	  /* where in the request it goes */
	const char *bare; /* of FLAG_OPTIONAL: its value without one */
	const char *
		deprecated; /* what to do instead; printed on standard error when all flags are read; NULL: nothing */
};

/* Reads argv[1..] into the request, whose lists grow in mem; the words go to *ret_words. ERR_INVALID: "unknown flag: --x"
 * and the like. */
err *flags_read(arena *mem, const struct flag *table, void *request, int argc, char **argv,
		flag_texts *ret_words);

/* ERR_INVALID when flags were given of which only one may be; names in the table's order, NULL behind the last. */
err *flags_exclusive(arena *mem, const char *const *names, const bool *given);

/* ERR_INVALID in pflag's form: invalid argument "x" for "-f, --flag" flag: why. */
err *flags_wrong(arena *mem, const struct flag *f, const char *value, const char *why);

#endif
