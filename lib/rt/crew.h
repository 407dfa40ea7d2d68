/*
 * crew: items of one piece of work, done by several hands at the same time: the caller's thread, and plain threads that live as long as the
 * call. On workers.
 */
#ifndef SLUICE_CREW_H
#define SLUICE_CREW_H

#include <stddef.h>

#include "rt/ctx.h"

#define CREW_MAX 16

/* Does item i. c->mem is closed after it; hand, from 0, is the thread's number, for what each hand has of its own. */
typedef err *crew_work(ctx *c, void *arg, int hand, size_t i);

/* Does items 0 to n - 1, each once, begun in that order, with at most so many hands (1 to CREW_MAX; fewer when the system gives no threads).
 * The first failure lets no further item begin and calls off those that other threads are at; of several failures that of the lowest item
 * is returned. Ends early when c does. */
err *crew_run(ctx *c, int hands, size_t n, crew_work *work, void *arg);

#endif
