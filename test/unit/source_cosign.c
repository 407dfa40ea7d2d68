/* Signatures of cosign's, made with OpenSSL's program: the right ones count, all else does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "source/cosign.h"

#define DIGEST                                                                                     \
	"sha256:8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4" /* of "hi" */
#define OTHER "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define KEY                                                                                        \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENMiRiFHSlEVqJGL2ZY4+5qT1//xx\n"                       \
	"uZdEPwgsqKBy1fRPoI5YWA4XWD8bqD9dqcpzSRuPY07PmtIBxBytVZZU3g==\n"                           \
	"-----END PUBLIC KEY-----\n"
#define STRANGER                                                                                   \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEkkgfFSyjPtjzmSD+Nvmg+SSokSkM\n"                       \
	"otB3YsIUzfPn4wE/VMYtaNd2p259XM/X1tecFPsBs/4uo22xGogZsVp5zA==\n"                           \
	"-----END PUBLIC KEY-----\n"
#define ED25519                                                                                    \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MCowBQYDK2VwAyEAVIaL6PbqFpTKUDFX0ZQBiOMqbZ9rPMzH+0KK6R5hmQg=\n"                           \
	"-----END PUBLIC KEY-----\n"
#define RSA_1024                                                                                   \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDjowH+7ENqyRrwwt/RUAnG3oZ9\n"                       \
	"tAvLPuGDmGdfTLl69qykNRhoHAbBhTqXcIc0evyZLeJSrkvtIAKj5MVzvGLgHicN\n"                       \
	"IfZrWEgol6gnBqC9+UX6iUr5zRmPb53h5dNNEMcoxCXb3t1mxhsCkf/ElUPr7EVh\n"                       \
	"ea0UVM51a5kUtk418QIDAQAB\n"                                                               \
	"-----END PUBLIC KEY-----\n"
#define PAYLOAD                                                                                    \
	"{\"critical\":{\"image\":{\"docker-manifest-digest\":\"sha256:8f434346648f6b96df89dda90"  \
	"1c5176b10a6d83961dd3c1ac88b59b2dc327aa4\"}}}"
#define BY_KEY                                                                                     \
	"MEUCIA5BgumaPyYOS/O0lB7soJv42U53BBLIO5x5n9wFk1A6AiEA3JxZZty/XA2yfrrfCBdrGWcHXR9I"         \
	"os2SSgbIeKVggkc="
#define BY_ED25519                                                                                 \
	"VfZvZv2pu1YLtxswLfhIsHJTXaY4lwIiN3/IlTBcK/8d0MTexOx94T4I3lNI4eDF+X4UAADjc7ywYbWR"         \
	"pYojBQ=="
#define STATEMENT                                                                                  \
	"eyJzdWJqZWN0IjpbeyJkaWdlc3QiOnsic2hhMjU2IjoiOGY0MzQzNDY2NDhmNmI5NmRmODlkZGE5MDFj"         \
	"NTE3NmIxMGE2ZDgzOTYxZGQzYzFhYzg4YjU5YjJkYzMyN2FhNCJ9fV19" /* base64 */
#define OF_STATEMENT                                                                               \
	"MEUCICEaIDVeStdKALZsGP6IXRw3CruiZWhOuyDjMhuuiALRAiEA66GdC6eedNYcfDhYj3NAfybPDCmI"         \
	"esOjfVqObiAszcw="
#define OF_HI                                                                                      \
	"MEQCIB3o8slWuMz7p34vdnEqHwnPqUX9jSlswdQt72miHDTUAiA1992O5km8PHyhOOcsOQizoqme/Y9k"         \
	"etGxKjbQvfMaSA=="
#define RAW "j0NDRmSPa5bfid2pAcUXaxCm2Dlh3TwayItZstwyeqQ="
#define TYPE "application/vnd.dev.sigstore.bundle.v0.3+json"
#define ENVELOPE(type, payload_type, payload, sig)                                                 \
	"{\"mediaType\":\"" type "\",\"dsseEnvelope\":{\"payloadType\":\"" payload_type            \
	"\",\"payload\":\"" payload "\",\"signatures\":[{},{\"sig\":\"" sig "\"}]}}"
#define MESSAGE(digest, sig)                                                                       \
	"{\"mediaType\":\"" TYPE                                                                   \
	"\",\"messageSignature\":{\"messageDigest\":{\"digest\":\"" digest                         \
	"\"},\"signature\":\"" sig "\"}}"
#define INTOTO "application/vnd.in-toto+json"

static arena *mem;
static struct cosign_keys keys, stranger, ed25519;

