/*
 * A bundle applied, kept, pruned and awaited against the API double: what is sent, what is told, and
 * what a fault at any request leaves behind.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "apply/apply.h"
#include "apply/prune.h"
#include "base/clock.h"
#include "data/json.h"
#include "data/yaml.h"
#include "fake/api.h"
#include "span.h"

#define OWNER_GROUP "kustomize.toolkit.fluxcd.io"

static arena *life;
static loop *the_loop;
static pthread_t loop_thread;
static struct fake_api *api;
static struct client *admin;
static struct mapper *mapper;
static struct http *plain;
static struct live *live;

/* What live tells; under the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;
static int drifts, settled;

static int writes_begun; /* calls of before_write */

static ctx *begin(struct span *f)
{
	return span_begin(f, the_loop, 30);
}

static val *ask(ctx *c, const char *method, const char *what, const char *body)
{
	return span_fake(c, plain, fake_api_port(api), method, what, body);
}

/* Requests so far whose method is given; dry: only dry runs, or only others. Watches do not count. */
static size_t sent(ctx *c, const char *method, bool dry)
{
	const val *all = ask(c, "GET", "requests", "");
	size_t n = 0;
	for (size_t i = 0; i < val_len(all); i++) {
		const val *r = val_at(all, i);
		const char *query = val_text_or(val_get(r, "query"), "");
		n += text_eq(val_as_text(val_get(r, "method")), method) &&
		     (strstr(query, "dryRun") != NULL) == dry;
	}
	return n;
}

static void count(int *what)
{
	pthread_mutex_lock(&lock);
	++*what;
	pthread_cond_broadcast(&told);
	pthread_mutex_unlock(&lock);
}

static void await(const int *what, int n)
{
	pthread_mutex_lock(&lock);
	while (*what < n)
		pthread_cond_wait(&told, &lock);
	pthread_mutex_unlock(&lock);
}

static void on_turn(void *turns)
{
	count(turns);
}

static void on_drift(void *arg, const char *ns, const char *name)
{
	(void)arg;
	(void)ns;
	(void)name;
	count(&drifts);
}

static void on_settled(void *arg)
{
	(void)arg;
	count(&settled);
}

static int open_all(void **state)
{
	(void)state;
	struct config *config;
	struct http_settings s = {.proxy = ""};
	life = arena_open();
	drifts = settled = writes_begun = 0;
	must(loop_open(life, &the_loop));
	must(fake_api_open(life, the_loop, 0, &api));
	must(config_parse(life, str_of(fake_api_kubeconfig(life, api)), NULL, NULL, 0, &config));
	must(client_open(life, the_loop, config, &admin));
	must(mapper_open(life, admin, &mapper));
	plain = http_open(the_loop, &s);
	live = live_open(&(struct live_settings){.loop = the_loop,
						 .client = admin,
						 .owner_group = OWNER_GROUP,
						 .managed = {.manager = "kustomize-controller"},
						 .settle = CLOCK_MS,
						 .drifted = on_drift});
	pthread_create(&loop_thread, NULL, span_run_loop, the_loop);
	return 0;
}

static void close_live(void *arg)
{
	(void)arg;
	live_close(live);
	loop_stop(the_loop);
}

static int close_all(void **state)
{
	(void)state;
	loop_post(the_loop, close_live, NULL);
	pthread_join(loop_thread, NULL);
	mapper_close(mapper);
	client_close(admin);
	http_close(plain);
	fake_api_close(api);
	loop_close(the_loop);
	arena_close(life);
	return 0;
}

static struct bundle *bundle(arena *mem, const char *yaml, const char *owner)
{
	val *docs;
	struct bundle *b;
	struct bundle_settings s = {
		.owner_group = OWNER_GROUP, .owner_name = owner, .owner_ns = "default"};
	must(yaml_parse_all(mem, str_of(yaml), &docs));
	must(bundle_from(mem, docs->list.p, val_len(docs), &s, &b));
	return b;
}

static err *on_write(void *arg)
{
	(void)arg;
	writes_begun++;
	return NULL;
}

static err *apply_after(ctx *c, const char *owner, const char *yaml, const struct inventory *old,
			const struct apply_wait *after, struct apply_result *ret)
{
	struct apply_settings s = {.client = admin,
				   .mapper = mapper,
				   .live = live,
				   .managed = {.manager = "kustomize-controller"},
				   .owner_ns = "default",
				   .owner_name = owner,
				   .whole = true,
				   .before_write = on_write,
				   .after = after};
	struct bundle *b = bundle(c->mem, yaml, owner);
	TRY(plan_look(c, b, mapper, live));
	struct plan *p = plan_make(c->mem, b, old, live, "default", owner);
	return apply_run(c, &s, p, ret);
}

