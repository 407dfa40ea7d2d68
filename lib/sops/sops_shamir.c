#include "sops/sops_shamir.h"

/* In the field of AES: x^8 + x^4 + x^3 + x + 1. No branch and no table depends on a secret. */
static unsigned char times(unsigned char a, unsigned char b)
{
	unsigned char sum = 0;
	for (int i = 7; i >= 0; i--) {
		unsigned char over = (unsigned char)(-(sum >> 7) & 0x1B);
		unsigned char add = (unsigned char)(-(b >> i & 1) & a);
		sum = (unsigned char)((sum << 1) ^ over ^ add);
	}
	return sum;
}

/* 1 / a, as a to the power of 254. */
static unsigned char inverse(unsigned char a)
{
	unsigned char power = 1;
	for (int i = 0; i < 7; i++) {
		power = times(power, power);
		power = times(power, a);
	}
	return times(power, power);
}

/* What each part counts in the polynomial's value at 0. */
static void weigh(const str *parts, size_t n, unsigned char *weights)
{
	size_t last = parts[0].n - 1;
	for (size_t i = 0; i < n; i++) {
		unsigned char xi = (unsigned char)parts[i].p[last];
		weights[i] = 1;
		for (size_t j = 0; j < n; j++) {
			unsigned char xj = (unsigned char)parts[j].p[last];
			if (i != j)
				weights[i] = times(weights[i], times(xj, inverse(xi ^ xj)));
		}
	}
}

err *sops_shamir_combine(arena *mem, const str *parts, size_t n, str *ret_secret)
{
	bool seen[256] = {false};
	if (n < 2)
		return err_new(mem, ERR_INVALID,
			       "less than two parts cannot be used to reconstruct the secret");
	if (parts[0].n < 2)
		return err_new(mem, ERR_INVALID, "parts must be at least two bytes");
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n != parts[0].n)
			return err_new(mem, ERR_INVALID, "all parts must be the same length");
		bool *x = &seen[(unsigned char)parts[i].p[parts[i].n - 1]];
		if (*x)
			return err_new(mem, ERR_INVALID, "duplicate part detected");
		*x = true;
	}
	size_t length = parts[0].n - 1;
	unsigned char *weights = arena_alloc(mem, n);
	char *secret = arena_alloc(mem, length + 1);
	weigh(parts, n, weights);
	for (size_t at = 0; at < length; at++) {
		unsigned char sum = 0;
		for (size_t i = 0; i < n; i++)
			sum ^= times((unsigned char)parts[i].p[at], weights[i]);
		secret[at] = (char)sum;
	}
	*ret_secret = (str){secret, length};
	return NULL;
}
