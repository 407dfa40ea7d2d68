#include "crypt/mlkem.h"

#include <string.h>

#include "crypt/digest.h"

#define N 256	    /* coefficients of a polynomial */
#define Q 3329	    /* their modulus */
#define K 3	    /* polynomials of a vector */
#define ROOT 17	    /* a 256th root of 1 */
#define HALF_N 3303 /* 1 / 128 */
#define POLY_BYTES 384

typedef struct {
	uint16_t c[N]; /* each below Q */
} poly;

struct key {
	poly s[K], t[K], a[K][K]; /* all after the transform */
	unsigned char public[MLKEM_PUBLIC], hash[32], z[32];
};

/* ---- numbers ---------------------------------------------------------------------------------- */

/* a / Q and a mod Q without a division. */
static uint32_t divide(uint32_t a, uint32_t *ret_rest)
{
	uint32_t quotient = (uint32_t)(((uint64_t)a * 1290167) >> 32);
	uint32_t rest = a - quotient * Q;
	uint32_t over = 1 - ((rest - Q) >> 31);
	*ret_rest = rest - (Q & (0 - over));
	return quotient + over;
}

static uint16_t reduce(uint32_t a)
{
	uint32_t rest;
	divide(a, &rest);
	return (uint16_t)rest;
}

static uint16_t minus(uint32_t a, uint32_t b)
{
	return reduce(a + Q - b);
}

/* ROOT to the power of i with its seven bits reversed. */
static const uint16_t zetas[N / 2] = {
	1,    1729, 2580, 3289, 2642, 630,  1897, 848,	1062, 1919, 193,  797,	2786, 3260, 569,
	1746, 296,  2447, 1339, 1476, 3046, 56,	  2240, 1333, 1426, 2094, 535,	2882, 2393, 2879,
	1974, 821,  289,  331,	3253, 1756, 1197, 2304, 2277, 2055, 650,  1977, 2513, 632,  2865,
	33,   1320, 1915, 2319, 1435, 807,  452,  1438, 2868, 1534, 2402, 2647, 2617, 1481, 648,
	2474, 3110, 1227, 910,	17,   2761, 583,  2649, 1637, 723,  2288, 1100, 1409, 2662, 3281,
	233,  756,  2156, 3015, 3050, 1703, 1651, 2789, 1789, 1847, 952,  1461, 2687, 939,  2308,
	2437, 2388, 733,  2337, 268,  641,  1584, 2298, 2037, 3220, 375,  2549, 2090, 1645, 1063,
	319,  2773, 757,  2099, 561,  2466, 2594, 2804, 1092, 403,  1026, 1143, 2150, 2775, 886,
	1722, 1212, 1874, 1029, 2110, 2935, 885,  2154,
};

/* ---- polynomials ------------------------------------------------------------------------------ */

/* The number-theoretic transform (algorithm 9), and back (10). */
static void transform(poly *p)
{
	uint32_t i = 1;
	for (int length = 128; length >= 2; length /= 2) {
		for (int start = 0; start < N; start += 2 * length) {
			uint32_t zeta = zetas[i++];
			for (int j = start; j < start + length; j++) {
				uint16_t t = reduce(zeta * p->c[j + length]);
				p->c[j + length] = minus(p->c[j], t);
				p->c[j] = reduce((uint32_t)p->c[j] + t);
			}
		}
	}
}

static void transform_back(poly *p)
{
	uint32_t i = 127;
	for (int length = 2; length <= 128; length *= 2) {
		for (int start = 0; start < N; start += 2 * length) {
			uint32_t zeta = zetas[i--];
			for (int j = start; j < start + length; j++) {
				uint16_t t = p->c[j];
				p->c[j] = reduce((uint32_t)t + p->c[j + length]);
				p->c[j + length] = reduce(zeta * minus(p->c[j + length], t));
			}
		}
	}
	for (int j = 0; j < N; j++)
		p->c[j] = reduce((uint32_t)p->c[j] * HALF_N);
}

