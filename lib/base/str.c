#include "base/str.h"

#include <string.h>
#include <strings.h>

str str_of(const char *text)
{
	return text ? (str){text, strlen(text)} : (str){"", 0};
}

char *str_text(arena *mem, str s)
{
	return arena_copy(mem, s.p, s.n);
}

bool str_eq(str a, str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(str a, const char *text)
{
	return str_eq(a, str_of(text));
}

bool str_eq_nocase(str a, str b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

int str_cmp(str a, str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(str s, str prefix)
{
	return s.n >= prefix.n && str_eq((str){s.p, prefix.n}, prefix);
}

bool str_ends(str s, str suffix)
{
	return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

ptrdiff_t str_find(str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
	return at ? at - s.p : -1;
}

ptrdiff_t str_rfind(str s, char c)
{
	const char *at = s.n ? memrchr(s.p, c, s.n) : NULL;
	return at ? at - s.p : -1;
}

ptrdiff_t str_search(str s, str needle)
{
	if (!needle.n)
		return 0;
	const char *at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return at ? at - s.p : -1;
}

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

str str_trim(str s)
{
	while (s.n && blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_next(str *rest, char sep, str *ret_part)
{
	if (!rest->p)
		return false;
	ptrdiff_t at = str_find(*rest, sep);
	if (at < 0) {
		*ret_part = *rest;
		*rest = (str){NULL, 0};
		return true;
	}
	*ret_part = (str){rest->p, (size_t)at};
	*rest = (str){rest->p + at + 1, rest->n - (size_t)at - 1};
	return true;
}

bool str_cut(str s, char sep, str *ret_before, str *ret_after)
{
	ptrdiff_t at = str_find(s, sep);
	if (at < 0) {
		*ret_before = s;
		*ret_after = str_sub(s, s.n, s.n);
		return false;
	}
	*ret_before = (str){s.p, (size_t)at};
	*ret_after = (str){s.p + at + 1, s.n - (size_t)at - 1};
	return true;
}

bool str_int(str s, int64_t *ret_number)
{
	bool minus = s.n && s.p[0] == '-';
	size_t i = minus || (s.n && s.p[0] == '+') ? 1 : 0;
	if (i == s.n)
		return false;
	int64_t v = 0;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		int d = s.p[i] - '0';
		/* counted downwards, where there is one number more */
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, d, &v))
			return false;
	}
	if (!minus && v == INT64_MIN)
		return false;
	*ret_number = minus ? v : -v;
	return true;
}

uint64_t str_hash(str s)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h;
}

bool text_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool text_starts(const char *text, const char *prefix)
{
	return text && strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
	return text && str_ends(str_of(text), str_of(suffix));
}
