#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/json.h"
#include "helm/helm_observe.h"
#include "kind/helm_release_history.h"
#include "kind/helm_release_state.h"

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

/* JSON with ' for ". */
static val *parse(const char *text)
{
	val *v;
	char *json = arena_text(mem, text);
	for (char *p = json; *p; p++)
		if (*p == '\'')
			*p = '"';
	err *e = json_parse(mem, str_of(json), &v);
	if (e)
		fail_msg("%s in %s", err_text(mem, e), json);
	return v;
}

static const char *const state_names[] = {"absent",  "unmanaged", "out of sync",
					  "locked",  "leaving",	  "untested",
					  "drifted", "in sync",	  "failed"};
static const char *const action_names[] = {"-",	   "install", "upgrade",  "unlock",
					   "test", "correct", "rollback", "uninstall"};
static const char *const refusal_names[] = {"", " no retries", " no target"};

/* A release as the storage has it. */
static val *release(int version, const char *status)
{
	val *v =
		parse("{'name':'app','namespace':'ns','info':{},'chart':{'metadata':{'name':'demo',"
		      "'version':'1.0.0'}},'manifest':'','config':{'a':1}}");
	val_set(mem, v, "version", val_int(mem, version));
	val_set_text(mem, val_get(v, "info"), "status", status);
	return v;
}

/* A row: what there is, and what comes of it. */
struct row {
	const char *what;
	const char *spec, *status;
	const char *records; /* "2 failed,1 deployed": in the storage, the newest first */
	const char *known;   /* the same for the history; NULL: as the records */
	const char *want;    /* "failed: rollback" */
	const char *annotations;
	bool other_chart, other_values, fewer_values;
	const char *tests; /* of the latest snapshot; NULL: none were run */
};

static void each_release(const char *list, void (*add)(void *arg, val *r), void *arg)
{
	str rest = str_of(list ? list : ""), one, number, status;
	while (rest.n && str_next(&rest, ',', &one)) {
		str_cut(one, ' ', &number, &status);
		add(arg, release(atoi(str_text(mem, number)), str_text(mem, status)));
	}
}

struct records {
	const val *p[8];
	size_t n;
};

static void add_record(void *arg, val *r)
{
	struct records *all = arg;
	all->p[all->n++] = r;
}

static void add_snapshot(void *arg, val *r)
{
	val_push(mem, arg, helm_snapshot(mem, r, NULL));
}

static void view_of(const struct row *row, struct helm_release *spec, struct records *records,
		    struct state_view *ret)
{
	char *json = arena_printf(
		mem, "{'interval':'1h','chartRef':{'kind':'HelmChart','name':'x'}%s%s}",
		*row->spec ? "," : "", row->spec);
	val *status = parse(arena_printf(mem, "{%s}", row->status)), *history = val_list(mem);
	each_release(row->records, add_record, records);
	each_release(row->known ? row->known : row->records, add_snapshot, history);
	if (history->list.n)
		val_set(mem, status, "history", history);
	if (row->tests)
		val_set(mem, val_at(history, 0), "testHooks", parse(row->tests));
	err *e = fields_decode(mem, helm_release_spec_fields, parse(json), "spec", spec);
	if (e)
		fail_msg("%s", err_text(mem, e));
	const val *values = parse(row->other_values   ? "{'a':2}"
				  : row->fewer_values ? "{'none':null}"
						      : "{'a':1}");
	*ret = (struct state_view){
		.spec = spec,
		.generation = 2,
		.annotations = row->annotations ? parse(row->annotations) : NULL,
		.status = status,
		.records = records->p,
		.n = records->n,
		.chart_name = "demo",
		.chart_version = row->other_chart ? "1.1.0" : "1.0.0",
		.config_digest = helm_config_digest(mem, values),
		.values = values,
		.renderers_digest = "",
		.common_digest = "",
	};
}

static const char *outcome(const struct row *row, struct state_view *v)
{
	enum helm_state s;
	enum state_refusal why;
	const char *reason;
	struct helm_release spec = {0};
	struct records records = {.n = 0};
	view_of(row, &spec, &records, v);
	err *e = state_of(mem, v, &s, &reason);
	if (e)
		return err_text(mem, e);
	enum helm_action a = state_choose(mem, v, s, &why);
	const char *text =
		arena_printf(mem, "%s: %s%s", state_names[s], action_names[a], refusal_names[why]);
	v->spec = NULL;
	return text;
}

