#include "table.h"

#include "apply/ignore.h"
#include "data/yaml.h"

static const struct managed_settings ours = {.manager = "kustomize-controller"};

static val *yaml(arena *mem, const char *text)
{
	val *v;
	assert_null(yaml_parse(mem, str_of(text), &v));
	return v;
}

static struct bundle *bundle(arena *mem, const char *text, const char *rules)
{
	val *obj = yaml(mem, text);
	struct bundle *b;
	static const struct bundle_settings none = {0};
	assert_null(bundle_from(mem, &obj, 1, &none, &b));
	assert_null(ignore_mark(mem, b, yaml(mem, rules)));
	return b;
}

#define MAP                                                                                        \
	"{apiVersion: v1, kind: ConfigMap, metadata: {name: shared, namespace: x, labels: {a: "    \
	"b}}, data: {a: git, b: git}}"

static size_t paths(const char *rules)
{
	arena *mem = arena_open();
	size_t n = bundle(mem, MAP, rules)->p[0].ignore_n;
	arena_close(mem);
	return n;
}

static void rules_choose_objects(void **state)
{
	(void)state;
	assert_int_equal(paths("[]"), 0);
	assert_int_equal(paths("[{paths: [/data/a, /data/b]}, {paths: [/data/c]}]"), 3);
	assert_int_equal(paths("[{paths: [/a], target: {kind: Config.*, name: sh.*d, namespace: x, "
			       "version: v1}}]"),
			 1);
	assert_int_equal(paths("[{paths: [/a], target: {name: share}}]"), 0); /* the whole name */
	assert_int_equal(paths("[{paths: [/a], target: {group: apps}}]"), 0);
	assert_int_equal(paths("[{paths: [/a], target: {labelSelector: \"a in (b)\"}}]"), 1);
	assert_int_equal(paths("[{paths: [/a], target: {annotationSelector: a=b}}]"), 0);
	arena *mem = arena_open();
	struct bundle *b = bundle(mem, MAP, "[]");
	assert_int_equal(
		err_code(ignore_mark(mem, b, yaml(mem, "[{paths: [], target: {name: \"(\"}}]"))),
		ERR_INVALID);
	arena_close(mem);
}

static const char *adopted(arena *mem, const char *live)
{
	struct bundle *b = bundle(mem, MAP, "[{paths: [/data/a]}]");
	val *obj;
	assert_null(ignore_adopt(mem, &b->p[0], yaml(mem, live), &ours, &obj));
	return json_text(mem, val_get(obj, "data"), JSON_SORTED);
}

static void ignored_fields_stay_as_they_are(void **state)
{
	(void)state;
	arena *mem = arena_open();
	assert_string_equal(adopted(mem, "{data: {a: hand, b: hand}}"),
			    "{\"a\":\"hand\",\"b\":\"git\"}");
	assert_string_equal(adopted(mem, "{data: {b: hand}}"), "{\"b\":\"git\"}");
	assert_string_equal(adopted(mem, "{data: {a: git}}"), "{\"a\":\"git\",\"b\":\"git\"}");
	assert_string_equal(
		adopted(mem,
			"{metadata: {managedFields: [{manager: other, operation: Apply, fieldsV1: "
			"{\"f:data\": {\"f:a\": {}}}}]}, data: {a: other}}"),
		"{\"b\":\"git\"}");
	assert_string_equal(
		adopted(mem,
			"{metadata: {managedFields: [{manager: other, operation: Update, fieldsV1: "
			"{\"f:data\": {\"f:a\": {}}}}]}, data: {a: other}}"),
		"{\"a\":\"other\",\"b\":\"git\"}");
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_choose_objects),
		cmocka_unit_test(ignored_fields_stay_as_they_are),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
