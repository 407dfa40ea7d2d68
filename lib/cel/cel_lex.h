/*
 * cel_lex: the tokens of a CEL expression. What no token begins with is noted as a fault, in the
 * words of ANTLR, and passed over.
 */
#ifndef SLUICE_CEL_LEX_H
#define SLUICE_CEL_LEX_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

#define CEL_MAX_CHARACTERS 100000 /* of an expression, as the reference has it */

/* In the order in which messages name them. */
enum cel_token_kind {
	CEL_END,
	CEL_T_EQUALS,
	CEL_T_NOT_EQUALS,
	CEL_T_IN,
	CEL_T_LESS,
	CEL_T_LESS_EQUALS,
	CEL_T_GREATER_EQUALS,
	CEL_T_GREATER,
	CEL_T_AND,
	CEL_T_OR,
	CEL_T_BRACKET,
	CEL_T_BRACKET_END,
	CEL_T_BRACE,
	CEL_T_BRACE_END,
	CEL_T_PAREN,
	CEL_T_PAREN_END,
	CEL_T_DOT,
	CEL_T_COMMA,
	CEL_T_MINUS,
	CEL_T_NOT,
	CEL_T_QUESTION,
	CEL_T_COLON,
	CEL_T_PLUS,
	CEL_T_STAR,
	CEL_T_SLASH,
	CEL_T_PERCENT,
	CEL_T_TRUE,
	CEL_T_FALSE,
	CEL_T_NULL,
	CEL_T_FLOAT,
	CEL_T_INT,
	CEL_T_UINT,
	CEL_T_STRING,
	CEL_T_BYTES,
	CEL_T_IDENT,
	CEL_T_ESCAPED, /* `a-b` */
};

struct cel_token {
	enum cel_token_kind kind;
	int32_t from, to; /* in characters */
	str text;
};

#define CEL_NO_PLACE -1	 /* shown in front of the text */
#define CEL_NO_SOURCE -2 /* shown without the text */

/* A fault and where it is. */
struct cel_fault {
	int32_t offset;
	const char *text;
};

/* Characters that are in no token. */
struct cel_garbage {
	int32_t from, to;
};

struct cel_source {
	str text;
	const int32_t *bytes;	      /* where each character begins, and the end */
	int32_t n;		      /* characters */
	VEC(struct cel_token) tokens; /* the last is CEL_END */
	VEC(struct cel_garbage) garbage;
	VEC(struct cel_fault) faults;
};

/* Cuts the text, which has to live as long; ERR_LIMIT for one that is too long. */
err *cel_lex(arena *mem, str text, struct cel_source *ret_source);

/* The characters [from, to) of the source. */
str cel_part(const struct cel_source *s, int32_t from, int32_t to);

/* Notes a fault at a place. */
void cel_fault_add(arena *mem, struct cel_source *s, int32_t offset, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* All faults in the order of their places, each with its line and a mark below it:
 * "ERROR: <input>:1:3: …\n | 1 + \n | ..^". */
char *cel_faults_text(arena *mem, const struct cel_source *s);

#endif