/* sum += a * b, all transformed (11 and 12). */
static void add_product(poly *sum, const poly *a, const poly *b)
{
	for (uint32_t i = 0; i < N / 2; i++) {
		uint32_t a0 = a->c[2 * i], a1 = a->c[2 * i + 1];
		uint32_t b0 = b->c[2 * i], b1 = b->c[2 * i + 1];
		uint32_t gamma = reduce(reduce((uint32_t)zetas[i] * zetas[i]) * ROOT);
		uint32_t low = reduce(a0 * b0) + reduce(reduce(a1 * b1) * gamma);
		uint32_t high = reduce(a0 * b1) + reduce(a1 * b0);
		sum->c[2 * i] = reduce(sum->c[2 * i] + low);
		sum->c[2 * i + 1] = reduce(sum->c[2 * i + 1] + high);
	}
}

static void add(poly *sum, const poly *p)
{
	for (int j = 0; j < N; j++)
		sum->c[j] = reduce((uint32_t)sum->c[j] + p->c[j]);
}

/* Bits of a number that is below Q, spread evenly over 2^bits, and back. */
static uint32_t compress(uint32_t x, int bits)
{
	uint32_t rest;
	return divide((x << bits) + Q / 2, &rest) & ((1u << bits) - 1);
}

static uint16_t decompress(uint32_t y, int bits)
{
	return (uint16_t)((y * Q + (1u << (bits - 1))) >> bits);
}

static void pack(unsigned char *out, const poly *p, int bits, bool squeeze)
{
	uint32_t acc = 0;
	int have = 0;
	for (int j = 0; j < N; j++) {
		uint32_t x = squeeze ? compress(p->c[j], bits) : p->c[j];
		acc |= x << have;
		have += bits;
		for (; have >= 8; have -= 8, acc >>= 8)
			*out++ = (unsigned char)acc;
	}
}

static void unpack(poly *p, const unsigned char *in, int bits)
{
	uint32_t acc = 0;
	int have = 0;
	for (int j = 0; j < N; j++) {
		for (; have < bits; have += 8)
			acc |= (uint32_t)*in++ << have;
		p->c[j] = decompress(acc & ((1u << bits) - 1), bits);
		acc >>= bits;
		have -= bits;
	}
}

/* ---- sampling --------------------------------------------------------------------------------- */

/* A polynomial as even as chance (7); nothing here is secret. */
static void sample_even(arena *mem, poly *p, const unsigned char rho[32], int i, int j)
{
	char seed[34];
	memcpy(seed, rho, 32);
	seed[32] = (char)j;
	seed[33] = (char)i;
	for (size_t length = 1008;; length *= 2) {
		str stream = digest_shake(mem, 128, (str){seed, sizeof(seed)}, length);
		const unsigned char *b = (const unsigned char *)stream.p;
		int n = 0;
		for (size_t at = 0; at + 3 <= length && n < N; at += 3) {
			uint32_t one = b[at] | (uint32_t)(b[at + 1] & 15) << 8;
			uint32_t two = b[at + 1] >> 4 | (uint32_t)b[at + 2] << 4;
			if (one < Q)
				p->c[n++] = (uint16_t)one;
			if (two < Q && n < N)
				p->c[n++] = (uint16_t)two;
		}
		if (n == N)
			return;
	}
}

/* A polynomial of small numbers (8, with eta 2). */
static void sample_small(arena *mem, poly *p, const unsigned char seed[32], int number)
{
	char in[33];
	memcpy(in, seed, 32);
	in[32] = (char)number;
	str stream = digest_shake(mem, 256, (str){in, sizeof(in)}, N / 2);
	for (int j = 0; j < N; j++) {
		uint32_t bits = (unsigned char)stream.p[j / 2] >> (j % 2 * 4);
		p->c[j] = minus((bits & 1) + (bits >> 1 & 1), (bits >> 2 & 1) + (bits >> 3 & 1));
	}
}

/* ---- keys ------------------------------------------------------------------------------------- */

