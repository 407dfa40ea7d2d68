#include "source/oci_known.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/map.h"

#define WAY_LIFE (10 * CLOCK_MINUTE) /* then it is asked again whether TLS is spoken by now */
#define TOKEN_MARGIN (10 * CLOCK_SECOND)

struct entry {
	arena *mem; /* its own */
	int64_t until;
	struct oci_way way;
	const char *token;
};

struct oci_known {
	arena *mem;
	pthread_mutex_t lock;
	struct map ways, tokens; /* key → struct entry */
};

struct oci_known *oci_known_open(void)
{
	arena *mem = arena_open();
	struct oci_known *k = NEW(mem, struct oci_known);
	k->mem = mem;
	pthread_mutex_init(&k->lock, NULL);
	k->ways = map_init(NULL);
	k->tokens = map_init(NULL);
	return k;
}

static void entry_close(struct entry *e)
{
	if (e)
		arena_close(e->mem);
}

static void clear(struct map *all)
{
	struct map_entry *m;
	for (size_t i = 0; (m = map_next(all, &i));)
		entry_close(m->value);
	map_done(all);
	*all = map_init(NULL);
}

void oci_known_close(struct oci_known *k)
{
	clear(&k->ways);
	clear(&k->tokens);
	map_done(&k->ways);
	map_done(&k->tokens);
	pthread_mutex_destroy(&k->lock);
	arena_close(k->mem);
}

/* Under lock. One that is too old goes. */
static struct entry *find(struct map *all, const char *key)
{
	struct entry *e = map_get(all, key);
	if (!e || e->until > clock_now())
		return e;
	map_del(all, key);
	entry_close(e);
	return NULL;
}

static struct entry *entry_new(int64_t life)
{
	arena *mem = arena_open();
	struct entry *e = NEW(mem, struct entry);
	*e = (struct entry){.mem = mem, .until = clock_now() + life};
	return e;
}

/* e NULL: only forgets. */
static void put(struct oci_known *k, struct map *all, const char *key, struct entry *e)
{
	pthread_mutex_lock(&k->lock);
	if (e && all->n >= OCI_KNOWN_MAX)
		clear(all);
	entry_close(e ? map_set(all, key, e) : map_del(all, key));
	pthread_mutex_unlock(&k->lock);
}

static void copy_way(arena *mem, struct oci_way *to, const struct oci_way *from)
{
	*to = *from;
	to->challenge.realm = arena_text(mem, from->challenge.realm);
	to->challenge.service = arena_text(mem, from->challenge.service);
	to->challenge.scope = arena_text(mem, from->challenge.scope);
}

bool oci_known_way(arena *mem, struct oci_known *k, const char *key, struct oci_way *ret_way)
{
	pthread_mutex_lock(&k->lock);
	const struct entry *e = find(&k->ways, key);
	if (e)
		copy_way(mem, ret_way, &e->way);
	pthread_mutex_unlock(&k->lock);
	return e != NULL;
}

void oci_known_set_way(struct oci_known *k, const char *key, const struct oci_way *way)
{
	struct entry *e = entry_new(WAY_LIFE);
	copy_way(e->mem, &e->way, way);
	put(k, &k->ways, key, e);
}

void oci_known_forget_way(struct oci_known *k, const char *key)
{
	put(k, &k->ways, key, NULL);
}

const char *oci_known_token(arena *mem, struct oci_known *k, const char *key)
{
	pthread_mutex_lock(&k->lock);
	const struct entry *e = find(&k->tokens, key);
	const char *token = e ? arena_text(mem, e->token) : NULL;
	pthread_mutex_unlock(&k->lock);
	return token;
}

void oci_known_set_token(struct oci_known *k, const char *key, const struct oci_token *token)
{
	if (token->lifetime <= TOKEN_MARGIN)
		return;
	struct entry *e = entry_new(token->lifetime - TOKEN_MARGIN);
	arena_secret(e->mem);
	e->token = arena_text(e->mem, token->token);
	put(k, &k->tokens, key, e);
}

void oci_known_forget_token(struct oci_known *k, const char *key)
{
	put(k, &k->tokens, key, NULL);
}