static err *apply_as(ctx *c, const char *owner, const char *yaml, const struct inventory *old,
		     struct apply_result *ret)
{
	return apply_after(c, owner, yaml, old, NULL, ret);
}

static const struct inventory none = {0};

#define TWO                                                                                        \
	"{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}, data: {v: "    \
	"\"1\"}}\n---\n"                                                                           \
	"{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: default}, data: {v: "    \
	"\"1\"}}\n"

static val *data_of(ctx *c, const char *name)
{
	struct gvk k = {"", "v1", "ConfigMap"};
	struct resource r;
	val *obj;
	must(mapper_find(c, mapper, &k, &r));
	err *e = client_get(c, admin, &r, "default", name, false, &obj);
	if (err_code(e) == ERR_NOT_FOUND)
		return NULL;
	must(e);
	return VAL_IN(obj, "data", "v");
}

static void edit(ctx *c, const char *name, const char *patch)
{
	struct gvk k = {"", "v1", "ConfigMap"};
	struct resource r;
	val *v, *obj;
	must(mapper_find(c, mapper, &k, &r));
	must(json_parse(c->mem, str_of(patch), &v));
	must(client_patch(c, admin, &r, "default", name, NULL, PATCH_MERGE, v, "hand", &obj));
}

static void few_requests(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result got;
	must(apply_as(c, "app", TWO, &none, &got));
	assert_string_equal(change_text(c->mem, &got.changes),
			    "ConfigMap/default/a created\nConfigMap/default/b created");
	assert_int_equal(sent(c, "PATCH", true), 0); /* the first writes are their own trials */
	assert_int_equal(sent(c, "PATCH", false), 2);
	assert_int_equal(writes_begun, 1);
	must(apply_as(c, "app", TWO, &got.written, &got));
	assert_int_equal(got.changes.n, 0);
	assert_false(got.started);
	assert_int_equal(sent(c, "PATCH", true) + sent(c, "PATCH", false), 2);
	span_end(&f);
}

static void drift_is_told_and_put_right(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result got;
	must(apply_as(c, "app", TWO, &none, &got));
	edit(c, "a", "{\"data\":{\"v\":\"hand\"}}");
	await(&drifts, 1);
	assert_true(live_told(live, "default", "app"));
	assert_false(live_told(live, "default", "app"));
	must(apply_as(c, "app", TWO, &got.written, &got));
	assert_string_equal(change_text(c->mem, &got.changes), "ConfigMap/default/a configured");
	assert_string_equal(val_as_text(data_of(c, "a")), "1");
	span_end(&f);
}

/* A controller that writes the object at the same time is no reason to fail. */
static void a_conflict_while_taking_over_is_tried_again(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result got;
	struct gvk k = {"", "v1", "ConfigMap"};
	struct resource r;
	val *patch, *obj;
	must(apply_as(c, "app", TWO, &none, &got));
	must(mapper_find(c, mapper, &k, &r));
	must(json_parse(c->mem, STR("{\"data\":{\"v\":\"hand\",\"other\":\"x\"}}"), &patch));
	must(client_patch(c, admin, &r, "default", "a", NULL, PATCH_MERGE, patch, "kubectl-edit",
			  &obj));
	await(&drifts, 1);
	/* the first is the dry run, the second takes over */
	ask(c, "POST", "fault",
	    "{\"nth\":2,\"times\":2,\"method\":\"PATCH\",\"path\":\"configmaps/a\","
	    "\"kind\":\"status\",\"status\":409}");
	must(apply_as(c, "app", TWO, &got.written, &got));
	ask(c, "POST", "clear", "");
	assert_string_equal(val_as_text(data_of(c, "a")), "1");
	span_end(&f);
}

static void a_lost_label_is_drift_and_a_foreign_field_is_none(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result got;
	must(apply_as(c, "app", TWO, &none, &got));
	edit(c, "a", "{\"data\":{\"other\":\"x\"}}");
	edit(c, "b", "{\"metadata\":{\"labels\":{\"" OWNER_GROUP "/name\":null}}}");
	await(&drifts, 1);
	must(apply_as(c, "app", TWO, &got.written, &got));
	assert_string_equal(change_text(c->mem, &got.changes), "ConfigMap/default/b configured");
	span_end(&f);
}

