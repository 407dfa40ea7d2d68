#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "apply/settle.h"
#include "base/clock.h"

static loop *l;
static arena *mem;
static struct settle *s;
static char told[256]; /* the owners, in order */
static size_t wanted;  /* as many are told until the loop stops */
static bool noisy;     /* there is ever more news of d/noisy */

static void on_told(void *arg, const char *ns, const char *name)
{
	(void)arg;
	strcat(strcat(strcat(strcat(told, ns), "/"), name), " ");
	noisy = noisy && strcmp(name, "noisy") != 0;
	if (!--wanted)
		loop_stop(l);
}

static void too_late(void *arg)
{
	(void)arg;
	abort();
}

static int open_settle(void **state)
{
	(void)state;
	mem = arena_open();
	told[0] = 0;
	if (loop_open(mem, &l))
		return -1;
	s = settle_open(l, 4 * CLOCK_MS, 40 * CLOCK_MS, on_told, NULL);
	return 0;
}

static int close_settle(void **state)
{
	(void)state;
	settle_close(s);
	loop_close(l);
	arena_close(mem);
	return 0;
}

static void run_until_told(size_t n)
{
	struct timer *late = timer_open(l, too_late, NULL);
	timer_set(late, 60 * CLOCK_SECOND);
	wanted = n;
	loop_run(l);
	timer_close(late);
}

static void each_owner_is_told_once(void **state)
{
	(void)state;
	settle_note(s, "d", "a");
	settle_note(s, "d", "b");
	settle_post(s, "e", "c");
	settle_note(s, "d", "a");
	run_until_told(3);
	assert_non_null(strstr(told, "d/a "));
	assert_non_null(strstr(told, "d/b "));
	assert_non_null(strstr(told, "e/c "));
	/* and again, after all was quiet */
	told[0] = 0;
	settle_note(s, "d", "b");
	run_until_told(1);
	assert_string_equal(told, "d/b ");
}

static void make_noise(void *arg)
{
	(void)arg;
	if (!noisy)
		return;
	settle_note(s, "d", "noisy");
	loop_post(l, make_noise, NULL);
}

static void news_without_end_hold_up_nobody(void **state)
{
	(void)state;
	noisy = true;
	loop_post(l, make_noise, NULL);
	settle_post(s, "d", "calm");
	run_until_told(2);
	assert_non_null(strstr(told, "d/calm "));
	assert_non_null(strstr(told, "d/noisy "));
}

static void what_is_closed_tells_nobody(void **state)
{
	(void)state;
	settle_note(s, "d", "a");
	settle_post(s, "d", "b");
	assert_string_equal(told, "");
}

#define OPENED(f) cmocka_unit_test_setup_teardown(f, open_settle, close_settle)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPENED(each_owner_is_told_once),
		OPENED(news_without_end_hold_up_nobody),
		OPENED(what_is_closed_tells_nobody),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
