#include "tmpl/tmpl_crypto.h"

#include <string.h>

#include "base/enc.h"
#include "base/rand.h"
#include "crypt/cipher.h"
#include "crypt/digest.h"
#include "tmpl/tmpl_base.h"
#include "tmpl/tmpl_run.h"

/* What slow functions cost, in the steps of a run's budget: about a step for ten nanoseconds. */
#define COST_RSA_2048 4000000u
#define COST_RSA_4096 40000000u
#define COST_SLOW_HASH 5000000u

static err *spend(struct tmpl_call *c, uint64_t steps)
{
	return c->run ? tmpl_run_spend(c->run, steps) : NULL;
}

static err *sum(struct tmpl_call *c, enum digest_kind kind, const struct tv *args, struct tv *ret)
{
	*ret = tv_text(digest_hex(c->mem, kind, tv_as_str(args[0])));
	return NULL;
}

static err *crypto_sha1(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return sum(c, DIGEST_SHA1, args, ret);
}

static err *crypto_sha256(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return sum(c, DIGEST_SHA256, args, ret);
}

static err *crypto_sha512(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return sum(c, DIGEST_SHA512, args, ret);
}

static err *crypto_adler32(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s = tv_as_str(args[0]);
	uint32_t a = 1, b = 0;
	for (size_t i = 0; i < s.n; i++) {
		a = (a + (unsigned char)s.p[i]) % 65521;
		b = (b + a) % 65521;
	}
	*ret = tmpl_textf(c, "%u", b << 16 | a);
	return NULL;
}

static err *hash_password(struct tmpl_call *c, str password, struct tv *ret)
{
	char *hash;
	TRY(spend(c, COST_SLOW_HASH));
	err *e = cipher_bcrypt(c->mem, password, &hash);
	*ret = e ? tmpl_textf(c, "failed to encrypt string with bcrypt: %s", err_text(c->mem, e))
		 : tv_text(hash);
	return NULL;
}

static err *crypto_bcrypt(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return hash_password(c, tv_as_str(args[0]), ret);
}

static err *crypto_htpasswd(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv hash;
	str user = tv_as_str(args[0]);
	if (str_find(user, ':') >= 0) {
		*ret = tmpl_textf(c, "invalid username: %.*s", STR_ARG(user));
		return NULL;
	}
	TRY(hash_password(c, tv_as_str(args[1]), &hash));
	*ret = tmpl_textf(c, "%.*s:%.*s", STR_ARG(user), STR_ARG(tv_as_str(hash)));
	return NULL;
}

static err *crypto_rand_bytes(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	if (args[0].i < 0 || args[0].i > INT64_C(1) << 40)
		return tmpl_panic(c->mem, "runtime error: makeslice: len out of range");
	size_t count = (size_t)args[0].i;
	TRY(tmpl_charge(c, count * 3));
	char *bytes = arena_alloc(c->mem, count);
	rand_bytes(bytes, count);
	*ret = tv_text(enc_base64(c->mem, (str){bytes, count}));
	return NULL;
}

static err *crypto_uuid(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)args, (void)n;
	unsigned char b[16];
	rand_bytes(b, sizeof(b));
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	const char *hex = enc_hex(c->mem, (str){(const char *)b, sizeof(b)});
	*ret = tmpl_textf(c, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
	return NULL;
}

/* The templates of the Master Password algorithm; a letter stands for a class of characters. */
static const struct {
	const char *type;
	const char *templates[22];
} password_types[] = {
	{"maximum", {"anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"}},
	{"long",
	 {"CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv",
	  "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc",
	  "CvcvCvcvnoCvcc", "CvcvCvcvCvccno", "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno",
	  "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc",
	  "CvccCvcvCvccno"}},
	{"medium", {"CvcnoCvc", "CvcCvcno"}},
	{"short", {"Cvcn"}},
	{"basic", {"aaanaaan", "aannaaan", "aaannaaa"}},
	{"pin", {"nnnn"}},
};

static const char *characters(char class)
{
	switch (class) {
	case 'V':
		return "AEIOU";
	case 'C':
		return "BCDFGHJKLMNPQRSTVWXYZ";
	case 'v':
		return "aeiou";
	case 'c':
		return "bcdfghjklmnpqrstvwxyz";
	case 'a':
		return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
	case 'n':
		return "0123456789";
	case 'o':
		return "@&%?,=[]_:-+*$#!'^~;()/.";
	default:
		return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()";
	}
}

static void add_number(buf *b, uint32_t n)
{
	const unsigned char bytes[] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16),
				       (unsigned char)(n >> 8), (unsigned char)n};
	buf_add(b, bytes, sizeof(bytes));
}

static err *derive(struct tmpl_call *c, uint32_t counter, const char *const *templates,
		   const struct tv *args, struct tv *ret)
{
	static const char name[] = "com.lyndir.masterpassword";
	str password = tv_as_str(args[2]), user = tv_as_str(args[3]), site = tv_as_str(args[4]),
	    key;
	buf salt = buf_init(c->mem), message = buf_init(c->mem), out = buf_init(c->mem);
	buf_text_add(&salt, name);
	add_number(&salt, (uint32_t)user.n);
	buf_str(&salt, user);
	TRY(spend(c, COST_SLOW_HASH));
	TRY(cipher_scrypt(c->mem, password, buf_view(&salt), 32768, 8, 2, 64, &key));
	buf_text_add(&message, name);
	add_number(&message, (uint32_t)site.n);
	buf_str(&message, site);
	add_number(&message, counter);
	str seed = digest_hmac(c->mem, DIGEST_SHA256, key, buf_view(&message));
	size_t count = 0;
	while (count < 22 && templates[count])
		count++;
	const char *form = templates[(unsigned char)seed.p[0] % count];
	for (size_t i = 0; form[i]; i++) {
		const char *set = characters(form[i]);
		buf_char(&out, set[(unsigned char)seed.p[i + 1] % strlen(set)]);
	}
	*ret = tmpl_buf_text(&out);
	return NULL;
}

