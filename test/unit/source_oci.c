/* The client of registries against one that lies, dawdles, sends elsewhere and asks for logins. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/enc.h"
#include "crypt/digest.h"
#include "net/server.h"
#include "net/url.h"
#include "source/oci.h"

#define HI "sha256:8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4" /* of "hi" */
#define MANIFEST "{\"schemaVersion\":2,\"layers\":[{\"digest\":\"" HI "\",\"size\":2}]}"

static struct world {
	arena *mem;
	loop *loop;
	pthread_t thread;
	struct server *server, *away; /* away: another host, as a browser counts */
	struct clients *clients;
	struct registries *registries;
	char *host, *other;
	/* what the server saw since the test began; the loop's, and the test's between requests */
	int requests, tokens, leaks, tries;
	char last[256]; /* the last Authorization */
} w;

/* ---- the registry ---- */

static const char *authorization(const struct server_call *c)
{
	const char *a = server_header(c, "authorization");
	return a ? a : "";
}

static void redirect(struct server_call *c, const char *to)
{
	struct http_header headers[] = {{"Location", to}, {NULL, NULL}};
	server_answer(c, 307, headers, STR(""));
}

static void challenge(struct server_call *c, const char *how)
{
	struct http_header headers[] = {{"WWW-Authenticate", how}, {NULL, NULL}};
	server_answer(c, 401, headers, STR("{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}"));
}

static void tags(struct server_call *c)
{
	const char *query = c->query, *link = NULL;
	if (strstr(c->path, "/paged/") && !strstr(query, "last="))
		link = "</v2/x/paged/tags/list?n=1000&last=b>; rel=\"next\"";
	else if (strstr(c->path, "/endless/"))
		link = arena_printf(c->mem, "</v2/x/endless/tags/list?last=%d>; rel=\"next\"",
				    w.requests);
	else if (strstr(c->path, "/circle/"))
		link = "</v2/x/circle/tags/list?n=1000>; rel=\"next\"";
	else if (strstr(c->path, "/lured/"))
		link = arena_printf(c->mem, "<http://%s/v2/x/lured/tags/list>; rel=\"next\"",
				    w.other);
	else if (strstr(c->path, "/nolink/"))
		link = "nonsense";
	struct http_header headers[] = {{"Link", link}, {NULL, NULL}};
	server_answer(c, 200, link ? headers : NULL,
		      strstr(query, "last=") ? STR("{\"tags\":[\"c\"]}")
					     : STR("{\"tags\":[\"a\",\"b\"]}"));
}

/* Hands out part of the bytes and cuts. */
static void half(struct server_call *c)
{
	struct http_header headers[] = {{"Content-Length", "2"}, {NULL, NULL}};
	server_begin(c, 200, headers);
	server_write(c, STR("h"));
	server_cut_answer(c);
	server_end(c);
}

static void blob(struct server_call *c)
{
	const char *p = c->path;
	w.tries++;
	if (strstr(p, "/longer/"))
		server_answer(c, 200, NULL, STR("hi and much more than was said"));
	else if (strstr(p, "/shorter/"))
		server_answer(c, 200, NULL, STR("h"));
	else if (strstr(p, "/other/"))
		server_answer(c, 200, NULL, STR("ho"));
	else if (strstr(p, "/gone/"))
		server_answer_text(c, 404, "no");
	else if (strstr(p, "/redirect/"))
		redirect(c, arena_printf(c->mem, "http://%s/stored/hi?sig=SECRET", w.other));
	else if (strstr(p, "/lostly/"))
		redirect(c, arena_printf(c->mem, "http://%s/none?sig=SECRET", w.other));
	else if (strstr(p, "/samehost/"))
		redirect(c, "/moved/hi");
	else if (strstr(p, "/around/"))
		redirect(c, c->target);
	else if (strstr(p, "/halfway/") && w.tries < 3)
		half(c);
	else if (strstr(p, "/never/"))
		half(c);
	else
		server_answer(c, 200, NULL, STR("hi"));
}

