/*
 * Releases installed, upgraded, rolled back and uninstalled against the API double: what is sent, where an
 * action is put down and goes on, and what a fault at any request leaves behind.
 */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "data/json.h"
#include "data/yaml.h"
#include "fake/api.h"
#include "span.h"
#include "release/release.h"

#define PATIENCE 60 /* s, until a test that is told nothing gives up */
#define OBJECTS 3   /* of the chart, hooks excluded */

static arena *life;
static loop *the_loop;
static pthread_t loop_thread;
static struct fake_api *api;
static struct client *admin;
static struct mapper *mapper;
static struct http *plain;
static struct clusters *clusters;
static struct release_site *site;
static struct chart *chart;

static ctx *begin(struct span *f)
{
	return span_begin(f, the_loop, PATIENCE);
}

static val *ask(ctx *c, const char *method, const char *what, const char *body)
{
	return span_fake(c, plain, fake_api_port(api), method, what, body);
}

/* Requests so far; method NULL: any. Watches and discovery do not count. */
static size_t sent(ctx *c, const char *method)
{
	const val *all = ask(c, "GET", "requests", "");
	size_t n = 0;
	for (size_t i = 0; i < val_len(all); i++) {
		const val *r = val_at(all, i);
		const char *query = val_text_or(val_get(r, "query"), ""),
			   *path = val_text_or(val_get(r, "path"), "");
		bool works = strstr(path, "/namespaces/") != NULL;
		n += works && !strstr(query, "watch=") &&
		     (!method || text_eq(val_as_text(val_get(r, "method")), method));
	}
	return n;
}

/* ---- opening ----------------------------------------------------------------------------------- */

static const char templates[] =
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n"
	"data: {v: '{{ .Values.v }}'}\n---\n"
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-b'}\n"
	"data: {same: always}\n---\n"
	"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: '{{ .Release.Name }}'}\n";
static const char hook[] =
	"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: '{{ .Release.Name }}-job'\n"
	"  annotations: {helm.sh/hook: 'pre-install,pre-upgrade,pre-delete'}\n"
	"spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}\n";

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told_of_drift = PTHREAD_COND_INITIALIZER;
static int drifts;

static void on_drift(void *arg, const char *ns, const char *name)
{
	(void)arg;
	(void)ns;
	(void)name;
	pthread_mutex_lock(&lock);
	drifts++;
	pthread_cond_broadcast(&told_of_drift);
	pthread_mutex_unlock(&lock);
}

static void await_drift(int n)
{
	pthread_mutex_lock(&lock);
	while (drifts < n)
		pthread_cond_wait(&told_of_drift, &lock);
	pthread_mutex_unlock(&lock);
}

static int open_all(void **state)
{
	(void)state;
	drifts = 0;
	struct config *config;
	struct http_settings s = {.proxy = ""};
	life = arena_open();
	struct tree *t = tree_memory(life);
	tree_put(t, "Chart.yaml", STR("apiVersion: v2\nname: demo\nversion: 1.0.0\n"));
	tree_put(t, "values.yaml", STR("v: one\n"));
	tree_put(t, "templates/all.yaml", str_of(templates));
	tree_put(t, "templates/hook.yaml", str_of(hook));
	must(helm_read(life, t, "", &chart));
	must(loop_open(life, &the_loop));
	must(fake_api_open(life, the_loop, 0, &api));
	must(config_parse(life, str_of(fake_api_kubeconfig(life, api)), NULL, NULL, 0, &config));
	must(client_open(life, the_loop, config, &admin));
	must(mapper_open(life, admin, &mapper));
	plain = http_open(the_loop, &s);
	clusters = clusters_open(&(struct clusters_settings){
		.live = {.loop = the_loop,
			 .client = admin,
			 .owner_group = RELEASE_GROUP,
			 .managed = {.manager = RELEASE_MANAGER, .plain = true},
			 .settle = CLOCK_MS,
			 .drifted = on_drift},
		.mapper = mapper});
	site = release_site_open(&(struct release_site_settings){clusters});
	pthread_create(&loop_thread, NULL, span_run_loop, the_loop);
	return 0;
}

