#include "base/enc.h"

#include "base/buf.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *base64(arena *mem, str in, const char *alphabet, bool pad)
{
	char *out = arena_alloc(mem, in.n / 3 * 4 + 5);
	size_t w = 0;
	for (size_t i = 0; i < in.n; i += 3) {
		size_t have = in.n - i < 3 ? in.n - i : 3;
		const unsigned char *p = (const unsigned char *)in.p + i;
		uint32_t v = (uint32_t)p[0] << 16;
		v |= have > 1 ? (uint32_t)p[1] << 8 : 0;
		v |= have > 2 ? p[2] : 0;
		for (size_t k = 0; k < 4; k++) {
			if (k <= have)
				out[w++] = alphabet[v >> (18 - 6 * k) & 63];
			else if (pad)
				out[w++] = '=';
		}
	}
	out[w] = 0;
	return out;
}

char *enc_base64(arena *mem, str bytes)
{
	return base64(mem, bytes, standard, true);
}

char *enc_base64_url(arena *mem, str bytes)
{
	return base64(mem, bytes, url, false);
}

static int digit64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool enc_unbase64(arena *mem, str text, str *ret_bytes)
{
	char *out = arena_alloc(mem, text.n / 4 * 3 + 4);
	size_t w = 0, digits = 0, pads = 0;
	uint32_t v = 0;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '\n' || c == '\r')
			continue;
		if (c == '=') {
			pads++;
			continue;
		}
		int d = digit64(c);
		if (d < 0 || pads)
			return false;
		v = v << 6 | (uint32_t)d;
		if (++digits % 4 == 0) {
			out[w++] = (char)(v >> 16);
			out[w++] = (char)(v >> 8);
			out[w++] = (char)v;
		}
	}
	size_t rest = digits % 4;
	if (rest == 1 || pads > 2 || (pads && (digits + pads) % 4))
		return false;
	if (rest == 2)
		out[w++] = (char)(v >> 4);
	if (rest == 3) {
		out[w++] = (char)(v >> 10);
		out[w++] = (char)(v >> 2);
	}
	out[w] = 0;
	*ret_bytes = (str){out, w};
	return true;
}

char *enc_hex(arena *mem, str bytes)
{
	static const char digit[] = "0123456789abcdef";
	char *out = arena_alloc(mem, bytes.n * 2 + 1);
	for (size_t i = 0; i < bytes.n; i++) {
		out[2 * i] = digit[(unsigned char)bytes.p[i] >> 4];
		out[2 * i + 1] = digit[(unsigned char)bytes.p[i] & 15];
	}
	return out;
}

static int digit16(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool enc_unhex(arena *mem, str text, str *ret_bytes)
{
	if (text.n % 2)
		return false;
	char *out = arena_alloc(mem, text.n / 2 + 1);
	for (size_t i = 0; i < text.n; i += 2) {
		int hi = digit16(text.p[i]), lo = digit16(text.p[i + 1]);
		if (hi < 0 || lo < 0)
			return false;
		out[i / 2] = (char)(hi << 4 | lo);
	}
	*ret_bytes = (str){out, text.n / 2};
	return true;
}

char *enc_percent(arena *mem, str text)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
			     c == '-' || c == '.' || c == '_' || c == '~';
		if (plain)
			buf_char(&b, (char)c);
		else
			buf_printf(&b, "%%%02X", c);
	}
	return buf_text(&b);
}

char *enc_percent_path(arena *mem, const char *path)
{
	buf b = buf_init(mem);
	str rest = str_of(path), part;
	for (bool first = true; str_next(&rest, '/', &part); first = false)
		buf_printf(&b, "%s%s", first ? "" : "/", enc_percent(mem, part));
	return buf_text(&b);
}

bool enc_is_utf8(str s)
{
	const unsigned char *p = (const unsigned char *)s.p, *end = s.n ? p + s.n : p;
	while (p < end) {
		unsigned char c = *p++;
		if (c < 0x80)
			continue;
		int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
		if (c < 0xc2 || c > 0xf4 || end - p < more)
			return false;
		if ((c == 0xe0 && p[0] < 0xa0) || (c == 0xed && p[0] > 0x9f) ||
		    (c == 0xf0 && p[0] < 0x90) || (c == 0xf4 && p[0] > 0x8f))
			return false;
		while (more--)
			if ((*p++ & 0xc0) != 0x80)
				return false;
	}
	return true;
}
