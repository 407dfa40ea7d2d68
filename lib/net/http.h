/*
 * http: requests over libcurl, on the loop. One struct http is one endpoint with one identity (TLS
 * settings, credentials): connections are never shared between two. HTTP/2 where served, many
 * requests on one connection. The loop owns the curl multi; a worker's http_do parks until the answer
 * is there or its ctx is called off. The only door to libcurl, with the rest of net/.
 */
#ifndef SLUICE_HTTP_H
#define SLUICE_HTTP_H

#include "base/err.h"
#include "base/str.h"
#include "rt/ctx.h"
#include "rt/loop.h"

struct http_tls {
	str ca;			 /* PEM; empty: the system's authorities */
	bool ca_added;		 /* ca is added to the system's instead of replacing them */
	str cert, key;		 /* PEM; empty: no client certificate */
	bool insecure;		 /* the server's certificate is not checked */
	const char *server_name; /* NULL: the URL's host */
};

struct http_settings {
	const char *user_agent;
	struct http_tls tls;
	const char *proxy; /* URL; NULL: the environment's (HTTPS_PROXY …); "": none */
	const char *proxy_user, *proxy_password;
	int max_connections; /* per host; 0: 2 */
	bool http1_only;
};

struct http;

/* A client; settings are copied. Any thread may open one, and close it: http_close hands the rest to
 * the loop, where open requests end with ERR_CANCELED; it comes before loop_close. */
struct http *http_open(loop *l, const struct http_settings *s);
void http_close(struct http *h);

struct http_header {
	const char *name, *value;
};

struct http_request {
	const char *method, *url;
	const struct http_header
		*headers; /* ended by a NULL name; may be NULL. Without an Accept-Encoding
					      gzip is offered and undone, but not for a stream */
	const char *user, *password; /* Basic; NULL: none */
	const char *bearer;	     /* NULL: none */
	str body;
	size_t max_answer;     /* bytes of body accepted, inflated; 0: 64 MiB; beyond: ERR_LIMIT */
	int64_t timeout;       /* ns for the whole exchange; 0: the ctx's deadline only */
	int64_t stall_timeout; /* ns without a byte; 0: 30 s */
	size_t stall_bytes; /* in which so many bytes of a body have to come, if it goes on; 0: one */
	int redirects;	    /* followed at most; only to the same host, credentials kept; 0: none */
	/* if set: the bytes of a 2xx answer as they come, instead of in the answer; on the loop's
	 * thread; an err, made in mem, ends the exchange */
	err *(*on_body)(void *arg, arena *mem, str bytes);
	void *on_body_arg;
};

struct http_answer {
	int status;
	const struct http_header *headers; /* names in lower case, ended by a NULL name */
	str body;
};

/* One exchange, on a worker. Any status is a success here. ERR_TIMEOUT, ERR_CANCELED, ERR_LIMIT,
 * ERR_INVALID (the URL), ERR_IO (no connection, TLS); texts name the host, never credentials. */
err *http_do(ctx *c, struct http *h, const struct http_request *q, struct http_answer **ret_answer);

/* The same with the answer in another arena than the ctx's; errors stay in the ctx's. */
err *http_do_in(ctx *c, arena *mem, struct http *h, const struct http_request *q,
		struct http_answer **ret_answer);

/* A failure in the words of Go's client: dial tcp 127.0.0.1:1: connect: connection refused; dial tcp: lookup x: no such host;
 * tls: failed to verify certificate: …. Others as they are. */
err *http_in_go(arena *mem, const char *url, err *e);

/* The same after what was asked, for a request that never reached the server: Get "http://127.0.0.1:1/x": dial tcp …. */
err *http_not_sent(arena *mem, const char *method, const char *url, err *e);

/* How a failure to reach a proxy begins, after the origin. */
#define HTTP_PROXY_FAILED "proxyconnect"

/* Marks of errors, for the two questions below. */
#define HTTP_UNSENT "http: unsent"
#define HTTP_UNTRUSTED "http: untrusted"

/* Is it sure that the request of this failure never reached the server? */
bool http_unsent(const err *e);

/* Did TLS fail for a certificate, ours or theirs? Then trying again at once will not help. */
bool http_untrusted(const err *e);

/* A header's value, NULL when absent. name in lower case. */
const char *http_header(const struct http_answer *a, const char *name);

/* "Not Found"; "Unknown" for a number without a name. */
const char *http_status_text(int status);

/* What a service's refusal with that status is: ERR_BUSY when it passes by itself (429, 5xx), else ERR_UNAUTHORIZED. */
enum err_code http_refusal(int status);

/* The headers of a POST whose body is a form; ended by a NULL name. */
extern const struct http_header http_form_headers[];

/* A long answer read as it comes, on the loop: a watch. Streams have connections of their own, so that
 * none ever stands in the way of http_do. Calls come on the loop: head once, then data, then end once
 * (also after http_stream_stop, with ERR_CANCELED, and never before http_stream_stop or
 * http_stream_open has returned). failed is NULL for a clean end and lives during the call. The
 * stream is gone after end. */
struct http_stream_calls {
	void (*head)(void *arg, const struct http_answer *a);
	void (*data)(void *arg, str bytes);
	void (*end)(void *arg, const err *failed);
};
struct http_stream *http_stream_open(struct http *h, const struct http_request *q,
				     const struct http_stream_calls *calls, void *arg);
void http_stream_stop(struct http_stream *s);

#endif
