/* Challenges, realms that credentials may and may not be sent to, and what token servers answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "source/oci_challenge.h"

static void challenges_are_read(void **state)
{
	static const struct {
		const char *value;
		enum oci_scheme scheme;
		const char *realm, *service, *scope;
	} rows[] = {
		{"Basic realm=\"x\"", OCI_BASIC, "x", NULL, NULL},
		{"basic", OCI_BASIC, NULL, NULL, NULL},
		{"Bearer realm=\"https://a/t\",service=\"s s\",scope=\"repository:a/b:pull,push\"",
		 OCI_BEARER, "https://a/t", "s s", "repository:a/b:pull,push"},
		{"BEARER  realm = \"https://a/t\" , SERVICE=s", OCI_BEARER, "https://a/t", "s",
		 NULL},
		{"Negotiate, Basic realm=\"x\", Bearer realm=\"y\"", OCI_BASIC, "x", NULL, NULL},
		{"Negotiate abc=, Bearer realm=\"y\"", OCI_BEARER, "y", NULL, NULL},
		{"Bearer realm=\"a\\\"b\\\\c\"", OCI_BEARER, "a\"b\\c", NULL, NULL},
		{"Bearer realm=\"never ends", OCI_BEARER, NULL, NULL, NULL},
		{"Bearer realm=\"\"", OCI_BEARER, NULL, NULL, NULL},
		{"Digest realm=\"x\"", OCI_OTHER, NULL, NULL, NULL},
		{"", OCI_OTHER, NULL, NULL, NULL},
		{",,,", OCI_OTHER, NULL, NULL, NULL},
		{"=\"x\"", OCI_OTHER, NULL, NULL, NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena *mem = arena_open();
		struct http_header headers[] = {
			{"content-type", "x"}, {"www-authenticate", rows[i].value}, {NULL, NULL}};
		struct oci_challenge ch;
		oci_challenge_read(mem, headers, &ch);
		if (ch.scheme != rows[i].scheme || !text_eq(ch.realm, rows[i].realm) ||
		    !text_eq(ch.service, rows[i].service) || !text_eq(ch.scope, rows[i].scope))
			fail_msg("%s: %d %s %s %s", rows[i].value, ch.scheme, ch.realm, ch.service,
				 ch.scope);
		arena_close(mem);
	}
}

static void of_several_headers_the_first_that_is_known(void **state)
{
	struct http_header headers[] = {{"www-authenticate", "Negotiate"},
					{"www-authenticate", "Bearer realm=\"r\""},
					{"www-authenticate", "Basic realm=\"b\""},
					{NULL, NULL}};
	arena *mem = arena_open();
	struct oci_challenge ch;
	(void)state;
	oci_challenge_read(mem, headers, &ch);
	assert_int_equal(ch.scheme, OCI_BEARER);
	assert_string_equal(ch.realm, "r");
	oci_challenge_read(mem, NULL, &ch);
	assert_int_equal(ch.scheme, OCI_OTHER);
	arena_close(mem);
}

static void realms(void **state)
{
	static const struct {
		const char *realm, *registry;
		bool tls, good;
	} rows[] = {
		{"https://auth.docker.io/token", "index.docker.io", true, true},
		{"https://ghcr.io/token", "ghcr.io", true, true},
		{"http://auth.example.org/token", "ghcr.io", true, false},
		{"http://auth.example.org/token", "ghcr.io", false, true},
		{"ftp://auth.example.org/token", "ghcr.io", false, false},
		{"file:///etc/passwd", "ghcr.io", false, false},
		{"/token", "ghcr.io", true, false},
		{"https://user:pw@auth.example.org/", "ghcr.io", true, false},
		{"https://169.254.169.254/latest", "ghcr.io", true, false},
		{"https://127.0.0.1/token", "ghcr.io", true, false},
		{"https://2130706433/token", "ghcr.io", true, false},
		{"https://0x7f.1/token", "ghcr.io", true, false},
		{"https://127.1/token", "ghcr.io", true, false},
		{"https://localhost/token", "ghcr.io", true, false},
		{"https://[::1]/token", "ghcr.io", true, false},
		{"https://[fd00:ec2::254]/", "ghcr.io", true, false},
		{"https://[fe80::1]/", "ghcr.io", true, false},
		{"https://[::ffff:10.0.0.1]/", "ghcr.io", true, false},
		{"https://0.0.0.0/", "ghcr.io", true, false},
		{"https://10.0.0.1/token", "10.0.0.1", true, true},
		{"https://10.0.0.1/token", "10.0.0.2:5000", true, true},
		{"https://10.0.0.1:444/token", "10.0.0.1:444", true, true},
		{"https://8.8.8.8/token", "ghcr.io", true, true},
		{"https://[2001:db8::1]/token", "ghcr.io", true, true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena *mem = arena_open();
		err *e = oci_challenge_check_realm(mem, rows[i].realm, rows[i].registry,
						   rows[i].tls);
		if (!e != rows[i].good)
			fail_msg("%s of %s: %s", rows[i].realm, rows[i].registry,
				 e ? err_text(mem, e) : "allowed");
		arena_close(mem);
	}
}

static void token_urls(void **state)
{
	arena *mem = arena_open();
	struct oci_challenge ch = {OCI_BEARER, "https://a/t?x=1#f", "reg & co", NULL};
	(void)state;
	assert_string_equal(oci_challenge_token_url(mem, &ch, "repository:a/b:pull  x"),
			    "https://a/t?x=1&scope=repository%3Aa%2Fb%3Apull&scope=x&service=reg+%"
			    "26+co");
	ch = (struct oci_challenge){OCI_BEARER, "https://a/t", NULL, NULL};
	assert_string_equal(oci_challenge_token_url(mem, &ch, "s"), "https://a/t?scope=s");
	/* a question mark behind the "#" is none: what follows may not become part of the host */
	ch.realm = "https://a#/t?x";
	assert_string_equal(oci_challenge_token_url(mem, &ch, "s"), "https://a?scope=s");
	arena_close(mem);
}

