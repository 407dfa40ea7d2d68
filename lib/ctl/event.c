#include "ctl/event.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "ctl/event_recorder.h"
#include "data/json.h"
#include "obs/metric.h"

#define QUEUE_MAX 10000
#define STACK_BYTES ((size_t)512 << 10)
#define SEND_TIME (30 * CLOCK_SECOND)
#define POST_TIME (15 * CLOCK_SECOND)
#define POST_TRIES 5
#define POST_PAUSE (500 * CLOCK_MS) /* doubled with each try */
/* Objects before words: Kubernetes Events wait while so many requests are under way, but not for longer than this, nor when so
 * many of them wait. */
#define RUSH 6
#define RUSH_WAIT (10 * CLOCK_SECOND)
#define RUSH_QUEUE 2000
#define RUSH_LOOK (50 * CLOCK_MS)

static struct metric dropped = METRIC(METRIC_COUNTER, "sluice_events_dropped_total",
				      "Events that were not sent: the queue was full, the object "
				      "told too much, or the other side refused.",
				      "sink,why");

/* A copy that waits to be sent; it lives in its own arena. */
struct note {
	arena *mem;
	struct event event;
	int64_t when, since; /* wall clock; clock_now */
	struct note *next;
};

struct sink {
	struct events *events;
	const char *name;
	err *(*send)(ctx *c, struct sink *s, const struct note *n);
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct note *first, **last; /* under lock, as all below */
	int queued;
	int64_t stop_at; /* on clock_now; 0: not stopping */
	bool ended;
	ctx *sending;
};

struct events {
	struct events_settings settings;
	struct sink kubernetes, notification;
	struct http *http;
	struct recorder *recorder; /* the Kubernetes sink's thread only */
};

/* Kubernetes. */

static err *send_kubernetes(ctx *c, struct sink *s, const struct note *n)
{
	bool spam;
	TRY(recorder_write(c, s->events->recorder, &n->event, n->when, &spam));
	if (spam)
		metric_add(&dropped, 1, s->name, "spam");
	return NULL;
}

/* The notification controller. */

static err *post_once(ctx *c, struct events *e, const char *body, bool *ret_again)
{
	static const struct http_header headers[] = {{"Content-Type", "application/json"},
						     {NULL, NULL}};
	struct http_request q = {.method = "POST",
				 .url = e->settings.address,
				 .headers = headers,
				 .body = str_of(body),
				 .max_answer = 64 << 10,
				 .timeout = POST_TIME};
	struct http_answer *a;
	*ret_again = true;
	TRY(http_do(c, e->http, &q, &a));
	/* 429: it has seen this one already; other 4xx do not get better either */
	*ret_again = a->status >= 500;
	if (a->status >= 400 && a->status != 429)
		return err_new(c->mem, ERR_FAILED, "%s answers with status %d", e->settings.address,
			       a->status);
	return NULL;
}

static err *send_notification(ctx *c, struct sink *s, const struct note *n)
{
	struct events *e = s->events;
	const char *body = json_text(
		c->mem, event_notification(c->mem, &n->event, e->settings.instance, n->when),
		JSON_PLAIN);
	bool again;
	err *failed = post_once(c, e, body, &again);
	for (int i = 1; failed && again && i < POST_TRIES; i++) {
		TRY(ctx_sleep(c, POST_PAUSE << i));
		failed = post_once(c, e, body, &again);
	}
	return failed;
}

/* The threads. */

/* Does what is to be sent next stand back for now? Under lock. */
static bool yields(const struct sink *s)
{
	return s == &s->events->kubernetes && !s->stop_at && s->queued < RUSH_QUEUE &&
	       clock_now() - s->first->since < s->events->settings.rush_wait &&
	       client_under_way(s->events->settings.client) >= RUSH;
}

static struct note *take(struct sink *s)
{
	pthread_mutex_lock(&s->lock);
	for (;;) {
		while (!s->first && !s->stop_at)
			pthread_cond_wait(&s->wake, &s->lock);
		if (!s->first || !yields(s))
			break;
		int64_t soon = clock_now() + RUSH_LOOK;
		struct timespec t = {soon / CLOCK_SECOND, soon % CLOCK_SECOND};
		pthread_cond_timedwait(&s->wake, &s->lock, &t);
	}
	bool late = s->stop_at && clock_now() >= s->stop_at;
	struct note *n = late ? NULL : s->first;
	if (n) {
		s->first = n->next;
		if (!s->first)
			s->last = &s->first;
		s->queued--;
	}
	pthread_mutex_unlock(&s->lock);
	return n;
}

static void send_one(struct sink *s, struct note *n)
{
	ctx c;
	ctx_init(&c, n->mem, s->events->settings.loop, 0);
	pthread_mutex_lock(&s->lock);
	int64_t stop_at = s->stop_at, until = clock_now() + SEND_TIME;
	c.deadline = stop_at && stop_at < until ? stop_at : until;
	s->sending = &c;
	pthread_mutex_unlock(&s->lock);
	err *e = s->send(&c, s, n);
	pthread_mutex_lock(&s->lock);
	s->sending = NULL;
	pthread_mutex_unlock(&s->lock);
	if (e) {
		metric_add(&dropped, 1, s->name, "error");
		log_line(LOG_ERROR, "events", "cannot send an event", "sink", s->name, "reason",
			 n->event.reason, "error", err_text(n->mem, e), NULL);
	}
	ctx_done(&c);
}

