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

/* The signatures are botocore's. */
static void presigned(void **state)
{
	(void)state;
	static const char all[] =
		"Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&"
		"X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Feu-west-1%2Fsts%2Faws4_request&"
		"X-Amz-Date=20150830T123600Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host%3Bx-k8s-"
		"aws-"
		"id";
	static const struct {
		const char *token, *shown, *signature;
	} cases[] = {
		{"TOKEN/+=", "&X-Amz-Security-Token=TOKEN%2F%2B%3D",
		 "3fda8831fdf909a394f9695fd440bc8da3b4c642927f9fa1d3fd5327ed9bbd56"},
		{NULL, "", "eb9b75d0818b6dacfccb0f3af84bbc340278ece9c8af32fa4f7b1298c86cba7a"},
	};
	struct sigv4_header headers[] = {
		{"x-k8s-aws-id", "prod"}, {"host", "sts.eu-west-1.amazonaws.com"}, END};
	for (size_t i = 0; i < 2; i++) {
		arena *mem = arena_open();
		struct sigv4 who = {"AKIDEXAMPLE",  "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
				    cases[i].token, "eu-west-1",
				    "sts",	    1440938160};
		struct sigv4_request q = {"GET", "/", "Action=GetCallerIdentity&Version=2011-06-15",
					  headers, digest_hex(mem, DIGEST_SHA256, STR(""))};
		assert_string_equal(sigv4_presign(mem, &who, &q, 900),
				    arena_printf(mem, "%s%s&X-Amz-Signature=%s", all,
						 cases[i].shown, cases[i].signature));
		arena_close(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(vectors), cmocka_unit_test(session),
					   cmocka_unit_test(presigned)};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
