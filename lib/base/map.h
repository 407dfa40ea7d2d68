/*
 * map: texts to pointers, in the order of insertion. It lives in an arena (nothing is given back
 * before that closes) or, with a NULL arena, on its own until map_done. The hash is seeded anew in
 * each process, so foreign keys cannot be chosen to collide.
 */
#ifndef SLUICE_MAP_H
#define SLUICE_MAP_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct map_entry {
	str key; /* owned by the map, NUL behind it; p is NULL for a deleted entry */
	void *value;
	uint64_t hash;
};

struct map {
	arena *mem;
	struct map_entry *entries;
	size_t used, cap; /* entries, deleted ones included */
	size_t n;	  /* live ones */
	uint32_t *slots;
	size_t slot_count;
};

/* An empty map in mem, or one that owes map_done when mem is NULL. */
struct map map_init(arena *mem);
void map_done(struct map *m);

/* The value of key, NULL when there is none. */
void *map_get(const struct map *m, const char *key);
void *map_get_str(const struct map *m, str key);
bool map_has(const struct map *m, const char *key);

/* Sets key; returns the value that was there before, NULL for none. */
void *map_set(struct map *m, const char *key, void *value);
void *map_set_str(struct map *m, str key, void *value);

/* Removes key; returns its value. */
void *map_del(struct map *m, const char *key);

/* Walks in order of insertion: for (size_t i = 0; (e = map_next(m, &i)); ). Deleting the current
 * entry is allowed while walking, setting a new key is not. */
struct map_entry *map_next(const struct map *m, size_t *i);

/* The seeded hash that map uses, for other tables of foreign keys. */
uint64_t map_hash(str key);

#endif
