/* Charts packed: what comes out reads as what went in, with the changes that were asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "data/yaml.h"
#include "helm/helm.h"

static err *gather(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

static str pack(arena *mem, const struct chart *c)
{
	buf b = buf_init(mem);
	assert_null(package_write(mem, c, (struct sink){gather, &b}));
	return buf_view(&b);
}

static struct tree *folder(arena *mem)
{
	struct tree *t = tree_memory(mem);
	tree_put(t, "Chart.yaml",
		 STR("apiVersion: v2\nname: web\nversion: v1.0.0\nappVersion: 1.10\nunknown: x\n"
		     "maintainers: [{name: M, email: m@x}]\nkeywords: [b, a]\nannotations: {z: "
		     "\"1\", "
		     "a: \"2\"}\ndependencies: [{name: sub, version: 0.x, repository: "
		     "file://../sub, "
		     "condition: sub.enabled, tags: [t], import-values: [up, {child: a, parent: "
		     "b}]}]\n"));
	tree_put(t, "Chart.lock",
		 STR("dependencies:\n- name: sub\n  version: 0.1.0\n  repository: "
		     "file://../sub\ndigest: "
		     "x\ngenerated: \"2026-01-01T00:00:00Z\"\n"));
	tree_put(t, "values.yaml", STR("a: 1 # note\n"));
	tree_put(t, "values.schema.json", STR("{}"));
	tree_put(t, "templates/x.yaml", STR("a: {{ .Values.a }}\n"));
	tree_put(t, "crds/c.yaml", STR("kind: CustomResourceDefinition\n"));
	tree_put(t, "README.md", STR("read me\n"));
	tree_put(t, ".helmignore", STR("secret\n"));
	tree_put(t, "secret", STR("s"));
	tree_put(t, "charts/sub/Chart.yaml", STR("{apiVersion: v2, name: sub, version: 0.1.0}"));
	tree_put(t, "charts/sub/templates/y.yaml", STR("b: 1\n"));
	return t;
}

static const char *file_of(const struct chart *c, const char *name)
{
	for (size_t i = 0; i < c->raw.n; i++)
		if (text_eq(c->raw.p[i].name, name))
			return c->raw.p[i].data.p;
	return NULL;
}

static void test_round_trip(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct chart *c, *again;
	assert_null(helm_read(mem, folder(mem), "", &c));
	str packed = pack(mem, c);
	assert_null(helm_unpack(mem, packed, &again));
	assert_true(val_eq(c->metadata, again->metadata));
	assert_string_equal(file_of(again, "values.yaml"), "a: 1 # note\n");
	assert_string_equal(file_of(again, "crds/c.yaml"), "kind: CustomResourceDefinition\n");
	assert_string_equal(file_of(again, "Chart.lock"), file_of(c, "Chart.lock"));
	assert_null(file_of(again, "secret"));
	assert_non_null(file_of(again, ".helmignore"));
	assert_int_equal(again->chart_count, 1);
	assert_string_equal(again->charts[0]->templates.p[0].name, "templates/y.yaml");
	assert_string_equal(
		file_of(again, "Chart.yaml"),
		"annotations:\n  a: \"2\"\n  z: \"1\"\napiVersion: v2\nappVersion: "
		"\"1.1\"\ndependencies:\n- condition: sub.enabled\n  import-values:\n  - "
		"up\n  - child: a\n    parent: b\n  name: sub\n  repository: "
		"file://../sub\n  tags:\n  - t\n  version: 0.x\nkeywords:\n- b\n- "
		"a\nmaintainers:\n- email: m@x\n  name: M\nname: web\nversion: v1.0.0\n");
	/* packed again, the bytes are the same */
	assert_true(str_eq(packed, pack(mem, again)));
	arena_close(mem);
}