static void tokens_are_read(void **state)
{
	static const struct {
		const char *body, *token; /* NULL: refused */
		int64_t seconds;
	} rows[] = {
		{"{\"token\":\"abc\"}", "abc", 60},
		{"{\"token\":\"a\",\"access_token\":\"b\",\"expires_in\":300}", "b", 300},
		{"{\"access_token\":\"b\",\"expires_in\":-5}", "b", 60},
		{"{\"access_token\":\"b\",\"expires_in\":99999999999}", "b", 3600},
		{"{\"token\":\"a\\r\\nX-Evil: 1\"}", NULL, 0},
		{"{\"token\":\"a b\"}", NULL, 0},
		{"{\"token\":\"a\\u0000b\"}", NULL, 0},
		{"{\"token\":\"\"}", NULL, 0},
		{"{\"token\":5}", NULL, 0},
		{"[]", NULL, 0},
		{"SECRET", NULL, 0},
		{"", NULL, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena *mem = arena_open();
		struct oci_token token;
		err *e = oci_challenge_token(mem, str_of(rows[i].body), &token);
		if (!e != (rows[i].token != NULL))
			fail_msg("%s: %s", rows[i].body, e ? err_text(mem, e) : "taken");
		if (!e) {
			assert_string_equal(token.token, rows[i].token);
			assert_int_equal(token.lifetime, rows[i].seconds * CLOCK_SECOND);
		} else {
			assert_null(strstr(err_text(mem, e), "SECRET"));
		}
		arena_close(mem);
	}
	arena *mem = arena_open();
	buf b = buf_init(mem);
	buf_fill(&b, ' ', OCI_TOKEN_MAX_BYTES + 1);
	struct oci_token token;
	assert_int_equal(err_code(oci_challenge_token(mem, buf_view(&b), &token)), ERR_LIMIT);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(challenges_are_read),
		cmocka_unit_test(of_several_headers_the_first_that_is_known),
		cmocka_unit_test(realms),
		cmocka_unit_test(token_urls),
		cmocka_unit_test(tokens_are_read),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