static void manifest(struct server_call *c)
{
	struct http_header typed[] = {{"Content-Type", OCI_TYPE_MANIFEST}, {NULL, NULL}};
	struct http_header index[] = {{"Content-Type", OCI_TYPE_INDEX}, {NULL, NULL}};
	struct http_header lie[] = {{"Docker-Content-Digest", HI}, {NULL, NULL}};
	struct http_header bad[] = {{"Docker-Content-Digest", "sha256:../.."}, {NULL, NULL}};
	struct http_header patience[] = {{"Retry-After", "1800"}, {NULL, NULL}};
	const char *p = c->path;
	if (strstr(p, "/busy/"))
		server_answer(c, 503, patience, STR(""));
	else if (strstr(p, "/flaky/") && ++w.tries < 3)
		server_answer(c, 502, NULL, STR("<html>"));
	else if (strstr(p, "/nest/"))
		server_answer(
			c, 200, index,
			str_of(arena_printf(
				c->mem, "{\"manifests\":[{\"digest\":\"%s\",\"size\":1}]}", HI)));
	else if (strstr(p, "/lie/"))
		server_answer(c, 200, lie, STR(MANIFEST));
	else if (strstr(p, "/bad/"))
		server_answer(c, 200, bad, STR(MANIFEST));
	else if (strstr(p, "/big/"))
		server_answer(
			c, 200, typed,
			(str){arena_alloc(c->mem, OCI_MANIFEST_MAX + 1), OCI_MANIFEST_MAX + 1});
	else
		server_answer(c, 200, typed, STR(MANIFEST));
}

static void token(struct server_call *c)
{
	char *scope = url_query_get(c->mem, c->query, "scope");
	w.tokens++;
	if (strstr(c->path, "/away"))
		redirect(c, arena_printf(c->mem, "http://%s/token", w.other));
	else if (text_starts(authorization(c), "Basic "))
		server_answer(
			c, 200, NULL,
			str_of(arena_printf(c->mem, "{\"token\":\"for:%s\"}", scope ? scope : "")));
	else
		server_answer_text(c, 401, "who?");
}

/* The repository's name says how it is guarded. */
static bool admit(struct server_call *c)
{
	const char *how = NULL, *a = authorization(c);
	const char *bearer = arena_printf(c->mem,
					  "Bearer realm=\"http://%s/token%s\",service="
					  "\"s\"",
					  w.host, strstr(c->path, "/away/") ? "/away" : "");
	if (strstr(c->path, "/basic/") && !text_starts(a, "Basic "))
		how = "Basic realm=\"x\"";
	else if (strstr(c->path, "/bearer/") && !text_starts(a, "Bearer for:repository:x/"))
		how = bearer;
	else if (strstr(c->path, "/scoped/") && !strstr(a, "for:extra"))
		how = arena_printf(c->mem, "%s,scope=\"extra\"", bearer);
	else if (strstr(c->path, "/noted/") && !*a)
		how = "Bearer realm=\"http://169.254.169.254/token\"";
	else if (strstr(c->path, "/typed/"))
		how = "Bearer realm=\"file:///etc/passwd\"";
	if (how)
		challenge(c, how);
	return !how;
}

static void handle(void *arg, struct server_call *c)
{
	(void)arg;
	w.requests++;
	snprintf(w.last, sizeof(w.last), "%s", authorization(c));
	if (text_starts(c->path, "/token"))
		token(c);
	else if (text_eq(c->path, "/v2/"))
		server_answer(c, 200, NULL, STR("{}"));
	else if (!admit(c))
		return;
	else if (strstr(c->path, "/tags/list"))
		tags(c);
	else if (strstr(c->path, "/blobs/"))
		blob(c);
	else if (strstr(c->path, "/referrers/"))
		server_answer_text(c, 404, "unknown");
	else if (strstr(c->path, "/manifests/"))
		manifest(c);
	else
		server_answer(c, 200, NULL, STR("hi"));
}

