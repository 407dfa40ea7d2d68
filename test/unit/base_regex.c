#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/regex.h"

static arena *mem;

static int open_mem(void **state)
{
	(void)state;
	mem = arena_open();
	return 0;
}

static int close_mem(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

static struct regex *compiled(const char *pattern)
{
	struct regex *re;
	err *e = regex_compile(mem, str_of(pattern), &re);
	if (e)
		fail_msg("%s: %s", pattern, err_text(mem, e));
	return re;
}

/* The spans of the first match as "0-3 1-2", "" for none. */
static const char *spans_of(const char *pattern, const char *text)
{
	struct regex *re = compiled(pattern);
	struct regex_span *spans = NEW_N(mem, struct regex_span, regex_groups(re));
	buf b = buf_init(mem);
	if (regex_find(mem, re, str_of(text), 0, spans))
		for (size_t i = 0; i < regex_groups(re); i++)
			buf_printf(&b, i ? " %td-%td" : "%td-%td", spans[i].from, spans[i].to);
	return buf_text(&b);
}

static void test_prefers_the_first_alternative(void **state)
{
	(void)state;
	assert_string_equal(spans_of("a|ab", "ab"), "0-1");
	assert_string_equal(spans_of("ab|a", "ab"), "0-2");
	assert_string_equal(spans_of("(a+?)(a*)", "aaa"), "0-3 0-1 1-3");
	assert_string_equal(spans_of("(a*)(a|b)*", "aab"), "0-3 0-2 2-3");
	assert_string_equal(spans_of("(|a)*", "aa"), "0-0 0-0");
	assert_string_equal(spans_of("(|a)+", "aa"), "0-0 0-0");
	assert_string_equal(spans_of("(a|)+", "aa"), "0-2 1-2");
}

static void test_bounds(void **state)
{
	(void)state;
	assert_string_equal(spans_of("\\bfoo\\b", "a foo."), "2-5");
	assert_string_equal(spans_of("^b", "a\nb"), "");
	assert_string_equal(spans_of("(?m)^b$", "a\nb\n"), "2-3");
	assert_string_equal(spans_of("b$", "b\n"), "");
	assert_string_equal(spans_of("\\B", "ab"), "1-1");
}

static void test_classes(void **state)
{
	(void)state;
	assert_string_equal(spans_of("(?i)\\x{212a}", "k"), "0-1");
	assert_string_equal(spans_of("\\pL+", "1\xc3\xa4z"), "1-4");
	assert_string_equal(spans_of("[^[:alpha:]\\d]", "a1-"), "2-3");
	assert_string_equal(spans_of("\\p{Greek}", "a\xce\xb1"), "1-3");
	assert_string_equal(spans_of("\\p{Lowercase_Letter}", "Aa"), "1-2");
	assert_string_equal(spans_of("\xef\xbf\xbd", "a\xff"), "1-2");
	assert_true(regex_in_class("P", '!'));
	assert_false(regex_in_class("P", 'a'));
}

static void refuses(const char *pattern, const char *want)
{
	struct regex *re;
	err *e = regex_compile(mem, str_of(pattern), &re);
	assert_non_null(e);
	assert_int_equal(err_code(e), ERR_INVALID);
	assert_string_equal(err_text(mem, e), want);
}

static void test_errors(void **state)
{
	(void)state;
	refuses("a(b", "error parsing regexp: missing closing ): `a(b`");
	refuses("(?<=a)b", "error parsing regexp: invalid named capture: `(?<=a)b`");
	refuses("a\xff", "error parsing regexp: invalid UTF-8: `\xff`");
	refuses("x{1001}", "error parsing regexp: invalid repeat count: `{1001}`");
	refuses("(?i)*", "error parsing regexp: missing argument to repetition operator: `*`");
}

static void test_limits(void **state)
{
	(void)state;
	struct regex *re;
	buf deep = buf_init(mem);
	buf_fill(&deep, '(', 5000);
	buf_fill(&deep, ')', 5000);
	err *e = regex_compile(mem, buf_view(&deep), &re);
	assert_true(e && strstr(err_text(mem, e), "nests too deeply"));
	e = regex_compile(mem, STR("((((abcdefghijklmnopqrstuvwxyz){10}){10}){10}){1,9}x"), &re);
	assert_true(e != NULL);
	buf wide = buf_init(mem);
	for (int i = 0; i < 300; i++)
		buf_text_add(&wide, "a{1000}");
	e = regex_compile(mem, buf_view(&wide), &re);
	assert_true(e && strstr(err_text(mem, e), "too large"));
}

/* What makes backtracking engines run for ever takes no longer than the product of both lengths. */
static void test_linear_time(void **state)
{
	(void)state;
	buf text = buf_init(mem);
	buf_fill(&text, 'a', 20000);
	int64_t before = clock_now();
	assert_false(regex_match(mem, compiled("(a*)*(a*)*b"), buf_view(&text)));
	assert_false(regex_match(mem, compiled("(a|a|aa)+$b"), buf_view(&text)));
	assert_true(regex_match(mem, compiled("(x+x+)+y|a{20}"), buf_view(&text)));
	assert_true(clock_now() - before < 5 * CLOCK_SECOND);
}

static void test_replace_and_split(void **state)
{
	(void)state;
	str got = regex_replace(mem, compiled("(?P<n>a)(b)?"), STR("abac"), STR("<${n}$2>"), false,
				NULL);
	assert_true(str_is(got, "<ab><a>c"));
	got = regex_replace(mem, compiled("a*"), STR("baac"), STR("X"), false, NULL);
	assert_true(str_is(got, "XbXcX"));
	str *parts;
	assert_int_equal(regex_split(mem, compiled("a*"), STR("baac"), -1, NULL, &parts), 2);
	assert_true(str_is(parts[0], "b") && str_is(parts[1], "c"));
	assert_string_equal(regex_quote(mem, STR("a.b-[c]")), "a\\.b-\\[c\\]");
}

static void test_whole(void **state)
{
	(void)state;
	assert_true(regex_match_whole(mem, compiled("a|ab"), STR("ab")));
	assert_false(regex_match_whole(mem, compiled("a|ab"), STR("xab")));
	assert_false(regex_match_whole(mem, compiled("b"), STR("ab")));
	assert_true(regex_match_whole(mem, compiled(""), STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefers_the_first_alternative),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_linear_time),
		cmocka_unit_test(test_replace_and_split),
		cmocka_unit_test(test_whole),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_mem, close_mem);
}