#define TRIED "'lastAttemptedReleaseAction':"
#define INSTALLED TRIED "'install'"
#define UPGRADED TRIED "'upgrade'"
#define ASKED(what) "{'reconcile.fluxcd.io/requestedAt':'t','reconcile.fluxcd.io/" what "':'t'}"
#define RETRY "'strategy':{'name':'RetryOnFailure'}"
#define PASSED "{'t':{'phase':'Succeeded'}}"
#define BROKE "{'t':{'phase':'Failed'},'u':{'phase':'Succeeded'}}"

static const struct row rows[] = {
	{"nothing there", "", "", "", "", "absent: install", .tests = NULL},
	{"retries of the install used up", "", INSTALLED ",'installFailures':1", "", "",
	 "absent: - no retries", .tests = NULL},
	{"one left", "'install':{'remediation':{'retries':1}}", INSTALLED ",'installFailures':1",
	 "", "", "absent: install", .tests = NULL},
	{"for ever", "'install':{'remediation':{'retries':-1}}", INSTALLED ",'installFailures':99",
	 "", "", "absent: install", .tests = NULL},
	{"used up, but forced", "", INSTALLED ",'installFailures':1", "", "", "absent: install",
	 ASKED("forceAt"), .tests = NULL},
	{"forced once already", "", INSTALLED ",'installFailures':1,'lastHandledForceAt':'t'", "",
	 "", "absent: - no retries", ASKED("forceAt"), .tests = NULL},
	{"asked already", "", INSTALLED ",'installFailures':1,'lastHandledReconcileAt':'t'", "", "",
	 "absent: - no retries", ASKED("forceAt"), .tests = NULL},
	{"forced by another text", "", INSTALLED ",'installFailures':1", "", "",
	 "absent: - no retries",
	 "{'reconcile.fluxcd.io/requestedAt':'u','reconcile.fluxcd.io/forceAt':'t'}",
	 .tests = NULL},
	{"pending install", "", "", "1 pending-install", "", "locked: unlock", .tests = NULL},
	{"pending upgrade", "", "", "2 pending-upgrade,1 deployed", NULL, "locked: unlock",
	 .tests = NULL},
	{"pending rollback", "", "", "3 pending-rollback,2 failed,1 deployed", NULL,
	 "locked: unlock", .tests = NULL},
	{"somebody else's", "", "", "1 deployed", "", "unmanaged: upgrade", .tests = NULL},
	{"somebody else's, failed", "", "", "1 failed", "", "unmanaged: upgrade", .tests = NULL},
	{"gone, but kept", "", "", "1 uninstalled", "", "absent: install", .tests = NULL},
	{"uninstalled by us", "", "", "1 uninstalled", NULL, "absent: install", .tests = NULL},
	{"changed behind our back", "", "", "2 deployed,1 superseded", "1 deployed",
	 "unmanaged: upgrade", .tests = NULL},
	{"unmanaged in spite of failures", "", UPGRADED ",'upgradeFailures':9", "2 deployed",
	 "1 failed", "unmanaged: upgrade", .tests = NULL},
	{"as it should be", "", "", "1 deployed", NULL, "in sync: -", .tests = NULL},
	{"as it should be, forced", "", "", "1 deployed", NULL, "in sync: upgrade",
	 ASKED("forceAt"), .tests = NULL},
	{"new chart", "", "", "1 deployed", NULL, "out of sync: upgrade", .other_chart = true},
	{"new values", "", "", "1 deployed", NULL, "out of sync: upgrade", .other_values = true},
	{"new values beside preserved ones", "'upgrade':{'preserveValues':true}", "", "1 deployed",
	 NULL, "out of sync: upgrade", .other_values = true},
	{"preserved values", "'upgrade':{'preserveValues':true}", "", "1 deployed", NULL,
	 "in sync: -", .fewer_values = true},
	{"a value is taken away", "", "", "1 deployed", NULL, "out of sync: upgrade",
	 .fewer_values = true},
	{"new values, no retries left", "", UPGRADED ",'upgradeFailures':1", "1 deployed", NULL,
	 "out of sync: - no retries", .other_values = true},
	{"new values, forced", "", UPGRADED ",'upgradeFailures':1", "1 deployed", NULL,
	 "out of sync: upgrade", ASKED("forceAt"), .other_values = true},
	{"other post-renderers", "", "'observedGeneration':1,'observedPostRenderersDigest':'x'",
	 "1 deployed", NULL, "out of sync: upgrade", .tests = NULL},
	{"other post-renderers of this generation", "",
	 "'observedGeneration':2,'observedPostRenderersDigest':'x'", "1 deployed", NULL,
	 "in sync: -", .tests = NULL},
	{"other metadata", "", "'observedGeneration':1,'observedCommonMetadataDigest':'x'",
	 "1 deployed", NULL, "out of sync: upgrade", .tests = NULL},
	{"not tested", "'test':{'enable':true}", "", "1 deployed", NULL, "untested: test",
	 .tests = NULL},
	{"tested", "'test':{'enable':true}", "", "1 deployed", NULL, "in sync: -", .tests = PASSED},
	{"no tests to be run", "'test':{'enable':true}", "", "1 deployed", NULL, "in sync: -",
	 .tests = "{}"},
	{"half tested", "'test':{'enable':true}", "", "1 deployed", NULL, "untested: test",
	 .tests = "{'t':{'phase':'Succeeded'},'u':{'phase':'Running'}}"},
	{"test failed", "'test':{'enable':true}", INSTALLED ",'installFailures':1", "1 deployed",
	 NULL, "failed: - no retries", .tests = BROKE},
	{"test failed, before anything was tried", "'test':{'enable':true}", "", "1 deployed", NULL,
	 "in sync: -", .tests = BROKE},
	{"test may fail", "'test':{'enable':true,'ignoreFailures':true}", INSTALLED, "1 deployed",
	 NULL, "in sync: -", .tests = BROKE},
	{"test of this action may fail",
	 "'test':{'enable':true},'install':{'remediation':{'ignoreTestFailures':true}}", INSTALLED,
	 "1 deployed", NULL, "in sync: -", .tests = BROKE},
	{"test of this action may not fail",
	 "'test':{'enable':true,'ignoreFailures':true},'install':{'remediation':{"
	 "'ignoreTestFailures':false}}",
	 INSTALLED ",'installFailures':1", "1 deployed", NULL, "failed: - no retries",
	 .tests = BROKE},
	{"tests are off", "", INSTALLED, "1 deployed", NULL, "in sync: -", .tests = BROKE},
	{"failed, nothing tried", "", "", "1 failed", NULL, "failed: upgrade", .tests = NULL},
	{"failed, counters begin anew", "", INSTALLED, "1 failed", NULL, "failed: upgrade",
	 .tests = NULL},
	{"failed, forced", "", INSTALLED ",'installFailures':1", "1 failed", NULL,
	 "failed: upgrade", ASKED("forceAt"), .tests = NULL},
	{"install failed, no retries", "", INSTALLED ",'installFailures':1", "1 failed", NULL,
	 "failed: - no retries", .tests = NULL},
	{"install failed, one retry", "'install':{'remediation':{'retries':1}}",
	 INSTALLED ",'installFailures':1", "1 failed", NULL, "failed: uninstall", .tests = NULL},
	{"install failed, the last one too", "'install':{'remediation':{'retries':1}}",
	 INSTALLED ",'installFailures':2", "1 failed", NULL, "failed: - no retries", .tests = NULL},
	{"install failed, the last one is remediated",
	 "'install':{'remediation':{'retries':1,'remediateLastFailure':true}}",
	 INSTALLED ",'installFailures':2", "1 failed", NULL, "failed: uninstall", .tests = NULL},
	{"upgrade failed, no retries", "", UPGRADED ",'upgradeFailures':1", "2 failed,1 deployed",
	 NULL, "failed: - no retries", .tests = NULL},
	{"upgrade failed, no retries, but remediated",
	 "'upgrade':{'remediation':{'remediateLastFailure':true}}", UPGRADED ",'upgradeFailures':1",
	 "2 failed,1 deployed", NULL, "failed: rollback", .tests = NULL},
	{"upgrade failed, one retry", "'upgrade':{'remediation':{'retries':1}}",
	 UPGRADED ",'upgradeFailures':1", "2 failed,1 deployed", NULL, "failed: rollback",
	 .tests = NULL},
	{"upgrade failed, the last one too", "'upgrade':{'remediation':{'retries':1}}",
	 UPGRADED ",'upgradeFailures':2", "2 failed,1 superseded", NULL, "failed: rollback",
	 .tests = NULL},
	{"upgrade failed, the last one is left",
	 "'upgrade':{'remediation':{'retries':1,'remediateLastFailure':false}}",
	 UPGRADED ",'upgradeFailures':2", "2 failed,1 deployed", NULL, "failed: - no retries",
	 .tests = NULL},
	{"upgrade failed, by uninstall",
	 "'upgrade':{'remediation':{'retries':1,'strategy':'uninstall'}}",
	 UPGRADED ",'upgradeFailures':1", "2 failed,1 deployed", NULL, "failed: uninstall",
	 .tests = NULL},
	{"nothing to go back to", "'upgrade':{'remediation':{'retries':1}}",
	 UPGRADED ",'upgradeFailures':1", "2 failed,1 failed", NULL, "failed: - no target",
	 .tests = NULL},
	{"what to go back to has gone", "'upgrade':{'remediation':{'retries':1}}",
	 UPGRADED ",'upgradeFailures':1", "2 failed", "2 failed,1 deployed", "failed: upgrade",
	 .tests = NULL},
	{"what to go back to was changed", "'upgrade':{'remediation':{'retries':1}}",
	 UPGRADED ",'upgradeFailures':1", "2 failed,1 superseded", "2 failed,1 deployed",
	 "failed: upgrade", .tests = NULL},
	{"retried, not remediated", "'install':{" RETRY "}", INSTALLED ",'installFailures':7",
	 "1 failed", NULL, "failed: upgrade", .tests = NULL},
	{"an upgrade that is retried", "'upgrade':{" RETRY "}", UPGRADED ",'upgradeFailures':7",
	 "2 failed,1 deployed", NULL, "failed: upgrade", .tests = NULL},
	{"the other action's strategy", "'upgrade':{" RETRY "}", INSTALLED ",'installFailures':1",
	 "1 failed", NULL, "failed: - no retries", .tests = NULL},
	{"not wholly uninstalled", "", "", "1 uninstalling", NULL, "leaving: uninstall",
	 .tests = NULL},
	{"not wholly uninstalled, as nobody knows", "", "", "2 uninstalling,1 deployed", "",
	 "leaving: uninstall", .tests = NULL},
	{"superseded", "", "", "1 superseded", NULL,
	 "unable to determine state for release with status 'superseded'", .tests = NULL},
};

