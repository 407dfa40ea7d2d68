#include "ctl/wait.h"

#include <pthread.h>

#include "base/clock.h"

struct attached {
	struct attached *next;
	void *thing;
	void (*close)(void *);
};

struct wait {
	pthread_mutex_t lock; /* the worker may still attach things while the loop settles */
	arena *mem;	      /* its own */
	int64_t began, deadline, generation;
	size_t stage;
	const val *resume, *verdict;
	struct attached *attached;
	bool settled, expired, off;
	void (*on_settled)(void *); /* the loop's */
	void *on_settled_arg;
};

bool wait_settled(struct wait *w)
{
	pthread_mutex_lock(&w->lock);
	bool settled = w->settled;
	pthread_mutex_unlock(&w->lock);
	return settled;
}

struct wait *wait_open(int64_t deadline, const val *resume)
{
	arena *mem = arena_open();
	struct wait *w = NEW(mem, struct wait);
	w->mem = mem;
	pthread_mutex_init(&w->lock, NULL);
	w->began = clock_now();
	w->deadline = deadline;
	w->resume = val_copy(mem, resume);
	return w;
}

void wait_attach(struct wait *w, void *thing, void (*close)(void *))
{
	pthread_mutex_lock(&w->lock);
	struct attached *a = NEW(w->mem, struct attached);
	*a = (struct attached){w->attached, thing, close};
	w->attached = a;
	pthread_mutex_unlock(&w->lock);
}

void wait_settle(struct wait *w, const val *verdict)
{
	pthread_mutex_lock(&w->lock);
	bool first = !w->settled && !w->expired;
	if (first) {
		w->settled = true;
		w->verdict = val_copy(w->mem, verdict);
	}
	pthread_mutex_unlock(&w->lock);
	if (first && w->on_settled)
		w->on_settled(w->on_settled_arg);
}

void wait_on_settled(struct wait *w, void (*fn)(void *), void *arg)
{
	w->on_settled = fn;
	w->on_settled_arg = arg;
	if (wait_settled(w) && fn)
		fn(arg);
}

void wait_expire(struct wait *w)
{
	pthread_mutex_lock(&w->lock);
	w->expired = !w->settled;
	pthread_mutex_unlock(&w->lock);
}

void wait_call_off(struct wait *w)
{
	w->off = true;
}

bool wait_called_off(const struct wait *w)
{
	return w->off;
}

const val *wait_resume(const struct wait *w)
{
	return w->resume;
}

const val *wait_verdict(const struct wait *w)
{
	return w->verdict;
}

bool wait_timed_out(const struct wait *w)
{
	return w->expired;
}

int64_t wait_began(const struct wait *w)
{
	return w->began;
}

void wait_mark(struct wait *w, size_t stage, int64_t generation)
{
	w->stage = stage;
	w->generation = generation;
}

size_t wait_stage(const struct wait *w)
{
	return w->stage;
}

int64_t wait_generation(const struct wait *w)
{
	return w->generation;
}

int64_t wait_deadline(const struct wait *w)
{
	return w->deadline;
}

void wait_close(struct wait *w)
{
	if (!w)
		return;
	/* the things may still call wait_settle until they are closed */
	w->on_settled = NULL;
	for (struct attached *a = w->attached; a; a = a->next)
		a->close(a->thing);
	pthread_mutex_destroy(&w->lock);
	arena_close(w->mem);
}
