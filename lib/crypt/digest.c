#include "crypt/digest.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/enc.h"
#include "crypt/openssl.h"
#include "crypt/sha256.h"

#define SMALL ((size_t)64 << 10) /* bytes that are no reason to load OpenSSL */

static const struct {
	const char *name;
	size_t size;
	const EVP_MD *(*md)(void);
} kinds[] = {
	[DIGEST_SHA1] = {"sha1", 20, EVP_sha1},
	[DIGEST_SHA256] = {"sha256", 32, EVP_sha256},
	[DIGEST_SHA384] = {"sha384", 48, EVP_sha384},
	[DIGEST_SHA512] = {"sha512", 64, EVP_sha512},
};

struct digest {
	arena *mem;
	enum digest_kind kind;
	EVP_MD_CTX *state;
};

/* The library fails here only without memory or when built without the algorithm. */
static void must(bool fine)
{
	if (fine)
		return;
	fputs("sluice: the crypto library failed to make a digest\n", stderr);
	abort();
}

const char *digest_name(enum digest_kind kind)
{
	return kinds[kind].name;
}

bool digest_parse(str name, enum digest_kind *ret_kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(name, kinds[i].name)) {
			*ret_kind = (enum digest_kind)i;
			return true;
		}
	return false;
}

size_t digest_size(enum digest_kind kind)
{
	return kinds[kind].size;
}

str digest_raw(arena *mem, enum digest_kind kind, str bytes)
{
	unsigned char *out = arena_alloc(mem, DIGEST_MAX);
	unsigned n = SHA256_SIZE;
	if (kind == DIGEST_SHA256 && bytes.n <= SMALL && !openssl_is_there())
		sha256(bytes, out);
	else
		must(EVP_Digest(bytes.p, bytes.n, out, &n, kinds[kind].md(), NULL) == 1);
	return (str){(char *)out, n};
}

char *digest_hex(arena *mem, enum digest_kind kind, str bytes)
{
	return enc_hex(mem, digest_raw(mem, kind, bytes));
}

char *digest_text(arena *mem, enum digest_kind kind, str bytes)
{
	return arena_printf(mem, "%s:%s", kinds[kind].name, digest_hex(mem, kind, bytes));
}

str digest_hmac(arena *mem, enum digest_kind kind, str key, str bytes)
{
	unsigned char *out = arena_alloc(mem, DIGEST_MAX);
	unsigned n = 0;
	/* a NULL key means "as before" to the library */
	const char *p = key.n ? key.p : "";
	must(HMAC(kinds[kind].md(), p, (int)key.n, (const unsigned char *)bytes.p, bytes.n, out,
		  &n) != NULL);
	return (str){(char *)out, n};
}

char *digest_hmac_hex(arena *mem, enum digest_kind kind, str key, str bytes)
{
	return enc_hex(mem, digest_hmac(mem, kind, key, bytes));
}

str digest_sha3(arena *mem, size_t n, str bytes)
{
	unsigned char *out = arena_alloc(mem, DIGEST_MAX);
	unsigned made = 0;
	must(EVP_Digest(bytes.p, bytes.n, out, &made, n == 64 ? EVP_sha3_512() : EVP_sha3_256(),
			NULL) == 1);
	return (str){(char *)out, made};
}

str digest_shake(arena *mem, int strength, str bytes, size_t n)
{
	unsigned char *out = arena_alloc(mem, n);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	must(c && EVP_DigestInit_ex(c, strength == 128 ? EVP_shake128() : EVP_shake256(), NULL) &&
	     EVP_DigestUpdate(c, bytes.p, bytes.n) && EVP_DigestFinalXOF(c, out, n));
	EVP_MD_CTX_free(c);
	return (str){(char *)out, n};
}

static void state_free(void *arg)
{
	EVP_MD_CTX_free(arg);
}

struct digest *digest_begin(arena *mem, enum digest_kind kind)
{
	struct digest *d = NEW(mem, struct digest);
	*d = (struct digest){mem, kind, EVP_MD_CTX_new()};
	must(d->state != NULL);
	arena_defer(mem, state_free, d->state);
	must(EVP_DigestInit_ex(d->state, kinds[kind].md(), NULL) == 1);
	return d;
}

void digest_add(struct digest *d, str bytes)
{
	must(EVP_DigestUpdate(d->state, bytes.p, bytes.n) == 1);
}

char *digest_end(struct digest *d)
{
	unsigned char out[DIGEST_MAX];
	unsigned n = 0;
	must(EVP_DigestFinal_ex(d->state, out, &n) == 1);
	return arena_printf(d->mem, "%s:%s", kinds[d->kind].name,
			    enc_hex(d->mem, (str){(char *)out, n}));
}

bool digest_split(str text, enum digest_kind *ret_kind, str *ret_hex)
{
	str name, hex;
	enum digest_kind kind;
	if (!str_cut(text, ':', &name, &hex) || !digest_parse(name, &kind) ||
	    hex.n != 2 * kinds[kind].size)
		return false;
	for (size_t i = 0; i < hex.n; i++)
		if (!isxdigit((unsigned char)hex.p[i]))
			return false;
	*ret_kind = kind;
	*ret_hex = hex;
	return true;
}

bool digest_equal(str a, str b)
{
	return a.n == b.n && CRYPTO_memcmp(a.p, b.p, a.n) == 0;
}
