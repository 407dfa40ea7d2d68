/*
 * server_head: the head of an HTTP/1.1 request and the framing of its body, read strictly (RFC 9112):
 * what two readers could understand differently is refused. Pure; private to net/.
 */
#ifndef SLUICE_SERVER_HEAD_H
#define SLUICE_SERVER_HEAD_H

#include "base/buf.h"
#include "base/str.h"
#include "net/http.h"

#define SERVER_MAX_HEADERS 100

struct server_head {
	const char *method;
	const char *target;	     /* as it was sent: path and query */
	const char *path, *query;    /* percent-decoded; "" without one */
	struct http_header *headers; /* names in lower case, ended by a NULL name */
	int minor;		     /* 1 of HTTP/1.1 */
	int64_t length;		     /* of the body; 0 without one */
	bool chunked, keep_alive, expects_continue;
};

/* Bytes up to and with the blank line that ends a head; 0 when it is not there yet. */
size_t server_head_length(str bytes);

/* Reads a head. 0, or the status of the refusal: 400, 417, 501, 505. */
int server_head_parse(arena *mem, str head, struct server_head *ret_head);

/* A header's value, NULL when absent. name in lower case. */
const char *server_head_get(const struct server_head *h, const char *name);

/* A body in chunks, decoded while it comes. */
struct server_chunks {
	int state;
	uint64_t left;
	size_t line; /* bytes of the line that is being read */
	bool digits;
};

enum chunk_outcome { CHUNKS_MORE, CHUNKS_DONE, CHUNKS_BAD, CHUNKS_TOO_LONG };

/* Takes bytes off *rest and adds data to body, to at most max in all. */
enum chunk_outcome server_chunks_take(struct server_chunks *k, str *rest, buf *body, size_t max);

#endif
