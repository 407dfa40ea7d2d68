/*
 * http_transfer: one request and its answer as a libcurl easy handle. Private to net/. Set up on any
 * thread, run by a lane on the loop.
 */
#ifndef SLUICE_HTTP_TRANSFER_H
#define SLUICE_HTTP_TRANSFER_H

#include <curl/curl.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

#define TRANSFER_STALL                                                                             \
	(30 * INT64_C(1000000000)) /* ns without a byte, unless the request says otherwise */

struct http_request;
struct http_settings;
struct http_header;

/* What a transfer tells its owner while it runs; each may be NULL. Called from inside libcurl. */
struct transfer_calls {
	void (*head)(void *arg);
	err *(*data)(void *arg, str bytes); /* an err, made in the transfer's mem, ends it */
	void *arg;
	bool any_status; /* data is for all answers, not for 2xx alone */
};

struct transfer {
	arena *mem; /* its own: everything here, and the answer */
	CURL *easy;
	struct curl_slist *headers, *connect_to;
	char error[CURL_ERROR_SIZE];
	const char *origin; /* "https://host:port", for messages */
	const char *proxy;  /* the settings' own; NULL: none, or the environment's */
	struct transfer_calls calls;
	str body;
	size_t body_read; /* of a body that is sent once only */
	size_t max_answer, max_error;
	int64_t stall, timeout, last_byte; /* ns, ns, on clock_now */
	size_t stall_bytes, since;	   /* bytes that count as one; that came since last_byte */

	/* the answer */
	int status;
	bool head_done;
	size_t head_bytes, received;
	VEC(struct http_header) answer_headers;
	buf answer_body;
	err *failed; /* found by us: a limit, or what a call said */
};

/* A transfer for q under the settings; bundle: the file of the system's authorities, which
 * may be NULL. q and the settings must outlive it. ERR_INVALID for a bad
 * URL. On failure nothing is left behind but t->mem, which is the caller's. */
err *transfer_setup(struct transfer *t, const struct http_request *q, const struct http_settings *s,
		    const char *bundle, const struct transfer_calls *calls);

/* Frees the easy handle; mem stays. */
void transfer_done(struct transfer *t);

/* What went wrong, in t->mem; NULL for success. */
err *transfer_error(struct transfer *t, CURLcode rc);

#endif
