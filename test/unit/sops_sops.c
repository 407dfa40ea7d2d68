/* Encrypted files: golden cases made with the real sops, keys and formats by name, limits. */
#include "golden.h"

#include "base/file.h"
#include "base/path.h"
#include "pack/tree.h"
#include "sops/sops.h"

/* A word of args: formats first, then names of key files in test/sops/keys, or "mac". */
static enum sops_format format_of(str word)
{
	static const char *const names[] = {[SOPS_BINARY] = "binary",
					    [SOPS_DOTENV] = "dotenv",
					    [SOPS_INI] = "ini",
					    [SOPS_JSON] = "json",
					    [SOPS_YAML] = "yaml"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(word, names[i]))
			return (enum sops_format)i;
	fail_msg("no format %.*s", STR_ARG(word));
	return SOPS_BINARY;
}

static err *add_key(arena *mem, struct sops_keys *keys, str name)
{
	str content;
	const char *path = arena_printf(mem, "test/sops/keys/%.*s", STR_ARG(name));
	assert_null(file_read(mem, path, GOLDEN_MAX_BYTES, &content));
	return sops_keys_add(keys, path_base(mem, path), content);
}

static bool one_case(arena *mem, const char *folder)
{
	str in, args, word, plain = {0};
	struct sops_keys *keys = sops_keys_open(mem);
	assert_non_null(golden_read(mem, folder, "in", &in));
	assert_non_null(golden_read(mem, folder, "args", &args));
	args = str_trim(args);
	assert_true(str_next(&args, ' ', &word));
	struct sops_task task = {.in = format_of(word)};
	assert_true(str_next(&args, ' ', &word));
	task.out = format_of(word);
	err *e = NULL;
	while (!e && str_next(&args, ' ', &word)) {
		if (str_is(word, "mac"))
			task.check_mac = true;
		else
			e = add_key(mem, keys, word);
	}
	if (!e)
		e = sops_decrypt(mem, keys, in, &task, &plain);
	return golden_result(mem, folder, "want", plain, e);
}

static void golden(void **state)
{
	(void)state;
	golden_run("sops", one_case);
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(sops_format_of("a/b.yaml"), SOPS_YAML);
	assert_int_equal(sops_format_of("b.yml"), SOPS_YAML);
	assert_int_equal(sops_format_of("b.json"), SOPS_JSON);
	assert_int_equal(sops_format_of(".dockerconfigjson"), SOPS_JSON);
	assert_int_equal(sops_format_of("x.dockerconfigjson"), SOPS_JSON);
	assert_int_equal(sops_format_of("b.env"), SOPS_DOTENV);
	assert_int_equal(sops_format_of("b.ini"), SOPS_INI);
	assert_int_equal(sops_format_of("b.txt"), SOPS_BINARY);
	assert_int_equal(sops_format_of("yaml"), SOPS_BINARY);
}

static void detection(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool found;
		enum sops_format format;
	} rows[] = {
		{"a: 1\n", false, SOPS_BINARY},
		{"a: ENC[x]\nsops:\n    mac: ENC[AES256_GCM,data:x", true, SOPS_YAML},
		{"{\"a\": 1, \"sops\": {\"mac\": \"ENC[x]\"}}", true, SOPS_JSON},
		{"{\"data\": \"ENC[]\", \"sops\": {\"mac\": \"ENC[x]\"}}", true, SOPS_BINARY},
		{"{\"data\": \"x\", \"b\": 1, \"sops\": {\"mac\": \"ENC[x]\"}}", true, SOPS_JSON},
		{"{\"data\": \"cut, \"mac\": \"ENC[x]\"", true, SOPS_JSON},
		{"A=ENC[x]\nsops_mac=ENC[x]\n", true, SOPS_DOTENV},
		{"[a]\nb=1\n[sops]\nmac = ENC[x]\n", true, SOPS_INI},
		{.text = NULL},
	};
	arena *mem = arena_open();
	for (size_t i = 0; rows[i].text; i++) {
		enum sops_format format = SOPS_BINARY;
		assert_int_equal(sops_detect(mem, str_of(rows[i].text), &format), rows[i].found);
		assert_int_equal(format, rows[i].format);
	}
	arena_close(mem);
}

