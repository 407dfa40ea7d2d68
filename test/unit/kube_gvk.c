#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kube/gvk.h"

static void parses_api_versions(void **state)
{
	(void)state;
	struct gvk a, b;
	arena *mem = arena_open();
	assert_true(gvk_parse(mem, "apps/v1", "Deployment", &a));
	assert_string_equal(a.group, "apps");
	assert_string_equal(a.version, "v1");
	assert_string_equal(gvk_api_version(mem, &a), "apps/v1");
	assert_true(gvk_parse(mem, "v1", "Pod", &b));
	assert_string_equal(b.group, "");
	assert_string_equal(gvk_api_version(mem, &b), "v1");
	assert_false(gvk_eq(&a, &b));
	assert_false(gvk_parse(mem, "a/b/c", "X", &a));
	assert_false(gvk_parse(mem, "a/", "X", &a));
	assert_false(gvk_parse(mem, "/v1", "X", &a));
	assert_false(gvk_parse(mem, "", "X", &a));
	assert_false(gvk_parse(mem, "v1", "", &a));
	assert_false(gvk_parse(mem, NULL, NULL, &a));
	arena_close(mem);
}

static void names_objects(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct object_id a = {"apps", "Deployment", "ns", "web"}, b = {"", "Namespace", "", "ns"};
	assert_string_equal(object_id_text(mem, &a), "Deployment/ns/web");
	assert_string_equal(object_id_text(mem, &b), "Namespace/ns");
	assert_string_equal(object_id_key(mem, &a), "apps/Deployment/ns/web");
	assert_true(object_id_eq(&a, &a));
	assert_false(object_id_eq(&a, &b));
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(parses_api_versions),
					   cmocka_unit_test(names_objects)};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
