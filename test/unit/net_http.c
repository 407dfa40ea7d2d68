/* The client and the server against each other, on one loop, and the server against raw bytes. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "net/http.h"
#include "net/server.h"
#include "net/server_file.h"
#include "net/server_head.h"

static arena *life;
static loop *the_loop;
static pthread_t loop_thread;
static struct server *server;
static struct http *http;
static char *dir;
static struct server_call *held; /* a stream that is open; the loop's */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static int gone; /* under lock */

static void on_gone(void *arg)
{
	server_end(arg);
	pthread_mutex_lock(&lock);
	gone++;
	pthread_cond_broadcast(&wake);
	pthread_mutex_unlock(&lock);
}

static void echo(struct server_call *c)
{
	buf b = buf_init(c->mem);
	const char *authorization = server_header(c, "authorization"),
		   *agent = server_header(c, "user-agent");
	buf_printf(&b, "%s %s?%s %s %s ", c->method, c->path, c->query,
		   authorization ? authorization : "-", agent ? agent : "-");
	buf_str(&b, c->body);
	server_answer(c, 200, NULL, buf_view(&b));
}

/* An answer of ten bytes each 20 ms, fifty times; the loop's. */
struct trickle {
	struct server_call *call;
	struct timer *timer;
	int left;
};

static void trickle_on(void *arg)
{
	struct trickle *t = arg;
	if (t->left-- && server_write(t->call, STR("0123456789"))) {
		timer_set(t->timer, 20 * CLOCK_MS);
		return;
	}
	timer_close(t->timer);
	server_end(t->call);
}

static void trickle_gone(void *arg)
{
	struct trickle *t = arg;
	timer_close(t->timer);
	server_end(t->call);
}

static void trickle(struct server_call *c)
{
	struct trickle *t = NEW(c->mem, struct trickle);
	*t = (struct trickle){c, timer_open(the_loop, trickle_on, t), 50};
	server_on_gone(c, trickle_gone, t);
	server_begin(c, 200, NULL);
	trickle_on(t);
}

static void handle(void *arg, struct server_call *c)
{
	static const struct http_header to_echo[] = {{"Location", "/echo/there"}, {NULL, NULL}};
	static const struct http_header away[] = {{"Location", "http://other.example.org/"},
						  {NULL, NULL}};
	(void)arg;
	if (text_starts(c->path, "/echo"))
		echo(c);
	else if (text_starts(c->path, "/file"))
		server_answer_file(c, path_join(c->mem, dir, "file"), NULL, NULL);
	else if (text_starts(c->path, "/none"))
		server_answer_file(c, path_join(c->mem, dir, "none"), NULL, NULL);
	else if (text_starts(c->path, "/redirect"))
		server_answer(c, 303, to_echo, STR("moved"));
	else if (text_starts(c->path, "/away"))
		server_answer(c, 302, away, STR("moved"));
	else if (text_starts(c->path, "/cut"))
		server_cut(c);
	else if (text_starts(c->path, "/trickle"))
		trickle(c);
	else if (text_starts(c->path, "/hold")) {
		held = c;
		server_on_gone(c, on_gone, c);
		server_begin(c, 200, NULL);
		server_write(c, STR("first\n"));
	} else {
		server_answer_text(c, 404, "no %s", c->path);
	}
}

static void *run_loop(void *arg)
{
	loop_run(arg);
	return NULL;
}

static int open_all(void **state)
{
	(void)state;
	life = arena_open();
	assert_null(loop_open(life, &the_loop));
	assert_null(file_temp_dir(life, "/tmp", "net_http-", &dir));
	assert_null(file_write(life, path_join(life, dir, "file"), STR("0123456789"), 0600));
	struct server_settings s = {
		.address = "127.0.0.1:0",
		.handle = handle,
		.max_body = 1 << 20,
		.request_timeout = 300 * CLOCK_MS,
	};
	struct http_settings hs = {.user_agent = "sluice/test", .proxy = ""};
	assert_null(server_open(life, the_loop, &s, &server));
	http = http_open(the_loop, &hs);
	pthread_create(&loop_thread, NULL, run_loop, the_loop);
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	http_close(http);
	loop_stop(the_loop);
	pthread_join(loop_thread, NULL);
	server_close(server);
	loop_close(the_loop);
	arena_close(life);
	return 0;
}

