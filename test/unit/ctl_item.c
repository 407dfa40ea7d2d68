/* What wakes an object, and what it does to a pass that runs or is parked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"
#include "ctl/controller.h"
#include "fake_api.h"

/* One kind: an object without a source offers its text, others are passes over what their source offers. */
struct spec {
	const char *text, *source, *how;
};

static const struct field spec_fields[] = {
	{.name = "text", .type = FIELD_TEXT, .offset = offsetof(struct spec, text)},
	{.name = "source", .type = FIELD_TEXT, .offset = offsetof(struct spec, source)},
	{.name = "how", .type = FIELD_TEXT, .offset = offsetof(struct spec, how)},
	{.name = NULL}};

struct work {
	struct reconcile r;
};

static atomic_int passes, resumes, called_off;
static atomic_bool hold;
static _Atomic(uint64_t) known;
static loop *l;
static arena *mem;
static pool *workers;
static struct controllers *cs;
static bool (*until)(void);

static err *begin(struct reconcile *r)
{
	r->interval = CLOCK_HOUR;
	return NULL;
}

static err *look_at_source(ctx *c, void *work)
{
	struct work *w = work;
	const struct spec *s = w->r.spec;
	stage_set(&w->r, "Looked", CONDITION_TRUE, "Succeeded", "looked");
	if (!s->source || !*s->source)
		return NULL;
	if (!w->r.resumed)
		atomic_fetch_add(&passes, 1);
	if (strstr(s->how, "knows"))
		w->r.saw = atomic_load(&known);
	while (strstr(s->how, "hold") && atomic_load(&hold)) {
		err *e = ctx_sleep(c, CLOCK_MS);
		if (e) {
			atomic_fetch_add(&called_off, 1);
			return e;
		}
	}
	if (!strstr(s->how, "park") || w->r.resumed)
		return NULL;
	stage_wait(&w->r, 0, val_map(c->mem));
	return stage_park(&w->r);
}

static err *resume(ctx *c, void *work)
{
	(void)c;
	(void)work;
	atomic_fetch_add(&resumes, 1);
	return NULL;
}

static void refs(const val *obj, struct ref_list *list)
{
	ref_add(list, REF_SOURCE, "Thing", "d", val_as_text(VAL_IN(obj, "spec", "source")));
}

static const char *offer(arena *a, const val *obj)
{
	return arena_text(a, val_text_or(VAL_IN(obj, "spec", "text"), ""));
}

static const struct stage stages[] = {{"looking", look_at_source, "LookError", NULL},
				      {NULL, NULL, NULL, NULL}};
static const char *const positive[] = {"Looked", NULL}, *const negative[] = {NULL};
static const struct conditions_polarity polarity = {positive, negative, NULL};
static struct kind thing = {.group = "x.example.org",
			    .name = "Thing",
			    .plural = "things",
			    .singular = "thing",
			    .categories = "all",
			    .versions = "v1",
			    .spec = spec_fields,
			    .spec_size = sizeof(struct spec),
			    .component = "thing-controller",
			    .manager = "thing-controller",
			    .work_size = sizeof(struct work),
			    .stages = stages,
			    .polarity = &polarity,
			    .begin = begin,
			    .resume = resume,
			    .offer = offer,
			    .refs = refs};

static void look(void *arg)
{
	if (!until)
		return;
	if (until()) {
		until = NULL;
		loop_stop(l);
	} else {
		loop_post(l, look, arg);
	}
}

static void changed(void *arg)
{
	(void)arg;
}

static void too_late(void *arg)
{
	(void)arg;
	print_error("a test waited in vain\n");
	abort();
}

static void run_until(bool (*test)(void))
{
	struct timer *late = timer_open(l, too_late, NULL);
	timer_set(late, 20 * CLOCK_SECOND);
	until = test;
	loop_post(l, look, NULL);
	loop_run(l);
	timer_close(late);
}

static bool is_quiet(void)
{
	return controllers_running(cs) == 0;
}

static int open_all(void **state)
{
	(void)state;
	passes = resumes = called_off = 0;
	hold = false;
	known = 0;
	thing.supersede = false;
	mem = arena_open();
	if (loop_open(mem, &l) || pool_open(mem, l, 4, &workers))
		return -1;
	fake_open(l);
	api.on_change = changed;
	cs = controllers_open(&(struct controllers_settings){.loop = l,
							     .pool = workers,
							     .client = api.client,
							     .requeue_dependency = CLOCK_HOUR,
							     .least_retry = 2 * CLOCK_MS,
							     .most_retry = CLOCK_HOUR});
	controllers_add(cs, &thing, 3);
	controllers_start(cs);
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	controllers_stop(cs);
	pool_cancel_all(workers, "the end");
	run_until(is_quiet);
	pool_close(workers);
	controllers_close(cs);
	fake_close();
	loop_close(l);
	arena_close(api.mem);
	arena_close(mem);
	return 0;
}

static void put(const char *name, const char *spec)
{
	fake_put("things", arena_printf(mem,
					"{\"apiVersion\":\"x.example.org/v1\",\"kind\":\"Thing\","
					"\"metadata\":{\"name\":\"%s\",\"namespace\":\"d\"},"
					"\"spec\":{%s}}",
					name, spec));
}

