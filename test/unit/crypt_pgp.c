#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"
#include "crypt/pgp.h"
#include "crypt/sshkey.h"

#define LINES                                                                                      \
	"mDMEawuO/RYJKwYBBAHaRw8BAQdAuW8N0/NCs56pgllNd5cEhJr0auvKdMtt6ass\n"                       \
	"VdHBnNC0FUFkYSA8YWRhQGV4YW1wbGUub3JnPoiQBBMWCAA4FiEEjYKABUykRb8/\n"                       \
	"DHrAnp9mwnmmbJYFAmsLjv0CGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQ\n"                       \
	"np9mwnmmbJa0YwEA6L0WDe5HwwlJcE62Mrv08PErkd5uF10dMKDSqYJX9JIBAIX+\n"                       \
	"+fQj5oSTVPsLlOGr6etr7vYP4SXAjWQ9LfRdTSEO\n"
#define BLOCK(headers, sum)                                                                        \
	"-----BEGIN PGP PUBLIC KEY BLOCK-----\n" headers LINES sum                                 \
	"-----END PGP PUBLIC KEY BLOCK-----\n"

/* By gpg: armor, three packets, the key's fingerprint. */
static void test_key(void **state)
{
	(void)state;
	arena *mem = arena_open();
	const char *type;
	str bytes;
	struct pgp_packet p;
	struct pgp_key k;
	bool bad;
	assert_null(pgp_unarmor(mem, str_of("Some text\n" BLOCK("\n", "=o1md\n")), &type, &bytes));
	assert_string_equal(type, "PGP PUBLIC KEY BLOCK");
	assert_true(pgp_next(mem, &bytes, &p, &bad));
	assert_int_equal(p.tag, PGP_PUBLIC_KEY);
	assert_true(pgp_read_key(mem, p.body, &k));
	assert_int_equal(k.algorithm, PGP_EDDSA);
	assert_int_equal(k.rest.n, 0);
	assert_string_equal(enc_hex(mem, (str){(char *)k.fingerprint, k.n_fingerprint}),
			    "8d8280054ca445bf3f0c7ac09e9f66c279a66c96");
	assert_string_equal(pgp_id_text(mem, k.id), "9E9F66C279A66C96");
	assert_true(pgp_next(mem, &bytes, &p, &bad));
	assert_int_equal(p.tag, PGP_USER_ID);
	assert_true(str_is(p.body, "Ada <ada@example.org>"));
	assert_true(pgp_next(mem, &bytes, &p, &bad));
	assert_int_equal(p.tag, PGP_SIGNATURE);
	assert_false(pgp_next(mem, &bytes, &p, &bad));
	assert_false(bad);
	arena_close(mem);
}

static void test_armor(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int code; /* 0: it is read */
	} cases[] = {
		{BLOCK("Version: 1\nComment: x\n\n", "=o1md\n"), 0},
		{BLOCK("", "=o1md\n"), 0},
		{BLOCK("\n", ""), 0}, /* the checksum may be missing */
		{BLOCK("\n", "=o1me\n"), ERR_INVALID},
		{"nothing", ERR_NOT_FOUND},
		{"-----BEGIN X-----\n\nAAAA\n", ERR_INVALID},
		{"-----BEGIN X-----\n\nA*AA\n-----END X-----\n", ERR_INVALID},
		{"-----BEGIN X-----\n\nAAAA\n-----END Y-----\n", ERR_INVALID},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		arena *mem = arena_open();
		const char *type;
		str bytes;
		assert_int_equal(err_code(pgp_unarmor(mem, str_of(cases[i].text), &type, &bytes)),
				 cases[i].code);
		arena_close(mem);
	}
}

/* Old and new lengths, pieces; what is cut off is bad at each place. */
static void test_packets(void **state)
{
	(void)state;
	arena *mem = arena_open();
	static const char *const packets[] = {
		"b40141",	  /* old, one byte of length */
		"b5000141",	  /* two */
		"b60000000141",	  /* four */
		"cd0141",	  /* new */
		"cdff0000000141", /* four bytes */
		"cde041e0420143", /* pieces of one byte, then a last one */
		"cdc000" /* 192 bytes */,
		"b741", /* old, up to the end */
	};
	for (size_t i = 0; i < sizeof(packets) / sizeof(*packets); i++) {
		str bytes, rest;
		struct pgp_packet p;
		bool bad;
		buf b = buf_init(mem);
		assert_true(enc_unhex(mem, str_of(packets[i]), &bytes));
		buf_str(&b, bytes);
		if (i == 6)
			buf_fill(&b, 'A', 192);
		rest = buf_view(&b);
		assert_true(pgp_next(mem, &rest, &p, &bad));
		assert_int_equal(p.tag, PGP_USER_ID);
		assert_int_equal(p.body.p[0], 'A');
		assert_int_equal(p.body.n, i == 6 ? 192 : i == 5 ? 3 : 1);
		assert_int_equal(rest.n, 0);
		for (size_t cut = 1; i != 7 && cut < b.n; cut++) {
			rest = str_sub(buf_view(&b), 0, cut);
			assert_false(pgp_next(mem, &rest, &p, &bad));
			assert_true(bad);
		}
	}
	str none = STR("\x01");
	struct pgp_packet p;
	bool bad;
	assert_false(pgp_next(mem, &none, &p, &bad));
	assert_true(bad);
	arena_close(mem);
}

#define ED25519 "AAAAC3NzaC1lZDI1NTE5AAAAIEQumvjiaMUgZeavLwBuV0L+zuBc+VaajKYYlXoNakfx"

/* Lines by ssh-keygen, fingerprints by ssh-keygen -l. */
static void test_ssh_lines(void **state)
{
	(void)state;
	static const struct {
		const char *line, *fingerprint, *error;
	} cases[] = {
		{"ssh-ed25519 " ED25519 " c", "SHA256:B0ex4QnhX12jyeGcF9+oeMiZmHPCXRUfgEtBp9cK3Jg",
		 NULL},
		{"  ssh-ed25519\t" ED25519, "SHA256:B0ex4QnhX12jyeGcF9+oeMiZmHPCXRUfgEtBp9cK3Jg",
		 NULL},
		{"no-pty,command=\"a \\\" b\" ssh-ed25519 " ED25519 " c d",
		 "SHA256:B0ex4QnhX12jyeGcF9+oeMiZmHPCXRUfgEtBp9cK3Jg", NULL},
		{"ecdsa-sha2-nistp256 "
		 "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBd9Jmk1u/"
		 "F2vDXSEzZFa9xTmJ6T+BWMzvz/BDjBxliLabtnkvdPtxSO8bAwzbRfL3rNj+6fVunJsnwk+7aaieE= "
		 "c",
		 "SHA256:BrkrxMvjfwQ2JrWyVwsXXrnGcX5TwURQAPfpm1CRFqM", NULL},
		{"ssh-rsa " ED25519, NULL, "ssh: no key found"}, /* it says what it is not */
		{"ssh-ed25519", NULL, "ssh: no key found"},
		{"", NULL, "ssh: no key found"},
		{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEQ=", NULL, "ssh: no key found"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		arena *mem = arena_open();
		struct sshkey k;
		err *failed = sshkey_line(mem, str_of(cases[i].line), &k);
		if (cases[i].error)
			assert_string_equal(err_text(mem, failed), cases[i].error);
		else
			assert_string_equal(sshkey_fingerprint(mem, &k), cases[i].fingerprint);
		arena_close(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_armor),
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_ssh_lines),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