static struct cosign_keys one(const char *pem)
{
	struct pubkey **p = NEW(mem, struct pubkey *);
	assert_null(pubkey_read(mem, str_of(pem), p));
	return (struct cosign_keys){p, 1};
}

static int open_all(void **state)
{
	(void)state;
	mem = arena_open();
	keys = one(KEY);
	stranger = one(STRANGER);
	ed25519 = one(ED25519);
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

static void payloads(void **state)
{
	str good = STR(PAYLOAD);
	struct pubkey *both[] = {stranger.p[0], keys.p[0]};
	(void)state;
	assert_true(cosign_check_payload(&keys, good, STR(BY_KEY), DIGEST));
	assert_true(cosign_check_payload(&ed25519, good, STR(BY_ED25519), DIGEST));
	assert_true(
		cosign_check_payload(&(struct cosign_keys){both, 2}, good, STR(BY_KEY), DIGEST));
	/* another key, another kind of key, another digest, another text, no signature */
	assert_false(cosign_check_payload(&stranger, good, STR(BY_KEY), DIGEST));
	assert_false(cosign_check_payload(&keys, good, STR(BY_ED25519), DIGEST));
	assert_false(cosign_check_payload(&ed25519, good, STR(BY_KEY), DIGEST));
	assert_false(cosign_check_payload(&keys, good, STR(BY_KEY), OTHER));
	assert_false(cosign_check_payload(&keys, STR(PAYLOAD " "), STR(BY_KEY), DIGEST));
	assert_false(cosign_check_payload(&keys, good, STR(""), DIGEST));
	assert_false(cosign_check_payload(&keys, good, STR("!!!"), DIGEST));
	assert_false(cosign_check_payload(&keys, good, STR("AAAA"), DIGEST));
	assert_false(
		cosign_check_payload(&(struct cosign_keys){NULL, 0}, good, STR(BY_KEY), DIGEST));
	/* signed, but no claim at all */
	assert_false(cosign_check_payload(&keys, STR("hi"), STR(OF_HI), DIGEST));
}

static void bundles(void **state)
{
	static const struct {
		const char *text;
		const char *digest;
		bool good;
	} rows[] = {
		{ENVELOPE(TYPE, INTOTO, STATEMENT, OF_STATEMENT), DIGEST, true},
		{ENVELOPE(TYPE, INTOTO, STATEMENT, OF_STATEMENT), OTHER, false},
		{ENVELOPE(TYPE, INTOTO, STATEMENT, BY_KEY), DIGEST, false},
		{ENVELOPE(TYPE, "text/plain", STATEMENT, OF_STATEMENT), DIGEST, false},
		{ENVELOPE("application/json", INTOTO, STATEMENT, OF_STATEMENT), DIGEST, false},
		{ENVELOPE(TYPE, INTOTO, "e30=", OF_STATEMENT), DIGEST, false},
		{ENVELOPE(TYPE, INTOTO, "!", OF_STATEMENT), DIGEST, false},
		{MESSAGE(RAW, OF_HI), DIGEST, true},
		{MESSAGE(RAW, OF_HI), OTHER, false},
		{MESSAGE("AAAA", OF_HI), DIGEST, false},
		{MESSAGE(RAW, BY_KEY), DIGEST, false},
		{"{\"mediaType\":\"" TYPE "\"}", DIGEST, false},
		{"{\"mediaType\":\"" TYPE "\",\"dsseEnvelope\":{\"signatures\":{}}}", DIGEST,
		 false},
		{"[]", DIGEST, false},
		{"", DIGEST, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		str text = str_of(rows[i].text);
		if (cosign_check_bundle(&keys, text, rows[i].digest) != rows[i].good)
			fail_msg("%zu: %s", i, rows[i].text);
		assert_false(cosign_check_bundle(&stranger, text, rows[i].digest));
		assert_false(cosign_check_bundle(&ed25519, text, rows[i].digest));
	}
}

static void keys_that_are_none(void **state)
{
	static const struct {
		const char *pem;
		enum err_code code;
	} rows[] = {
		{"", ERR_INVALID},
		{"nonsense", ERR_INVALID},
		{"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", ERR_INVALID},
		{RSA_1024, ERR_UNSUPPORTED},
	};
	struct pubkey *key;
	buf b = buf_init(mem);
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(err_code(pubkey_read(mem, str_of(rows[i].pem), &key)),
				 rows[i].code);
	buf_fill(&b, 'x', 1 << 20);
	assert_int_equal(err_code(pubkey_read(mem, buf_view(&b), &key)), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(payloads),
		cmocka_unit_test(bundles),
		cmocka_unit_test(keys_that_are_none),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
