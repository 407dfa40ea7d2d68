#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "kube/splitter.h"

static err *note(void *arg, const char *key, str piece)
{
	buf_printf(arg, "%s=%.*s|", key, STR_ARG(piece));
	return NULL;
}

/* The pieces of a text that comes step bytes at a time; the error's text when there is one. */
static char *split(arena *mem, bool list, const char *text, size_t step)
{
	buf b = buf_init(mem);
	struct splitter *s = splitter_open(list, note, &b);
	str rest = str_of(text);
	err *e = NULL;
	while (!e && rest.n) {
		e = splitter_feed(mem, s, str_sub(rest, 0, step));
		rest = str_sub(rest, step, rest.n);
	}
	if (!e)
		e = splitter_end(mem, s);
	splitter_close(s);
	return e ? arena_printf(mem, "%s!%s", buf_text(&b), err_text(mem, e)) : buf_text(&b);
}

static void splits_however_it_comes(void **state)
{
	(void)state;
	static const struct {
		bool list;
		const char *text, *want;
	} cases[] = {
		{false, "{\"a\":1}\n{\"b\":2}\r\n\n", "={\"a\":1}|={\"b\":2}|"},
		{false, "", ""},
		{false, "{\"a\":", "!the API server's answer is cut off"},
		{true,
		 "{\"kind\":\"L\",\"metadata\":{\"continue\":\"\"},\"items\":[{\"a\":[1]},{\"b\":"
		 "\"]},{\\\"\"}]}\n",
		 "kind=\"L\"|metadata={\"continue\":\"\"}|items={\"a\":[1]}|items={\"b\":\"]},{"
		 "\\\"\"}|"},
		{true, " { \"items\" : [ ] , \"x\" : null } ", "x=null|"},
		{true, "{\"items\":null}", "items=null|"},
		{true, "{}", ""},
		{true, "{\"items\":[{\"a\":1}", "!the API server's list is cut off"},
		{true, "[1]", "!the API server's answer is no JSON list"},
		{true, "{\"items\":[1}", "items=1|!the API server's answer is no JSON list"},
		{true, "{} x", "!the API server's answer is no JSON list"},
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t step = 1; step < 70; step++)
			assert_string_equal(split(mem, cases[i].list, cases[i].text, step),
					    cases[i].want);
	arena_close(mem);
}

static err *refuse(void *arg, const char *key, str piece)
{
	(void)key;
	(void)piece;
	return err_new(arg, ERR_GONE, "enough");
}

static void has_limits(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct splitter *s = splitter_open(false, refuse, mem);
	char *much = arena_alloc(mem, 1 << 20);
	memset(much, 'x', 1 << 20);
	err *e = NULL;
	for (int i = 0; i < 20 && !e; i++)
		e = splitter_feed(mem, s, (str){much, 1 << 20});
	assert_int_equal(err_code(e), ERR_LIMIT);
	splitter_close(s);
	s = splitter_open(false, refuse, mem);
	assert_int_equal(err_code(splitter_feed(mem, s, STR("a\nb\n"))), ERR_GONE);
	splitter_close(s);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(splits_however_it_comes),
					   cmocka_unit_test(has_limits)};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