/* Nothing secret may come here. */
static void handle_away(void *arg, struct server_call *c)
{
	(void)arg;
	if (*authorization(c))
		w.leaks++;
	if (text_starts(c->path, "/stored/"))
		server_answer(c, 200, NULL, STR("hi"));
	else
		server_answer_text(c, 404, "none");
}

/* ---- the frame ---- */

static void *run_loop(void *arg)
{
	loop_run(arg);
	return NULL;
}

static int open_all(void **state)
{
	struct server_settings s = {.address = "127.0.0.1:0", .handle = handle};
	struct server_settings away = {.address = "127.0.0.1:0", .handle = handle_away};
	(void)state;
	unsetenv("http_proxy");
	w.mem = arena_open();
	assert_null(loop_open(w.mem, &w.loop));
	assert_null(server_open(w.mem, w.loop, &s, &w.server));
	assert_null(server_open(w.mem, w.loop, &away, &w.away));
	w.host = arena_printf(w.mem, "127.0.0.1:%d", server_port(w.server));
	w.other = arena_printf(w.mem, "localhost:%d", server_port(w.away));
	w.clients = clients_open(w.loop, "test");
	struct registries_settings rs = {.clients = w.clients, .retry_delay = CLOCK_MS};
	w.registries = registries_open(&rs);
	pthread_create(&w.thread, NULL, run_loop, w.loop);
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	registries_close(w.registries);
	clients_close(w.clients);
	loop_stop(w.loop);
	pthread_join(w.thread, NULL);
	server_close(w.server);
	server_close(w.away);
	loop_close(w.loop);
	arena_close(w.mem);
	return 0;
}

struct frame {
	arena *mem;
	ctx c;
	struct oci *oci;
};

static ctx *begin(struct frame *f, const char *repository)
{
	f->mem = arena_open();
	ctx_init(&f->c, f->mem, w.loop, clock_now() + CLOCK_MINUTE);
	struct registry_settings s = {.ref = {w.host, repository},
				      .auth = {.user = "alice", .password = "wonder"},
				      .login = {.proxy = ""},
				      .insecure = true,
				      .timeout = 20 * CLOCK_SECOND};
	f->oci = oci_open(f->mem, w.registries, &s);
	w.requests = w.tokens = w.leaks = w.tries = 0;
	*w.last = 0;
	return &f->c;
}

static void end(struct frame *f)
{
	assert_int_equal(w.leaks, 0);
	ctx_done(&f->c);
	arena_close(f->mem);
}

static void expect(struct frame *f, const err *e, int code, const char *part)
{
	const char *text = e ? err_text(f->mem, e) : "no error";
	if (err_code(e) != code || !strstr(text, part))
		fail_msg("%d, %s", err_code(e), text);
	assert_null(strstr(text, "SECRET"));
	assert_null(strstr(text, "wonder"));
}

/* ---- tags ---- */

static void lists_come_in_pages(void **state)
{
	struct frame f;
	struct oci_tags t;
	(void)state;
	ctx *c = begin(&f, "x/paged");
	assert_null(oci_tags(c, f.oci, &t));
	assert_int_equal(t.n, 3);
	assert_string_equal(t.p[2], "c");
	end(&f);
}