static void make_key(arena *mem, const unsigned char seed[MLKEM_SEED], struct key *k)
{
	char in[33];
	poly e;
	memcpy(in, seed, 32);
	in[32] = K;
	str both = digest_sha3(mem, 64, (str){in, sizeof(in)});
	const unsigned char *rho = (const unsigned char *)both.p, *sigma = rho + 32;
	memcpy(k->z, seed + 32, 32);
	for (int i = 0; i < K; i++) {
		sample_small(mem, &k->s[i], sigma, i);
		transform(&k->s[i]);
		for (int j = 0; j < K; j++)
			sample_even(mem, &k->a[i][j], rho, i, j);
	}
	for (int i = 0; i < K; i++) {
		sample_small(mem, &e, sigma, K + i);
		transform(&e);
		k->t[i] = e;
		for (int j = 0; j < K; j++)
			add_product(&k->t[i], &k->a[i][j], &k->s[j]);
		pack(k->public + i * POLY_BYTES, &k->t[i], 12, false);
	}
	memcpy(k->public + K * POLY_BYTES, rho, 32);
	memcpy(k->hash, digest_sha3(mem, 32, (str){(const char *)k->public, MLKEM_PUBLIC}).p, 32);
}

/* What is sent for a message m with the randomness r (14). */
static void encrypt(arena *mem, const struct key *k, const unsigned char m[32],
		    const unsigned char r[32], unsigned char sent[MLKEM_CIPHERTEXT])
{
	poly y[K], e, u, v = {{0}};
	for (int i = 0; i < K; i++) {
		sample_small(mem, &y[i], r, i);
		transform(&y[i]);
		add_product(&v, &k->t[i], &y[i]);
	}
	for (int i = 0; i < K; i++) {
		u = (poly){{0}};
		for (int j = 0; j < K; j++)
			add_product(&u, &k->a[j][i], &y[j]);
		transform_back(&u);
		sample_small(mem, &e, r, K + i);
		add(&u, &e);
		pack(sent + i * 320, &u, 10, true);
	}
	transform_back(&v);
	sample_small(mem, &e, r, 2 * K);
	add(&v, &e);
	unpack(&e, m, 1);
	add(&v, &e);
	pack(sent + K * 320, &v, 4, true);
}

/* The message in what was sent (15). */
static void decrypt(const struct key *k, const unsigned char *sent, unsigned char m[32])
{
	poly u, v, w = {{0}};
	for (int i = 0; i < K; i++) {
		unpack(&u, sent + i * 320, 10);
		transform(&u);
		add_product(&w, &k->s[i], &u);
	}
	transform_back(&w);
	unpack(&v, sent + K * 320, 4);
	for (int j = 0; j < N; j++)
		v.c[j] = minus(v.c[j], w.c[j]);
	pack(m, &v, 1, true);
}

/* ---- the whole -------------------------------------------------------------------------------- */

str mlkem_public(arena *mem, const unsigned char seed[MLKEM_SEED])
{
	struct key *k = NEW(mem, struct key);
	make_key(mem, seed, k);
	return (str){(const char *)k->public, MLKEM_PUBLIC};
}

err *mlkem_open(arena *mem, const unsigned char seed[MLKEM_SEED], str sent, str *ret_secret)
{
	struct key *k = NEW(mem, struct key);
	unsigned char *in = arena_alloc(mem, 32 + MLKEM_CIPHERTEXT);
	unsigned char *again = arena_alloc(mem, MLKEM_CIPHERTEXT);
	if (sent.n != MLKEM_CIPHERTEXT)
		return err_new(mem, ERR_INVALID, "%zu bytes instead of %d", sent.n,
			       MLKEM_CIPHERTEXT);
	make_key(mem, seed, k);
	decrypt(k, (const unsigned char *)sent.p, in);
	memcpy(in + 32, k->hash, 32);
	str both = digest_sha3(mem, 64, (str){(const char *)in, 64});
	encrypt(mem, k, in, (const unsigned char *)both.p + 32, again);
	memcpy(in, k->z, 32);
	memcpy(in + 32, sent.p, MLKEM_CIPHERTEXT);
	str other = digest_shake(mem, 256, (str){(const char *)in, 32 + MLKEM_CIPHERTEXT}, 32);
	unsigned char mask = 0, *secret = arena_alloc(mem, MLKEM_SECRET);
	for (size_t i = 0; i < MLKEM_CIPHERTEXT; i++)
		mask |= again[i] ^ (unsigned char)sent.p[i];
	mask = (unsigned char)(0u - ((uint32_t)(mask | (0u - mask)) >> 31));
	for (size_t i = 0; i < MLKEM_SECRET; i++)
		secret[i] = (unsigned char)((both.p[i] & ~mask) | (other.p[i] & mask));
	*ret_secret = (str){(const char *)secret, MLKEM_SECRET};
	return NULL;
}
