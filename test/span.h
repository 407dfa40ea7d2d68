/*
 * span: what tests need that call what may block: a ctx for a while, the loop on a thread of its own, errs that must not
 * be, and the API double's own address. For one test program each; what it does not use costs nothing.
 */
#ifndef TEST_SPAN_H
#define TEST_SPAN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "data/json.h"
#include "net/http.h"

struct span {
	arena *mem;
	ctx c;
};

/* Calls in it give up after so many seconds. span_end closes its arena. */
static inline ctx *span_begin(struct span *f, loop *l, int seconds)
{
	f->mem = arena_open();
	ctx_init(&f->c, f->mem, l, clock_now() + seconds * CLOCK_SECOND);
	return &f->c;
}

static inline void span_end(struct span *f)
{
	ctx_done(&f->c);
	arena_close(f->mem);
}

/* Fails the test with the text of an err. */
static inline void must(err *e)
{
	if (!e)
		return;
	arena *mem = arena_open();
	print_error("%s\n", err_text(mem, e));
	arena_close(mem);
	fail();
}

/* For pthread_create. */
static inline void *span_run_loop(void *l)
{
	loop_run(l);
	return NULL;
}

/* A value from JSON, formatted. */
static inline val *span_json(arena *mem, const char *fmt, ...)
{
	va_list ap;
	val *v;
	va_start(ap, fmt);
	char *text = arena_vprintf(mem, fmt, ap);
	va_end(ap);
	must(json_parse(mem, str_of(text), &v));
	return v;
}

/* Asks or tells the API double of a port; NULL but for the answer to a GET. */
static inline val *span_fake(ctx *c, struct http *plain, int port, const char *method,
			     const char *what, const char *body)
{
	struct http_answer *a;
	val *v = NULL;
	struct http_request q = {
		.method = method,
		.url = arena_printf(c->mem, "http://127.0.0.1:%d/fake/%s", port, what),
		.body = str_of(body),
	};
	must(http_do(c, plain, &q, &a));
	assert_int_equal(a->status, 200);
	if (a->body.n && !strcmp(method, "GET"))
		must(json_parse(c->mem, a->body, &v));
	return v;
}

#endif
