/*
 * HelmReleases through their whole controller against the API double: what is sent and written when one
 * is installed, upgraded, drifts and is deleted, and what a fault at any request leaves behind.
 */
#include "helm_scene.h"
#include "helm/helm_release.h"

/* ---- acting ----------------------------------------------------------------------------------- */

#define RELEASE_YAML                                                                               \
	"{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: app, "        \
	"namespace: default}, spec: {interval: 1h, %schart: {spec: {chart: demo, sourceRef: "      \
	"{kind: HelmRepository, name: charts}}}}}"

static void create(ctx *c, const char *more)
{
	struct resource r = resource_of(&helm_release_kind);
	val *obj;
	must(client_create(c, house.client, &r, "default",
			   parse(c->mem, arena_printf(c->mem, RELEASE_YAML, more)), "test", &obj));
}

static void patch(ctx *c, const char *merge)
{
	struct resource r = resource_of(&helm_release_kind);
	val *obj;
	must(client_patch(c, house.client, &r, "default", "app", NULL, PATCH_MERGE,
			  parse(c->mem, merge), "test", &obj));
}

static val *get(ctx *c, const char *kind, const char *plural, const char *name)
{
	struct resource r = {.gvk = {"", "v1", kind}, .plural = plural, .namespaced = true};
	val *obj = NULL;
	err *e = client_get(c, house.client, &r, "default", name, false, &obj);
	if (err_code(e) == ERR_NOT_FOUND)
		return NULL;
	must(e);
	return obj;
}

static const char *data_of(ctx *c)
{
	return val_as_text(VAL_IN(get(c, "ConfigMap", "configmaps", "app"), "data", "v"));
}

static bool is_ready(const val *obj)
{
	const val *s = val_get(obj, "status");
	return conditions_is(s, CONDITION_READY, CONDITION_TRUE) &&
	       val_as_int(val_get(s, "observedGeneration"), 0) ==
		       val_as_int(VAL_IN(obj, "metadata", "generation"), 0);
}

static bool is_stalled(const val *obj)
{
	return conditions_is(val_get(obj, "status"), CONDITION_STALLED, CONDITION_TRUE);
}

static bool is_second(const val *obj)
{
	return is_ready(obj) &&
	       val_as_int(val_get(val_at(VAL_IN(obj, "status", "history"), 0), "version"), 0) == 2;
}

/* Requests since the last call that do more than read, and lists of Secrets. */
static size_t requests(ctx *c, size_t *from)
{
	const val *all = ask(c, "GET", "requests", "");
	size_t n = 0;
	for (size_t i = *from; i < val_len(all); i++) {
		const val *r = val_at(all, i);
		const char *query = val_text_or(val_get(r, "query"), "");
		bool read = text_eq(val_as_text(val_get(r, "method")), "GET");
		n += !read || (strstr(val_text_or(val_get(r, "path"), ""), "/secrets") &&
			       !strstr(query, "watch"));
	}
	*from = val_len(all);
	return n;
}

static void a_release_is_installed_upgraded_and_removed(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	size_t from = 0;
	loop_post(house.loop, start, NULL);
	make_chart(c);
	requests(c, &from);
	create(c, "");
	const val *obj = await(c->mem, is_ready, false), *s = val_get(obj, "status");
	assert_string_equal(
		conditions_message(s, CONDITION_READY),
		"Helm install succeeded for release default/app.v1 with chart demo@1.0.0");
	assert_string_equal(val_as_text(val_get(s, "lastAttemptedReleaseAction")), "install");
	assert_int_equal(val_len(val_get(s, "history")), 1);
	assert_int_equal(val_len(VAL_IN(s, "inventory", "entries")), 1);
	assert_string_equal(data_of(c), "one");
	/* ours, the finalizer, storage read, made and ended, the object, the status */
	assert_in_range(requests(c, &from), 5, 8);
	patch(c, "{spec: {values: {v: two}}}");
	obj = await(c->mem, is_second, false);
	assert_string_equal(data_of(c), "two");
	assert_string_equal(
		conditions_message(val_get(obj, "status"), CONDITION_READY),
		"Helm upgrade succeeded for release default/app.v2 with chart demo@1.0.0");
	assert_in_range(requests(c, &from), 5, 8);
	struct resource r = resource_of(&helm_release_kind);
	must(client_delete(c, house.client, &r, "default", "app", NULL, NULL));
	await(c->mem, NULL, true);
	assert_null(data_of(c));
	assert_null(get(c, "Secret", "secrets", "sh.helm.release.v1.app.v2"));
	span_end(&f);
}

