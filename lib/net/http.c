#include "net/http.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/vec.h"
#include "net/lane.h"
#include "net/http_transfer.h"
#include "net/url.h"

#define DEFAULT_CONNECTIONS 2
#define KEPT_ARENA ((size_t)256 << 10) /* an answer that is larger is handed over, not copied */
#define SUSPECT                                                                                    \
	(5 * CLOCK_SECOND) /* of silence, after which a called-off request blames its connection */

enum lane_kind { LANE_REQUESTS, LANE_STREAMS, LANE_KINDS };

enum exchange_state { OPEN, OVER, CALLED_OFF };

/* A transfer under way, for a worker that is parked or for a stream's calls. */
struct open {
	struct transfer t; /* first: libcurl's private pointer is this */
	struct http *h;
	enum lane_kind kind;
	struct lane *lane; /* NULL: waits until libcurl is left */
	struct open *next, **link;
	int64_t started;
	/* of an exchange */
	struct parked parked;
	_Atomic int state; /* enum exchange_state */
	bool through;	   /* the loop's: taken out of the lane */
	err *failed;
	/* of a stream */
	struct http_stream_calls calls;
	void *arg;
	bool stopped, head_told;
};

struct http_stream {
	struct open o;
};

struct old_lane {
	struct lane *lane;
	struct old_lane *next;
};

const struct http_header http_form_headers[] = {
	{"Content-Type", "application/x-www-form-urlencoded"}, {NULL, NULL}};

struct http {
	arena *mem;
	loop *loop;
	struct http_settings s;
	_Atomic int users; /* the owner, and each exchange */
	/* the loop's */
	bool closed;
	struct lane *lanes[LANE_KINDS];
	struct old_lane *old;
	struct open *open;
	struct timer *turn; /* what had to wait until libcurl was left */
	struct timer *stall;
	int64_t stall_due;
};

static pthread_once_t started = PTHREAD_ONCE_INIT;
static const char *system_bundle;

/* Where distributions keep the authorities; Go's list, its environment variable first. */
static void start(void)
{
	static const char *const places[] = {
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem",
		"/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/ssl/cert.pem",
	};
	curl_global_init(CURL_GLOBAL_DEFAULT);
	system_bundle = getenv("SSL_CERT_FILE");
	for (size_t i = 0; !system_bundle && i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], R_OK) == 0)
			system_bundle = places[i];
}

static str copied(arena *mem, str s)
{
	return s.n ? (str){arena_copy(mem, s.p, s.n), s.n} : (str){0};
}

static void copy_settings(struct http *h, const struct http_settings *s)
{
	arena *mem = h->mem;
	h->s = *s;
	h->s.user_agent = arena_text(mem, s->user_agent);
	h->s.tls.ca = copied(mem, s->tls.ca);
	h->s.tls.cert = copied(mem, s->tls.cert);
	h->s.tls.key = copied(mem, s->tls.key);
	h->s.tls.server_name = arena_text(mem, s->tls.server_name);
	h->s.proxy = arena_text(mem, s->proxy);
	h->s.proxy_user = arena_text(mem, s->proxy_user);
	h->s.proxy_password = arena_text(mem, s->proxy_password);
	if (!s->max_connections)
		h->s.max_connections = DEFAULT_CONNECTIONS;
}

struct http *http_open(loop *l, const struct http_settings *s)
{
	pthread_once(&started, start);
	arena *own = arena_open();
	struct http *h = NEW(own, struct http);
	h->mem = own;
	h->loop = l;
	atomic_init(&h->users, 1);
	copy_settings(h, s);
	return h;
}

static void release(struct http *h)
{
	if (atomic_fetch_sub(&h->users, 1) == 1)
		arena_close(h->mem);
}

/* A lane that is not trusted any more takes no new transfers and ends with its last one. */
static void retire(struct http *h, struct lane *n)
{
	for (int kind = 0; kind < LANE_KINDS; kind++) {
		if (h->lanes[kind] != n)
			continue;
		h->lanes[kind] = NULL;
		struct old_lane *o = calloc(1, sizeof(*o));
		if (!o)
			abort();
		*o = (struct old_lane){n, h->old};
		h->old = o;
	}
}

