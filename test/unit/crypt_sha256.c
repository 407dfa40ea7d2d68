#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "crypt/digest.h"
#include "crypt/sha256.h"

/* The examples of FIPS 180, and a million times the letter a. */
static void test_vectors(void **state)
{
	(void)state;
	static const struct {
		const char *text, *hex;
	} cases[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(digest_hex(mem, DIGEST_SHA256, str_of(cases[i].text)),
				    cases[i].hex);
	unsigned char raw[SHA256_SIZE];
	char *many = arena_alloc(mem, 1000000);
	memset(many, 'a', 1000000);
	sha256((str){many, 1000000}, raw);
	static const unsigned char first[] = {0xcd, 0xc7, 0x6e, 0x5c, 0x99, 0x14, 0xfb, 0x92};
	assert_memory_equal(raw, first, sizeof(first));
	arena_close(mem);
}

/* Of every length around its blocks the same as OpenSSL's, which a stream is always made with. */
static void test_as_openssl(void **state)
{
	(void)state;
	arena *mem = arena_open();
	unsigned char raw[SHA256_SIZE];
	char bytes[300];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + 3);
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct digest *d = digest_begin(mem, DIGEST_SHA256);
		digest_add(d, (str){bytes, n});
		sha256((str){bytes, n}, raw);
		assert_memory_equal(digest_raw(mem, DIGEST_SHA256, (str){bytes, n}).p, raw,
				    sizeof(raw));
		str kind, hex = str_of(digest_end(d));
		assert_true(str_cut(hex, ':', &kind, &hex));
		for (size_t i = 0; i < sizeof(raw); i++) {
			char two[3] = {hex.p[2 * i], hex.p[2 * i + 1], 0};
			assert_int_equal(strtol(two, NULL, 16), raw[i]);
		}
	}
	arena_close(mem);
}

int main(void)
{
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_as_openssl),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
