#include "net/http.h"
#include "net/server_conn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define READ_BYTES ((size_t)8 << 10)

void *conn_memory(void *p, size_t n)
{
	p = realloc(p, n);
	if (!p) {
		fputs("sluice: out of memory\n", stderr);
		abort();
	}
	return p;
}

void conn_free_call(struct pending *p)
{
	arena_close(p->call.mem);
}

static void tell_gone(void *arg)
{
	struct pending *p = arg;
	p->telling = false;
	if (p->ended)
		conn_free_call(p);
	else if (p->on_gone)
		p->on_gone(p->on_gone_arg);
}

/* Leaves the call to a handler that waits, and tells it. */
static void lose_call(struct conn *c)
{
	struct pending *p = c->call;
	bool waits = c->state == HANDLING || c->state == STREAMING;
	c->call = NULL;
	if (!p)
		return;
	p->conn = NULL;
	if (!waits) {
		conn_free_call(p);
	} else if (p->on_gone) {
		p->telling = true;
		loop_post(c->owner->loop, tell_gone, p);
	}
}

void conn_close(struct conn *c)
{
	struct conn_owner *o = c->owner;
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	o->count--;
	fd_watch_close(c->watch);
	timer_close(c->timer);
	close(c->fd);
	if (c->file >= 0)
		close(c->file);
	lose_call(c);
	free(c->in);
	free(c->out);
	free(c);
	o->on_closed(o);
}

bool conn_idle(const struct conn *c)
{
	return c->state == READ_HEAD && !c->began;
}

struct conn *conn_next(const struct conn *c)
{
	return c->next;
}

void conn_set_events(struct conn *c)
{
	bool out = c->out_n > c->out_from || c->file_left > 0;
	bool in = c->state == READ_HEAD || c->state == READ_BODY || c->state == LINGERING ||
		  (c->state == STREAMING && !c->in_n);
	fd_watch_set(c->watch, in, out);
}

void conn_next_request(struct conn *c)
{
	if (c->call)
		conn_free_call(c->call);
	c->call = NULL;
	free(c->out);
	c->out = NULL;
	c->out_from = c->out_n = c->out_cap = 0;
	c->chunks = (struct server_chunks){0};
	c->began = c->stalling = false;
	c->state = READ_HEAD;
	/* what came along with the last request is read in a turn of its own */
	c->pipelined = c->in_n > 0;
	timer_set(c->timer, c->pipelined ? 0 : c->owner->s.idle_timeout);
	conn_set_events(c);
}

/* Without a handler: what was sent is no request that could be handled. */
static void refuse(struct conn *c, int status)
{
	if (!c->call) {
		arena *mem = arena_open();
		c->call = NEW(mem, struct pending);
		c->call->call.mem = mem;
		c->call->call.method = "GET";
		c->call->head.minor = 1;
		c->call->conn = c;
	}
	c->keep_alive = false;
	c->in_n = 0;
	server_answer_text(&c->call->call, status, "%d %s", status, http_status_text(status));
}

static void drop_in(struct conn *c, size_t n)
{
	if (!n)
		return;
	memmove(c->in, c->in + n, c->in_n - n);
	c->in_n -= n;
	if (!c->in_n) {
		free(c->in);
		c->in = NULL;
		c->in_cap = 0;
	}
}

static void handle(struct conn *c)
{
	struct server_call *call = &c->call->call;
	call->body = buf_view(&c->body);
	c->state = HANDLING;
	timer_stop(c->timer);
	conn_set_events(c);
	c->owner->s.handle(c->owner->s.arg, call);
}