static void every_state_has_its_action(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct state_view v;
		const char *got = outcome(&rows[i], &v);
		if (!text_eq(got, rows[i].want))
			fail_msg("%s: %s, not %s", rows[i].what, got, rows[i].want);
	}
}

static void an_older_snapshot_is_taken_as_it_is(void **state)
{
	struct state_view v;
	enum helm_state s;
	const char *why;
	struct helm_release spec = {0};
	struct records records = {.n = 0};
	(void)state;
	view_of(&(struct row){"", "", "", "1 deployed", NULL, "", .tests = NULL}, &spec, &records,
		&v);
	val *snapshot = val_at(val_get(v.status, "history"), 0);
	val_set_text(mem, snapshot, "digest", "sha256:other");
	assert_null(state_of(mem, &v, &s, &why));
	assert_int_equal(s, STATE_UNMANAGED);
	val_del(snapshot, "apiVersion");
	assert_null(state_of(mem, &v, &s, &why));
	assert_int_equal(s, STATE_IN_SYNC);
}

static const char *versions(const val *history)
{
	const char *text = "";
	for (size_t i = 0; i < val_len(history); i++)
		text = arena_printf(
			mem, "%s%lld ", text,
			(long long)val_as_int(val_get(val_at(history, i), "version"), 0));
	return text;
}

