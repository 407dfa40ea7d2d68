/* What needs no cloud: names and signatures, as AWS's own library makes them; tokens that are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "source/cloud_aws.h"

static void test_codecommit(void **state)
{
	(void)state;
	static const struct cloud_aws_keys keys = {
		"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "tok/en=="};
	static const struct cloud_aws_keys lasting = {
		"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
	static const struct {
		const char *url, *password;
	} cases[] = {
		{"https://git-codecommit.us-east-1.amazonaws.com/v1/repos/my-repo",
		 "20261129T034630Z1f4772cf6177ddaf6ff1a2006c05facddbe1eca14101ad198a4b177d217a58f"
		 "e"},
		{"https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/a%20b",
		 "20261129T034630Zf4dbc1fc5b8d5534fd1d3a15a64a4a82ab609874e3fe488ddc9621cb43962e0"
		 "b"},
	};
	for (size_t i = 0; i < 2; i++) {
		arena *mem = arena_open();
		const char *user, *password;
		assert_null(cloud_aws_codecommit(mem, &keys, cases[i].url, 1795923990, &user,
						 &password));
		assert_string_equal(user, "AKIDEXAMPLE%tok/en==");
		assert_string_equal(password, cases[i].password);
		assert_null(cloud_aws_codecommit(mem, &lasting, cases[i].url, 1795923990, &user,
						 &password));
		assert_string_equal(user, "AKIDEXAMPLE");
		assert_string_equal(password, cases[i].password);
		arena_close(mem);
	}
}

static void test_regions(void **state)
{
	(void)state;
	static const struct {
		const char *url, *region, *error;
	} cases[] = {
		{"https://git-codecommit.us-east-1.amazonaws.com/v1/repos/x", "us-east-1", NULL},
		{"https://git-codecommit-fips.us-gov-west-1.amazonaws.com/x", "us-gov-west-1",
		 NULL},
		{"https://git-codecommit.cn-north-1.amazonaws.com.cn/x", "cn-north-1", NULL},
		{"http://git-codecommit.us-east-1.amazonaws.com/x", NULL,
		 "AWS CodeCommit authentication requires an HTTPS Git URL"},
		{"https://git-codecommit.us-east-1.amazonaws.com.evil.org/x", NULL,
		 "invalid AWS CodeCommit Git URL: git-codecommit.us-east-1.amazonaws.com.evil.org"},
		{"https://git-codecommit.amazonaws.com/x", NULL,
		 "invalid AWS CodeCommit Git URL: git-codecommit.amazonaws.com"},
		{"https://xgit-codecommit.us-east-1.amazonaws.com/x", NULL,
		 "invalid AWS CodeCommit Git URL: xgit-codecommit.us-east-1.amazonaws.com"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		arena *mem = arena_open();
		const char *region;
		err *failed = cloud_aws_region(mem, cases[i].url, &region);
		if (cases[i].error)
			assert_string_equal(err_text(mem, failed), cases[i].error);
		else
			assert_string_equal(region, cases[i].region);
		arena_close(mem);
	}
}

static void test_tokens(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct tokens *ts = tokens_open(NULL);
	const char *parts[] = {"a", NULL, "b"}, *others[] = {"a", "b", NULL};
	const char *key = tokens_key(mem, parts, 3), *other = tokens_key(mem, others, 3);
	assert_string_not_equal(key, other);
	assert_null(tokens_recall(mem, ts, key));
	tokens_keep(ts, key, "one", clock_wall() + CLOCK_MINUTE);
	assert_string_equal(tokens_recall(mem, ts, key), "one");
	assert_null(tokens_recall(mem, ts, other));
	tokens_keep(ts, key, "two", clock_wall() + CLOCK_MINUTE);
	assert_string_equal(tokens_recall(mem, ts, key), "two");
	tokens_keep(ts, other, "late", clock_wall() - 1);
	assert_null(tokens_recall(mem, ts, other));
	tokens_keep(ts, other, "short", clock_wall() + 10);
	assert_null(tokens_recall(mem, ts, other)); /* over by now */
	tokens_close(ts);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codecommit),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_tokens),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