/* What is in a key never stands in the text of an error. */
static void bad_keys(void **state)
{
	(void)state;
	static const struct {
		const char *name, *content, *want;
	} rows[] = {
		{"a.agekey", "AGE-SECRET-KEY-1QQQQ",
		 "failed to parse and add to age identities: malformed secret key: separator '1' "
		 "at "
		 "invalid position: pos=15, len=20"},
		{"a.agekey",
		 "AGE-SECRET-KEY-1RPW7K8H2WVQT46YWE3D7VXXC5GZVFWUL2TG279TQ6FJMHR2P2ESQYX94YX",
		 "failed to parse and add to age identities: malformed secret key: invalid "
		 "checksum"},
		{"a.agekey", "hunter2",
		 "failed to parse and add to age identities: unknown identity type"},
		{"a.agekey", "AGE-PLUGIN-X-1QQQQ",
		 "failed to parse and add to age identities: identities of age plugins are not "
		 "supported"},
		{"a.asc", "hunter2",
		 "failed to import armored key data into GnuPG keyring (exit status 2): gpg: no "
		 "valid "
		 "OpenPGP data found.\ngpg: Total number processed: 0"},
		{"a.asc", "",
		 "failed to import armored key data into GnuPG keyring (exit status 2): gpg: no "
		 "valid "
		 "OpenPGP data found.\ngpg: Total number processed: 0"},
		{"sops.aws-kms", "- hunter2",
		 "failed to unmarshal AWS credentials file: error unmarshaling JSON: while "
		 "decoding "
		 "JSON: json: cannot unmarshal array into Go value of type struct { AccessKeyID "
		 "string "
		 "\"json:\\\"aws_access_key_id\\\"\"; SecretAccessKey string "
		 "\"json:\\\"aws_secret_access_key\\\"\"; SessionToken string "
		 "\"json:\\\"aws_session_token\\\"\" }"},
		{"sops.azure-kv", "tenantId: hunter2",
		 "invalid data: requires a 'clientId' field, a combination of 'tenantId', "
		 "'clientId' "
		 "and 'clientSecret', or 'tenantId', 'clientId' and 'clientCertificate'"},
		{"sops.gcp-kms", "hunter2", "the credentials are no JSON object"},
		{"sops.gcp-kms", "{\"private_key\": \"hunter2\"}",
		 "missing 'type' field in credentials"},
		{"other", "hunter2", NULL},
		{"x.vault-token", "hunter2", NULL},
		{"sops.vault-token", "hunter2\n", NULL},
		{"a.agekey", "# nothing\n\n", NULL},
		{.name = NULL},
	};
	for (size_t i = 0; rows[i].name; i++) {
		arena *mem = arena_open();
		struct sops_keys *keys = sops_keys_open(mem);
		err *e = sops_keys_add(keys, rows[i].name, str_of(rows[i].content));
		if (rows[i].want)
			assert_string_equal(e ? err_text(mem, e) : "(none)", rows[i].want);
		else
			assert_null(e);
		arena_close(mem);
	}
}

static void limits(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct sops_keys *keys = sops_keys_open(mem);
	struct sops_task task = {SOPS_JSON, SOPS_JSON, false};
	buf b = buf_init(mem);
	str plain;
	buf_fill(&b, ' ', SOPS_MAX_BYTES * 2 + 1);
	err *e = sops_decrypt(mem, keys, buf_view(&b), &task, &plain);
	assert_int_equal(err_code(e), ERR_LIMIT);
	buf_clear(&b);
	buf_text_add(&b, "{\"a\":");
	buf_fill(&b, '[', SOPS_MAX_DEPTH + 10);
	buf_fill(&b, ']', SOPS_MAX_DEPTH + 10);
	buf_char(&b, '}');
	e = sops_decrypt(mem, keys, buf_view(&b), &task, &plain);
	assert_int_equal(err_code(e), ERR_LIMIT);
	task.in = SOPS_YAML;
	e = sops_decrypt(mem, keys, buf_view(&b), &task, &plain);
	assert_int_equal(err_code(e), ERR_LIMIT);
	/* an alias doubles what it stands for, twenty times over */
	buf_clear(&b);
	buf_text_add(&b, "a0: &a0 [x, x, x, x]\n");
	for (int i = 1; i < 20; i++)
		buf_printf(&b, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
	e = sops_decrypt(mem, keys, buf_view(&b), &task, &plain);
	assert_int_equal(err_code(e), ERR_LIMIT);
	/* an alias of what it stands in */
	e = sops_decrypt(mem, keys, STR("a: &a [*a]\n"), &task, &plain);
	assert_non_null(e);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(golden), cmocka_unit_test(names),
					   cmocka_unit_test(detection), cmocka_unit_test(bad_keys),
					   cmocka_unit_test(limits)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
