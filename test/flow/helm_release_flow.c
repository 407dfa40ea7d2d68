/*
 * HelmReleases through their whole controller against the API double: what is sent and written when one
 * is installed, upgraded, drifts and is deleted, and what a fault at any request leaves behind.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "ctl/crd.h"
#include "data/json.h"
#include "data/yaml.h"
#include "fake/api.h"
#include "kind/helm_release.h"
#include "pack/depot.h"
#include "pack/tar.h"

#define WORKERS 2
#define PATIENCE 60 /* s, until a test that is told nothing gives up */

static arena *life;
static struct house house;
static struct options options;
static pthread_t loop_thread;
static struct fake_api *api;
static struct http *plain;
static struct watch *view;
static const char *digest;
static char *folder;

/* The HelmRelease as it was last seen; under the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;
static char *seen; /* JSON; NULL: there is none */

struct scene {
	arena *mem;
	ctx c;
};

static ctx *begin(struct scene *f)
{
	f->mem = arena_open();
	ctx_init(&f->c, f->mem, house.loop, clock_now() + PATIENCE * CLOCK_SECOND);
	return &f->c;
}

static void end(struct scene *f)
{
	ctx_done(&f->c);
	arena_close(f->mem);
}

static void must(err *e)
{
	if (!e)
		return;
	arena *mem = arena_open();
	print_error("%s\n", err_text(mem, e));
	arena_close(mem);
	fail();
}

static val *ask(ctx *c, const char *method, const char *what, const char *body)
{
	struct http_answer *a;
	val *v = NULL;
	struct http_request q = {
		.method = method,
		.url = arena_printf(c->mem, "http://127.0.0.1:%d/fake/%s", fake_api_port(api),
				    what),
		.body = str_of(body),
	};
	must(http_do(c, plain, &q, &a));
	assert_int_equal(a->status, 200);
	if (a->body.n && text_eq(method, "GET"))
		must(json_parse(c->mem, a->body, &v));
	return v;
}

/* ---- the HelmChart, only read here ------------------------------------------------------------- */

struct chart_shape {
	const val *all;
};

static const struct field any_fields[] = {
	{"chart", FIELD_ANY, offsetof(struct chart_shape, all), .doc = "Anything."},
	{.name = NULL},
};

static const struct kind chart_kind = {
	.group = "source.toolkit.fluxcd.io",
	.name = "HelmChart",
	.plural = "helmcharts",
	.singular = "helmchart",
	.versions = "v1",
	.spec = any_fields,
	.spec_size = sizeof(struct chart_shape),
	.status = any_fields,
	.component = "source-controller",
};

/* ---- opening ---------------------------------------------------------------------------------- */

static void *run_loop(void *arg)
{
	loop_run(arg);
	return NULL;
}

static void on_view(void *arg, enum watch_event e, const val *obj)
{
	(void)arg;
	arena *mem = arena_open();
	pthread_mutex_lock(&lock);
	free(seen);
	seen = e == WATCH_DELETED ? NULL : strdup(json_text(mem, obj, JSON_PLAIN));
	pthread_cond_broadcast(&told);
	pthread_mutex_unlock(&lock);
	arena_close(mem);
}

/* Waits until the HelmRelease is as it should be; gone: until it has gone. */
static val *await(arena *mem, bool (*is)(const val *obj), bool gone)
{
	val *obj = NULL;
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE;
	int late = 0;
	pthread_mutex_lock(&lock);
	for (;;) {
		if (gone ? !seen : seen != NULL) {
			obj = NULL;
			if (seen)
				must(json_parse(mem, str_of(seen), &obj));
			if (gone || is(obj))
				break;
		}
		if (late) {
			print_error("the last that was seen: %s\n", seen ? seen : "nothing");
			break;
		}
		late = pthread_cond_timedwait(&told, &lock, &until);
	}
	pthread_mutex_unlock(&lock);
	assert_int_equal(late, 0);
	return obj;
}

