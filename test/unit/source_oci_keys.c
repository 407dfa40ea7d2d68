/* Docker configurations: which credentials hold for which registry, and what is said of broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "source/oci_keys.h"

/* base64 of "alice:pa:ss" and "bob:x" */
#define ALICE "YWxpY2U6cGE6c3M="
#define BOB "Ym9iOng"

static const char *user_for(struct oci_keys *keys, const char *name)
{
	struct oci_auth auth = {0};
	return oci_keys_find(keys, name, &auth) ? auth.user ? auth.user : "" : "nobody";
}

static void add(struct oci_keys *keys, const char *json)
{
	err *e = oci_keys_add(keys, str_of(json), false);
	if (e)
		fail_msg("%s: %s", json, err_text(keys->mem, e));
}

static void entries_are_chosen(void **state)
{
	static const struct {
		const char *name, *user;
	} rows[] = {
		{"ghcr.io/org/app", "host"},
		{"ghcr.io/team/app", "team"},
		{"ghcr.io/team/deep/app", "deep"},
		{"ghcr.io:444/org/app", "nobody"},
		{"reg.example.org:5000/x", "port"},
		{"reg.example.org/x", "glob"},
		{"a.b.example.org/x", "nobody"},
		{"example.org/x", "nobody"},
		{"index.docker.io/library/x", "hub"},
		{"other.io/x", "nobody"},
		{"v2.io/x", "slash"},
		{"evilghcr.io/org/app", "nobody"},
	};
	arena *mem = arena_open();
	struct oci_keys *keys = oci_keys_new(mem);
	(void)state;
	add(keys, "{\"auths\":{\"ghcr.io\":{\"username\":\"host\"},"
		  "\"https://ghcr.io/team\":{\"username\":\"team\"},"
		  "\"ghcr.io/team/deep\":{\"username\":\"deep\"},"
		  "\"*.example.org\":{\"username\":\"glob\"},"
		  "\"reg.example.org:5000\":{\"username\":\"port\"},"
		  "\"https://index.docker.io/v1/\":{\"username\":\"hub\"},"
		  "\"v2.io/v2/\":{\"username\":\"slash\"}},"
		  "\"credsStore\":\"x\"}");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(user_for(keys, rows[i].name), rows[i].user);
	arena_close(mem);
}

static void the_first_secret_wins(void **state)
{
	arena *mem = arena_open();
	struct oci_keys *keys = oci_keys_new(mem);
	struct oci_auth auth;
	(void)state;
	add(keys, "{\"auths\":{\"a.io\":{\"auth\":\"" ALICE "\",\"username\":\"other\"}}}");
	add(keys, "{\"auths\":{\"a.io\":{\"auth\":\"" BOB "\"},\"b.io\":{\"auth\":\"" BOB "\"}}}");
	assert_null(oci_keys_add(keys,
				 STR("{\"c.io\":{\"username\":\"old\",\"identitytoken\":"
				     "\"t\",\"registrytoken\":\"r\"}}"),
				 true));
	assert_true(oci_keys_find(keys, "a.io/x", &auth));
	assert_string_equal(auth.user, "alice");
	assert_string_equal(auth.password, "pa:ss");
	assert_string_equal(user_for(keys, "b.io/x"), "bob");
	assert_true(oci_keys_find(keys, "c.io/x", &auth));
	assert_string_equal(auth.identity, "t");
	assert_string_equal(auth.token, "r");
	assert_null(auth.password);
	add(keys, "{}");
	add(keys, "{\"auths\":null}");
	assert_false(oci_keys_find(NULL, "a.io/x", &auth));
	arena_close(mem);
}

static void exact_hosts(void **state)
{
	arena *mem = arena_open();
	struct oci_keys *keys = oci_keys_new(mem);
	struct oci_auth auth;
	(void)state;
	add(keys, "{\"auths\":{\"https://a.io/v1/x\":{\"username\":\"path\"},\"a.io\":{"
		  "\"username\":\"host\"},"
		  "\"*.b.io\":{\"username\":\"glob\"},\"c.io/team\":{\"username\":\"team\"}}}");
	assert_true(oci_keys_of_host(keys, "a.io", &auth));
	assert_string_equal(auth.user, "host");
	assert_true(oci_keys_of_host(keys, "c.io", &auth));
	assert_string_equal(auth.user, "team");
	assert_false(oci_keys_of_host(keys, "x.b.io", &auth));
	assert_false(oci_keys_of_host(keys, "a.i", &auth));
	arena_close(mem);
}

/* What can't be read is named, never what is in it. */
static void broken_ones_are_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"SECRET",
		"{\"auths\":\"SECRET\"}",
		"[\"SECRET\"]",
		"{\"auths\":{\"a.io\":\"SECRET\"}}",
		"{\"auths\":{\"a.io\":{\"auth\":\"SECRET!\"}}}",
		"{\"auths\":{\"a.io\":{\"auth\":\"U0VDUkVU\"}}}",     /* SECRET without a colon */
		"{\"auths\":{\"a.io\":{\"auth\":\"U0VDUkVUOgB4\"}}}", /* with a NUL */
		"{\"auths\":{\"a .io\":{\"username\":\"SECRET\"}}}",
		"{\"auths\":{\"a.io:x\":{\"username\":\"SECRET\"}}}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena *mem = arena_open();
		err *e = oci_keys_add(oci_keys_new(mem), str_of(rows[i]), false);
		if (err_code(e) != ERR_INVALID || strstr(err_text(mem, e), "SECRET"))
			fail_msg("%s: %s", rows[i], e ? err_text(mem, e) : "taken");
		arena_close(mem);
	}
	arena *mem = arena_open();
	buf b = buf_init(mem);
	buf_text_add(&b, "{\"auths\":{");
	for (int i = 0; i <= OCI_KEYS_MAX; i++)
		buf_printf(&b, "%s\"h%d.io\":{}", i ? "," : "", i);
	buf_text_add(&b, "}}");
	assert_int_equal(err_code(oci_keys_add(oci_keys_new(mem), buf_view(&b), false)), ERR_LIMIT);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_chosen),
		cmocka_unit_test(the_first_secret_wins),
		cmocka_unit_test(exact_hosts),
		cmocka_unit_test(broken_ones_are_refused),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
