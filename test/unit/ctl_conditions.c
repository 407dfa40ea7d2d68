#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/conditions.h"
#include "ctl/policy.h"
#include "data/json.h"

static arena *mem;
static val *status;

static int open_status(void **state)
{
	(void)state;
	mem = arena_open();
	status = val_map(mem);
	return 0;
}

static int close_status(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

static val *parse(const char *json)
{
	val *v;
	assert_null(json_parse(mem, str_of(json), &v));
	return v;
}

static bool set(const char *type, const char *state, const char *reason, const char *message)
{
	return conditions_set(mem, status, 3, type, state, reason, message);
}

#define OLD "2020-01-01T00:00:00Z"

static void age(const char *type)
{
	val_set_text(mem, (val *)(uintptr_t)conditions_get(status, type), "lastTransitionTime",
		     OLD);
}

static const char *time_of(const char *type)
{
	return val_as_text(val_get(conditions_get(status, type), "lastTransitionTime"));
}

static void the_time_moves_with_a_transition_only(void **state)
{
	(void)state;
	assert_true(set("Ready", "True", "A", "m"));
	age("Ready");
	assert_false(conditions_set(mem, status, 9, "Ready", "True", "A", "m"));
	assert_string_equal(time_of("Ready"), OLD);
	assert_int_equal(
		val_as_int(val_get(conditions_get(status, "Ready"), "observedGeneration"), 0), 9);
	assert_true(set("Ready", "True", "A", "n"));
	assert_string_not_equal(time_of("Ready"), OLD);
	age("Ready");
	assert_true(set("Ready", "True", "B", "n"));
	assert_string_not_equal(time_of("Ready"), OLD);
	age("Ready");
	assert_true(set("Ready", "False", "B", "n"));
	assert_string_not_equal(time_of("Ready"), OLD);
}

static void what_comes_back_has_not_moved(void **state)
{
	(void)state;
	set("Reconciling", "True", "Retry", "m");
	set("Ready", "False", "R", "m");
	age("Reconciling");
	age("Ready");
	val *before = val_copy(mem, status);
	set("Reconciling", "True", "Progressing", "n");
	set("Ready", "Unknown", "Progressing", "n");
	set("Reconciling", "True", "Retry", "m");
	set("Ready", "False", "R", "other");
	assert_string_not_equal(time_of("Reconciling"), OLD);
	conditions_settle(mem, status, before);
	assert_string_equal(time_of("Reconciling"), OLD);
	assert_string_not_equal(time_of("Ready"), OLD);
}

static void the_order_is_flux_s(void **state)
{
	(void)state;
	static const char *const types[] = {"Zebra", "Ready", "Artifact", "Reconciling", "Healthy"};
	static const char *const want[] = {"Reconciling", "Ready", "Artifact", "Healthy", "Zebra"};
	for (int i = 0; i < 5; i++)
		set(types[i], "True", "R", "");
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(
			val_as_text(val_get(val_at(val_get(status, "conditions"), i), "type")),
			want[i]);
}

static void stalled_and_reconciling_exclude_each_other(void **state)
{
	(void)state;
	set("Reconciling", "True", "R", "");
	set("Stalled", "True", "R", "");
	assert_null(conditions_get(status, "Reconciling"));
	set("Reconciling", "True", "R", "");
	assert_null(conditions_get(status, "Stalled"));
	conditions_del(status, "Reconciling");
	conditions_del(status, "Reconciling");
	assert_int_equal(val_len(val_get(status, "conditions")), 0);
}

static void a_long_message_is_cut_between_letters(void **state)
{
	(void)state;
	char *text = arena_alloc(mem, 40001);
	for (int i = 0; i < 40000; i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	set("Ready", "True", "R", text);
	const char *cut = conditions_message(status, "Ready");
	assert_true(strlen(cut) <= CONDITION_MESSAGE_MAX);
	assert_true(text_ends(cut, "\xc3\xa4... (truncated)"));
	set("Ready", "True", "R", "short");
	assert_string_equal(conditions_message(status, "Ready"), "short");
}

static const char *const positive[] = {"Stored", "Verified", NULL};
static const char *const negative[] = {"FetchFailed", "Outdated", NULL};
static const struct conditions_polarity polarity = {positive, negative, NULL};
static const char *const bipolar[] = {"Verified", NULL};
static const struct conditions_polarity strict = {positive, negative, bipolar};

static void ready_sums_the_others_up(void **state)
{
	(void)state;
	conditions_summary(mem, status, 3, &polarity);
	assert_null(conditions_get(status, "Ready"));
	set("Verified", "Unknown", "U", "u");
	conditions_summary(mem, status, 3, &polarity);
	assert_string_equal(conditions_state(status, "Ready"), "Unknown");
	set("Outdated", "False", "N", "n");
	conditions_summary(mem, status, 3, &polarity);
	assert_string_equal(conditions_reason(status, "Ready"), "N");
	assert_string_equal(conditions_state(status, "Ready"), "True");
	set("Stored", "True", "S", "s");
	conditions_summary(mem, status, 3, &polarity);
	assert_string_equal(conditions_message(status, "Ready"), "s");
	set("Verified", "False", "V", "v");
	conditions_summary(mem, status, 3, &polarity);
	assert_string_equal(conditions_state(status, "Ready"), "False");
	assert_string_equal(conditions_message(status, "Ready"), "v");
	set("FetchFailed", "True", "F", "f");
	conditions_summary(mem, status, 3, &polarity);
	assert_string_equal(conditions_message(status, "Ready"), "f");
	conditions_summary(mem, status, 3, &strict);
	assert_string_equal(conditions_message(status, "Ready"), "v");
	set("Stalled", "True", "X", "x");
	conditions_summary(mem, status, 3, &polarity);
	assert_string_equal(conditions_message(status, "Ready"), "x");
}

static void changes_are_merged_type_by_type(void **state)
{
	(void)state;
	val *before = parse("[{\"type\":\"A\",\"status\":\"True\"},{\"type\":\"B\"},"
			    "{\"type\":\"Theirs\",\"status\":\"old\"}]");
	val *after = parse("[{\"type\":\"A\",\"status\":\"False\"},{\"type\":\"C\"},"
			   "{\"type\":\"Theirs\",\"status\":\"old\"}]");
	val *theirs = parse("[{\"type\":\"A\",\"status\":\"True\"},{\"type\":\"B\"},"
			    "{\"type\":\"Theirs\",\"status\":\"new\"},{\"type\":\"Z\"}]");
	val *got = conditions_merge(mem, before, after, theirs);
	assert_string_equal(json_text(mem, got, JSON_PLAIN),
			    "[{\"type\":\"A\",\"status\":\"False\"},{\"type\":\"C\"},"
			    "{\"type\":\"Theirs\",\"status\":\"new\"},{\"type\":\"Z\"}]");
	got = conditions_merge(mem, NULL, after, NULL);
	assert_int_equal(val_len(got), 3);
	got = conditions_merge(mem, before, NULL, theirs);
	assert_string_equal(json_text(mem, got, JSON_PLAIN), "[{\"type\":\"Z\"}]");
}

static void a_condition_comes_back_as_it_was(void **state)
{
	(void)state;
	set("Healthy", "True", "Succeeded", "passed");
	set("Ready", "True", "Succeeded", "done");
	const val *before = val_copy(mem, status);
	conditions_set(mem, status, 4, "Healthy", "Unknown", "Progressing", "checking");
	conditions_restore(mem, status, "Healthy", conditions_get(before, "Healthy"));
	assert_true(val_eq(before, status));
	set("Stalled", "True", "Failed", "ends");
	conditions_restore(mem, status, "Stalled", NULL);
	assert_null(conditions_get(status, "Stalled"));
}

static void an_error_s_code_is_its_policy(void **state)
{
	(void)state;
	assert_int_equal(policy_of(err_new(mem, ERR_WAIT, "x")), POLICY_WAIT);
	assert_int_equal(policy_of(err_new(mem, ERR_CANCELED, "x")), POLICY_DROP);
	assert_int_equal(policy_of(err_new(mem, ERR_INVALID, "x")), POLICY_RETRY);
	assert_int_equal(policy_of(err_new(mem, ERR_IO, "x")), POLICY_RETRY);
}

#define WITH_STATUS(f) cmocka_unit_test_setup_teardown(f, open_status, close_status)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_STATUS(the_time_moves_with_a_transition_only),
		WITH_STATUS(what_comes_back_has_not_moved),
		WITH_STATUS(the_order_is_flux_s),
		WITH_STATUS(stalled_and_reconciling_exclude_each_other),
		WITH_STATUS(a_long_message_is_cut_between_letters),
		WITH_STATUS(ready_sums_the_others_up),
		WITH_STATUS(changes_are_merged_type_by_type),
		WITH_STATUS(a_condition_comes_back_as_it_was),
		WITH_STATUS(an_error_s_code_is_its_policy),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
