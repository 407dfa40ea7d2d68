#include "ctl/event.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "ctl/conditions.h"
#include "data/json.h"
#include "obs/metric.h"

#define QUEUE_MAX 10000
#define STACK_BYTES ((size_t)512 << 10)
#define SEND_TIME (30 * CLOCK_SECOND)
#define POST_TIME (15 * CLOCK_SECOND)
#define POST_TRIES 5
#define POST_PAUSE (500 * CLOCK_MS) /* doubled with each try */
#define NOTE_MAX 39000		    /* bytes of a message that the notification address gets */
#define MEMORY_MAX 4096		    /* events and objects remembered, as client-go does */
#define SIMILAR_MAX 9 /* texts of one object and reason that are told one by one … */
#define SIMILAR_FOR (600 * CLOCK_SECOND) /* … until it has said nothing for so long */
#define COMBINED "(combined from similar events): "
#define SPAM_BURST 25			 /* events of one object at once … */
#define SPAM_REFILL (300 * CLOCK_SECOND) /* … and one more each such time */
#define OWN_ANNOTATIONS "event.toolkit.fluxcd.io/"

static struct metric dropped = METRIC(METRIC_COUNTER, "sluice_events_dropped_total",
				      "Events that were not sent: the queue was full, the object "
				      "told too much, or the other side refused.",
				      "sink,why");

