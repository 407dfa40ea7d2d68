#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"
#include "ctl/controller.h"
#include "fake_api.h"

/* A source whose url says what becomes of it. */
struct spec {
	const char *url;
	int64_t interval;
	bool suspend;
};

static const struct field spec_fields[] = {
	{.name = "url", .type = FIELD_TEXT, .offset = offsetof(struct spec, url), .required = true},
	{.name = "interval", .type = FIELD_DURATION, .offset = offsetof(struct spec, interval)},
	{.name = "suspend", .type = FIELD_BOOL, .offset = offsetof(struct spec, suspend)},
	{.name = NULL}};

struct work {
	struct reconcile r;
	const char *carried;
};

static atomic_int passes, resumes, finalized, called_off;
static atomic_bool hold;

static err *begin(struct reconcile *r)
{
	const struct spec *s = r->spec;
	r->suspend = s->suspend;
	r->interval = s->interval;
	return NULL;
}

static bool says(const struct work *w, const char *word)
{
	return strstr(((const struct spec *)w->r.spec)->url, word) != NULL;
}

static err *fetch(ctx *c, void *work)
{
	struct work *w = work;
	atomic_fetch_add(&passes, 1);
	stage_progress(&w->r, "fetching");
	while (says(w, "hold") && atomic_load(&hold)) {
		err *e = ctx_sleep(c, CLOCK_MS);
		if (e) {
			atomic_fetch_add(&called_off, 1);
			return e;
		}
	}
	if (says(w, "fail"))
		return err_new(c->mem, ERR_IO, "no route");
	if (says(w, "stall"))
		return stage_fault(&w->r, err_new(c->mem, ERR_INVALID, "a bad url"),
				   (struct fault){.policy = POLICY_STALL, .reason = "URLInvalid"});
	if (says(w, "wait"))
		return stage_fault(&w->r, err_new(c->mem, ERR_WAIT, "no 'x' yet"),
				   (struct fault){.reason = "NotFound"});
	val *artifact = val_map(c->mem);
	val_set_text(c->mem, artifact, "revision", ((const struct spec *)w->r.spec)->url);
	val_set(c->mem, w->r.status, "artifact", artifact);
	return NULL;
}

static _Atomic(struct wait *) latest_wait;

static err *hang(ctx *c, void *work)
{
	struct work *w = work;
	if (!says(w, "park") || w->r.resumed)
		return NULL;
	val *v = val_map(c->mem);
	val_set_text(c->mem, v, "carried", "this");
	latest_wait = stage_wait(&w->r, says(w, "short") ? clock_now() + CLOCK_MS : 0, v);
	return stage_park(&w->r);
}

static err *resume(ctx *c, void *work)
{
	(void)c;
	struct work *w = work;
	atomic_fetch_add(&resumes, 1);
	w->carried = val_as_text(VAL_IN(wait_resume(w->r.resumed), "carried"));
	return NULL;
}

static err *store(ctx *c, void *work)
{
	struct work *w = work;
	const char *how = !w->r.resumed			 ? ""
			  : wait_timed_out(w->r.resumed) ? " late"
							 : val_as_text(wait_verdict(w->r.resumed));
	if (says(w, "break"))
		return err_new(c->mem, ERR_IO, "no room");
	stage_set(&w->r, "ArtifactInStorage", CONDITION_TRUE, "Succeeded", "stored%s%s%s", how,
		  w->carried ? " " : "", w->carried ? w->carried : "");
	return NULL;
}

static err *finalize(ctx *c, void *work)
{
	(void)c;
	(void)work;
	atomic_fetch_add(&finalized, 1);
	return NULL;
}

static void refs(const val *obj, struct ref_list *list)
{
	const char *ns = val_as_text(VAL_IN(obj, "metadata", "namespace"));
	ref_add(list, REF_SOURCE, "Thing", ns, val_as_text(VAL_IN(obj, "spec", "source")));
	ref_add(list, REF_DEPENDS, "Thing", ns, val_as_text(VAL_IN(obj, "spec", "depends")));
	ref_add(list, REF_CONFIG, "Secret", ns, val_as_text(VAL_IN(obj, "spec", "secret")));
	ref_add(list, REF_MENDING, "Secret", ns, val_as_text(VAL_IN(obj, "spec", "keys")));
}

