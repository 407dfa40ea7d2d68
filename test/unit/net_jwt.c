/* What a token says of itself, and what is no token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/enc.h"
#include "net/jwt.h"

static str token(arena *mem, const char *claims)
{
	return str_of(
		arena_printf(mem, "e30.%s.c2lnbmF0dXJl", enc_base64_url(mem, str_of(claims))));
}

static void test_claims(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *v;
	assert_null(jwt_claims(mem, token(mem, "{\"sub\":\"me\",\"aud\":[\"a\",\"b\"]}"), &v));
	assert_string_equal(val_as_text(val_get(v, "sub")), "me");
	assert_int_equal(val_len(val_get(v, "aud")), 2);
	static const struct {
		const char *text, *error;
	} bad[] = {
		{"", "not a JWT"},
		{"e30", "not a JWT"},
		{"e30.e30", "not a JWT"},
		{"e30.?.x", "failed to decode token payload"},
		{"e30.bm90IGpzb24.x", "failed to decode token payload"},
		{"e30.W10.x", "failed to decode token payload"}, /* a list */
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		err *e = jwt_claims(mem, str_of(bad[i].text), &v);
		assert_non_null(e);
		assert_string_equal(err_text(mem, e), bad[i].error);
		assert_int_equal(jwt_end(mem, str_of(bad[i].text)), 0);
	}
	arena_close(mem);
}

static void test_end(void **state)
{
	(void)state;
	arena *mem = arena_open();
	assert_int_equal(jwt_end(mem, token(mem, "{\"exp\":1795923990}")),
			 1795923990 * CLOCK_SECOND);
	static const char *const none[] = {"{}", "{\"exp\":-1}", "{\"exp\":\"soon\"}",
					   "{\"exp\":100000000000000}"};
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(jwt_end(mem, token(mem, none[i])), 0);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_claims),
					   cmocka_unit_test(test_end)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
