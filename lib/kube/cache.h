/*
 * cache: what the watches have seen, for all threads to read. One cache holds the objects of one resource (its whole
 * objects for kinds we own and referenced Secrets/ConfigMaps as configured, or only what a reducer keeps of each). Written by the loop, read by workers: cache_get copies into the worker's arena. An object older than
 * what is there (by resourceVersion, where comparable) is never put.
 */
#ifndef SLUICE_CACHE_H
#define SLUICE_CACHE_H

#include "data/val.h"
#include "base/err.h"

struct cache;

/* What to keep of an object that was seen: returns a value made in mem (an own, small arena), NULL for nothing but the identity. */
typedef val *(*cache_reduce)(arena *mem, const val *obj, void *arg);

struct cache *cache_open(cache_reduce reduce, void *arg); /* reduce NULL: whole objects without managedFields */
void cache_close(struct cache *c);

/* Any thread. NULL when there is none. */
val *cache_get(struct cache *c, arena *mem, const char *ns, const char *name);
size_t cache_count(struct cache *c);
/* Calls each for a copy of every object (of one namespace, or NULL for all), in no order. */
void cache_each(struct cache *c, const char *ns, void (*each)(void *arg, const val *obj), void *arg);

/* The loop's, and a worker's that got the answer to its own write: true when it was news. */
bool cache_put(struct cache *c, const val *obj);
bool cache_remove(struct cache *c, const char *ns, const char *name);

#endif
