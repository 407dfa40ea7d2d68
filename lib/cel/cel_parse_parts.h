/*
 * cel_parse_parts: what the files of the parser share.
 */
#ifndef SLUICE_CEL_PARSE_PARTS_H
#define SLUICE_CEL_PARSE_PARTS_H

#include "cel/cel_macro.h"
#include "cel/cel_stream.h"

#define B CEL_BIT
#define END CEL_MAY_END

/* What a primary, a term and so any expression begin with; what may follow. */
#define PRIMARIES                                                                                  \
	(B(CEL_T_BRACKET) | B(CEL_T_BRACE) | B(CEL_T_PAREN) | B(CEL_T_DOT) | B(CEL_T_MINUS) |      \
	 B(CEL_T_TRUE) | B(CEL_T_FALSE) | B(CEL_T_NULL) | B(CEL_T_FLOAT) | B(CEL_T_INT) |          \
	 B(CEL_T_UINT) | B(CEL_T_STRING) | B(CEL_T_BYTES) | B(CEL_T_IDENT))
#define EXPRS (PRIMARIES | B(CEL_T_NOT))
#define OPT_EXPRS (EXPRS | B(CEL_T_QUESTION))
#define NAMES (B(CEL_T_IDENT) | B(CEL_T_ESCAPED))
#define OPT_NAMES (NAMES | B(CEL_T_QUESTION))
#define RELATIONS                                                                                  \
	(B(CEL_T_EQUALS) | B(CEL_T_NOT_EQUALS) | B(CEL_T_IN) | B(CEL_T_LESS) |                     \
	 B(CEL_T_LESS_EQUALS) | B(CEL_T_GREATER) | B(CEL_T_GREATER_EQUALS))
#define FACTORS (B(CEL_T_STAR) | B(CEL_T_SLASH) | B(CEL_T_PERCENT))
#define SUMS (B(CEL_T_PLUS) | B(CEL_T_MINUS))
#define MEMBERS (B(CEL_T_DOT) | B(CEL_T_BRACKET))

/* Places where a step can fail. */
enum site {
	AT_END = 1,
	AT_COLON,
	AT_UNARY,
	AT_MINUS,
	AT_PRIMARY,
	AT_NESTED_END,
	AT_LIST,
	AT_LIST_COMMA,
	AT_LIST_END,
	AT_MAP,
	AT_MAP_COMMA,
	AT_MAP_END,
	AT_MAP_COLON,
	AT_ARGS,
	AT_ARGS_END,
	AT_MEMBER_ARGS,
	AT_MEMBER_ARGS_END,
	AT_INDEX,
	AT_INDEX_END,
	AT_DOT,
	AT_NAME,
	AT_OPT_EXPR,
	AT_FIELDS,
	AT_FIELDS_COMMA,
	AT_FIELDS_END,
	AT_FIELD,
	AT_FIELD_COLON,
};

struct cel_parser {
	struct cel_stream s;
	struct cel_maker m;
};

/* Nodes, or tokens, in a row. */
struct cel_nodes {
	cel_node **p;
	size_t n, cap;
	bool *optional; /* NULL: none of them */
};

/* An expression; a member: a primary with its selects, calls and indexes. */
cel_node *cel_parse_expr(struct cel_parser *p, uint64_t follow);
cel_node *cel_parse_member(struct cel_parser *p, uint64_t follow);

/* The kind of the next token, where it is, and a node for what is not there. */
enum cel_token_kind cel_parse_next(const struct cel_parser *p);
int32_t cel_parse_place(const struct cel_parser *p);
cel_node *cel_parse_nothing(struct cel_parser *p);

/* A call of an operator; b and c may be NULL. */
cel_node *cel_parse_call(struct cel_parser *p, const char *name, int32_t offset, int id,
			 cel_node *a, cel_node *b, cel_node *c);

/* Adds a node behind the others. */
void cel_nodes_add(struct cel_parser *p, struct cel_nodes *all, cel_node *n, bool optional);

#endif
