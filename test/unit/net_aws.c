/* What is said to services of AWS and to token servers, and what is read of their answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "net/aws.h"
#include "net/oauth.h"

static void keys_of_answers(void **state)
{
	arena *mem = arena_open();
	struct aws_keys k;
	int64_t expires;
	(void)state;
	assert_null(aws_read_keys(
		mem,
		STR("<AssumeRoleWithLDAPIdentityResponse "
		    "xmlns='u'><AssumeRoleWithLDAPIdentityResult>"
		    "<Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>b&amp;</"
		    "SecretAccessKey>"
		    "<SessionToken>c</SessionToken><Expiration>1970-01-01T00:01:00Z</Expiration>"
		    "</Credentials><Other><AccessKeyId>x</AccessKeyId></Other>"
		    "</AssumeRoleWithLDAPIdentityResult></AssumeRoleWithLDAPIdentityResponse>"),
		&k, &expires));
	assert_string_equal(k.id, "a");
	assert_string_equal(k.secret, "b&");
	assert_string_equal(k.token, "c");
	assert_int_equal(expires, CLOCK_MINUTE);
	assert_non_null(aws_read_keys(mem, STR("<x/>"), &k, &expires));
	assert_non_null(aws_read_keys(
		mem, STR("<Credentials><AccessKeyId>a</AccessKeyId></Credentials>"), &k, &expires));
	assert_non_null(aws_read_keys(mem, STR("{}"), &k, &expires));
	arena_close(mem);
}

static void forms(void **state)
{
	arena *mem = arena_open();
	(void)state;
	assert_true(str_is(aws_form_web_identity(mem, "arn:aws:iam::1:role/r", "a.b", "t+k"),
			   "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%"
			   "2Fr&RoleSessionName=a.b&WebIdentityToken=t%2Bk&Version=2011-06-15"));
	assert_true(str_is(aws_form_ldap(mem, "jane", "a&b"),
			   "Action=AssumeRoleWithLDAPIdentity&LDAPPassword=a%26b&LDAPUsername=jane&"
			   "Version=2011-06-15"));
	arena_close(mem);
}

static void refusals(void **state)
{
	arena *mem = arena_open();
	(void)state;
	struct aws_fault f = aws_fault_xml(
		mem, STR("<ErrorResponse><Error><Code>AccessDenied</Code><Message>not "
			 "you\nTrace</Message></Error></ErrorResponse>"));
	err *e = aws_refused(mem, "STS: AssumeRole", 403, &f);
	assert_string_equal(err_text(mem, e),
			    "operation error STS: AssumeRole, https response error "
			    "StatusCode: 403, AccessDenied: not you");
	assert_int_equal(e->code, ERR_UNAUTHORIZED);
	f = aws_fault_json(mem, STR("{\"__type\": \"a.b#Slow\", \"Message\": \"later\"}"));
	e = aws_refused(mem, "KMS: Decrypt", 503, &f);
	assert_string_equal(err_text(mem, e), "operation error KMS: Decrypt, https response error "
					      "StatusCode: 503, Slow: later");
	assert_int_equal(e->code, ERR_BUSY);
	f = aws_fault_json(mem, STR("<html>"));
	assert_string_equal(f.code, "");
	f = aws_fault_xml(mem, STR("{}"));
	assert_string_equal(f.message, "");
	arena_close(mem);
}

static void places(void **state)
{
	arena *mem = arena_open();
	(void)state;
	assert_string_equal(aws_url(mem, "kms", "eu-west-1"),
			    "https://kms.eu-west-1.amazonaws.com/");
	assert_string_equal(aws_url(mem, "sts", "cn-north-1"),
			    "https://sts.cn-north-1.amazonaws.com.cn/");
	assert_true(aws_is_region(STR("us-gov-west-1")));
	assert_false(aws_is_region(STR("")));
	assert_false(aws_is_region(STR("evil.example")));
	assert_false(aws_is_region(STR("US-EAST-1")));
	arena_close(mem);
}

static void token_answers(void **state)
{
	arena *mem = arena_open();
	struct oauth_answer a;
	(void)state;
	a = oauth_read(mem, STR("{\"access_token\": \"t\", \"expires_in\": 3599}"));
	assert_string_equal(a.token, "t");
	assert_int_equal(a.seconds, 3599);
	a = oauth_read(mem, STR("{\"access_token\": \"t\", \"expires_in\": \"60\"}"));
	assert_int_equal(a.seconds, 60);
	a = oauth_read(mem, STR("{\"access_token\": \"t\", \"expires_in\": 1e300}"));
	assert_int_equal(a.seconds, 0);
	a = oauth_read(mem, STR("{\"error\": \"invalid_client\", \"error_description\": \"A: "
				"no\\r\\nTrace\"}"));
	assert_string_equal(a.token, "");
	assert_string_equal(a.error, "invalid_client");
	assert_string_equal(a.description, "A: no");
	a = oauth_read(mem, STR("<html>"));
	assert_string_equal(a.token, "");
	a = oauth_read(mem, STR("[]"));
	assert_string_equal(a.error, "");
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_answers), cmocka_unit_test(forms),
		cmocka_unit_test(refusals),	   cmocka_unit_test(places),
		cmocka_unit_test(token_answers),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
