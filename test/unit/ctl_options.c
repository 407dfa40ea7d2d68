#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "ctl/options.h"

static arena *mem;
static struct options o;

static int open_mem(void **state)
{
	(void)state;
	mem = arena_open();
	log_setup(LOG_ERROR, false);
	return 0;
}

static int close_mem(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

/* Parses "run" and the words of text. */
static const char *parse(const char *text)
{
	char *argv[32] = {(char *)(uintptr_t) "run"};
	int argc = 1;
	str rest = str_of(text), part;
	while (*text && str_next(&rest, ' ', &part))
		argv[argc++] = str_text(mem, part);
	err *e = options_parse(mem, argc, argv, &o);
	return e ? err_text(mem, e) : "";
}

static void defaults_are_flux_s(void **state)
{
	(void)state;
	assert_string_equal(parse(""), "");
	assert_int_equal(o.requeue_dependency, 30 * CLOCK_SECOND);
	assert_int_equal(o.least_retry, 750 * CLOCK_MS);
	assert_int_equal(o.most_retry, 15 * CLOCK_MINUTE);
	assert_string_equal(o.storage_path, "/data");
	assert_string_equal(o.health_addr, ":9440");
	assert_false(o.leader_election);
	assert_true(o.leader_release);
	assert_int_equal(o.leader_lease, 35 * CLOCK_SECOND);
	assert_true(o.watch_all_namespaces);
	assert_true(options_gate(&o, "StrictPostBuildSubstitutions"));
	assert_false(options_gate(&o, "ExternalArtifact"));
	assert_false(options_gate(&o, "NoSuchGate"));
}

static void flags_come_in_every_form(void **state)
{
	(void)state;
	assert_string_equal(
		parse("--concurrent=20 --enable-leader-election --log-level debug "
		      "--watch-all-namespaces=false --override-manager a "
		      "--override-manager=b --custom-apply-stage-kinds x/Y,z/W "
		      "--kube-api-qps=500 --helm-cache-ttl 1m --export-http-path-metrics "
		      "--feature-gates ExternalArtifact=true,GroupChangeLog=false"),
		"");
	assert_int_equal(o.concurrent, 20);
	assert_true(o.leader_election);
	assert_string_equal(o.log_level, "debug");
	assert_false(o.watch_all_namespaces);
	assert_int_equal(o.override_managers.n, 2);
	assert_string_equal(o.override_managers.p[1], "b");
	assert_int_equal(o.apply_stages.n, 2);
	assert_true(options_gate(&o, "ExternalArtifact"));
	assert_false(options_gate(&o, "GroupChangeLog"));
}

static void the_environment_stands_for_defaults(void **state)
{
	(void)state;
	setenv("STORAGE_PATH", "/here", 1);
	setenv("RUNTIME_NAMESPACE", "mine", 1);
	assert_string_equal(parse(""), "");
	assert_string_equal(o.storage_path, "/here");
	assert_string_equal(o.runtime_namespace, "mine");
	assert_string_equal(parse("--storage-path=/there"), "");
	assert_string_equal(o.storage_path, "/there");
	unsetenv("STORAGE_PATH");
	unsetenv("RUNTIME_NAMESPACE");
}

static void mistakes_are_named(void **state)
{
	(void)state;
	assert_string_equal(
		parse("--concurent=3"),
		"unknown flag --concurent; did you mean --concurrent? See sluice run --help");
	assert_string_equal(parse("more"), "'more' is no flag; see sluice run --help");
	assert_string_equal(parse("--storage-path"), "--storage-path needs a value");
	assert_string_equal(parse("--concurrent=x"), "--concurrent: 'x' is no whole number");
	assert_string_equal(parse("--concurrent=0"), "--concurrent: must be from 1 to 1000");
	assert_string_equal(parse("--requeue-dependency=soon"),
			    "--requeue-dependency: time: invalid duration \"soon\"");
	assert_string_equal(parse("--no-remote-bases=maybe"),
			    "--no-remote-bases: 'maybe' is neither true nor false");
	assert_string_equal(parse("--log-level=loud"),
			    "--log-level: 'loud' is none of trace, debug, info, error");
	assert_string_equal(parse("--feature-gates=ExternalArtefact=true"),
			    "--feature-gates: unknown gate 'ExternalArtefact'; did you mean "
			    "ExternalArtifact?");
	assert_string_equal(parse("--feature-gates=ExternalArtifact"),
			    "--feature-gates: 'ExternalArtifact' has no =true or =false");
	assert_true(text_starts(parse("--leader-election-renew-deadline=40s"), "leader election:"));
}

static void the_help_names_every_flag(void **state)
{
	(void)state;
	buf b = buf_init(mem);
	options_help(&b);
	assert_non_null(strstr(buf_text(&b), "--requeue-dependency"));
	assert_non_null(strstr(buf_text(&b), "--kube-api-burst"));
	assert_non_null(strstr(buf_text(&b), "StrictPostBuildSubstitutions=true"));
}

#define WITH_MEM(f) cmocka_unit_test_setup_teardown(f, open_mem, close_mem)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_MEM(defaults_are_flux_s),
		WITH_MEM(flags_come_in_every_form),
		WITH_MEM(the_environment_stands_for_defaults),
		WITH_MEM(mistakes_are_named),
		WITH_MEM(the_help_names_every_flag),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
