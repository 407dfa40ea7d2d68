#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <pthread.h>

#include <cmocka.h>

#include "base/clock.h"
#include "ctl/event.h"
#include "ctl/leader.h"
#include "fake_api.h"

static loop *l;
static arena *mem;

static val *parse(const char *json)
{
	val *v;
	assert_null(json_parse(mem, str_of(json), &v));
	return v;
}

static const char *const object =
	"{\"apiVersion\":\"x/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"a\",\"namespace\":"
	"\"d\",\"uid\":\"u\",\"resourceVersion\":\"7\",\"annotations\":{\"event.toolkit.fluxcd.io/"
	"cluster\":\"c\",\"other\":\"o\"}}}";

static bool (*until)(void);

static void look(void *arg)
{
	(void)arg;
	if (until && until()) {
		until = NULL;
		loop_stop(l);
	} else if (until) {
		loop_post(l, look, NULL);
	}
}

static void too_late(void *arg)
{
	(void)arg;
	abort();
}

static void run_until(bool (*test)(void))
{
	struct timer *late = timer_open(l, too_late, NULL);
	timer_set(late, 30 * CLOCK_SECOND);
	until = test;
	loop_post(l, look, NULL);
	loop_run(l);
	timer_close(late);
}

static int open_api(void **state)
{
	(void)state;
	mem = arena_open();
	if (loop_open(mem, &l))
		return -1;
	fake_open(l);
	return 0;
}

static int close_api(void **state)
{
	(void)state;
	fake_close();
	loop_close(l);
	arena_close(api.mem);
	arena_close(mem);
	return 0;
}

static struct event sample(void)
{
	return (struct event){.obj = parse(object),
			      .severity = EVENT_INFO,
			      .reason = "NewArtifact",
			      .message = "stored",
			      .component = "source-controller",
			      .annotations = parse("{\"x/revision\":\"main\"}")};
}

static void the_forms_are_the_recorder_s(void **state)
{
	(void)state;
	struct event ev = sample();
	int64_t when = INT64_C(1700000000) * CLOCK_SECOND;
	assert_string_equal(
		json_text(mem, event_kubernetes(mem, &ev, "host", when), JSON_SORTED),
		"{\"apiVersion\":\"v1\",\"count\":1,\"firstTimestamp\":\"2023-11-14T22:13:20Z\","
		"\"involvedObject\":{\"apiVersion\":\"x/v1\",\"kind\":\"Thing\",\"name\":\"a\","
		"\"namespace\":\"d\",\"resourceVersion\":\"7\",\"uid\":\"u\"},\"kind\":\"Event\","
		"\"lastTimestamp\":\"2023-11-14T22:13:20Z\",\"message\":\"stored\",\"metadata\":{"
		"\"annotations\":{\"event.toolkit.fluxcd.io/cluster\":\"c\","
		"\"x/revision\":\"main\"},\"name\":\"a.17979cfe362a0000\","
		"\"namespace\":\"d\"},\"reason\":\"NewArtifact\",\"reportingComponent\":"
		"\"source-controller\",\"reportingInstance\":\"host\",\"source\":{\"component\":"
		"\"source-controller\"},\"type\":\"Normal\"}");
	ev.severity = EVENT_ERROR;
	assert_string_equal(
		json_text(mem, event_notification(mem, &ev, "host", when), JSON_SORTED),
		"{\"involvedObject\":{\"apiVersion\":\"x/v1\",\"kind\":\"Thing\",\"name\":\"a\","
		"\"namespace\":\"d\",\"resourceVersion\":\"7\",\"uid\":\"u\"},\"message\":"
		"\"stored\",\"metadata\":{\"event.toolkit.fluxcd.io/cluster\":\"c\","
		"\"x/revision\":\"main\"},\"reason\":\"NewArtifact\",\"reportingController\":"
		"\"source-controller\",\"reportingInstance\":\"host\",\"severity\":\"error\","
		"\"timestamp\":\"2023-11-14T22:13:20Z\"}");
}

static struct events *events;

static bool events_ended(void)
{
	return events_stopped(events);
}

static void open_events(const char *address, int queue_max)
{
	assert_null(events_open(mem,
				&(struct events_settings){.loop = l,
							  .client = api.client,
							  .address = address,
							  .instance = "host",
							  .queue_max = queue_max},
				&events));
}

static void close_events(int64_t ns)
{
	events_stop(events, ns);
	run_until(events_ended);
	events_close(events);
}

static int64_t count_events(int64_t *ret_counts)
{
	int64_t n = 0;
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&api.objects, &i));) {
		if (!text_eq(val_as_text(val_get(e->value, "kind")), "Event"))
			continue;
		n++;
		*ret_counts += val_as_int(val_get(e->value, "count"), 0);
	}
	return n;
}