struct frame {
	arena *mem;
	ctx c;
};

static ctx *begin(struct frame *f)
{
	f->mem = arena_open();
	ctx_init(&f->c, f->mem, the_loop, 0);
	return &f->c;
}

static void end(struct frame *f)
{
	ctx_done(&f->c);
	arena_close(f->mem);
}

static char *url(arena *mem, const char *path)
{
	return arena_printf(mem, "http://127.0.0.1:%d%s", server_port(server), path);
}

static err *ask(ctx *c, struct http_request q, struct http_answer **ret_answer)
{
	q.url = url(c->mem, q.url);
	return http_do(c, http, &q, ret_answer);
}

static void exchanges(void **state)
{
	(void)state;
	struct frame f;
	ctx *c = begin(&f);
	struct http_answer *a;
	assert_null(ask(
		c, (struct http_request){.method = "GET", .url = "/echo/a%20b?q=1", .bearer = "t"},
		&a));
	assert_int_equal(a->status, 200);
	assert_string_equal(a->body.p, "GET /echo/a b?q=1 Bearer t sluice/test ");
	assert_string_equal(http_header(a, "content-length"), "39");
	assert_null(ask(c,
			(struct http_request){.method = "POST",
					      .url = "/echo",
					      .user = "u",
					      .password = "p",
					      .body = STR("body")},
			&a));
	assert_string_equal(a->body.p, "POST /echo? Basic dTpw sluice/test body");
	assert_null(ask(c, (struct http_request){.method = "HEAD", .url = "/file"}, &a));
	assert_int_equal(a->body.n, 0);
	assert_string_equal(http_header(a, "content-length"), "10");
	assert_null(ask(c, (struct http_request){.method = "GET", .url = "/nothing"}, &a));
	assert_int_equal(a->status, 404);
	assert_string_equal(a->body.p, "no /nothing\n");
	assert_null(ask(c,
			(struct http_request){
				.method = "GET", .url = "/redirect", .redirects = 3, .bearer = "t"},
			&a));
	assert_string_equal(a->body.p, "GET /echo/there? Bearer t sluice/test ");
	assert_null(ask(c, (struct http_request){.method = "GET", .url = "/redirect"}, &a));
	assert_int_equal(a->status, 303);
	assert_null(
		ask(c, (struct http_request){.method = "GET", .url = "/away", .redirects = 3}, &a));
	assert_int_equal(a->status, 302);
	end(&f);
}