static void a_failed_install_stalls_and_new_values_help(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	loop_post(house.loop, start, NULL);
	ask(c, "POST", "fault",
	    "{\"nth\":1,\"times\":99,\"method\":\"PATCH\",\"path\":\"/configmaps/"
	    "app\",\"kind\":\"status\",\"status\":422}");
	make_chart(c);
	create(c, "");
	const val *obj = await(c->mem, is_stalled, false), *s = val_get(obj, "status");
	assert_string_equal(conditions_message(s, CONDITION_STALLED),
			    "Failed to install after 1 attempt(s)");
	assert_string_equal(conditions_reason(s, CONDITION_READY), "InstallFailed");
	assert_int_equal(val_as_int(val_get(s, "installFailures"), 0), 1);
	ask(c, "POST", "clear", "");
	patch(c, "{spec: {values: {v: two}}}");
	await(c->mem, is_second, false);
	assert_string_equal(data_of(c), "two");
	span_end(&f);
}

static bool is_waiting(const val *obj)
{
	const val *latest = val_at(VAL_IN(obj, "status", "history"), 0);
	return text_eq(val_as_text(val_get(latest, "status")), "pending-install");
}

static void a_newer_spec_calls_a_wait_off(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	loop_post(house.loop, start, NULL);
	make_chart(c);
	create(c, "values: {pod: true}, ");
	const val *obj = await(c->mem, is_waiting, false);
	assert_string_equal(conditions_message(val_get(obj, "status"), CONDITION_RECONCILING),
			    "Running 'install' action with timeout of 5m0s");
	assert_non_null(get(c, "Pod", "pods", "app"));
	patch(c, "{spec: {values: {pod: false, v: two}}}");
	obj = await(c->mem, is_second, false);
	assert_string_equal(data_of(c), "two");
	assert_null(get(c, "Pod", "pods", "app"));
	val *first;
	must(helm_release_of(c->mem, get(c, "Secret", "secrets", "sh.helm.release.v1.app.v1"),
			     &first));
	assert_string_equal(val_as_text(VAL_IN(first, "info", "description")),
			    "Release \"app\" failed: context canceled");
	assert_null(val_get(val_get(obj, "status"), "installFailures"));
	assert_null(conditions_get(val_get(obj, "status"), CONDITION_RECONCILING));
	span_end(&f);
}

static void a_wait_ends_when_the_object_is_ready(void **state)
{
	(void)state;
	struct span f;
	struct resource r = {.gvk = {"", "v1", "Pod"}, .plural = "pods", .namespaced = true};
	val *pod;
	ctx *c = begin(&f);
	loop_post(house.loop, start, NULL);
	make_chart(c);
	create(c, "values: {pod: true}, ");
	await(c->mem, is_waiting, false);
	must(client_patch(c, house.client, &r, "default", "app", "status", PATCH_MERGE,
			  parse(c->mem, "{status: {phase: Running, conditions: [{type: Ready, "
					"status: 'True'}]}}"),
			  "test", &pod));
	await(c->mem, is_ready, false);
	span_end(&f);
}