static const struct stage stages[] = {{"fetching", fetch, "FetchError", "FetchFailed"},
				      {"hanging", hang, "HangError", "FetchFailed"},
				      {"storing", store, "StoreError", "StorageFailed"},
				      {NULL, NULL, NULL, NULL}};
static const char *const positive[] = {"ArtifactInStorage", NULL};
static const char *const negative[] = {"StorageFailed", "FetchFailed", NULL};
static const struct conditions_polarity polarity = {positive, negative, NULL};
static struct kind thing = {.group = "x.example.org",
			    .name = "Thing",
			    .plural = "things",
			    .singular = "thing",
			    .categories = "all",
			    .versions = "v1",
			    .spec = spec_fields,
			    .spec_size = sizeof(struct spec),
			    .component = "thing-controller",
			    .manager = "thing-controller",
			    .work_size = sizeof(struct work),
			    .stages = stages,
			    .polarity = &polarity,
			    .begin = begin,
			    .resume = resume,
			    .finalize = finalize,
			    .refs = refs};

static loop *l;
static arena *mem;
static pool *workers;
static struct controllers *cs;
static bool (*until)(void);

static void look(void *arg)
{
	(void)arg;
	if (until && until()) {
		until = NULL;
		loop_stop(l);
	}
}

static void too_late(void *arg)
{
	(void)arg;
	print_error("a test waited in vain\n");
	abort();
}

/* Runs the loop until test() holds; it is asked after each change of an object. */
static void run_until(bool (*test)(void))
{
	struct timer *late = timer_open(l, too_late, NULL);
	timer_set(late, 20 * CLOCK_SECOND);
	until = test;
	loop_post(l, look, NULL);
	loop_run(l);
	timer_close(late);
}

static int open_all(void **state)
{
	(void)state;
	passes = resumes = finalized = called_off = 0;
	hold = false;
	thing.supersede = false;
	mem = arena_open();
	if (loop_open(mem, &l) || pool_open(mem, l, 4, &workers))
		return -1;
	fake_open(l);
	api.on_change = look;
	cs = controllers_open(&(struct controllers_settings){.loop = l,
							     .pool = workers,
							     .client = api.client,
							     .requeue_dependency = CLOCK_HOUR,
							     .config_selector = "watch=yes",
							     .least_retry = 2 * CLOCK_MS,
							     .most_retry = CLOCK_HOUR});
	controllers_add(cs, &thing, 3);
	controllers_start(cs);
	return 0;
}

static bool is_quiet(void)
{
	return controllers_running(cs) == 0;
}

static void again(void *arg)
{
	look(NULL);
	if (until)
		loop_post(l, again, arg);
}

static int close_all(void **state)
{
	(void)state;
	controllers_stop(cs);
	pool_cancel_all(workers, "the end");
	until = is_quiet;
	loop_post(l, again, NULL);
	loop_run(l);
	pool_close(workers);
	controllers_close(cs);
	fake_close();
	loop_close(l);
	arena_close(api.mem);
	arena_close(mem);
	return 0;
}

static const val *status_of(const char *name)
{
	return val_get(fake_get("things", "d", name), "status");
}

static bool ready(const char *name, const char *state)
{
	return conditions_is(status_of(name), CONDITION_READY, state);
}

static void put(const char *name, const char *spec)
{
	fake_put("things", arena_printf(mem,
					"{\"apiVersion\":\"x.example.org/v1\",\"kind\":\"Thing\","
					"\"metadata\":{\"name\":\"%s\",\"namespace\":\"d\"},"
					"\"spec\":{%s}}",
					name, spec));
}

static bool a_true(void)
{
	return ready("a", CONDITION_TRUE);
}

static bool a_false(void)
{
	return ready("a", CONDITION_FALSE);
}

static void a_success_is_one_status_write(void **state)
{
	(void)state;
	put("a", "\"url\":\"good\"");
	run_until(a_true);
	const val *s = status_of("a");
	assert_string_equal(conditions_reason(s, CONDITION_READY), "Succeeded");
	assert_string_equal(conditions_message(s, CONDITION_READY), "stored");
	assert_null(conditions_get(s, CONDITION_RECONCILING));
	assert_int_equal(val_as_int(val_get(s, "observedGeneration"), 0), 1);
	assert_int_equal(api.patches, 2); /* the finalizer and the status */
	assert_true(finalizer_has(fake_get("things", "d", "a"), FINALIZER));
	assert_int_equal(passes, 1);
}

