/*
 * bucket_wire: what services of buckets have in common: how they are asked, how often again, and what they say of a
 * failure. Private to the bucket modules. On workers.
 */
#ifndef SLUICE_BUCKET_WIRE_H
#define SLUICE_BUCKET_WIRE_H

#include "base/buf.h"
#include "source/bucket_list.h"
#include "source/clients.h"

#define BUCKET_PAGE 1000 /* objects asked for at once */
#define BUCKET_PAGE_MAX                                                                            \
	((size_t)16 << 20) /* bytes of a page, or any answer that is not an object */

/* Where an object's bytes go; restart: what came so far does not count. */
struct bucket_receiver {
	err *(*data)(void *arg, arena *mem, str bytes);
	err *(*restart)(void *arg, arena *mem);
	void *arg;
	uint64_t max; /* bytes; beyond ERR_LIMIT */
};

struct bucket_page {
	bucket_objects objects;
	const char *next; /* what the next page is asked for by; NULL: this was the last */
};

/* What a service does. self is its own. A bucket that is not there is ERR_GONE, an object ERR_NOT_FOUND. */
struct bucket_service {
	/* A page of the objects whose keys begin with prefix (""), after the page that gave from (NULL: the first). */
	err *(*page)(ctx *c, void *self, const char *prefix, const char *from,
		     struct bucket_page *ret_page);
	/* An object's bytes; *ret_etag is that of what was got. */
	err *(*get)(ctx *c, void *self, const struct bucket_object *o,
		    const struct bucket_receiver *to, const char **ret_etag);
};

struct bucket_wire {
	struct clients *clients;
	struct login login; /* TLS and the proxy; credentials are the services' own */
	int64_t timeout;    /* ns for a request; a large object is given more */
};

struct bucket_question {
	const char *method, *url;
	const struct http_header *headers; /* ended by a NULL name; NULL: none */
	str body;
	const struct bucket_receiver *to; /* NULL: into the answer */
	int64_t expected;		  /* bytes that come; BUCKET_UNSIZED: not known */
};

/* Asks, and asks again after a failure that passes. Any status is an answer; only of a 2xx one goes the body to the
 * receiver. */
err *bucket_ask(ctx *c, const struct bucket_wire *w, const struct bucket_question *q,
		struct http_answer **ret_answer);

/* A failure to get an answer, in the words of Go's client: Get "https://host/x": …; the query is not told, since it may be a signature. */
err *bucket_unanswered(arena *mem, const char *method, const char *url, err *e);

/* Asks for an object, or into the answer (to NULL), by GET; a failure is told as bucket_unanswered tells it. size: as expected
 * is. */
err *bucket_get(ctx *c, const struct bucket_wire *w, const char *url,
		const struct http_header *headers, const struct bucket_receiver *to, int64_t size,
		struct http_answer **ret_answer);

/* What a service says of a failure: <Error><Code>…<Message>… */
struct bucket_fault {
	const char *code;    /* "NoSuchKey"; "" when it says nothing */
	const char *message; /* its first line, cut; never "" */
	const char *region;  /* that would have been right; "" */
};

/* Reads it; without one the status speaks. object: an object was asked for, so that a bare 404 means that. */
struct bucket_fault bucket_fault_read(arena *mem, const struct http_answer *a, bool object);

/* The ETag of an object's answer, its quotes taken off when bare. ERR_INVALID: there is none, so it is no object. */
err *bucket_etag(arena *mem, const struct http_answer *a, bool bare, const char **ret_etag);

/* Adds "name=value" to a query, encoded. */
void bucket_query_add(buf *b, const char *name, const char *value);

#endif
