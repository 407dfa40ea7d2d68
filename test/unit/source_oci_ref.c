/* Names in registries: what is one, what is none, and in which words that is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source/oci_ref.h"

static void names_are_read(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{"ghcr.io/org/app", "ghcr.io/org/app"},
		{"localhost:5000/app", "localhost:5000/app"},
		{"10.0.0.1:80/a/b", "10.0.0.1:80/a/b"},
		{"docker.io/nginx", "index.docker.io/library/nginx"},
		{"docker.io/bitnami/nginx", "index.docker.io/bitnami/nginx"},
		{"nginx", "index.docker.io/library/nginx"},
		{"org/app", "index.docker.io/org/app"},
		{"localhost/app", "index.docker.io/localhost/app"},
		{"[::1]:5000/app", "[::1]:5000/app"},
		{"ghcr.io/a//b", "ghcr.io/a//b"},
		{"GHCR.io/org/app", "GHCR.io/org/app"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena *mem = arena_open();
		struct oci_ref ref;
		err *e = oci_ref_parse(mem, rows[i].name, &ref);
		if (e)
			fail_msg("%s: %s", rows[i].name, err_text(mem, e));
		assert_string_equal(oci_ref_text(mem, &ref), rows[i].want);
		arena_close(mem);
	}
}

static void bad_names_are_refused(void **state)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{"", "a repository name must be specified"},
		{"ghcr.io/a", "repository must be between 2 and 255 characters in length: a"},
		{"ghcr.io/", "repository must be between 2 and 255 characters in length: "},
		{"ghcr.io/org/app:1.0", "repository can only contain the characters "
					"`abcdefghijklmnopqrstuvwxyz0123456789_-./`: org/app:1.0"},
		{"ghcr.io/org/app@sha256:00",
		 "repository can only contain the characters "
		 "`abcdefghijklmnopqrstuvwxyz0123456789_-./`: org/app@sha256:00"},
		{"ghcr.io/Org", "repository can only contain the characters "
				"`abcdefghijklmnopqrstuvwxyz0123456789_-./`: Org"},
		{"user@ghcr.io/org",
		 "registries must be valid RFC 3986 URI authorities: user@ghcr.io"},
		{"ghcr.io?x/org", "registries must be valid RFC 3986 URI authorities: ghcr.io?x"},
		{"ghcr.io:port/org",
		 "registries must be valid RFC 3986 URI authorities: ghcr.io:port"},
		{"ghcr.io/a/../../b", "repository has an element that is no name: a/../../b"},
		{"ghcr.io/./b", "repository has an element that is no name: ./b"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena *mem = arena_open();
		struct oci_ref ref;
		err *e = oci_ref_parse(mem, rows[i].name, &ref);
		assert_int_equal(err_code(e), ERR_INVALID);
		assert_string_equal(err_text(mem, e), rows[i].text);
		arena_close(mem);
	}
}

static void near_registries(void **state)
{
	static const char *const near[] = {"127.0.0.1",
					   "127.0.0.1:5000",
					   "localhost:5000",
					   "[::1]:5000",
					   "10.1.2.3",
					   "192.168.0.1:80",
					   "172.31.0.1",
					   "a.localhost",
					   "a.localhost:80",
					   "172.16.0.1:80",
					   NULL};
	static const char *const far[] = {"ghcr.io",	   "localhost",	 "127.0.0.1.example.org",
					  "127.0.0.2",	   "11.0.0.1",	 "172.32.0.1",
					  "192.169.0.1",   "10.0.0.999", "10.0.0.1x",
					  "xlocalhost:80", NULL};
	(void)state;
	for (int i = 0; near[i]; i++)
		if (!oci_ref_is_near(&(struct oci_ref){near[i], "x"}))
			fail_msg("%s is near", near[i]);
	for (int i = 0; far[i]; i++)
		if (oci_ref_is_near(&(struct oci_ref){far[i], "x"}))
			fail_msg("%s is far", far[i]);
}

static void tags_and_digests(void **state)
{
	static const char *const good[] = {"latest", "1.0_b", "_x", "A", "0", NULL};
	static const char *const bad[] = {"", ".x", "-x", "a/b", "a b", "a:b", "ä", "..", NULL};
	static const struct {
		const char *digest, *text;
	} rows[] = {
		{"abc", "cannot parse hash: \"abc\""},
		{"sha256:", "cannot parse hash: \"sha256:\""},
		{":abc", "cannot parse hash: \":abc\""},
		{"sha256:xyz", "found non-hex character in hash: x"},
		{"sha256:abc", "wrong number of hex digits for sha256: abc"},
		{"sha512:abc", "unsupported hash: \"sha512\""},
		{"sha256:ABC", "found non-hex character in hash: A"},
	};
	arena *mem = arena_open();
	(void)state;
	for (int i = 0; good[i]; i++)
		assert_true(oci_ref_is_tag(good[i]));
	for (int i = 0; bad[i]; i++)
		assert_false(oci_ref_is_tag(bad[i]));
	char longest[130] = {0};
	memset(longest, 'a', 128);
	assert_true(oci_ref_is_tag(longest));
	longest[128] = 'a';
	assert_false(oci_ref_is_tag(longest));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		err *e = oci_ref_check_digest(mem, rows[i].digest);
		assert_non_null(e);
		assert_string_equal(err_text(mem, e), rows[i].text);
	}
	assert_null(oci_ref_check_digest(mem, "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b9"
					      "34ca495991b7852b855"));
	struct oci_ref ref = {"ghcr.io", "org/app"};
	assert_string_equal(oci_ref_with(mem, &ref, "1.0"), "ghcr.io/org/app:1.0");
	assert_string_equal(oci_ref_with(mem, &ref, "sha256:ab"), "ghcr.io/org/app@sha256:ab");
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read),
		cmocka_unit_test(bad_names_are_refused),
		cmocka_unit_test(near_registries),
		cmocka_unit_test(tags_and_digests),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