static void refuse(ctx *c, const char *what)
{
	ask(c, "POST", "fault",
	    arena_printf(c->mem,
			 "{\"nth\":1,\"times\":9,\"method\":\"PATCH\",\"path\":\"%s\","
			 "\"kind\":\"status\",\"status\":422}",
			 what));
}

#define CONFIG(name)                                                                               \
	"---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: " name ", namespace: default}}\n"

static void nothing_is_written_before_all_would_pass(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result got;
	refuse(c, "/configmaps/c");
	err *e = apply_as(c, "app", TWO CONFIG("c"), &none, &got);
	assert_non_null(e);
	assert_non_null(strstr(err_text(c->mem, e), "ConfigMap/default/c dry-run failed"));
	assert_false(got.started);
	assert_int_equal(got.written.n, 0);
	assert_int_equal(sent(c, "PATCH", false), 0);
	/* all faults are told together */
	refuse(c, "/configmaps/b");
	refuse(c, "/configmaps/a");
	e = apply_as(c, "app", TWO CONFIG("c"), &none, &got);
	assert_string_equal(err_text(c->mem, e),
			    "ConfigMap/default/a dry-run failed (Injected): injected fault 422\n"
			    "ConfigMap/default/b dry-run failed (Injected): injected fault 422\n"
			    "ConfigMap/default/c dry-run failed (Injected): injected fault 422");
	assert_int_equal(sent(c, "PATCH", false), 0);
	span_end(&f);
}

static void what_went_before_a_refused_second_is_taken_back(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result got;
	refuse(c, "/configmaps/b");
	err *e = apply_as(c, "app", TWO CONFIG("c"), &none, &got);
	assert_string_equal(err_text(c->mem, e), "ConfigMap/default/b dry-run failed (Injected): "
						 "injected fault 422");
	assert_int_equal(got.written.n + got.changes.n, 0);
	assert_null(data_of(c, "a"));
	assert_int_equal(sent(c, "DELETE", false), 1);
	/* what cannot be taken back stays known */
	ask(c, "POST", "fault",
	    "{\"nth\":1,\"times\":9,\"method\":\"DELETE\",\"kind\":\"status\",\"status\":403}");
	e = apply_as(c, "app", TWO, &none, &got);
	assert_non_null(e);
	assert_non_null(data_of(c, "a"));
	assert_int_equal(got.written.n, 1);
	/* nothing is taken back that was there */
	ask(c, "POST", "clear", "");
	refuse(c, "/configmaps/b");
	e = apply_as(c, "app", TWO, &got.written, &got);
	assert_non_null(e);
	assert_non_null(data_of(c, "a"));
	span_end(&f);
}

#define FORCED(v)                                                                                  \
	"{apiVersion: v1, kind: ConfigMap, metadata: {name: held, namespace: default, "            \
	"finalizers: [example.org/hold], annotations: {" OWNER_GROUP "/force: enabled}}, "         \
	"data: {v: \"" v "\"}}\n"

static void what_is_recreated_is_waited_for_elsewhere(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result first, got;
	must(apply_as(c, "app", FORCED("1"), &none, &first));
	ask(c, "POST", "fault",
	    "{\"nth\":1,\"times\":1,\"method\":\"PATCH\",\"path\":\"/configmaps/held\",\"kind\":"
	    "\"status\",\"status\":422,\"message\":\"field is immutable\"}");
	err *e = apply_as(c, "app", FORCED("2"), &first.written, &got);
	assert_int_equal(err_code(e), ERR_WAIT);
	assert_int_equal(got.wait.why, APPLY_GONE);
	assert_int_equal(got.wait.n, 1);
	struct live_wait *w = live_wait_open(live, live_serial(live), got.wait.targets, got.wait.n,
					     on_settled, NULL);
	edit(c, "held", "{\"metadata\":{\"finalizers\":null}}");
	await(&settled, 1);
	loop_post(the_loop, live_wait_close, w);
	assert_null(data_of(c, "held"));
	struct apply_wait after = got.wait;
	must(apply_after(c, "app", FORCED("2"), &first.written, &after, &got));
	assert_string_equal(change_text(c->mem, &got.changes), "ConfigMap/default/held created");
	assert_string_equal(val_as_text(data_of(c, "held")), "2");
	span_end(&f);
}