static void *run(void *arg)
{
	struct sink *s = arg;
	for (struct note *n; (n = take(s));) {
		send_one(s, n);
		arena_close(n->mem);
	}
	pthread_mutex_lock(&s->lock);
	s->ended = true;
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static err *start(arena *mem, struct events *e, struct sink *s, const char *name,
		  err *(*send)(ctx *, struct sink *, const struct note *))
{
	pthread_condattr_t monotonic;
	*s = (struct sink){.events = e, .name = name, .send = send};
	s->last = &s->first;
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	int rc = pthread_create(&s->thread, &attr, run, s);
	pthread_attr_destroy(&attr);
	if (rc)
		return err_errno(mem, rc, "starting the thread that sends events");
	s->started = true;
	return NULL;
}

err *events_open(arena *mem, const struct events_settings *s, struct events **ret_events)
{
	struct events *e = NEW(mem, struct events);
	e->settings = *s;
	e->settings.address = arena_text(mem, s->address);
	e->settings.instance = arena_text(mem, s->instance);
	if (!e->settings.queue_max)
		e->settings.queue_max = QUEUE_MAX;
	if (!e->settings.rush_wait)
		e->settings.rush_wait = RUSH_WAIT;
	metric_register(&dropped);
	if (s->client) {
		e->recorder = recorder_open(s->client, e->settings.instance);
		TRY(start(mem, e, &e->kubernetes, "kubernetes", send_kubernetes));
	}
	if (s->address && *s->address) {
		e->http = http_open(s->loop, &(struct http_settings){.user_agent = "sluice"});
		TRY(start(mem, e, &e->notification, "notification", send_notification));
	}
	*ret_events = e;
	return NULL;
}

static void stop(struct sink *s, int64_t when)
{
	if (!s->started)
		return;
	pthread_mutex_lock(&s->lock);
	s->stop_at = when;
	if (s->sending) {
		pthread_mutex_lock(&s->sending->lock);
		if (s->sending->deadline > when)
			s->sending->deadline = when;
		pthread_cond_broadcast(&s->sending->wake);
		pthread_mutex_unlock(&s->sending->lock);
	}
	pthread_cond_broadcast(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

void events_stop(struct events *e, int64_t ns)
{
	int64_t when = clock_now() + ns;
	stop(&e->kubernetes, when);
	stop(&e->notification, when);
}

static bool stopped(struct sink *s)
{
	if (!s->started)
		return true;
	pthread_mutex_lock(&s->lock);
	bool ended = s->ended;
	pthread_mutex_unlock(&s->lock);
	return ended;
}

bool events_stopped(struct events *e)
{
	return stopped(&e->kubernetes) && stopped(&e->notification);
}

static void close_sink(struct sink *s)
{
	if (!s->started)
		return;
	pthread_join(s->thread, NULL);
	for (struct note *n = s->first, *next; n; n = next) {
		next = n->next;
		arena_close(n->mem);
	}
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
}

void events_close(struct events *e)
{
	if (!e)
		return;
	close_sink(&e->kubernetes);
	close_sink(&e->notification);
	if (e->http)
		http_close(e->http);
	if (e->recorder)
		recorder_close(e->recorder);
}

/* What an event needs of its object. */
static val *sketch(arena *mem, const val *obj)
{
	val *o = val_map(mem), *metadata = val_map(mem);
	const val *from = val_get(obj, "metadata");
	static const char *const keys[] = {"name", "namespace", "uid", "resourceVersion"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		val_set_text(mem, metadata, keys[i], val_as_text(val_get(from, keys[i])));
	if (val_get(from, "annotations"))
		val_set(mem, metadata, "annotations", val_copy(mem, val_get(from, "annotations")));
	val_set_text(mem, o, "apiVersion", val_as_text(val_get(obj, "apiVersion")));
	val_set_text(mem, o, "kind", val_as_text(val_get(obj, "kind")));
	val_set(mem, o, "metadata", metadata);
	return o;
}

static void enqueue(struct sink *s, const struct event *ev)
{
	if (!s->started)
		return;
	arena *mem = arena_open();
	struct note *n = NEW(mem, struct note);
	*n = (struct note){.mem = mem, .when = clock_wall(), .since = clock_now()};
	n->event = (struct event){.obj = sketch(mem, ev->obj),
				  .severity = ev->severity,
				  .reason = arena_text(mem, ev->reason),
				  .message = arena_text(mem, ev->message),
				  .component = arena_text(mem, ev->component),
				  .annotations = val_copy(mem, ev->annotations)};
	pthread_mutex_lock(&s->lock);
	bool full = s->queued >= s->events->settings.queue_max || s->stop_at;
	if (!full) {
		*s->last = n;
		s->last = &n->next;
		s->queued++;
		pthread_cond_signal(&s->wake);
	}
	pthread_mutex_unlock(&s->lock);
	if (full) {
		metric_add(&dropped, 1, s->name, "full");
		arena_close(mem);
	}
}

void event_emit(struct events *e, const struct event *ev)
{
	if (!e || ev->severity == EVENT_NONE)
		return;
	enqueue(&e->kubernetes, ev);
	if (ev->severity != EVENT_TRACE)
		enqueue(&e->notification, ev);
}
