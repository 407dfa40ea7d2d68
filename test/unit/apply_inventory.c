#include "table.h"

#include "apply/inventory.h"
#include "apply/change.h"

static void ids_read_back(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		struct object_id id;
	} rows[] = {
		{"apps_web__ConfigMap", {"", "ConfigMap", "apps", "web"}},
		{"apps_web_apps_Deployment", {"apps", "Deployment", "apps", "web"}},
		{"_apps__Namespace", {"", "Namespace", "", "apps"}},
		{"_system__node_rbac.authorization.k8s.io_ClusterRole",
		 {"rbac.authorization.k8s.io", "ClusterRole", "", "system:node"}},
		{"x_a__b__c__Role", {"", "Role", "x", "a:b:c"}},
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct object_id id;
		assert_string_equal(inventory_id(mem, &rows[i].id), rows[i].text);
		assert_null(inventory_parse_id(mem, str_of(rows[i].text), &id));
		assert_true(object_id_eq(&id, &rows[i].id));
	}
	arena_close(mem);
}

static void what_is_no_id_is_refused(void **state)
{
	(void)state;
	static const char *const rows[] = {"", "_", "__", "a_b", "a_b_c", "abc", "a_b_c_"};
	arena *mem = arena_open();
	struct object_id id;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(err_code(inventory_parse_id(mem, str_of(rows[i]), &id)),
				 ERR_INVALID);
	arena_close(mem);
}

static struct inventory of(arena *mem, const char *names)
{
	struct inventory i = {0};
	for (; *names; names++) {
		char name[] = {*names, 0};
		struct object_id id = {"", "ConfigMap", "x", arena_text(mem, name)};
		inventory_add(mem, &i, &id, "v1");
	}
	return i;
}

static const char *names(arena *mem, const struct inventory *i)
{
	const char *all = "";
	for (size_t k = 0; k < i->n; k++)
		all = arena_printf(mem, "%s%s", all, i->p[k].id.name);
	return all;
}

static void sets(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct inventory a = of(mem, "abca"), b = of(mem, "cbd");
	struct inventory both = inventory_union(mem, &a, &b), only = inventory_minus(mem, &a, &b);
	assert_string_equal(names(mem, &a), "abc");
	assert_string_equal(names(mem, &both), "abcd");
	assert_string_equal(names(mem, &only), "a");
	struct inventory again;
	assert_null(inventory_read(mem, inventory_val(mem, &both), &again));
	assert_string_equal(names(mem, &again), "abcd");
	assert_null(inventory_read(mem, NULL, &again));
	assert_int_equal(again.n, 0);
	arena_close(mem);
}

static void changes_are_lines(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct changes c = {0};
	assert_string_equal(change_text(mem, &c), "");
	change_add(mem, &c, "ConfigMap/x/a", CHANGE_CREATED);
	change_add(mem, &c, "Namespace/y", CHANGE_SKIPPED);
	assert_string_equal(change_text(mem, &c), "ConfigMap/x/a created\nNamespace/y skipped");
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_read_back),
		cmocka_unit_test(what_is_no_id_is_refused),
		cmocka_unit_test(sets),
		cmocka_unit_test(changes_are_lines),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
