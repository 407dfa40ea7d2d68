#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/url.h"

static void parses_and_prints(void **state)
{
	(void)state;
	/* what is written, and what it comes back as */
	static const char *const same[] = {
		"https://example.org",
		"https://example.org/",
		"http://u:p%40w@h:80/a/b?x=1#f",
		"ssh://git@h/x.git",
		"http://[::1]:8080/a",
		"/a/b",
		"a/b?c",
		"?q",
		"#f",
		"//h/p",
		"mailto:a@b",
		"",
		"oci://r.example.org/x:1",
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct url *u;
		assert_null(url_parse(mem, same[i], &u));
		assert_string_equal(url_text(mem, u), same[i]);
	}
	struct url *u;
	assert_null(url_parse(mem, "HTTPS://U%2f:P%3a@EXAMPLE.org:8443/a%20b?q=%41#x", &u));
	assert_string_equal(u->scheme, "https");
	assert_string_equal(u->user, "U/");
	assert_string_equal(u->password, "P:");
	assert_string_equal(u->host, "example.org");
	assert_int_equal(u->port, 8443);
	assert_string_equal(u->path, "/a%20b");
	assert_string_equal(url_host(mem, u), "example.org:8443");
	arena_close(mem);
}

static void refuses_in_the_words_of_go(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{":foo", "parse \":foo\": missing protocol scheme"},
		{"a:b:c/d", NULL},
		{"1a:b", "parse \"1a:b\": first path segment in URL cannot contain colon"},
		{"http://[::1", "parse \"http://[::1\": missing ']' in host"},
		{"http://h:port/", "parse \"http://h:port/\": invalid port \":port\" after host"},
		{"http://h/%zz", "parse \"http://h/%zz\": invalid URL escape \"%zz\""},
		{"http://h/%z", "parse \"http://h/%z\": invalid URL escape \"%z\""},
		{"http://h/\x01",
		 "parse \"http://h/\x01\": net/url: invalid control character in URL"},
		{"http://us er:secret@h/", "parse \"http://h/\": net/url: invalid userinfo"},
		{"http://a%40b/", "parse \"http://a%40b/\": invalid URL escape \"%40\""},
		{"http://a b/", "parse \"http://a b/\": invalid character \" \" in host name"},
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url *u;
		err *e = url_parse(mem, cases[i][0], &u);
		if (cases[i][1])
			assert_string_equal(err_text(mem, e), cases[i][1]);
		else
			assert_null(e);
	}
	struct url *u;
	assert_int_equal(err_code(url_parse_http(mem, "ftp://h/", &u)), ERR_INVALID);
	assert_int_equal(err_code(url_parse_http(mem, "http:///x", &u)), ERR_INVALID);
	arena_close(mem);
}

static void joins_as_the_rfc_says(void **state)
{
	(void)state;
	/* RFC 3986, 5.4, from http://a/b/c/d;p?q */
	static const char *const cases[][2] = {
		{"g:h", "g:h"},
		{"g", "http://a/b/c/g"},
		{"./g", "http://a/b/c/g"},
		{"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"},
		{"//g", "http://g"},
		{"?y", "http://a/b/c/d;p?y"},
		{"g?y", "http://a/b/c/g?y"},
		{"#s", "http://a/b/c/d;p?q#s"},
		{"g#s", "http://a/b/c/g#s"},
		{";x", "http://a/b/c/;x"},
		{"", "http://a/b/c/d;p?q"},
		{".", "http://a/b/c/"},
		{"./", "http://a/b/c/"},
		{"..", "http://a/b/"},
		{"../", "http://a/b/"},
		{"../g", "http://a/b/g"},
		{"../..", "http://a/"},
		{"../../g", "http://a/g"},
		{"../../../g", "http://a/g"},
		{"/./g", "http://a/g"},
		{"/../g", "http://a/g"},
		{"g.", "http://a/b/c/g."},
		{"..g", "http://a/b/c/..g"},
		{"./../g", "http://a/b/g"},
		{"g/./h", "http://a/b/c/g/h"},
		{"g/../h", "http://a/b/c/h"},
		{"g;x=1/../y", "http://a/b/c/y"},
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text;
		assert_null(url_join(mem, "http://a/b/c/d;p?q", cases[i][0], &text));
		assert_string_equal(text, cases[i][1]);
	}
	arena_close(mem);
}

static void hides_users(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"https://user:pw@host/x@y", "https://host/x@y"},
		{"https://token@host", "https://host"},
		{"user:pw@host:repo.git", "host:repo.git"},
		{"https://host/a", "https://host/a"},
		{"https://a@b:c@host/", "https://host/"},
		{"", ""},
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(url_redact(mem, cases[i][0]), cases[i][1]);
	struct url *a, *b;
	assert_null(url_parse(mem, "https://x.org/a", &a));
	assert_null(url_parse(mem, "https://X.ORG:443/b", &b));
	assert_true(url_same_origin(a, b));
	assert_string_equal(url_query_get(mem, "a=1&b=x+y%26&c", "b"), "x y&");
	assert_string_equal(url_query_get(mem, "a=1&b=x+y%26&c", "c"), "");
	assert_null(url_query_get(mem, "a=1", "b"));
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_and_prints),
		cmocka_unit_test(refuses_in_the_words_of_go),
		cmocka_unit_test(joins_as_the_rfc_says),
		cmocka_unit_test(hides_users),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
