/*
 * buf: a text that grows in an arena. Always followed by a NUL, so buf.p can be read as a C text
 * once something was added or buf_text was called. Embedded: buf_init, no close.
 */
#ifndef SLUICE_BUF_H
#define SLUICE_BUF_H

#include "base/arena.h"
#include "base/str.h"

typedef struct buf buf;
struct buf {
	arena *mem;
	char *p;
	size_t n, cap;
};

/* An empty text in mem. */
buf buf_init(arena *mem);

/* Adds bytes, a C text, a str, one byte, a formatted text, n times one byte. */
void buf_add(buf *b, const void *p, size_t n);
void buf_text_add(buf *b, const char *text);
void buf_str(buf *b, str s);
void buf_char(buf *b, char c);
void buf_printf(buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_fill(buf *b, char c, size_t n);

/* Adds one code point as UTF-8; what is no code point becomes U+FFFD. */
void buf_utf8(buf *b, uint32_t code);

/* Room for n more bytes without moving; returns where they go. The caller adds to b->n. */
char *buf_room(buf *b, size_t n);

/* The same for what may become large and that nobody points to: it grows by a quarter, and where it was is given back, since what is filled
 * in vain and what is left behind would be most of the memory that an answer without an end takes. */
char *buf_large(buf *b, size_t n);

/* The text so far, as a C text (never NULL) and as a str; both valid until the next addition. */
char *buf_text(buf *b);
str buf_view(const buf *b);

/* Forgets the text and keeps the memory. */
void buf_clear(buf *b);

#endif
