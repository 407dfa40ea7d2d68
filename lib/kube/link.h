/*
 * link: the way to one API server under one identity: the connection, the token and where every
 * request passes. Private to kube/; any thread unless said otherwise.
 */
#ifndef SLUICE_LINK_H
#define SLUICE_LINK_H

#include "kube/config.h"
#include "net/http.h"

struct link;

struct link_request {
	const char *method, *path;	   /* the path with its query, below the server's root */
	const char *accept, *content_type; /* content_type NULL: no body */
	const char *as;			   /* the user to act as; NULL: none */
	str body;
};

/* Settings are copied; the caller owes link_close. */
struct link *link_open(loop *l, const struct config *config);
void link_close(struct link *k);

/* One exchange; the answer lives in mem. Counts, and ends the process where SLUICE_FAIL_AT says so. */
err *link_send(ctx *c, arena *mem, struct link *k, const struct link_request *q,
	       struct http_answer **ret_answer);

/* Exchanges that have not ended. */
int link_under_way(const struct link *k);

/* A streamed GET, on the loop. */
struct http_stream *link_stream(struct link *k, const struct link_request *q, int64_t stall_timeout,
				const struct http_stream_calls *calls, void *arg);

/* Another token from the next request on; copied. */
void link_set_token(struct link *k, const char *token);

/* After a 401: reads the token's file again, or asks for another token as the config says; true when it is another one than was sent
 * last. On a worker. And for a stream, on the loop, where nothing is waited for: a token that is asked for is there later. */
bool link_token_refused(ctx *c, struct link *k);
void link_stream_refused(struct link *k);

/* The fence of client_fence. */
void link_fence(struct link *k, bool (*may_write)(void *), void *arg);

/* The metrics hook, as client_on_request says, and its call for a request made elsewhere. */
void link_on_request(struct link *k, void (*fn)(void *, const char *, int), void *arg);
void link_count(struct link *k, const char *method, int status);

#endif
