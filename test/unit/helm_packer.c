#include "helm/helm_packer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MORE ((struct gunzip_limits){.bytes = 1 << 24})

static str text_of(arena *mem, char letter, size_t n)
{
	char *p = arena_alloc(mem, n);
	for (size_t i = 0; i < n; i++)
		p[i] = (char)(letter + i % 7);
	return (str){p, n};
}

/* Parts, kept ones among them, make one stream that holds them all, in order. */
static void parts_make_a_stream(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct helm_packer *p = helm_packer_open(1 << 20);
	str head = STR("{\"a\":1,\"chart\":"), chart = text_of(mem, 'a', 100000), end = STR("}");
	for (int round = 0; round < 2; round++) {
		struct gzip_part parts[3];
		str packed, back;
		assert_null(gzip_part(mem, head, false, &parts[0]));
		assert_null(helm_packer_part(mem, p, chart, round, &parts[1]));
		assert_null(gzip_part(mem, end, true, &parts[2]));
		gzip_join(mem, parts, 3, &packed);
		assert_true(gzip_is(packed));
		assert_null(gunzip_all(mem, packed, MORE, &back));
		assert_int_equal(back.n, head.n + chart.n + end.n);
		assert_memory_equal(back.p + head.n, chart.p, chart.n);
	}
	helm_packer_close(p);
	arena_close(mem);
}

static void nothing_is_a_stream_too(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct gzip_part part;
	str packed, back;
	gzip_join(mem, NULL, 0, &packed);
	assert_null(gunzip_all(mem, packed, MORE, &back));
	assert_int_equal(back.n, 0);
	assert_null(gzip_part(mem, (str){0}, false, &part));
	gzip_join(mem, &part, 1, &packed);
	assert_null(gunzip_all(mem, packed, MORE, &back));
	assert_int_equal(back.n, 0);
	arena_close(mem);
}

/* What does not fit is made anew, and right all the same. */
static void it_is_bounded(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct helm_packer *p = helm_packer_open(2000);
	for (int i = 0; i < 60; i++) {
		struct gzip_part part;
		str packed, back, text = text_of(mem, (char)('A' + i % 20), 5000 + (size_t)i % 20);
		assert_null(helm_packer_part(mem, p, text, false, &part));
		gzip_join(mem, &part, 1, &packed);
		assert_null(gunzip_all(mem, packed, MORE, &back));
		assert_true(str_eq(back, text));
	}
	helm_packer_close(p);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_make_a_stream),
		cmocka_unit_test(nothing_is_a_stream_too),
		cmocka_unit_test(it_is_bounded),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
