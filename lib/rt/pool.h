/*
 * pool: plain threads that run work which ends. pool_run is the loop's; the work runs on a worker
 * with a ctx whose arena closes when the work and its done call are over.
 */
#ifndef SLUICE_POOL_H
#define SLUICE_POOL_H

#include "rt/ctx.h"
#include "rt/loop.h"

typedef struct pool pool;

/* workers threads with stacks of 2 MiB. The caller owes pool_close. */
err *pool_open(arena *mem, loop *l, int workers, pool **ret_pool);

/* Calls off what runs, drops what waits (its done is still called), joins the threads. On the
 * loop's thread, after loop_run has returned. */
void pool_close(pool *p);

/* Runs work(ctx, arg) on a worker, then done(arg) on the loop. Work waits in order while all
 * workers are busy. ctx has no deadline. Returns a handle that is good for pool_cancel until done
 * is called. */
struct pool_job *pool_run(pool *p, void (*work)(ctx *, void *), void (*done)(void *), void *arg);

/* Calls a job off: its ctx is canceled; one that still waits runs anyway and sees it at once. */
void pool_cancel(struct pool_job *job, const char *reason);

/* Jobs that wait or run; and calls all of them off (for a shutdown). */
int pool_busy(const pool *p);
void pool_cancel_all(pool *p, const char *reason);

#endif
