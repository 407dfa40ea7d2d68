#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "crypt/digest.h"

/* FIPS 180 and RFC 4231, RFC 2202 vectors. */
static void test_vectors(void **state)
{
	(void)state;
	arena *mem = arena_open();
	assert_string_equal(digest_text(mem, DIGEST_SHA1, STR("abc")),
			    "sha1:a9993e364706816aba3e25717850c26c9cd0d89d");
	assert_string_equal(digest_hex(mem, DIGEST_SHA256, STR("")),
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_string_equal(
		digest_text(mem, DIGEST_SHA384, STR("abc")),
		"sha384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
		"8086072ba1e7cc2358baeca134c825a7");
	assert_int_equal(strlen(digest_hex(mem, DIGEST_SHA512, STR("abc"))), 128);
	assert_string_equal(digest_hmac_hex(mem, DIGEST_SHA256, STR("Jefe"),
					    STR("what do ya want for nothing?")),
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_string_equal(digest_hmac_hex(mem, DIGEST_SHA1, (str){NULL, 0}, (str){NULL, 0}),
			    "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
	arena_close(mem);
}

static void test_stream(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct digest *d = digest_begin(mem, DIGEST_SHA256);
	digest_add(d, STR("a"));
	digest_add(d, STR(""));
	digest_add(d, STR("bc"));
	assert_string_equal(digest_end(d), digest_text(mem, DIGEST_SHA256, STR("abc")));
	arena_close(mem);
}

static void test_split(void **state)
{
	(void)state;
	arena *mem = arena_open();
	enum digest_kind kind;
	str hex;
	char *text = digest_text(mem, DIGEST_SHA512, STR("abc"));
	assert_true(digest_split(str_of(text), &kind, &hex));
	assert_int_equal(kind, DIGEST_SHA512);
	assert_int_equal(hex.n, 128);
	assert_false(digest_split(STR("sha256:abc"), &kind, &hex));
	assert_false(digest_split(STR("md5:d41d8cd98f00b204e9800998ecf8427e"), &kind, &hex));
	assert_false(
		digest_split(STR("sha1:zz993e364706816aba3e25717850c26c9cd0d89d"), &kind, &hex));
	assert_true(digest_equal(STR("abc"), STR("abc")));
	assert_false(digest_equal(STR("abc"), STR("abd")));
	assert_false(digest_equal(STR("abc"), STR("ab")));
	arena_close(mem);
}

int main(void)
{
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_split),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
