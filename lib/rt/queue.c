#include "rt/queue.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/rand.h"
#include "rt/turns.h"

#define BACK_OFF_JITTER 10 /* percent */
#define NO_PLACE SIZE_MAX

struct entry {
	struct queue_job job;
	struct queue *queue;
	struct pool_job *pool_job; /* while it runs */
	bool waiting, urgent, running;
	bool again, again_urgent; /* added while it runs */
	int failures;
	int64_t added; /* when it began to wait */
	int64_t due;   /* valid while it has a place in the heap */
	size_t place;  /* in the heap; NO_PLACE: not delayed */
	struct turn turn;
	char key[];
};

struct queue {
	loop *loop;
	pool *pool;
	struct queue_settings settings;
	struct map entries;
	struct turns urgent, plain;
	struct entry **heap; /* by due, the earliest first */
	size_t heap_n, heap_cap;
	struct timer *timer;
	size_t depth, running;
	uint64_t adds, retries;
	bool stopped, closed;
};

static void *memory(void *old, size_t n)
{
	void *p = realloc(old, n);
	if (!p)
		abort();
	return p;
}

/* The heap of delayed keys. */

static void heap_put(struct queue *q, size_t i, struct entry *e)
{
	q->heap[i] = e;
	e->place = i;
}

static void heap_up(struct queue *q, size_t i, struct entry *e)
{
	while (i && q->heap[(i - 1) / 2]->due > e->due) {
		heap_put(q, i, q->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	heap_put(q, i, e);
}

static void heap_down(struct queue *q, size_t i, struct entry *e)
{
	for (size_t child; (child = 2 * i + 1) < q->heap_n; i = child) {
		if (child + 1 < q->heap_n && q->heap[child + 1]->due < q->heap[child]->due)
			child++;
		if (q->heap[child]->due >= e->due)
			break;
		heap_put(q, i, q->heap[child]);
	}
	heap_put(q, i, e);
}

static void heap_add(struct queue *q, struct entry *e)
{
	if (q->heap_n == q->heap_cap) {
		q->heap_cap = q->heap_cap ? q->heap_cap * 2 : 64;
		q->heap = memory(q->heap, q->heap_cap * sizeof(struct entry *));
	}
	heap_up(q, q->heap_n++, e);
}

static void heap_remove(struct queue *q, struct entry *e)
{
	size_t i = e->place;
	if (i == NO_PLACE)
		return;
	e->place = NO_PLACE;
	struct entry *last = q->heap[--q->heap_n];
	if (last == e)
		return;
	if (last->due < e->due)
		heap_up(q, i, last);
	else
		heap_down(q, i, last);
}

static struct turns *turns_of(struct queue *q, const struct entry *e)
{
	return e->urgent ? &q->urgent : &q->plain;
}

static void line_up(struct queue *q, struct entry *e)
{
	str group, rest;
	str_cut(str_of(e->key), '/', &group, &rest);
	turns_add(turns_of(q, e), group, &e->turn);
}

static struct entry *next_entry(struct queue *q)
{
	struct turn *t = turns_take(&q->urgent);
	if (!t)
		t = turns_take(&q->plain);
	return t ? (struct entry *)((char *)t - offsetof(struct entry, turn)) : NULL;
}

static struct entry *entry_of(struct queue *q, const char *key)
{
	struct entry *e = map_get(&q->entries, key);
	if (e)
		return e;
	size_t n = strlen(key) + 1;
	e = memory(NULL, sizeof(*e) + n);
	*e = (struct entry){.queue = q, .place = NO_PLACE};
	memcpy(e->key, key, n);
	e->job.key = e->key;
	e->job.arg = q->settings.arg;
	map_set(&q->entries, key, e);
	return e;
}

/* Nothing is known of the key that its absence would not say too. */
static void forget_idle(struct queue *q, struct entry *e)
{
	if (e->waiting || e->running || e->failures || e->place != NO_PLACE)
		return;
	map_del(&q->entries, e->key);
	free(e);
}

static void free_queue(struct queue *q)
{
	struct map_entry *m;
	for (size_t i = 0; (m = map_next(&q->entries, &i));)
		free(m->value);
	map_done(&q->entries);
	turns_done(&q->urgent);
	turns_done(&q->plain);
	free(q->heap);
	free(q);
}

static void start(struct queue *q);

static void wait_for_worker(struct queue *q, struct entry *e, bool urgent)
{
	heap_remove(q, e);
	e->waiting = true;
	e->urgent = urgent;
	e->added = clock_now();
	line_up(q, e);
	q->depth++;
}

static void run(ctx *c, void *arg)
{
	struct entry *e = arg;
	e->queue->settings.work(c, &e->job);
}

static void ran(void *arg)
{
	struct entry *e = arg;
	struct queue *q = e->queue;
	e->pool_job = NULL;
	q->settings.done(&e->job);
	e->running = false;
	q->running--;
	if (q->closed) {
		if (!q->running)
			free_queue(q);
		return;
	}
	if (e->again && !q->stopped)
		wait_for_worker(q, e, e->again_urgent);
	e->again = e->again_urgent = false;
	forget_idle(q, e);
	start(q);
}

static void start(struct queue *q)
{
	while (!q->stopped && q->running < (size_t)q->settings.workers) {
		struct entry *e = next_entry(q);
		if (!e)
			return;
		q->depth--;
		q->running++;
		e->waiting = false;
		e->running = true;
		e->job.failures = e->failures;
		e->job.result = NULL;
		e->job.began = clock_now();
		if (q->settings.on_waited)
			q->settings.on_waited(q->settings.arg, e->job.began - e->added);
		if (q->settings.start)
			q->settings.start(&e->job);
		e->pool_job = pool_run(q->pool, run, ran, e);
	}
}

static void set_timer(struct queue *q)
{
	if (q->heap_n && !q->stopped)
		timer_set(q->timer, q->heap[0]->due - clock_now());
	else
		timer_stop(q->timer);
}

static void on_timer(void *arg)
{
	struct queue *q = arg;
	int64_t now = clock_now();
	while (q->heap_n && q->heap[0]->due <= now) {
		struct entry *e = q->heap[0];
		heap_remove(q, e);
		q->adds++;
		if (e->running)
			e->again = true;
		else
			wait_for_worker(q, e, false);
	}
	set_timer(q);
	start(q);
}

struct queue *queue_open(loop *l, pool *p, const struct queue_settings *s)
{
	struct queue *q = memory(NULL, sizeof(*q));
	*q = (struct queue){.loop = l, .pool = p, .settings = *s};
	q->entries = map_init(NULL);
	turns_init(&q->urgent);
	turns_init(&q->plain);
	q->timer = timer_open(l, on_timer, q);
	return q;
}

void queue_set_workers(struct queue *q, int workers)
{
	q->settings.workers = workers;
	start(q);
}

void queue_stop(struct queue *q)
{
	q->stopped = true;
	timer_stop(q->timer);
}

void queue_close(struct queue *q)
{
	if (!q)
		return;
	queue_stop(q);
	timer_close(q->timer);
	q->closed = true;
	if (!q->running)
		free_queue(q);
}

static void add_running(struct entry *e, int flags)
{
	e->again = true;
	e->again_urgent |= (flags & QUEUE_URGENT) != 0;
	if ((flags & QUEUE_SUPERSEDE) && e->pool_job)
		pool_cancel(e->pool_job, "superseded by a newer change");
}

void queue_add(struct queue *q, const char *key, int flags)
{
	if (q->stopped)
		return;
	struct entry *e = entry_of(q, key);
	bool urgent = flags & QUEUE_URGENT;
	q->adds++;
	if (e->running) {
		add_running(e, flags);
	} else if (!e->waiting) {
		wait_for_worker(q, e, urgent);
		set_timer(q);
	} else if (urgent && !e->urgent) {
		turns_remove(&q->plain, &e->turn);
		e->urgent = true;
		line_up(q, e);
	}
	start(q);
}

void queue_add_after(struct queue *q, const char *key, int64_t ns)
{
	if (q->stopped)
		return;
	if (ns <= 0) {
		queue_add(q, key, QUEUE_PLAIN);
		return;
	}
	struct entry *e = entry_of(q, key);
	if (e->waiting)
		return;
	heap_remove(q, e);
	int64_t now = clock_now();
	e->due = ns > INT64_MAX - now ? INT64_MAX : now + ns;
	heap_add(q, e);
	set_timer(q);
}

int64_t queue_back_off(struct queue *q, const char *key)
{
	if (q->stopped)
		return 0;
	struct entry *e = entry_of(q, key);
	int64_t delay = q->settings.least_delay;
	for (int i = 0; i < e->failures && delay < q->settings.most_delay; i++)
		delay *= 2;
	if (delay > q->settings.most_delay)
		delay = q->settings.most_delay;
	e->failures++;
	q->retries++;
	delay = rand_jitter(delay, BACK_OFF_JITTER);
	queue_add_after(q, key, delay);
	return delay;
}

void queue_forget(struct queue *q, const char *key)
{
	struct entry *e = map_get(&q->entries, key);
	if (!e)
		return;
	e->failures = 0;
	forget_idle(q, e);
}

void queue_drop(struct queue *q, const char *key)
{
	struct entry *e = map_get(&q->entries, key);
	if (!e)
		return;
	if (e->waiting) {
		turns_remove(turns_of(q, e), &e->turn);
		e->waiting = false;
		q->depth--;
	}
	heap_remove(q, e);
	set_timer(q);
	e->failures = 0;
	e->again = false;
	forget_idle(q, e);
}

bool queue_running(const struct queue *q, const char *key)
{
	const struct entry *e = map_get(&q->entries, key);
	return e && e->running;
}

void queue_stats(const struct queue *q, struct queue_stats *ret_stats)
{
	struct queue_stats s = {.depth = q->depth,
				.delayed = q->heap_n,
				.running = q->running,
				.adds = q->adds,
				.retries = q->retries};
	int64_t now = clock_now();
	const struct map_entry *m;
	for (size_t i = 0; q->running && (m = map_next(&q->entries, &i));) {
		const struct entry *e = m->value;
		if (!e->running)
			continue;
		int64_t runs = now - e->job.began;
		s.unfinished += runs;
		if (runs > s.longest_running)
			s.longest_running = runs;
	}
	*ret_stats = s;
}