static void a_failed_upgrade_is_rolled_back(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	loop_post(house.loop, start, NULL);
	make_chart(c);
	create(c, "upgrade: {remediation: {remediateLastFailure: true}}, ");
	await(c->mem, is_ready, false);
	ask(c, "POST", "fault",
	    "{\"nth\":1,\"times\":1,\"method\":\"PATCH\",\"path\":\"/configmaps/"
	    "app\",\"kind\":\"status\",\"status\":422}");
	patch(c, "{spec: {values: {v: two}}}");
	const val *s = val_get(await(c->mem, is_stalled, false), "status");
	assert_string_equal(conditions_reason(s, CONDITION_READY), "RollbackSucceeded");
	assert_string_equal(conditions_state(s, "Remediated"), CONDITION_TRUE);
	assert_string_equal(
		conditions_message(s, "Remediated"),
		"Helm rollback to previous release default/app.v1 with chart demo@1.0.0 succeeded");
	assert_int_equal(val_as_int(val_get(s, "upgradeFailures"), 0), 1);
	assert_int_equal(val_as_int(val_get(val_at(val_get(s, "history"), 0), "version"), 0), 3);
	assert_string_equal(data_of(c), "one");
	span_end(&f);
}

static void drift_is_corrected_when_it_happens(void **state)
{
	(void)state;
	struct span f;
	struct resource r = {
		.gvk = {"", "v1", "ConfigMap"}, .plural = "configmaps", .namespaced = true};
	val *obj;
	ctx *c = begin(&f);
	loop_post(house.loop, start, NULL);
	make_chart(c);
	create(c, "driftDetection: {mode: enabled}, ");
	await(c->mem, is_ready, false);
	await_config("one", 1);
	must(client_patch(c, house.client, &r, "default", "app", NULL, PATCH_MERGE,
			  parse(c->mem, "{data: {v: three}}"), "test", &obj));
	await_config("one", 3);
	must(client_delete(c, house.client, &r, "default", "app", NULL, NULL));
	await_config("one", 5);
	span_end(&f);
}

/* ---- dependencies of other kinds -------------------------------------------------------------- */

struct base_shape {
	const val *all;
};

static const struct field base_fields[] = {
	{"engine", FIELD_ANY, offsetof(struct base_shape, all), .doc = "Anything."},
	{.name = NULL},
};

static const struct kind base_kind = {
	.group = "db.example.org",
	.name = "Base",
	.plural = "bases",
	.singular = "base",
	.versions = "v1",
	.spec = base_fields,
	.spec_size = sizeof(struct base_shape),
	.status = base_fields,
};

static const char *waits_for; /* what Ready has to say */

static bool says_so(const val *obj)
{
	return text_eq(conditions_message(val_get(obj, "status"), CONDITION_READY), waits_for);
}

static void await_saying(ctx *c, const char *text)
{
	waits_for = text;
	await(c->mem, says_so, false);
}

/* Nothing but events can wake the release: it would look again after an hour. */
static void what_a_release_depends_on_wakes_it(void **state)
{
	(void)state;
	struct span f;
	struct resource r = resource_of(&base_kind);
	val *obj;
	requeue = options.requeue_dependency = CLOCK_HOUR;
	ctx *c = begin(&f);
	loop_post(house.loop, start, NULL);
	make_chart(c);
	create(c, "dependsOn: [{apiVersion: db.example.org/v1, kind: Base, name: db}], ");
	await_saying(c, "dependency 'Base/default/db' not found: no matches for kind \"Base\" in "
			"version \"db.example.org/v1\"");
	define(c, &base_kind);
	await_saying(c, "dependency 'Base/default/db' not found");
	must(client_create(c, house.client, &r, "default",
			   parse(c->mem, "{apiVersion: db.example.org/v1, kind: Base, metadata: "
					 "{name: db, namespace: default}, spec: {engine: x}}"),
			   "test", &obj));
	await_saying(c, "dependency 'Base/default/db' is not ready");
	must(client_patch(c, house.client, &r, "default", "db", "status", PATCH_MERGE,
			  parse(c->mem, "{status: {conditions: [{type: Ready, status: 'True'}]}}"),
			  "test", &obj));
	await(c->mem, is_ready, false);
	assert_string_equal(data_of(c), "one");
	span_end(&f);
	requeue = CLOCK_SECOND;
}