static void an_unknown_kind_fails_the_whole(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result got;
	err *e = apply_as(c, "app",
			  TWO "---\n{apiVersion: x.example.org/v1, kind: Doodad, metadata: {name: "
			      "d, namespace: default}}\n",
			  &none, &got);
	assert_string_equal(err_text(c->mem, e),
			    "Doodad/default/d dry-run failed: no matches for kind \"Doodad\" in "
			    "version \"x.example.org/v1\"");
	assert_null(data_of(c, "a"));
	span_end(&f);
}

static void prune_removes_what_is_ours(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result first, second;
	struct prune_result got;
	must(apply_as(c, "app", TWO, &none, &first));
	/* b moves to another owner */
	must(apply_as(c, "other",
		      "{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: default}}",
		      &none, &second));
	struct prune_settings s = {.client = admin,
				   .mapper = mapper,
				   .live = live,
				   .owner_group = OWNER_GROUP,
				   .owner_ns = "default",
				   .owner_name = "app"};
	must(prune_stale(c, &s, &first.written, &got));
	assert_string_equal(change_text(c->mem, &got.changes),
			    "ConfigMap/default/b skipped\nConfigMap/default/a deleted");
	assert_null(data_of(c, "a"));
	must(prune_await(c, &s, &got.removed, clock_now()));
	assert_int_equal(got.left.n, 0);
	span_end(&f);
}

/* Another owner takes the object between the look at it and its deletion. */
static bool give_away(void *arg)
{
	edit(arg, "a", "{\"metadata\":{\"labels\":{\"" OWNER_GROUP "/name\":\"other\"}}}");
	return true;
}

static void what_moves_at_the_last_moment_is_not_pruned(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct config *config;
	struct client *late;
	struct apply_result got;
	struct prune_result pruned;
	must(config_parse(c->mem, str_of(fake_api_kubeconfig(c->mem, api)), NULL, NULL, 0,
			  &config));
	must(client_open(c->mem, the_loop, config, &late));
	client_fence(late, give_away, c);
	must(apply_as(c, "app",
		      "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}",
		      &none, &got));
	struct prune_settings s = {.client = late,
				   .mapper = mapper,
				   .live = live,
				   .owner_group = OWNER_GROUP,
				   .owner_ns = "default",
				   .owner_name = "app"};
	must(prune_stale(c, &s, &got.written, &pruned));
	assert_string_equal(change_text(c->mem, &pruned.changes), "ConfigMap/default/a skipped");
	client_close(late);
	span_end(&f);
}

/* What one owner lets go of is looked after by the one that applied it since. */
static void what_one_forgets_another_remembers(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result got;
	struct object_id a = {"", "ConfigMap", "default", "a"};
	must(apply_as(c, "app", TWO, &none, &got));
	must(apply_as(c, "other", TWO, &none, &got));
	live_forget(live, &a, "default", "app");
	struct gvk k = {"", "v1", "ConfigMap"};
	struct resource r;
	must(mapper_find(c, mapper, &k, &r));
	int before = drifts;
	must(client_delete(c, admin, &r, "default", "a", NULL, NULL));
	await(&drifts, before + 1);
	span_end(&f);
}

/* Whatever request fails, and however: what exists is in `written`, and another run makes it whole. */
static void any_fault_is_outlived(void **state)
{
	(void)state;
	static const char *const kinds[] = {
		"\"kind\":\"status\",\"status\":500", "\"kind\":\"status\",\"status\":409",
		"\"kind\":\"cut\"", "\"kind\":\"cut-after\"", "\"kind\":\"garbage\""};
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (int nth = 1; nth <= 3; nth++) {
			struct span f;
			ctx *c = begin(&f);
			struct apply_result got, again;
			const char *text =
				arena_printf(c->mem,
					     "{apiVersion: v1, kind: ConfigMap, metadata: {name: "
					     "x%zu%d, namespace: default}, data: "
					     "{v: \"1\"}}\n---\n{apiVersion: v1, kind: ConfigMap, "
					     "metadata: {name: y%zu%d, namespace: "
					     "default}, data: {v: \"1\"}}",
					     k, nth, k, nth);
			ask(c, "POST", "fault",
			    arena_printf(c->mem, "{\"nth\":%d,\"times\":1,\"method\":\"PATCH\",%s}",
					 nth, kinds[k]));
			err *e = apply_as(c, "app", text, &none, &got);
			ask(c, "POST", "clear", "");
			for (int i = 0; i < 2; i++) {
				const char *name = arena_printf(c->mem, "%c%zu%d", "xy"[i], k, nth);
				struct object_id id = {"", "ConfigMap", "default", name};
				if (data_of(c, name))
					assert_true(inventory_has(&got.written, &id));
			}
			must(apply_as(c, "app", text, &got.written, &again));
			assert_non_null(data_of(c, arena_printf(c->mem, "x%zu%d", k, nth)));
			assert_non_null(data_of(c, arena_printf(c->mem, "y%zu%d", k, nth)));
			(void)e;
			span_end(&f);
		}
	}
}

