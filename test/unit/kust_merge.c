/* Strategic merges and JSON patches: golden cases, and schemas of the user's. */
#include "golden.h"

#include "kust/kust_merge.h"

static struct yaml_node *read(arena *mem, str text)
{
	struct yaml_node *doc;
	assert_null(yaml_node_read(mem, text, &doc));
	assert_null(yaml_node_expand(mem, doc));
	return doc;
}

static bool one_merge(arena *mem, const char *folder)
{
	str object, patch;
	struct yaml_node *result = NULL;
	buf printed = buf_init(mem);
	assert_non_null(golden_read(mem, folder, "in.yaml", &object));
	assert_non_null(golden_read(mem, folder, "patch.yaml", &patch));
	err *e = kust_merge(mem, NULL, read(mem, object), read(mem, patch), &result);
	if (!e && result)
		e = yaml_node_print(&printed, result);
	return golden_result(mem, folder, "want.yaml", buf_view(&printed), e);
}

static void merges(void **state)
{
	(void)state;
	golden_run("kust_merge", one_merge);
}

static bool one_patch(arena *mem, const char *folder)
{
	str object, text;
	struct yaml_node *result;
	struct kust_json_patch *patch;
	buf printed = buf_init(mem);
	assert_non_null(golden_read(mem, folder, "in.yaml", &object));
	assert_non_null(golden_read(mem, folder, "patch", &text));
	err *e = kust_json_patch_read(mem, text, &patch);
	if (!e)
		e = kust_json_patch_apply(mem, patch, read(mem, object), &result);
	if (!e)
		e = yaml_node_print(&printed, result);
	return golden_result(mem, folder, "want.yaml", buf_view(&printed), e);
}

static void json_patches(void **state)
{
	(void)state;
	golden_run("kust_json_patch", one_patch);
}

static const char swagger[] =
	"definitions:\n"
	"  com.ex.Foo:\n"
	"    properties:\n"
	"      spec: {$ref: '#/definitions/com.ex.Spec'}\n"
	"      pod: {$ref: '#/definitions/io.k8s.api.core.v1.PodSpec'}\n"
	"    x-kubernetes-group-version-kind: [{group: ex.com, version: v1, kind: Foo}]\n"
	"  com.ex.Spec:\n"
	"    properties:\n"
	"      rules:\n"
	"        type: array\n"
	"        items: {$ref: '#/definitions/com.ex.Spec'}\n"
	"        x-kubernetes-patch-strategy: merge\n"
	"        x-kubernetes-patch-merge-key: id\n"
	"paths:\n"
	"  /apis/ex.com/v1/foos:\n"
	"    get: {x-kubernetes-group-version-kind: {group: ex.com, version: v1, kind: Foo}}\n"
	"  /apis/ex.com/v1/namespaces/{namespace}/bars:\n"
	"    get: {x-kubernetes-group-version-kind: {group: ex.com, version: v1, kind: Bar}}\n";

static const char *merged(arena *mem, const struct kust_schema *schema, const char *object,
			  const char *patch)
{
	struct yaml_node *result;
	buf printed = buf_init(mem);
	assert_null(kust_merge(mem, schema, read(mem, str_of(object)), read(mem, str_of(patch)),
			       &result));
	assert_null(yaml_node_print(&printed, result));
	return buf_text(&printed);
}

static void schemas(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct kust_schema *alone, *added;
	const char *object = "apiVersion: ex.com/v1\nkind: Foo\npod:\n  volumes: [{name: a}]\n"
			     "spec:\n  rules:\n  - {id: a, rules: [{id: x}]}\n  - {id: b}\n";
	const char *patch = "kind: Foo\npod:\n  volumes: [{name: b}]\n"
			    "spec:\n  rules: [{id: a, rules: [{id: y}]}]\n";
	assert_null(kust_schema_read(mem, str_of(swagger), false, &alone));
	assert_string_equal(merged(mem, alone, object, patch),
			    "apiVersion: ex.com/v1\nkind: Foo\npod:\n  volumes:\n  - name: b\n"
			    "spec:\n  rules:\n  - id: a\n    rules:\n    - id: \"y\"\n    - id: x\n"
			    "  - id: b\n");
	/* with those built in, a definition of Kubernetes can be referred to */
	assert_null(kust_schema_read(mem, str_of(swagger), true, &added));
	assert_string_equal(merged(mem, added, object, patch),
			    "apiVersion: ex.com/v1\nkind: Foo\npod:\n  volumes:\n  - name: b\n"
			    "  - name: a\nspec:\n  rules:\n  - id: a\n    rules:\n    - id: \"y\"\n"
			    "    - id: x\n  - id: b\n");
	assert_int_equal(kust_schema_scope(alone, STR("ex.com/v1"), STR("Foo")), 1);
	assert_int_equal(kust_schema_scope(alone, STR("ex.com/v1"), STR("Bar")), 0);
	assert_int_equal(kust_schema_scope(alone, STR("v1"), STR("Pod")), -1);
	assert_int_equal(kust_schema_scope(NULL, STR("v1"), STR("Pod")), -1);
	arena_close(mem);
}

static void broken_schemas(void **state)
{
	(void)state;
	static const char *const texts[] = {"{", "5", "a: [", "definitions: [1]"};
	arena *mem = arena_open();
	struct kust_schema *schema;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		err *e = kust_schema_read(mem, str_of(texts[i]), false, &schema);
		assert_true(text_starts(err_text(mem, e), "invalid schema file"));
	}
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges),
		cmocka_unit_test(json_patches),
		cmocka_unit_test(schemas),
		cmocka_unit_test(broken_schemas),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
