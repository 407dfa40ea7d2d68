#include "tmpl/tmpl_base.h"

#include <string.h>

#include "base/enc.h"

static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char digits32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static int value_of(const char *digits, char c)
{
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

static bool is_break(str s, size_t i)
{
	return i < s.n && (s.p[i] == '\n' || s.p[i] == '\r');
}

/* The end of a base64 text behind its first pad: j digits of the group were read. False with the
 * place of the mistake. */
static bool pads64(str s, size_t i, int j, size_t *ret_bad)
{
	*ret_bad = i - 1;
	if (j < 2)
		return false;
	if (j == 2) {
		while (is_break(s, i))
			i++;
		*ret_bad = i == s.n ? s.n : i - 1;
		if (i == s.n || s.p[i] != '=')
			return false;
		i++;
	}
	while (is_break(s, i))
		i++;
	*ret_bad = i;
	return i == s.n;
}

static bool decode64(str s, buf *b, size_t *ret_bad)
{
	unsigned bits = 0;
	int j = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (is_break(s, i))
			continue;
		int v = value_of(digits64, s.p[i]);
		*ret_bad = i;
		if (v < 0 && s.p[i] != '=')
			return false;
		if (v < 0) {
			if (!pads64(s, i + 1, j, ret_bad))
				return false;
			buf_char(b, (char)(bits >> (j == 2 ? 4 : 10)));
			if (j == 3)
				buf_char(b, (char)(bits >> 2));
			return true;
		}
		bits = bits << 6 | (unsigned)v;
		if (++j == 4) {
			buf_char(b, (char)(bits >> 16));
			buf_char(b, (char)(bits >> 8));
			buf_char(b, (char)bits);
			bits = 0;
			j = 0;
		}
	}
	*ret_bad = s.n - (size_t)j;
	return !j;
}

/* The pads of a base32 group behind its first one, with j digits read. */
static bool pads32(str s, size_t i, size_t j, size_t *ret_bad)
{
	size_t rest = s.n - i;
	*ret_bad = s.n;
	if (rest + j < 7)
		return false;
	for (size_t k = 0; k < 7 - j; k++)
		if (k < rest && s.p[i + k] != '=') {
			*ret_bad = i + k - 1;
			return false;
		}
	*ret_bad = i - 1;
	return j != 3 && j != 6;
}

static bool decode32(str s, buf *b, size_t *ret_bad)
{
	uint64_t bits = 0;
	size_t j = 0;
	bool end = false;
	for (size_t i = 0; i < s.n && !end; i++) {
		int v = value_of(digits32, s.p[i]);
		if (s.p[i] == '=' && j >= 2 && s.n - i - 1 < 8) {
			if (!pads32(s, i + 1, j, ret_bad))
				return false;
			end = true;
		} else if (v < 0) {
			*ret_bad = i;
			return false;
		} else {
			bits = bits << 5 | (unsigned)v;
			j++;
		}
		if (j < 8 && !end)
			continue;
		size_t bytes = j * 5 / 8;
		bits <<= (8 - j) * 5;
		for (size_t k = 0; k < bytes; k++)
			buf_char(b, (char)(bits >> (32 - k * 8)));
		bits = 0;
		j = 0;
	}
	*ret_bad = s.n - j;
	return !j;
}

static err *base_b64enc(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_text(enc_base64(c->mem, tv_as_str(args[0])));
	return NULL;
}

err *tmpl_base64_decode(arena *mem, str text, str *ret_bytes)
{
	size_t bad;
	buf b = buf_init(mem);
	if (!decode64(text, &b, &bad))
		return err_new(mem, ERR_INVALID, "illegal base64 data at input byte %zu", bad);
	buf_text(&b);
	*ret_bytes = buf_view(&b);
	return NULL;
}

static err *base_b64dec(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str bytes;
	err *e = tmpl_base64_decode(c->mem, tv_as_str(args[0]), &bytes);
	*ret = e ? tv_text(e->text) : tv_str(bytes);
	return NULL;
}

static err *base_b32enc(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s = tv_as_str(args[0]);
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < s.n; i += 5) {
		uint64_t bits = 0;
		size_t take = s.n - i < 5 ? s.n - i : 5;
		for (size_t k = 0; k < 5; k++)
			bits = bits << 8 | (k < take ? (unsigned char)s.p[i + k] : 0);
		for (size_t k = 0; k < 8; k++)
			buf_char(&b, k * 5 < take * 8 ? digits32[bits >> (35 - k * 5) & 31] : '=');
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *base_b32dec(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	size_t bad;
	str s = tv_as_str(args[0]);
	buf b = buf_init(c->mem), plain = buf_init(c->mem);
	for (size_t i = 0; i < s.n; i++)
		if (!is_break(s, i))
			buf_char(&plain, s.p[i]);
	if (decode32(buf_view(&plain), &b, &bad))
		*ret = tmpl_buf_text(&b);
	else
		*ret = tmpl_textf(c, "illegal base32 data at input byte %zu", bad);
	return NULL;
}

const struct tmpl_func tmpl_base_funcs[] = {
	{"b32dec", "s>s", base_b32dec},
	{"b32enc", "s>s", base_b32enc},
	{"b64dec", "s>s", base_b64dec},
	{"b64enc", "s>s", base_b64enc},
	{0},
};