static err *crypto_derive(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str type = tv_as_str(args[1]);
	for (size_t i = 0; i < sizeof(password_types) / sizeof(*password_types); i++)
		if (str_is(type, password_types[i].type))
			return derive(c, (uint32_t)args[0].u, password_types[i].templates, args,
				      ret);
	*ret = tmpl_textf(c, "cannot find password template %.*s", STR_ARG(type));
	return NULL;
}

/* The password, cut or filled with zeros to the length of a key. */
static void key_of(str password, unsigned char key[CIPHER_KEY_256])
{
	memset(key, 0, CIPHER_KEY_256);
	memcpy(key, password.p, password.n < CIPHER_KEY_256 ? password.n : CIPHER_KEY_256);
}

static err *crypto_encrypt(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	unsigned char key[CIPHER_KEY_256], iv[CIPHER_BLOCK];
	str text = tv_as_str(args[1]), secret;
	*ret = tv_text("");
	if (!text.n)
		return NULL;
	TRY(tmpl_charge(c, text.n * 5));
	key_of(tv_as_str(args[0]), key);
	rand_bytes(iv, sizeof(iv));
	size_t pad = CIPHER_BLOCK - text.n % CIPHER_BLOCK;
	buf plain = buf_init(c->mem), out = buf_init(c->mem);
	buf_str(&plain, text);
	buf_fill(&plain, (char)pad, pad);
	TRY(cipher_cbc_encrypt(c->mem, key, iv, buf_view(&plain), &secret));
	buf_add(&out, iv, sizeof(iv));
	buf_str(&out, secret);
	*ret = tv_text(enc_base64(c->mem, buf_view(&out)));
	return NULL;
}

static err *crypto_decrypt(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	unsigned char key[CIPHER_KEY_256];
	str text = tv_as_str(args[1]), bytes, plain;
	*ret = tv_text("");
	if (!text.n)
		return NULL;
	TRY(tmpl_base64_decode(c->mem, text, &bytes));
	if (bytes.n < CIPHER_BLOCK)
		return tmpl_panic(
			c->mem, "runtime error: slice bounds out of range [:16] with capacity %zu",
			bytes.n);
	if (bytes.n % CIPHER_BLOCK)
		return tmpl_panic(c->mem, "crypto/cipher: input not full blocks");
	if (bytes.n == CIPHER_BLOCK)
		return tmpl_panic(c->mem, "runtime error: index out of range [-1]");
	key_of(tv_as_str(args[0]), key);
	TRY(cipher_cbc_decrypt(c->mem, key, (const unsigned char *)bytes.p,
			       str_sub(bytes, CIPHER_BLOCK, bytes.n), &plain));
	size_t pad = (unsigned char)plain.p[plain.n - 1];
	if (pad > plain.n)
		return tmpl_panic(c->mem, "runtime error: slice bounds out of range [:-%zu]",
				  pad - plain.n);
	*ret = tv_str(str_sub(plain, 0, plain.n - pad));
	return NULL;
}

err *tmpl_make_key(struct tmpl_call *c, enum pkey_kind kind, struct pkey **ret)
{
	bool slow = kind == PKEY_RSA_4096 || kind == PKEY_DSA_2048;
	if (kind != PKEY_P256 && kind != PKEY_ED25519)
		TRY(spend(c, slow ? COST_RSA_4096 : COST_RSA_2048));
	return pkey_make(c->mem, kind, ret);
}

static err *crypto_private_key(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	static const struct {
		const char *name;
		enum pkey_kind kind;
	} kinds[] = {{"", PKEY_RSA_4096},
		     {"rsa", PKEY_RSA_4096},
		     {"dsa", PKEY_DSA_2048},
		     {"ecdsa", PKEY_P256},
		     {"ed25519", PKEY_ED25519}};
	(void)n;
	str type = tv_as_str(args[0]);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct pkey *key;
		char *pem;
		if (!str_is(type, kinds[i].name))
			continue;
		TRY(tmpl_make_key(c, kinds[i].kind, &key));
		TRY(pkey_pem(c->mem, key, &pem));
		*ret = tv_text(pem);
		return NULL;
	}
	*ret = tmpl_textf(c, "Unknown type %.*s", STR_ARG(type));
	return NULL;
}

const struct tmpl_func tmpl_crypto_funcs[] = {
	{"adler32sum", "s>s", crypto_adler32},
	{"bcrypt", "s>s", crypto_bcrypt},
	{"decryptAES", "ss>s", crypto_decrypt},
	{"derivePassword", "Ussss>s", crypto_derive},
	{"encryptAES", "ss>s", crypto_encrypt},
	{"genPrivateKey", "s>s", crypto_private_key},
	{"htpasswd", "ss>s", crypto_htpasswd},
	{"randBytes", "i>s", crypto_rand_bytes},
	{"sha1sum", "s>s", crypto_sha1},
	{"sha256sum", "s>s", crypto_sha256},
	{"sha512sum", "s>s", crypto_sha512},
	{"uuidv4", ">s", crypto_uuid},
	{0},
};