static bool passed_twice(void)
{
	return atomic_load(&passes) == 2 && is_quiet();
}

static void run_quietly(bool (*test)(void))
{
	struct timer *late = timer_open(l, too_late, NULL);
	timer_set(late, 20 * CLOCK_SECOND);
	until = test;
	loop_post(l, again, NULL);
	loop_run(l);
	timer_close(late);
}

static void a_pass_without_news_writes_nothing(void **state)
{
	(void)state;
	put("a", "\"url\":\"good\",\"interval\":\"5ms\"");
	run_until(a_true);
	int patches = api.patches;
	run_quietly(passed_twice);
	assert_int_equal(api.patches, patches);
}

static void a_failure_backs_off_and_recovers(void **state)
{
	(void)state;
	put("a", "\"url\":\"fail\"");
	run_until(a_false);
	const val *s = status_of("a");
	assert_string_equal(conditions_reason(s, CONDITION_READY), "FetchError");
	assert_string_equal(conditions_message(s, "FetchFailed"), "no route");
	assert_string_equal(conditions_reason(s, CONDITION_RECONCILING), "ProgressingWithRetry");
	assert_string_equal(conditions_message(s, CONDITION_RECONCILING), "fetching");
	assert_null(val_get(s, "observedGeneration"));
	put("a", "\"url\":\"good\"");
	run_until(a_true);
	assert_null(conditions_get(status_of("a"), "FetchFailed"));
	assert_int_equal(val_as_int(val_get(status_of("a"), "observedGeneration"), 0), 2);
}

static bool failed_often(void)
{
	return atomic_load(&passes) >= 4 && is_quiet();
}

static void a_repeated_failure_writes_nothing_new(void **state)
{
	(void)state;
	put("a", "\"url\":\"fail\"");
	run_until(a_false);
	int patches = api.patches;
	run_quietly(failed_often);
	assert_int_equal(api.patches, patches);
}

static bool a_stalled(void)
{
	return conditions_is(status_of("a"), CONDITION_STALLED, CONDITION_TRUE) && is_quiet();
}

static void a_stall_waits_for_a_change(void **state)
{
	(void)state;
	put("a", "\"url\":\"stall\",\"interval\":\"1ms\"");
	run_quietly(a_stalled);
	const val *s = status_of("a");
	assert_string_equal(conditions_reason(s, CONDITION_READY), "URLInvalid");
	assert_null(conditions_get(s, CONDITION_RECONCILING));
	assert_int_equal(val_as_int(val_get(s, "observedGeneration"), 0), 1);
	assert_int_equal(passes, 1);
	put("a", "\"url\":\"good\"");
	run_until(a_true);
	assert_null(conditions_get(status_of("a"), CONDITION_STALLED));
}

static bool bad_false(void)
{
	return ready("bad", CONDITION_FALSE);
}

static void a_bad_object_harms_nobody_else(void **state)
{
	(void)state;
	put("bad", "\"interval\":\"a while\",\"suspend\":3");
	put("a", "\"url\":\"good\"");
	run_until(a_true);
	run_until(a_true);
	run_quietly(bad_false);
	assert_string_equal(conditions_reason(status_of("bad"), CONDITION_STALLED), "InvalidSpec");
	assert_string_equal(conditions_message(status_of("bad"), CONDITION_READY),
			    "spec.url: Required value\n"
			    "spec.interval: time: invalid duration \"a while\"\n"
			    "spec.suspend: Invalid value: 3: expected a boolean");
}

static bool a_reconciling(void)
{
	return latest_wait && is_quiet() &&
	       conditions_is(status_of("a"), CONDITION_RECONCILING, CONDITION_TRUE);
}

static void a_parked_pass_goes_on_when_settled(void **state)
{
	(void)state;
	latest_wait = NULL;
	put("a", "\"url\":\"park\"");
	run_quietly(a_reconciling);
	assert_string_equal(conditions_state(status_of("a"), CONDITION_READY), CONDITION_UNKNOWN);
	wait_settle(latest_wait, val_text(mem, " by verdict"));
	run_until(a_true);
	assert_string_equal(conditions_message(status_of("a"), CONDITION_READY),
			    "stored by verdict this");
	assert_int_equal(passes, 1);
	assert_int_equal(resumes, 1);
}

