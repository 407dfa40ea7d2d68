#include "base/arena.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ALIGN 8u /* no type here needs more */
#define FIRST_BLOCK 4096u
#define LARGEST_BLOCK (256u * 1024u)
#define PAGE 4096u

/* Under ASan the bytes of a block that nobody was given are forbidden, and some lie between any two pieces:
 * what runs over the end of its piece is found at once, though the piece is no malloc's own. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#if __has_feature(thread_sanitizer)
#define COUNTED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define WATCHED 1
#endif
#ifdef __SANITIZE_THREAD__
#define COUNTED 1
#endif
#ifdef WATCHED
#include <sanitizer/asan_interface.h>
#define FENCE 16u
#define FORBID(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define ALLOW(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define FENCE 0u
#define FORBID(p, n) ((void)(p), (void)(n))
#define ALLOW(p, n) ((void)(p), (void)(n))
#endif

struct block {
	struct block *next;
	size_t cap, used;
	_Alignas(16) char data[];
};

struct defer {
	struct defer *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct block *blocks; /* the newest first */
	struct defer *defers;
	size_t next_cap, total;
	bool secret; /* blocks are wiped before the system gets them back */
};

/* n bytes; with an old piece that grows to them, or moves. */
static void *system_memory(void *old, size_t n)
{
	void *p = realloc(old, n);
	if (!p) {
		fputs("sluice: out of memory\n", stderr);
		abort();
	}
	return p;
}

/* First blocks that this thread has given back: most arenas need no other, and come and go with each
 * request. The sanitizers see every block come and go. */
#if defined(WATCHED) || defined(COUNTED)
#define SPARES_MAX 0
#define LARGE_MAX 0
#else
#define SPARES_MAX 4
#define LARGE_MAX 8 /* 2 MiB */
#endif

/* The largest blocks, which a pass that builds much takes several of, are kept for all threads: the system
 * would take each page away and clear it for the next. */
static pthread_mutex_t large_lock = PTHREAD_MUTEX_INITIALIZER;
static struct block *large;
static int large_count;

static _Thread_local struct block *spares;
static _Thread_local int spare_count;
static pthread_key_t at_exit;
static pthread_once_t at_exit_once = PTHREAD_ONCE_INIT;

static void free_spares(void *unused)
{
	(void)unused;
	for (struct block *next; spares; spares = next) {
		next = spares->next;
		free(spares);
	}
	spare_count = 0;
}

static void make_key(void)
{
	pthread_key_create(&at_exit, free_spares);
}

static bool keep_large(struct block *b)
{
	if (b->cap != LARGEST_BLOCK)
		return false;
	pthread_mutex_lock(&large_lock);
	bool kept = large_count < LARGE_MAX;
	if (kept) {
		b->next = large;
		large = b;
		large_count++;
	}
	pthread_mutex_unlock(&large_lock);
	return kept;
}

static struct block *take_large(void)
{
	pthread_mutex_lock(&large_lock);
	struct block *b = large;
	if (b) {
		large = b->next;
		large_count--;
	}
	pthread_mutex_unlock(&large_lock);
	return b;
}

static void give_back(struct block *b)
{
	if (keep_large(b))
		return;
	if (b->cap != FIRST_BLOCK || spare_count >= SPARES_MAX) {
		free(b);
		return;
	}
	if (!spare_count) {
		pthread_once(&at_exit_once, make_key);
		pthread_setspecific(at_exit, &spares);
	}
	b->next = spares;
	spares = b;
	spare_count++;
}

static struct block *new_block(size_t cap)
{
	struct block *b = NULL;
	if (cap == FIRST_BLOCK && spares) {
		b = spares;
		spares = b->next;
		spare_count--;
	} else if (cap == LARGEST_BLOCK) {
		b = take_large();
	}
	if (!b)
		b = system_memory(NULL, sizeof(*b) + cap);
	b->cap = cap;
	b->used = 0;
	FORBID(b->data, cap);
	return b;
}

