#include "kust/kust_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "crypt/digest.h"

#define KEY_BYTES 32

/* One text's trees, in an arena of their own. */
struct entry {
	struct kust_cache *cache;
	struct entry *older, *newer; /* on the list of use; both NULL once evicted */
	char key[KEY_BYTES];
	arena *mem;
	struct kust_nodes nodes;
	size_t bytes;
	size_t users;
	bool evicted;
};

struct kust_cache {
	pthread_mutex_t lock;
	size_t max, bytes;
	struct map entries;	       /* key → entry */
	struct entry *oldest, *newest; /* by use */
};

struct kust_cache *kust_cache_open(size_t max_bytes)
{
	struct kust_cache *c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	pthread_mutex_init(&c->lock, NULL);
	c->max = max_bytes;
	c->entries = map_init(NULL);
	return c;
}

static void unlink_entry(struct kust_cache *c, struct entry *e)
{
	*(e->older ? &e->older->newer : &c->oldest) = e->newer;
	*(e->newer ? &e->newer->older : &c->newest) = e->older;
	e->older = e->newer = NULL;
}

static void link_newest(struct kust_cache *c, struct entry *e)
{
	e->older = c->newest;
	e->newer = NULL;
	*(c->newest ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

/* Takes an entry out; who uses it still has it. */
static void evict(struct kust_cache *c, struct entry *e)
{
	map_del(&c->entries, e->key);
	unlink_entry(c, e);
	c->bytes -= e->bytes;
	e->evicted = true;
	if (!e->users)
		arena_close(e->mem);
}

void kust_cache_close(struct kust_cache *c)
{
	while (c->oldest)
		evict(c, c->oldest);
	map_done(&c->entries);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static void release(void *arg)
{
	struct entry *e = arg;
	struct kust_cache *c = e->cache;
	pthread_mutex_lock(&c->lock);
	if (!--e->users && e->evicted)
		arena_close(e->mem);
	pthread_mutex_unlock(&c->lock);
}

/* Hands an entry out; under the lock. */
static void use(struct kust_cache *c, struct entry *e, struct kust_nodes *ret_nodes)
{
	e->users++;
	unlink_entry(c, e);
	link_newest(c, e);
	*ret_nodes = e->nodes;
}

/* Puts a new entry in, or finds that somebody else was quicker; under the lock. */
static struct entry *put(struct kust_cache *c, struct entry *e)
{
	struct entry *other = map_get(&c->entries, e->key);
	if (other) {
		arena_close(e->mem);
		return other;
	}
	map_set(&c->entries, e->key, e);
	link_newest(c, e);
	c->bytes += e->bytes;
	while (c->bytes > c->max && c->oldest != e)
		evict(c, c->oldest);
	return e;
}

static err *make(struct kust_cache *c, arena *mem, str text, kust_parser *parse, const char *key,
		 struct entry **ret_entry)
{
	arena *own = arena_open();
	struct entry *e = NEW(own, struct entry);
	e->cache = c;
	e->mem = own;
	memcpy(e->key, key, KEY_BYTES);
	err *failed = parse(own, text, &e->nodes);
	if (failed) {
		failed = err_copy(mem, failed);
		arena_close(own);
		return failed;
	}
	e->bytes = arena_bytes(own);
	*ret_entry = e;
	return NULL;
}

err *kust_cache_parse(struct kust_cache *c, arena *mem, str text, kust_parser *parse,
		      struct kust_nodes *ret_nodes)
{
	/* half of the digest, as text: more than chance or malice can meet */
	char *hex = digest_hex(mem, DIGEST_SHA256, text), key[KEY_BYTES];
	memcpy(key, hex, KEY_BYTES - 1);
	key[KEY_BYTES - 1] = 0;
	pthread_mutex_lock(&c->lock);
	struct entry *e = map_get(&c->entries, key);
	if (e)
		use(c, e, ret_nodes);
	pthread_mutex_unlock(&c->lock);
	if (!e) {
		TRY(make(c, mem, text, parse, key, &e));
		pthread_mutex_lock(&c->lock);
		e = put(c, e);
		use(c, e, ret_nodes);
		pthread_mutex_unlock(&c->lock);
	}
	arena_defer(mem, release, e);
	return NULL;
}