static void the_same_event_is_counted(void **state)
{
	(void)state;
	open_events(NULL, 0);
	struct event ev = sample();
	for (int i = 0; i < 3; i++)
		event_emit(events, &ev);
	ev.message = "another";
	event_emit(events, &ev);
	close_events(10 * CLOCK_SECOND);
	int64_t counts = 0;
	assert_int_equal(count_events(&counts), 2);
	assert_int_equal(counts, 4);
}

static void tell_many(int n)
{
	open_events(NULL, 0);
	struct event ev = sample();
	for (int i = 0; i < n; i++) {
		ev.message = arena_printf(mem, "message %d", i);
		event_emit(events, &ev);
	}
	ev.message = "message 3"; /* was told on its own */
	event_emit(events, &ev);
	close_events(10 * CLOCK_SECOND);
}

static void similar_events_are_combined(void **state)
{
	(void)state;
	tell_many(12);
	int64_t counts = 0, combined = 0, twice = 0;
	assert_int_equal(count_events(&counts), 10);
	assert_int_equal(counts, 13);
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&api.objects, &i));) {
		const char *message = val_text_or(val_get(e->value, "message"), "");
		int64_t count = val_as_int(val_get(e->value, "count"), 0);
		const val *annotations = VAL_IN(e->value, "metadata", "annotations");
		bool together = text_eq(message, "(combined from similar events): message 11");
		assert_true(together == !annotations); /* of one event, not of many */
		if (together)
			combined += count;
		if (text_eq(message, "message 3"))
			twice += count;
	}
	assert_int_equal(combined, 3);
	assert_int_equal(twice, 2);
}

static void an_object_that_tells_too_much_is_silenced(void **state)
{
	(void)state;
	tell_many(40);
	int64_t counts = 0;
	assert_int_equal(count_events(&counts), 10);
	assert_int_equal(counts, 25);
}

static atomic_int posts;

static void sink(void *arg, struct server_call *c)
{
	(void)arg;
	int n = atomic_fetch_add(&posts, 1);
	assert_string_equal(c->method, "POST");
	server_answer_text(c, n == 0 ? 503 : n == 1 ? 202 : 429, "x");
}

static void notifications_are_tried_again(void **state)
{
	(void)state;
	struct server *s;
	posts = 0;
	assert_null(server_open(
		mem, l, &(struct server_settings){.address = "127.0.0.1:0", .handle = sink}, &s));
	open_events(arena_printf(mem, "http://127.0.0.1:%d/", server_port(s)), 0);
	struct event ev = sample();
	event_emit(events, &ev); /* 503, then 202 */
	event_emit(events, &ev); /* 429: not again */
	ev.severity = EVENT_TRACE;
	event_emit(events, &ev); /* not at all */
	close_events(20 * CLOCK_SECOND);
	assert_int_equal(posts, 3);
	server_close(s);
}

static void silent(void *arg, struct server_call *c)
{
	*(struct server_call **)arg = c;
}

static void a_dead_sink_blocks_nobody(void **state)
{
	(void)state;
	struct server *s;
	struct server_call *call = NULL;
	assert_null(server_open(
		mem, l,
		&(struct server_settings){.address = "127.0.0.1:0", .handle = silent, .arg = &call},
		&s));
	open_events(arena_printf(mem, "http://127.0.0.1:%d/", server_port(s)), 5);
	struct event ev = sample();
	for (int i = 0; i < 100; i++)
		event_emit(events, &ev);
	close_events(20 * CLOCK_MS);
	if (call)
		server_answer_text(call, 200, "late");
	server_close(s);
}

/* A rush: a server that answers when it is told to. */
#define SLOW 8
static struct {
	struct server *server;
	struct client *client;
	pthread_t threads[SLOW];
	struct server_call *held[SLOW];
	bool over;
	atomic_int n_held, told, answered;
} rush;

static void rush_handle(void *arg, struct server_call *c)
{
	(void)arg;
	if (strstr(c->path, "/events"))
		rush.told++;
	if (rush.over)
		server_answer_text(c, 200, "{}");
	else
		rush.held[rush.n_held++] = c;
}

static void *ask_slowly(void *arg)
{
	arena *own = arena_open();
	ctx c;
	val *got;
	(void)arg;
	ctx_init(&c, own, l, 0);
	if (!client_raw(&c, rush.client, "GET", "/slow", NULL, &got))
		rush.answered++;
	ctx_done(&c);
	arena_close(own);
	return NULL;
}

static bool all_under_way(void)
{
	return client_under_way(rush.client) == SLOW;
}

/* It waits for a connection as all others do. */
static bool one_is_sent(void)
{
	return client_under_way(rush.client) == SLOW + 1;
}

static bool all_answered(void)
{
	return rush.answered == SLOW && rush.told == 2;
}

static int64_t later;

static bool some_time_passed(void)
{
	return clock_now() > later;
}