/* A copy that waits to be sent; it lives in its own arena. */
struct note {
	arena *mem;
	struct event event;
	int64_t when; /* wall clock */
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

/* What was told of an object before. */
struct told {
	const char *name; /* of the Event */
	int64_t count;
};

/* The texts that were told of an object for one reason. */
struct similar {
	uint64_t texts[SIMILAR_MAX]; /* their hashes */
	int n;
	int64_t last;
};

struct bucket {
	double tokens;
	int64_t filled;
};

struct events {
	struct events_settings settings;
	struct sink kubernetes, notification;
	struct http *http;
	/* the Kubernetes sink's thread only */
	arena *memory;
	struct map told, similar, buckets;
};

static val *involved(arena *mem, const val *obj)
{
	const val *metadata = val_get(obj, "metadata");
	val *o = val_map(mem);
	val_set_text(mem, o, "apiVersion", val_as_text(val_get(obj, "apiVersion")));
	val_set_text(mem, o, "kind", val_as_text(val_get(obj, "kind")));
	val_set_text(mem, o, "name", val_as_text(val_get(metadata, "name")));
	val_set_text(mem, o, "namespace", val_as_text(val_get(metadata, "namespace")));
	val_set_text(mem, o, "resourceVersion", val_as_text(val_get(metadata, "resourceVersion")));
	val_set_text(mem, o, "uid", val_as_text(val_get(metadata, "uid")));
	return o;
}

static const char *namespace_of(const val *obj)
{
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	return *ns ? ns : "default";
}

/* Of an event, with those that the object itself has for its events: these win. */
static val *annotations_of(arena *mem, const struct event *ev)
{
	const val *own = VAL_IN(ev->obj, "metadata", "annotations");
	val *all = ev->annotations ? val_copy(mem, ev->annotations) : val_map(mem);
	for (size_t i = 0; val_is(own, VAL_MAP) && i < val_len(own); i++) {
		const struct val_pair *p = &own->map.p[i];
		if (str_starts(p->key, STR(OWN_ANNOTATIONS)))
			val_set_str(mem, all, p->key, val_copy(mem, p->value));
	}
	return all;
}

val *event_kubernetes(arena *mem, const struct event *ev, const char *instance, int64_t wall_ns)
{
	const char *when = clock_rfc3339(mem, wall_ns);
	const char *about = val_text_or(VAL_IN(ev->obj, "metadata", "name"), "");
	val *e = val_map(mem), *metadata = val_map(mem), *source = val_map(mem);
	val_set_text(mem, e, "apiVersion", "v1");
	val_set_text(mem, e, "kind", "Event");
	val_set(mem, metadata, "name",
		val_printf(mem, "%s.%llx", about, (unsigned long long)wall_ns));
	val_set_text(mem, metadata, "namespace", namespace_of(ev->obj));
	val *annotations = annotations_of(mem, ev);
	if (val_len(annotations))
		val_set(mem, metadata, "annotations", annotations);
	val_set(mem, e, "metadata", metadata);
	val_set(mem, e, "involvedObject", involved(mem, ev->obj));
	val_set_text(mem, e, "reason", ev->reason);
	val_set_text(mem, e, "message", conditions_cut(mem, ev->message));
	val_set_text(mem, source, "component", ev->component);
	val_set(mem, e, "source", source);
	val_set_text(mem, e, "firstTimestamp", when);
	val_set_text(mem, e, "lastTimestamp", when);
	val_set(mem, e, "count", val_int(mem, 1));
	val_set_text(mem, e, "type", ev->severity == EVENT_ERROR ? "Warning" : "Normal");
	val_set_text(mem, e, "reportingComponent", ev->component);
	val_set_text(mem, e, "reportingInstance", instance);
	return e;
}

val *event_notification(arena *mem, const struct event *ev, const char *instance, int64_t wall_ns)
{
	val *e = val_map(mem), *metadata = annotations_of(mem, ev);
	val_set(mem, e, "involvedObject", involved(mem, ev->obj));
	val_set_text(mem, e, "severity", ev->severity == EVENT_ERROR ? "error" : "info");
	val_set_text(mem, e, "timestamp", clock_rfc3339(mem, wall_ns));
	size_t n = strlen(ev->message);
	if (n > NOTE_MAX)
		for (n = NOTE_MAX; n && ((unsigned char)ev->message[n] & 0xc0) == 0x80;)
			n--;
	val_set(mem, e, "message", val_str(mem, (str){ev->message, n}));
	val_set_text(mem, e, "reason", ev->reason);
	if (val_len(metadata))
		val_set(mem, e, "metadata", metadata);
	val_set_text(mem, e, "reportingController", ev->component);
	val_set_text(mem, e, "reportingInstance", instance);
	return e;
}

/* Kubernetes Events: one POST each; as client-go's recorder has it the same again raises the count of the
 * first, many similar ones are combined in one, and an object that tells too much is silenced. */

static const struct resource event_resource = {
	.gvk = {"", "v1", "Event"}, .plural = "events", .namespaced = true};

static const char *object_key(arena *mem, const struct event *ev)
{
	const val *metadata = val_get(ev->obj, "metadata");
	return arena_printf(mem, "%s|%s|%s|%s|%s", ev->component,
			    val_text_or(val_get(ev->obj, "kind"), ""),
			    val_text_or(val_get(metadata, "namespace"), ""),
			    val_text_or(val_get(metadata, "name"), ""),
			    val_text_or(val_get(metadata, "uid"), ""));
}

/* All memories are forgotten at once when they are full: then counts begin anew. */
static void trim_memory(struct events *e)
{
	if (e->memory && e->told.n < MEMORY_MAX && e->similar.n < MEMORY_MAX &&
	    e->buckets.n < MEMORY_MAX)
		return;
	arena_close(e->memory);
	e->memory = arena_open();
	e->told = map_init(e->memory);
	e->similar = map_init(e->memory);
	e->buckets = map_init(e->memory);
}

static bool is_spam(struct events *e, const char *key)
{
	int64_t now = clock_now();
	struct bucket *b = map_get(&e->buckets, key);
	if (!b) {
		b = NEW(e->memory, struct bucket);
		*b = (struct bucket){SPAM_BURST, now};
		map_set(&e->buckets, key, b);
	}
	b->tokens += (double)(now - b->filled) / (double)SPAM_REFILL;
	if (b->tokens > SPAM_BURST)
		b->tokens = SPAM_BURST;
	b->filled = now;
	if (b->tokens < 1)
		return true;
	b->tokens--;
	return false;
}

/* Have so many texts been told of this object for this reason that one Event stands for the others? */
static bool is_combined(struct events *e, const char *key, const char *text)
{
	int64_t now = clock_now();
	uint64_t hash = str_hash(str_of(text));
	struct similar *s = map_get(&e->similar, key);
	if (!s) {
		s = NEW(e->memory, struct similar);
		map_set(&e->similar, key, s);
	}
	if (now - s->last > SIMILAR_FOR)
		s->n = 0;
	s->last = now;
	for (int i = 0; i < s->n; i++)
		if (s->texts[i] == hash)
			return false;
	if (s->n == SIMILAR_MAX)
		return true;
	s->texts[s->n++] = hash;
	return false;
}

static err *raise_count(ctx *c, struct events *e, struct told *t, const struct note *n,
			const char *message)
{
	val *patch = val_map(c->mem), *got;
	val_set(c->mem, patch, "count", val_int(c->mem, t->count + 1));
	val_set_text(c->mem, patch, "message", conditions_cut(c->mem, message));
	val_set_text(c->mem, patch, "lastTimestamp", clock_rfc3339(c->mem, n->when));
	TRY(client_patch(c, e->settings.client, &event_resource, namespace_of(n->event.obj),
			 t->name, NULL, PATCH_MERGE, patch, NULL, &got));
	t->count++;
	return NULL;
}

static err *send_kubernetes(ctx *c, struct sink *s, const struct note *n)
{
	struct events *e = s->events;
	trim_memory(e);
	const char *about = object_key(c->mem, &n->event);
	if (is_spam(e, about)) {
		metric_add(&dropped, 1, s->name, "spam");
		return NULL;
	}
	struct event ev = n->event;
	const char *key = arena_printf(c->mem, "%s|%d|%s", about, ev.severity, ev.reason);
	bool combined = is_combined(e, key, ev.message);
	if (combined)
		ev.message = arena_printf(c->mem, COMBINED "%s", ev.message);
	else
		key = arena_printf(c->mem, "%s|%s", key, ev.message);
	struct told *t = map_get(&e->told, key);
	err *failed = t ? raise_count(c, e, t, n, ev.message) : NULL;
	if (t && err_code(failed) != ERR_NOT_FOUND)
		return failed;
	val *obj = event_kubernetes(c->mem, &ev, e->settings.instance, n->when);
	if (combined) /* it stands for many: what was said of one is not true of it */
		val_del(val_get(obj, "metadata"), "annotations");
	err *created = client_create(c, e->settings.client, &event_resource, namespace_of(ev.obj),
				     obj, NULL, NULL);
	/* a namespace that is ending takes no events: nothing to complain of */
	if (err_code(created) == ERR_FORBIDDEN || err_code(created) == ERR_NOT_FOUND)
		return NULL;
	TRY(created);
	t = NEW(e->memory, struct told);
	t->count = 1;
	t->name = arena_text(e->memory, val_as_text(VAL_IN(obj, "metadata", "name")));
	map_set(&e->told, key, t);
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

static struct note *take(struct sink *s)
{
	pthread_mutex_lock(&s->lock);
	while (!s->first && !s->stop_at)
		pthread_cond_wait(&s->wake, &s->lock);
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
	*s = (struct sink){.events = e, .name = name, .send = send};
	s->last = &s->first;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
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
	metric_register(&dropped);
	if (s->client)
		TRY(start(mem, e, &e->kubernetes, "kubernetes", send_kubernetes));
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
	arena_close(e->memory);
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
	*n = (struct note){.mem = mem, .when = clock_wall()};
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
