#include "net/http_transfer.h"

#include <ctype.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/rune.h"
#include "crypt/cert.h"
#include "net/http.h"
#include "net/url.h"

#define CONNECT_MS 10000L
#define DEFAULT_MAX_ANSWER ((size_t)64 << 20)
#define MAX_ERROR_BODY                                                                             \
	((size_t)1 << 20) /* of an answer that is not 2xx while on_body takes the others */
#define MAX_HEAD ((size_t)256 << 10)
#define KEEPALIVE_SECONDS 20L
#define UNACKNOWLEDGED_MS 30000

static void add_header(struct transfer *t, const char *name, const char *value)
{
	/* libcurl's way to send a header without a value */
	char *line = *value ? arena_printf(t->mem, "%s: %s", name, value)
			    : arena_printf(t->mem, "%s;", name);
	struct curl_slist *more = curl_slist_append(t->headers, line);
	if (!more)
		abort();
	t->headers = more;
}

static bool has_line_break(const char *text)
{
	return strpbrk(text, "\r\n") != NULL;
}

static err *add_headers(struct transfer *t, const struct http_request *q, bool *ret_encoding)
{
	for (const struct http_header *h = q->headers; h && h->name; h++) {
		if (has_line_break(h->name) || has_line_break(h->value))
			return err_new(t->mem, ERR_INVALID, "a header's value holds a line break");
		if (str_eq_nocase(str_of(h->name), STR("accept-encoding")))
			*ret_encoding = true;
		add_header(t, h->name, h->value);
	}
	if (q->bearer) {
		if (has_line_break(q->bearer))
			return err_new(t->mem, ERR_INVALID, "the bearer token holds a line break");
		add_header(t, "Authorization", arena_printf(t->mem, "Bearer %s", q->bearer));
	} else if (q->user) {
		char *pair = arena_printf(t->mem, "%s:%s", q->user, q->password ? q->password : "");
		add_header(t, "Authorization",
			   arena_printf(t->mem, "Basic %s", enc_base64(t->mem, str_of(pair))));
	}
	/* no round trip for "100-continue", no form type that nobody asked for */
	t->headers = curl_slist_append(t->headers, "Expect:");
	t->headers = curl_slist_append(t->headers, "Content-Type:");
	return NULL;
}

static void take_status(struct transfer *t, str line)
{
	str version, rest;
	str_cut(line, ' ', &version, &rest);
	rest = str_trim(rest);
	t->status = rest.n >= 3
			    ? (rest.p[0] - '0') * 100 + (rest.p[1] - '0') * 10 + (rest.p[2] - '0')
			    : 0;
	t->answer_headers.n = 0;
}

static void take_header(struct transfer *t, str line)
{
	str name, value;
	if (!str_cut(line, ':', &name, &value))
		return;
	char *lower = str_text(t->mem, str_trim(name));
	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	VEC_PUSH(t->mem, &t->answer_headers,
		 ((struct http_header){lower, str_text(t->mem, str_trim(value))}));
}

static void head_over(struct transfer *t)
{
	curl_off_t length = -1;
	t->head_done = true;
	curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	if (!t->calls.data && length > 0 && (uint64_t)length <= t->max_answer)
		buf_room(&t->answer_body, (size_t)length);
	if (t->calls.head)
		t->calls.head(t->calls.arg);
}

static size_t on_header(char *p, size_t one, size_t n, void *arg)
{
	(void)one;
	struct transfer *t = arg;
	str line = str_trim((str){p, n});
	t->last_byte = clock_now();
	t->head_bytes += n;
	if (t->head_bytes > MAX_HEAD) {
		t->failed = err_new(t->mem, ERR_LIMIT,
				    "%s: the answer's headers are over the limit of %zu bytes",
				    t->origin, MAX_HEAD);
		return 0;
	}
	if (t->head_done)
		return n; /* a trailer */
	if (str_starts(line, STR("HTTP/")))
		take_status(t, line);
	else if (line.n)
		take_header(t, line);
	else if (t->status >= 200)
		head_over(t);
	return t->failed ? 0 : n;
}

