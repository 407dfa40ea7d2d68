#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "rt/pool.h"

static loop *l;
static arena *mem;

static int open_loop(void **state)
{
	(void)state;
	mem = arena_open();
	return loop_open(mem, &l) ? -1 : 0;
}

static int close_loop(void **state)
{
	(void)state;
	loop_close(l);
	arena_close(mem);
	return 0;
}

static void stop(void *arg)
{
	(*(int *)arg)++;
	loop_stop(l);
}

static void timers_fire_once_at_the_newer_time(void **state)
{
	(void)state;
	int fired = 0;
	struct timer *t = timer_open(l, stop, &fired);
	timer_set(t, CLOCK_HOUR);
	int64_t began =
		clock_now(); /* before the timer is set: some time may pass right behind it */
	timer_set(t, 5 * CLOCK_MS);
	loop_run(l);
	assert_true(clock_now() - began >= 5 * CLOCK_MS);
	assert_int_equal(fired, 1);
	timer_close(t);
}

static atomic_int worked, most_at_once, at_once;
static int done_count;

static void work(ctx *c, void *arg)
{
	(void)arg;
	int now = atomic_fetch_add(&at_once, 1) + 1;
	if (now > atomic_load(&most_at_once))
		atomic_store(&most_at_once, now);
	assert_null(ctx_sleep(c, CLOCK_MS));
	atomic_fetch_sub(&at_once, 1);
	atomic_fetch_add(&worked, 1);
}

static void done(void *arg)
{
	(void)arg;
	if (++done_count == 40)
		loop_stop(l);
}

static void workers_are_never_more_than_asked(void **state)
{
	(void)state;
	pool *p;
	assert_null(pool_open(mem, l, 3, &p));
	for (int i = 0; i < 40; i++)
		pool_run(p, work, done, NULL);
	assert_int_equal(pool_busy(p), 40);
	loop_run(l);
	assert_int_equal(atomic_load(&worked), 40);
	assert_true(atomic_load(&most_at_once) <= 3);
	pool_close(p);
}

struct question {
	struct parked parked;
	int answer;
	bool never;
};

static void answer(void *arg)
{
	struct question *q = arg;
	q->answer = 42;
	ctx_unpark(&q->parked);
}

static int answers, called_off;

static void ask(ctx *c, void *arg)
{
	struct question *q = arg;
	q->parked = (struct parked){.ctx = c};
	if (!q->never)
		loop_post(c->loop, answer, q);
	err *e = ctx_park(&q->parked);
	if (!e)
		return;
	called_off = e->code == ERR_CANCELED;
	loop_post(c->loop, answer, q);
	ctx_park_still(&q->parked);
}

static void asked(void *arg)
{
	answers += ((struct question *)arg)->answer;
	if (answers == 84)
		loop_stop(l);
}

static struct pool_job *slow;

static void call_off(void *arg)
{
	(void)arg;
	pool_cancel(slow, "superseded");
}

static void a_parked_worker_wakes_or_is_called_off(void **state)
{
	(void)state;
	pool *p;
	struct question quick = {.never = false}, never = {.never = true};
	assert_null(pool_open(mem, l, 2, &p));
	pool_run(p, ask, asked, &quick);
	slow = pool_run(p, ask, asked, &never);
	loop_post(l, call_off, NULL);
	loop_run(l);
	assert_int_equal(called_off, 1);
	pool_close(p);
}

static void readable(void *arg, bool read_, bool write_)
{
	(void)write_;
	*(bool *)arg = read_;
	loop_stop(l);
}

static void sockets_are_watched(void **state)
{
	(void)state;
	int fds[2];
	bool was_readable = false;
	assert_int_equal(pipe(fds), 0);
	struct fd_watch *w = fd_watch_open(l, fds[0], readable, &was_readable);
	fd_watch_set(w, true, false);
	assert_int_equal(write(fds[1], "x", 1), 1);
	loop_run(l);
	assert_true(was_readable);
	fd_watch_close(w);
	close(fds[0]);
	close(fds[1]);
}

static void a_deadline_ends_a_sleep(void **state)
{
	(void)state;
	ctx c;
	ctx_init(&c, mem, NULL, clock_now() + 2 * CLOCK_MS);
	assert_int_equal(err_code(ctx_sleep(&c, CLOCK_HOUR)), ERR_TIMEOUT);
	assert_int_equal(err_code(ctx_check(&c)), ERR_TIMEOUT);
	ctx_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(timers_fire_once_at_the_newer_time, open_loop,
						close_loop),
		cmocka_unit_test_setup_teardown(workers_are_never_more_than_asked, open_loop,
						close_loop),
		cmocka_unit_test_setup_teardown(a_parked_worker_wakes_or_is_called_off, open_loop,
						close_loop),
		cmocka_unit_test_setup_teardown(sockets_are_watched, open_loop, close_loop),
		cmocka_unit_test_setup_teardown(a_deadline_ends_a_sleep, open_loop, close_loop),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
