/*
 * pages: where a listing is that comes in pages: the token that the next one is asked for by. Tokens are foreign: what is too
 * long, comes back or never ends is told.
 */
#ifndef SLUICE_PAGES_H
#define SLUICE_PAGES_H

#include "rt/ctx.h"

#define PAGES_TOKEN_MAX ((size_t)65535) /* bytes */

struct pages;

/* A listing of at most that many pages, before its first one; it lives in mem and takes no more memory later. */
struct pages *pages_begin(arena *mem, size_t most);

/* The listing goes on at a token. ERR_LIMIT for one that is too long, or a page too many; ERR_INVALID when it was there before: then
 * the listing goes round, which is seen within three rounds. */
err *pages_go_on(arena *mem, struct pages *p, const char *token);

/* The token that the page to come is asked for by; "" for the first. Until pages_go_on. */
const char *pages_token(const struct pages *p);

/* Reads page after page, at most so many, from the token first on. Each lives in an arena of its own, c->mem meanwhile, which
 * closes behind it: what is to stay page puts elsewhere. *ret_next: of the page behind; as it was, NULL: there is none. */
err *pages_walk(ctx *c, size_t most, const char *first,
		err *(*page)(void *arg, ctx *c, const char *token, const char **ret_next),
		void *arg);

#endif
