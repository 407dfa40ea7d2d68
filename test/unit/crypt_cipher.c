/* Ciphers, keys made of keys, and what private keys do, by published vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/enc.h"
#include "crypt/agree.h"
#include "crypt/cipher.h"

static arena *mem;

static int begin(void **state)
{
	(void)state;
	mem = arena_open();
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

static str hex(const char *text)
{
	str bytes;
	assert_true(enc_unhex(mem, str_of(text), &bytes));
	return bytes;
}

static void is_hex(str got, const char *want)
{
	assert_string_equal(enc_hex(mem, got), want);
}

/* NIST's test case 16 of AES-GCM, and 18 with an IV that is not of 12 bytes. */
static void gcm(void **state)
{
	(void)state;
	str key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
	str aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
	const char *plain =
		"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c9"
		"5956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
	str sealed =
		hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e4859"
		    "0dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662");
	str tag = hex("76fc6ece0f4e1768cddf8853bb2d551b"), got;
	str iv = hex("cafebabefacedbaddecaf888");
	assert_null(cipher_gcm_open(mem, key, iv, aad, sealed, tag, &got));
	is_hex(got, plain);
	sealed =
		hex("5a8def2f0c9e53f1f75d7853659e2a20eeb2b22aafde6419a058ab4f6f746bf40fc0c3b780f244"
		    "452da3ebf1c5d82cdea2418997200ef82e44ae7e3f");
	tag = hex("a44a8266ee1c8eb0c8b5d4cf5ae9f19a");
	iv = hex("9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539"
		 "fcf0e2429a6b525416aedbf5a0de6a57a637b39b");
	assert_null(cipher_gcm_open(mem, key, iv, aad, sealed, tag, &got));
	is_hex(got, plain);
	assert_int_equal(err_code(cipher_gcm_open(mem, key, iv, STR("other"), sealed, tag, &got)),
			 ERR_UNAUTHORIZED);
	assert_int_equal(err_code(cipher_gcm_open(mem, STR("short"), iv, aad, sealed, tag, &got)),
			 ERR_INVALID);
	assert_int_equal(err_code(cipher_gcm_open(mem, key, (str){0}, aad, sealed, tag, &got)),
			 ERR_INVALID);
	assert_int_equal(
		err_code(cipher_gcm_open(mem, key, iv, aad, sealed, str_sub(tag, 0, 12), &got)),
		ERR_INVALID);
}

/* What is refused; what opens is a golden case of PGP's, which other readers of OpenPGP open too. */
static void ocb(void **state)
{
	(void)state;
	str key = {arena_alloc(mem, 16), 16}, got, none = {"", 0};
	unsigned char nonce[15] = {0};
	assert_int_equal(err_code(cipher_ocb_open(mem, key, nonce, STR("aad"),
						  STR("0123456789abcdef"), &got)),
			 ERR_UNAUTHORIZED);
	assert_int_equal(err_code(cipher_ocb_open(mem, key, nonce, none, STR("short"), &got)),
			 ERR_INVALID);
	assert_int_equal(
		err_code(cipher_ocb_open(mem, none, nonce, none, STR("0123456789abcdef"), &got)),
		ERR_INVALID);
}

/* The tag of nothing under a key of zeros; longer texts are the golden cases' of age files. */
static void chacha(void **state)
{
	(void)state;
	unsigned char key[32] = {0}, nonce[12] = {0};
	str got, tag = hex("4eb972c9a8fb3a1b382bb4d36f5ffad1");
	assert_null(cipher_chacha_open(mem, key, nonce, tag, &got));
	assert_int_equal(got.n, 0);
	nonce[0] = 1;
	assert_int_equal(err_code(cipher_chacha_open(mem, key, nonce, tag, &got)),
			 ERR_UNAUTHORIZED);
	assert_int_equal(err_code(cipher_chacha_open(mem, key, nonce, STR("short"), &got)),
			 ERR_INVALID);
}

/* RFC 5869, A.1 to A.3 */
static void hkdf(void **state)
{
	(void)state;
	str ikm = hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
	is_hex(cipher_hkdf(mem, ikm, hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"),
			   42),
	       "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b88718586"
	       "5");
	is_hex(cipher_hkdf(mem, ikm, (str){0}, (str){0}, 42),
	       "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c"
	       "8");
}

