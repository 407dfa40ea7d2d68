/* Signatures by keys, made with OpenSSL's program, and keyless ones of the real Sigstore: the right ones count, all else does not. The
 * latter are from sigstore-conformance's assets (Apache-2.0, the Sigstore Authors). */
#include "golden.h"

#include "base/buf.h"
#include "sigstore/sigstore.h"

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
	"\",\"payload\":\"" payload "\",\"signatures\":[{\"sig\":\"" sig "\"}]}}"
#define MESSAGE(digest, sig)                                                                       \
	"{\"mediaType\":\"" TYPE                                                                   \
	"\",\"messageSignature\":{\"messageDigest\":{\"digest\":\"" digest                         \
	"\"},\"signature\":\"" sig "\"}}"
#define INTOTO "application/vnd.in-toto+json"

static arena *mem;
static struct sigstore_trust keys, stranger, ed25519;

static struct sigstore_trust one(const char *pem)
{
	struct pubkey **p = NEW(mem, struct pubkey *);
	assert_null(pubkey_read(mem, str_of(pem), p));
	return (struct sigstore_trust){.keys = p, .n_keys = 1};
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

static bool says(const struct sigstore_trust *trust, str payload, str signature, const char *digest)
{
	struct sigstore_payload p = {.payload = payload, .signature = signature};
	return !sigstore_check_payload(mem, trust, &p, digest);
}

static bool holds(const struct sigstore_trust *trust, str bundle, const char *digest)
{
	return !sigstore_check_bundle(mem, trust, bundle, digest);
}

static void payloads(void **state)
{
	str good = STR(PAYLOAD);
	struct pubkey *both[] = {stranger.keys[0], keys.keys[0]};
	struct sigstore_trust of_both = {.keys = both, .n_keys = 2}, of_none = {.keys = NULL};
	(void)state;
	assert_true(says(&keys, good, STR(BY_KEY), DIGEST));
	assert_true(says(&ed25519, good, STR(BY_ED25519), DIGEST));
	assert_true(says(&of_both, good, STR(BY_KEY), DIGEST));
	/* another key, another kind of key, another digest, another text, no signature */
	assert_false(says(&stranger, good, STR(BY_KEY), DIGEST));
	assert_false(says(&keys, good, STR(BY_ED25519), DIGEST));
	assert_false(says(&ed25519, good, STR(BY_KEY), DIGEST));
	assert_false(says(&keys, good, STR(BY_KEY), OTHER));
	assert_false(says(&keys, STR(PAYLOAD " "), STR(BY_KEY), DIGEST));
	assert_false(says(&keys, good, STR(""), DIGEST));
	assert_false(says(&keys, good, STR("!!!"), DIGEST));
	assert_false(says(&keys, good, STR("AAAA"), DIGEST));
	assert_false(says(&of_none, good, STR(BY_KEY), DIGEST));
	/* signed, but no claim at all */
	assert_false(says(&keys, STR("hi"), STR(OF_HI), DIGEST));
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
		{ENVELOPE(TYPE "x", INTOTO, STATEMENT, OF_STATEMENT), DIGEST, false},
		{ENVELOPE(TYPE, INTOTO, STATEMENT, OF_STATEMENT "\"},{\"sig\":\"" OF_STATEMENT),
		 DIGEST, false},
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
		if (holds(&keys, text, rows[i].digest) != rows[i].good)
			fail_msg("%zu: %s", i, rows[i].text);
		assert_false(holds(&stranger, text, rows[i].digest));
		assert_false(holds(&ed25519, text, rows[i].digest));
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

/* ---- keyless ---- */

/* in.json, of the artifact in args, under root.json or the root that is built in, by the issuer and subject in args. */
static bool keyless_case(arena *scratch, const char *folder)
{
	struct sigstore_trust trust = {.keys = NULL};
	struct sigstore_root *root;
	str json = sigstore_public_root(), bundle, args, digest, issuer, subject;
	assert_non_null(golden_read(scratch, folder, "in.json", &bundle));
	assert_non_null(golden_read(scratch, folder, "args", &args));
	golden_read(scratch, folder, "root.json", &json);
	str_next(&args, '\n', &digest);
	str_next(&args, '\n', &issuer);
	str_next(&args, '\n', &subject);
	err *e = sigstore_root_read(scratch, json, &root);
	if (!e)
		e = sigstore_cert_allow(scratch, &trust.identities, str_text(scratch, issuer),
					str_text(scratch, subject));
	trust.root = root;
	if (!e)
		e = sigstore_check_bundle(scratch, &trust, bundle, str_text(scratch, digest));
	const char *told = arena_printf(scratch, "%s\n", e ? err_text(scratch, e) : "good");
	return golden_check(scratch, folder, "want", told, strlen(told));
}

static void keyless(void **state)
{
	(void)state;
	golden_run("sigstore", keyless_case);
}

static void roots_that_are_none(void **state)
{
	static const char type[] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1";
	static const char *const rows[][2] = {
		{"", "line 1, column 0: unexpected token near end of file"},
		{"{}", "its mediaType is not application/vnd.dev.sigstore.trustedroot+json"},
		{"{\"mediaType\":\"%s\",\"tlogs\":{}}", "tlogs is no list"},
		{"{\"mediaType\":\"%s\",\"tlogs\":[{}]}",
		 "tlogs[0]: hashAlgorithm is not SHA2_256"},
		{"{\"mediaType\":\"%s\",\"ctlogs\":[{\"hashAlgorithm\":\"SHA2_256\"}]}",
		 "ctlogs[0]: publicKey.rawBytes is missing or not base64"},
		{"{\"mediaType\":\"%s\",\"certificateAuthorities\":[{}]}",
		 "certificateAuthorities[0]: certChain has 0 certificates, not 1 to 10"},
		{"{\"mediaType\":\"%s\",\"timestampAuthorities\":[{\"certChain\":{"
		 "\"certificates\":[{\"rawBytes\":\"AAAA\"}]}}]}",
		 "timestampAuthorities[0]: certChain: it is no X.509 certificate"},
	};
	struct sigstore_root *root;
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *mark = strstr(rows[i][0], "%s");
		size_t n = mark ? (size_t)(mark - rows[i][0]) : strlen(rows[i][0]);
		const char *json = arena_printf(mem, "%.*s%s%s", (int)n, rows[i][0],
						mark ? type : "", mark ? mark + 2 : "");
		err *e = sigstore_root_read(mem, str_of(json), &root);
		assert_non_null(e);
		assert_string_equal(err_text(mem, e), rows[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(payloads),
		cmocka_unit_test(bundles),
		cmocka_unit_test(keys_that_are_none),
		cmocka_unit_test(keyless),
		cmocka_unit_test(roots_that_are_none),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
