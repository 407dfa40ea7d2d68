#include "apply/health.h"
#include "table.h"

#include "base/clock.h"

/* A result in the form of the table: conditions follow from the status. */
static val *shown(arena *mem, const struct health_result *r)
{
	val *v = val_map(mem), *conditions = val_list(mem);
	val_set_text(mem, v, "status", health_name(r->status));
	val_set_text(mem, v, "message", r->message);
	if (r->status == HEALTH_IN_PROGRESS || r->status == HEALTH_FAILED) {
		val *c = val_map(mem);
		val_set_text(mem, c, "type",
			     r->status == HEALTH_FAILED ? "Stalled" : "Reconciling");
		val_set_text(mem, c, "status", "True");
		val_set_text(mem, c, "reason", r->reason);
		val_set_text(mem, c, "message", r->detail);
		val_push(mem, conditions, c);
	}
	val_set(mem, v, "conditions", conditions);
	return v;
}

static const char *row(arena *mem, const val *in, val **ret_got)
{
	struct health_result r = {0};
	const val *obj = val_get(in, "object");
	err *e = NULL;
	if (text_eq(val_as_text(val_get(in, "rule")), "fluxJob"))
		health_of_managed(mem, obj, clock_wall(), &r);
	else
		e = health_of(mem, obj, clock_wall(), &r);
	if (e)
		return err_text(mem, e);
	*ret_got = shown(mem, &r);
	return NULL;
}

static void as_kstatus(void **state)
{
	(void)state;
	table_run("kstatus", NULL, row);
}

static enum health of(arena *mem, const char *json, int64_t now)
{
	val *obj;
	struct health_result r;
	assert_null(json_parse(mem, str_of(json), &obj));
	health_of_managed(mem, obj, now, &r);
	return r.status;
}

static void an_unschedulable_pod_fails_after_a_while(void **state)
{
	(void)state;
	arena *mem = arena_open();
	const char *pod =
		"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"creationTimestamp\":"
		"\"2026-01-01T00:00:00Z\"},\"status\":{\"phase\":\"Pending\",\"conditions\":[{"
		"\"type\":"
		"\"PodScheduled\",\"status\":\"False\",\"reason\":\"Unschedulable\"}]}}";
	int64_t created;
	assert_true(clock_parse_rfc3339(STR("2026-01-01T00:00:00Z"), &created));
	assert_int_equal(of(mem, pod, created + 14 * CLOCK_SECOND), HEALTH_IN_PROGRESS);
	assert_int_equal(of(mem, pod, created + 15 * CLOCK_SECOND), HEALTH_FAILED);
	arena_close(mem);
}

static void an_error_is_an_unknown_status(void **state)
{
	(void)state;
	arena *mem = arena_open();
	assert_int_equal(of(mem, "{\"apiVersion\":\"x/v1\",\"kind\":\"W\",\"status\":5}", 0),
			 HEALTH_UNKNOWN);
	assert_int_equal(of(mem, "{\"apiVersion\":\"x/v1\",\"kind\":\"Job\",\"status\":{}}", 0),
			 HEALTH_CURRENT);
	assert_int_equal(of(mem, "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"status\":{}}", 0),
			 HEALTH_IN_PROGRESS);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_kstatus),
		cmocka_unit_test(an_unschedulable_pod_fails_after_a_while),
		cmocka_unit_test(an_error_is_an_unknown_status),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