static void a_parked_pass_times_out(void **state)
{
	(void)state;
	put("a", "\"url\":\"park short\"");
	run_until(a_true);
	assert_string_equal(conditions_message(status_of("a"), CONDITION_READY),
			    "stored late this");
}

static bool broke_often(void)
{
	return atomic_load(&resumes) >= 8 && is_quiet();
}

static void a_wait_does_not_forget_failures(void **state)
{
	(void)state;
	int64_t begun = clock_now();
	put("a", "\"url\":\"park short break\"");
	run_quietly(broke_often);
	/* 2, 4, … 128 ms between the eight, each a tenth shorter at most */
	assert_true(clock_now() - begun >= 200 * CLOCK_MS);
}

static void a_change_supersedes_a_wait(void **state)
{
	(void)state;
	latest_wait = NULL;
	put("a", "\"url\":\"park\"");
	run_quietly(a_reconciling);
	put("a", "\"url\":\"good\"");
	run_until(a_true);
	assert_int_equal(resumes, 0);
	assert_int_equal(passes, 2);
	assert_string_equal(conditions_message(status_of("a"), CONDITION_READY), "stored");
}

static bool held(void)
{
	return atomic_load(&passes) == 1;
}

static void a_change_calls_off_a_running_pass(void **state)
{
	(void)state;
	thing.supersede = true;
	hold = true;
	put("a", "\"url\":\"hold\"");
	run_quietly(held);
	put("a", "\"url\":\"good\"");
	run_until(a_true);
	assert_int_equal(called_off, 1);
	assert_int_equal(val_as_int(val_get(status_of("a"), "observedGeneration"), 0), 2);
}

static bool a_gone(void)
{
	return !fake_get("things", "d", "a");
}

static void a_deleted_object_is_finalized_once(void **state)
{
	(void)state;
	put("a", "\"url\":\"good\"");
	run_until(a_true);
	fake_delete("things", "d", "a");
	run_until(a_gone);
	assert_int_equal(finalized, 1);
	put("a", "\"url\":\"good\"");
	run_until(a_true);
}

static bool a_observed_twice(void)
{
	return val_as_int(val_get(status_of("a"), "observedGeneration"), 0) == 2 && is_quiet();
}

static int64_t observed_by(const char *type)
{
	return val_as_int(val_get(conditions_get(status_of("a"), type), "observedGeneration"), 0);
}

static void a_suspended_object_is_left_alone(void **state)
{
	(void)state;
	put("never", "\"url\":\"good\",\"suspend\":true");
	put("a", "\"url\":\"good\"");
	run_until(a_true);
	put("a", "\"url\":\"other\",\"suspend\":true");
	run_quietly(a_observed_twice);
	assert_int_equal(observed_by(CONDITION_READY), 2);
	assert_int_equal(observed_by("ArtifactInStorage"), 1);
	assert_int_equal(passes, 1);
	assert_null(val_get(status_of("never"), "observedGeneration"));
}

static void ask(const char *name, const char *when)
{
	val *o = fake_get("things", "d", name);
	val *annotations = val_make_map(api.mem, val_get(o, "metadata"), "annotations");
	val_set_text(api.mem, annotations, "reconcile.fluxcd.io/requestedAt", when);
	fake_stamp(o);
	fake_tell("things", "MODIFIED", o);
}

static bool handled(void)
{
	return text_eq(val_as_text(val_get(status_of("a"), "lastHandledReconcileAt")), "now");
}

static void a_request_is_handled(void **state)
{
	(void)state;
	put("a", "\"url\":\"good\"");
	run_until(a_true);
	ask("a", "now");
	run_until(handled);
	assert_int_equal(passes, 2);
}

static bool b_failed(void)
{
	return ready("b", CONDITION_FALSE) && is_quiet();
}

static bool b_passed_twice(void)
{
	return a_true() && atomic_load(&passes) == 3 && is_quiet();
}

static void a_new_revision_wakes_who_refers_to_it(void **state)
{
	(void)state;
	put("b", "\"url\":\"wait\",\"source\":\"a\"");
	run_quietly(b_failed);
	assert_int_equal(passes, 1);
	assert_string_equal(conditions_reason(status_of("b"), CONDITION_READY), "NotFound");
	put("a", "\"url\":\"good\"");
	run_quietly(b_passed_twice);
}

