#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/depends.h"
#include "ctl/refs.h"
#include "data/json.h"

static arena *mem;
static val *world; /* "ns/name" → object */

static val *parse(const char *json)
{
	val *v;
	assert_null(json_parse(mem, str_of(json), &v));
	return v;
}

static int open_world(void **state)
{
	(void)state;
	mem = arena_open();
	world = parse(
		"{\"d/ready\":{\"metadata\":{\"generation\":2,\"namespace\":\"d\"},\"status\":"
		"{\"observedGeneration\":2,\"lastAppliedRevision\":\"main@sha1:1\",\"conditions\":"
		"[{\"type\":\"Ready\",\"status\":\"True\"}]}},"
		"\"Other/d/"
		"old\":{\"metadata\":{\"generation\":1},\"status\":{\"observedGeneration\":1,"
		"\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}},"
		"\"d/old\":{\"metadata\":{\"generation\":3},\"status\":{\"observedGeneration\":2,"
		"\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}},"
		"\"d/a\":{\"metadata\":{\"name\":\"a\",\"namespace\":\"d\"},\"spec\":"
		"{\"dependsOn\":[{\"name\":\"ready\"},{\"name\":\"b\"}]}},"
		"\"d/b\":{\"metadata\":{\"name\":\"b\",\"namespace\":\"d\"},\"spec\":"
		"{\"dependsOn\":[{\"name\":\"c\",\"namespace\":\"e\"}]}},"
		"\"e/c\":{\"metadata\":{\"name\":\"c\",\"namespace\":\"e\"},\"spec\":"
		"{\"dependsOn\":[{\"name\":\"a\",\"namespace\":\"d\"}]}}}");
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

static const val *get(void *arg, arena *m, const char *kind, const char *ns, const char *name)
{
	(void)arg;
	if (text_eq(kind, "Other"))
		ns = arena_printf(m, "%s/%s", kind, ns);
	return val_get(world, arena_printf(m, "%s/%s", ns, name));
}

static err *eval(void *arg, arena *m, const char *expr, const val *self, const val *dep,
		 bool *ret_ready)
{
	(void)arg;
	assert_non_null(self);
	assert_non_null(dep);
	if (text_eq(expr, "syntax"))
		return err_new(m, ERR_INVALID, "no such syntax");
	if (text_eq(expr, "runtime"))
		return err_new(m, ERR_FAILED, "no such key: x");
	*ret_ready = text_eq(expr, "yes");
	return NULL;
}

static const char *revision(void *arg, arena *m, const val *self, const val *dep)
{
	(void)m;
	(void)self;
	(void)dep;
	return arg;
}

static struct depends_calls calls = {.kind = "One", .get = get, .eval = eval};

static const char *told(const char *ns, const char *name, const char *expr)
{
	const struct dependency d = {ns, name, expr, NULL};
	err *e = depends_ready(mem, &calls, val_get(world, "d/a"), &d, 1);
	return e ? arena_printf(mem, "%d %s", e->code, err_text(mem, e)) : "ready";
}

#define WAITS(text) (arena_printf(mem, "%d %s", ERR_WAIT, text))

static void dependencies_are_ready_or_say_why_not(void **state)
{
	(void)state;
	assert_string_equal(told(NULL, "ready", NULL), "ready");
	assert_string_equal(told("d", "ready", ""), "ready");
	assert_string_equal(told("e", "ready", NULL), WAITS("dependency 'e/ready' not found"));
	assert_string_equal(told("", "old", NULL), WAITS("dependency 'd/old' is not ready"));
	assert_string_equal(told("", "b", NULL), WAITS("dependency 'd/b' is not ready"));
}

static void a_dependency_may_be_of_another_kind(void **state)
{
	const struct dependency there = {"", "old", NULL, "Other"},
				not_there = {"", "ready", NULL, "Other"},
				own = {"", "old", NULL, "One"};
	const val *self = val_get(world, "d/a");
	(void)state;
	assert_null(depends_ready(mem, &calls, self, &there, 1));
	assert_string_equal(err_text(mem, depends_ready(mem, &calls, self, &not_there, 1)),
			    "dependency 'Other/d/ready' not found");
	assert_string_equal(err_text(mem, depends_ready(mem, &calls, self, &own, 1)),
			    "dependency 'd/old' is not ready");
}

static void expressions_replace_or_add(void **state)
{
	(void)state;
	assert_string_equal(told("", "old", "yes"), "ready");
	assert_string_equal(told("", "old", "no"),
			    WAITS("dependency 'd/old' is not ready according to readyExpr eval"));
	assert_string_equal(told("", "old", "syntax"),
			    arena_printf(mem,
					 "%d failed to evaluate dependency old: no such syntax",
					 ERR_INVALID));
	assert_string_equal(told("", "old", "runtime"),
			    WAITS("dependency 'd/old' is not ready: no such key: x"));
	calls.additive = true;
	assert_string_equal(told("", "old", "yes"), WAITS("dependency 'd/old' is not ready"));
	calls.additive = false;
}

static void the_revision_of_a_shared_source_counts(void **state)
{
	(void)state;
	calls.same_source_revision = revision;
	calls.arg = "main@sha1:1";
	assert_string_equal(told("", "ready", NULL), "ready");
	calls.arg = "main@sha1:2";
	assert_string_equal(told("", "ready", NULL),
			    WAITS("dependency 'd/ready' revision is not up to date"));
	calls.same_source_revision = NULL;
	calls.arg = NULL;
}

static void a_cycle_is_shown(void **state)
{
	(void)state;
	const char *path = NULL;
	assert_true(depends_cycle(mem, &calls, val_get(world, "d/a"), &path));
	assert_string_equal(path, "d/a → d/b → e/c → d/a");
	assert_false(depends_cycle(mem, &calls, val_get(world, "d/ready"), &path));
}

static char seen[256];

static void note(void *arg, enum ref_why why, const char *from)
{
	(void)arg;
	char one[64];
	snprintf(one, sizeof(one), "%d:%s ", why, from);
	strcat(seen, one);
}

static const char *pointing_to(struct refs *r, const char *name)
{
	seen[0] = 0;
	refs_to(r, "Git", "d", name, note, NULL);
	return seen;
}

static void references_are_found_from_their_target(void **state)
{
	(void)state;
	struct refs *r = refs_open();
	struct ref_list list = {.mem = mem};
	ref_add(&list, REF_SOURCE, "Git", "d", "app");
	ref_add(&list, REF_CONFIG, "Git", "d", NULL);
	ref_add(&list, REF_DEPENDS, "Git", "d", "lib");
	refs_set(r, "K/d/one", list.p, list.n);
	refs_set(r, "K/d/two", list.p, 1);
	assert_string_equal(pointing_to(r, "app"), "0:K/d/two 0:K/d/one ");
	assert_string_equal(pointing_to(r, "lib"), "1:K/d/one ");
	assert_true(refs_any(r, "Git"));
	assert_false(refs_any(r, "Gi"));
	refs_set(r, "K/d/one", list.p + 1, 1);
	assert_string_equal(pointing_to(r, "app"), "0:K/d/two ");
	refs_set(r, "K/d/two", NULL, 0);
	assert_string_equal(pointing_to(r, "app"), "");
	assert_string_equal(pointing_to(r, "lib"), "1:K/d/one ");
	refs_close(r);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(dependencies_are_ready_or_say_why_not),
		IN_WORLD(a_dependency_may_be_of_another_kind),
		IN_WORLD(expressions_replace_or_add),
		IN_WORLD(the_revision_of_a_shared_source_counts),
		IN_WORLD(a_cycle_is_shown),
		IN_WORLD(references_are_found_from_their_target),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
