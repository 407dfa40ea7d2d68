#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "obs/metric.h"
#include "obs/probe.h"

static struct metric total = METRIC(METRIC_COUNTER, "b_total", "Two\nlines \\.", "code,kind");
static struct metric depth = METRIC(METRIC_GAUGE, "c_depth", "Depth.", "");
static const double bounds[] = {0.5, 1, 2.5};
static struct metric seconds = METRIC_BUCKETS("a_seconds", "Seconds.", "name", bounds);

static void the_text_is_prometheus_form(void **state)
{
	(void)state;
	arena *mem = arena_open();
	buf b = buf_init(mem);
	metric_add(&total, 1, "200", "say \"hi\"\n\\");
	metric_add(&total, 2, "200", "say \"hi\"\n\\");
	metric_set(&depth, 4);
	metric_set(&depth, 2.5);
	metric_observe(&seconds, 1, "x");
	metric_observe(&seconds, 2, "x");
	metric_observe(&seconds, 99, "x");
	metric_text(&b);
	assert_string_equal(buf_text(&b), "# HELP a_seconds Seconds.\n"
					  "# TYPE a_seconds histogram\n"
					  "a_seconds_bucket{name=\"x\",le=\"0.5\"} 0\n"
					  "a_seconds_bucket{name=\"x\",le=\"1\"} 1\n"
					  "a_seconds_bucket{name=\"x\",le=\"2.5\"} 2\n"
					  "a_seconds_bucket{name=\"x\",le=\"+Inf\"} 3\n"
					  "a_seconds_sum{name=\"x\"} 102\n"
					  "a_seconds_count{name=\"x\"} 3\n"
					  "# HELP b_total Two\\nlines \\\\.\n"
					  "# TYPE b_total counter\n"
					  "b_total{code=\"200\",kind=\"say \\\"hi\\\"\\n\\\\\"} 3\n"
					  "# HELP c_depth Depth.\n"
					  "# TYPE c_depth gauge\n"
					  "c_depth 2.5\n");
	arena_close(mem);
}

static void series_go_with_their_object(void **state)
{
	(void)state;
	char name[16];
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		metric_add(&total, 1, i % 2 ? "a" : "b", name);
	}
	assert_int_equal(metric_value(&total, "a", "n1"), 1);
	metric_remove(&total, "code", "a", "kind", "n1", NULL);
	assert_int_equal(metric_value(&total, "a", "n1"), 0);
	assert_int_equal(metric_value(&total, "a", "n3"), 1);
	metric_remove(&total, "code", "a", NULL);
	assert_int_equal(metric_value(&total, "a", "n3"), 0);
	assert_int_equal(metric_value(&total, "b", "n4"), 1);
	metric_remove(&total, "nothing", "b", NULL);
	assert_int_equal(metric_value(&total, "b", "n4"), 1);
	metric_remove(&total, NULL);
	assert_int_equal(metric_value(&total, "b", "n4"), 0);
	metric_remove(&seconds, NULL);
}

static void probes_tell_what_fails(void **state)
{
	(void)state;
	arena *mem = arena_open();
	buf b = buf_init(mem);
	assert_true(probe_ok(PROBE_READY, NULL));
	probe_set(PROBE_READY, "caches", false);
	probe_set(PROBE_LIVE, "ping", true);
	assert_false(probe_ok(PROBE_READY, &b));
	assert_string_equal(buf_text(&b), "[-]caches failed\n");
	probe_set(PROBE_READY, "caches", true);
	assert_true(probe_ok(PROBE_READY, NULL));
	assert_true(probe_ok(PROBE_LIVE, NULL));
	probe_reset();
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_is_prometheus_form),
		cmocka_unit_test(series_go_with_their_object),
		cmocka_unit_test(probes_tell_what_fails),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
