#include "rt/pool.h"

#include <stdlib.h>

#define STACK_BYTES ((size_t)2 << 20)

struct pool_job {
	pool *pool;
	ctx ctx;
	arena *mem;
	void (*work)(ctx *, void *);
	void (*done)(void *);
	void *arg;
	struct pool_job *next_waiting;
	struct pool_job *next, **link; /* all jobs of the pool, the loop's */
};

struct pool {
	loop *loop;
	int workers;
	pthread_t *threads;
	struct pool_job *jobs; /* the loop's */
	int busy;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct pool_job *first, **last; /* waiting; under lock */
	bool closing;			/* under lock */
};

static void job_over(void *arg)
{
	struct pool_job *j = arg;
	pool *p = j->pool;
	*j->link = j->next;
	if (j->next)
		j->next->link = j->link;
	p->busy--;
	j->done(j->arg);
	ctx_done(&j->ctx);
	arena_close(j->mem);
}

static struct pool_job *take(pool *p)
{
	pthread_mutex_lock(&p->lock);
	while (!p->first && !p->closing)
		pthread_cond_wait(&p->wake, &p->lock);
	struct pool_job *j = p->first;
	if (j) {
		p->first = j->next_waiting;
		if (!p->first)
			p->last = &p->first;
	}
	pthread_mutex_unlock(&p->lock);
	return j;
}

static void *worker(void *arg)
{
	pool *p = arg;
	for (struct pool_job *j; (j = take(p));) {
		j->work(&j->ctx, j->arg);
		loop_post(p->loop, job_over, j);
	}
	return NULL;
}

err *pool_open(arena *mem, loop *l, int workers, pool **ret_pool)
{
	pool *p = NEW(mem, pool);
	p->loop = l;
	p->threads = NEW_N(mem, pthread_t, (size_t)workers);
	p->last = &p->first;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	int rc = 0;
	for (; p->workers < workers; p->workers++)
		if ((rc = pthread_create(&p->threads[p->workers], &attr, worker, p)))
			break;
	pthread_attr_destroy(&attr);
	if (rc) {
		pool_close(p);
		return err_errno(mem, rc, "starting worker %d", p->workers + 1);
	}
	*ret_pool = p;
	return NULL;
}

void pool_close(pool *p)
{
	if (!p)
		return;
	pool_cancel_all(p, "the program is ending");
	pthread_mutex_lock(&p->lock);
	p->closing = true;
	pthread_cond_broadcast(&p->wake);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < p->workers; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
}

struct pool_job *pool_run(pool *p, void (*work)(ctx *, void *), void (*done)(void *), void *arg)
{
	arena *mem = arena_open();
	struct pool_job *j = NEW(mem, struct pool_job);
	*j = (struct pool_job){.pool = p, .mem = mem, .work = work, .done = done, .arg = arg};
	ctx_init(&j->ctx, mem, p->loop, 0);
	j->next = p->jobs;
	j->link = &p->jobs;
	if (p->jobs)
		p->jobs->link = &j->next;
	p->jobs = j;
	p->busy++;
	pthread_mutex_lock(&p->lock);
	*p->last = j;
	p->last = &j->next_waiting;
	pthread_cond_signal(&p->wake);
	pthread_mutex_unlock(&p->lock);
	return j;
}

void pool_cancel(struct pool_job *job, const char *reason)
{
	ctx_cancel(&job->ctx, reason);
}

int pool_busy(const pool *p)
{
	return p->busy;
}

void pool_cancel_all(pool *p, const char *reason)
{
	for (struct pool_job *j = p->jobs; j; j = j->next)
		ctx_cancel(&j->ctx, reason);
}
