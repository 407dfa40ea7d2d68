#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "rt/queue.h"

#define WORKERS 3

static loop *l;
static arena *mem;
static pool *workers;
static struct queue *q;

static atomic_int at_once, most_at_once, runs, canceled;
static atomic_bool hold; /* work sleeps until it is called off or released */
static char order[256];
static int expected; /* runs until the loop stops */
static void (*on_done)(struct queue_job *job);

static void work(ctx *c, struct queue_job *job)
{
	(void)job;
	int now = atomic_fetch_add(&at_once, 1) + 1;
	int most = atomic_load(&most_at_once);
	while (now > most && !atomic_compare_exchange_weak(&most_at_once, &most, now))
		;
	atomic_fetch_add(&runs, 1);
	while (atomic_load(&hold)) {
		if (err_code(ctx_sleep(c, CLOCK_MS)) == ERR_CANCELED) {
			atomic_fetch_add(&canceled, 1);
			break;
		}
	}
	atomic_fetch_sub(&at_once, 1);
}

static void done(struct queue_job *job)
{
	strcat(strcat(order, job->key), " ");
	if (on_done)
		on_done(job);
	if (!--expected)
		loop_stop(l);
}

static int open_with(int n)
{
	mem = arena_open();
	on_done = NULL;
	order[0] = 0;
	runs = canceled = at_once = most_at_once = 0;
	hold = false;
	if (loop_open(mem, &l) || pool_open(mem, l, 8, &workers))
		return -1;
	q = queue_open(l, workers,
		       &(struct queue_settings){.workers = n,
						.least_delay = 2 * CLOCK_MS,
						.most_delay = 8 * CLOCK_MS,
						.work = work,
						.done = done});
	return 0;
}

static int open_queue(void **state)
{
	(void)state;
	return open_with(WORKERS);
}

static int open_single(void **state)
{
	(void)state;
	return open_with(1);
}

static int close_queue(void **state)
{
	(void)state;
	pool_close(workers);
	queue_close(q);
	loop_close(l);
	arena_close(mem);
	return 0;
}

static void run(int n)
{
	expected = n;
	loop_run(l);
}

static void keys_are_coalesced_and_workers_bounded(void **state)
{
	(void)state;
	char key[16];
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 40; i++) {
			snprintf(key, sizeof(key), "k%d", i);
			queue_add(q, key, QUEUE_PLAIN);
		}
	}
	run(43);
	/* the first three ran while they were added again */
	assert_int_equal(runs, 43);
	assert_true(most_at_once <= WORKERS);
}

static void urgent_keys_go_first(void **state)
{
	(void)state;
	atomic_store(&hold, true);
	queue_add(q, "first", QUEUE_PLAIN);
	queue_add(q, "a", QUEUE_PLAIN);
	queue_add(q, "b", QUEUE_PLAIN);
	queue_add(q, "c", QUEUE_URGENT);
	queue_add(q, "b", QUEUE_URGENT);
	atomic_store(&hold, false);
	run(4);
	assert_string_equal(order, "first c b a ");
}

static void namespaces_take_turns(void **state)
{
	(void)state;
	atomic_store(&hold, true);
	queue_add(q, "first", QUEUE_PLAIN);
	static const char *const keys[] = {"many/1", "many/2", "many/3",
					   "few/1",  "gone/1", "few/2"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		queue_add(q, keys[i], QUEUE_PLAIN);
	queue_drop(q, "gone/1");
	queue_add(q, "many/3", QUEUE_URGENT);
	atomic_store(&hold, false);
	run(6);
	assert_string_equal(order, "first many/3 many/1 few/1 many/2 few/2 ");
}

static void a_key_runs_again_when_added_meanwhile(void **state)
{
	(void)state;
	atomic_store(&hold, true);
	queue_add(q, "a", QUEUE_PLAIN);
	queue_add(q, "a", QUEUE_PLAIN);
	queue_add(q, "a", QUEUE_PLAIN);
	assert_true(queue_running(q, "a"));
	atomic_store(&hold, false);
	run(2);
	assert_int_equal(runs, 2);
	assert_int_equal(most_at_once, 1);
}

static void release(struct queue_job *job)
{
	(void)job;
	atomic_store(&hold, false);
}

static void superseding_calls_off_what_runs(void **state)
{
	(void)state;
	atomic_store(&hold, true);
	on_done = release;
	queue_add(q, "a", QUEUE_PLAIN);
	queue_add(q, "a", QUEUE_SUPERSEDE);
	run(2);
	assert_int_equal(canceled, 1);
	assert_int_equal(runs, 2);
}

static int64_t delays[6];

static void back_off(struct queue_job *job)
{
	if (runs > 6) {
		assert_int_equal(job->failures, 6);
		queue_forget(q, job->key);
	} else {
		delays[runs - 1] = queue_back_off(q, job->key);
	}
}

static void failures_back_off_to_a_ceiling(void **state)
{
	(void)state;
	on_done = back_off;
	queue_add(q, "a", QUEUE_PLAIN);
	run(7);
	assert_int_equal(runs, 7);
	assert_in_range(delays[0], 18 * CLOCK_MS / 10, 22 * CLOCK_MS / 10);
	assert_in_range(delays[1], 36 * CLOCK_MS / 10, 44 * CLOCK_MS / 10);
	assert_in_range(delays[5], 72 * CLOCK_MS / 10, 88 * CLOCK_MS / 10);
}

static void delays_are_replaced_and_dropped(void **state)
{
	(void)state;
	queue_add_after(q, "late", CLOCK_HOUR);
	queue_add_after(q, "c", CLOCK_HOUR);
	queue_add_after(q, "a", 6 * CLOCK_MS);
	queue_add_after(q, "b", 3 * CLOCK_MS);
	queue_add_after(q, "c", 9 * CLOCK_MS);
	queue_drop(q, "late");
	run(3);
	assert_string_equal(order, "b a c ");
	struct queue_stats s;
	queue_stats(q, &s);
	assert_int_equal(s.delayed + s.depth + s.running, 0);
	assert_int_equal(s.adds, 3);
}

static void many_delays_come_in_order(void **state)
{
	(void)state;
	char key[16];
	for (int i = 0; i < 50; i++) {
		snprintf(key, sizeof(key), "%02d", i);
		queue_add_after(q, key, CLOCK_HOUR + i);
	}
	for (int i = 0; i < 50; i += 2) {
		snprintf(key, sizeof(key), "%02d", i);
		queue_drop(q, key);
	}
	for (int i = 1; i < 50; i += 2) {
		snprintf(key, sizeof(key), "%02d", i);
		queue_add_after(q, key, (50 - i) * CLOCK_MS / 4);
	}
	run(25);
	assert_int_equal(runs, 25);
	assert_int_equal(strncmp(order, "49 47 45 ", 9), 0);
}

#define OPENED(f) cmocka_unit_test_setup_teardown(f, open_queue, close_queue)
#define SINGLE(f) cmocka_unit_test_setup_teardown(f, open_single, close_queue)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPENED(keys_are_coalesced_and_workers_bounded),
		SINGLE(urgent_keys_go_first),
		SINGLE(namespaces_take_turns),
		OPENED(a_key_runs_again_when_added_meanwhile),
		OPENED(superseding_calls_off_what_runs),
		OPENED(failures_back_off_to_a_ceiling),
		OPENED(delays_are_replaced_and_dropped),
		SINGLE(many_delays_come_in_order),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