static void begin_rush(int64_t rush_wait)
{
	struct config config = {.ns = "default"};
	assert_null(server_open(
		mem, l, &(struct server_settings){.address = "127.0.0.1:0", .handle = rush_handle},
		&rush.server));
	config.server = arena_printf(mem, "http://127.0.0.1:%d", server_port(rush.server));
	assert_null(client_open(mem, l, &config, &rush.client));
	rush.n_held = rush.told = rush.answered = 0;
	rush.over = false;
	for (int i = 0; i < SLOW; i++)
		pthread_create(&rush.threads[i], NULL, ask_slowly, NULL);
	run_until(all_under_way);
	assert_null(events_open(mem,
				&(struct events_settings){.loop = l,
							  .client = rush.client,
							  .instance = "host",
							  .rush_wait = rush_wait},
				&events));
}

static void end_rush(void)
{
	rush.over = true;
	for (int i = 0; i < rush.n_held; i++)
		server_answer_text(rush.held[i], 200, "{}");
	run_until(all_answered);
	for (int i = 0; i < SLOW; i++)
		pthread_join(rush.threads[i], NULL);
	close_events(10 * CLOCK_SECOND);
	client_close(rush.client);
	server_close(rush.server);
}

static void tell_two(void)
{
	struct event ev = sample();
	event_emit(events, &ev);
	ev.reason = "Another";
	event_emit(events, &ev);
}

static void events_stand_back_in_a_rush(void **state)
{
	(void)state;
	begin_rush(20 * CLOCK_SECOND);
	tell_two();
	later = clock_now() + 300 * CLOCK_MS;
	run_until(some_time_passed);
	assert_true(all_under_way());
	end_rush();
}

static void but_not_for_long(void **state)
{
	(void)state;
	begin_rush(100 * CLOCK_MS);
	struct event ev = sample();
	event_emit(events, &ev);
	run_until(one_is_sent);
	ev.reason = "Another";
	event_emit(events, &ev);
	end_rush();
}

static void nor_at_the_end(void **state)
{
	(void)state;
	begin_rush(20 * CLOCK_SECOND);
	tell_two();
	events_stop(events, 10 * CLOCK_SECOND);
	run_until(one_is_sent);
	end_rush();
}

/* Leader election: who leads, and who may write. */

static struct leader *leaders[2];
static int began[2], lost[2];
static int which[2] = {0, 1};

static void on_started(void *arg)
{
	began[*(int *)arg]++;
}

static void on_lost(void *arg)
{
	lost[*(int *)arg]++;
}

static void open_leader(int i)
{
	assert_null(leader_open(mem,
				&(struct leader_settings){
					.loop = l,
					.client = api.client,
					.ns = "d",
					.name = "lease",
					.identity = i ? "one" : "zero",
					/* the first never loses it, however slow the machine; the
					 * second is to lose it soon */
					.lease_duration = i ? CLOCK_SECOND : CLOCK_HOUR,
					.renew_deadline = i ? 60 * CLOCK_MS : 30 * CLOCK_MINUTE,
					.retry_period = 10 * CLOCK_MS,
					.release_on_exit = true,
					.on_started = on_started,
					.on_lost = on_lost,
					.arg = &which[i],
				},
				&leaders[i]));
}

static bool zero_leads(void)
{
	return began[0] == 1;
}

static bool one_leads(void)
{
	return began[1] == 1;
}

static bool zero_stopped(void)
{
	return leader_stopped(leaders[0]);
}

static bool one_stopped(void)
{
	return leader_stopped(leaders[1]);
}

static bool renewed_often(void)
{
	return api.requests > 20;
}

static void a_lease_is_handed_over(void **state)
{
	(void)state;
	open_leader(0);
	run_until(zero_leads);
	assert_true(leader_may_write(leaders[0]));
	open_leader(1);
	run_until(renewed_often);
	assert_int_equal(began[1], 0);
	assert_false(leader_may_write(leaders[1]));
	assert_true(leader_may_write(leaders[0]));
	leader_stop(leaders[0]);
	run_until(zero_stopped);
	assert_false(leader_may_write(leaders[0]));
	assert_int_equal(lost[0], 0);
	run_until(one_leads); /* it was released: its hour is not over */
	leader_close(leaders[0]);
	const val *spec = val_get(fake_get("leases", "d", "lease"), "spec");
	assert_string_equal(val_as_text(val_get(spec, "holderIdentity")), "one");
	/* the API is gone: writes end before the lease can be another's */
	api.fail_next = 1 << 20;
	run_until(one_stopped);
	assert_int_equal(lost[1], 1);
	assert_false(leader_may_write(leaders[1]));
	leader_close(leaders[1]);
	assert_true(leader_may_write(NULL));
}

#define WITH_API(f) cmocka_unit_test_setup_teardown(f, open_api, close_api)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_API(the_forms_are_the_recorder_s),
		WITH_API(the_same_event_is_counted),
		WITH_API(similar_events_are_combined),
		WITH_API(an_object_that_tells_too_much_is_silenced),
		WITH_API(notifications_are_tried_again),
		WITH_API(a_dead_sink_blocks_nobody),
		WITH_API(events_stand_back_in_a_rush),
		WITH_API(but_not_for_long),
		WITH_API(nor_at_the_end),
		WITH_API(a_lease_is_handed_over),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
