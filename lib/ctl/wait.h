/*
 * wait: a parked reconcile: what it waits for, until when, and what it needs to go on. It holds no
 * worker. A stage on a worker opens it, starts whatever will settle it on the loop, and hands it to the
 * frame (stage_park); the frame keeps it until it is settled, its time is up, or a newer revision, a
 * change of the object or a request supersedes it. In the first two cases the pass goes on at the stage
 * that parked, with reconcile.resumed set; in the last a new pass begins at the top, and the wait is dropped,
 * or given to the kind's call_off first.
 *
 *	worker: w = stage_wait(r, deadline, resume);       owned by the frame from here on
 *		watch = health_watch(…, wait_settle, w);   posts its watches to the loop
 *		wait_attach(w, watch, health_watch_close); closed on the loop before w goes
 *		return stage_park(r);
 *	loop:	wait_settle(w, verdict);                   once; early (before the park) counts too
 *	worker: r->resumed: wait_verdict(), wait_timed_out(), wait_resume()
 */
#ifndef SLUICE_WAIT_H
#define SLUICE_WAIT_H

#include "data/val.h"

struct wait;

/* deadline on clock_now, 0: none. resume is copied: what the later stages need again. Any thread.
 */
struct wait *wait_open(int64_t deadline, const val *resume);

/* Things that go with w, last in first out, on the loop; after close(thing) no wait_settle may
 * come. Any thread before the park, the loop afterwards. */
void wait_attach(struct wait *w, void *thing, void (*close)(void *));

/* What was waited for is settled; verdict (may be NULL) is copied for the pass that goes on. The
 * loop's. Later calls change nothing. */
void wait_settle(struct wait *w, const val *verdict);

/* For the pass that goes on; they belong to w, which lives until that pass is over. */
const val *wait_resume(const struct wait *w);
const val *wait_verdict(const struct wait *w); /* NULL when timed out or none was given */
bool wait_timed_out(const struct wait *w);
int64_t wait_began(const struct wait *w); /* clock_now when it was opened */

/* The frame's, on the loop: calls fn(arg) once when it is or was settled; says that the time is up,
 * or that it does not matter any more; ends it. */
void wait_on_settled(struct wait *w, void (*fn)(void *), void *arg);
void wait_expire(struct wait *w);
void wait_call_off(struct wait *w); /* the pass does not go on */
bool wait_called_off(const struct wait *w);
void wait_mark(struct wait *w, size_t stage, int64_t generation); /* where and for what it parked */
size_t wait_stage(const struct wait *w);
int64_t wait_generation(const struct wait *w);
int64_t wait_deadline(const struct wait *w);
bool wait_settled(struct wait *w);
void wait_close(struct wait *w);

#endif