static size_t on_data(char *p, size_t one, size_t n, void *arg)
{
	(void)one;
	struct transfer *t = arg;
	bool streamed = t->calls.data && (t->calls.any_status || t->status / 100 == 2);
	size_t limit = t->calls.data && !streamed ? t->max_error : t->max_answer;
	t->received += n;
	t->since += n;
	if (t->since >= t->stall_bytes) {
		t->last_byte = clock_now();
		t->since = 0;
	}
	if (t->received > limit) {
		t->failed =
			err_new(t->mem, ERR_LIMIT, "%s: the answer is over the limit of %zu bytes",
				t->origin, limit);
		return 0;
	}
	if (streamed) {
		t->failed = t->calls.data(t->calls.arg, (str){p, n});
	} else {
		buf_large(&t->answer_body, n);
		buf_add(&t->answer_body, p, n);
	}
	return t->failed ? 0 : n;
}

/* A peer that does not acknowledge what we send is gone, long before TCP's own quarter of an hour. */
static int on_socket_made(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	(void)arg;
	unsigned ms = UNACKNOWLEDGED_MS;
	if (purpose == CURLSOCKTYPE_IPCXN)
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
	return CURL_SOCKOPT_OK;
}

static struct curl_blob blob_of(str s)
{
	return (struct curl_blob){(void *)s.p, s.n, CURL_BLOB_NOCOPY};
}

static CURLcode on_context(CURL *e, void *context, void *tls)
{
	(void)e;
	cert_trust(context, ((const struct http_tls *)tls)->ca);
	return CURLE_OK;
}

