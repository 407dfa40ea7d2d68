/* The recorded rows of Go's regexp, against base/regex. */
#include "table.h"

#include "base/regex.h"

static val *texts(arena *mem, const str *parts, size_t n)
{
	val *list = val_list(mem);
	for (size_t i = 0; i < n; i++)
		val_push(mem, list, val_str(mem, parts[i]));
	return list;
}

static val *span_list(arena *mem, const struct regex_span *spans, size_t n)
{
	val *list = val_list(mem);
	for (size_t i = 0; i < n; i++) {
		val_push(mem, list, val_int(mem, spans[i].from));
		val_push(mem, list, val_int(mem, spans[i].to));
	}
	return list;
}

static const char *row(arena *mem, const val *in, val **ret_got)
{
	const char *fn = val_as_text(val_get(in, "fn"));
	str text = val_as_str(val_get(in, "text")), with = val_as_str(val_get(in, "with"));
	struct regex *re;
	if (!strcmp(fn, "quoteMeta")) {
		*ret_got = val_text(mem, regex_quote(mem, text));
		return NULL;
	}
	err *e = regex_compile(mem, val_as_str(val_get(in, "pattern")), &re);
	if (e)
		return err_text(mem, e);
	if (!strcmp(fn, "split")) {
		str *parts;
		size_t n =
			regex_split(mem, re, text, val_as_int(val_get(in, "n"), -1), NULL, &parts);
		*ret_got = texts(mem, parts, n);
	} else if (!strcmp(fn, "match")) {
		struct regex_span *spans;
		size_t n = regex_find_all(mem, re, text, -1, NULL, &spans),
		       groups = regex_groups(re);
		*ret_got = val_list(mem);
		for (size_t i = 0; i < n; i++)
			val_push(mem, *ret_got, span_list(mem, spans + i * groups, groups));
	} else {
		bool literal = !strcmp(fn, "replaceLiteral");
		*ret_got = val_str(mem, regex_replace(mem, re, text, with, literal, NULL));
	}
	return NULL;
}

static void test_rows(void **state)
{
	(void)state;
	table_run("regexp", NULL, row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