static void health_settles_a_wait(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_result got;
	struct live_verdict v;
	must(apply_as(c, "app",
		      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: "
		      "default}, spec: {replicas: 1}}",
		      &none, &got));
	struct live_target t = {.id = {"apps", "Deployment", "default", "d"}};
	live_check(live, c->mem, &t, 1, &v);
	assert_false(v.ready || v.failed);
	assert_string_equal(v.list, "Deployment/default/d status: 'InProgress'");
	uint64_t serial = live_serial(live);
	struct live_wait *w = live_wait_open(live, serial, &t, 1, on_settled, NULL);
	struct gvk k = {"apps", "v1", "Deployment"};
	struct resource r;
	val *status, *obj;
	must(mapper_find(c, mapper, &k, &r));
	must(json_parse(
		c->mem,
		STR("{\"status\":{\"observedGeneration\":1,\"replicas\":1,\"updatedReplicas\":1,"
		    "\"readyReplicas\":1,\"availableReplicas\":1,\"conditions\":[{\"type\":"
		    "\"Available\","
		    "\"status\":\"True\"}]}}"),
		&status));
	must(client_patch(c, admin, &r, "default", "d", "status", PATCH_MERGE, status, "kcm",
			  &obj));
	await(&settled, 1);
	assert_true(live_wait_check(live, serial, c->mem, &v));
	assert_true(v.ready);
	loop_post(the_loop, live_wait_close, w);
	span_end(&f);
}

static void what_is_not_served_is_unknown(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct live_verdict v;
	char why[] = "no matches for kind \"Doodad\" in group \"x.example.org\"";
	const char *list = "Doodad/default/d status: 'Unknown': no matches for kind \"Doodad\" in "
			   "group \"x.example.org\"";
	struct live_target t = {.id = {"x.example.org", "Doodad", "default", "d"}, .unserved = why};
	live_check(live, c->mem, &t, 1, &v);
	assert_false(v.ready || v.failed);
	assert_string_equal(v.list, list);
	uint64_t serial = live_serial(live);
	struct live_wait *w = live_wait_open(live, serial, &t, 1, on_settled, NULL);
	memset(why, 'x', sizeof(why) - 1); /* the wait has its own */
	int turns = 0;
	loop_post(the_loop, on_turn, &turns); /* behind the opening of the wait */
	await(&turns, 1);
	assert_true(live_wait_check(live, serial, c->mem, &v));
	assert_false(v.ready || v.failed);
	assert_string_equal(v.list, list);
	loop_post(the_loop, live_wait_close, w);
	span_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(few_requests, open_all, close_all),
		cmocka_unit_test_setup_teardown(drift_is_told_and_put_right, open_all, close_all),
		cmocka_unit_test_setup_teardown(a_conflict_while_taking_over_is_tried_again,
						open_all, close_all),
		cmocka_unit_test_setup_teardown(a_lost_label_is_drift_and_a_foreign_field_is_none,
						open_all, close_all),
		cmocka_unit_test_setup_teardown(nothing_is_written_before_all_would_pass, open_all,
						close_all),
		cmocka_unit_test_setup_teardown(what_went_before_a_refused_second_is_taken_back,
						open_all, close_all),
		cmocka_unit_test_setup_teardown(what_is_recreated_is_waited_for_elsewhere, open_all,
						close_all),
		cmocka_unit_test_setup_teardown(an_unknown_kind_fails_the_whole, open_all,
						close_all),
		cmocka_unit_test_setup_teardown(prune_removes_what_is_ours, open_all, close_all),
		cmocka_unit_test_setup_teardown(what_moves_at_the_last_moment_is_not_pruned,
						open_all, close_all),
		cmocka_unit_test_setup_teardown(what_one_forgets_another_remembers, open_all,
						close_all),
		cmocka_unit_test_setup_teardown(any_fault_is_outlived, open_all, close_all),
		cmocka_unit_test_setup_teardown(health_settles_a_wait, open_all, close_all),
		cmocka_unit_test_setup_teardown(what_is_not_served_is_unknown, open_all, close_all),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
