#include "base/buf.h"

#include <stdio.h>
#include <string.h>

#define LARGE ((size_t)1 << 20)

buf buf_init(arena *mem)
{
	return (buf){.mem = mem};
}

char *buf_room(buf *b, size_t n)
{
	size_t need = b->n + n + 1;
	if (need > b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 64;
		if (cap < need)
			cap = need;
		b->p = arena_grow(b->mem, b->p, b->cap, cap);
		b->cap = cap;
	}
	return b->p + b->n;
}

char *buf_large(buf *b, size_t n)
{
	size_t need = b->n + n + 1, more = b->cap / 4;
	if (b->cap >= LARGE && need > b->cap) {
		size_t cap = need > b->cap + more ? need : b->cap + more;
		b->p = arena_regrow(b->mem, b->p, b->cap, cap);
		b->cap = cap;
	}
	return buf_room(b, n);
}

void buf_add(buf *b, const void *p, size_t n)
{
	char *to = buf_room(b, n);
	if (n)
		memcpy(to, p, n);
	b->n += n;
	b->p[b->n] = 0;
}

void buf_text_add(buf *b, const char *text)
{
	if (text)
		buf_add(b, text, strlen(text));
}

void buf_str(buf *b, str s)
{
	buf_add(b, s.p, s.n);
}

void buf_char(buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_printf(buf *b, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0) {
		vsnprintf(buf_room(b, (size_t)n), (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
	va_end(ap);
}

void buf_fill(buf *b, char c, size_t n)
{
	memset(buf_room(b, n), c, n);
	b->n += n;
	b->p[b->n] = 0;
}

void buf_utf8(buf *b, uint32_t c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	char s[4];
	size_t n;
	if (c < 0x80) {
		s[0] = (char)c;
		n = 1;
	} else if (c < 0x800) {
		s[0] = (char)(0xc0 | c >> 6);
		s[1] = (char)(0x80 | (c & 63));
		n = 2;
	} else if (c < 0x10000) {
		s[0] = (char)(0xe0 | c >> 12);
		s[1] = (char)(0x80 | (c >> 6 & 63));
		s[2] = (char)(0x80 | (c & 63));
		n = 3;
	} else {
		s[0] = (char)(0xf0 | c >> 18);
		s[1] = (char)(0x80 | (c >> 12 & 63));
		s[2] = (char)(0x80 | (c >> 6 & 63));
		s[3] = (char)(0x80 | (c & 63));
		n = 4;
	}
	buf_add(b, s, n);
}

char *buf_text(buf *b)
{
	*buf_room(b, 0) = 0;
	return b->p;
}

str buf_view(const buf *b)
{
	return (str){b->p ? b->p : "", b->n};
}

void buf_clear(buf *b)
{
	b->n = 0;
}
