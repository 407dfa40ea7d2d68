/*
 * Client, mapper and watches against the API double with faults: what a real server does too seldom to
 * wait for it.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "data/json.h"
#include "fake/api.h"
#include "span.h"
#include "kube/mapper.h"
#include "kube/watch.h"

static arena *life;
static loop *the_loop;
static pthread_t loop_thread;
static struct fake_api *api;
static struct client *admin;
static struct mapper *mapper;
static struct http *plain;
static struct resource maps; /* ConfigMaps */

static ctx *begin(struct span *f)
{
	return span_begin(f, the_loop, 20);
}

static void steer(const char *what, const char *body)
{
	struct span f;
	ctx *c = begin(&f);
	struct http_answer *a;
	struct http_request q = {
		.method = "POST",
		.url = arena_printf(c->mem, "http://127.0.0.1:%d/fake/%s", fake_api_port(api),
				    what),
		.body = str_of(body),
	};
	must(http_do(c, plain, &q, &a));
	assert_int_equal(a->status, 200);
	span_end(&f);
}

static int open_all(void **state)
{
	(void)state;
	struct config *config;
	struct http_settings s = {.proxy = ""};
	life = arena_open();
	must(loop_open(life, &the_loop));
	must(fake_api_open(life, the_loop, 0, &api));
	must(config_parse(life, str_of(fake_api_kubeconfig(life, api)), NULL, NULL, 0, &config));
	must(client_open(life, the_loop, config, &admin));
	must(mapper_open(life, admin, &mapper));
	plain = http_open(the_loop, &s);
	pthread_create(&loop_thread, NULL, span_run_loop, the_loop);
	struct span f;
	ctx *c = begin(&f);
	struct gvk k = {"", "v1", "ConfigMap"};
	must(mapper_find(c, mapper, &k, &maps));
	maps.gvk = k;
	maps.plural = "configmaps";
	span_end(&f);
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	mapper_close(mapper);
	client_close(admin);
	http_close(plain);
	loop_stop(the_loop);
	pthread_join(loop_thread, NULL);
	fake_api_close(api);
	loop_close(the_loop);
	arena_close(life);
	return 0;
}

