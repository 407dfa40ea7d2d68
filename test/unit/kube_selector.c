#include "table.h"

#include "kube/selector.h"

static bool fits(const char *text, const char *labels)
{
	arena *mem = arena_open();
	struct selector *s;
	val *v;
	assert_null(json_parse(mem, str_of(labels), &v));
	assert_null(selector_parse(mem, str_of(text), &s));
	bool is = selector_match(s, v);
	arena_close(mem);
	return is;
}

static void terms(void **state)
{
	(void)state;
	const char *labels = "{\"app\":\"web\",\"x.io/tier\":\"a\",\"n\":\"5\",\"e\":\"\"}";
	assert_true(fits("", labels));
	assert_true(fits("app=web", labels));
	assert_true(fits("app==web, x.io/tier in (b, a)", labels));
	assert_false(fits("app=web,x.io/tier notin (b,a)", labels));
	assert_true(fits("app!=other,none!=x", labels));
	assert_true(fits("app", labels));
	assert_true(fits("!none", labels));
	assert_false(fits("!app", labels));
	assert_false(fits("none", labels));
	assert_true(fits("n>4,n<6", labels));
	assert_false(fits("n>5", labels));
	assert_false(fits("app>1", labels));
	assert_true(fits("e=", labels));
	assert_true(fits("a notin (b)", "{}"));
	assert_false(fits("a in (b)", "null"));
}

static void what_is_none(void **state)
{
	(void)state;
	static const char *const rows[] = {"=",		 "a=b c", "a in b", "a in (b",
					   "a near (b)", "!",	  "a>x",    "a=b,,c"};
	arena *mem = arena_open();
	struct selector *s;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(err_code(selector_parse(mem, str_of(rows[i]), &s)), ERR_INVALID);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms),
		cmocka_unit_test(what_is_none),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
