#include "helm/helm_packer.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/map.h"
#include "crypt/digest.h"

struct helm_packer {
	pthread_mutex_t lock;
	struct map parts; /* digest of the text → struct kept, the oldest first */
	size_t bytes, max;
};

struct kept {
	arena *mem;
	struct gzip_part part;
};

struct helm_packer *helm_packer_open(size_t max_bytes)
{
	struct helm_packer *p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	pthread_mutex_init(&p->lock, NULL);
	p->parts = map_init(NULL);
	p->max = max_bytes;
	return p;
}

static void drop(struct helm_packer *p, const char *key)
{
	struct kept *k = map_del(&p->parts, key);
	if (!k)
		return;
	p->bytes -= k->part.packed.n;
	arena_close(k->mem);
}

void helm_packer_close(struct helm_packer *p)
{
	const struct map_entry *e;
	if (!p)
		return;
	for (size_t i = 0; (e = map_next(&p->parts, &i));)
		arena_close(((struct kept *)e->value)->mem);
	map_done(&p->parts);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static struct gzip_part copied(arena *mem, const struct gzip_part *from)
{
	struct gzip_part part = *from;
	part.packed = (str){arena_copy(mem, from->packed.p, from->packed.n), from->packed.n};
	return part;
}

static bool find(struct helm_packer *p, arena *mem, const char *key, struct gzip_part *ret)
{
	pthread_mutex_lock(&p->lock);
	const struct kept *k = map_get(&p->parts, key);
	if (k)
		*ret = copied(mem, &k->part);
	pthread_mutex_unlock(&p->lock);
	return k != NULL;
}

static void keep(struct helm_packer *p, const char *key, const struct gzip_part *part)
{
	const struct map_entry *oldest;
	if (part->packed.n > p->max / 4)
		return;
	arena *mem = arena_open();
	struct kept *k = NEW(mem, struct kept);
	*k = (struct kept){mem, copied(mem, part)};
	pthread_mutex_lock(&p->lock);
	drop(p, key);
	map_set(&p->parts, key, k);
	p->bytes += part->packed.n;
	for (size_t i = 0; p->bytes > p->max && (oldest = map_next(&p->parts, &i));)
		drop(p, oldest->key.p);
	pthread_mutex_unlock(&p->lock);
}

err *helm_packer_part(arena *mem, struct helm_packer *p, str text, bool best,
		      struct gzip_part *ret_part)
{
	const char *key = p ? digest_hex(mem, DIGEST_SHA256, text) : NULL;
	if (p && find(p, mem, key, ret_part))
		return NULL;
	TRY(gzip_part(mem, text, best, ret_part));
	if (p)
		keep(p, key, ret_part);
	return NULL;
}
