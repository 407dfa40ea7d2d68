#include "tmpl/tmpl_decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tmpl/tmpl_float.h"

#define BASE 1000000000u
#define PLACES 16 /* of a quotient */

static struct decimal trimmed(struct decimal d)
{
	while (d.n && !d.limbs[d.n - 1])
		d.n--;
	return d;
}

/* The magnitude from n decimal digits. */
static struct decimal from_digits(arena *mem, const char *digits, size_t n)
{
	struct decimal d = {.limbs = NEW_N(mem, uint32_t, n / 9 + 1)};
	while (n) {
		size_t take = n < 9 ? n : 9;
		uint32_t limb = 0;
		for (size_t i = n - take; i < n; i++)
			limb = limb * 10 + (uint32_t)(digits[i] - '0');
		d.limbs[d.n++] = limb;
		n -= take;
	}
	return trimmed(d);
}

err *decimal_from(arena *mem, double f, struct decimal *ret)
{
	buf b = buf_init(mem);
	if (!isfinite(f)) {
		tmpl_float(&b, f, 'g', -1);
		return err_new(mem, ERR_INVALID, "Cannot create a Decimal from %s", buf_text(&b));
	}
	tmpl_float(&b, fabs(f), 'e', -1);
	char digits[32];
	size_t n = 0;
	const char *p = buf_text(&b);
	for (; *p && *p != 'e'; p++)
		if (*p != '.')
			digits[n++] = *p;
	*ret = from_digits(mem, digits, n);
	ret->negative = f < 0;
	ret->exponent = ret->n ? atoi(p + 1) - (int)(n - 1) : 0;
	return NULL;
}

/* d * 10^by, as a magnitude. */
static struct decimal scaled(arena *mem, struct decimal d, size_t by)
{
	static const uint32_t powers[] = {1,	  10,	   100,	     1000,     10000,
					  100000, 1000000, 10000000, 100000000};
	size_t whole = by / 9;
	struct decimal r = d;
	r.limbs = NEW_N(mem, uint32_t, d.n + whole + 1);
	uint64_t carry = 0;
	for (size_t i = 0; i < d.n; i++) {
		carry += (uint64_t)d.limbs[i] * powers[by % 9];
		r.limbs[i + whole] = (uint32_t)(carry % BASE);
		carry /= BASE;
	}
	r.limbs[d.n + whole] = (uint32_t)carry;
	r.n = d.n + whole + 1;
	return trimmed(r);
}

static int magnitude_cmp(struct decimal a, struct decimal b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	for (size_t i = a.n; i-- > 0;)
		if (a.limbs[i] != b.limbs[i])
			return a.limbs[i] < b.limbs[i] ? -1 : 1;
	return 0;
}

static struct decimal magnitude_add(arena *mem, struct decimal a, struct decimal b)
{
	size_t n = (a.n > b.n ? a.n : b.n) + 1;
	struct decimal r = {.limbs = NEW_N(mem, uint32_t, n), .n = n};
	uint32_t carry = 0;
	for (size_t i = 0; i < n; i++) {
		carry += (i < a.n ? a.limbs[i] : 0) + (i < b.n ? b.limbs[i] : 0);
		r.limbs[i] = carry % BASE;
		carry /= BASE;
	}
	return trimmed(r);
}

/* a - b, where a >= b. */
static struct decimal magnitude_sub(arena *mem, struct decimal a, struct decimal b)
{
	struct decimal r = {.limbs = NEW_N(mem, uint32_t, a.n + 1), .n = a.n};
	int64_t borrow = 0;
	for (size_t i = 0; i < a.n; i++) {
		int64_t limb = (int64_t)a.limbs[i] - (i < b.n ? b.limbs[i] : 0) - borrow;
		borrow = limb < 0;
		r.limbs[i] = (uint32_t)(limb + (borrow ? BASE : 0));
	}
	return trimmed(r);
}

