#include "apply/cluster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct world {
	arena *mem;
	loop *loop;
	struct client *client;
	struct mapper *mapper;
	struct clusters *clusters;
};

static struct config config = {.server = "https://127.0.0.1:1"};

static int open_world(void **state)
{
	arena *mem = arena_open();
	struct world *w = NEW(mem, struct world);
	w->mem = mem;
	assert_null(loop_open(mem, &w->loop));
	assert_null(client_open(mem, w->loop, &config, &w->client));
	assert_null(mapper_open(mem, w->client, &w->mapper));
	w->clusters = clusters_open(&(struct clusters_settings){
		.live = {.loop = w->loop, .client = w->client, .owner_group = "example.org"},
		.mapper = w->mapper});
	*state = w;
	return 0;
}

/* What was posted runs, closings among it. */
static void run_posted(struct world *w)
{
	loop_post(w->loop, (void (*)(void *))loop_stop, w->loop);
	loop_run(w->loop);
}

static int close_world(void **state)
{
	struct world *w = *state;
	run_posted(w);
	clusters_close(w->clusters);
	mapper_close(w->mapper);
	client_close(w->client);
	run_posted(w);
	loop_close(w->loop);
	arena_close(w->mem);
	return 0;
}

static struct cluster *take(struct world *w, arena *mem, const char *name, const char *key)
{
	struct cluster *got = NULL;
	assert_null(clusters_take(mem, w->clusters, "apps", name, key, &config, &got));
	return got;
}

static void same_key_same_cluster(void **state)
{
	struct world *w = *state;
	arena *mem = arena_open();
	struct cluster *a = take(w, mem, "a", "k1"), *b = take(w, mem, "b", "k1"),
		       *c = take(w, mem, "c", "k2");
	assert_ptr_equal(a, b);
	assert_ptr_not_equal(a, c);
	assert_ptr_not_equal(a, clusters_home(w->clusters));
	assert_ptr_not_equal(a->live, c->live);
	assert_int_equal(clusters_count(w->clusters), 2);
	arena_close(mem);
	assert_int_equal(clusters_count(w->clusters), 2); /* their owners have them */
}

static void an_owner_has_one(void **state)
{
	struct world *w = *state;
	arena *mem = arena_open();
	assert_ptr_equal(clusters_of(mem, w->clusters, "apps", "a"), clusters_home(w->clusters));
	struct cluster *a = take(w, mem, "a", "k1");
	assert_ptr_equal(clusters_of(mem, w->clusters, "apps", "a"), a);
	struct cluster *b = take(w, mem, "a", "k2");
	assert_ptr_equal(clusters_of(mem, w->clusters, "apps", "a"), b);
	assert_int_equal(clusters_count(w->clusters), 2); /* the pass uses the first still */
	arena_close(mem);
	assert_int_equal(clusters_count(w->clusters), 1);
	clusters_drop(w->clusters, "apps", "a");
	clusters_drop(w->clusters, "apps", "a");
	assert_int_equal(clusters_count(w->clusters), 0);
}

static void held_beyond_its_owner(void **state)
{
	struct world *w = *state;
	arena *mem = arena_open();
	void *held = cluster_hold(w->clusters, take(w, mem, "a", "k1"));
	arena_close(mem);
	clusters_drop(w->clusters, "apps", "a");
	assert_int_equal(clusters_count(w->clusters), 1);
	cluster_release(held);
	assert_int_equal(clusters_count(w->clusters), 0);
}

static void the_home_stays(void **state)
{
	struct world *w = *state;
	void *held = cluster_hold(w->clusters, clusters_home(w->clusters));
	cluster_release(held);
	clusters_drop(w->clusters, "apps", "a");
	assert_non_null(clusters_home(w->clusters)->live);
}

static void a_config_that_is_none(void **state)
{
	struct world *w = *state;
	struct config bad = {.server = "https://127.0.0.1:1", .tls = {.ca = str_of("no PEM")}};
	arena *mem = arena_open();
	struct cluster *got = NULL;
	err *e = clusters_take(mem, w->clusters, "apps", "a", "bad", &bad, &got);
	if (e) /* or told by the first request */
		assert_int_equal(clusters_count(w->clusters), 0);
	clusters_drop(w->clusters, "apps", "a");
	arena_close(mem);
	assert_int_equal(clusters_count(w->clusters), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(same_key_same_cluster, open_world, close_world),
		cmocka_unit_test_setup_teardown(an_owner_has_one, open_world, close_world),
		cmocka_unit_test_setup_teardown(held_beyond_its_owner, open_world, close_world),
		cmocka_unit_test_setup_teardown(the_home_stays, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_config_that_is_none, open_world, close_world),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
