/*
 * arena: the memory of one piece of work, given back all at once.
 *
 * An arena belongs to one thread at a time. Memory from it is zeroed, aligned to 8 bytes and
 * never NULL: when the system has none left the program aborts, since a reconcile can be run
 * again and a half-done one cannot be trusted. What is not memory (a handle, a folder) hangs on
 * the arena too, with arena_defer.
 */
#ifndef SLUICE_ARENA_H
#define SLUICE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

typedef struct arena arena;

/* A new, empty arena; the caller owes arena_close. */
arena *arena_open(void);

/* Runs the deferred functions, last in first out, then frees everything. NULL is allowed. */
void arena_close(arena *mem);

/* From now on it holds secrets: all of its memory is overwritten before it is given back. */
void arena_secret(arena *mem);

/* n zeroed bytes (n may be 0), valid until the arena closes. */
void *arena_alloc(arena *mem, size_t n);

/* The block p of old bytes grown to n; in place when it is the newest block. p may be NULL. */
void *arena_grow(arena *mem, void *p, size_t old, size_t n);

/* The same for a piece of many bytes to which nothing else points: where it was is given back, so that its growing leaves nothing behind. */
void *arena_regrow(arena *mem, void *p, size_t old, size_t n);

/* A copy of n bytes, followed by a NUL that is not counted. */
void *arena_copy(arena *mem, const void *p, size_t n);

/* Copies of texts. arena_text(mem, NULL) is NULL. */
char *arena_text(arena *mem, const char *text);
char *arena_printf(arena *mem, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(arena *mem, const char *fmt, va_list ap);

/* Calls fn(arg) when the arena closes. */
void arena_defer(arena *mem, void (*fn)(void *), void *arg);

/* Bytes taken from the system so far. */
size_t arena_bytes(const arena *mem);

/* One zeroed T, or an array of n. */
#define NEW(mem, T) ((T *)arena_alloc((mem), sizeof(T)))
#define NEW_N(mem, T, n) ((T *)arena_alloc((mem), arena_times((n), sizeof(T))))

/* a * b, aborting on overflow. */
size_t arena_times(size_t a, size_t b);

#endif
