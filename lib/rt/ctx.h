/*
 * ctx: the frame of one piece of work on a worker: its arena, its deadline, and whether somebody
 * has called it off. Who takes a ctx may block and may be canceled.
 *
 * A worker waits for the loop by parking: it hands the loop a struct parked, and sleeps in ctx_park
 * until the loop calls ctx_unpark. What the loop writes before ctx_unpark the worker sees after.
 */
#ifndef SLUICE_CTX_H
#define SLUICE_CTX_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

typedef struct ctx ctx;
typedef struct loop loop;

struct ctx {
	arena *mem;
	loop *loop;	  /* NULL where no loop runs */
	int64_t deadline; /* on clock_now; 0: none */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool canceled;	    /* under lock */
	const char *reason; /* why, a static text */
};

/* Makes a ctx usable; mem is the caller's and outlives it. */
void ctx_init(ctx *c, arena *mem, loop *l, int64_t deadline);
void ctx_done(ctx *c);

/* Calls the work off, from any thread; reason is a static text. */
void ctx_cancel(ctx *c, const char *reason);

/* NULL while the work may go on; ERR_CANCELED or ERR_TIMEOUT otherwise. */
err *ctx_check(ctx *c);

struct parked {
	ctx *ctx;
	bool done; /* under ctx->lock */
};

/* Sleeps until the loop is done with p. Ends early with ERR_CANCELED or ERR_TIMEOUT, and then the
 * loop still has p: take it back from there, then call ctx_park_still. */
err *ctx_park(struct parked *p);

/* Sleeps until the loop is done with p, come what may. */
void ctx_park_still(struct parked *p);

/* The loop's part: wakes the worker. p may be gone when this returns. */
void ctx_unpark(struct parked *p);

/* Brings the deadline forward to that moment on clock_now; 0, or a later one, leaves it. The deadline that was, to be put
 * back. */
int64_t ctx_hurry(ctx *c, int64_t by);

/* Is there time for ns more? If not, a failure is better told now than tried again behind a sleep. */
bool ctx_has_time(const ctx *c, int64_t ns);

/* Sleeps for ns, or until called off. */
err *ctx_sleep(ctx *c, int64_t ns);

#endif