/* The pages of a block that will be filled soon, in one go: a fault for each costs more than the filling. */
static void fault_in(void *p, size_t n)
{
#ifdef MADV_POPULATE_WRITE
	uintptr_t from = ((uintptr_t)p + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
	uintptr_t to = ((uintptr_t)p + n) & ~(uintptr_t)(PAGE - 1);
	if (from < to)
		madvise((void *)from, to - from, MADV_POPULATE_WRITE); /* it is a hint */
#else
	(void)p, (void)n;
#endif
}

static struct block *add_block(arena *mem, size_t need)
{
	size_t cap = mem->next_cap;
	if (need > cap / 4)
		cap = need;
	else if (mem->next_cap < LARGEST_BLOCK)
		mem->next_cap *= 2;
	struct block *b = new_block(cap);
	if (cap == LARGEST_BLOCK)
		fault_in(b, sizeof(*b) + cap);
	/* a block made for one large piece goes behind the one that is still being filled */
	if (cap == need && mem->blocks) {
		b->next = mem->blocks->next;
		mem->blocks->next = b;
	} else {
		b->next = mem->blocks;
		mem->blocks = b;
	}
	mem->total += sizeof(*b) + cap;
	return b;
}

arena *arena_open(void)
{
	arena *mem = system_memory(NULL, sizeof(*mem));
	*mem = (arena){.next_cap = FIRST_BLOCK, .total = sizeof(*mem)};
	return mem;
}

void arena_close(arena *mem)
{
	if (!mem)
		return;
	while (mem->defers) {
		struct defer *d = mem->defers;
		mem->defers = d->next;
		d->fn(d->arg);
	}
	for (struct block *b = mem->blocks, *next; b; b = next) {
		next = b->next;
		ALLOW(b->data, b->cap);
		if (mem->secret)
			explicit_bzero(b->data, b->used);
		give_back(b);
	}
	free(mem);
}

void arena_secret(arena *mem)
{
	mem->secret = true;
}

/* What a piece of n bytes takes of its block. */
static size_t rounded(size_t n)
{
	if (n > SIZE_MAX / 2) {
		fputs("sluice: an allocation of absurd size\n", stderr);
		abort();
	}
	return ((n + ALIGN - 1) & ~(size_t)(ALIGN - 1)) + FENCE;
}

void *arena_alloc(arena *mem, size_t n)
{
	n = n ? n : 1;
	size_t need = rounded(n);
	struct block *b = mem->blocks;
	if (!b || b->cap - b->used < need)
		b = add_block(mem, need);
	void *p = b->data + b->used;
	b->used += need;
	ALLOW(p, n);
	return memset(p, 0, n);
}

void *arena_grow(arena *mem, void *p, size_t old, size_t n)
{
	if (n <= old && p)
		return p;
	struct block *b = mem->blocks;
	size_t had = rounded(old ? old : 1), need = rounded(n);
	if (p && b && (char *)p + had == b->data + b->used && b->cap - b->used >= need - had) {
		ALLOW(p, n);
		memset((char *)p + old, 0, n - old);
		b->used += need - had;
		return p;
	}
	void *q = arena_alloc(mem, n);
	if (p && old)
		memcpy(q, p, old);
	return q;
}

#ifndef WATCHED
/* The block with room for need bytes, of which it holds old; of a secret nothing stays where it was. */
static struct block *regrown(struct block *b, size_t old, size_t need, bool secret)
{
	if (!secret)
		return system_memory(b, sizeof(*b) + need);
	struct block *q = system_memory(NULL, sizeof(*b) + need);
	memcpy(q, b, sizeof(*b) + old);
	explicit_bzero(b->data, old);
	free(b);
	return q;
}

/* A piece that has a block for itself grows with it, and nothing is left behind; NULL: it has none. Such a block stands first or second. */
static void *grow_alone(arena *mem, void *p, size_t old, size_t n)
{
	size_t had = rounded(old), need = rounded(n);
	struct block **at = &mem->blocks;
	if (*at && (*at)->data != p)
		at = &(*at)->next;
	struct block *b = *at;
	if (!b || b->data != p || b->used != had || b->cap != had)
		return NULL;
	b = regrown(b, old, need, mem->secret);
	mem->total += need - had;
	b->cap = b->used = need;
	*at = b;
	memset(b->data + old, 0, n - old);
	return b->data;
}
#endif

void *arena_regrow(arena *mem, void *p, size_t old, size_t n)
{
#ifndef WATCHED
	void *same = p && old && n > old ? grow_alone(mem, p, old, n) : NULL;
	if (same)
		return same;
#endif
	return arena_grow(mem, p, old, n);
}

void *arena_copy(arena *mem, const void *p, size_t n)
{
	char *q = arena_alloc(mem, n + 1);
	if (n)
		memcpy(q, p, n);
	return q;
}

char *arena_text(arena *mem, const char *text)
{
	return text ? arena_copy(mem, text, strlen(text)) : NULL;
}

char *arena_vprintf(arena *mem, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		n = 0;
	char *p = arena_alloc(mem, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

char *arena_printf(arena *mem, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *p = arena_vprintf(mem, fmt, ap);
	va_end(ap);
	return p;
}

void arena_defer(arena *mem, void (*fn)(void *), void *arg)
{
	struct defer *d = NEW(mem, struct defer);
	*d = (struct defer){mem->defers, fn, arg};
	mem->defers = d;
}

size_t arena_bytes(const arena *mem)
{
	return mem->total;
}

size_t arena_times(size_t a, size_t b)
{
	size_t n;
	if (__builtin_mul_overflow(a, b, &n)) {
		fputs("sluice: an allocation of absurd size\n", stderr);
		abort();
	}
	return n;
}
