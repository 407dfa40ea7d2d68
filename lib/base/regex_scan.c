#include "base/regex_scan.h"

#include <string.h>

#include "base/regex_set.h"
#include "base/rune.h"

err *regex_fail(struct regex_scan *p, const char *what, str where)
{
	return err_new(p->mem, ERR_INVALID, "error parsing regexp: %s: `%.*s`", what,
		       STR_ARG(where));
}

str regex_since(const struct regex_scan *p, str begin)
{
	return (str){begin.p, (size_t)(p->rest.p - begin.p)};
}

err *regex_next(struct regex_scan *p, uint32_t *ret)
{
	size_t len;
	*ret = rune_at(p->rest, &len);
	if (*ret == RUNE_BAD && len == 1)
		return regex_fail(p, "invalid UTF-8", p->rest);
	p->rest = str_sub(p->rest, len, p->rest.n);
	return NULL;
}

bool regex_at(const struct regex_scan *p, size_t i, char c)
{
	return i < p->rest.n && p->rest.p[i] == c;
}

void regex_skip(struct regex_scan *p, size_t n)
{
	p->rest = str_sub(p->rest, n, p->rest.n);
}

bool regex_is_name(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i], low = (char)(c | 32);
		if (c != '_' && !(c >= '0' && c <= '9') && !(low >= 'a' && low <= 'z'))
			return false;
	}
	return name.n > 0;
}

static int hex_value(uint32_t c)
{
	if (c >= '0' && c <= '9')
		return (int)c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? (int)c - 'a' + 10 : -1;
}

/* Behind "\x": two digits or any number in braces; *ret_ok is false for a mistake. */
static err *hex_escape(struct regex_scan *p, uint32_t *ret, bool *ret_ok)
{
	uint32_t c, r = 0;
	*ret_ok = false;
	if (!p->rest.n)
		return NULL;
	TRY(regex_next(p, &c));
	if (c != '{') {
		int x = hex_value(c);
		TRY(regex_next(p, &c));
		int y = hex_value(c);
		*ret_ok = x >= 0 && y >= 0;
		*ret = (uint32_t)(x * 16 + y);
		return NULL;
	}
	for (size_t n = 0; p->rest.n; n++) {
		TRY(regex_next(p, &c));
		if (c == '}') {
			*ret_ok = n > 0;
			*ret = r;
			return NULL;
		}
		int digit = hex_value(c);
		r = r * 16 + (uint32_t)digit;
		if (digit < 0 || r > REGEX_MAX_RUNE)
			return NULL;
	}
	return NULL;
}

err *regex_escape(struct regex_scan *p, uint32_t *ret)
{
	static const char names[] = "afnrtv", codes[] = "\a\f\n\r\t\v";
	str begin = p->rest;
	uint32_t c;
	bool ok = false;
	regex_skip(p, 1);
	if (!p->rest.n)
		return regex_fail(p, "trailing backslash at end of expression", STR(""));
	TRY(regex_next(p, &c));
	const char *name = c && c < 0x80 ? strchr(names, (int)c) : NULL;
	bool octal = p->rest.n && p->rest.p[0] >= '0' && p->rest.p[0] <= '7';
	if (name) {
		*ret = (unsigned char)codes[name - names];
		return NULL;
	}
	if (c == '0' || (c >= '1' && c <= '7' && octal)) {
		*ret = c - '0';
		for (int i = 1; i < 3 && p->rest.n && p->rest.p[0] >= '0' && p->rest.p[0] <= '7';
		     i++) {
			*ret = *ret * 8 + (uint32_t)(p->rest.p[0] - '0');
			regex_skip(p, 1);
		}
		return NULL;
	}
	if (c == 'x')
		TRY(hex_escape(p, ret, &ok));
	if (ok)
		return NULL;
	if (c < 0x80 && !regex_is_name((str){&(char){(char)c}, 1})) {
		*ret = c;
		return NULL;
	}
	if (c == '_') {
		*ret = c;
		return NULL;
	}
	return regex_fail(p, "invalid escape sequence", regex_since(p, begin));
}
