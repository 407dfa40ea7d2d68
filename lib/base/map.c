#include "base/map.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define EMPTY 0u
#define GONE 1u
#define FIRST 2u /* slot value = index of the entry + FIRST */

static uint64_t seed;
static pthread_once_t seeded = PTHREAD_ONCE_INIT;

static void make_seed(void)
{
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = 0x9e3779b97f4a7c15u ^ (uint64_t)(uintptr_t)&seed;
}

uint64_t map_hash(str key)
{
	pthread_once(&seeded, make_seed);
	uint64_t h = seed ^ (key.n * 0x9e3779b97f4a7c15u);
	size_t i = 0;
	for (; i + 8 <= key.n; i += 8) {
		uint64_t w;
		memcpy(&w, key.p + i, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	for (; i < key.n; i++)
		h = (h ^ (unsigned char)key.p[i]) * 0x100000001b3u;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 33;
}

struct map map_init(arena *mem)
{
	return (struct map){.mem = mem};
}

static void *take(struct map *m, size_t n, size_t size)
{
	if (m->mem)
		return arena_alloc(m->mem, arena_times(n, size));
	void *p = calloc(n, size);
	if (!p) {
		fputs("sluice: out of memory\n", stderr);
		abort();
	}
	return p;
}

static void give(struct map *m, void *p)
{
	if (!m->mem)
		free(p);
}

void map_done(struct map *m)
{
	if (!m->mem) {
		for (size_t i = 0; i < m->used; i++)
			free((char *)m->entries[i].key.p);
		free(m->entries);
		free(m->slots);
	}
	*m = (struct map){0};
}

static size_t slot_of(const struct map *m, str key, uint64_t hash, bool *ret_found)
{
	size_t mask = m->slot_count - 1, free_slot = SIZE_MAX;
	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		uint32_t v = m->slots[i];
		if (v == EMPTY) {
			*ret_found = false;
			return free_slot != SIZE_MAX ? free_slot : i;
		}
		if (v == GONE) {
			if (free_slot == SIZE_MAX)
				free_slot = i;
			continue;
		}
		const struct map_entry *e = &m->entries[v - FIRST];
		if (e->hash == hash && str_eq(e->key, key)) {
			*ret_found = true;
			return i;
		}
	}
}

static void grow(struct map *m)
{
	size_t cap = m->n * 2 < 8 ? 8 : m->n * 2, slot_count = 16;
	while (slot_count < cap * 2)
		slot_count *= 2;
	struct map_entry *entries = take(m, cap, sizeof(*entries));
	uint32_t *slots = take(m, slot_count, sizeof(*slots));
	size_t used = 0;
	for (size_t i = 0; i < m->used; i++) {
		if (!m->entries[i].key.p)
			continue;
		entries[used] = m->entries[i];
		size_t s = entries[used].hash & (slot_count - 1);
		while (slots[s] != EMPTY)
			s = (s + 1) & (slot_count - 1);
		slots[s] = (uint32_t)used + FIRST;
		used++;
	}
	give(m, m->entries);
	give(m, m->slots);
	m->entries = entries;
	m->slots = slots;
	m->used = used;
	m->cap = cap;
	m->slot_count = slot_count;
}

void *map_get_str(const struct map *m, str key)
{
	if (!m->n)
		return NULL;
	bool found;
	size_t s = slot_of(m, key, map_hash(key), &found);
	return found ? m->entries[m->slots[s] - FIRST].value : NULL;
}

void *map_get(const struct map *m, const char *key)
{
	return map_get_str(m, str_of(key));
}

bool map_has(const struct map *m, const char *key)
{
	bool found = false;
	if (m->n)
		slot_of(m, str_of(key), map_hash(str_of(key)), &found);
	return found;
}

void *map_set_str(struct map *m, str key, void *value)
{
	uint64_t hash = map_hash(key);
	bool found = false;
	size_t s = m->slot_count ? slot_of(m, key, hash, &found) : 0;
	if (found) {
		struct map_entry *e = &m->entries[m->slots[s] - FIRST];
		void *old = e->value;
		e->value = value;
		return old;
	}
	if (m->used == m->cap) {
		grow(m);
		s = slot_of(m, key, hash, &found);
	}
	char *copy = take(m, key.n + 1, 1);
	if (key.n)
		memcpy(copy, key.p, key.n);
	m->entries[m->used] = (struct map_entry){{copy, key.n}, value, hash};
	m->slots[s] = (uint32_t)m->used++ + FIRST;
	m->n++;
	return NULL;
}

void *map_set(struct map *m, const char *key, void *value)
{
	return map_set_str(m, str_of(key), value);
}

void *map_del(struct map *m, const char *key)
{
	if (!m->n)
		return NULL;
	bool found;
	size_t s = slot_of(m, str_of(key), map_hash(str_of(key)), &found);
	if (!found)
		return NULL;
	struct map_entry *e = &m->entries[m->slots[s] - FIRST];
	void *value = e->value;
	give(m, (char *)e->key.p);
	*e = (struct map_entry){0};
	m->slots[s] = GONE;
	m->n--;
	return value;
}

struct map_entry *map_next(const struct map *m, size_t *i)
{
	while (*i < m->used) {
		struct map_entry *e = &m->entries[(*i)++];
		if (e->key.p)
			return e;
	}
	return NULL;
}