static void close_clusters(void *arg)
{
	(void)arg;
	clusters_close(clusters);
	loop_stop(the_loop);
}

static int close_all(void **state)
{
	(void)state;
	loop_post(the_loop, close_clusters, NULL);
	pthread_join(loop_thread, NULL);
	release_site_close(site);
	mapper_close(mapper);
	client_close(admin);
	http_close(plain);
	fake_api_close(api);
	loop_close(the_loop);
	arena_close(life);
	return 0;
}

/* ---- actions ----------------------------------------------------------------------------------- */

static struct release_of release_named(const char *name)
{
	struct cluster *home = clusters_home(clusters);
	return (struct release_of){.site = site,
				   .at = home,
				   .client = home->client,
				   .name = name,
				   .ns = "default",
				   .storage_ns = "default",
				   .owner_ns = "default",
				   .owner_name = name};
}

static err *label(ctx *c, void *arg, val *docs, val **ret_docs)
{
	const struct release_of *of = arg;
	for (size_t i = 0; i < val_len(docs); i++) {
		val *meta = val_make_map(c->mem, val_at(docs, i), "metadata");
		val *labels = val_make_map(c->mem, meta, "labels");
		val_set_text(c->mem, labels, RELEASE_GROUP "/name", of->owner_name);
		val_set_text(c->mem, labels, RELEASE_GROUP "/namespace", of->owner_ns);
	}
	*ret_docs = docs;
	return NULL;
}

struct waiting {
	struct wait *wait;
	struct timer *timer;
	sem_t over;
};

static void on_over(void *arg)
{
	struct waiting *w = arg;
	timer_stop(w->timer);
	sem_post(&w->over);
}

static void on_late(void *arg)
{
	struct waiting *w = arg;
	wait_expire(w->wait);
	if (wait_timed_out(w->wait))
		sem_post(&w->over);
}

static void begin_waiting(void *arg)
{
	struct waiting *w = arg;
	int64_t left = wait_deadline(w->wait) - clock_now();
	w->timer = timer_open(the_loop, on_late, w);
	timer_set(w->timer, left > 0 ? left : 1);
	wait_on_settled(w->wait, on_over, w);
}

static void end_waiting(void *arg)
{
	struct waiting *w = arg;
	timer_close(w->timer);
	wait_close(w->wait);
	sem_post(&w->over);
}

/* What the Job controller does; faults that were meant for others may meet it. */
static void finish_job(const char *name)
{
	struct span f;
	ctx *c = begin(&f);
	struct gvk k = {"batch", "v1", "Job"};
	struct resource r;
	val *patch, *answer;
	must(json_parse(c->mem,
			STR("{\"status\":{\"succeeded\":1,\"conditions\":[{\"type\":\"Complete\","
			    "\"status\":\"True\"}]}}"),
			&patch));
	must(mapper_find(c, mapper, &k, &r));
	for (int i = 0; i < 3; i++)
		if (!client_patch(c, admin, &r, "default", arena_printf(c->mem, "%s-job", name),
				  "status", PATCH_MERGE, patch, "kcm", &answer))
			break;
	span_end(&f);
}

struct told {
	enum err_code code;
	char text[400];
	int parks;
	size_t writes;
};

