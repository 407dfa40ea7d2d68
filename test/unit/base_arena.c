#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void memory_is_zeroed_and_aligned(void **state)
{
	(void)state;
	arena *mem = arena_open();
	for (size_t n = 0; n < 300000; n = n * 3 + 1) {
		char *p = arena_alloc(mem, n);
		assert_true((uintptr_t)p % 8 == 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
	arena_close(mem);
}

static void growing_keeps_the_content(void **state)
{
	(void)state;
	arena *mem = arena_open();
	char *p = arena_copy(mem, "abc", 3);
	char *same = arena_grow(mem, p, 4, 12);
	assert_ptr_equal(same, p);
	arena_alloc(mem, 1);
	char *moved = arena_grow(mem, p, 12, 100000);
	assert_string_equal(moved, "abc");
	assert_int_equal(moved[99999], 0);
	arena_close(mem);
}

static char order[8];

/* ASan's own question, where the test is built with it */
int __asan_address_is_poisoned(void const volatile *addr) __attribute__((weak));

static void regrowing_keeps_the_content_and_nothing_else(void **state)
{
	(void)state;
	for (int secret = 0; secret < 2; secret++) {
		arena *mem = arena_open();
		if (secret)
			arena_secret(mem);
		char *first = arena_text(mem, "first"), *p = arena_alloc(mem, 100000);
		for (size_t n = 100000; n < 10000000; n += n / 4) {
			memset(p, (int)(n & 127), n);
			char *q = arena_regrow(mem, p, n, n + n / 4);
			assert_int_equal(q[0], (int)(n & 127));
			assert_int_equal(q[n - 1], (int)(n & 127));
			assert_int_equal(q[n], 0);
			assert_int_equal(q[n + n / 4 - 1], 0);
			p = q;
		}
		/* a piece among others is copied */
		char *small = arena_text(mem, "small");
		char *other = arena_text(mem, "other");
		assert_string_equal(arena_regrow(mem, small, 6, 50), "small");
		assert_string_equal(other, "other");
		assert_string_equal(first, "first");
		arena_close(mem);
	}
}

static void past_a_piece_is_forbidden(void **state)
{
	(void)state;
	if (!__asan_address_is_poisoned)
		return;
	arena *mem = arena_open();
	char *p = arena_alloc(mem, 10), *next = arena_alloc(mem, 10);
	assert_false(__asan_address_is_poisoned(p + 9));
	assert_true(__asan_address_is_poisoned(p + 10));
	assert_true(__asan_address_is_poisoned(next - 1));
	next = arena_grow(mem, next, 10, 100);
	assert_false(__asan_address_is_poisoned(next + 99));
	assert_true(__asan_address_is_poisoned(next + 100));
	arena_close(mem);
}

static void note(void *arg)
{
	strcat(order, arg);
}

static void defers_run_last_in_first_out(void **state)
{
	(void)state;
	arena *mem = arena_open();
	arena_defer(mem, note, "a");
	arena_defer(mem, note, "b");
	arena_defer(mem, note, "c");
	arena_close(mem);
	assert_string_equal(order, "cba");
	arena_close(NULL);
}

static void texts_are_copied(void **state)
{
	(void)state;
	arena *mem = arena_open();
	assert_null(arena_text(mem, NULL));
	assert_string_equal(arena_printf(mem, "%s-%d", "x", 7), "x-7");
	assert_true(arena_bytes(mem) > 0);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(growing_keeps_the_content),
		cmocka_unit_test(regrowing_keeps_the_content_and_nothing_else),
		cmocka_unit_test(past_a_piece_is_forbidden),
		cmocka_unit_test(defers_run_last_in_first_out),
		cmocka_unit_test(texts_are_copied),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
