#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/file.h"
#include "base/map.h"
#include "base/number.h"
#include "base/path.h"
#include "base/rand.h"
#include "base/vec.h"

static arena *mem;

static int open_memory(void **state)
{
	(void)state;
	mem = arena_open();
	return 0;
}

static int close_memory(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

static void errors_read_from_outside_in(void **state)
{
	(void)state;
	err *root = err_new(mem, ERR_NOT_FOUND, "no such %s", "thing");
	err *e = err_wrap(mem, err_wrap(mem, root, "%s", ""), "looking for it");
	assert_string_equal(err_text(mem, e), "looking for it: no such thing");
	assert_int_equal(err_code(e), ERR_NOT_FOUND);
	assert_int_equal(err_code(NULL), 0);
	assert_string_equal(err_text(mem, err_copy(mem, e)), "looking for it: no such thing");
	assert_null(err_copy(mem, NULL));
	e = err_errno(mem, 2, "open %s", "x");
	assert_string_equal(err_text(mem, e), "open x: No such file or directory");
	assert_int_equal(err_code(e), ERR_NOT_FOUND);
}

static void texts_are_cut(void **state)
{
	(void)state;
	str rest = STR("a,,b"), part, before, after;
	assert_true(str_next(&rest, ',', &part) && str_is(part, "a"));
	assert_true(str_next(&rest, ',', &part) && str_is(part, ""));
	assert_true(str_next(&rest, ',', &part) && str_is(part, "b"));
	assert_false(str_next(&rest, ',', &part));
	assert_true(str_cut(STR("k=v=w"), '=', &before, &after));
	assert_true(str_is(before, "k") && str_is(after, "v=w"));
	assert_false(str_cut(STR("kv"), '=', &before, &after));
	assert_true(str_is(before, "kv") && after.n == 0);
	assert_true(str_is(str_trim(STR(" \t x y\n")), "x y"));
	assert_int_equal(str_search(STR("hello"), STR("ll")), 2);
	assert_int_equal(str_rfind(STR("a/b/c"), '/'), 3);
	assert_true(str_cmp(STR("ab"), STR("b")) < 0 && str_cmp(STR("ab"), STR("a")) > 0);
}

static void numbers_are_read_whole(void **state)
{
	(void)state;
	int64_t n;
	assert_true(str_int(STR("-9223372036854775808"), &n) && n == INT64_MIN);
	assert_true(str_int(STR("+7"), &n) && n == 7);
	assert_false(str_int(STR("9223372036854775808"), &n));
	assert_false(str_int(STR(""), &n) || str_int(STR("-"), &n) || str_int(STR("1x"), &n));
}

static void floats_print_as_go_does(void **state)
{
	(void)state;
	assert_string_equal(number_text(mem, 0.1, 'g'), "0.1");
	assert_string_equal(number_text(mem, 1e21, 'g'), "1e+21");
	assert_string_equal(number_text(mem, 1e20, 'g'), "1e+20");
	assert_string_equal(number_text(mem, 123456, 'g'), "123456");
	assert_string_equal(number_text(mem, 1234567, 'g'), "1.234567e+06");
	assert_string_equal(number_text_single(mem, 0.1f), "0.1");
	assert_string_equal(number_text_single(mem, 1e300), "+Inf");
	assert_string_equal(number_text(mem, 0.00001, 'g'), "1e-05");
	assert_string_equal(number_text(mem, -2.5, 'f'), "-2.5");
	assert_string_equal(number_json(mem, 1e-7), "1e-7");
	assert_string_equal(number_json(mem, 3), "3");
	assert_string_equal(number_text(mem, 5e-324, 'e'), "5e-324");
}

static void a_map_survives_growth_and_deletion(void **state)
{
	(void)state;
	struct map in_arena = map_init(mem), own = map_init(NULL), *maps[] = {&in_arena, &own};
	for (size_t k = 0; k < 2; k++) {
		struct map *m = maps[k];
		for (intptr_t i = 1; i <= 2000; i++)
			assert_null(map_set(m, arena_printf(mem, "key-%d", (int)i), (void *)i));
		for (intptr_t i = 1; i <= 2000; i += 2)
			assert_true(map_del(m, arena_printf(mem, "key-%d", (int)i)) == (void *)i);
		for (intptr_t i = 2001; i <= 4000; i++)
			map_set(m, arena_printf(mem, "key-%d", (int)i), (void *)i);
		assert_int_equal(m->n, 3000);
		assert_true(map_get(m, "key-2") == (void *)2 && !map_has(m, "key-1"));
		size_t i = 0, seen = 0;
		intptr_t last = 0;
		for (struct map_entry *e; (e = map_next(m, &i)); seen++) {
			assert_true((intptr_t)e->value > last);
			last = (intptr_t)e->value;
		}
		assert_int_equal(seen, 3000);
		assert_true(map_set(m, "key-2", (void *)9) == (void *)2);
	}
	map_done(&own);
}

static void paths_are_cleaned_and_confined(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{"", "."},	 {"a//b/", "a/b"},  {"./a/../b", "b"}, {"../a", "../a"},
		{"/../a", "/a"}, {"a/../..", ".."}, {"/", "/"},	       {"a/./b/.", "a/b"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(path_clean(mem, str_of(rows[i][0])), rows[i][1]);
	assert_string_equal(path_confine(mem, "/r", "../../etc"), "/r/etc");
	assert_string_equal(path_confine(mem, "/r", "./"), "/r");
	assert_string_equal(path_join(mem, "a", "../b"), "b");
	assert_string_equal(path_dir(mem, "a/b"), "a");
	assert_string_equal(path_base(mem, "a/b/"), "b");
	assert_string_equal(path_ext("a.b/c"), "");
	assert_true(path_is_local("a/b") && !path_is_local("../a") && !path_is_local("/a"));
	assert_true(path_is_local("..a"));
}

static void patterns_match_one_element(void **state)
{
	(void)state;
	bool bad;
	assert_true(path_match(STR("*.y?ml"), STR("a.yaml"), &bad) && !bad);
	assert_false(path_match(STR("*"), STR("a/b"), &bad));
	assert_true(path_match(STR("a*b*c"), STR("axxbyybc"), &bad));
	assert_true(path_match(STR("[a-c][^x]"), STR("bz"), &bad));
	assert_true(path_match(STR("\\*"), STR("*"), &bad));
	assert_false(path_match(STR("[a"), STR("a"), &bad));
	assert_true(bad);
}

static void encodings_go_both_ways(void **state)
{
	(void)state;
	str back;
	for (size_t n = 0; n < 40; n++) {
		char bytes[40];
		rand_bytes(bytes, sizeof(bytes));
		str s = {bytes, n};
		assert_true(enc_unbase64(mem, str_of(enc_base64(mem, s)), &back) &&
			    str_eq(s, back));
		assert_true(enc_unbase64(mem, str_of(enc_base64_url(mem, s)), &back) &&
			    str_eq(s, back));
		assert_true(enc_unhex(mem, str_of(enc_hex(mem, s)), &back) && str_eq(s, back));
	}
	assert_false(enc_unbase64(mem, STR("a"), &back) || enc_unbase64(mem, STR("a*=="), &back));
	assert_string_equal(enc_percent(mem, STR("a/b c")), "a%2Fb%20c");
	assert_string_equal(enc_percent_path(mem, "/a b/c+d/"), "/a%20b/c%2Bd/");
	assert_true(enc_is_utf8(STR("h\xc3\xa9\xf0\x9f\x98\x80")));
	assert_false(enc_is_utf8(STR("\xc0\x80")) || enc_is_utf8(STR("\xed\xa0\x80")) ||
		     enc_is_utf8(STR("\xe2\x82")));
}

static void times_go_both_ways(void **state)
{
	(void)state;
	int64_t t;
	assert_true(clock_parse_rfc3339(STR("2024-02-29T23:59:59.5+01:30"), &t));
	assert_string_equal(clock_rfc3339_micro(mem, t), "2024-02-29T22:29:59.500000Z");
	assert_true(clock_parse_rfc3339(STR("1969-12-31T23:59:59Z"), &t) && t == -CLOCK_SECOND);
	assert_string_equal(clock_rfc3339(mem, t), "1969-12-31T23:59:59Z");
	assert_false(clock_parse_rfc3339(STR("2023-02-29T00:00:00Z"), &t));
	assert_false(clock_parse_rfc3339(STR("2023-02-28 00:00:00Z"), &t));
}

static void jitter_stays_near(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t t = rand_jitter(CLOCK_MINUTE, 5);
		assert_true(t >= 57 * CLOCK_SECOND && t <= 63 * CLOCK_SECOND);
	}
	assert_int_equal(rand_jitter(7, 0), 7);
}

static void files_are_replaced_whole(void **state)
{
	(void)state;
	arena *work = arena_open();
	char *dir, *path, *deep;
	str got;
	assert_null(file_temp_dir(work, "/tmp", "sluice-test-", &dir));
	path = arena_printf(work, "%s/f", dir);
	assert_null(file_write(work, path, STR("one"), 0600));
	assert_null(file_write(work, path, STR("two\0x"), 0600));
	assert_null(file_read(work, path, 100, &got));
	assert_true(str_eq(got, STR("two\0x")));
	assert_int_equal(err_code(file_read(work, path, 4, &got)), ERR_LIMIT);
	deep = arena_printf(work, "%s/a/b/c", dir);
	assert_null(file_mkdirs(work, deep));
	assert_true(file_exists(deep));
	assert_int_equal(err_code(file_read(work, "/tmp/sluice-not-there", 4, &got)),
			 ERR_NOT_FOUND);
	char *copy = arena_text(mem, dir);
	arena_close(work);
	assert_false(file_exists(copy));
}

static void vectors_and_buffers_grow(void **state)
{
	(void)state;
	VEC(int) v = {0};
	for (int i = 0; i < 1000; i++)
		VEC_PUSH(mem, &v, i);
	assert_int_equal(v.n, 1000);
	assert_int_equal(v.p[999], 999);
	buf b = buf_init(mem);
	assert_string_equal(buf_text(&b), "");
	buf_printf(&b, "%d-", 7);
	buf_fill(&b, 'x', 3);
	buf_utf8(&b, 0x1f600);
	buf_utf8(&b, 0xd800);
	assert_string_equal(buf_text(&b), "7-xxx\xf0\x9f\x98\x80\xef\xbf\xbd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_read_from_outside_in),
		cmocka_unit_test(texts_are_cut),
		cmocka_unit_test(numbers_are_read_whole),
		cmocka_unit_test(floats_print_as_go_does),
		cmocka_unit_test(a_map_survives_growth_and_deletion),
		cmocka_unit_test(paths_are_cleaned_and_confined),
		cmocka_unit_test(patterns_match_one_element),
		cmocka_unit_test(encodings_go_both_ways),
		cmocka_unit_test(times_go_both_ways),
		cmocka_unit_test(jitter_stays_near),
		cmocka_unit_test(files_are_replaced_whole),
		cmocka_unit_test(vectors_and_buffers_grow),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_memory, close_memory);
}