static void sweep_lanes(struct http *h)
{
	for (struct old_lane **at = &h->old, *o; (o = *at);) {
		if (lane_count(o->lane) || lane_busy(o->lane)) {
			at = &o->next;
			continue;
		}
		*at = o->next;
		lane_close(o->lane);
		free(o);
	}
}

static void unlink_open(struct open *o)
{
	*o->link = o->next;
	if (o->next)
		o->next->link = o->link;
}

/* Hands the outcome over; o is gone, or its worker's, when this returns. */
static void finish(struct open *o, err *failed)
{
	struct http *h = o->h;
	unlink_open(o);
	o->lane = NULL;
	transfer_done(&o->t);
	if (o->kind == LANE_STREAMS) {
		o->calls.end(o->arg, failed);
		arena_close(o->t.mem);
		return;
	}
	int open = OPEN;
	o->failed = failed;
	o->through = true;
	if (atomic_compare_exchange_strong(&o->state, &open, OVER)) {
		ctx_unpark(&o->parked);
		release(h);
	}
}

static void on_done(void *arg, CURL *easy, CURLcode rc)
{
	struct http *h = arg;
	char *private;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
	struct open *o = (struct open *)(void *)private;
	err *e;
	if (o->stopped)
		e = err_new(o->t.mem, ERR_CANCELED, "%s: stopped", o->t.origin);
	else
		e = transfer_error(&o->t, rc);
	/* a connection that timed out may still look alive to libcurl */
	if (rc == CURLE_OPERATION_TIMEDOUT || rc == CURLE_HTTP2)
		retire(h, o->lane);
	finish(o, e);
	if (h->old)
		timer_set(h->turn, 0);
}

/* Takes a transfer that runs out of its lane. Not from inside libcurl. */
static void take_out(struct open *o)
{
	if (o->lane)
		lane_remove(o->lane, o->t.easy);
}

static void check_stalls(void *arg)
{
	struct http *h = arg;
	int64_t now = clock_now(), due = 0;
	for (struct open *o = h->open, *next; o; o = next) {
		next = o->next;
		if (!o->lane)
			continue;
		int64_t end = o->t.last_byte + o->t.stall;
		if (end > now) {
			due = due && due < end ? due : end;
			continue;
		}
		long long seconds = o->t.stall / CLOCK_SECOND;
		err *e = o->t.stall_bytes > 1 && o->t.received
				 ? err_new(o->t.mem, ERR_TIMEOUT,
					   "%s: fewer than %zu bytes of the answer came in %lld s",
					   o->t.origin, o->t.stall_bytes, seconds)
				 : err_new(o->t.mem, ERR_TIMEOUT, "%s: no answer came for %lld s",
					   o->t.origin, seconds);
		retire(h, o->lane);
		take_out(o);
		finish(o, e);
		next = h->open; /* an end call may have changed the list */
		due = 0;
	}
	h->stall_due = due;
	if (due)
		timer_set(h->stall, due - now);
	sweep_lanes(h);
}

static void watch_stall(struct http *h, int64_t due)
{
	if (h->stall_due && h->stall_due <= due)
		return;
	h->stall_due = due;
	timer_set(h->stall, due - clock_now());
}

static void run(struct open *o)
{
	struct http *h = o->h;
	struct lane **n = &h->lanes[o->kind];
	if (!*n)
		*n = lane_open(h->loop, o->kind == LANE_REQUESTS ? h->s.max_connections : 0,
			       on_done, h);
	if (lane_busy(*n)) {
		timer_set(h->turn, 0);
		return;
	}
	o->lane = *n;
	o->t.last_byte = clock_now();
	lane_add(o->lane, o->t.easy);
	watch_stall(h, o->t.last_byte + o->t.stall);
}

/* What could not be done from inside libcurl. */
static void take_turn(void *arg)
{
	struct http *h = arg;
	for (struct open *o = h->open, *next; o; o = next) {
		next = o->next;
		if (o->stopped) {
			take_out(o);
			finish(o, err_new(o->t.mem, ERR_CANCELED, "%s: stopped", o->t.origin));
			next = h->open;
		} else if (!o->lane) {
			run(o);
		}
	}
	sweep_lanes(h);
}