static struct told act(const char *name, enum release_action action,
		       const struct release_options *more)
{
	struct waiting *before = NULL;
	struct told t = {0};
	for (bool over = false; !over;) {
		struct span f;
		ctx *c = begin(&f);
		struct release_of of = release_named(name);
		struct release_options o = *more;
		struct release_outcome out;
		o.chart = chart;
		o.post_mark = label;
		o.post_render_arg = &of;
		o.take_ownership = true;
		o.timeout = o.timeout ? o.timeout : PATIENCE * CLOCK_SECOND;
		err *e = release_run(c, &of, action, &o, before ? before->wait : NULL, &out);
		t.code = (enum err_code)err_code(e);
		t.writes += out.write_n;
		snprintf(t.text, sizeof(t.text), "%s", e ? err_text(c->mem, e) : "");
		over = e || !out.parked;
		struct reconcile rec = {.ctx = c, .mem = c->mem};
		if (!over)
			release_park(&rec, &of, &o, &out, NULL);
		if (before) {
			loop_post(the_loop, end_waiting, before);
			sem_wait(&before->over);
			free(before);
			before = NULL;
		}
		if (!over) {
			before = calloc(1, sizeof(*before));
			before->wait = rec.wait;
			sem_init(&before->over, 0, 0);
			loop_post(the_loop, begin_waiting, before);
			if (!more->no_wait_jobs) /* in these tests: nobody runs Jobs */
				finish_job(name);
			sem_wait(&before->over);
			t.parks++;
		}
		span_end(&f);
	}
	return t;
}

/* The statuses of the records, oldest first: "superseded deployed". */
static const char *statuses(ctx *c, const char *name)
{
	struct release_history h;
	struct release_of of = release_named(name);
	buf b = buf_init(c->mem);
	must(release_history(c, &of, &h));
	for (size_t i = h.n; i-- > 0;)
		buf_printf(&b, "%s%s", b.n ? " " : "", h.p[i].status);
	return buf_text(&b);
}

static val *object(ctx *c, const char *kind, const char *name)
{
	struct gvk k = {"", "v1", kind};
	struct resource r;
	val *v = NULL;
	must(mapper_find(c, mapper, &k, &r));
	err *e = client_get(c, admin, &r, "default", name, false, &v);
	return e ? NULL : v;
}

/* ---- tests ------------------------------------------------------------------------------------- */

static void few_requests_do(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct release_options o = {0};
	val *values;
	struct told t = act("few", RELEASE_INSTALL, &o);
	assert_string_equal(t.text, "");
	assert_int_equal(t.parks, 1);
	/* the history; the record, again for the hook and at the end; the hook deleted, made and (by us)
	 * finished; three objects */
	assert_int_equal(sent(c, NULL), 1 + 3 + 3 + OBJECTS);
	assert_string_equal(statuses(c, "few"), "deployed");
	assert_string_equal(val_as_text(VAL_IN(object(c, "ConfigMap", "few"), "metadata",
					       "annotations", "meta.helm.sh/release-name")),
			    "few");

	must(json_parse(c->mem, STR("{\"v\":\"two\"}"), &values));
	o = (struct release_options){.values = values, .no_hooks = true};
	size_t before = sent(c, NULL);
	t = act("few", RELEASE_UPGRADE, &o);
	assert_string_equal(t.text, "");
	/* the history, three writes of records, and only the object that changed */
	assert_int_equal(sent(c, NULL) - before, 1 + 3 + 1);
	assert_string_equal(statuses(c, "few"), "superseded deployed");
	assert_string_equal(val_as_text(VAL_IN(object(c, "ConfigMap", "few"), "data", "v")), "two");

	o = (struct release_options){.to_version = 1, .no_hooks = true};
	t = act("few", RELEASE_ROLLBACK, &o);
	assert_string_equal(t.text, "");
	assert_string_equal(statuses(c, "few"), "superseded superseded deployed");
	assert_string_equal(val_as_text(VAL_IN(object(c, "ConfigMap", "few"), "data", "v")), "one");

	o = (struct release_options){.no_hooks = true};
	t = act("few", RELEASE_UNINSTALL, &o);
	assert_string_equal(t.text, "");
	assert_string_equal(statuses(c, "few"), "");
	assert_null(object(c, "ConfigMap", "few"));
	assert_null(object(c, "ServiceAccount", "few"));
	span_end(&f);
}

static void a_hook_that_never_ends(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct release_options o = {.timeout = 50 * CLOCK_MS, .no_wait_jobs = true};
	struct told t = act("late", RELEASE_INSTALL, &o);
	assert_string_equal(t.text, "failed pre-install: timeout waiting for: "
				    "[Job/default/late-job status: 'InProgress']");
	assert_int_equal(t.code, ERR_TIMEOUT);
	assert_string_equal(statuses(c, "late"), "failed");
	assert_null(object(c, "ConfigMap", "late"));
	span_end(&f);
}

