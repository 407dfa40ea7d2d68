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
		"\"d/old\":{\"metadata\":{\"generation\":3},\"status\":{\"observedGeneration\":2,"
		"\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}},"
		"\"d/alone\":{\"metadata\":{\"name\":\"alone\",\"namespace\":\"d\"}},"
		"\"d/a\":{\"metadata\":{\"name\":\"a\",\"namespace\":\"d\"},\"spec\":"
		"{\"dependsOn\":[{\"name\":\"ready\"},{\"name\":\"b\"}]}},"
		"\"d/b\":{\"metadata\":{\"name\":\"b\",\"namespace\":\"d\"},\"spec\":"
		"{\"dependsOn\":[{\"name\":\"c\",\"namespace\":\"e\",\"kind\":\"HelmRelease\"}]}},"
		"\"HelmRelease/e/c\":{\"metadata\":{\"name\":\"c\",\"namespace\":\"e\"},\"spec\":"
		"{\"dependsOn\":[{\"name\":\"a\",\"namespace\":\"d\",\"kind\":\"Kustomization\"}]}}"
		","
		"\"Base/d/plain\":{\"metadata\":{\"generation\":7},\"status\":{\"conditions\":"
		"[{\"type\":\"Ready\",\"status\":\"True\"}]}},"
		"\"Base/d/"
		"old\":{\"metadata\":{\"generation\":7},\"status\":{\"observedGeneration\":6,"
		"\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}},"
		"\"Base/d/silent\":{\"metadata\":{\"generation\":1}}}");
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
	const char *prefix = text_eq(kind, "Kustomization") ? "" : arena_printf(m, "%s/", kind);
	return val_get(world, arena_printf(m, "%s%s/%s", prefix, ns, name));
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

static err *get_other(void *arg, arena *m, const struct dependency *d, const char *ns,
		      const val **ret_obj)
{
	(void)arg;
	if (text_eq(d->kind, "Unknown"))
		return err_new(m, ERR_NOT_FOUND, "no matches for kind \"Unknown\"");
	if (text_eq(d->kind, "Secret"))
		return err_new(m, ERR_UNSUPPORTED, "no");
	*ret_obj = get(NULL, m, d->kind, ns, d->name);
	return NULL;
}

static struct depends_calls calls = {
	.kind = "Kustomization", .get = get, .get_other = get_other, .eval = eval};

static const char *self = "d/alone"; /* who depends */

static const char *told_of(const struct dependency *d)
{
	err *e = depends_ready(mem, &calls, val_get(world, self), d, 1);
	return e ? arena_printf(mem, "%d %s", e->code, err_text(mem, e)) : "ready";
}

static const char *told(const char *ns, const char *name, const char *expr)
{
	const struct dependency d = {.ns = ns, .name = name, .ready_expr = expr};
	return told_of(&d);
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
	assert_string_equal(told("", "old", "runtime"), WAITS("no such key: x"));
	calls.additive = true;
	assert_string_equal(told("", "old", "yes"), WAITS("dependency 'd/old' is not ready"));
	calls.additive = false;
}

static const char *told_other(const char *kind, const char *name, const char *expr)
{
	const struct dependency d = {
		.name = name, .ready_expr = expr, .api_version = "db.example.org/v1", .kind = kind};
	return told_of(&d);
}

static void others_count_by_their_condition(void **state)
{
	(void)state;
	assert_string_equal(told_other("Base", "plain", NULL), "ready");
	assert_string_equal(told_other("Base", "old", NULL),
			    WAITS("dependency 'Base/d/old' is not ready"));
	assert_string_equal(told_other("Base", "silent", NULL),
			    WAITS("dependency 'Base/d/silent' is not ready"));
	assert_string_equal(told_other("Base", "silent", "yes"), "ready");
	assert_string_equal(told_other("Base", "none", NULL),
			    WAITS("dependency 'Base/d/none' not found"));
	assert_string_equal(told_other("Unknown", "x", NULL),
			    WAITS("dependency 'Unknown/d/x' not found: no matches for kind "
				  "\"Unknown\""));
	assert_string_equal(told_other("Secret", "x", NULL),
			    arena_printf(mem, "%d dependency 'Secret/d/x': no", ERR_UNSUPPORTED));
}

static const char *kind_of(const char *api_version, const char *kind)
{
	const struct dependency d = {.name = "x", .api_version = api_version, .kind = kind};
	return depends_kind(mem, &d, "Kustomization");
}

static void kinds_have_names_as_references_have_them(void **state)
{
	(void)state;
	assert_string_equal(kind_of(NULL, NULL), "Kustomization");
	assert_string_equal(kind_of("kustomize.toolkit.fluxcd.io/v1", "Kustomization"),
			    "Kustomization");
	assert_string_equal(kind_of("", "HelmRelease"), "HelmRelease");
	assert_string_equal(kind_of("source.toolkit.fluxcd.io/v1", "Bucket"), "Bucket");
	assert_string_equal(kind_of("db.example.org/v1", "Bucket"), "Bucket.db.example.org");
	assert_string_equal(kind_of("notfluxcd.io/v1", "Bucket"), "Bucket.notfluxcd.io");
	assert_string_equal(kind_of("v1", "Service"), "Service.");
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
	self = "d/a";
	assert_string_equal(told("", "b", NULL),
			    WAITS("dependency 'd/b' is not ready: dependsOn goes in a circle: "
				  "d/a → d/b → HelmRelease/e/c → d/a"));
	self = "d/alone";
	assert_true(depends_cycle(mem, &calls, val_get(world, "d/a"), &path));
	assert_string_equal(path, "d/a → d/b → HelmRelease/e/c → d/a");
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
		IN_WORLD(expressions_replace_or_add),
		IN_WORLD(the_revision_of_a_shared_source_counts),
		IN_WORLD(others_count_by_their_condition),
		IN_WORLD(kinds_have_names_as_references_have_them),
		IN_WORLD(a_cycle_is_shown),
		IN_WORLD(references_are_found_from_their_target),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
