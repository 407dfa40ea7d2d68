/*
 * tmpl_lex: the tokens of a template, as Go's text/template/parse cuts them.
 */
#ifndef SLUICE_TMPL_LEX_H
#define SLUICE_TMPL_LEX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

enum tmpl_token_kind {
	TOKEN_ERROR, /* the text is the message */
	TOKEN_BOOL,
	TOKEN_CHAR, /* a character on its own, as the comma */
	TOKEN_CHAR_CONSTANT,
	TOKEN_COMPLEX,
	TOKEN_ASSIGN,
	TOKEN_DECLARE,
	TOKEN_EOF,
	TOKEN_FIELD,
	TOKEN_IDENTIFIER,
	TOKEN_LEFT_DELIM,
	TOKEN_LEFT_PAREN,
	TOKEN_NUMBER,
	TOKEN_PIPE,
	TOKEN_RAW_STRING,
	TOKEN_RIGHT_DELIM,
	TOKEN_RIGHT_PAREN,
	TOKEN_SPACE,
	TOKEN_STRING,
	TOKEN_TEXT,
	TOKEN_VARIABLE,
	TOKEN_KEYWORD, /* only a border: what follows are keywords */
	TOKEN_BLOCK,
	TOKEN_BREAK,
	TOKEN_CONTINUE,
	TOKEN_DOT,
	TOKEN_DEFINE,
	TOKEN_ELSE,
	TOKEN_END,
	TOKEN_IF,
	TOKEN_NIL,
	TOKEN_RANGE,
	TOKEN_TEMPLATE,
	TOKEN_WITH,
};

struct tmpl_token {
	enum tmpl_token_kind kind;
	uint32_t pos; /* in the input, from where errors count the lines */
	str text;
};

struct tmpl_lexer {
	arena *mem; /* for messages */
	str input;
	size_t pos, start;
	int parens;
	bool inside; /* an action */
	bool failed;
	struct tmpl_token token;
};

/* A lexer at the front of the input, which it does not copy. */
struct tmpl_lexer tmpl_lex_open(arena *mem, str input);

/* Where the first left delimiter stands in a text, -1 for none. */
ptrdiff_t tmpl_lex_action(str s);

/* The next token; after TOKEN_EOF or TOKEN_ERROR only TOKEN_EOF comes. */
void tmpl_lex_next(struct tmpl_lexer *l, struct tmpl_token *ret);

/* A lexer with tokens read ahead. */
struct tmpl_tokens {
	struct tmpl_lexer lexer;
	struct tmpl_token token[3]; /* [0]: the newest */
	int ahead;		    /* of them, those that come again */
};

/* Gives back the token that was read last. */
static inline void tmpl_tokens_back(struct tmpl_tokens *t)
{
	t->ahead++;
}

/* The next token; the next that is no space. All of these are valid until another one is read. */
static inline const struct tmpl_token *tmpl_tokens_next(struct tmpl_tokens *t)
{
	if (t->ahead > 0)
		t->ahead--;
	else
		tmpl_lex_next(&t->lexer, &t->token[0]);
	return &t->token[t->ahead];
}

static inline const struct tmpl_token *tmpl_tokens_word(struct tmpl_tokens *t)
{
	const struct tmpl_token *token;
	do
		token = tmpl_tokens_next(t);
	while (token->kind == TOKEN_SPACE);
	return token;
}

/* The token that tmpl_tokens_next, or tmpl_tokens_word, gives; the latter passes spaces over. */
static inline const struct tmpl_token *tmpl_tokens_peek(struct tmpl_tokens *t)
{
	const struct tmpl_token *token = tmpl_tokens_next(t);
	tmpl_tokens_back(t);
	return token;
}

static inline const struct tmpl_token *tmpl_tokens_peek_word(struct tmpl_tokens *t)
{
	const struct tmpl_token *token = tmpl_tokens_word(t);
	tmpl_tokens_back(t);
	return token;
}

/* Puts first, and a space unless NULL, before the token that was read last. */
void tmpl_tokens_unread(struct tmpl_tokens *t, struct tmpl_token first,
			const struct tmpl_token *space);

/* Does an operand begin with such a token? */
bool tmpl_token_is_operand(enum tmpl_token_kind kind);

/* The token as messages show it: EOF, <if>, "text" (cut after ten characters). */
char *tmpl_token_text(arena *mem, struct tmpl_token t);

#endif
