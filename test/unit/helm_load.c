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
		{"charts/.note", "x"},
		{NULL, NULL},
	};
	struct chart *c = NULL;
	assert_null(chart_read(mem, folder(files), "", 0, &c));
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
		{"name: ..\nversion: 1.0.0\n",
		 "validation: chart.metadata.name \"..\" is not allowed"},
		{"name: c\nversion: 1.0.0\nmaintainers: [null]\n",
		 "validation: maintainers must not contain empty or null nodes"},
		{"name: c\nversion: 1.0.0\nmaintainers: [a]\n",
		 "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: "
		 "cannot "
		 "unmarshal string into Go struct field Metadata.maintainers of type "
		 "v2.Maintainer"},
		{"name: c\nversion: 1.0.0\nmaintainers: [{name: [a]}]\n",
		 "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: "
		 "cannot "
		 "unmarshal array into Go struct field Maintainer.maintainers.name of type string"},
		{"name: c\nversion: 1.0.0\ndeprecated: 1\n",
		 "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: "
		 "cannot "
		 "unmarshal number into Go struct field Metadata.deprecated of type bool"},
		{"name: c\nversion: 1.0.0\nannotations: {b: {}, a: [1]}\n",
		 "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: "
		 "cannot "
		 "unmarshal array into Go struct field Metadata.annotations of type string"},
		{"- a\n",
		 "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: "
		 "cannot unmarshal array into Go value of type v2.Metadata"},
		{"name: c\nversion: 1.0.0\ndependencies: [null]\n",
		 "validation: dependencies must not contain empty or null nodes"},
		{"name: c\nversion: 1.0.0\ndependencies: [{name: a}, {name: a}]\n",
		 "validation: more than one dependency with name or alias \"a\""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct chart *c;
		struct tree *t = tree_memory(mem);
		tree_put(t, "Chart.yaml", str_of(rows[i].chart));
		assert_string_equal(err_text(mem, chart_read(mem, t, "", 0, &c)), rows[i].want);
	}
	struct chart *c;
	assert_string_equal(err_text(mem, chart_read(mem, tree_memory(mem), "", 0, &c)),
			    "Chart.yaml file is missing");
}

static void files_of_a_chart_say_what_is_wrong_with_them(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		{"charts/note", "x",
		 "error unpacking subchart note in c: Chart.yaml file is missing"},
		{"charts/s.tgz", "x", "error unpacking subchart s.tgz in c: unexpected EOF"},
		{"charts/s.tgz", "0123456789",
		 "error unpacking subchart s.tgz in c: gzip: invalid header"},
		{"charts/s.tgz/x", "x",
		 "error unpacking subchart tar in c: expected s.tgz, got s.tgz/x"},
		{"values.yaml", "a: [\n",
		 "cannot load values.yaml: cannot unmarshal yaml document: error converting YAML "
		 "to "
		 "JSON: yaml: line 1: did not find expected node content"},
		{"values.yaml", "a: 1\n--- x\n",
		 "cannot load values.yaml: error reading yaml document: invalid Yaml document "
		 "separator: x"},
		{"values.yaml", "- a\n",
		 "cannot load values.yaml: cannot unmarshal yaml document: error unmarshaling "
		 "JSON: "
		 "while decoding JSON: json: cannot unmarshal array into Go value of type "
		 "map[string]interface {}"},
		{"Chart.lock", "generated: nope\n",
		 "cannot load Chart.lock: error unmarshaling JSON: while decoding JSON: parsing "
		 "time "
		 "\"nope\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"nope\" as \"2006\""},
		{"requirements.yaml", "dependencies: a\n",
		 "cannot load requirements.yaml: error unmarshaling JSON: while decoding JSON: "
		 "json: "
		 "cannot unmarshal string into Go struct field Metadata.dependencies of type "
		 "[]*v2.Dependency"},
		{".helmignore", "**\n", "double-star (**) syntax is not supported"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct chart *c;
		struct tree *t = tree_memory(mem);
		tree_put(t, "Chart.yaml", STR("name: c\nversion: 1.0.0\n"));
		tree_put(t, rows[i][0], str_of(rows[i][1]));
		assert_string_equal(err_text(mem, chart_read(mem, t, "", CHART_MAX_FILE, &c)),
				    rows[i][2]);
	}
}

static void documents_of_values_end_at_their_separators(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{"a: 1\n---\nb: 2\n", "{\"a\":1,\"b\":2}"},
		{"---\na: 1\n--- # x\na: 2", "{\"a\":2}"},
		{"a: 1\n...\nb: 2\n", "{\"a\":1}"},
		{"a: |\n  x", "{\"a\":\"x\\n\"}"},
		{"# nothing\n", "{}"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct chart *c;
		struct tree *t = tree_memory(mem);
		tree_put(t, "Chart.yaml", STR("name: c\nversion: 1.0.0\n"));
		tree_put(t, "values.yaml", str_of(rows[i][0]));
		assert_null(chart_read(mem, t, "", CHART_MAX_FILE, &c));
		assert_string_equal(json_text(mem, c->values, JSON_SORTED), rows[i][1]);
	}
}

static void nulls_stand_for_nothing(void **state)
{
	(void)state;
	static const char chart[] =
		"name: c\nversion: 1.0.0\nhome: ~\nsources: [~]\ndescription: ~\nkeywords: [~, a]\n"
		"maintainers: ~\nicon: ~\napiVersion: ~\ncondition: ~\ntags: ~\nappVersion: ~\n"
		"deprecated: ~\nannotations: {a: ~}\nkubeVersion: ~\ntype: ~\n"
		"dependencies: [{name: ~, version: ~, repository: ~, condition: ~, tags: ~, "
		"import-values: ~, alias: ~, enabled: ~}]\n";
	struct chart *c = NULL;
	struct tree *t = tree_memory(mem);
	tree_put(t, "Chart.yaml", str_of(chart));
	tree_put(t, "values.yaml", STR("~\n---\na: ~\nb: [~, {c: ~}]\n"));
	tree_put(t, "Chart.lock", STR("generated: ~\ndigest: ~\ndependencies: [~]\n"));
	tree_put(t, "requirements.yaml", STR("~\n"));
	assert_null(chart_read(mem, t, "", CHART_MAX_FILE, &c));
	assert_string_equal(c->api_version, "v1");
	assert_string_equal(c->app_version, "");
	assert_int_equal(c->dependency_count, 1);
	assert_string_equal(json_text(mem, c->values, JSON_SORTED),
			    "{\"a\":null,\"b\":[null,{\"c\":null}]}");
	tree_put(t, "Chart.yaml", STR("~\n"));
	assert_string_equal(err_text(mem, chart_read(mem, t, "", CHART_MAX_FILE, &c)),
			    "validation: chart.metadata.name is required");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_find_their_places),
		cmocka_unit_test(broken_charts_say_why),
		cmocka_unit_test(files_of_a_chart_say_what_is_wrong_with_them),
		cmocka_unit_test(nulls_stand_for_nothing),
		cmocka_unit_test(documents_of_values_end_at_their_separators),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_memory, close_memory);
}