static int wanted;

static bool passed_enough(void)
{
	return atomic_load(&passes) >= wanted;
}

static void a_ready_dependency_wakes_who_waits(void **state)
{
	(void)state;
	put("b", "\"url\":\"wait\",\"depends\":\"a\"");
	run_quietly(b_failed);
	wanted = atomic_load(&passes) + 2; /* a's own pass, and at least one of b */
	put("a", "\"url\":\"good\"");
	run_until(a_true);
	run_quietly(passed_enough);
}

static bool passed_again(void)
{
	return atomic_load(&passes) == 2;
}

static void a_secret_wakes_who_refers_to_it(void **state)
{
	(void)state;
	put("a", "\"url\":\"good\",\"secret\":\"s\"");
	run_until(a_true);
	fake_put("secrets", "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":"
			    "\"other\",\"namespace\":\"d\"}}");
	fake_put("secrets", "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":"
			    "\"s\",\"namespace\":\"d\"},\"data\":{}}");
	fake_put("secrets", "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":"
			    "\"s\",\"namespace\":\"d\"},\"data\":{\"a\":\"\"}}");
	run_quietly(passed_again);
}

static int64_t later;

static bool some_time_passed(void)
{
	return clock_now() > later;
}

static void put_keys(const char *labels, const char *value)
{
	fake_put("secrets", arena_printf(mem,
					 "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{"
					 "\"name\":\"k\",\"namespace\":\"d\",\"labels\":{%s}},"
					 "\"data\":{\"a\":\"%s\"}}",
					 labels, value));
}

static void a_label_or_a_failure_makes_keys_wake(void **state)
{
	(void)state;
	put("a", "\"url\":\"good\",\"keys\":\"k\"");
	run_until(a_true);
	put_keys("", "YQ==");
	put_keys("", "Yg==");
	later = clock_now() + 500 * CLOCK_MS;
	run_quietly(some_time_passed);
	assert_int_equal(atomic_load(&passes), 1);
	put_keys("\"watch\":\"yes\"", "Yw==");
	run_quietly(passed_again);
	put("a", "\"url\":\"stall\",\"keys\":\"k\"");
	run_quietly(a_stalled);
	wanted = atomic_load(&passes) + 1;
	put_keys("", "ZA==");
	run_quietly(passed_enough);
}

static void a_refused_write_is_made_again(void **state)
{
	(void)state;
	put("a", "\"url\":\"good\"");
	api.fail_next = 3;
	run_until(a_true);
}

static void others_conditions_survive(void **state)
{
	(void)state;
	hold = true;
	put("a", "\"url\":\"hold\"");
	run_quietly(held);
	val *o = fake_get("things", "d", "a"), *status = val_make_map(api.mem, o, "status");
	conditions_set(api.mem, status, 1, "Theirs", CONDITION_TRUE, "Reason", "text");
	fake_stamp(o);
	fake_tell("things", "MODIFIED", o);
	atomic_store(&hold, false);
	run_until(a_true);
	assert_string_equal(conditions_message(status_of("a"), "Theirs"), "text");
}

#define OPENED(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPENED(a_success_is_one_status_write),
		OPENED(a_pass_without_news_writes_nothing),
		OPENED(a_failure_backs_off_and_recovers),
		OPENED(a_repeated_failure_writes_nothing_new),
		OPENED(a_stall_waits_for_a_change),
		OPENED(a_bad_object_harms_nobody_else),
		OPENED(a_parked_pass_goes_on_when_settled),
		OPENED(a_parked_pass_times_out),
		OPENED(a_wait_does_not_forget_failures),
		OPENED(a_change_supersedes_a_wait),
		OPENED(a_change_calls_off_a_running_pass),
		OPENED(a_deleted_object_is_finalized_once),
		OPENED(a_suspended_object_is_left_alone),
		OPENED(a_request_is_handled),
		OPENED(a_new_revision_wakes_who_refers_to_it),
		OPENED(a_ready_dependency_wakes_who_waits),
		OPENED(a_secret_wakes_who_refers_to_it),
		OPENED(a_label_or_a_failure_makes_keys_wake),
		OPENED(a_refused_write_is_made_again),
		OPENED(others_conditions_survive),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