static void enter(struct open *o)
{
	struct http *h = o->h;
	if (!h->turn) {
		h->turn = timer_open(h->loop, take_turn, h);
		h->stall = timer_open(h->loop, check_stalls, h);
	}
	o->started = clock_now();
	o->next = h->open;
	o->link = &h->open;
	if (h->open)
		h->open->link = &o->next;
	h->open = o;
	run(o);
}

static void start_exchange(void *arg)
{
	struct open *o = arg;
	struct http *h = o->h;
	if (!h->closed) {
		enter(o);
		return;
	}
	o->next = NULL;
	o->link = &o->next;
	finish(o, err_new(o->t.mem, ERR_CANCELED, "%s: the client is closed", o->t.origin));
}

static void call_off(void *arg)
{
	struct open *o = arg;
	struct http *h = o->h;
	int64_t now = clock_now();
	if (!o->through) {
		struct lane *n = o->lane;
		if (n && now - o->started > SUSPECT && now - o->t.last_byte > SUSPECT)
			retire(h, n);
		take_out(o);
		finish(o, NULL);
		if (h->old)
			timer_set(h->turn, 0);
	}
	ctx_unpark(&o->parked);
	release(h);
}

static void close_on_loop(void *arg)
{
	struct http *h = arg;
	h->closed = true;
	while (h->open) {
		struct open *o = h->open;
		take_out(o);
		finish(o, err_new(o->t.mem, ERR_CANCELED, "%s: the client is closed", o->t.origin));
	}
	for (int kind = 0; kind < LANE_KINDS; kind++)
		if (h->lanes[kind])
			retire(h, h->lanes[kind]);
	sweep_lanes(h);
	timer_close(h->turn);
	timer_close(h->stall);
	release(h);
}

void http_close(struct http *h)
{
	if (h)
		loop_post(h->loop, close_on_loop, h);
}

static struct http_answer *answer_of(arena *mem, struct transfer *t)
{
	struct http_answer *a = NEW(mem, struct http_answer);
	a->status = t->status;
	VEC_PUSH(t->mem, &t->answer_headers, ((struct http_header){NULL, NULL}));
	t->answer_headers.n--;
	a->headers = t->answer_headers.p;
	a->body = buf_view(&t->answer_body);
	return a;
}

static void close_arena(void *mem)
{
	arena_close(mem);
}

/* The answer in mem; what was received is copied, or comes over with its arena when it is large. */
static struct http_answer *keep_answer(arena *mem, struct transfer *t)
{
	struct http_answer *a = answer_of(mem, t);
	if (arena_bytes(t->mem) > KEPT_ARENA) {
		arena_defer(mem, close_arena, t->mem);
		return a;
	}
	size_t n = t->answer_headers.n;
	struct http_header *headers = NEW_N(mem, struct http_header, n + 1);
	for (size_t i = 0; i < n; i++)
		headers[i] = (struct http_header){arena_text(mem, a->headers[i].name),
						  arena_text(mem, a->headers[i].value)};
	a->headers = headers;
	a->body = (str){arena_copy(mem, a->body.p, a->body.n), a->body.n};
	arena_close(t->mem);
	return a;
}

struct body_call {
	const struct http_request *q;
	arena *mem;
};

static err *pass_body(void *arg, str bytes)
{
	struct body_call *b = arg;
	return b->q->on_body(b->q->on_body_arg, b->mem, bytes);
}

static err *exchange(ctx *c, arena *mem, struct http *h, const struct http_request *q,
		     struct http_answer **ret_answer)
{
	arena *own = arena_open();
	struct open *o = NEW(own, struct open);
	struct body_call body = {q, own};
	struct transfer_calls calls = {.data = q->on_body ? pass_body : NULL, .arg = &body};
	arena_secret(own); /* bodies and headers may well be */
	o->h = h;
	o->t.mem = own;
	o->parked.ctx = c;
	err *e = transfer_setup(&o->t, q, &h->s, system_bundle, &calls);
	if (!e) {
		int open = OPEN;
		atomic_fetch_add(&h->users, 1);
		loop_post(h->loop, start_exchange, o);
		e = ctx_park(&o->parked);
		if (e && atomic_compare_exchange_strong(&o->state, &open, CALLED_OFF)) {
			loop_post(h->loop, call_off, o);
			ctx_park_still(&o->parked);
		} else {
			ctx_park_still(&o->parked);
			e = o->failed;
		}
	}
	if (e) {
		e = err_copy(c->mem, e);
		arena_close(own);
		return e;
	}
	*ret_answer = keep_answer(mem, &o->t);
	return NULL;
}

