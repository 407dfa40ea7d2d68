/*
 * queue: keys that want work, on the loop. A key that is added many times is worked on once; a key
 * runs once at a time, and added while it runs it runs again afterwards; at most so many keys run
 * at once. Namespaces (what stands before the first '/' of a key) take turns. A key can be due later,
 * and backs off exponentially while its work fails. What waits for something outside is not here at
 * all: it is a key that is added again when that is settled.
 *
 * All calls are the loop's, except the work itself.
 */
#ifndef SLUICE_QUEUE_H
#define SLUICE_QUEUE_H

#include "rt/pool.h"

struct queue;

/* One run of a key. The job lives until done has returned. */
struct queue_job {
	const char *key;
	void *arg;     /* the settings' */
	void *result;  /* from start to work to done: theirs */
	int64_t began; /* clock_now when the work began */
	int failures;  /* runs that have failed one after the other before this one */
};

struct queue_settings {
	int workers;	     /* keys that run at once, at most */
	int64_t least_delay; /* the first back-off, ns; doubled with each failure … */
	int64_t most_delay;  /* … up to this */
	/* on the loop, before the work: the place to set job->result; may be NULL */
	void (*start)(struct queue_job *job);
	/* on a worker */
	void (*work)(ctx *c, struct queue_job *job);
	/* on the loop, when the work is over and before the key can run again: the place to call
	 * queue_add_after, queue_back_off, queue_forget */
	void (*done)(struct queue_job *job);
	/* how long a key waited for a worker, ns; may be NULL */
	void (*on_waited)(void *arg, int64_t ns);
	void *arg;
};

enum queue_flags {
	QUEUE_PLAIN = 0,
	QUEUE_URGENT = 1,    /* goes before what is not urgent: a user's request, a new revision */
	QUEUE_SUPERSEDE = 2, /* if the key runs, that run is called off and it runs again */
};

/* The pool is the caller's and outlives the queue. */
struct queue *queue_open(loop *l, pool *p, const struct queue_settings *s);

/* Lets another number of keys run at once; 0: keys only gather. */
void queue_set_workers(struct queue *q, int workers);

/* Ends the queue: nothing starts any more, delays are dropped. On the loop, or after it has run,
 * and after the pool has been closed (whose running jobs still call done). */
void queue_close(struct queue *q);

/* Nothing starts any more; what runs goes on. */
void queue_stop(struct queue *q);

/* Wants work for key now. */
void queue_add(struct queue *q, const char *key, int flags);

/* Wants work for key in ns; replaces a delay set before. A key that waits for a worker stays so. */
void queue_add_after(struct queue *q, const char *key, int64_t ns);

/* Wants work after the next back-off; returns the delay, ns. */
int64_t queue_back_off(struct queue *q, const char *key);

/* The key's failures are forgotten: the next back-off is the first. */
void queue_forget(struct queue *q, const char *key);

/* The key is gone: its delay and failures are dropped, and what waits for a worker too. */
void queue_drop(struct queue *q, const char *key);

/* Is the key running? */
bool queue_running(const struct queue *q, const char *key);

struct queue_stats {
	size_t depth;	/* wait for a worker */
	size_t delayed; /* wait for a time */
	size_t running;
	int64_t unfinished;	 /* ns, the sum over what runs */
	int64_t longest_running; /* ns */
	uint64_t adds, retries;	 /* since the start */
};
void queue_stats(const struct queue *q, struct queue_stats *ret_stats);

#endif