static err *collect(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

static err *put(void *arg, struct sink out)
{
	const buf *b = arg;
	return out.put(out.arg, life, buf_view(b));
}

/* A chart of one ConfigMap, stored as the HelmChart's artifact. */
static void store_chart(void)
{
	static const char *const files[][2] = {
		{"demo/Chart.yaml", "{apiVersion: v2, name: demo, version: 1.0.0}"},
		{"demo/values.yaml", "v: one\n"},
		{"demo/templates/config.yaml",
		 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n"
		 "data: {v: '{{ .Values.v }}'}\n"},
	};
	buf b = buf_init(life), packed = buf_init(life);
	struct depot_file stored;
	struct tar_writer *t = tar_begin(life, (struct sink){collect, &b});
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		must(tar_file(t, files[i][0], false, str_of(files[i][1])));
	must(tar_end(t));
	str bytes;
	must(gzip_all(life, buf_view(&b), &bytes));
	buf_str(&packed, bytes);
	must(depot_put(life, house.depot, "helmchart/default/default-app/demo-1.0.0.tgz", put,
		       &packed, &stored));
	digest = stored.digest;
}

static val *parse(arena *mem, const char *text)
{
	val *v;
	must(yaml_parse(mem, str_of(text), &v));
	return v;
}

static void define(ctx *c, const struct kind *k)
{
	val *obj;
	must(client_raw(c, house.client, "POST",
			"/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
			crd_of(c->mem, k), &obj));
}

static struct resource resource_of(const struct kind *k)
{
	struct resource r;
	kind_resource(k, &r);
	return r;
}

/* The HelmChart as it stands once it has been applied and its chart was found. */
static void make_chart(ctx *c)
{
	struct resource r = resource_of(&chart_kind);
	val *obj, *status;
	must(client_create(
		c, house.client, &r, "default",
		parse(c->mem,
		      "{apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmChart, metadata: {name: "
		      "default-app, namespace: default, labels: {helm.toolkit.fluxcd.io/name: app, "
		      "helm.toolkit.fluxcd.io/namespace: default}}, spec: {chart: demo, version: "
		      "'*', reconcileStrategy: "
		      "ChartVersion, interval: 1h0m0s, sourceRef: {kind: HelmRepository, name: "
		      "charts}}}"),
		"test", &obj));
	status =
		parse(c->mem,
		      arena_printf(c->mem,
				   "{status: {observedGeneration: 1, artifact: {path: "
				   "helmchart/default/default-app/demo-1.0.0.tgz, revision: 1.0.0, "
				   "digest: '%s'}}}",
				   digest));
	must(client_patch(c, house.client, &r, "default", "default-app", "status", PATCH_MERGE,
			  status, "test", &obj));
}

static int open_all(void **state)
{
	(void)state;
	struct config *config;
	struct http_settings s = {.proxy = ""};
	struct scene f;
	life = arena_open();
	memset(&house, 0, sizeof(house));
	must(options_parse(life, 0, NULL, &options));
	must(file_temp_dir(life, "/tmp", "flow-", &folder));
	house.options = &options;
	must(loop_open(life, &house.loop));
	must(fake_api_open(life, house.loop, 0, &api));
	must(config_parse(life, str_of(fake_api_kubeconfig(life, api)), NULL, NULL, 0, &config));
	must(pool_open(life, house.loop, WORKERS, &house.pool));
	must(client_open(life, house.loop, config, &house.client));
	must(mapper_open(life, house.client, &house.mapper));
	must(http_open(life, house.loop, &s, &plain));
	must(depot_open(life, &(struct depot_settings){.dir = folder}, &house.depot));
	store_chart();
	must(helm_release_open(life, &house));
	pthread_create(&loop_thread, NULL, run_loop, house.loop);
	ctx *c = begin(&f);
	define(c, &chart_kind);
	define(c, &helm_release_kind);
	end(&f);
	return 0;
}

static void start(void *arg)
{
	(void)arg;
	house.controllers = controllers_open(&(struct controllers_settings){
		.loop = house.loop,
		.pool = house.pool,
		.client = house.client,
		.house = &house,
		.no_configs = true,
		.requeue_dependency = CLOCK_SECOND,
		.least_retry = CLOCK_MS,
		.most_retry = 20 * CLOCK_MS,
	});
	controllers_add(house.controllers, &chart_kind, WORKERS);
	controllers_add(house.controllers, &helm_release_kind, WORKERS);
	controllers_start(house.controllers);
	view = watch_open(house.loop, house.client,
			  &(struct watch_settings){.resource = resource_of(&helm_release_kind),
						   .on_event = on_view});
}

static void drain(void *arg)
{
	if (controllers_running(house.controllers))
		loop_post(house.loop, drain, arg);
	else
		loop_stop(house.loop);
}

static void stop(void *arg)
{
	controllers_stop(house.controllers);
	pool_cancel_all(house.pool, "the end");
	watch_close(view);
	drain(arg);
}

static int close_all(void **state)
{
	(void)state;
	loop_post(house.loop, stop, NULL);
	pthread_join(loop_thread, NULL);
	pool_close(house.pool);
	controllers_close(house.controllers);
	helm_release_close(&house);
	depot_close(house.depot);
	mapper_close(house.mapper);
	client_close(house.client);
	http_close(plain);
	fake_api_close(api);
	loop_close(house.loop);

	arena_close(life);
	free(seen);
	seen = NULL;
	return 0;
}

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
		const char *agent = val_text_or(val_get(r, "agent"), "");
		(void)agent;
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
	struct scene f;
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
	end(&f);
}

static void a_failed_install_stalls_and_new_values_help(void **state)
{
	(void)state;
	struct scene f;
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
	end(&f);
}

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
			struct scene f;
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
			end(&f);
		}
}

#define IN_HOUSE(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(a_release_is_installed_upgraded_and_removed),
		IN_HOUSE(a_failed_install_stalls_and_new_values_help),
		IN_HOUSE(any_fault_is_outlived),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