static bool ready(const char *name, int64_t generation)
{
	const val *s = val_get(fake_get("things", "d", name), "status");
	return conditions_is(s, CONDITION_READY, CONDITION_TRUE) &&
	       val_as_int(val_get(s, "observedGeneration"), 0) == generation;
}

/* What the source offers under a text, as the loop reckons it. */
static uint64_t offered(const char *text)
{
	val *o = val_map(mem), *spec = val_map(mem);
	val_set_text(mem, spec, "text", text);
	val_set(mem, o, "spec", spec);
	return controllers_offer(cs, mem, "Thing", o);
}

static bool running(void)
{
	return atomic_load(&passes) == 1;
}

static bool parked(void)
{
	return running() && is_quiet();
}

static bool source_second(void)
{
	return ready("source", 2) && controllers_running(cs) == atomic_load(&hold);
}

static bool source_third(void)
{
	return ready("source", 3) && is_quiet();
}

static bool done(void)
{
	return ready("b", 1) && is_quiet();
}

static bool passed_twice(void)
{
	return atomic_load(&passes) == 2 && is_quiet();
}

static bool source_ready(void)
{
	return ready("source", 1) && is_quiet();
}

static void put_source(void)
{
	put("source", "\"text\":\"one\"");
	run_until(source_ready);
}

static void news_of_the_source_call_a_wait_off(void **state)
{
	(void)state;
	put_source();
	put("b", "\"source\":\"source\",\"how\":\"park\"");
	run_until(parked);
	put("source", "\"text\":\"two\"");
	run_until(passed_twice);
	assert_int_equal(resumes, 0);
}

static void news_that_the_parked_pass_knows_do_not(void **state)
{
	(void)state;
	put_source();
	known = offered("two");
	put("b", "\"source\":\"source\",\"how\":\"park knows\"");
	run_until(parked);
	put("source", "\"text\":\"two\"");
	run_until(source_second);
	assert_int_equal(passes, 1);
	put("source", "\"text\":\"three\"");
	run_until(source_third);
	run_until(passed_twice);
}

static void news_while_a_pass_runs_want_another(void **state)
{
	(void)state;
	put_source();
	hold = true;
	put("b", "\"source\":\"source\",\"how\":\"hold\"");
	run_until(running);
	put("source", "\"text\":\"two\"");
	run_until(source_second);
	hold = false;
	run_until(passed_twice);
	assert_int_equal(called_off, 0);
}

static void news_that_the_running_pass_knows_do_not(void **state)
{
	(void)state;
	put_source();
	known = offered("two");
	hold = true;
	put("b", "\"source\":\"source\",\"how\":\"hold knows\"");
	run_until(running);
	put("source", "\"text\":\"two\"");
	run_until(source_second);
	hold = false;
	run_until(done);
	assert_int_equal(passes, 1);
}

static void news_call_off_a_running_pass_of_a_kind_that_wants_it(void **state)
{
	(void)state;
	put_source();
	thing.supersede = true;
	hold = true;
	put("b", "\"source\":\"source\",\"how\":\"hold\"");
	run_until(running);
	put("source", "\"text\":\"two\"");
	run_until(source_second);
	hold = false;
	run_until(passed_twice);
	assert_int_equal(called_off, 1);
}

static void a_nudge_is_another_pass_behind_the_running_one(void **state)
{
	(void)state;
	put_source();
	thing.supersede = true;
	hold = true;
	put("b", "\"source\":\"source\",\"how\":\"hold\"");
	run_until(running);
	controllers_nudge(cs, "Thing", "d", "b");
	put("source", "\"text\":\"one\",\"how\":\"changed\"");
	run_until(source_second);
	hold = false;
	run_until(passed_twice);
	assert_int_equal(called_off, 0);
}

static void a_nudge_leaves_a_parked_pass_alone(void **state)
{
	(void)state;
	put_source();
	put("b", "\"source\":\"source\",\"how\":\"park\"");
	run_until(parked);
	controllers_nudge(cs, "Thing", "d", "b");
	put("source", "\"text\":\"one\",\"how\":\"changed\"");
	run_until(source_second);
	assert_int_equal(passes, 1);
	controllers_poke(cs, "Thing", "d", "b");
	run_until(passed_twice);
}

static void a_nudge_wakes_what_is_at_rest(void **state)
{
	(void)state;
	put_source();
	put("b", "\"source\":\"source\",\"how\":\"plainly\"");
	run_until(done);
	controllers_nudge(cs, "Thing", "d", "b");
	run_until(passed_twice);
}

#define OPENED(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPENED(news_of_the_source_call_a_wait_off),
		OPENED(news_that_the_parked_pass_knows_do_not),
		OPENED(news_while_a_pass_runs_want_another),
		OPENED(news_that_the_running_pass_knows_do_not),
		OPENED(news_call_off_a_running_pass_of_a_kind_that_wants_it),
		OPENED(a_nudge_is_another_pass_behind_the_running_one),
		OPENED(a_nudge_leaves_a_parked_pass_alone),
		OPENED(a_nudge_wakes_what_is_at_rest),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