static void lists_that_lead_astray(void **state)
{
	static const struct {
		const char *repository;
		int code;
		const char *text;
	} rows[] = {
		{"x/circle", ERR_INVALID, "does not end"},
		{"x/endless", ERR_LIMIT, "does not end"},
		{"x/lured", ERR_FORBIDDEN, "pagination URL host does not match"},
		{"x/nolink", ERR_INVALID, "failed to parse link header"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frame f;
		struct oci_tags t;
		ctx *c = begin(&f, rows[i].repository);
		expect(&f, oci_tags(c, f.oci, &t), rows[i].code, rows[i].text);
		end(&f);
	}
}

/* ---- manifests ---- */

static void manifests_are_checked(void **state)
{
	struct frame f;
	struct oci_manifest *m;
	char *digest;
	(void)state;
	ctx *c = begin(&f, "x/good");
	char *right = digest_text(w.mem, DIGEST_SHA256, STR(MANIFEST));
	assert_null(oci_digest(c, f.oci, "1.0", &digest));
	assert_string_equal(digest, right);
	assert_null(oci_pull(c, f.oci, right, &m));
	assert_string_equal(m->digest, right);
	expect(&f, oci_pull(c, f.oci, HI, &m), ERR_INVALID, "does not match requested digest");
	expect(&f, oci_pull(c, f.oci, "../x", &m), ERR_INVALID, "is not the name of a tag");
	expect(&f, oci_pull(c, f.oci, "sha256:ab", &m), ERR_INVALID, "wrong number of hex digits");
	end(&f);
	/* the digest of a header is believed for a tag, for the pull goes by it and is checked */
	c = begin(&f, "x/lie");
	assert_null(oci_digest(c, f.oci, "1.0", &digest));
	assert_string_equal(digest, HI);
	expect(&f, oci_pull(c, f.oci, digest, &m), ERR_INVALID, "does not match");
	end(&f);
	c = begin(&f, "x/bad");
	assert_null(oci_digest(c, f.oci, "1.0", &digest));
	assert_string_equal(digest, right);
	end(&f);
	c = begin(&f, "x/big");
	expect(&f, oci_pull(c, f.oci, "1.0", &m), ERR_LIMIT, "over the limit");
	end(&f);
	c = begin(&f, "x/nest");
	expect(&f, oci_pull(c, f.oci, "1.0", &m), ERR_INVALID, "does not match");
	end(&f);
}

static void a_busy_registry_is_left_alone(void **state)
{
	struct frame f;
	struct oci_manifest *m;
	char *digest;
	(void)state;
	ctx *c = begin(&f, "x/busy");
	expect(&f, oci_digest(c, f.oci, "1.0", &digest), ERR_BUSY, "503 Service Unavailable");
	assert_int_equal(oci_retry_after(f.oci), 1800 * CLOCK_SECOND);
	assert_int_equal(w.requests, 1);
	end(&f);
	c = begin(&f, "x/flaky");
	assert_null(oci_pull(c, f.oci, "1.0", &m));
	assert_int_equal(w.tries, 3);
	end(&f);
}

/* ---- blobs ---- */

static err *get_blob(struct frame *f, ctx *c, size_t max, str *ret)
{
	struct oci_descriptor d = {.type = "", .digest = HI, .size = 2};
	return oci_blob(c, f->oci, &d, max, ret);
}

static void blobs_that_lie(void **state)
{
	static const struct {
		const char *repository;
		int code;
		const char *text;
	} rows[] = {
		{"x/longer", ERR_INVALID, "error verifying size; got at least"},
		{"x/shorter", ERR_INVALID, "error verifying size; got 1, want 2"},
		{"x/other", ERR_INVALID, "error verifying sha256 checksum after reading 2 bytes"},
		{"x/gone", ERR_NOT_FOUND, "404 Not Found"},
		{"x/around", ERR_FAILED, "307"},
		{"x/lostly", ERR_NOT_FOUND, "?REDACTED: unexpected status code 404"},
		{"x/never", ERR_IO, "cut off"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frame f;
		str got;
		ctx *c = begin(&f, rows[i].repository);
		expect(&f, get_blob(&f, c, 100, &got), rows[i].code, rows[i].text);
		end(&f);
	}
}

static void blobs_that_come_in_the_end(void **state)
{
	static const char *const rows[] = {"x/good", "x/halfway", "x/redirect", "x/samehost", NULL};
	(void)state;
	for (int i = 0; rows[i]; i++) {
		struct frame f;
		struct oci_descriptor d = {.type = "", .digest = HI, .size = 2};
		struct spool *spool;
		str got;
		ctx *c = begin(&f, rows[i]);
		err *e = get_blob(&f, c, 2, &got);
		if (e)
			fail_msg("%s: %s", rows[i], err_text(f.mem, e));
		assert_true(str_is(got, "hi"));
		w.tries = 0;
		assert_null(spool_open(f.mem, "/tmp", &spool));
		assert_null(oci_blob_spool(c, f.oci, &d, 2, spool));
		assert_int_equal(spool_size(spool), 2);
		w.requests = 0;
		expect(&f, get_blob(&f, c, 1, &got), ERR_LIMIT, "too large: 2 bytes");
		assert_int_equal(w.requests, 0);
		end(&f);
	}
}

/* ---- logins ---- */

static void credentials_go_where_they_belong(void **state)
{
	struct frame f;
	struct oci_manifest *m;
	str got;
	(void)state;
	ctx *c = begin(&f, "x/good");
	assert_null(oci_pull(c, f.oci, "1.0", &m));
	assert_string_equal(w.last, ""); /* nobody asked for it */
	end(&f);
	c = begin(&f, "x/basic/redirect");
	assert_null(get_blob(&f, c, 10, &got));
	assert_true(text_starts(w.last, "Basic "));
	end(&f);
	c = begin(&f, "x/bearer/samehost");
	assert_null(get_blob(&f, c, 10, &got));
	assert_string_equal(w.last, "Bearer for:repository:x/bearer/samehost:pull");
	assert_int_equal(w.tokens, 1);
	/* the token serves on, for this repository, and for nobody else's */
	assert_null(oci_pull(c, f.oci, "1.0", &m));
	assert_int_equal(w.tokens, 1);
	end(&f);
	c = begin(&f, "x/bearer/second");
	assert_null(oci_pull(c, f.oci, "1.0", &m));
	assert_int_equal(w.tokens, 1);
	end(&f);
	c = begin(&f, "x/scoped/a");
	assert_null(oci_pull(c, f.oci, "1.0", &m));
	assert_string_equal(w.last, "Bearer for:extra");
	end(&f);
}

static void realms_that_are_traps(void **state)
{
	struct frame f;
	struct oci_manifest *m;
	(void)state;
	ctx *c = begin(&f, "x/typed/a");
	expect(&f, oci_pull(c, f.oci, "1.0", &m), ERR_INVALID, "it must be an https URL");
	end(&f);
	c = begin(&f, "x/bearer/away/a");
	expect(&f, oci_pull(c, f.oci, "1.0", &m), ERR_FAILED, "307");
	end(&f);
}

static void who_refers(void **state)
{
	struct frame f;
	struct oci_index index;
	(void)state;
	ctx *c = begin(&f, "x/nest"); /* no API, but the tag */
	assert_null(oci_referrers(c, f.oci, HI, &index));
	assert_int_equal(index.n, 1);
	assert_string_equal(index.p[0].digest, HI);
	end(&f);
}

static void what_is_called_off_ends(void **state)
{
	struct frame f;
	struct oci_manifest *m;
	(void)state;
	ctx *c = begin(&f, "x/good");
	ctx_cancel(c, "superseded");
	expect(&f, oci_pull(c, f.oci, "1.0", &m), ERR_CANCELED, "");
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_come_in_pages),
		cmocka_unit_test(lists_that_lead_astray),
		cmocka_unit_test(manifests_are_checked),
		cmocka_unit_test(a_busy_registry_is_left_alone),
		cmocka_unit_test(blobs_that_lie),
		cmocka_unit_test(blobs_that_come_in_the_end),
		cmocka_unit_test(credentials_go_where_they_belong),
		cmocka_unit_test(realms_that_are_traps),
		cmocka_unit_test(who_refers),
		cmocka_unit_test(what_is_called_off_ends),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