/* What a controller does with what a fault has left: unlocks, installs or upgrades, until it stands. */
static void recover(ctx *c, const char *name)
{
	struct release_of of = release_named(name);
	for (int i = 0; i < 3; i++) {
		struct release_history h;
		struct release_outcome out;
		struct release_options o = {0};
		must(release_history(c, &of, &h));
		if (h.n && text_eq(h.p[0].status, "deployed"))
			return;
		if (h.n && release_is_pending(h.p[0].status)) {
			must(release_unlock(c, &of, &h.p[0], &out));
			assert_int_equal(out.write_n, 1);
			continue;
		}
		struct told t = act(name, h.n ? RELEASE_UPGRADE : RELEASE_INSTALL, &o);
		assert_string_equal(t.text, "");
	}
}

static void meets_faults(enum release_action action, const char *kind)
{
	static int serial;
	for (int n = 1;; n++) {
		struct span f;
		ctx *c = begin(&f);
		struct release_options o = {0};
		val *values;
		const char *name = arena_printf(c->mem, "f%d", ++serial);
		must(json_parse(c->mem, STR("{\"v\":\"two\"}"), &values));
		if (action != RELEASE_INSTALL)
			assert_string_equal(act(name, RELEASE_INSTALL, &o).text, "");
		size_t before = sent(c, NULL);
		ask(c, "POST", "fault",
		    arena_printf(c->mem,
				 "{\"nth\":%d,\"path\":\"/namespaces/\",\"kind\":\"%s\","
				 "\"status\":500}",
				 n, kind));
		o.values = values;
		act(name, action, &o);
		bool met = sent(c, NULL) - before >= (size_t)n;
		ask(c, "POST", "clear", "");
		if (action == RELEASE_UNINSTALL) {
			/* what is left can be uninstalled again */
			if (*statuses(c, name))
				act(name, action, &(struct release_options){.no_hooks = true});
			assert_string_equal(statuses(c, name), "");
			assert_null(object(c, "ConfigMap", name));
		} else {
			recover(c, name);
			assert_non_null(strstr(statuses(c, name), "deployed"));
			assert_null(strstr(statuses(c, name), "pending"));
			assert_non_null(object(c, "ServiceAccount", name));
			assert_non_null(object(c, "ConfigMap", name));
		}
		span_end(&f);
		if (!met)
			break;
	}
}

static void faults_while_installing(void **state)
{
	(void)state;
	meets_faults(RELEASE_INSTALL, "status");
	meets_faults(RELEASE_INSTALL, "cut-after");
}

static void faults_while_upgrading(void **state)
{
	(void)state;
	meets_faults(RELEASE_UPGRADE, "status");
	meets_faults(RELEASE_UPGRADE, "cut-after");
}

static void faults_while_uninstalling(void **state)
{
	(void)state;
	meets_faults(RELEASE_UNINSTALL, "status");
}

static void drift_is_told_and_put_right(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct release_options o = {.no_hooks = true};
	struct release_of of = release_named("drift");
	struct release_history h;
	struct release_drift d;
	struct changes done = {0};
	struct resource r;
	struct gvk k = {"", "v1", "ConfigMap"};
	val *patch, *answer;
	assert_string_equal(act("drift", RELEASE_INSTALL, &o).text, "");
	must(release_history(c, &of, &h));
	must(release_drift(c, &of, h.p[0].release, NULL, NULL, &d));
	assert_int_equal(d.n, 0);
	must(mapper_find(c, mapper, &k, &r));
	must(json_parse(c->mem, STR("{\"data\":{\"v\":\"three\"}}"), &patch));
	must(client_patch(c, admin, &r, "default", "drift", NULL, PATCH_MERGE, patch, "somebody",
			  &answer));
	must(client_delete(c, admin, &r, "default", "drift-b", NULL, NULL));
	/* the watches tell of both, together or one after the other */
	for (int n = 1; d.n < 2; n++) {
		await_drift(n);
		assert_false(release_intact(c, &of, h.p[0].release, NULL));
		must(release_drift(c, &of, h.p[0].release, NULL, NULL, &d));
	}
	must(release_correct(c, &of, &d, &done));
	assert_string_equal(
		change_text(c->mem, &done),
		"ConfigMap/default/drift-b created\nConfigMap/default/drift configured");
	assert_string_equal(val_as_text(VAL_IN(object(c, "ConfigMap", "drift"), "data", "v")),
			    "one");
	span_end(&f);
}

