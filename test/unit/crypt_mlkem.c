/* ML-KEM-768 against Go's crypto/mlkem: public keys, and what comes of texts that nobody sent. Those that
 * somebody sent are the golden cases of age's post-quantum files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/enc.h"
#include "crypt/digest.h"
#include "crypt/mlkem.h"

static const struct {
	int number;
	const char *public_digest, *secret;
} rows[] = {
	{0, "0b2c54cd3a483166b711df7e440d25217aa07860133f79bf172f83bd11a7238c",
	 "be788e05d1948bab9d086bf5decf51436d9fe329aeb885337bee031fc124aea5"},
	{1, "7e15f7c17db9bc5ad298e8e9d4c4b6829a3f76c1dd0b4c00032fdefb00a66226",
	 "6f6b277ca7f1344ef24ce9a8c79079a43388a5133ddff2d55084676709680a38"},
	{2, "f46eee0a2a6582a960f6c9ff5163f387f1008e7f6f121269b4c2ed8569f7d92e",
	 "449ee739acc10b794ae45da6c6706ab5b87b6b94dc215e7a3bff409213e1888c"},
};

static void vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		unsigned char seed[MLKEM_SEED], sent[MLKEM_CIPHERTEXT];
		str secret;
		for (int j = 0; j < MLKEM_SEED; j++)
			seed[j] = (unsigned char)(j * 7 + rows[i].number);
		for (int j = 0; j < MLKEM_CIPHERTEXT; j++)
			sent[j] = (unsigned char)(j * j + 3 * j + rows[i].number);
		str public = mlkem_public(mem, seed);
		assert_int_equal(public.n, MLKEM_PUBLIC);
		assert_string_equal(digest_hex(mem, DIGEST_SHA256, public), rows[i].public_digest);
		assert_null(
			mlkem_open(mem, seed, (str){(const char *)sent, sizeof(sent)}, &secret));
		assert_string_equal(enc_hex(mem, secret), rows[i].secret);
		assert_int_equal(err_code(mlkem_open(mem, seed, STR("short"), &secret)),
				 ERR_INVALID);
		arena_close(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(vectors)};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
