#include "rt/loop.h"

#include <pthread.h>
#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"

#define LAG_EVERY_MS 1000u

struct post {
	struct post *next;
	void (*fn)(void *);
	void *arg;
};

struct loop {
	uv_loop_t uv;
	uv_async_t wake;
	uv_timer_t lag_timer;
	int64_t lag_due;
	void (*on_lag)(void *, int64_t);
	void *on_lag_arg;
	pthread_mutex_t lock;
	struct post *first, **last; /* under lock */
	bool stopping;		    /* under lock */
};

struct timer {
	uv_timer_t uv;
	void (*fn)(void *);
	void *arg;
};

struct fd_watch {
	uv_poll_t uv;
	void (*fn)(void *, bool, bool);
	void *arg;
};

struct signal_watch {
	uv_signal_t uv;
	void (*fn)(void *);
	void *arg;
};

/* Handles outlive every arena: libuv frees them in a callback after their owner is gone. */
static void *handle_memory(size_t n)
{
	void *p = calloc(1, n);
	if (!p)
		abort();
	return p;
}

static void free_handle(uv_handle_t *h)
{
	free(h);
}

static void run_posts(uv_async_t *wake)
{
	loop *l = wake->data;
	pthread_mutex_lock(&l->lock);
	struct post *p = l->first;
	l->first = NULL;
	l->last = &l->first;
	bool stopping = l->stopping;
	l->stopping = false;
	pthread_mutex_unlock(&l->lock);
	while (p) {
		struct post *next = p->next;
		p->fn(p->arg);
		free(p);
		p = next;
	}
	if (stopping)
		uv_stop(&l->uv);
}

err *loop_open(arena *mem, loop **ret_loop)
{
	loop *l = handle_memory(sizeof(*l));
	int rc = uv_loop_init(&l->uv);
	if (!rc)
		rc = uv_async_init(&l->uv, &l->wake, run_posts);
	if (rc) {
		free(l);
		return err_new(mem, ERR_IO, "starting the event loop: %s", uv_strerror(rc));
	}
	l->wake.data = l;
	l->last = &l->first;
	uv_timer_init(&l->uv, &l->lag_timer);
	pthread_mutex_init(&l->lock, NULL);
	*ret_loop = l;
	return NULL;
}

static void close_handle(uv_handle_t *h, void *arg)
{
	loop *l = arg;
	if (uv_is_closing(h))
		return;
	bool own = h == (uv_handle_t *)&l->wake || h == (uv_handle_t *)&l->lag_timer;
	uv_close(h, own ? NULL : free_handle);
}

void loop_close(loop *l)
{
	if (!l)
		return;
	run_posts(&l->wake);
	uv_walk(&l->uv, close_handle, l);
	/* a stop asked for meanwhile ends the first run before the handles are gone */
	while (uv_run(&l->uv, UV_RUN_DEFAULT))
		;
	uv_loop_close(&l->uv);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

void loop_run(loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_stop(loop *l)
{
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	pthread_mutex_unlock(&l->lock);
	uv_async_send(&l->wake);
}

void loop_post(loop *l, void (*fn)(void *), void *arg)
{
	struct post *p = handle_memory(sizeof(*p));
	*p = (struct post){NULL, fn, arg};
	pthread_mutex_lock(&l->lock);
	*l->last = p;
	l->last = &p->next;
	pthread_mutex_unlock(&l->lock);
	uv_async_send(&l->wake);
}

static void fire(uv_timer_t *uv)
{
	struct timer *t = uv->data;
	t->fn(t->arg);
}

struct timer *timer_open(loop *l, void (*fn)(void *), void *arg)
{
	struct timer *t = handle_memory(sizeof(*t));
	uv_timer_init(&l->uv, &t->uv);
	t->uv.data = t;
	t->fn = fn;
	t->arg = arg;
	return t;
}

void timer_set(struct timer *t, int64_t after_ns)
{
	uint64_t ms = after_ns <= 0 ? 0 : (uint64_t)((after_ns + CLOCK_MS - 1) / CLOCK_MS);
	/* libuv's idea of now is as old as this turn of the loop */
	uv_update_time(t->uv.loop);
	uv_timer_start(&t->uv, fire, ms, 0);
}

void timer_stop(struct timer *t)
{
	uv_timer_stop(&t->uv);
}

void timer_close(struct timer *t)
{
	if (t)
		uv_close((uv_handle_t *)&t->uv, free_handle);
}

static void fd_ready(uv_poll_t *uv, int status, int events)
{
	struct fd_watch *w = uv->data;
	if (status < 0)
		w->fn(w->arg, true, true);
	else
		w->fn(w->arg, events & (UV_READABLE | UV_DISCONNECT), events & UV_WRITABLE);
}

struct fd_watch *fd_watch_open(loop *l, int fd, void (*fn)(void *, bool, bool), void *arg)
{
	struct fd_watch *w = handle_memory(sizeof(*w));
	if (uv_poll_init(&l->uv, &w->uv, fd) != 0)
		abort(); /* only for what is no descriptor of a socket */
	w->uv.data = w;
	w->fn = fn;
	w->arg = arg;
	return w;
}

void fd_watch_set(struct fd_watch *w, bool read, bool write)
{
	int events = (read ? UV_READABLE : 0) | (write ? UV_WRITABLE : 0);
	if (events)
		uv_poll_start(&w->uv, events, fd_ready);
	else
		uv_poll_stop(&w->uv);
}

void fd_watch_close(struct fd_watch *w)
{
	if (w)
		uv_close((uv_handle_t *)&w->uv, free_handle);
}

static void signal_arrived(uv_signal_t *uv, int number)
{
	(void)number;
	struct signal_watch *w = uv->data;
	w->fn(w->arg);
}

void loop_on_signal(loop *l, int number, void (*fn)(void *), void *arg)
{
	struct signal_watch *w = handle_memory(sizeof(*w));
	uv_signal_init(&l->uv, &w->uv);
	w->uv.data = w;
	w->fn = fn;
	w->arg = arg;
	uv_signal_start(&w->uv, signal_arrived, number);
	uv_unref((uv_handle_t *)&w->uv);
}

static void lag_tick(uv_timer_t *uv)
{
	loop *l = uv->data;
	int64_t now = clock_now();
	l->on_lag(l->on_lag_arg, now > l->lag_due ? now - l->lag_due : 0);
	l->lag_due = now + LAG_EVERY_MS * CLOCK_MS;
	uv_update_time(&l->uv);
	uv_timer_start(&l->lag_timer, lag_tick, LAG_EVERY_MS, 0);
}

void loop_on_lag(loop *l, void (*fn)(void *, int64_t), void *arg)
{
	l->on_lag = fn;
	l->on_lag_arg = arg;
	l->lag_timer.data = l;
	l->lag_due = clock_now() + LAG_EVERY_MS * CLOCK_MS;
	uv_timer_start(&l->lag_timer, lag_tick, LAG_EVERY_MS, 0);
	uv_unref((uv_handle_t *)&l->lag_timer);
}