static void serves_files(void **state)
{
	(void)state;
	struct frame f;
	ctx *c = begin(&f);
	struct http_answer *a;
	assert_null(ask(c, (struct http_request){.method = "GET", .url = "/file"}, &a));
	assert_string_equal(a->body.p, "0123456789");
	const char *etag = http_header(a, "etag"), *modified = http_header(a, "last-modified");
	struct http_header same[] = {{"If-None-Match", etag}, {NULL, NULL}};
	assert_null(ask(c, (struct http_request){.method = "GET", .url = "/file", .headers = same},
			&a));
	assert_int_equal(a->status, 304);
	struct http_header since[] = {{"If-Modified-Since", modified}, {NULL, NULL}};
	assert_null(ask(c, (struct http_request){.method = "GET", .url = "/file", .headers = since},
			&a));
	assert_int_equal(a->status, 304);
	struct http_header part[] = {{"Range", "bytes=-3"}, {"If-Range", etag}, {NULL, NULL}};
	assert_null(ask(c, (struct http_request){.method = "GET", .url = "/file", .headers = part},
			&a));
	assert_int_equal(a->status, 206);
	assert_string_equal(a->body.p, "789");
	assert_string_equal(http_header(a, "content-range"), "bytes 7-9/10");
	struct http_header beyond[] = {{"Range", "bytes=10-"}, {NULL, NULL}};
	assert_null(ask(
		c, (struct http_request){.method = "GET", .url = "/file", .headers = beyond}, &a));
	assert_int_equal(a->status, 416);
	assert_null(ask(c, (struct http_request){.method = "GET", .url = "/none"}, &a));
	assert_int_equal(a->status, 404);
	assert_null(ask(c, (struct http_request){.method = "DELETE", .url = "/file"}, &a));
	assert_int_equal(a->status, 405);
	int64_t seconds;
	assert_string_equal(server_date(c->mem, 784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_true(server_date_parse("Sun, 06 Nov 1994 08:49:37 GMT", &seconds));
	assert_int_equal(seconds, 784111777);
	assert_false(server_date_parse("Sunday, 06-Nov-94 08:49:37 GMT", &seconds));
	end(&f);
}

static err *refuse_bytes(void *arg, arena *mem, str bytes)
{
	*(size_t *)arg += bytes.n;
	return err_new(mem, ERR_INVALID, "no more");
}

static void fails_in_good_order(void **state)
{
	(void)state;
	struct frame f;
	ctx *c = begin(&f);
	struct http_answer *a;
	size_t taken = 0;
	err *e =
		ask(c, (struct http_request){.method = "GET", .url = "/file", .max_answer = 9}, &a);
	assert_int_equal(err_code(e), ERR_LIMIT);
	e = ask(c, (struct http_request){.method = "GET", .url = "/cut"}, &a);
	assert_int_equal(err_code(e), ERR_IO);
	assert_false(http_unsent(e));
	e = ask(c,
		(struct http_request){.method = "GET",
				      .url = "/file",
				      .on_body = refuse_bytes,
				      .on_body_arg = &taken},
		&a);
	assert_int_equal(err_code(e), ERR_INVALID);
	assert_int_equal(taken, 10);
	e = ask(c,
		(struct http_request){
			.method = "GET", .url = "/hold", .stall_timeout = 50 * CLOCK_MS},
		&a);
	assert_int_equal(err_code(e), ERR_TIMEOUT);
	e = ask(c, (struct http_request){.method = "GET", .url = "/hold", .timeout = 50 * CLOCK_MS},
		&a);
	assert_int_equal(err_code(e), ERR_TIMEOUT);
	struct http_request q = {.method = "GET", .url = "http://127.0.0.1:1/"};
	e = http_do(c, http, &q, &a);
	assert_int_equal(err_code(e), ERR_IO);
	assert_true(http_unsent(e));
	assert_string_equal(err_text(c->mem, e), "http://127.0.0.1:1: Connection refused");
	assert_null(e->reason); /* nobody has said anything */
	e = http_not_sent(c->mem, "PATCH", "http://me:secret@127.0.0.1:1/x?a=b", e);
	assert_string_equal(err_text(c->mem, e),
			    "Patch \"http://127.0.0.1:1/x?a=b\": dial tcp 127.0.0.1:1: "
			    "connect: connection refused");
	assert_true(http_unsent(e));
	assert_true(http_unsent(err_copy(c->mem, e)));
	q.url = "http://user:secret@nowhere.invalid/";
	e = http_do(c, http, &q, &a);
	assert_string_equal(err_text(c->mem, e), "http://nowhere.invalid: no such host");
	/* between them: " on" the resolver that this machine has */
	const char *told = err_text(c->mem, http_in_go(c->mem, q.url, e));
	assert_true(text_starts(told, "dial tcp: lookup nowhere.invalid"));
	assert_true(text_ends(told, ": no such host"));
	q.url = "nonsense";
	assert_int_equal(err_code(http_do(c, http, &q, &a)), ERR_INVALID);
	c->deadline = clock_now() + 50 * CLOCK_MS;
	assert_int_equal(
		err_code(ask(c, (struct http_request){.method = "GET", .url = "/hold"}, &a)),
		ERR_TIMEOUT);
	end(&f);
	/* the server was told of each that left */
	pthread_mutex_lock(&lock);
	while (gone < 3)
		pthread_cond_wait(&wake, &lock);
	pthread_mutex_unlock(&lock);
}

/* Of a body that goes on so many bytes have to come in the time that a silence may last: a byte now and then is not enough, though none is
 * that long after the one before. */
static void is_no_slower_than_asked(void **state)
{
	(void)state;
	struct frame f;
	ctx *c = begin(&f);
	struct http_answer *a;
	struct http_request q = {
		.method = "GET", .url = "/trickle", .stall_timeout = 400 * CLOCK_MS};
	assert_null(ask(c, q, &a));
	assert_int_equal(a->body.n, 500);
	q.stall_bytes = 20;
	assert_null(ask(c, q, &a));
	q.stall_bytes = 400; /* 200 come */
	err *e = ask(c, q, &a);
	assert_int_equal(err_code(e), ERR_TIMEOUT);
	assert_non_null(strstr(err_text(c->mem, e), "fewer than 400 bytes of the answer came in"));
	end(&f);
}

static void *hold_on(void *arg)
{
	ctx *c = arg;
	struct http_answer *a;
	return ask(c, (struct http_request){.method = "GET", .url = "/hold"}, &a);
}

static void a_proxy_that_is_not_there_is_named(void **state)
{
	(void)state;
	struct frame f;
	ctx *c = begin(&f);
	struct http_answer *a;
	struct http_request q = {.method = "GET", .url = "http://example.invalid/x"};
	struct http *through = http_open(
		the_loop, &(struct http_settings){.proxy = "http://me:secret@127.0.0.1:1"});
	err *e = http_do(c, through, &q, &a);
	assert_true(http_unsent(e));
	assert_string_equal(err_text(c->mem, http_not_sent(c->mem, q.method, q.url, e)),
			    "Get \"http://example.invalid/x\": proxyconnect tcp: dial tcp "
			    "127.0.0.1:1: connect: connection refused");
	http_close(through);
	end(&f);
}

static void is_called_off(void **state)
{
	(void)state;
	struct frame f[16];
	pthread_t t[16];
	for (int i = 0; i < 16; i++) {
		begin(&f[i]);
		pthread_create(&t[i], NULL, hold_on, &f[i].c);
	}
	for (int i = 0; i < 16; i++) {
		void *e;
		ctx_cancel(&f[i].c, "superseded");
		pthread_join(t[i], &e);
		assert_int_equal(err_code(e), ERR_CANCELED);
		assert_string_equal(err_text(f[i].mem, e), "superseded");
		end(&f[i]);
	}
}

struct seen {
	int status, ended;
	int code;
	char text[64];
	struct http_stream *stream;
};

static void on_head(void *arg, const struct http_answer *a)
{
	((struct seen *)arg)->status = a->status;
}

static void on_data(void *arg, str bytes)
{
	struct seen *s = arg;
	snprintf(s->text, sizeof(s->text), "%.*s", STR_ARG(bytes));
	http_stream_stop(s->stream);
}

static void on_end(void *arg, const err *failed)
{
	struct seen *s = arg;
	pthread_mutex_lock(&lock);
	s->ended++;
	s->code = err_code(failed);
	pthread_cond_broadcast(&wake);
	pthread_mutex_unlock(&lock);
}

static void open_stream(void *arg)
{
	static const struct http_stream_calls calls = {on_head, on_data, on_end};
	struct seen *s = arg;
	arena *mem = arena_open();
	struct http_request q = {.method = "GET", .url = url(mem, "/hold")};
	s->stream = http_stream_open(http, &q, &calls, s);
	arena_close(mem);
}

static void streams(void **state)
{
	(void)state;
	struct seen s = {0};
	loop_post(the_loop, open_stream, &s);
	pthread_mutex_lock(&lock);
	while (!s.ended)
		pthread_cond_wait(&wake, &lock);
	pthread_mutex_unlock(&lock);
	assert_int_equal(s.status, 200);
	assert_string_equal(s.text, "first\n");
	assert_int_equal(s.code, ERR_CANCELED);
}

/* Sends bytes, in two parts when there is a '|', and reads until the server closes. */
static char *raw(arena *mem, const char *text)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((uint16_t)server_port(server))};
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	str first, second;
	str_cut(str_of(text), '|', &first, &second);
	assert_int_equal(send(fd, first.p, first.n, MSG_NOSIGNAL), first.n);
	if (second.n)
		send(fd, second.p, second.n, MSG_NOSIGNAL);
	buf b = buf_init(mem);
	for (ssize_t n; (n = recv(fd, buf_room(&b, 4096), 4096, 0)) > 0;)
		b.n += (size_t)n;
	close(fd);
	return buf_text(&b);
}

