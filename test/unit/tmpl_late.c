#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tmpl/tmpl.h"
#include "tmpl/tmpl_late.h"

static arena *mem;

/* What the files write, one behind the other, or the error. */
static const char *written(const struct tmpl_file *files, size_t n, bool late)
{
	struct tmpl_set *set;
	err *e = late ? tmpl_parse_late(mem, files, n, &set) : tmpl_parse(mem, files, n, &set);
	if (e)
		return err_text(mem, e);
	struct tmpl_run *run = tmpl_run_open(mem, set, NULL);
	struct tv dot = tv_map(mem, TV_MAP);
	buf all = buf_init(mem);
	for (size_t i = 0; i < n; i++) {
		str text;
		if (strrchr(files[i].name, '/')[1] == '_')
			continue;
		e = tmpl_run_exec(run, files[i].name, dot, &text);
		if (e)
			return err_text(mem, e);
		buf_str(&all, text);
	}
	return buf_text(&all);
}

/* Parsed late or before, the same comes out. */
#define SAME(files, want)                                                                          \
	do {                                                                                       \
		size_t n_ = sizeof(files) / sizeof(*(files));                                      \
		assert_string_equal(written((files), n_, true), (want));                           \
		assert_string_equal(written((files), n_, false), (want));                          \
	} while (0)

static void test_what_is_put_off(void **state)
{
	(void)state;
	assert_true(tmpl_late_takes("c/templates/a.yaml", STR("{{ .a }} define block")));
	assert_true(tmpl_late_takes("c/templates/a.yaml", STR("{{ include \"define\" . }}")));
	assert_false(tmpl_late_takes("c/templates/_a.tpl", STR("{{ .a }}")));
	assert_false(tmpl_late_takes("c/templates/a.yaml", STR("{{define \"x\"}}{{end}}")));
	assert_false(tmpl_late_takes("c/templates/a.yaml", STR("x {{-\n\tdefine \"x\"}}{{end}}")));
	assert_false(
		tmpl_late_takes("c/templates/a.yaml", STR("define {{ block \"x\" .}}{{end}}")));
}

/* What a file leaves in values is read when its tree has gone. */
static void test_values_outlive_trees(void **state)
{
	(void)state;
	const struct tmpl_file files[] = {
		{"c/a",
		 STR("{{ $_ := set . \"a\\tkey\" \"a\\nvalue\" }}{{ $_ = set . \"n\" 1+2i }}"
		     "{{ $_ = set . \"raw\" `x` }}{{ $_ = set . \"list\" (list 1 \"\\x41\") }}")},
		{"c/b", STR("{{ range $k, $v := . }}{{ $k }}={{ $v }};{{ end }}")},
	};
	SAME(files, "a\tkey=a\nvalue;list=[1 A];n=(1+2i);raw=x;");
}

static void test_files_by_name(void **state)
{
	(void)state;
	const struct tmpl_file files[] = {
		{"c/_helpers.tpl", STR("{{ define \"t\" }}<{{ include \"c/b\" . }}>{{ end }}")},
		{"c/a",
		 STR("{{ include \"c/b\" . }}{{ template \"c/b\" . }}{{ include \"t\" . }}")},
		{"c/b", STR("b{{ tpl `{{ template \"c/d\" }}` . }}")},
		{"c/c", STR("{{ include \"c/b\" . }}")},
		{"c/d", STR("d")},
	};
	SAME(files, "bdbd<bd>bdbdd");
}

/* A definition with the name of a file takes its place, before or behind it. */
static void test_definitions_named_as_files(void **state)
{
	(void)state;
	const struct tmpl_file behind[] = {
		{"c/a", STR("file")},
		{"c/b", STR("{{ define \"c/a\" }}definition{{ end }}")},
		{"c/c", STR("{{ include \"c/a\" . }}")},
	};
	SAME(behind, "definitiondefinition");
	const struct tmpl_file before[] = {
		{"c/_a",
		 STR("{{ define \"c/b\" }}definition{{ end }}{{ define \"c/c\" }}kept{{ end }}")},
		{"c/b", STR("file")},
		{"c/c", STR(" {{- /* nothing */ -}} ")},
	};
	SAME(before, "filekept");
	const struct tmpl_file twice[] = {{"c/a", STR("first")}, {"c/a", STR("second")}};
	SAME(twice, "secondsecond");
}

/* The fault of the first file's syntax comes before all others, and before those of executions. */
static void test_order_of_faults(void **state)
{
	(void)state;
	const struct tmpl_file later[] = {
		{"c/a", STR("{{ fail \"no\" }}")},
		{"c/b", STR("{{ .a }}")},
		{"c/c", STR("\n{{ if }}")},
		{"c/d", STR("{{ else }}")},
	};
	SAME(later, "parse error at (c/c:2): missing value for if");
	const struct tmpl_file mixed[] = {
		{"c/a", STR("{{ end }}")},
		{"c/_b", STR("{{ nothing }}")},
	};
	SAME(mixed, "parse error at (c/a:1): unexpected {{end}}");
	const struct tmpl_file included[] = {
		{"c/a", STR("{{ include \"c/c\" . }}")},
		{"c/b", STR("{{ end }}")},
		{"c/c", STR("{{ else }}")},
	};
	SAME(included, "parse error at (c/b:1): unexpected {{end}}");
	const struct tmpl_file fine[] = {
		{"c/a", STR("{{ fail \"no\" }}")},
		{"c/b", STR("{{ fail \"never\" }}")},
	};
	SAME(fine, "execution error at (c/a:1:3): no");
}

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

int main(void)
{
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_put_off),
		cmocka_unit_test(test_values_outlive_trees),
		cmocka_unit_test(test_files_by_name),
		cmocka_unit_test(test_definitions_named_as_files),
		cmocka_unit_test(test_order_of_faults),
	};
	return cmocka_run_group_tests(tests, open_mem, close_mem);
}
