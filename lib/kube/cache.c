#include "kube/cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "kube/packed.h"

#define GRAVES 256 /* objects that went, remembered against answers that come late */

/* One object as it is kept. Readers hold it while they unpack, outside of the lock. */
struct kept {
	_Atomic int holders;
	uint64_t version;
	size_t n;
	unsigned char packed[];
};

struct grave {
	uint64_t key, version;
};

struct cache {
	cache_reduce reduce;
	void *arg;
	pthread_mutex_t lock;
	/* under lock */
	struct map objects; /* "ns/name" to struct kept */
	struct grave graves[GRAVES];
	unsigned next_grave;
	size_t bytes;
};

static void *memory(size_t n)
{
	void *p = calloc(1, n);
	if (!p) {
		fputs("sluice: out of memory\n", stderr);
		abort();
	}
	return p;
}

struct cache *cache_open(cache_reduce reduce, void *arg)
{
	struct cache *c = memory(sizeof(*c));
	c->reduce = reduce;
	c->arg = arg;
	c->objects = map_init(NULL);
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

static void drop(struct kept *k)
{
	if (k && atomic_fetch_sub(&k->holders, 1) == 1)
		free(k);
}

void cache_close(struct cache *c)
{
	struct map_entry *e;
	if (!c)
		return;
	for (size_t i = 0; (e = map_next(&c->objects, &i));)
		drop(e->value);
	map_done(&c->objects);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

uint64_t cache_version(const val *obj)
{
	const char *text = val_text_or(VAL_IN(obj, "metadata", "resourceVersion"), "");
	uint64_t version = 0;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || version > UINT64_MAX / 10 - 1)
			return 0;
		version = version * 10 + (uint64_t)(*text - '0');
	}
	return version;
}

static char *key_of(arena *mem, const char *ns, const char *name)
{
	return arena_printf(mem, "%s/%s", ns ? ns : "", name ? name : "");
}

static val *identity(arena *mem, const val *obj)
{
	static const char *const parts[] = {"namespace", "name", "uid", "resourceVersion"};
	val *v = val_map(mem), *metadata = val_map(mem);
	val_set_text(mem, v, "apiVersion", val_as_text(val_get(obj, "apiVersion")));
	val_set_text(mem, v, "kind", val_as_text(val_get(obj, "kind")));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		val_set_text(mem, metadata, parts[i],
			     val_as_text(VAL_IN(obj, "metadata", parts[i])));
	val_set(mem, v, "metadata", metadata);
	return v;
}

/* The object without managedFields: a copy of two maps that share the rest. */
static val *without_managers(arena *mem, const val *obj)
{
	const val *metadata = val_get(obj, "metadata");
	val *v = val_map(mem), *kept = val_map(mem);
	for (uint32_t i = 0; i < val_len(obj); i++)
		val_set_str(mem, v, obj->map.p[i].key, obj->map.p[i].value);
	for (uint32_t i = 0; val_is(metadata, VAL_MAP) && i < val_len(metadata); i++)
		if (!str_is(metadata->map.p[i].key, "managedFields"))
			val_set_str(mem, kept, metadata->map.p[i].key, metadata->map.p[i].value);
	val_set(mem, v, "metadata", kept);
	return v;
}

static struct kept *keep(struct cache *c, const val *obj)
{
	arena *mem = arena_open();
	val *v = c->reduce ? c->reduce(mem, obj, c->arg) : without_managers(mem, obj);
	if (!v)
		v = identity(mem, obj);
	size_t n = packed_size(v);
	struct kept *k = memory(sizeof(*k) + n);
	atomic_init(&k->holders, 1);
	k->version = cache_version(obj);
	k->n = n;
	packed_write(v, k->packed);
	arena_close(mem);
	return k;
}

/* Under lock. */
static bool is_old(struct cache *c, const char *key, uint64_t version)
{
	if (!version)
		return false;
	struct kept *there = map_get(&c->objects, key);
	if (there)
		return there->version >= version;
	uint64_t hash = map_hash(str_of(key));
	for (size_t i = 0; i < GRAVES; i++)
		if (c->graves[i].key == hash && c->graves[i].version >= version)
			return true;
	return false;
}

