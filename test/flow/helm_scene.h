/*
 * helm_scene: a HelmRelease's controller with all it needs, against the API double; what tests of it share.
 * The HelmChart is played. Waiting is by watches of the test's own: nothing sleeps.
 */
#ifndef TEST_HELM_SCENE_H
#define TEST_HELM_SCENE_H

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
#include "span.h"
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
static struct watch *view, *config_view;
static const char *digest;
static char *folder;
static int64_t requeue = CLOCK_SECOND; /* --requeue-dependency */

/* The HelmRelease as it was last seen; under the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;
static char *seen;   /* JSON; NULL: there is none */
static char *config; /* the text in its ConfigMap; NULL: there is none */
static int changes;  /* of the ConfigMap */

static ctx *begin(struct span *f)
{
	return span_begin(f, house.loop, PATIENCE);
}

static val *ask(ctx *c, const char *method, const char *what, const char *body)
{
	return span_fake(c, plain, fake_api_port(api), method, what, body);
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

static void on_config(void *arg, enum watch_event e, const val *obj)
{
	(void)arg;
	if (!text_eq(val_as_text(VAL_IN(obj, "metadata", "name")), "app"))
		return;
	pthread_mutex_lock(&lock);
	free(config);
	changes++;
	config = e == WATCH_DELETED ? NULL : strdup(val_text_or(VAL_IN(obj, "data", "v"), ""));
	pthread_cond_broadcast(&told);
	pthread_mutex_unlock(&lock);
}

/* Waits until the ConfigMap has this text after at least so many changes. */
static void await_config(const char *text, int times)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE;
	int late = 0;
	pthread_mutex_lock(&lock);
	while (!late && !(changes >= times && config && text_eq(config, text)))
		late = pthread_cond_timedwait(&told, &lock, &until);
	pthread_mutex_unlock(&lock);
	assert_int_equal(late, 0);
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

/* A chart of one ConfigMap, and a Pod if it is wanted, stored as the HelmChart's artifact. */
static void store_chart(void)
{
	static const char *const files[][2] = {
		{"demo/Chart.yaml", "{apiVersion: v2, name: demo, version: 1.0.0}"},
		{"demo/values.yaml", "v: one\n"},
		{"demo/templates/config.yaml",
		 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n"
		 "data: {v: '{{ .Values.v }}'}\n"},
		{"demo/templates/pod.yaml",
		 "{{ if .Values.pod }}\napiVersion: v1\nkind: Pod\nmetadata: {name: app}\n"
		 "spec: {containers: [{name: a, image: a}]}\n{{ end }}\n"},
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
	struct config *kubeconfig;
	struct http_settings s = {.proxy = ""};
	struct span f;
	life = arena_open();
	memset(&house, 0, sizeof(house));
	must(options_parse(life, 0, NULL, &options));
	must(file_temp_dir(life, "/tmp", "flow-", &folder));
	house.options = &options;
	must(loop_open(life, &house.loop));
	must(fake_api_open(life, house.loop, 0, &api));
	must(config_parse(life, str_of(fake_api_kubeconfig(life, api)), NULL, NULL, 0,
			  &kubeconfig));
	must(pool_open(life, house.loop, WORKERS, &house.pool));
	must(client_open(life, house.loop, kubeconfig, &house.client));
	must(mapper_open(life, house.client, &house.mapper));
	plain = http_open(house.loop, &s);
	must(depot_open(life, &(struct depot_settings){.dir = folder}, &house.depot));
	store_chart();
	must(helm_release_open(life, &house));
	pthread_create(&loop_thread, NULL, span_run_loop, house.loop);
	ctx *c = begin(&f);
	define(c, &chart_kind);
	define(c, &helm_release_kind);
	span_end(&f);
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
		.mapper = house.mapper,
		.no_configs = true,
		.requeue_dependency = requeue,
		.least_retry = CLOCK_MS,
		.most_retry = 20 * CLOCK_MS,
	});
	controllers_add(house.controllers, &chart_kind, WORKERS);
	controllers_add(house.controllers, &helm_release_kind, WORKERS);
	controllers_start(house.controllers);
	view = watch_open(house.loop, house.client,
			  &(struct watch_settings){.resource = resource_of(&helm_release_kind),
						   .on_event = on_view});
	config_view =
		watch_open(house.loop, house.client,
			   &(struct watch_settings){.resource = {.gvk = {"", "v1", "ConfigMap"},
								 .plural = "configmaps",
								 .namespaced = true},
						    .on_event = on_config});
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
	watch_close(config_view);
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
	free(config);
	seen = config = NULL;
	changes = 0;
	return 0;
}

#endif
