#include "table.h"

#include "apply/managed.h"
#include "data/patch.h"
#include "data/yaml.h"

static const struct managed_settings ours = {.manager = "kustomize-controller"};

static val *object(arena *mem, const char *metadata)
{
	val *v;
	assert_null(yaml_parse(mem, str_of(arena_printf(mem, "metadata: %s", metadata)), &v));
	return v;
}

#define OURS                                                                                       \
	"{manager: kustomize-controller, operation: Apply, time: t1, fieldsV1: {\"f:data\": "      \
	"{\"f:a\": {}}}}"

static void our_entry(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct managed_entry none = managed_ours(mem, object(mem, "{}"), &ours);
	assert_true(none.hash == 0);
	assert_string_equal(none.time, "");
	struct managed_entry a =
		managed_ours(mem, object(mem, "{managedFields: [" OURS "]}"), &ours);
	assert_true(a.hash != 0);
	assert_string_equal(a.time, "t1");
	/* the order of keys says nothing, the time is no field, others' entries do not count */
	struct managed_entry b = managed_ours(
		mem,
		object(mem,
		       "{managedFields: [{manager: x, operation: Apply, fieldsV1: {}}, {operation: "
		       "Apply, manager: "
		       "kustomize-controller, time: t2, fieldsV1: {\"f:data\": {\"f:a\": {}}}}]}"),
		&ours);
	assert_true(a.hash == b.hash);
	struct managed_entry lost =
		managed_ours(mem,
			     object(mem, "{managedFields: [{manager: kustomize-controller, "
					 "operation: Apply, fieldsV1: {}}]}"),
			     &ours);
	assert_true(lost.hash && lost.hash != a.hash);
	arena_close(mem);
}

static bool foreign(arena *mem, const char *metadata)
{
	return managed_has_foreign(object(mem, metadata), &ours);
}

static void who_is_foreign(void **state)
{
	(void)state;
	arena *mem = arena_open();
	assert_false(foreign(mem, "{}"));
	assert_false(foreign(mem, "{managedFields: [" OURS "]}"));
	assert_true(foreign(mem, "{managedFields: [{manager: kubectl-edit, operation: Update}]}"));
	assert_true(foreign(mem, "{managedFields: [{manager: kubectl, operation: Apply}]}"));
	assert_false(foreign(
		mem,
		"{managedFields: [{manager: kubectl, operation: Update, subresource: scale}]}"));
	assert_true(foreign(
		mem, "{managedFields: [{manager: kustomize-controller, operation: Update}]}"));
	assert_true(foreign(mem,
			    "{managedFields: [{manager: before-first-apply, operation: Update}]}"));
	assert_false(foreign(mem, "{managedFields: [{manager: other, operation: Update}]}"));
	assert_true(foreign(
		mem, "{annotations: {kubectl.kubernetes.io/last-applied-configuration: x}}"));
	assert_true(foreign(mem, "{labels: {fluxcd.io/sync-gc-mark: x}}"));
	const char *const more[] = {"other", NULL};
	const struct managed_settings wide = {.manager = "kustomize-controller", .overrides = more};
	assert_true(managed_has_foreign(
		object(mem, "{managedFields: [{manager: other-1, operation: Update}]}"), &wide));
	arena_close(mem);
}

static const char *taken_over(arena *mem, const char *metadata)
{
	val *obj = object(mem, metadata), *patch = managed_takeover(mem, obj, &ours);
	if (!patch)
		return "nothing";
	assert_null(patch_apply(mem, obj, patch, PATCH_STRICT, &obj));
	return json_text(mem, val_get(obj, "metadata"), JSON_SORTED);
}

static void their_fields_become_ours(void **state)
{
	(void)state;
	arena *mem = arena_open();
	assert_string_equal(taken_over(mem, "{managedFields: [" OURS "]}"), "nothing");
	assert_string_equal(taken_over(mem, "{resourceVersion: '7', managedFields: [" OURS
					    ", {manager: kubectl-edit, operation: Update, "
					    "fieldsV1: {\"f:data\": {\"f:b\": {}}}}, "
					    "{manager: other, operation: Update, fieldsV1: {}}]}"),
			    "{\"managedFields\":[{\"fieldsV1\":{\"f:data\":{\"f:a\":{},\"f:b\":{}}}"
			    ",\"manager\":"
			    "\"kustomize-controller\",\"operation\":\"Apply\",\"time\":\"t1\"},{"
			    "\"fieldsV1\":{},\"manager\":"
			    "\"other\",\"operation\":\"Update\"}],\"resourceVersion\":\"7\"}");
	/* without an entry of ours theirs is renamed */
	assert_string_equal(taken_over(mem, "{resourceVersion: '7', managedFields: [{manager: "
					    "kubectl, operation: Apply, fieldsV1: "
					    "{\"f:data\": {}}}]}"),
			    "{\"managedFields\":[{\"fieldsV1\":{\"f:data\":{}},\"manager\":"
			    "\"kustomize-controller\","
			    "\"operation\":\"Apply\"}],\"resourceVersion\":\"7\"}");
	assert_string_equal(
		taken_over(
			mem,
			"{resourceVersion: '7', annotations: "
			"{kubectl.kubernetes.io/last-applied-configuration: x, keep: z}, labels: "
			"{fluxcd.io/sync-gc-mark: z}}"),
		"{\"annotations\":{\"keep\":\"z\"},\"labels\":{},\"resourceVersion\":\"7\"}");
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_entry),
		cmocka_unit_test(who_is_foreign),
		cmocka_unit_test(their_fields_become_ours),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
