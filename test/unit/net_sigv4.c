/* Signatures of AWS's own test suite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypt/digest.h"
#include "net/sigv4.h"

#define HOST                                                                                       \
	{                                                                                          \
		"host", "example.amazonaws.com"                                                    \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL, NULL                                                                         \
	}

static const struct {
	const char *method, *path, *query, *body;
	struct sigv4_header headers[4];
	const char *names, *signature;
} rows[] = {
	{"GET",
	 "/",
	 "",
	 "",
	 {HOST, END},
	 "host;x-amz-date",
	 "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
	{"POST",
	 "/",
	 "",
	 "",
	 {HOST, END},
	 "host;x-amz-date",
	 "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
	{"GET",
	 "/",
	 "Param2=value2&Param1=value1",
	 "",
	 {HOST, END},
	 "host;x-amz-date",
	 "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
	{"POST",
	 "/",
	 "",
	 "Param1=value1",
	 {{"content-type", "application/x-www-form-urlencoded"}, HOST, END},
	 "content-type;host;x-amz-date",
	 "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
	{"GET",
	 "/",
	 "",
	 "",
	 {HOST, {"my-header1", " value1"}, {"my-header2", " \"a   b   c\""}, END},
	 "host;my-header1;my-header2;x-amz-date",
	 "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
	{.method = NULL},
};

static void vectors(void **state)
{
	(void)state;
	for (size_t i = 0; rows[i].method; i++) {
		arena *mem = arena_open();
		struct sigv4 who = {.id = "AKIDEXAMPLE",
				    .secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
				    .region = "us-east-1",
				    .service = "service",
				    .now = 1440938160};
		struct sigv4_request q = {
			.method = rows[i].method,
			.path = rows[i].path,
			.query = rows[i].query,
			.headers = rows[i].headers,
			.payload_hash = digest_hex(mem, DIGEST_SHA256, str_of(rows[i].body))};
		const char *authorization, *date;
		sigv4_sign(mem, &who, &q, &authorization, &date);
		assert_string_equal(date, "20150830T123600Z");
		assert_string_equal(
			authorization,
			arena_printf(mem,
				     "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/"
				     "service/aws4_request, SignedHeaders=%s, Signature=%s",
				     rows[i].names, rows[i].signature));
		arena_close(mem);
	}
}

static void session(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct sigv4 who = {"A", "B", "TOKEN", "r", "s", 0};
	struct sigv4_header headers[] = {HOST, END};
	struct sigv4_request q = {"GET", "", "", headers, "UNSIGNED-PAYLOAD"};
	const char *with, *date, *without;
	sigv4_sign(mem, &who, &q, &with, &date);
	assert_non_null(strstr(with, "SignedHeaders=host;x-amz-date;x-amz-security-token,"));
	who.token = "";
	sigv4_sign(mem, &who, &q, &without, &date);
	assert_null(strstr(without, "security-token"));
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(vectors), cmocka_unit_test(session)};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
