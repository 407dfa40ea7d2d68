/*
 * cel_stream: the tokens of an expression as its parser meets them, and what happens at one that does
 * not fit: the faults, and how the parser goes on, are those of ANTLR's default error strategy, from
 * which the reference parser gets its messages.
 *
 * A rule of the grammar is entered with the tokens that may follow it where it is used. Its function
 * stops after the first step that gives false and leaves the rule, which passes over tokens up to
 * one that somebody further out can go on with.
 */
#ifndef SLUICE_CEL_STREAM_H
#define SLUICE_CEL_STREAM_H

#include "cel/cel_lex.h"

#define CEL_MAX_DEPTH 250	/* of uses of one rule within each other */
#define CEL_MAX_FAULTS 100	/* of syntax that are told */
#define CEL_MAX_RECOVERIES 30	/* from a fault, then the parser gives up */
#define CEL_MAX_PASSED_OVER 512 /* tokens in one recovery */

/* Sets of tokens: a bit each, and one for "the rule may end here". */
#define CEL_BIT(kind) (UINT64_C(1) << (kind))
#define CEL_MAY_END (UINT64_C(1) << 63)

enum cel_rule {
	CEL_RULE_START,
	CEL_RULE_EXPR,
	CEL_RULE_OR,
	CEL_RULE_AND,
	CEL_RULE_RELATION,
	CEL_RULE_CALC,
	CEL_RULE_UNARY,
	CEL_RULE_MEMBER,
	CEL_RULE_PRIMARY,
	CEL_RULE_EXPR_LIST,
	CEL_RULE_LIST_INIT,
	CEL_RULE_MAP_INIT,
	CEL_RULE_FIELD_INIT,
	CEL_RULE_OPT_EXPR,
	CEL_RULE_OPT_FIELD,
	CEL_RULE_ESCAPED,
	CEL_RULES,
};

struct cel_frame {
	enum cel_rule rule;
	int depth; /* how deep its rule is here, with the rounds of its loop */
	uint64_t follow;
};

struct cel_stream {
	arena *mem;
	struct cel_source *source;
	size_t at;
	VEC(struct cel_frame) frames;
	VEC(struct cel_fault) faults; /* of syntax, those of the lexer first */
	int depth[CEL_RULES];
	size_t told;
	bool thrown;	 /* the rule that is running has failed */
	bool recovering; /* no fault is told until a token fits again */
	bool dead;	 /* a ceiling was met: all that comes is the end */
	int attempts;
	int site;	     /* where in the grammar the last step failed */
	ptrdiff_t last_at;   /* of the last recovery, -1: none since a token fitted */
	uint64_t last_sites; /* … and from where */
};

/* Over the tokens of source, whose faults it takes over. */
struct cel_stream cel_stream_of(arena *mem, struct cel_source *source);

/* The token k places ahead, 1 is the next one. */
const struct cel_token *cel_ahead(const struct cel_stream *s, size_t k);
bool cel_next_in(const struct cel_stream *s, size_t k, uint64_t set);
bool cel_next_is(const struct cel_stream *s, size_t k, enum cel_token_kind kind);

/* A rule begins; another round of its loop, where the grammar is left-recursive; it ends. */
void cel_enter(struct cel_stream *s, enum cel_rule rule, uint64_t follow);
void cel_round(struct cel_stream *s);
void cel_leave(struct cel_stream *s);

/* Takes the next token, which was looked at. */
void cel_take(struct cel_stream *s);

/* The next token has to be of this kind; after: what may come behind it. site is any number below 64
 * that tells the places of the grammar apart. False: the rule has failed. */
bool cel_match(struct cel_stream *s, enum cel_token_kind kind, uint64_t after, int site);

/* Before a choice: is the next token one that the grammar has here? If need be one is left out. */
bool cel_expect(struct cel_stream *s, uint64_t set, int site);

/* The same behind a round of a loop that has been run once. */
void cel_expect_round(struct cel_stream *s, uint64_t set);

/* Fails: no alternative goes on with the token k places ahead. */
void cel_no_way(struct cel_stream *s, size_t k, int site);

#endif