static void put(const char *name, const char *data)
{
	struct span f;
	ctx *c = begin(&f);
	struct apply_options o = {.manager = "test", .force = true};
	val *got;
	must(client_apply(c, admin, &maps, "default", name,
			  span_json(c->mem,
				    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{"
				    "\"name\":\"%s\"},"
				    "\"data\":{\"k\":\"%s\"}}",
				    name, data),
			  &o, &got, NULL));
	span_end(&f);
}

static void take_away(const char *name)
{
	struct span f;
	ctx *c = begin(&f);
	must(client_delete(c, admin, &maps, "default", name, NULL, NULL));
	span_end(&f);
}

static err *get(ctx *c, const char *name)
{
	val *got;
	return client_get(c, admin, &maps, "default", name, false, &got);
}

static void sends_again_what_may_be(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	put("a", "1");
	steer("fault",
	      "{\"path\":\"/configmaps/a\",\"method\":\"GET\",\"times\":2,\"status\":500}");
	must(get(c, "a"));
	steer("fault", "{\"path\":\"/configmaps/a\",\"status\":429,\"retryAfter\":0,\"times\":3}");
	put("a", "2");
	steer("fault", "{\"path\":\"/configmaps/a\",\"kind\":\"cut-after\"}");
	put("a", "3");
	steer("fault", "{\"path\":\"/configmaps/a\",\"kind\":\"cut\",\"method\":\"GET\"}");
	must(get(c, "a"));
	/* a creation that was lost is not sent again */
	steer("fault", "{\"path\":\"/configmaps\",\"kind\":\"cut\",\"method\":\"POST\"}");
	err *e = client_create(c, admin, &maps, "default",
			       span_json(c->mem, "{\"metadata\":{\"name\":\"b\"}}"), NULL, NULL);
	assert_int_equal(err_code(e), ERR_IO);
	steer("fault", "{\"path\":\"/configmaps\",\"status\":503,\"method\":\"POST\"}");
	e = client_create(c, admin, &maps, "default",
			  span_json(c->mem, "{\"metadata\":{\"name\":\"b\"}}"), NULL, NULL);
	assert_int_equal(err_code(e), ERR_BUSY);
	assert_string_equal(err_text(c->mem, e), "injected fault 503");
	steer("fault", "{\"path\":\"/configmaps/a\",\"kind\":\"garbage\",\"method\":\"GET\"}");
	/* not the request's fault: worth another try later, unlike ERR_INVALID */
	assert_int_equal(err_code(get(c, "a")), ERR_FAILED);
	steer("clear", "");
	span_end(&f);
}

static void keeps_its_deadline(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	c->deadline = clock_now() + 100 * CLOCK_MS;
	steer("fault", "{\"path\":\"/configmaps/a\",\"kind\":\"hang\",\"method\":\"GET\"}");
	assert_int_equal(err_code(get(c, "a")), ERR_TIMEOUT);
	/* a pause that would outlast the deadline: what the server said is told at once */
	c->deadline = clock_now() + 5 * CLOCK_SECOND;
	steer("fault",
	      "{\"path\":\"/configmaps/a\",\"status\":429,\"retryAfter\":60,\"method\":\"GET\"}");
	int64_t before = clock_now();
	assert_int_equal(err_code(get(c, "a")), ERR_BUSY);
	assert_true(clock_now() - before < 2 * CLOCK_SECOND);
	steer("clear", "");
	span_end(&f);
}

static void applies_for_owners(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct apply_options one = {.manager = "one"}, two = {.manager = "two"};
	val *a = span_json(c->mem,
			   "{\"metadata\":{\"name\":\"o\"},\"data\":{\"x\":\"1\",\"y\":\"1\"}}"),
	    *got;
	bool created = false;
	must(client_apply(c, admin, &maps, "default", "o", a, &one, &got, &created));
	assert_true(created);
	const char *version = val_as_text(VAL_IN(got, "metadata", "resourceVersion"));
	must(client_apply(c, admin, &maps, "default", "o", a, &one, &got, &created));
	assert_false(created);
	assert_string_equal(val_as_text(VAL_IN(got, "metadata", "resourceVersion")), version);
	val *b = span_json(c->mem,
			   "{\"metadata\":{\"name\":\"o\"},\"data\":{\"x\":\"2\",\"z\":\"2\"}}");
	err *e = client_apply(c, admin, &maps, "default", "o", b, &two, &got, NULL);
	assert_int_equal(err_code(e), ERR_CONFLICT);
	two.force = true;
	must(client_apply(c, admin, &maps, "default", "o", b, &two, &got, NULL));
	a = span_json(c->mem, "{\"metadata\":{\"name\":\"o\"}}");
	must(client_apply(c, admin, &maps, "default", "o", a, &one, &got, NULL));
	assert_string_equal(json_text(c->mem, val_get(got, "data"), JSON_SORTED),
			    "{\"x\":\"2\",\"z\":\"2\"}");
	take_away("o");
	span_end(&f);
}

static void reads_its_token_again(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	char *dir;
	struct config *config;
	struct client *cl;
	val *got;
	must(file_temp_dir(c->mem, "/tmp", "kube_faults-", &dir));
	must(config_parse(c->mem, str_of(fake_api_kubeconfig(c->mem, api)), NULL, NULL, 0,
			  &config));
	config->token = NULL;
	config->token_file = path_join(c->mem, dir, "token");
	must(file_write(c->mem, config->token_file, STR("old"), 0600));
	must(client_open(c->mem, the_loop, config, &cl));
	steer("fault", "{\"path\":\"/version\",\"status\":401,\"nth\":2,\"times\":2}");
	must(client_raw(c, cl, "GET", "/version", NULL, &got));
	must(file_write(c->mem, config->token_file, STR("new\n"), 0600));
	/* refused, read again, and refused once more: the new one is no better */
	assert_int_equal(err_code(client_raw(c, cl, "GET", "/version", NULL, &got)),
			 ERR_UNAUTHORIZED);
	must(client_raw(c, cl, "GET", "/version", NULL, &got));
	steer("clear", "");
	steer("fault", "{\"path\":\"/version\",\"status\":401}");
	must(file_write(c->mem, config->token_file, STR("newer"), 0600));
	must(client_raw(c, cl, "GET", "/version", NULL, &got));
	steer("clear", "");
	client_close(cl);
	span_end(&f);
}

/* What a watch told, by name of the object. */
struct told {
	struct watch_settings s;
	struct watch *watch;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	char text[1024];
	int synced, refused, closed;
};

static void note(struct told *t, const char *fmt, const char *name)
{
	pthread_mutex_lock(&t->lock);
	size_t n = strlen(t->text);
	snprintf(t->text + n, sizeof(t->text) - n, fmt, name);
	pthread_cond_broadcast(&t->wake);
	pthread_mutex_unlock(&t->lock);
}

static void on_event(void *arg, enum watch_event e, const val *obj)
{
	static const char *const signs[] = {"+%s ", "~%s ", "-%s "};
	note(arg, signs[e], val_text_or(VAL_IN(obj, "metadata", "name"), "?"));
}

static void on_synced(void *arg)
{
	note(arg, "%s ", "synced");
}

static void on_error(void *arg, const err *e)
{
	struct told *t = arg;
	t->refused = err_code(e);
	note(arg, "%s ", "refused");
}

static void open_on_loop(void *arg)
{
	struct told *t = arg;
	t->watch = watch_open(the_loop, admin, &t->s);
}

static void close_on_loop(void *arg)
{
	struct told *t = arg;
	watch_close(t->watch);
	pthread_mutex_lock(&t->lock);
	t->closed = 1;
	pthread_cond_broadcast(&t->wake);
	pthread_mutex_unlock(&t->lock);
}

static void hurry_on_loop(void *arg)
{
	watch_hurry(((struct told *)arg)->watch);
}

/* Are these the words, in any order? */
static bool same_words(const char *told, const char *want)
{
	str rest = str_of(want), word;
	if (strlen(told) != strlen(want))
		return false;
	while (str_next(&rest, ' ', &word))
		if (word.n && str_search(str_of(told), word) < 0)
			return false;
	return true;
}

/* Until just this was told; what a list brings and what goes meanwhile have no order. */
static void await(struct told *t, const char *want)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 20;
	pthread_mutex_lock(&t->lock);
	while (!same_words(t->text, want))
		if (pthread_cond_timedwait(&t->wake, &t->lock, &until) != 0)
			fail_msg("told \"%s\" instead of \"%s\"", t->text, want);
	t->text[0] = 0;
	pthread_mutex_unlock(&t->lock);
}

