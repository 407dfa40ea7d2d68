#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "helm/helm_hooks.h"

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

static void documents_are_cut_and_sorted(void **state)
{
	(void)state;
	const struct helm_output files[] = {
		{.path = "c/templates/b.yaml",
		 .text = STR("\n  \n# head\nkind: Service\nmetadata: {name: s}\n\n---  \nkind: "
			     "Deployment\nmetadata: {name: d}\n---kind: Namespace\n---\n\n")},
		{.path = "c/templates/a.yaml",
		 .text = STR("kind: Zeta\nmetadata: {name: z}\n---\nkind: Alpha\nmetadata: {name: "
			     "a}\n")},
	};
	struct helm_manifests out;
	assert_null(hooks_sort(mem, files, 2, true, &out));
	static const char *const kinds[] = {"Namespace", "Service", "Deployment", "Alpha", "Zeta"};
	assert_int_equal(out.manifests.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(out.manifests.p[i].kind, kinds[i]);
	assert_true(str_is(out.manifests.p[1].content,
			   "# head\nkind: Service\nmetadata: {name: s}\n\n"));
	assert_int_equal(out.hooks.n, 0);
}

static void hooks_are_told_apart(void **state)
{
	(void)state;
	const struct helm_output files[] = {
		{.path = "a",
		 .text = STR("kind: Job\nmetadata:\n  name: j\n  annotations:\n    helm.sh/hook: "
			     "pre-install, Post-Upgrade\n"
			     "    helm.sh/hook-weight: \"-5\"\n    helm.sh/hook-delete-policy: "
			     "before-hook-creation,hook-succeeded\n")},
		{.path = "b",
		 .text = STR("kind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: "
			     "test-success}}\n")},
		{.path = "c",
		 .text = STR("kind: Pod\nmetadata: {name: u, annotations: {helm.sh/hook: "
			     "nonsense}}\n")},
	};
	struct helm_manifests out;
	assert_null(hooks_sort(mem, files, 3, true, &out));
	assert_int_equal(out.manifests.n, 0);
	assert_int_equal(out.hooks.n, 2);
	assert_string_equal(out.hooks.p[0].manifest.name, "t");
	assert_true(out.hooks.p[0].events[HOOK_TEST]);
	const struct helm_hook *job = &out.hooks.p[1];
	assert_true(job->events[HOOK_PRE_INSTALL] && job->events[HOOK_POST_UPGRADE] &&
		    !job->events[HOOK_TEST]);
	assert_int_equal(job->weight, -5);
	assert_int_equal(job->delete_policies, HOOK_DELETE_BEFORE | HOOK_DELETE_SUCCEEDED);
}

static void a_broken_document_names_its_file(void **state)
{
	(void)state;
	const struct helm_output list = {.path = "c/templates/l.yaml", .text = STR("- a\n")};
	const struct helm_output bad = {.path = "c/templates/x.yaml", .text = STR("a: b: c\n")};
	struct helm_manifests out;
	assert_true(text_starts(err_text(mem, hooks_sort(mem, &list, 1, true, &out)),
				"YAML parse error on c/templates/l.yaml: error unmarshaling JSON"));
	assert_true(text_starts(err_text(mem, hooks_sort(mem, &bad, 1, true, &out)),
				"YAML parse error on c/templates/x.yaml: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_are_cut_and_sorted),
		cmocka_unit_test(hooks_are_told_apart),
		cmocka_unit_test(a_broken_document_names_its_file),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_memory, close_memory);
}
