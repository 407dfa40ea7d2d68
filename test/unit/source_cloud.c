/* What needs no cloud: names and signatures, as AWS's own library makes them; tokens that are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "source/cloud_aws.h"
#include "source/cloud_cluster.h"
#include "source/cloud_registry.h"

static void test_codecommit(void **state)
{
	(void)state;
	static const struct aws_keys keys = {
		"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "tok/en=="};
	static const struct aws_keys lasting = {"AKIDEXAMPLE",
						"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
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
	struct tokens *ts = tokens_open(NULL, 2, CLOCK_HOUR);
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
	/* of too many the one that ends first goes */
	tokens_keep(ts, other, "three", clock_wall() + CLOCK_HOUR);
	tokens_keep(ts, tokens_key(mem, NULL, 0), "four", clock_wall() + CLOCK_HOUR);
	assert_null(tokens_recall(mem, ts, key));
	assert_string_equal(tokens_recall(mem, ts, other), "three");
	tokens_close(ts);
	ts = tokens_open(NULL, 0, CLOCK_HOUR);
	tokens_keep(ts, key, "none is kept", clock_wall() + CLOCK_HOUR);
	assert_null(tokens_recall(mem, ts, key));
	tokens_close(ts);
	arena_close(mem);
}

static void test_endpoints(void **state)
{
	(void)state;
	static const struct {
		const char *url;
		bool good;
	} cases[] = {
		{"https://sts.amazonaws.com", true},
		{"https://sts.eu-west-1.amazonaws.com", true},
		{"https://sts-fips.us-east-1.amazonaws.com", true},
		{"https://vpce-002b7cc8966426bc6-njisq19r.sts.us-east-1.vpce.amazonaws.com", true},
		{"http://sts.amazonaws.com", false},
		{"https://sts.amazonaws.com/", false},
		{"https://sts.amazonaws.com.evil.org", false},
		{"https://evil.org/.sts.amazonaws.com", false},
		{"https://evil.org?.sts.amazonaws.com", false},
		{"https://sts.evil.s3.amazonaws.com", false},
		{"https://s3.amazonaws.com", false},
		{"https://.amazonaws.com", false},
		{"https://amazonaws.com", false},
		{"", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		arena *mem = arena_open();
		if (!cloud_aws_check_endpoint(mem, cases[i].url) != cases[i].good)
			fail_msg("%s", cases[i].url);
		arena_close(mem);
	}
}

static void test_amazon_registries(void **state)
{
	(void)state;
	static const struct {
		const char *registry, *region;
		bool public;
	} cases[] = {
		{"public.ecr.aws", "us-east-1", true},
		{"123456789012.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1", false},
		{"123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1", false},
		{"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1", false},
		{"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", false},
		{"123456789012.dkr-ecr.us-west-2.on.aws", "us-west-2", false},
		{"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", false},
		{"public.ecr.aws.evil.org", NULL, false},
		{"123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.org", NULL, false},
		{"evil.org/123456789012.dkr.ecr.eu-west-1.amazonaws.com", NULL, false},
		{"x.dkr.ecr.eu-west-1.amazonaws.com", NULL, false},
		{"123456789012.dkr.ecr..amazonaws.com", NULL, false},
		{"123456789012.dkr.ecr.eu-west-1.amazonaws.com:5000", NULL, false},
		{"ghcr.io", NULL, false},
		{"", NULL, false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		arena *mem = arena_open();
		const char *region;
		bool public;
		err *failed = cloud_registry_region(mem, cases[i].registry, &region, &public);
		if (!cases[i].region && !failed)
			fail_msg("%s is taken for one of Amazon's", cases[i].registry);
		if (cases[i].region && failed)
			fail_msg("%s", err_text(mem, failed));
		if (cases[i].region) {
			assert_string_equal(region, cases[i].region);
			assert_int_equal(public, cases[i].public);
		}
		arena_close(mem);
	}
}

static void test_other_registries(void **state)
{
	(void)state;
	static const struct {
		err *(*check)(arena *, const char *);
		const char *registry;
		bool good;
	} cases[] = {
		{cloud_registry_azure, "team.azurecr.io", true},
		{cloud_registry_azure, "team.azurecr.cn", true},
		{cloud_registry_azure, "team.azurecr.us", true},
		{cloud_registry_azure, "team.azurecr.de", true},
		{cloud_registry_azure, ".azurecr.io", false},
		{cloud_registry_azure, "azurecr.io", false},
		{cloud_registry_azure, "team.azurecr.io.evil.org", false},
		{cloud_registry_azure, "team.azurecr.io:5000", false},
		{cloud_registry_gcp, "gcr.io", true},
		{cloud_registry_gcp, "eu.gcr.io", true},
		{cloud_registry_gcp, "europe-docker.pkg.dev", true},
		{cloud_registry_gcp, "docker.s3nsregistry.fr", true},
		{cloud_registry_gcp, "evilgcr.io", false},
		{cloud_registry_gcp, "-docker.pkg.dev", false},
		{cloud_registry_gcp, "pkg.dev", false},
		{cloud_registry_gcp, "eu.gcr.io.evil.org", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		arena *mem = arena_open();
		if (!cases[i].check(mem, cases[i].registry) != cases[i].good)
			fail_msg("%s", cases[i].registry);
		arena_close(mem);
	}
}

static void test_cluster_addresses(void **state)
{
	(void)state;
	static const struct {
		const char *address, *server;
	} cases[] = {
		{"203.0.113.7", "https://203.0.113.7:443"},
		{"Api.Example:6443", "https://api.example:6443"},
		{"https://ABC.example", "https://abc.example:443"},
		{"https://[::1]:6443/", "https://[::1]:6443"},
		{"httpd.example", "https://httpd.example:443"},
		{"", NULL},
		{"http://api.example", NULL},
		{"ftp://api.example", NULL},
		{"https://user:pass@api.example", NULL},
		{"https://", NULL},
		{"https://api example", NULL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		arena *mem = arena_open();
		const char *server;
		err *e = cloud_cluster_address(mem, cases[i].address, &server);
		assert_true(!e == !!cases[i].server);
		if (e)
			assert_null(strstr(err_text(mem, e), "pass"));
		else
			assert_string_equal(server, cases[i].server);
		arena_close(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codecommit),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_endpoints),
		cmocka_unit_test(test_amazon_registries),
		cmocka_unit_test(test_other_registries),
		cmocka_unit_test(test_cluster_addresses),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
