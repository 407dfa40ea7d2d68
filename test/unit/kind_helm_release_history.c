#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data/json.h"
#include "data/yaml.h"
#include "data/yaml_node.h"
#include "helm/helm_observe.h"
#include "kind/helm_release.h"
#include "kind/helm_release_digest.h"
#include "kind/helm_release_history.h"

static arena *mem;

static int open_arena(void **state)
{
	(void)state;
	mem = arena_open();
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

static val *yaml(const char *text)
{
	val *v;
	assert_null(yaml_parse(mem, str_of(text), &v));
	return v;
}

static val *release(int version, const char *status)
{
	return yaml(arena_printf(mem,
				 "{name: app, namespace: ns, version: %d, info: {status: %s}, "
				 "manifest: '', chart: {metadata: {name: demo, version: 1.0.0}}, "
				 "hooks: [{name: t, events: [test], last_run: {phase: Failed}}, "
				 "{name: u, events: [test], last_run: {phase: Succeeded}}]}",
				 version, status));
}

/* The history as "version status action[ tests][ oci]; …". */
static const char *shown(const val *status)
{
	const val *history = val_get(status, "history");
	const char *text = "";
	for (size_t i = 0; i < val_len(history); i++) {
		const val *s = val_at(history, i), *tests = val_get(s, "testHooks");
		text = arena_printf(mem, "%s%s%lld %s %s", text, i ? "; " : "",
				    (long long)val_as_int(val_get(s, "version"), 0),
				    val_text_or(val_get(s, "status"), ""),
				    val_text_or(val_get(s, "action"), "-"));
		if (tests)
			text = arena_printf(mem, "%s tests:%zu", text, val_len(tests));
		if (val_get(s, "ociDigest"))
			text = arena_printf(mem, "%s oci", text);
		assert_null(val_get(s, "deleted")); /* no nulls */
	}
	return text;
}

static const struct history_note install = {HISTORY_RELEASE, "install", "sha256:x", NULL, NULL};
static const struct history_note upgrade = {HISTORY_RELEASE, "upgrade", "", NULL, NULL};

static void releases_come_first_and_one_older_is_updated(void **state)
{
	val *status = val_map(mem);
	(void)state;
	const val *first[] = {release(1, "pending-install"), release(1, "deployed")};
	history_record(mem, status, &install, first, 2);
	assert_string_equal(shown(status), "1 deployed install oci");
	val_set(mem, val_at(val_get(status, "history"), 0), "testHooks",
		yaml("{t: {phase: Failed}}"));
	const val *second[] = {release(2, "pending-upgrade"), release(1, "superseded"),
			       release(2, "deployed")};
	history_record(mem, status, &upgrade, second, 3);
	assert_string_equal(shown(status), "2 deployed upgrade; 1 superseded - tests:1 oci");
	/* a revision of which nothing is known is not added behind */
	const val *third[] = {release(3, "failed"), release(9, "deployed")};
	history_record(mem, status, &upgrade, third, 1);
	history_record(mem, status, &upgrade, third + 1, 0);
	assert_string_equal(shown(status),
			    "3 failed upgrade; 2 deployed upgrade; 1 superseded - tests:1 oci");
}

static void an_action_that_is_put_down_is_recorded_once(void **state)
{
	val *status = val_map(mem);
	(void)state;
	const val *begun[] = {release(1, "pending-install")}, *ended[] = {release(1, "deployed")};
	history_record(mem, status, &install, begun, 1);
	assert_string_equal(shown(status), "1 pending-install install oci");
	history_record(mem, status, &install, ended, 1);
	assert_string_equal(shown(status), "1 deployed install oci");
}

static void rollbacks_uninstalls_and_unlocks_update(void **state)
{
	static const struct history_note back = {HISTORY_ROLLBACK, "rollback", NULL, NULL, NULL};
	static const struct history_note away = {HISTORY_UNINSTALL, "uninstall", NULL, NULL, NULL};
	static const struct history_note free_it = {HISTORY_UNLOCK, NULL, NULL, NULL, NULL};
	val *status = val_map(mem);
	(void)state;
	const val *made[] = {release(1, "deployed")}, *failed[] = {release(2, "failed")};
	history_record(mem, status, &install, made, 1);
	history_record(mem, status, &upgrade, failed, 1);
	const val *rolled[] = {release(3, "pending-rollback"), release(1, "superseded"),
			       release(3, "deployed")};
	history_record(mem, status, &back, rolled, 3);
	assert_string_equal(shown(status),
			    "3 deployed rollback; 2 failed upgrade; 1 superseded rollback oci");
	const val *freed[] = {release(3, "failed")};
	history_record(mem, status, &free_it, freed, 1);
	const val *gone[] = {release(2, "uninstalling"), release(7, "uninstalling")};
	history_record(mem, status, &away, gone, 2);
	assert_string_equal(
		shown(status),
		"3 failed rollback; 2 uninstalling uninstall; 1 superseded rollback oci");
	const val *unknown[] = {release(4, "failed")};
	history_record(mem, status, &free_it, unknown, 1);
	assert_string_equal(shown(status),
			    "4 failed -; 3 failed rollback; 2 uninstalling uninstall; 1 superseded "
			    "rollback oci");
	/* one that had been forgotten goes to its place, too */
	const val *back_again[] = {release(6, "deployed"), release(5, "failed")};
	history_record(mem, status, &back, back_again, 2);
	assert_string_equal(
		shown(status),
		"6 deployed -; 5 failed -; 4 failed -; 3 failed rollback; 2 uninstalling "
		"uninstall; 1 superseded rollback oci");
	val *nothing = val_map(mem);
	history_record(mem, nothing, &free_it, unknown, 1);
	assert_null(val_get(nothing, "history"));
}

static bool only_t(const void *arg, const char *test)
{
	(void)arg;
	return text_eq(test, "t");
}

static void tests_count_for_the_latest_alone(void **state)
{
	static const struct history_note all = {HISTORY_TEST, NULL, NULL, NULL, NULL};
	static const struct history_note some = {HISTORY_TEST, NULL, NULL, only_t, NULL};
	val *status = val_map(mem);
	(void)state;
	const val *one[] = {release(1, "deployed")}, *two[] = {release(2, "deployed")};
	history_record(mem, status, &install, one, 1);
	history_record(mem, status, &upgrade, two, 1);
	history_record(mem, status, &all, one, 1);
	assert_string_equal(shown(status), "2 deployed upgrade; 1 deployed install oci");
	history_record(mem, status, &all, two, 1);
	assert_string_equal(shown(status), "2 deployed upgrade tests:2; 1 deployed install oci");
	assert_true(history_test_failed(history_latest(val_get(status, "history"))));
	history_record(mem, status, &some, two, 1);
	assert_string_equal(shown(status), "2 deployed upgrade tests:1; 1 deployed install oci");
	history_record(mem, val_map(mem), &all, two, 1);
}

static void a_rollback_goes_to_what_was_good(void **state)
{
	val *status = val_map(mem);
	(void)state;
	assert_null(history_latest(NULL));
	assert_null(history_previous(NULL, false));
	const char *const was[] = {"superseded", "deployed", "failed", "failed"};
	for (int i = 1; i <= 4; i++) {
		const val *r[] = {release(i, was[i - 1])};
		history_record(mem, status, &upgrade, r, 1);
	}
	const val *history = val_get(status, "history");
	assert_int_equal(val_as_int(val_get(history_previous(history, false), "version"), 0), 2);
	val_set(mem, val_at(history, 2), "testHooks", yaml("{t: {phase: Failed}}"));
	assert_int_equal(val_as_int(val_get(history_previous(history, false), "version"), 0), 1);
	assert_int_equal(val_as_int(val_get(history_previous(history, true), "version"), 0), 2);
	assert_string_equal(history_name(mem, val_at(history, 0)), "ns/app.v4");
	assert_string_equal(history_chart(mem, val_at(history, 0)), "demo@1.0.0");
	assert_string_equal(history_name(mem, NULL), "");
}

static void digests_are_those_of_go(void **state)
{
	(void)state;
	const val *r = yaml("- kustomize:\n"
			    "    images: [{name: example.org/web, newTag: '10'}]\n");
	assert_string_equal(
		helm_release_renderers_digest(mem, r),
		"sha256:a5f26ac827a7d70fd7f2e3f4485b80c2a6f73dcd85f111e57925dd9e9207f5a5");
	r = yaml("- kustomize:\n"
		 "    patches:\n"
		 "    - patch: |\n"
		 "        apiVersion: v1\n"
		 "        kind: ConfigMap\n"
		 "        metadata: {name: app, labels: {patched: \"yes\"}}\n"
		 "        data: {more: \"1\"}\n"
		 "    - patch: |\n"
		 "        - {op: add, path: /metadata/annotations/json, value: patched}\n"
		 "      target: {kind: ConfigMap}\n"
		 "    images: [{name: example.org/web, newName: example.net/web, newTag: \"9\"}]\n"
		 "- kustomize:\n"
		 "    images: [{name: example.net/web, digest: "
		 "\"sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3\"}]\n");
	assert_string_equal(
		helm_release_renderers_digest(mem, r),
		"sha256:46b16b3295cded5a0221aea990b1d58f956a11803fc387ab3ce8adcb3296b6b0");
	assert_string_equal(helm_release_renderers_digest(mem, NULL), "");
	assert_string_equal(helm_release_common_digest(mem, NULL), "");
	assert_string_not_equal(helm_release_common_digest(mem, yaml("{labels: {a: b}}")),
				helm_release_common_digest(mem, yaml("{annotations: {a: b}}")));
}

static const char *marked(const char *in)
{
	val *docs;
	buf out = buf_init(mem);
	const val *labels[] = {yaml("{a: common, b: x}"), yaml("{a: origin}")};
	assert_null(yaml_node_vals(mem, str_of(in), &docs));
	err *e = helm_release_mark(mem, docs, labels, 2, yaml("{note: '1'}"), &docs);
	if (e)
		return err_text(mem, e);
	for (size_t i = 0; i < val_len(docs); i++) {
		buf_text_add(&out, i ? "---\n" : "");
		yaml_print(&out, val_at(docs, i));
	}
	return buf_text(&out);
}

static void labels_are_put_on_what_is_rendered(void **state)
{
	(void)state;
	assert_string_equal(
		marked("# nothing\n---\nkind: A\nmetadata: {name: x}\n"),
		"kind: A\nmetadata:\n  annotations:\n    note: \"1\"\n  labels:\n    a: "
		"origin\n    b: x\n  name: x\n");
	/* what is in a list comes behind */
	assert_non_null(strstr(
		marked("kind: List\nitems: [{kind: B, metadata: {name: second}}]\n---\nkind: "
		       "A\nmetadata: {name: x}\n"),
		"name: x\n---\n"));
	assert_string_equal(marked("what: this\nmetadata: {annotations: {f: g.yaml}}\n"),
			    "missing kind in object {{ } {{ } map[] map[f:g.yaml]}}");
	assert_string_equal(marked("kind: A\napiVersion: v1\nmetadata: {labels: {a: b}}\n"),
			    "missing metadata.name in object {{v1 A} {{ } map[a:b] map[]}}");
	assert_string_equal(
		marked("kind: A\napiVersion: x/v1\nmetadata: {name: x, namespace: n}\n---\nkind: "
		       "A\napiVersion: x/v1\nmetadata: {name: x, namespace: n}\n"),
		"may not add resource with an already registered id: A.v1.x/x.n");
	assert_string_equal(marked(""), "");
}

#define IN_ARENA(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_ARENA(releases_come_first_and_one_older_is_updated),
		IN_ARENA(an_action_that_is_put_down_is_recorded_once),
		IN_ARENA(rollbacks_uninstalls_and_unlocks_update),
		IN_ARENA(tests_count_for_the_latest_alone),
		IN_ARENA(a_rollback_goes_to_what_was_good),
		IN_ARENA(digests_are_those_of_go),
		IN_ARENA(labels_are_put_on_what_is_rendered),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
