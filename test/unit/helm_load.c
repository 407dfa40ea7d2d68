#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/json.h"
#include "helm/helm_load.h"

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

static struct tree *folder(const char *const (*files)[2])
{
	struct tree *t = tree_memory(mem);
	for (; (*files)[0]; files++)
		tree_put(t, (*files)[0], str_of((*files)[1]));
	return t;
}

static void files_find_their_places(void **state)
{
	(void)state;
	static const char *const files[][2] = {
		{"Chart.yaml", "name: c\nversion: 1.0.0\nappVersion: 1.10\nkeywords: [a, 1]\n"},
		{".helmignore", "*.txt\n# no\nsecret/\n"},
		{"values.yaml", "\xef\xbb\xbf"
				"a: 1\nb: {c: x}\n---\nb: {d: null}\n"},
		{"notes.txt", "x"},
		{"secret/key", "x"},
		{"README.md", "read"},
		{"crds/x.yaml", "kind: X"},
		{"templates/a.yaml", "a"},
		{"templates/.hidden", "a"},
		{"charts/sub/Chart.yaml", "name: sub\nversion: 0.1.0\n"},
		{"charts/sub/templates/s.yaml", "s"},
		{"charts/_skipped/Chart.yaml", "name: no\nversion: 0.1.0\n"},
		{"charts/note", "x"},
		{NULL, NULL},
	};
	struct chart *c = NULL;
	assert_null(chart_read(mem, folder(files), "", &c));
	assert_string_equal(c->name, "c");
	assert_string_equal(c->app_version, "1.1");
	assert_string_equal(json_text(mem, c->values, JSON_SORTED),
			    "{\"a\":1,\"b\":{\"c\":\"x\",\"d\":null}}");
	assert_int_equal(val_get(c->values, "a")->kind, VAL_FLOAT);
	assert_int_equal(c->templates.n, 1);
	assert_int_equal(c->crds.n, 1);
	assert_int_equal(c->files.n, 3); /* .helmignore, README.md, crds/x.yaml */
	assert_int_equal(c->chart_count, 1);
	assert_string_equal(c->charts[0]->path, "c/charts/sub");
	assert_string_equal(c->charts[0]->templates.p[0].name, "templates/s.yaml");
	assert_ptr_equal(c->charts[0]->parent, c);
}

static void broken_charts_say_why(void **state)
{
	(void)state;
	static const struct {
		const char *chart, *want;
	} rows[] = {
		{"version: 1.0.0\n", "validation: chart.metadata.name is required"},
		{"name: c\n", "validation: chart.metadata.version is required"},
		{"name: a/b\nversion: 1.0.0\n",
		 "validation: chart.metadata.name \"a/b\" is invalid"},
		{"name: c\nversion: x\n", "validation: chart.metadata.version \"x\" is invalid"},
		{"name: c\nversion: 1.0.0\ntype: z\n",
		 "validation: chart.metadata.type must be application or library"},
		{"name: c\nversion: 1.0.0\ndependencies: [{name: a}, {name: a}]\n",
		 "validation: more than one dependency with name or alias \"a\""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct chart *c;
		struct tree *t = tree_memory(mem);
		tree_put(t, "Chart.yaml", str_of(rows[i].chart));
		assert_string_equal(err_text(mem, chart_read(mem, t, "", &c)), rows[i].want);
	}
	struct chart *c;
	assert_string_equal(err_text(mem, chart_read(mem, tree_memory(mem), "", &c)),
			    "Chart.yaml file is missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_find_their_places),
		cmocka_unit_test(broken_charts_say_why),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_memory, close_memory);
}