static void what_cannot_be_read_is_not_nothing(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct release_options o = {.no_hooks = true};
	struct release_of of = release_named("spoilt");
	struct release_history h;
	struct gvk k = {"", "v1", "Secret"};
	struct resource r;
	val *patch, *answer;
	assert_string_equal(act("spoilt", RELEASE_INSTALL, &o).text, "");
	must(mapper_find(c, mapper, &k, &r));
	must(json_parse(c->mem, STR("{\"data\":{\"release\":\"bm9uc2Vuc2U=\"}}"), &patch));
	must(client_patch(c, admin, &r, "default", "sh.helm.release.v1.spoilt.v1", NULL,
			  PATCH_MERGE, patch, "somebody", &answer));
	err *e = release_history(c, &of, &h);
	assert_int_equal(err_code(e), ERR_INVALID);
	assert_string_equal(err_text(c->mem, e), "no revision for release \"spoilt\"");
	assert_string_equal(act("spoilt", RELEASE_UPGRADE, &o).text,
			    "\"spoilt\" has no deployed releases");
	span_end(&f);
}

static void what_rules_ignore_is_not_forgotten(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct release_options o = {.no_hooks = true};
	struct release_of of = release_named("hidden");
	struct release_history h;
	struct release_drift d;
	struct resource r;
	struct gvk k = {"", "v1", "ConfigMap"};
	val *patch, *answer, *rules;
	assert_string_equal(act("hidden", RELEASE_INSTALL, &o).text, "");
	must(release_history(c, &of, &h));
	must(mapper_find(c, mapper, &k, &r));
	must(json_parse(c->mem, STR("{\"data\":{\"v\":\"three\"}}"), &patch));
	must(json_parse(c->mem, STR("[{\"paths\":[\"/data/v\"]}]"), &rules));
	must(client_patch(c, admin, &r, "default", "hidden", NULL, PATCH_MERGE, patch, "somebody",
			  &answer));
	await_drift(1);
	must(release_drift(c, &of, h.p[0].release, rules, NULL, &d));
	assert_int_equal(d.n, 0);
	assert_true(release_intact(c, &of, h.p[0].release, rules));
	assert_false(release_intact(c, &of, h.p[0].release, NULL));
	must(release_drift(c, &of, h.p[0].release, NULL, NULL, &d));
	assert_int_equal(d.n, 1);
	/* the same objects once more: an upgrade knows no rules */
	must(release_drift(c, &of, h.p[0].release, rules, NULL, &d));
	assert_string_equal(act("hidden", RELEASE_UPGRADE, &o).text, "");
	assert_string_equal(val_as_text(VAL_IN(object(c, "ConfigMap", "hidden"), "data", "v")),
			    "one");
	span_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(few_requests_do, open_all, close_all),
		cmocka_unit_test_setup_teardown(a_hook_that_never_ends, open_all, close_all),
		cmocka_unit_test_setup_teardown(drift_is_told_and_put_right, open_all, close_all),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_is_not_nothing, open_all,
						close_all),
		cmocka_unit_test_setup_teardown(what_rules_ignore_is_not_forgotten, open_all,
						close_all),
		cmocka_unit_test_setup_teardown(faults_while_installing, open_all, close_all),
		cmocka_unit_test_setup_teardown(faults_while_upgrading, open_all, close_all),
		cmocka_unit_test_setup_teardown(faults_while_uninstalling, open_all, close_all),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
