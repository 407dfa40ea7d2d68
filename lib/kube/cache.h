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

/* reduce NULL: whole objects without managedFields. The caller owes cache_close. */
struct cache *cache_open(cache_reduce reduce, void *arg);
void cache_close(struct cache *c);

/* Any thread. NULL when there is none. */
val *cache_get(struct cache *c, arena *mem, const char *ns, const char *name);
size_t cache_count(struct cache *c);
/* Bytes that the objects take, for a metric. */
size_t cache_bytes(struct cache *c);
/* Calls each for a copy of every object (of one namespace, or NULL for all), in no order. The copy lives
 * during the call, in which the cache may be used. */
void cache_each(struct cache *c, const char *ns, void (*each)(void *arg, const val *obj),
		void *arg);

/* The loop's, and a worker's that got the answer to its own write: true when it was news. An object older
 * than the one that is there, or than one of its name that was removed lately, is not. */
bool cache_put(struct cache *c, const val *obj);
bool cache_remove(struct cache *c, const char *ns, const char *name);
/* The same, when it is known at which version it went: nothing older will be put again, and a newer
 * object of the name stays. */
bool cache_remove_at(struct cache *c, const char *ns, const char *name, uint64_t version);

/* metadata.resourceVersion as a number, 0 when it is none. */
uint64_t cache_version(const val *obj);

#endif