static void set_tls(CURL *e, const struct http_tls *tls, const char *bundle)
{
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (tls->ca.n && tls->ca_added && bundle) {
		/* not all in one blob, since libcurl copies that for each transfer */
		curl_easy_setopt(e, CURLOPT_CAINFO, bundle);
		curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
		curl_easy_setopt(e, CURLOPT_SSL_CTX_FUNCTION, on_context);
		curl_easy_setopt(e, CURLOPT_SSL_CTX_DATA, tls);
	} else if (tls->ca.n) {
		struct curl_blob blob = blob_of(tls->ca);
		curl_easy_setopt(e, CURLOPT_CAINFO_BLOB, &blob);
		curl_easy_setopt(e, CURLOPT_CAINFO, NULL);
		curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	} else if (bundle) {
		curl_easy_setopt(e, CURLOPT_CAINFO, bundle);
		curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	}
	if (tls->cert.n) {
		struct curl_blob cert = blob_of(tls->cert), key = blob_of(tls->key);
		curl_easy_setopt(e, CURLOPT_SSLCERTTYPE, "PEM");
		curl_easy_setopt(e, CURLOPT_SSLCERT_BLOB, &cert);
		curl_easy_setopt(e, CURLOPT_SSLKEYTYPE, "PEM");
		curl_easy_setopt(e, CURLOPT_SSLKEY_BLOB, &key);
	}
	if (tls->insecure) {
		curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

static void set_proxy(struct transfer *t, const struct http_settings *s)
{
	CURL *e = t->easy;
	t->proxy = s->proxy;
	if (s->proxy) {
		curl_easy_setopt(e, CURLOPT_PROXY, s->proxy);
	} else {
		/* as Go has it, the environment's proxy is never asked for this machine itself */
		const char *no = getenv("no_proxy");
		if (!no)
			no = getenv("NO_PROXY");
		bool all = no && strcmp(no, "*") == 0;
		curl_easy_setopt(
			e, CURLOPT_NOPROXY,
			all ? "*"
			    : arena_printf(t->mem, "%s,localhost,127.0.0.1,::1", no ? no : ""));
	}
	if (s->proxy_user) {
		curl_easy_setopt(e, CURLOPT_PROXYUSERNAME, s->proxy_user);
		curl_easy_setopt(e, CURLOPT_PROXYPASSWORD,
				 s->proxy_password ? s->proxy_password : "");
	}
	curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

/* The URL, under another name for TLS if one is given. */
static err *set_url(struct transfer *t, const struct http_request *q, const struct http_settings *s)
{
	struct url *u;
	const char *name = s->tls.server_name, *text = q->url;
	TRY(url_parse_http(t->mem, q->url, &u));
	char *host = url_host(t->mem, u);
	t->origin = arena_printf(t->mem, "%s://%s", u->scheme, host);
	if (name && strcmp(u->scheme, "https") == 0 && strcasecmp(name, u->host) != 0) {
		struct url there = *u;
		there.host = name;
		text = url_text(t->mem, &there);
		char *line = arena_printf(
			t->mem, "%s:%d:%s:%d", name, url_port(u),
			strchr(u->host, ':') ? arena_printf(t->mem, "[%s]", u->host) : u->host,
			url_port(u));
		t->connect_to = curl_slist_append(NULL, line);
		curl_easy_setopt(t->easy, CURLOPT_CONNECT_TO, t->connect_to);
		add_header(t, "Host", host);
	}
	curl_easy_setopt(t->easy, CURLOPT_URL, text);
	return NULL;
}

static size_t read_body(char *p, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;
	str part = str_sub(t->body, t->body_read, t->body_read + one * n);
	if (part.n)
		memcpy(p, part.p, part.n);
	t->body_read += part.n;
	return part.n;
}

static int rewind_body(void *arg, curl_off_t offset, int origin)
{
	const struct transfer *t = arg;
	return t->body_read == 0 && offset == 0 && origin == SEEK_SET ? CURL_SEEKFUNC_OK
								      : CURL_SEEKFUNC_FAIL;
}

/* When a connection that was used before breaks without an answer, libcurl sends the request again on a
 * new one. What may not be done twice gets a body that cannot be read twice. */
static void send_once(struct transfer *t)
{
	CURL *e = t->easy;
	curl_easy_setopt(e, CURLOPT_READFUNCTION, read_body);
	curl_easy_setopt(e, CURLOPT_READDATA, t);
	curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, rewind_body);
	curl_easy_setopt(e, CURLOPT_SEEKDATA, t);
}

static void set_method(struct transfer *t, const struct http_request *q)
{
	CURL *e = t->easy;
	bool head = strcmp(q->method, "HEAD") == 0;
	bool once = strcmp(q->method, "POST") == 0 || strcmp(q->method, "PATCH") == 0;
	t->body = q->body;
	if (q->body.n || once || strcmp(q->method, "PUT") == 0) {
		curl_easy_setopt(e, CURLOPT_POST, 1L);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
		if (once && q->body.n)
			send_once(t);
		else
			curl_easy_setopt(e, CURLOPT_POSTFIELDS, q->body.n ? q->body.p : "");
	}
	if (head)
		curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, q->method);
}

static void set_rest(struct transfer *t, const struct http_request *q,
		     const struct http_settings *s)
{
	CURL *e = t->easy;
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L); /* never wait for a name server to give up */
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION,
			 (long)(s->http1_only ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
	/* Without TLS a connection is never shared, and libcurl would let the others wait for its end. */
	curl_easy_setopt(e, CURLOPT_PIPEWAIT, (long)!text_starts(t->origin, "http://"));
	curl_easy_setopt(e, CURLOPT_USERAGENT, s->user_agent ? s->user_agent : "sluice");
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	if (q->timeout)
		curl_easy_setopt(e, CURLOPT_TIMEOUT_MS,
				 (long)((q->timeout + CLOCK_MS - 1) / CLOCK_MS));
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_SECONDS);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_SECONDS / 2);
	curl_easy_setopt(e, CURLOPT_SOCKOPTFUNCTION, on_socket_made);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
}

static err *setup(struct transfer *t, const struct http_request *q, const struct http_settings *s)
{
	bool own_encoding = false;
	TRY(set_url(t, q, s));
	TRY(add_headers(t, q, &own_encoding));
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
	if (!own_encoding && !t->calls.head)
		curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	return NULL;
}