static void reads_requests_strictly(void **state)
{
	(void)state;
#define HOST "Host: h\r\n"
#define LAST "GET /echo/last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
	static const struct {
		const char *text;
		int status; /* 0: any */
		const char *has;
	} cases[] = {
		{LAST, 200, "GET /echo/last?"},
		{"GET /echo/1 HTTP/1.1\r\n" HOST "\r\n" LAST, 200, "GET /echo/last?"},
		{"\r\nGET /echo HTTP/1.0\r\n\r\n", 200, "Connection: close"},
		{"POST /echo HTTP/1.1\r\n" HOST
		 "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n|A\r\n0123456789\r\n0\r\nT: "
		 "x\r\n\r\n" LAST,
		 200, "abc0123456789HTTP/1.1 200 OK"},
		{"POST /echo HTTP/1.1\r\n" HOST
		 "Content-Length: 5\r\nConnection: close\r\n\r\nab|cde",
		 200, "- abcde"},
		{"POST /echo HTTP/1.1\r\n" HOST
		 "Content-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n|abcde",
		 0, "- abcde"},
		{"GET http://h/echo/abs HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 200,
		 "GET /echo/abs?"},
		{"GET /echo HTTP/1.1\r\n\r\n", 400, NULL},
		{"GET  /echo HTTP/1.1\r\n" HOST "\r\n", 400, NULL},
		{"GET echo HTTP/1.1\r\n" HOST "\r\n", 400, NULL},
		{"GET /%00 HTTP/1.1\r\n" HOST "\r\n", 400, NULL},
		{"GET / HTTP/1.1\r\n" HOST " folded: x\r\n\r\n", 400, NULL},
		{"GET / HTTP/1.1\r\n" HOST "A : x\r\n\r\n", 400, NULL},
		{"GET / HTTP/2.0\r\n" HOST "\r\n", 505, NULL},
		{"GET /\r\n\r\n", 400, NULL},
		{"POST / HTTP/1.1\r\n" HOST
		 "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		 400, NULL},
		{"POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400,
		 NULL},
		{"POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\nx", 400, NULL},
		{"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", 501, NULL},
		{"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nx\r\n", 400, NULL},
		{"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400,
		 NULL},
		{"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n|x",
		 413, NULL},
		{"POST / HTTP/1.1\r\n" HOST "Content-Length: 2000000\r\n\r\n", 413, NULL},
		{"POST / HTTP/1.1\r\n" HOST "Expect: wonders\r\n\r\n", 417, NULL},
		{"GET / HTTP/1.1\r\n", 408, NULL},
		{"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nab", 408, NULL},
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *answer = raw(mem, cases[i].text);
		int status = 0;
		sscanf(answer, "HTTP/1.1 %d", &status);
		if ((cases[i].status && status != cases[i].status) ||
		    (cases[i].has && !strstr(answer, cases[i].has)))
			fail_msg("%s\nwas answered with\n%s", cases[i].text, answer);
	}
	char *much = arena_alloc(mem, 20001);
	memset(much, 'a', 20000);
	assert_non_null(strstr(raw(mem, arena_printf(mem, "GET /%s", much)), " 431 "));
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exchanges),
		cmocka_unit_test(serves_files),
		cmocka_unit_test(fails_in_good_order),
		cmocka_unit_test(is_no_slower_than_asked),
		cmocka_unit_test(a_proxy_that_is_not_there_is_named),
		cmocka_unit_test(is_called_off),
		cmocka_unit_test(streams),
		cmocka_unit_test(reads_requests_strictly),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
