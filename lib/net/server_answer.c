#include "net/server_conn.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/http.h"
#include "net/server_file.h"

#define SPARE ((size_t)4 << 10)	     /* of room in an answer's buffer */
#define WRITE_TURN ((size_t)1 << 20) /* of a file in one turn of the loop */
#define MAX_WAITING ((size_t)4 << 20)
#define LINGER                                                                                     \
	(2 * CLOCK_SECOND) /* for the client to read a refusal before the connection is reset */

void conn_add(struct conn *c, const void *p, size_t n)
{
	if (c->out_from == c->out_n)
		c->out_from = c->out_n = 0;
	if (c->out_n + n > c->out_cap) {
		if (c->out_from) {
			memmove(c->out, c->out + c->out_from, c->out_n - c->out_from);
			c->out_n -= c->out_from;
			c->out_from = 0;
		}
		if (c->out_n + n > c->out_cap) {
			c->out_cap = c->out_n + n + SPARE;
			c->out = conn_memory(c->out, c->out_cap);
		}
	}
	if (n)
		memcpy(c->out + c->out_n, p, n);
	c->out_n += n;
}

static void out_text(struct conn *c, arena *mem, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void out_text(struct conn *c, arena *mem, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = arena_vprintf(mem, fmt, ap);
	va_end(ap);
	conn_add(c, text, strlen(text));
}

/* The answer is out: the next request, or the end. */
static void answered(struct conn *c)
{
	if (c->file >= 0)
		close(c->file);
	c->file = -1;
	if (!c->keep_alive || c->owner->draining) {
		/* a client that still sends would see a reset instead of the answer */
		shutdown(c->fd, SHUT_WR);
		c->state = LINGERING;
		conn_free_call(c->call);
		c->call = NULL;
		timer_set(c->timer, LINGER);
		conn_set_events(c);
		return;
	}
	conn_next_request(c);
}

/* What was written: 1, nothing for now: 0, the client has gone: -1. */
int conn_moved(ssize_t n)
{
	if (n > 0)
		return 1;
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static int write_some(struct conn *c)
{
	int rc = 1;
	size_t turn = 0;
	while (c->out_from < c->out_n && rc == 1) {
		ssize_t n = send(c->fd, c->out + c->out_from, c->out_n - c->out_from,
				 MSG_NOSIGNAL | (c->file_left > 0 ? MSG_MORE : 0));
		rc = conn_moved(n);
		if (rc == 1)
			c->out_from += (size_t)n;
	}
	while (rc == 1 && c->file_left > 0 && turn < WRITE_TURN) {
		size_t want =
			c->file_left < (int64_t)WRITE_TURN ? (size_t)c->file_left : WRITE_TURN;
		ssize_t n = sendfile(c->fd, c->file, &c->file_at, want);
		rc = conn_moved(n); /* 0 bytes: the file was cut short, and so is the answer */
		if (rc == 1) {
			c->file_left -= n;
			turn += (size_t)n;
		}
	}
	return rc;
}

/* Sends what there is. False when the connection is gone. */
bool conn_send(struct conn *c)
{
	size_t from = c->out_from;
	int64_t left = c->file_left;
	if (write_some(c) < 0) {
		conn_close(c);
		return false;
	}
	bool more = c->out_from < c->out_n || c->file_left > 0;
	if (c->state == SENDING && !more) {
		answered(c);
		return true;
	}
	if (more && (!c->stalling || c->out_from != from || c->file_left != left))
		timer_set(c->timer, c->owner->s.stall_timeout);
	else if (!more && c->state == STREAMING)
		timer_stop(c->timer); /* there is nothing to take */
	c->stalling = more;
	conn_set_events(c);
	return true;
}

static void out_head(struct conn *c, struct pending *p, int status,
		     const struct http_header *headers)
{
	arena *mem = p->call.mem;
	out_text(c, mem, "HTTP/1.1 %d %s\r\n", status, http_status_text(status));
	out_text(c, mem, "Date: %s\r\n", server_date(mem, clock_wall() / CLOCK_SECOND));
	for (const struct http_header *h = headers; h && h->name; h++)
		if (!strpbrk(h->name, "\r\n") && !strpbrk(h->value, "\r\n"))
			out_text(c, mem, "%s: %s\r\n", h->name, h->value);
	if (!c->keep_alive || c->owner->draining)
		out_text(c, mem, "Connection: close\r\n");
	else if (p->head.minor == 0)
		out_text(c, mem, "Connection: keep-alive\r\n");
}

static struct pending *pending_of(struct server_call *call)
{
	return (struct pending *)(void *)call;
}

/* The connection that waits for this answer; NULL, and the call is gone, when the client is. */
static struct conn *waiting(struct pending *p)
{
	struct conn *c = p->conn;
	if (c)
		return c;
	if (p->telling)
		p->ended = true; /* who tells frees it */
	else
		conn_free_call(p);
	return NULL;
}

static bool has_body(const struct pending *p, int status)
{
	return strcmp(p->call.method, "HEAD") != 0 && status != 204 && status != 304 &&
	       status >= 200;
}

void server_answer(struct server_call *call, int status, const struct http_header *headers,
		   str body)
{
	struct pending *p = pending_of(call);
	struct conn *c = waiting(p);
	if (!c)
		return;
	out_head(c, p, status, headers);
	if (status != 204 && status != 304)
		out_text(c, call->mem, "Content-Length: %zu\r\n", body.n);
	conn_add(c, "\r\n", 2);
	if (has_body(p, status))
		conn_add(c, body.p, body.n);
	c->state = SENDING;
	conn_send(c);
}

void server_answer_text(struct server_call *call, int status, const char *fmt, ...)
{
	static const struct http_header headers[] = {{"Content-Type", "text/plain; charset=utf-8"},
						     {NULL, NULL}};
	va_list ap;
	va_start(ap, fmt);
	char *text = arena_vprintf(call->mem, fmt, ap);
	va_end(ap);
	server_answer(call, status, headers, str_of(arena_printf(call->mem, "%s\n", text)));
}

void server_answer_file(struct server_call *call, const char *path, const char *etag,
			const struct http_header *headers)
{
	struct pending *p = pending_of(call);
	struct server_file f;
	arena *mem = call->mem;
	struct conn *c = waiting(p);
	if (!c)
		return;
	if (strcmp(call->method, "GET") != 0 && strcmp(call->method, "HEAD") != 0) {
		static const struct http_header allow[] = {{"Allow", "GET, HEAD"}, {NULL, NULL}};
		server_answer(call, 405, allow, (str){0});
		return;
	}
	server_file_open(mem, path, etag, &p->head, &f);
	if (f.status == 404) {
		server_answer_text(call, 404, "404 page not found");
		return;
	}
	out_head(c, p, f.status, headers);
	out_text(c, mem, "ETag: %s\r\nLast-Modified: %s\r\nAccept-Ranges: bytes\r\n", f.etag,
		 f.modified);
	if (f.status == 206)
		out_text(c, mem, "Content-Range: bytes %lld-%lld/%lld\r\n", (long long)f.from,
			 (long long)(f.from + f.length - 1), (long long)f.size);
	if (f.status == 416)
		out_text(c, mem, "Content-Range: bytes */%lld\r\n", (long long)f.size);
	if (f.status != 304)
		out_text(c, mem, "Content-Length: %lld\r\n", (long long)f.length);
	conn_add(c, "\r\n", 2);
	c->file = f.fd;
	c->file_at = f.from;
	c->file_left = f.fd >= 0 && has_body(p, f.status) ? f.length : 0;
	c->state = SENDING;
	conn_send(c);
}

void server_begin(struct server_call *call, int status, const struct http_header *headers)
{
	struct pending *p = pending_of(call);
	struct conn *c = p->conn;
	if (!c)
		return;
	p->chunked = p->head.minor == 1 && has_body(p, status);
	if (!p->chunked)
		c->keep_alive = false;
	out_head(c, p, status, headers);
	if (p->chunked)
		out_text(c, call->mem, "Transfer-Encoding: chunked\r\n");
	conn_add(c, "\r\n", 2);
	c->state = STREAMING;
	conn_send(c);
}

bool server_write(struct server_call *call, str bytes)
{
	struct pending *p = pending_of(call);
	struct conn *c = p->conn;
	if (!c)
		return false;
	if (c->out_n - c->out_from > MAX_WAITING) {
		conn_close(c);
		return false;
	}
	if (!bytes.n || strcmp(call->method, "HEAD") == 0)
		return true;
	char line[32];
	int n = snprintf(line, sizeof(line), "%zx\r\n", bytes.n);
	if (p->chunked)
		conn_add(c, line, (size_t)n);
	conn_add(c, bytes.p, bytes.n);
	if (p->chunked)
		conn_add(c, "\r\n", 2);
	return conn_send(c);
}

void server_end(struct server_call *call)
{
	struct pending *p = pending_of(call);
	struct conn *c = waiting(p);
	if (!c)
		return;
	if (p->chunked)
		conn_add(c, "0\r\n\r\n", 5);
	c->state = SENDING;
	conn_send(c);
}

void server_on_gone(struct server_call *call, void (*fn)(void *), void *arg)
{
	struct pending *p = pending_of(call);
	p->on_gone = fn;
	p->on_gone_arg = arg;
}

void server_cut(struct server_call *call)
{
	struct pending *p = pending_of(call);
	struct conn *c = waiting(p);
	if (!c)
		return;
	p->on_gone = NULL;
	conn_close(c);
	conn_free_call(p);
}

void server_cut_answer(struct server_call *call)
{
	struct pending *p = pending_of(call);
	p->on_gone = NULL;
	if (p->conn)
		conn_close(p->conn);
}