static void tell(struct told *t)
{
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->wake, NULL);
	t->s.resource = maps;
	t->s.ns = "default";
	t->s.on_event = on_event;
	t->s.on_synced = on_synced;
	t->s.on_error = on_error;
	t->s.arg = t;
	loop_post(the_loop, open_on_loop, t);
}

static void hush(struct told *t)
{
	loop_post(the_loop, close_on_loop, t);
	pthread_mutex_lock(&t->lock);
	while (!t->closed)
		pthread_cond_wait(&t->wake, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

static void follows(void)
{
	struct cache *cache = cache_open(NULL, NULL);
	struct told t = {.s.cache = cache};
	put("a", "0");
	put("b", "0");
	tell(&t);
	await(&t, "+a +b synced ");
	put("a", "new");
	await(&t, "~a ");
	/* cut off: goes on where it was */
	steer("drop", "");
	put("c", "0");
	await(&t, "+c ");
	/* 410 in the stream: lists again, and tells what it missed, once */
	steer("fault", "{\"path\":\"watch=true\",\"status\":500,\"times\":1}");
	steer("expire", "");
	take_away("b");
	put("c", "1");
	await(&t, "-b ~c ");
	/* compacted while away */
	steer("fault", "{\"path\":\"watch=true\",\"kind\":\"cut\",\"times\":2}");
	steer("drop", "");
	put("a", "newer");
	take_away("c");
	steer("compact", "");
	await(&t, "~a -c ");
	hush(&t);
	assert_int_equal(cache_count(cache), 1);
	take_away("a");
	cache_close(cache);
}

static void watches_with_streamed_lists(void **state)
{
	(void)state;
	steer("old", "{\"lists\":false}");
	follows();
	steer("clear", "");
}

static void watches_with_pages(void **state)
{
	(void)state;
	steer("old", "{\"lists\":true}");
	follows();
	steer("clear", "");
	steer("old", "{\"lists\":false}");
}

static void tells_a_refusal_once(void **state)
{
	(void)state;
	struct told t = {0};
	steer("fault", "{\"path\":\"watch=true\",\"status\":403,\"times\":4}");
	tell(&t);
	await(&t, "refused ");
	assert_int_equal(t.refused, ERR_FORBIDDEN);
	for (int i = 0; i < 4; i++)
		loop_post(the_loop, hurry_on_loop, &t);
	put("a", "0");
	await(&t, "synced +a ");
	hush(&t);
	take_away("a");
	steer("clear", "");
}

static void finds_kinds_in_the_old_form(void **state)
{
	(void)state;
	struct span f;
	ctx *c = begin(&f);
	struct resource r, crd;
	struct gvk gadget = {"test.example.org", "v1", "Gadget"},
		   k = {"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};
	must(mapper_find(c, mapper, &k, &crd));
	assert_int_equal(err_code(mapper_find(c, mapper, &gadget, &r)), ERR_NOT_FOUND);
	steer("old", "{\"discovery\":true}");
	val *definition = span_json(
		c->mem,
		"{\"metadata\":{\"name\":\"gadgets.test.example.org\"},\"spec\":{\"group\":"
		"\"test.example.org\",\"scope\":\"Namespaced\",\"names\":{\"kind\":\"Gadget\","
		"\"plural\":\"gadgets\"},\"versions\":[{\"name\":\"v1\",\"served\":true,"
		"\"subresources\":{\"status\":{}}}]}}");
	must(client_create(c, admin, &crd, "", definition, NULL, NULL));
	mapper_invalidate(mapper);
	must(mapper_find(c, mapper, &gadget, &r));
	assert_string_equal(r.plural, "gadgets");
	assert_true(r.has_status && r.namespaced && r.can_watch);
	/* status and finalizers */
	val *got;
	must(client_create(c, admin, &r, "default",
			   span_json(c->mem, "{\"metadata\":{\"name\":\"g\",\"finalizers\":[\"x/"
					     "y\"]},\"spec\":{\"a\":1}}"),
			   NULL, NULL));
	must(client_patch(c, admin, &r, "default", "g", "status", PATCH_MERGE,
			  span_json(c->mem, "{\"spec\":{\"a\":2},\"status\":{\"b\":1}}"), NULL,
			  &got));
	assert_int_equal(val_as_int(VAL_IN(got, "spec", "a"), 0), 1);
	assert_int_equal(val_as_int(VAL_IN(got, "status", "b"), 0), 1);
	assert_int_equal(val_as_int(VAL_IN(got, "metadata", "generation"), 0), 1);
	must(client_delete(c, admin, &r, "default", "g",
			   val_as_text(VAL_IN(got, "metadata", "uid")), NULL));
	must(client_get(c, admin, &r, "default", "g", false, &got));
	assert_non_null(VAL_IN(got, "metadata", "deletionTimestamp"));
	must(client_patch(c, admin, &r, "default", "g", NULL, PATCH_MERGE,
			  span_json(c->mem, "{\"metadata\":{\"finalizers\":null}}"), NULL, &got));
	assert_int_equal(err_code(client_get(c, admin, &r, "default", "g", false, &got)),
			 ERR_NOT_FOUND);
	span_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_again_what_may_be),
		cmocka_unit_test(keeps_its_deadline),
		cmocka_unit_test(applies_for_owners),
		cmocka_unit_test(reads_its_token_again),
		cmocka_unit_test(watches_with_streamed_lists),
		cmocka_unit_test(watches_with_pages),
		cmocka_unit_test(tells_a_refusal_once),
		cmocka_unit_test(finds_kinds_in_the_old_form),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
