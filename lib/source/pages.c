#include "source/pages.h"

#include <string.h>

#include "base/str.h"

/* before: a token that was there earlier, the last whose number is a power of two, so that a round of any length is seen (Brent). */
struct pages {
	char now[PAGES_TOKEN_MAX + 1], before[PAGES_TOKEN_MAX + 1];
	size_t n, mark, most;
};

struct pages *pages_begin(arena *mem, size_t most)
{
	struct pages *p = NEW(mem, struct pages);
	p->mark = 1;
	p->most = most;
	return p;
}

const char *pages_token(const struct pages *p)
{
	return p->now;
}

err *pages_go_on(arena *mem, struct pages *p, const char *token)
{
	size_t n = strlen(token);
	if (n > PAGES_TOKEN_MAX)
		return err_new(mem, ERR_LIMIT,
			       "the listing does not go on: where its next page is takes more "
			       "than %zu bytes to say",
			       PAGES_TOKEN_MAX);
	if (++p->n == p->most)
		return err_new(mem, ERR_LIMIT, "the listing does not end: it has %zu pages",
			       p->most);
	if (p->n > p->mark) {
		memcpy(p->before, p->now, sizeof(p->now));
		p->mark *= 2;
	}
	memcpy(p->now, token, n + 1);
	if (p->n > 1 && text_eq(p->now, p->before))
		return err_new(mem, ERR_INVALID,
			       "the listing does not end: it comes back to a page that was read "
			       "before");
	return NULL;
}

err *pages_walk(ctx *c, size_t most, const char *first,
		err *(*page)(void *arg, ctx *c, const char *token, const char **ret_next),
		void *arg)
{
	arena *mem = c->mem;
	struct pages *pages = pages_begin(mem, most);
	err *e = pages_go_on(mem, pages, first);
	for (bool more = true; more && !e;) {
		const char *next = NULL;
		c->mem = arena_open();
		e = page(arg, c, pages_token(pages), &next);
		more = next != NULL;
		if (!e && more)
			e = pages_go_on(mem, pages, next);
		if (e)
			e = err_copy(mem, e);
		arena_close(c->mem);
		c->mem = mem;
	}
	return e;
}
