/* Items done by several hands: each once, the first failure ends it, a cancel reaches all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "rt/crew.h"

#define ITEMS 500

struct job {
	pthread_mutex_t lock;
	int done[ITEMS], hands[CREW_MAX];
	size_t bad, worse; /* items that fail; ITEMS: none */
	ctx *owner;	   /* canceled by the item bad, which then waits */
};

static err *count(ctx *c, void *arg, int hand, size_t i)
{
	struct job *j = arg;
	pthread_mutex_lock(&j->lock);
	j->done[i]++;
	j->hands[hand]++;
	pthread_mutex_unlock(&j->lock);
	if (i == j->bad || i == j->worse)
		return err_new(c->mem, ERR_FAILED, "item %zu", i);
	return NULL;
}

/* Waits until it is called off; item bad has that done. */
static err *wait_for_end(ctx *c, void *arg, int hand, size_t i)
{
	struct job *j = arg;
	(void)hand;
	if (i == j->bad && j->owner)
		ctx_cancel(j->owner, "the daemon stops");
	return ctx_sleep(c, CLOCK_HOUR);
}

static void all(void **state)
{
	(void)state;
	for (int hands = 1; hands <= CREW_MAX; hands += 5) {
		arena *mem = arena_open();
		ctx c;
		struct job j = {.bad = ITEMS, .worse = ITEMS};
		pthread_mutex_init(&j.lock, NULL);
		ctx_init(&c, mem, NULL, 0);
		assert_null(crew_run(&c, hands, ITEMS, count, &j));
		int sum = 0;
		for (int i = 0; i < CREW_MAX; i++) {
			sum += j.hands[i];
			if (i >= hands)
				assert_int_equal(j.hands[i], 0);
		}
		assert_int_equal(sum, ITEMS);
		for (size_t i = 0; i < ITEMS; i++)
			assert_int_equal(j.done[i], 1);
		assert_null(crew_run(&c, hands, 0, count, &j));
		assert_ptr_equal(c.mem, mem);
		ctx_done(&c);
		pthread_mutex_destroy(&j.lock);
		arena_close(mem);
	}
}

static void failing(void **state)
{
	(void)state;
	for (int hands = 1; hands <= 4; hands++) {
		arena *mem = arena_open();
		ctx c;
		struct job j = {.bad = 7, .worse = ITEMS - 1};
		pthread_mutex_init(&j.lock, NULL);
		ctx_init(&c, mem, NULL, 0);
		assert_string_equal(err_text(mem, crew_run(&c, hands, ITEMS, count, &j)), "item 7");
		assert_true(hands > 1 || !j.done[8]);
		ctx_done(&c);
		pthread_mutex_destroy(&j.lock);
		arena_close(mem);
	}
}

static void called_off(void **state)
{
	(void)state;
	arena *mem = arena_open();
	ctx c;
	struct job j = {.bad = 0, .owner = &c};
	ctx_init(&c, mem, NULL, 0);
	err *e = crew_run(&c, 4, ITEMS, wait_for_end, &j);
	assert_int_equal(e->code, ERR_CANCELED);
	assert_string_equal(err_text(mem, e), "the daemon stops");
	ctx_done(&c);
	ctx_init(&c, mem, NULL, clock_now() + 20 * CLOCK_MS);
	e = crew_run(&c, 4, ITEMS, wait_for_end, &(struct job){.bad = ITEMS});
	assert_int_equal(e->code, ERR_TIMEOUT);
	ctx_done(&c);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all),
		cmocka_unit_test(failing),
		cmocka_unit_test(called_off),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
