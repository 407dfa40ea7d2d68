#include "sops/sops_age_hybrid.h"

#include "base/buf.h"
#include "crypt/agree.h"
#include "crypt/cipher.h"
#include "crypt/digest.h"
#include "crypt/mlkem.h"

/* The key encapsulation 0x647a, the key derivation 1, the cipher 3. */
#define SUITE "HPKE\x64\x7a\x00\x01\x00\x03"
#define LABEL "age-encryption.org/mlkem768x25519"
#define WING "\\.//^\\" /* the label of X-Wing */

static void add(buf *b, str s)
{
	buf_str(b, s);
}

static str extract(arena *mem, str salt, const char *label, str material)
{
	buf b = buf_init(mem);
	str zeros = {arena_alloc(mem, 32), 32};
	add(&b, STR("HPKE-v1" SUITE));
	buf_text_add(&b, label);
	add(&b, material);
	return digest_hmac(mem, DIGEST_SHA256, salt.n ? salt : zeros, buf_view(&b));
}

/* At most 32 bytes: one round of HKDF. */
static str expand(arena *mem, str secret, const char *label, str context, size_t n)
{
	buf b = buf_init(mem);
	buf_char(&b, 0);
	buf_char(&b, (char)n);
	add(&b, STR("HPKE-v1" SUITE));
	buf_text_add(&b, label);
	add(&b, context);
	buf_char(&b, 1);
	return str_sub(digest_hmac(mem, DIGEST_SHA256, secret, buf_view(&b)), 0, n);
}

/* The secret that both halves give. */
static err *shared_secret(arena *mem, const unsigned char *seed, str sent, str *ret)
{
	str all = digest_shake(mem, 256, (str){(const char *)seed, SOPS_AGE_HYBRID_SEED},
			       MLKEM_SEED + AGREE_X25519);
	const unsigned char *keys = (const unsigned char *)all.p;
	str quantum, classic, mine, theirs = str_sub(sent, MLKEM_CIPHERTEXT, sent.n);
	TRY(mlkem_open(mem, keys, str_sub(sent, 0, MLKEM_CIPHERTEXT), &quantum));
	TRY(agree_x25519(mem, keys + MLKEM_SEED, theirs, &classic));
	TRY(agree_x25519_point(mem, keys + MLKEM_SEED, &mine));
	buf b = buf_init(mem);
	add(&b, quantum);
	add(&b, classic);
	add(&b, theirs);
	add(&b, mine);
	add(&b, STR(WING));
	*ret = digest_sha3(mem, 32, buf_view(&b));
	return NULL;
}

err *sops_age_hybrid_open(arena *mem, const unsigned char seed[SOPS_AGE_HYBRID_SEED], str sent,
			  str body, str *ret_key)
{
	str shared, secret, key, nonce;
	if (sent.n != SOPS_AGE_HYBRID_SENT)
		return err_new(mem, ERR_INVALID,
			       "invalid mlkem768x25519 recipient: invalid encapsulated key size");
	TRY_AS(mem, shared_secret(mem, seed, sent, &shared), "invalid mlkem768x25519 recipient");
	buf context = buf_init(mem);
	buf_char(&context, 0);
	add(&context, extract(mem, (str){0}, "psk_id_hash", (str){"", 0}));
	add(&context, extract(mem, (str){0}, "info_hash", STR(LABEL)));
	secret = extract(mem, shared, "secret", (str){"", 0});
	key = expand(mem, secret, "key", buf_view(&context), 32);
	nonce = expand(mem, secret, "base_nonce", buf_view(&context), 12);
	return cipher_chacha_open(mem, (const unsigned char *)key.p, (const unsigned char *)nonce.p,
				  body, ret_key);
}
