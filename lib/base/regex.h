/*
 * regex: regular expressions with the syntax, the meaning (leftmost-first) and the error texts of Go's
 * regexp, which is RE2's. Matching is a walk of a nondeterministic automaton: its time is at most
 * proportional to the length of the text times that of the expression, whatever both are. PCRE2 can
 * only bound the time by failing on matches that exist, so the engine is our own.
 *
 * A compiled regex is never changed; any number of threads may use it. Texts need not be UTF-8: a
 * byte that is none matches as U+FFFD.
 */
#ifndef SLUICE_REGEX_H
#define SLUICE_REGEX_H

#include "base/err.h"
#include "base/str.h"

struct regex;

/* Where a group matched, in bytes; -1 where it took no part. */
struct regex_span {
	ptrdiff_t from, to;
};

/* ERR_INVALID with Go's text ("error parsing regexp: missing closing ): `(`"); ceilings: 64 KiB of
 * pattern, 1000 repetitions, 100000 instructions (times groups 4 million), 512k ranges of Unicode
 * classes. The pattern is copied. */
err *regex_compile(arena *mem, str pattern, struct regex **ret_re);

/* The pattern; the groups with the whole as number 0; a group's name, NULL for none. */
str regex_pattern(const struct regex *re);
size_t regex_groups(const struct regex *re);
const char *regex_group_name(const struct regex *re, size_t group);

/* The most steps that a byte of text costs for a single match. */
size_t regex_cost(const struct regex *re);

/* Is there a match anywhere? scratch is used for the time of the call. */
bool regex_match(arena *scratch, const struct regex *re, str text);

/* Does the expression match the whole text, as with ^(?:…)$ around it? */
bool regex_match_whole(arena *scratch, const struct regex *re, str text);

/* The leftmost match from the byte from on (what stands before it counts for ^ and \b); spans has
 * room for regex_groups. */
bool regex_find(arena *scratch, const struct regex *re, str text, size_t from,
		struct regex_span *spans);

/* What finding all matches may take: looking for each is linear, but each may look to the end of the
 * text. over: it was not enough; what was found is of no use. */
struct regex_budget {
	uint64_t steps; /* a byte of text costs at most regex_cost of them */
	uint64_t bytes; /* of memory for what is found or made */
	bool over;
};

/* At most limit matches (below 0: all) one behind the other, regex_groups spans each, in mem.
 * Here and below the budget is what is left; NULL: no bound. */
size_t regex_find_all(arena *mem, const struct regex *re, str text, int64_t limit,
		      struct regex_budget *budget, struct regex_span **ret_spans);

/* All matches replaced; $1, ${name} and $$ of the replacement mean what Go's Expand says, unless
 * literal. */
str regex_replace(arena *mem, const struct regex *re, str text, str with, bool literal,
		  struct regex_budget *budget);

/* The text between matches, as Go's Split: at most limit parts, below 0 all, 0 none. */
size_t regex_split(arena *mem, const struct regex *re, str text, int64_t limit,
		   struct regex_budget *budget, str **ret_parts);

/* The text with a backslash before what has a meaning in an expression. */
char *regex_quote(arena *mem, str text);

/* Does r belong to the Unicode class ("Lu", "P", "Greek")? False for an unknown class. */
bool regex_in_class(const char *class, uint32_t r);

#endif