struct decimal decimal_add(arena *mem, struct decimal a, struct decimal b)
{
	int exponent = a.exponent < b.exponent ? a.exponent : b.exponent;
	struct decimal x = scaled(mem, a, (size_t)(a.exponent - exponent));
	struct decimal y = scaled(mem, b, (size_t)(b.exponent - exponent)), r;
	bool negative = a.negative;
	if (a.negative == b.negative) {
		r = magnitude_add(mem, x, y);
	} else if (magnitude_cmp(x, y) >= 0) {
		r = magnitude_sub(mem, x, y);
	} else {
		r = magnitude_sub(mem, y, x);
		negative = b.negative;
	}
	r.exponent = exponent;
	r.negative = negative && r.n;
	return r;
}

struct decimal decimal_sub(arena *mem, struct decimal a, struct decimal b)
{
	b.negative = !b.negative;
	return decimal_add(mem, a, b);
}

struct decimal decimal_mul(arena *mem, struct decimal a, struct decimal b)
{
	struct decimal r = {.limbs = NEW_N(mem, uint32_t, a.n + b.n + 1), .n = a.n + b.n};
	for (size_t i = 0; i < a.n; i++) {
		uint64_t carry = 0;
		for (size_t k = 0; k < b.n || carry; k++) {
			carry += r.limbs[i + k] + (uint64_t)a.limbs[i] * (k < b.n ? b.limbs[k] : 0);
			r.limbs[i + k] = (uint32_t)(carry % BASE);
			carry /= BASE;
		}
	}
	r = trimmed(r);
	r.negative = r.n && a.negative != b.negative;
	r.exponent = a.exponent + b.exponent;
	return r;
}

/* limb * b, for a trial of the long division. */
static struct decimal times_limb(arena *mem, struct decimal b, uint32_t limb)
{
	struct decimal one = {.limbs = &limb, .n = limb ? 1 : 0};
	return decimal_mul(mem, b, one);
}

/* The quotient of magnitudes, a limb at a time from the top; *ret_rest is what remains. */
static struct decimal magnitude_div(arena *mem, struct decimal a, struct decimal b,
				    struct decimal *ret_rest)
{
	struct decimal q = {.limbs = NEW_N(mem, uint32_t, a.n + 1), .n = a.n}, rest = {0};
	for (size_t i = a.n; i-- > 0;) {
		struct decimal next = {.limbs = NEW_N(mem, uint32_t, rest.n + 1), .n = rest.n + 1};
		next.limbs[0] = a.limbs[i];
		for (size_t k = 0; k < rest.n; k++)
			next.limbs[k + 1] = rest.limbs[k];
		rest = trimmed(next);
		uint32_t low = 0, high = BASE - 1;
		while (low < high) {
			uint32_t mid = low + (high - low + 1) / 2;
			if (magnitude_cmp(times_limb(mem, b, mid), rest) <= 0)
				low = mid;
			else
				high = mid - 1;
		}
		q.limbs[i] = low;
		rest = magnitude_sub(mem, rest, times_limb(mem, b, low));
	}
	*ret_rest = rest;
	return trimmed(q);
}

err *decimal_div(arena *mem, struct decimal a, struct decimal b, struct decimal *ret)
{
	if (!b.n)
		return err_new(mem, ERR_INVALID, "decimal division by 0");
	/* a / b with PLACES places: scale whichever makes the quotient a whole number of them */
	int shift = a.exponent - b.exponent + PLACES;
	struct decimal x = shift > 0 ? scaled(mem, a, (size_t)shift) : a, rest;
	struct decimal y = shift < 0 ? scaled(mem, b, (size_t)-shift) : b;
	struct decimal q = magnitude_div(mem, x, y, &rest);
	if (magnitude_cmp(magnitude_add(mem, rest, rest), y) >= 0) {
		uint32_t one = 1;
		q = magnitude_add(mem, q, (struct decimal){.limbs = &one, .n = 1});
	}
	q.exponent = -PLACES;
	q.negative = q.n && a.negative != b.negative;
	*ret = q;
	return NULL;
}

double decimal_float(arena *mem, struct decimal d)
{
	buf b = buf_init(mem);
	if (!d.n)
		return 0;
	if (d.negative)
		buf_char(&b, '-');
	for (size_t i = d.n; i-- > 0;)
		buf_printf(&b, "%09u", d.limbs[i]);
	buf_printf(&b, "e%d", d.exponent);
	return strtod(buf_text(&b), NULL);
}