/* RFC 3394, 4.1, 4.6 */
static void unwrap(void **state)
{
	(void)state;
	str got, key = hex("000102030405060708090A0B0C0D0E0F");
	str wrapped = hex("1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5");
	assert_null(cipher_unwrap(mem, key, wrapped, &got));
	is_hex(got, "00112233445566778899aabbccddeeff");
	assert_int_equal(err_code(cipher_unwrap(mem, hex("00112233445566778899aabbccddeeff"),
						wrapped, &got)),
			 ERR_UNAUTHORIZED);
	assert_int_equal(err_code(cipher_unwrap(mem, key, STR("odd"), &got)), ERR_INVALID);
	key = hex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
	wrapped = hex(
		"28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD2"
		"1");
	assert_null(cipher_unwrap(mem, key, wrapped, &got));
	is_hex(got, "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
}

/* With an IV of zeros the first block is the text mixed with the encrypted zeros (FIPS 197's key). */
static void cfb(void **state)
{
	(void)state;
	str got, zeros = {arena_alloc(mem, 16), 16};
	str key = {arena_alloc(mem, 16), 16};
	assert_null(cipher_cfb_decrypt(mem, CIPHER_AES_128, key, zeros, &got));
	is_hex(got, "66e94bd4ef8a2c3b884cfa59ca342b2e");
	assert_int_equal(err_code(cipher_cfb_decrypt(mem, CIPHER_AES_256, key, zeros, &got)),
			 ERR_INVALID);
	assert_int_equal(cipher_block_size(CIPHER_3DES), 8);
	assert_int_equal(cipher_key_size(CIPHER_3DES), 24);
	assert_int_equal(cipher_key_size(CIPHER_CAMELLIA_192), 24);
}

/* RFC 7748, 6.1, and a point of small order. */
static void x25519(void **state)
{
	(void)state;
	str alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"), got;
	str bob = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
	const unsigned char *scalar = (const unsigned char *)alice.p;
	assert_null(agree_x25519_point(mem, scalar, &got));
	is_hex(got, "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
	assert_null(agree_x25519(mem, scalar, bob, &got));
	is_hex(got, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
	bob = (str){arena_alloc(mem, 32), 32};
	assert_int_equal(err_code(agree_x25519(mem, scalar, bob, &got)), ERR_INVALID);
	assert_int_equal(err_code(agree_x25519(mem, scalar, STR("short"), &got)), ERR_INVALID);
}

/* NIST's first pair of KAS ECC CDH for P-256; a point that is not on the curve. */
static void ecdh(void **state)
{
	(void)state;
	str number = hex("7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534"), got;
	str point = hex("04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
			"db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac");
	assert_null(agree_ecdh(mem, "P-256", number, point, &got));
	is_hex(got, "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b");
	((char *)(uintptr_t)point.p)[40] ^= 1;
	assert_int_equal(err_code(agree_ecdh(mem, "P-256", number, point, &got)), ERR_INVALID);
	assert_int_equal(err_code(agree_ecdh(mem, "P-256", number, STR("x"), &got)), ERR_INVALID);
	assert_int_equal(err_code(agree_ecdh(mem, "no-curve", number, point, &got)), ERR_INVALID);
	assert_int_equal(err_code(agree_ecdh(mem, "P-256", (str){0}, point, &got)), ERR_INVALID);
}

/* Numbers that are no key at all. */
static void rsa(void **state)
{
	(void)state;
	str got, one = STR("\1"), seven = STR("\7"), zero = STR("\0");
	struct agree_rsa k = {seven, one, one, one, one};
	assert_int_equal(err_code(agree_rsa_decrypt(mem, &k, one, &got)) != 0, 1);
	k.p = zero;
	assert_int_equal(err_code(agree_rsa_decrypt(mem, &k, one, &got)) != 0, 1);
	k.p = (str){0};
	assert_int_equal(err_code(agree_rsa_decrypt(mem, &k, one, &got)), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(gcm, begin, end),
		cmocka_unit_test_setup_teardown(chacha, begin, end),
		cmocka_unit_test_setup_teardown(ocb, begin, end),
		cmocka_unit_test_setup_teardown(hkdf, begin, end),
		cmocka_unit_test_setup_teardown(unwrap, begin, end),
		cmocka_unit_test_setup_teardown(cfb, begin, end),
		cmocka_unit_test_setup_teardown(x25519, begin, end),
		cmocka_unit_test_setup_teardown(ecdh, begin, end),
		cmocka_unit_test_setup_teardown(rsa, begin, end),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
