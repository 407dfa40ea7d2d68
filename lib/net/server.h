/*
 * server: a small HTTP/1.1 server on the loop: artifacts, metrics, probes, webhooks. All of it, the
 * handler too, is the loop's; a handler that needs long answers later, from a posted call.
 */
#ifndef SLUICE_SERVER_H
#define SLUICE_SERVER_H

#include "base/err.h"
#include "base/str.h"
#include "net/http.h"
#include "rt/loop.h"

/* A request that waits for its answer. Each must be answered once, also when the client has gone. */
struct server_call {
	arena *mem; /* lives until the answer is sent */
	const char *method;
	const char *path, *query,
		*target; /* path: percent-decoded, begins with a slash and may hold ".."; target: as sent */
	const struct http_header *headers; /* names in lower case, ended by a NULL name */
	str body;
	const char *peer; /* "127.0.0.1" */
};

struct server_settings {
	const char *address; /* "127.0.0.1:9090", "[::1]:0", ":8080" (all addresses); port 0: any */
	void (*handle)(void *arg, struct server_call *call);
	void *arg;
	size_t max_head;	 /* bytes; 0: 16 KiB; beyond: 431 */
	size_t max_body;	 /* bytes; 0: 1 MiB; beyond: 413 */
	int max_connections;	 /* 0: 512; beyond, nobody is taken in until one goes */
	int64_t request_timeout; /* ns for a request to come in whole; 0: 20 s; beyond: 408 */
	int64_t idle_timeout;	 /* ns between requests; 0: 90 s */
	int64_t stall_timeout;	 /* ns in which a client takes not one byte; 0: 30 s */
};

struct server;

/* Listens. On the loop, or before it runs. ERR_INVALID for the address, ERR_IO when it cannot be had. */
err *server_open(arena *mem, loop *l, const struct server_settings *s, struct server **ret_server);

/* Stops listening and drops all connections; calls that are not yet answered may still be. On the loop,
 * or after it has run. */
void server_close(struct server *s);

/* Stops listening and lets requests under way end: for a shutdown that is about to come. */
void server_drain(struct server *s);

/* The port it listens at, which the system chose for 0; how many connections are open. */
int server_port(const struct server *s);
int server_connections(const struct server *s);

/* A header's value, NULL when absent. name in lower case. */
const char *server_header(const struct server_call *c, const char *name);

/* Answers with a body, which is copied. headers may be NULL; Content-Length, Date and Connection are added. */
void server_answer(struct server_call *c, int status, const struct http_header *headers, str body);

/* Answers with one line of text/plain. */
void server_answer_text(struct server_call *c, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Answers GET or HEAD with a regular file, read as it is sent: ETag and Last-Modified, 304, one Range,
 * 404. etag with its quotes; NULL: of time and size. The caller has checked the path. */
void server_answer_file(struct server_call *c, const char *path, const char *etag,
			const struct http_header *headers);

/* An answer in pieces: begin, write as often as wished, end. A write for a client that has gone, or has
 * 4 MiB waiting, is false; end is owed all the same. on_gone is called at most once, before end and from no call
 * of these. */
void server_begin(struct server_call *c, int status, const struct http_header *headers);
bool server_write(struct server_call *c, str bytes);
void server_end(struct server_call *c);
void server_on_gone(struct server_call *c, void (*fn)(void *), void *arg);

/* For tests of clients: cuts the connection without an answer, which counts as one; or cuts it now and
 * lets the answer, which is still owed, go nowhere. */
void server_cut(struct server_call *c);
void server_cut_answer(struct server_call *c);

#endif