static void what_is_chosen_tidies_the_history(void **state)
{
	static const struct row kept[] = {
		{"down to the last good one", "", "",
		 "4 deployed,3 failed,2 superseded,1 superseded", NULL, "4 3 2 ", .tests = NULL},
		{"none is good", "'upgrade':{'remediation':{'retries':1}}",
		 UPGRADED ",'upgradeFailures':1",
		 "6 failed,5 failed,4 failed,3 failed,2 failed,1 failed", NULL, "6 5 4 3 2 ",
		 .tests = NULL},
		{"retried", "'upgrade':{" RETRY "}", UPGRADED,
		 "6 failed,5 failed,4 superseded,3 failed,2 failed,1 failed", NULL, "6 5 4 3 2 ",
		 .tests = NULL},
		{"not ours any more", "", "", "3 deployed", "2 deployed,1 superseded", "",
		 .tests = NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		struct state_view v;
		outcome(&kept[i], &v);
		assert_string_equal(versions(val_get(v.status, "history")), kept[i].want);
	}
}

static bool resets(const char *status, const char *annotations, bool other_values)
{
	struct helm_release spec = {0};
	struct records records = {.n = 0};
	struct state_view v;
	view_of(&(struct row){"", "", status, "", "", "", annotations,
			      .other_values = other_values},
		&spec, &records, &v);
	if (!strstr(status, "'lastAttemptedConfigDigest'") && *status)
		val_set_text(mem, v.status, "lastAttemptedConfigDigest",
			     helm_config_digest(mem, parse("{'a':1}")));
	return state_must_reset(mem, &v);
}

static void counters_begin_anew_with_something_new(void **state)
{
#define TRIED_LAST "'lastAttemptedGeneration':2,'lastAttemptedRevision':'1.0.0'"
	(void)state;
	assert_true(resets("", NULL, false));
	assert_false(resets(TRIED_LAST, NULL, false));
	assert_true(resets(TRIED_LAST, NULL, true));
	assert_true(
		resets("'lastAttemptedGeneration':1,'lastAttemptedRevision':'1.0.0'", NULL, false));
	assert_true(
		resets("'lastAttemptedGeneration':2,'lastAttemptedRevision':'0.9.0'", NULL, false));
	assert_true(resets(TRIED_LAST, ASKED("resetAt"), false));
	assert_false(resets(TRIED_LAST ",'lastHandledResetAt':'t'", ASKED("resetAt"), false));
	assert_false(resets(TRIED_LAST, ASKED("forceAt"), false));
}

static const char *target(const char *spec, const char *storage, const char *ns, const char *name)
{
	struct helm_release decoded = {0};
	struct records records = {.n = 0};
	struct state_view v;
	const char *what;
	view_of(&(struct row){"", spec, "'storageNamespace':'ns'", "1 deployed", NULL, "",
			      .tests = NULL},
		&decoded, &records, &v);
	return state_target_changed(&v, storage, ns, name, &what) ? what : "same";
}

static void another_target_is_seen(void **state)
{
	(void)state;
	assert_string_equal(target("", "ns", "ns", "app"), "same");
	assert_string_equal(target("", "store", "ns", "app"), "storage namespace");
	assert_string_equal(target("", "ns", "prod", "app"), "release namespace");
	assert_string_equal(target("", "ns", "ns", "web"), "release name");
}

static void strategies_say_when_to_try_again(void **state)
{
	int64_t after = 0;
	struct helm_release spec = {0};
	struct records records = {.n = 0};
	struct state_view v;
	(void)state;
	view_of(
		&(struct row){
			"", "'install':{'strategy':{'name':'RetryOnFailure','retryInterval':'9s'}}",
			INSTALLED, "", "", "", .tests = NULL},
		&spec, &records, &v);
	assert_true(state_active_retry(&v, &after));
	assert_int_equal(after, INT64_C(9000000000));
	assert_false(state_retries(&v, true, NULL));
	v.default_retry = true;
	assert_true(state_retries(&v, true, &after));
	assert_int_equal(after, INT64_C(300000000000));
	val_del(v.status, "lastAttemptedReleaseAction");
	assert_false(state_active_retry(&v, NULL));
}

#define IN_ARENA(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_ARENA(every_state_has_its_action),
		IN_ARENA(an_older_snapshot_is_taken_as_it_is),
		IN_ARENA(what_is_chosen_tidies_the_history),
		IN_ARENA(counters_begin_anew_with_something_new),
		IN_ARENA(another_target_is_seen),
		IN_ARENA(strategies_say_when_to_try_again),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