static void a_secret_is_no_dependency(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	loop_post(house.loop, start, NULL);
	make_chart(c);
	create(c, "dependsOn: [{apiVersion: v1, kind: Secret, name: s, readyExpr: "
		  "\"dep.data.k == 'x'\"}], ");
	const val *s = val_get(await(c->mem, is_stalled, false), "status");
	assert_string_equal(conditions_message(s, CONDITION_READY),
			    "dependency 'Secret/default/s': a Secret can't be depended on: an "
			    "expression could tell what is in it");
	assert_null(data_of(c));
	patch(c, "{spec: {dependsOn: [{kind: Base, name: b}]}}");
	await_saying(c, "dependency 'Base/default/b': the kind 'Base' is none of Flux's: name its "
			"apiVersion, too");
	span_end(&f);
}

/* ---- a chart that never comes ------------------------------------------------------------------ */

static bool lacks_chart(const val *obj)
{
	return text_eq(conditions_reason(val_get(obj, "status"), CONDITION_READY),
		       "SourceNotReady");
}

static void a_release_without_its_chart_takes_the_helm_chart_along(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct resource r = resource_of(&helm_release_kind), chart = resource_of(&chart_kind);
	val *left;
	loop_post(house.loop, start, NULL);
	create(c, "");
	const val *obj = await(c->mem, lacks_chart, false);
	assert_string_equal(val_as_text(VAL_IN(obj, "status", "helmChart")), "default/default-app");
	must(client_delete(c, house.client, &r, "default", "app", NULL, NULL));
	await(c->mem, NULL, true);
	err *e = client_get(c, house.client, &chart, "default", "default-app", false, &left);
	assert_true(err_code(e) == ERR_NOT_FOUND || VAL_IN(left, "metadata", "deletionTimestamp"));
	span_end(&f);
}

/* ---- faults ----------------------------------------------------------------------------------- */

/* Whatever request of the controller fails, and however: it ends in a release that is Ready. */
static void any_fault_is_outlived(void **state)
{
	(void)state;
	static const char *const kinds[] = {"\"kind\":\"status\",\"status\":500",
					    "\"kind\":\"cut\"", "\"kind\":\"cut-after\"",
					    "\"kind\":\"garbage\""};
	loop_post(house.loop, start, NULL);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (int nth = 1; nth <= 8; nth++) {
			struct span f;
			ctx *c = begin(&f);
			struct resource r = resource_of(&helm_release_kind);
			make_chart(c);
			create(c, "install: {remediation: {retries: -1}}, ");
			ask(c, "POST", "fault",
			    arena_printf(c->mem, "{\"nth\":%d,\"times\":1,%s}", nth, kinds[k]));
			await(c->mem, is_ready, false);
			ask(c, "POST", "clear", "");
			assert_string_equal(data_of(c), "one");
			must(client_delete(c, house.client, &r, "default", "app", NULL, NULL));
			await(c->mem, NULL, true);
			assert_null(data_of(c));
			span_end(&f);
		}
}

#define IN_HOUSE(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(a_release_is_installed_upgraded_and_removed),
		IN_HOUSE(a_failed_install_stalls_and_new_values_help),
		IN_HOUSE(a_newer_spec_calls_a_wait_off),
		IN_HOUSE(a_wait_ends_when_the_object_is_ready),
		IN_HOUSE(a_failed_upgrade_is_rolled_back),
		IN_HOUSE(drift_is_corrected_when_it_happens),
		IN_HOUSE(what_a_release_depends_on_wakes_it),
		IN_HOUSE(a_secret_is_no_dependency),
		IN_HOUSE(a_release_without_its_chart_takes_the_helm_chart_along),
		IN_HOUSE(any_fault_is_outlived),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
