#include "rt/ctx.h"

#include <errno.h>
#include <time.h>

#include "base/clock.h"

void ctx_init(ctx *c, arena *mem, loop *l, int64_t deadline)
{
	*c = (ctx){.mem = mem, .loop = l, .deadline = deadline};
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->wake, &attr);
	pthread_condattr_destroy(&attr);
}

void ctx_done(ctx *c)
{
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
}

void ctx_cancel(ctx *c, const char *reason)
{
	pthread_mutex_lock(&c->lock);
	if (!c->canceled) {
		c->canceled = true;
		c->reason = reason;
	}
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
}

static err *stopped(ctx *c)
{
	if (c->canceled)
		return err_new(c->mem, ERR_CANCELED, "%s", c->reason);
	if (c->deadline && clock_now() >= c->deadline)
		return err_new(c->mem, ERR_TIMEOUT, "context deadline exceeded");
	return NULL;
}

err *ctx_check(ctx *c)
{
	pthread_mutex_lock(&c->lock);
	err *e = stopped(c);
	pthread_mutex_unlock(&c->lock);
	return e;
}

/* Waits for a signal, at most until the time on clock_now (0: for ever). */
static void wait_until(ctx *c, int64_t when)
{
	if (!when) {
		pthread_cond_wait(&c->wake, &c->lock);
		return;
	}
	struct timespec t = {when / CLOCK_SECOND, when % CLOCK_SECOND};
	pthread_cond_timedwait(&c->wake, &c->lock, &t);
}

err *ctx_park(struct parked *p)
{
	ctx *c = p->ctx;
	err *e = NULL;
	pthread_mutex_lock(&c->lock);
	while (!p->done && !(e = stopped(c)))
		wait_until(c, c->deadline);
	if (p->done)
		e = NULL;
	pthread_mutex_unlock(&c->lock);
	return e;
}

void ctx_park_still(struct parked *p)
{
	pthread_mutex_lock(&p->ctx->lock);
	while (!p->done)
		wait_until(p->ctx, 0);
	pthread_mutex_unlock(&p->ctx->lock);
}

void ctx_unpark(struct parked *p)
{
	ctx *c = p->ctx;
	pthread_mutex_lock(&c->lock);
	p->done = true;
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
}

int64_t ctx_hurry(ctx *c, int64_t by)
{
	int64_t before = c->deadline;
	if (by && (!before || by < before))
		c->deadline = by;
	return before;
}

bool ctx_has_time(const ctx *c, int64_t ns)
{
	return !c->deadline || clock_now() + ns < c->deadline;
}

err *ctx_sleep(ctx *c, int64_t ns)
{
	int64_t until = clock_now() + ns;
	err *e;
	pthread_mutex_lock(&c->lock);
	while (!(e = stopped(c)) && clock_now() < until)
		wait_until(c, c->deadline && c->deadline < until ? c->deadline : until);
	pthread_mutex_unlock(&c->lock);
	return e;
}
