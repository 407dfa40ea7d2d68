#include "rt/crew.h"

#include <pthread.h>

#define STACK_BYTES ((size_t)2 << 20)

struct crew;

struct hand {
	struct crew *crew;
	pthread_t thread;
	ctx ctx;
	int number;
};

struct crew {
	ctx *owner;
	crew_work *work;
	void *arg;
	size_t n;
	pthread_mutex_t lock;
	size_t next, failed_at; /* under lock, as the rest */
	err *failed;		/* in mem */
	arena *mem;		/* for that alone */
	int busy;		/* threads */
	struct parked over;	/* no thread is at work any more */
	struct hand hands[CREW_MAX];
	int n_threads;
};

/* The next item; false when there is none for anybody. */
static bool take(struct crew *w, size_t *ret_i)
{
	pthread_mutex_lock(&w->lock);
	bool more = !w->failed && w->next < w->n;
	if (more)
		*ret_i = w->next++;
	pthread_mutex_unlock(&w->lock);
	return more;
}

/* One that was called off because of another says nothing. */
static void fail(struct crew *w, size_t i, const err *e)
{
	pthread_mutex_lock(&w->lock);
	bool first = !w->failed;
	if (first || (i < w->failed_at && e->code != ERR_CANCELED)) {
		w->failed = err_copy(w->mem, e);
		w->failed_at = i;
	}
	pthread_mutex_unlock(&w->lock);
	for (int t = 0; first && t < w->n_threads; t++)
		ctx_cancel(&w->hands[t].ctx, "another part of the work failed");
}

static void do_items(struct crew *w, ctx *c, int hand)
{
	arena *mem = c->mem;
	size_t i;
	while (take(w, &i)) {
		c->mem = arena_open();
		err *e = w->work(c, w->arg, hand, i);
		if (e)
			fail(w, i, e);
		arena_close(c->mem);
	}
	c->mem = mem;
}

static void *thread_main(void *arg)
{
	struct hand *h = arg;
	struct crew *w = h->crew;
	do_items(w, &h->ctx, h->number);
	pthread_mutex_lock(&w->lock);
	bool last = --w->busy == 0;
	pthread_mutex_unlock(&w->lock);
	if (last)
		ctx_unpark(&w->over);
	return NULL;
}

/* As many further threads as the system gives. Nobody looks at n_threads before all are there: the lock is held. */
static void start(struct crew *w, int threads)
{
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_mutex_lock(&w->lock);
	for (int i = 0; i < threads; i++) {
		struct hand *h = &w->hands[w->n_threads];
		h->crew = w;
		h->number = i + 1;
		ctx_init(&h->ctx, w->mem, w->owner->loop, w->owner->deadline);
		if (pthread_create(&h->thread, &attr, thread_main, h)) {
			ctx_done(&h->ctx);
			break;
		}
		w->n_threads++;
		w->busy++;
	}
	pthread_mutex_unlock(&w->lock);
	pthread_attr_destroy(&attr);
}

/* Waits for the threads; calls them off when the caller is called off. Deadlines they have themselves. */
static void end(struct crew *w)
{
	if (!w->n_threads)
		return;
	err *e = ctx_park(&w->over);
	for (int t = 0; e && e->code == ERR_CANCELED && t < w->n_threads; t++)
		ctx_cancel(&w->hands[t].ctx, w->owner->reason);
	if (e)
		ctx_park_still(&w->over);
	for (int t = 0; t < w->n_threads; t++) {
		pthread_join(w->hands[t].thread, NULL);
		ctx_done(&w->hands[t].ctx);
	}
}

err *crew_run(ctx *c, int hands, size_t n, crew_work *work, void *arg)
{
	struct crew *w = NEW(c->mem, struct crew);
	*w = (struct crew){.owner = c, .work = work, .arg = arg, .n = n, .over = {.ctx = c}};
	int most = hands < CREW_MAX ? hands : CREW_MAX;
	if ((size_t)most > n)
		most = (int)n;
	w->mem = arena_open();
	pthread_mutex_init(&w->lock, NULL);
	start(w, most - 1);
	do_items(w, c, 0);
	end(w);
	err *failed = w->failed ? err_copy(c->mem, w->failed) : ctx_check(c);
	pthread_mutex_destroy(&w->lock);
	arena_close(w->mem);
	return failed;
}