static void test_changes(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct chart *c, *sub, *again;
	val *values;
	bool changed;
	assert_null(helm_read(mem, folder(mem), "", &c));
	assert_null(helm_read(mem, folder(mem), "charts/sub", &sub));
	package_set_version(mem, c, "1.0.0+7");
	package_set_name(mem, sub, "other");
	package_add_chart(mem, c, sub);
	assert_null(yaml_parse(mem, STR("{b: [1, 2.5], a: {x: true}}"), &values));
	assert_null(package_set_values(mem, c, values, &changed));
	assert_true(changed);
	assert_null(package_set_values(mem, c, values, &changed));
	assert_false(changed);
	assert_null(helm_unpack(mem, pack(mem, c), &again));
	assert_string_equal(again->version, "1.0.0+7");
	assert_string_equal(file_of(again, "values.yaml"), "a:\n  x: true\nb:\n- 1\n- 2.5\n");
	assert_int_equal(again->chart_count, 2);
	assert_string_equal(again->charts[0]->name, "other");
	assert_string_equal(again->charts[1]->name, "sub");
	assert_string_equal(err_text(mem, package_set_values(mem, sub, values, &changed)),
			    "failed to locate values file: values.yaml");
	arena_close(mem);
}

static void test_refusals(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct chart *c;
	buf b = buf_init(mem);
	struct tree *t = folder(mem);
	tree_put(t, "values.schema.json", STR("{"));
	assert_null(helm_read(mem, t, "", &c));
	assert_string_equal(err_text(mem, package_write(mem, c, (struct sink){gather, &b})),
			    "invalid JSON in values.schema.json");
	package_set_version(mem, c, "one");
	assert_string_equal(
		err_text(mem, package_write(mem, c, (struct sink){gather, &b})),
		"chart validation: validation: chart.metadata.version \"one\" is invalid");
	arena_close(mem);
}

static void test_peek(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct chart *c, *meta;
	struct chart_dependency **wanted;
	size_t n;
	struct tree *t = folder(mem);
	assert_null(helm_read(mem, t, "", &c));
	assert_null(helm_peek_packed(mem, pack(mem, c), 0, &meta));
	assert_string_equal(meta->name, "web");
	assert_null(helm_check_metadata(mem, meta));
	assert_null(helm_peek(mem, t, "charts/sub", 0, &meta));
	assert_string_equal(meta->version, "0.1.0");
	assert_null(helm_wanted(mem, c, &wanted, &n));
	assert_int_equal(n, 1);
	assert_string_equal(wanted[0]->version, "0.1.0");
	assert_int_equal(err_code(helm_peek(mem, t, "templates", 0, &meta)), ERR_NOT_FOUND);
	assert_int_equal(err_code(helm_peek(mem, t, "", 10, &meta)), ERR_LIMIT);
	assert_int_equal(err_code(helm_peek_packed(mem, pack(mem, c), 10, &meta)), ERR_LIMIT);
	static const struct {
		const char *packed, *want;
	} rows[] = {{"", "EOF"},
		    {"short", "unexpected EOF"},
		    {"<html>page</html>", "gzip: invalid header"}};
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(
			err_text(mem, helm_peek_packed(mem, str_of(rows[i].packed), 0, &meta)),
			rows[i].want);
	str packed = pack(mem, c);
	for (size_t k = 10; k < packed.n; k++)
		assert_non_null(helm_peek_packed(mem, str_sub(packed, 0, k), 0, &meta));
	arena_close(mem);
}

/* A chart of the first version keeps its dependencies in a file of their own. */
static void test_first_version(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct chart *c, *again;
	struct tree *t = tree_memory(mem);
	tree_put(t, "Chart.yaml", STR("{name: old, version: 1.0.0}"));
	tree_put(t, "requirements.yaml", STR("dependencies: [{name: sub, version: 0.x}]"));
	assert_null(helm_read(mem, t, "", &c));
	assert_null(helm_unpack(mem, pack(mem, c), &again));
	assert_string_equal(file_of(again, "Chart.yaml"),
			    "apiVersion: v1\nname: old\nversion: 1.0.0\n");
	assert_int_equal(again->dependency_count, 1);
	arena_close(mem);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_round_trip),    cmocka_unit_test(test_changes),
	cmocka_unit_test(test_refusals),      cmocka_unit_test(test_peek),
	cmocka_unit_test(test_first_version),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
