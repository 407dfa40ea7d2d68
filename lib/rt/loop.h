/*
 * loop: the one event loop: timers, sockets, signals and posted calls, all on one thread. The only
 * door to libuv, with the rest of rt/. Everything here is the loop thread's, except loop_post and
 * loop_stop, which any thread may call.
 */
#ifndef SLUICE_LOOP_H
#define SLUICE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

typedef struct loop loop;

/* A loop that does not run yet; the caller owes loop_close, after loop_run has returned. */
err *loop_open(arena *mem, loop **ret_loop);
void loop_close(loop *l);

/* Runs until loop_stop. */
void loop_run(loop *l);
void loop_stop(loop *l);

/* Calls fn(arg) on the loop soon, in the order of posting. What arg points to is the loop's from
 * now on. */
void loop_post(loop *l, void (*fn)(void *), void *arg);

/* A timer. Set again before it fires it fires once, at the newer time. Closed it never fires. */
struct timer *timer_open(loop *l, void (*fn)(void *), void *arg);
void timer_set(struct timer *t, int64_t after_ns);
void timer_stop(struct timer *t);
void timer_close(struct timer *t);

/* A socket that is watched: fn(arg, readable, writable). The descriptor stays its owner's, who
 * closes it after watch_fd_close. An error on it counts as readable and writable. */
struct fd_watch *fd_watch_open(loop *l, int fd, void (*fn)(void *, bool, bool), void *arg);
void fd_watch_set(struct fd_watch *w, bool read, bool write);
void fd_watch_close(struct fd_watch *w);

/* Calls fn(arg) on the loop when the signal arrives. */
void loop_on_signal(loop *l, int signal, void (*fn)(void *), void *arg);

/* How late timers and posts run: called on the loop with each delay seen, in ns; for a histogram.
 */
void loop_on_lag(loop *l, void (*fn)(void *, int64_t lag_ns), void *arg);

#endif
