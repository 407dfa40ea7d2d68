#include "sops/sops_bech32.h"

#include <string.h>

#define SUM 6 /* characters of the checksum */

static uint32_t feed(uint32_t sum, uint32_t v)
{
	static const uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
					     0x2a1462b3};
	uint32_t top = sum >> 25;
	sum = (sum & 0x1ffffff) << 5 ^ v;
	for (int i = 0; i < 5; i++)
		if (top >> i & 1)
			sum ^= generator[i];
	return sum;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool one_case(str s)
{
	bool small = false, large = false;
	for (size_t i = 0; i < s.n; i++) {
		small |= s.p[i] >= 'a' && s.p[i] <= 'z';
		large |= s.p[i] >= 'A' && s.p[i] <= 'Z';
	}
	return !(small && large);
}

static bool checked(str type, const unsigned char *data, size_t n)
{
	uint32_t sum = 1;
	for (size_t i = 0; i < type.n; i++)
		sum = feed(sum, (uint32_t)lower(type.p[i]) >> 5);
	sum = feed(sum, 0);
	for (size_t i = 0; i < type.n; i++)
		sum = feed(sum, (uint32_t)lower(type.p[i]) & 31);
	for (size_t i = 0; i < n; i++)
		sum = feed(sum, data[i]);
	return sum == 1;
}

/* Five bits each to eight; what is left over has to be zeros, and less than five. */
static err *regroup(arena *mem, const unsigned char *data, size_t n, str *ret)
{
	unsigned char *out = arena_alloc(mem, n * 5 / 8 + 1);
	uint32_t acc = 0;
	int bits = 0;
	size_t made = 0;
	for (size_t i = 0; i < n; i++) {
		acc = (acc << 5 | data[i]) & 0xFFF;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			out[made++] = (unsigned char)(acc >> bits);
		}
	}
	if (bits >= 5)
		return err_new(mem, ERR_INVALID, "illegal zero padding");
	if (acc & ((1u << bits) - 1))
		return err_new(mem, ERR_INVALID, "non-zero padding");
	*ret = (str){(const char *)out, made};
	return NULL;
}

err *sops_bech32(arena *mem, str text, str *ret_type, str *ret_bytes)
{
	static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	ptrdiff_t at = str_rfind(text, '1');
	if (!one_case(text))
		return err_new(mem, ERR_INVALID, "mixed case");
	if (at < 1 || (size_t)at + SUM + 1 > text.n)
		return err_new(mem, ERR_INVALID,
			       "separator '1' at invalid position: pos=%td, len=%zu", at, text.n);
	str type = str_sub(text, 0, (size_t)at), rest = str_sub(text, (size_t)at + 1, text.n);
	unsigned char *data = arena_alloc(mem, rest.n);
	for (size_t i = 0; i < type.n; i++)
		if (type.p[i] < 33 || type.p[i] > 126)
			return err_new(mem, ERR_INVALID,
				       "invalid character human-readable part: s[%zu]=%d", i,
				       (unsigned char)type.p[i]);
	for (size_t i = 0; i < rest.n; i++) {
		const char *digit = rest.p[i] ? strchr(digits, lower(rest.p[i])) : NULL;
		if (!digit)
			return err_new(mem, ERR_INVALID, "invalid character data part: s[%zu]=%d",
				       i, (unsigned char)rest.p[i]);
		data[i] = (unsigned char)(digit - digits);
	}
	if (!checked(type, data, rest.n))
		return err_new(mem, ERR_INVALID, "invalid checksum");
	TRY(regroup(mem, data, rest.n - SUM, ret_bytes));
	*ret_type = type;
	return NULL;
}