err *transfer_setup(struct transfer *t, const struct http_request *q, const struct http_settings *s,
		    const char *bundle, const struct transfer_calls *calls)
{
	t->easy = curl_easy_init();
	if (!t->easy)
		abort();
	t->calls = *calls;
	t->answer_body = buf_init(t->mem);
	t->max_answer = q->max_answer ? q->max_answer : DEFAULT_MAX_ANSWER;
	t->max_error = MAX_ERROR_BODY;
	t->stall = q->stall_timeout ? q->stall_timeout : TRANSFER_STALL;
	t->stall_bytes = q->stall_bytes ? q->stall_bytes : 1;
	t->timeout = q->timeout;
	err *e = setup(t, q, s);
	if (e) {
		transfer_done(t);
		return e;
	}
	set_method(t, q);
	set_rest(t, q, s);
	set_tls(t->easy, &s->tls, bundle);
	set_proxy(t, s);
	return NULL;
}

void transfer_done(struct transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->headers);
	curl_slist_free_all(t->connect_to);
	t->easy = NULL;
	t->headers = t->connect_to = NULL;
}

/* In the words of Go's client, since the address is not the one that was asked for. */
static err *proxy_not_connected(arena *mem, const char *proxy, int number)
{
	struct url *u;
	const char *host = "", *why = "the connection could not be made";
	if (!url_parse(mem, proxy, &u)) {
		u->port = url_port(u);
		host = url_host(mem, u);
	}
	if (number)
		why = rune_text_lower(mem, str_of(err_text(mem, err_errno(mem, number, "%s", ""))));
	return err_new(mem, ERR_IO, HTTP_PROXY_FAILED " tcp: dial tcp %s: connect: %s", host, why);
}

/* Times and byte counts are left out: a text that changes with each try would be written as a new status each time. */
static err *not_connected(struct transfer *t, CURLcode rc)
{
	long number = 0;
	err *e;
	curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
	if (rc == CURLE_COULDNT_RESOLVE_HOST)
		e = err_new(t->mem, ERR_IO, "%s: no such host", t->origin);
	else if (rc == CURLE_COULDNT_RESOLVE_PROXY)
		e = err_new(t->mem, ERR_IO, "%s: the proxy's host is not known", t->origin);
	else if (rc == CURLE_COULDNT_CONNECT && t->proxy && *t->proxy)
		e = err_wrap(t->mem, proxy_not_connected(t->mem, t->proxy, (int)number), "%s",
			     t->origin);
	else if (rc == CURLE_COULDNT_CONNECT && number)
		e = err_errno(t->mem, (int)number, "%s", t->origin);
	else if (rc == CURLE_COULDNT_CONNECT)
		e = err_new(t->mem, ERR_IO, "%s: the connection could not be made", t->origin);
	else
		e = err_new(t->mem, ERR_IO, "%s: TLS: %s", t->origin,
			    *t->error ? t->error : curl_easy_strerror(rc));
	bool tls = rc == CURLE_PEER_FAILED_VERIFICATION || rc == CURLE_SSL_CERTPROBLEM ||
		   rc == CURLE_SSL_CACERT_BADFILE || rc == CURLE_SSL_ISSUER_ERROR;
	e->mark = tls ? HTTP_UNTRUSTED : HTTP_UNSENT;
	return e;
}

static err *too_late(struct transfer *t)
{
	curl_off_t connected = 0;
	curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	if (!connected) {
		err *e = err_new(t->mem, ERR_TIMEOUT,
				 "%s: the connection could not be made in time", t->origin);
		e->mark = HTTP_UNSENT;
		return e;
	}
	return err_new(t->mem, ERR_TIMEOUT, "%s: the answer did not come in time", t->origin);
}

err *transfer_error(struct transfer *t, CURLcode rc)
{
	if (t->failed)
		return t->failed;
	switch (rc) {
	case CURLE_OK:
		return NULL;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return not_connected(t, rc);
	case CURLE_OPERATION_TIMEDOUT:
		return too_late(t);
	case CURLE_GOT_NOTHING:
		return err_new(t->mem, ERR_IO,
			       "%s: the server closed the connection without an answer", t->origin);
	case CURLE_PARTIAL_FILE:
		return err_new(t->mem, ERR_IO, "%s: the answer was cut off", t->origin);
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_SEND_FAIL_REWIND:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return err_new(t->mem, ERR_IO, "%s: the connection was lost", t->origin);
	default:
		return err_new(t->mem, ERR_IO, "%s: %s", t->origin, curl_easy_strerror(rc));
	}
}
