#include "cli/session.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"

struct session {
	ctx ctx;
	loop *loop;
	pthread_t thread;
};

static void *run_loop(void *arg)
{
	loop_run(((struct session *)arg)->loop);
	return NULL;
}

static void stop(void *arg)
{
	struct session *s = arg;
	loop_stop(s->loop);
	pthread_join(s->thread, NULL);
	loop_close(s->loop);
	ctx_done(&s->ctx);
}

err *session_open(arena *mem, int64_t timeout, struct session **ret_session)
{
	struct session *s = NEW(mem, struct session);
	TRY(loop_open(mem, &s->loop));
	ctx_init(&s->ctx, mem, s->loop, clock_now() + timeout);
	if (pthread_create(&s->thread, NULL, run_loop, s))
		abort();
	arena_defer(mem, stop, s);
	*ret_session = s;
	return NULL;
}

ctx *session_ctx(struct session *s)
{
	return &s->ctx;
}

loop *session_loop(struct session *s)
{
	return s->loop;
}