/* Where a redirect leads on the same host, NULL when it is to be handed to the caller. */
static const char *follow(arena *mem, const struct http_request *q, const struct http_answer *a)
{
	const char *to = http_header(a, "location");
	struct url *from, *there;
	char *text;
	bool redirect = a->status == 301 || a->status == 302 || a->status == 303 ||
			a->status == 307 || a->status == 308;
	if (!redirect || !to || url_join(mem, q->url, to, &text) ||
	    url_parse_http(mem, q->url, &from) || url_parse_http(mem, text, &there) ||
	    !url_same_origin(from, there))
		return NULL;
	return text;
}

err *http_do_in(ctx *c, arena *mem, struct http *h, const struct http_request *q,
		struct http_answer **ret_answer)
{
	struct http_request next = *q;
	struct http_answer *a;
	for (int left = q->redirects;; left--) {
		TRY(ctx_check(c));
		TRY(exchange(c, mem, h, &next, &a));
		const char *to = left > 0 ? follow(mem, &next, a) : NULL;
		if (!to)
			break;
		bool keeps =
			a->status == 307 || a->status == 308 || strcmp(next.method, "HEAD") == 0;
		next.url = to;
		if (!keeps) {
			next.method = "GET";
			next.body = (str){0};
		}
	}
	*ret_answer = a;
	return NULL;
}

err *http_do(ctx *c, struct http *h, const struct http_request *q, struct http_answer **ret_answer)
{
	return http_do_in(c, c->mem, h, q, ret_answer);
}

static bool has_mark(const err *e, const char *mark)
{
	for (; e; e = e->cause)
		if (text_eq(e->mark, mark))
			return true;
	return false;
}

bool http_unsent(const err *e)
{
	return has_mark(e, HTTP_UNSENT) || has_mark(e, HTTP_UNTRUSTED);
}

bool http_untrusted(const err *e)
{
	return has_mark(e, HTTP_UNTRUSTED);
}

const char *http_header(const struct http_answer *a, const char *name)
{
	for (const struct http_header *h = a->headers; h && h->name; h++)
		if (strcmp(h->name, name) == 0)
			return h->value;
	return NULL;
}

static void stream_head(void *arg)
{
	struct open *o = arg;
	if (o->stopped || !o->calls.head)
		return;
	struct http_answer *a = answer_of(o->t.mem, &o->t);
	o->calls.head(o->arg, a);
}

static err *stream_data(void *arg, str bytes)
{
	struct open *o = arg;
	if (!o->stopped)
		o->calls.data(o->arg, bytes);
	return NULL;
}

/* The failure of a stream that never began, told in a turn of its own. */
static void tell_failure(void *arg)
{
	struct open *o = arg;
	o->calls.end(o->arg, o->failed);
	release(o->h);
	arena_close(o->t.mem);
}

struct http_stream *http_stream_open(struct http *h, const struct http_request *q,
				     const struct http_stream_calls *calls, void *arg)
{
	arena *own = arena_open();
	struct http_stream *s = NEW(own, struct http_stream);
	struct open *o = &s->o;
	struct transfer_calls inner = {stream_head, stream_data, o, true};
	o->h = h;
	o->kind = LANE_STREAMS;
	o->t.mem = own;
	o->calls = *calls;
	o->arg = arg;
	o->t.body = copied(own, q->body);
	struct http_request copy = *q;
	copy.body = o->t.body;
	o->failed = h->closed ? err_new(own, ERR_CANCELED, "the client is closed")
			      : transfer_setup(&o->t, &copy, &h->s, system_bundle, &inner);
	if (o->failed) {
		atomic_fetch_add(&h->users, 1);
		loop_post(h->loop, tell_failure, o);
		return s;
	}
	o->t.max_answer = q->max_answer ? q->max_answer : SIZE_MAX;
	enter(o);
	return s;
}

void http_stream_stop(struct http_stream *s)
{
	s->o.stopped = true;
	if (s->o.h->turn)
		timer_set(s->o.h->turn, 0);
}
