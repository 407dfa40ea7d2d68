#include "table.h"

#include "apply/plan.h"

/* An object as it was applied by ks/app, untouched. */
static struct live_state applied(void)
{
	return (struct live_state){.view = LIVE_THERE,
				   .uid = "u",
				   .applied = 5,
				   .applied_ns = "ks",
				   .applied_name = "app",
				   .intact = true};
}

static enum plan_action action(struct bundle_marks want, uint64_t hash, struct live_state is,
			       bool *ret_fresh)
{
	struct bundle_item item = {.marks = want, .hash = hash};
	struct plan_item p = {.item = &item, .state = is};
	plan_decide(&p, false, "ks", "app");
	if (ret_fresh)
		*ret_fresh = p.fresh;
	return p.action;
}

static const struct bundle_marks plain = {0};

static void untouched_needs_nothing(void **state)
{
	(void)state;
	struct live_state is = applied();
	assert_int_equal(action(plain, 5, is, NULL), PLAN_NOTHING);
	assert_int_equal(action(plain, 6, is, NULL), PLAN_WRITE); /* wanted otherwise */
	is.intact = false;
	assert_int_equal(action(plain, 5, is, NULL), PLAN_WRITE); /* drifted */
	is = applied();
	is.applied_name = "other";
	assert_int_equal(action(plain, 5, is, NULL), PLAN_WRITE); /* another has taken it */
	is = applied();
	is.applied = 0;
	assert_int_equal(action(plain, 5, is, NULL), PLAN_WRITE); /* the daemon is new */
}

static void what_is_new(void **state)
{
	(void)state;
	bool fresh;
	assert_int_equal(action(plain, 5, (struct live_state){.view = LIVE_ABSENT}, &fresh),
			 PLAN_WRITE);
	assert_true(fresh);
	assert_int_equal(action(plain, 5, (struct live_state){.view = LIVE_UNSEEN}, &fresh),
			 PLAN_WRITE);
	assert_false(fresh);
	struct bundle_item item = {.hash = 5};
	struct plan_item p = {.item = &item, .state = {.view = LIVE_ABSENT}};
	plan_decide(&p, true, "ks", "app");
	assert_false(p.fresh); /* the inventory has it: its label may be gone */
}

static void marks_are_obeyed(void **state)
{
	(void)state;
	struct live_state absent = {.view = LIVE_ABSENT}, is = applied();
	assert_int_equal(action((struct bundle_marks){.disabled = true}, 5, absent, NULL),
			 PLAN_SKIP);
	assert_int_equal(action((struct bundle_marks){.mode = BUNDLE_IGNORE}, 5, absent, NULL),
			 PLAN_SKIP);
	assert_int_equal(
		action((struct bundle_marks){.mode = BUNDLE_IF_NOT_PRESENT}, 5, absent, NULL),
		PLAN_WRITE);
	assert_int_equal(action((struct bundle_marks){.mode = BUNDLE_IF_NOT_PRESENT}, 6, is, NULL),
			 PLAN_SKIP);
	is.marks.disabled = true;
	assert_int_equal(action(plain, 6, is, NULL), PLAN_SKIP);
	is.marks = (struct bundle_marks){.mode = BUNDLE_IGNORE};
	assert_int_equal(action(plain, 6, is, NULL), PLAN_SKIP);
	is.marks = (struct bundle_marks){.mode = BUNDLE_MERGE, .keep = true};
	assert_int_equal(action(plain, 6, is, NULL), PLAN_WRITE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(untouched_needs_nothing),
		cmocka_unit_test(what_is_new),
		cmocka_unit_test(marks_are_obeyed),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
