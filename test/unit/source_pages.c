/* Listings in pages: those that end, those that go round, those that never end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "source/pages.h"

#define MOST 1000

/* How many pages a listing is read for whose tokens come back after so many, behind others; *ret_code: what ends it. */
static int pages_read(int before, int round, int *ret_code)
{
	arena *mem = arena_open();
	struct pages *p = pages_begin(mem, MOST);
	err *e = NULL;
	int n = 0;
	assert_string_equal(pages_token(p), "");
	for (; !e; n++) {
		int at = n < before ? n : before + (n - before) % round;
		char *token = arena_printf(mem, "t%d", at);
		e = pages_go_on(mem, p, token);
		if (!e)
			assert_string_equal(pages_token(p), token);
	}
	*ret_code = err_code(e);
	arena_close(mem);
	return n;
}

static void rounds_are_seen(void **state)
{
	(void)state;
	for (int before = 0; before < 40; before++)
		for (int round = 1; round < 40; round++) {
			int code, n = pages_read(before, round, &code);
			assert_int_equal(code, ERR_INVALID);
			assert_true(n <= 3 * (before + round) + 2);
		}
}

static void there_is_an_end(void **state)
{
	int code;
	(void)state;
	assert_int_equal(pages_read(MOST, 1, &code), MOST);
	assert_int_equal(code, ERR_LIMIT);
}

static void tokens_are_short(void **state)
{
	arena *mem = arena_open();
	struct pages *p = pages_begin(mem, MOST);
	char *token = arena_alloc(mem, PAGES_TOKEN_MAX + 2);
	(void)state;
	memset(token, 'x', PAGES_TOKEN_MAX);
	assert_null(pages_go_on(mem, p, token));
	token[PAGES_TOKEN_MAX] = 'x';
	assert_int_equal(err_code(pages_go_on(mem, p, token)), ERR_LIMIT);
	assert_int_equal(strlen(pages_token(p)), PAGES_TOKEN_MAX);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rounds_are_seen),
		cmocka_unit_test(there_is_an_end),
		cmocka_unit_test(tokens_are_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
