#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/json.h"
#include "data/val.h"

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

static val *json(const char *text)
{
	val *v = NULL;
	assert_null(json_parse(mem, str_of(text), &v));
	return v;
}

static void getters_compose_over_nothing(void **state)
{
	(void)state;
	val *v = json("{\"metadata\":{\"name\":\"x\",\"n\":2.0},\"list\":[1,null]}");
	assert_string_equal(val_as_text(VAL_IN(v, "metadata", "name")), "x");
	assert_null(VAL_IN(v, "metadata", "name", "deeper"));
	assert_null(val_at(VAL_IN(v, "nope"), 3));
	assert_int_equal(val_as_int(VAL_IN(v, "metadata", "n"), -1), 2);
	assert_int_equal(val_as_int(NULL, -1), -1);
	assert_true(val_is(val_at(val_get(v, "list"), 1), VAL_NULL));
	assert_string_equal(val_kind_name(NULL), "null");
}

static void large_maps_keep_order_and_find(void **state)
{
	(void)state;
	val *m = val_map(mem);
	for (int i = 0; i < 500; i++)
		val_set(mem, m, arena_printf(mem, "k%d", i), val_int(mem, i));
	for (int i = 0; i < 500; i += 3)
		assert_true(val_del(m, arena_printf(mem, "k%d", i)));
	assert_false(val_del(m, "k0"));
	assert_int_equal(val_as_int(val_get(m, "k499"), 0), 499);
	assert_string_equal(m->map.p[0].key.p, "k1");
	assert_null(val_get(m, "k300"));
	val *copy = val_copy(mem, m);
	val_sort(copy);
	assert_true(val_eq(m, copy));
	assert_string_equal(copy->map.p[1].key.p, "k10");
	assert_int_equal(val_as_int(val_get(copy, "k499"), 0), 499);
	val_set(mem, copy, "k1", val_int(mem, 0));
	assert_false(val_eq(m, copy));
}

static void lists_insert_and_remove(void **state)
{
	(void)state;
	val *l = val_list(mem);
	for (int i = 0; i < 5; i++)
		val_insert(mem, l, 0, val_int(mem, i));
	val_remove(l, 1);
	assert_string_equal(json_text(mem, l, JSON_PLAIN), "[4,2,1,0]");
}

static val *read(const char *text)
{
	val *v;
	assert_null(json_parse(mem, str_of(text), &v));
	return v;
}

static void elements_are_found_by_name(void **state)
{
	(void)state;
	const val *list = read("[1, {\"x\": 1}, {\"name\": \"b\"}, {\"name\": \"a\", \"n\": 1}, "
			       "{\"name\": \"a\", \"n\": 2}]");
	assert_int_equal(val_as_int(val_get(val_named(list, "a"), "n"), 0), 1);
	assert_null(val_named(list, "c"));
	assert_null(val_named(read("{\"name\": \"a\"}"), "a"));
	assert_null(val_named(NULL, "a"));
}

static void kinds_have_the_names_that_go_gives_them(void **state)
{
	(void)state;
	const val *all = read("[null, true, 1, 1.5, \"\", [], {}]");
	static const char *const names[] = {"null",   "bool",  "number", "number",
					    "string", "array", "object"};
	for (size_t i = 0; i < 7; i++)
		assert_string_equal(json_go_kind(val_at(all, i)), names[i]);
}

static void kinds_of_numbers_stay_apart(void **state)
{
	(void)state;
	assert_false(val_eq(json("1"), json("1.0")));
	assert_int_equal(json("9223372036854775807")->kind, VAL_INT);
	assert_int_equal(json("9223372036854775808")->kind, VAL_FLOAT);
	assert_string_equal(
		json_text(mem, json("[1,1.5,1e3,1e21,18446744073709551616]"), JSON_PLAIN),
		"[1,1.5,1000,1e+21,18446744073709552000]");
}

static void json_prints_as_go_does(void **state)
{
	(void)state;
	val *v = json("{\"b\":\"<\\u2028\\u0000\\\"\",\"a\":[]}");
	assert_string_equal(json_text(mem, v, JSON_SORTED | JSON_HTML),
			    "{\"a\":[],\"b\":\"\\u003c\\u2028\\u0000\\\"\"}");
	assert_string_equal(json_text(mem, json("{\"a\":{\"b\":[1]}}"), JSON_PRETTY),
			    "{\n  \"a\": {\n    \"b\": [\n      1\n    ]\n  }\n}");
}

static void bad_json_names_its_place(void **state)
{
	(void)state;
	val *v = NULL;
	err *e = json_parse(mem, STR("{\"a\":\n x}"), &v);
	assert_int_equal(err_code(e), ERR_INVALID);
	assert_non_null(strstr(err_text(mem, e), "line 2"));
	assert_null(v);
	char *deep = arena_alloc(mem, 10001);
	memset(deep, '[', 10000);
	assert_non_null(json_parse(mem, str_of(deep), &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(getters_compose_over_nothing),
		cmocka_unit_test(large_maps_keep_order_and_find),
		cmocka_unit_test(lists_insert_and_remove),
		cmocka_unit_test(elements_are_found_by_name),
		cmocka_unit_test(kinds_have_the_names_that_go_gives_them),
		cmocka_unit_test(kinds_of_numbers_stay_apart),
		cmocka_unit_test(json_prints_as_go_does),
		cmocka_unit_test(bad_json_names_its_place),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_memory, close_memory);
}