/* Reads a head if it is there. False: there is nothing more to do now. */
static bool take_head(struct conn *c)
{
	size_t skip = 0;
	while (skip < c->in_n && (c->in[skip] == '\r' || c->in[skip] == '\n'))
		skip++;
	if (skip)
		drop_in(c, skip);
	size_t n = server_head_length((str){c->in, c->in_n});
	if (n ? n > c->owner->s.max_head : c->in_n > c->owner->s.max_head) {
		refuse(c, 431);
		return false;
	}
	if (!n)
		return false;
	arena *mem = arena_open();
	struct pending *p = NEW(mem, struct pending);
	p->call = (struct server_call){
		.mem = mem, .method = "GET", .path = "/", .query = "", .target = "/"};
	p->conn = c;
	c->call = p;
	c->body = buf_init(mem);
	p->head.minor = 1;
	int bad = server_head_parse(mem, (str){c->in, n}, &p->head);
	if (!bad && p->head.length > (int64_t)c->owner->s.max_body)
		bad = 413;
	if (bad) {
		refuse(c, bad);
		return false;
	}
	drop_in(c, n);
	p->call.method = p->head.method;
	p->call.path = p->head.path;
	p->call.query = p->head.query;
	p->call.target = p->head.target;
	p->call.headers = p->head.headers;
	p->call.peer = arena_text(mem, c->peer);
	c->keep_alive = p->head.keep_alive;
	c->state = READ_BODY;
	if (p->head.expects_continue && (p->head.chunked || p->head.length > (int64_t)c->in_n)) {
		conn_add(c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
		return conn_send(c);
	}
	return true;
}

/* Reads a body. False: it is not there yet, or refused. */
static bool take_body(struct conn *c)
{
	const struct server_head *h = &c->call->head;
	str rest = {c->in, c->in_n};
	if (!h->chunked) {
		size_t want = (size_t)h->length - c->body.n, n = want < rest.n ? want : rest.n;
		buf_add(&c->body, rest.p, n);
		drop_in(c, n);
		return c->body.n == (size_t)h->length;
	}
	enum chunk_outcome o =
		server_chunks_take(&c->chunks, &rest, &c->body, c->owner->s.max_body);
	if (o == CHUNKS_BAD || o == CHUNKS_TOO_LONG) {
		refuse(c, o == CHUNKS_BAD ? 400 : 413);
		return false;
	}
	drop_in(c, c->in_n - rest.n);
	return o == CHUNKS_DONE;
}

/* One request from the bytes that are there; the handler may have ended the connection. */
static void read_on(struct conn *c)
{
	if (c->pipelined || (c->in_n && !c->began)) {
		c->pipelined = false;
		c->began = true;
		timer_set(c->timer, c->owner->s.request_timeout);
	}
	if (c->state == READ_HEAD && !take_head(c))
		return;
	if (c->state == READ_BODY && take_body(c))
		handle(c);
}

/* 1: bytes came, 0: none for now, -1: the client has gone. */
static int fill(struct conn *c)
{
	if (c->in_cap - c->in_n < READ_BYTES) {
		c->in_cap = c->in_n + READ_BYTES;
		c->in = conn_memory(c->in, c->in_cap);
	}
	ssize_t n = recv(c->fd, c->in + c->in_n, c->in_cap - c->in_n, 0);
	int rc = conn_moved(n);
	if (rc == 1)
		c->in_n += (size_t)n;
	return rc;
}

static void on_readable(struct conn *c)
{
	if (c->state == LINGERING) {
		char rest[4096];
		if (conn_moved(recv(c->fd, rest, sizeof(rest), 0)) < 0)
			conn_close(c);
		return;
	}
	int rc = fill(c);
	if (rc < 0)
		conn_close(c);
	else if (rc == 1 && c->state != STREAMING)
		read_on(c);
	else
		conn_set_events(c);
}

static void on_ready(void *arg, bool readable, bool writable)
{
	struct conn *c = arg;
	bool reads = c->state == READ_HEAD || c->state == READ_BODY || c->state == STREAMING ||
		     c->state == LINGERING;
	if (writable && (c->out_n > c->out_from || c->file_left > 0)) {
		conn_send(c);
		return;
	}
	if (readable && reads)
		on_readable(c);
	else if (readable && writable)
		conn_close(c); /* an error while nothing was expected */
}

static void on_timer(void *arg)
{
	struct conn *c = arg;
	if (c->pipelined)
		read_on(c);
	else if ((c->state == READ_HEAD && c->began) || c->state == READ_BODY)
		refuse(c, 408);
	else
		conn_close(c);
}

void conn_open(struct conn_owner *o, int fd, const char *peer)
{
	struct conn *c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	c->owner = o;
	c->fd = fd;
	c->file = -1;
	snprintf(c->peer, sizeof(c->peer), "%s", peer);
	c->next = o->conns;
	c->link = &o->conns;
	if (o->conns)
		o->conns->link = &c->next;
	o->conns = c;
	o->count++;
	c->watch = fd_watch_open(o->loop, fd, on_ready, c);
	c->timer = timer_open(o->loop, on_timer, c);
	conn_next_request(c);
	timer_set(c->timer, o->s.request_timeout);
}