static void put(struct cache *c, const char *key, struct kept *k)
{
	struct kept *before = map_set(&c->objects, key, k);
	c->bytes += k->n - (before ? before->n : 0);
	drop(before);
}

bool cache_put(struct cache *c, const val *obj)
{
	if (!val_is(obj, VAL_MAP))
		return false;
	arena *mem = arena_open();
	const val *metadata = val_get(obj, "metadata");
	char *key = key_of(mem, val_as_text(val_get(metadata, "namespace")),
			   val_as_text(val_get(metadata, "name")));
	uint64_t version = cache_version(obj);
	pthread_mutex_lock(&c->lock);
	bool old = is_old(c, key, version);
	pthread_mutex_unlock(&c->lock);
	if (!old) {
		/* the work is done outside of the lock; who was faster is asked again */
		struct kept *k = keep(c, obj);
		pthread_mutex_lock(&c->lock);
		old = is_old(c, key, version);
		if (!old)
			put(c, key, k);
		pthread_mutex_unlock(&c->lock);
		if (old)
			drop(k);
	}
	arena_close(mem);
	return !old;
}

bool cache_remove_at(struct cache *c, const char *ns, const char *name, uint64_t version)
{
	arena *mem = arena_open();
	char *key = key_of(mem, ns, name);
	pthread_mutex_lock(&c->lock);
	struct kept *k = map_get(&c->objects, key);
	bool stays = k && k->version > version;
	if (k && !stays) {
		map_del(&c->objects, key);
		c->bytes -= k->n;
	}
	if (!stays && version)
		c->graves[c->next_grave++ % GRAVES] =
			(struct grave){map_hash(str_of(key)), version};
	pthread_mutex_unlock(&c->lock);
	bool gone = k && !stays;
	if (gone)
		drop(k);
	arena_close(mem);
	return gone;
}

bool cache_remove(struct cache *c, const char *ns, const char *name)
{
	arena *mem = arena_open();
	pthread_mutex_lock(&c->lock);
	struct kept *k = map_get(&c->objects, key_of(mem, ns, name));
	uint64_t version = k ? k->version : 0;
	pthread_mutex_unlock(&c->lock);
	arena_close(mem);
	return k && cache_remove_at(c, ns, name, version);
}

val *cache_get(struct cache *c, arena *mem, const char *ns, const char *name)
{
	arena *scratch = arena_open();
	pthread_mutex_lock(&c->lock);
	struct kept *k = map_get(&c->objects, key_of(scratch, ns, name));
	if (k)
		atomic_fetch_add(&k->holders, 1);
	pthread_mutex_unlock(&c->lock);
	arena_close(scratch);
	val *v = k ? packed_read(mem, k->packed) : NULL;
	drop(k);
	return v;
}

size_t cache_count(struct cache *c)
{
	pthread_mutex_lock(&c->lock);
	size_t n = c->objects.n;
	pthread_mutex_unlock(&c->lock);
	return n;
}

size_t cache_bytes(struct cache *c)
{
	pthread_mutex_lock(&c->lock);
	size_t n = c->bytes + c->objects.n * (sizeof(struct kept) + sizeof(struct map_entry));
	pthread_mutex_unlock(&c->lock);
	return n;
}

void cache_each(struct cache *c, const char *ns, void (*each)(void *arg, const val *obj), void *arg)
{
	arena *mem = arena_open();
	str prefix = ns ? str_of(arena_printf(mem, "%s/", ns)) : (str){0};
	VEC(struct kept *) all = {0};
	struct map_entry *e;
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; (e = map_next(&c->objects, &i));) {
		if (!str_starts(e->key, prefix))
			continue;
		struct kept *k = e->value;
		atomic_fetch_add(&k->holders, 1);
		VEC_PUSH(mem, &all, k);
	}
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < all.n; i++) {
		arena *one = arena_open();
		each(arg, packed_read(one, all.p[i]->packed));
		drop(all.p[i]);
		arena_close(one);
	}
	arena_close(mem);
}
