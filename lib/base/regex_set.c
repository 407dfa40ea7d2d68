#include "base/regex_set.h"

#include <stdlib.h>
#include <string.h>

void regex_set_add(arena *mem, struct regex_set *s, uint32_t from, uint32_t to)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 4;
		s->p = arena_grow(mem, s->p, s->cap * sizeof(*s->p), cap * sizeof(*s->p));
		s->cap = cap;
	}
	s->p[s->n++] = (struct regex_range){from, to};
}

void regex_set_add_all(arena *mem, struct regex_set *s, const struct regex_range *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		regex_set_add(mem, s, p[i].from, p[i].to);
}

static int by_start(const void *a, const void *b)
{
	const struct regex_range *x = a, *y = b;
	return x->from < y->from ? -1 : x->from > y->from;
}

void regex_set_clean(struct regex_set *s)
{
	if (!s->n)
		return;
	qsort(s->p, s->n, sizeof(*s->p), by_start);
	size_t n = 1;
	for (size_t i = 1; i < s->n; i++) {
		struct regex_range *last = &s->p[n - 1];
		if (s->p[i].from > last->to + 1)
			s->p[n++] = s->p[i];
		else if (s->p[i].to > last->to)
			last->to = s->p[i].to;
	}
	s->n = n;
}

void regex_set_negate(arena *mem, struct regex_set *s)
{
	struct regex_set out = {0};
	uint32_t next = 0;
	regex_set_clean(s);
	for (size_t i = 0; i < s->n; i++) {
		if (s->p[i].from > next)
			regex_set_add(mem, &out, next, s->p[i].from - 1);
		next = s->p[i].to + 1;
	}
	if (next <= REGEX_MAX_RUNE)
		regex_set_add(mem, &out, next, REGEX_MAX_RUNE);
	*s = out;
}

static bool within(const struct regex_range *p, size_t n, uint32_t r)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (r > p[mid].to)
			low = mid + 1;
		else if (r < p[mid].from)
			high = mid;
		else
			return true;
	}
	return false;
}

static uint32_t fold_next(uint32_t r)
{
	size_t low = 0, high = regex_fold_n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (regex_folds[mid].r < r)
			low = mid + 1;
		else
			high = mid;
	}
	return low < regex_fold_n && regex_folds[low].r == r ? regex_folds[low].next : r;
}

void regex_set_fold(arena *mem, struct regex_set *s)
{
	regex_set_clean(s);
	size_t n = s->n;
	const struct regex_range *before = arena_copy(mem, s->p, n * sizeof(*s->p));
	for (size_t i = 0; i < regex_fold_n; i++) {
		uint32_t r = regex_folds[i].r;
		if (!within(before, n, r))
			continue;
		for (uint32_t f = fold_next(r); f != r; f = fold_next(f))
			regex_set_add(mem, s, f, f);
	}
	regex_set_clean(s);
}

void regex_set_finish(struct regex_set *s)
{
	regex_set_clean(s);
	for (uint32_t r = 0; r < 128; r++)
		if (within(s->p, s->n, r))
			s->ascii[r / 64] |= UINT64_C(1) << (r % 64);
}

bool regex_set_has(const struct regex_set *s, uint32_t r)
{
	return r < 128 ? s->ascii[r / 64] >> (r % 64) & 1 : within(s->p, s->n, r);
}

static int compare_name(const void *key, const void *class)
{
	return strcmp(key, ((const struct regex_class *)class)->name);
}

const struct regex_class *regex_set_class(str name)
{
	char plain[64];
	size_t n = 0;
	bool first = true;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (c == '_' || c == '-' || c == ' ')
			continue;
		if (n + 1 >= sizeof(plain) || !c)
			return NULL;
		if (first ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z')
			c ^= 32;
		first = false;
		plain[n++] = c;
	}
	plain[n] = 0;
	return bsearch(plain, regex_classes, regex_class_n, sizeof(*regex_classes), compare_name);
}
