#include "apply/cluster.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"

struct remote {
	struct cluster cluster; /* first: a cluster that is not the home is a remote's */
	struct clusters *all;
	arena *mem;
	char *key;
	size_t owners, users; /* under the lock */
};

struct clusters {
	struct clusters_settings s;
	struct cluster home;
	pthread_mutex_t lock;
	struct map remotes; /* key → remote */
	struct map owners;  /* "ns/name" → remote */
};

struct clusters *clusters_open(const struct clusters_settings *s)
{
	struct clusters *cs = calloc(1, sizeof(*cs));
	if (!cs)
		abort();
	cs->s = *s;
	cs->home = (struct cluster){s->live.client, s->mapper, live_open(&s->live)};
	pthread_mutex_init(&cs->lock, NULL);
	cs->remotes = map_init(NULL);
	cs->owners = map_init(NULL);
	return cs;
}

/* On the loop, as its watches must. */
static void close_remote(void *arg)
{
	struct remote *r = arg;
	live_close(r->cluster.live);
	mapper_close(r->cluster.mapper);
	client_close(r->cluster.client);
	arena_close(r->mem);
}

void clusters_close(struct clusters *cs)
{
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&cs->remotes, &i));)
		close_remote(e->value);
	map_done(&cs->remotes);
	map_done(&cs->owners);
	live_close(cs->home.live);
	pthread_mutex_destroy(&cs->lock);
	free(cs);
}

struct cluster *clusters_home(struct clusters *cs)
{
	return &cs->home;
}

/* Under the lock: gives back a remote that nobody needs any more, to be closed. */
static struct remote *unneeded(struct remote *r)
{
	if (!r || r->owners || r->users)
		return NULL;
	map_del(&r->all->remotes, r->key);
	return r;
}

static void let_go(struct clusters *cs, struct remote *r)
{
	if (r)
		loop_post(cs->s.live.loop, close_remote, r);
}

void *cluster_hold(struct clusters *cs, struct cluster *cl)
{
	if (cl == &cs->home)
		return NULL;
	struct remote *r = (struct remote *)cl;
	pthread_mutex_lock(&cs->lock);
	r->users++;
	pthread_mutex_unlock(&cs->lock);
	return r;
}

void cluster_release(void *held)
{
	struct remote *r = held;
	if (!r)
		return;
	struct clusters *cs = r->all;
	pthread_mutex_lock(&cs->lock);
	r->users--;
	r = unneeded(r);
	pthread_mutex_unlock(&cs->lock);
	let_go(cs, r);
}

static err *open_remote(struct clusters *cs, arena *mem, const char *key,
			const struct config *config, struct remote **ret)
{
	arena *own = arena_open();
	struct remote *r = NEW(own, struct remote);
	*r = (struct remote){.all = cs, .mem = own, .key = arena_text(own, key)};
	err *e = client_open(own, cs->s.live.loop, config, &r->cluster.client);
	if (!e)
		e = mapper_open(own, r->cluster.client, &r->cluster.mapper);
	if (e) {
		e = err_copy(mem, e);
		arena_close(own);
		return e;
	}
	if (cs->s.may_write)
		client_fence(r->cluster.client, cs->s.may_write, cs->s.may_write_arg);
	struct live_settings live = cs->s.live;
	live.client = r->cluster.client;
	r->cluster.live = live_open(&live);
	*ret = r;
	return NULL;
}

/* Under the lock: the owner has r (NULL: none) from now on; gives back what is to be closed. */
static struct remote *set_owner(struct clusters *cs, const char *owner, struct remote *r)
{
	struct remote *before = map_get(&cs->owners, owner);
	if (before == r)
		return NULL;
	if (r) {
		r->owners++;
		map_set(&cs->owners, owner, r);
	} else {
		map_del(&cs->owners, owner);
	}
	if (before)
		before->owners--;
	return unneeded(before);
}

err *clusters_take(arena *mem, struct clusters *cs, const char *ns, const char *name,
		   const char *key, const struct config *config, struct cluster **ret_cluster)
{
	const char *owner = arena_printf(mem, "%s/%s", ns, name);
	err *e = NULL;
	struct remote *old = NULL;
	pthread_mutex_lock(&cs->lock);
	struct remote *r = map_get(&cs->remotes, key);
	if (!r) {
		e = open_remote(cs, mem, key, config, &r);
		if (!e)
			map_set(&cs->remotes, key, r);
	}
	if (!e) {
		r->users++;
		old = set_owner(cs, owner, r);
	}
	pthread_mutex_unlock(&cs->lock);
	let_go(cs, old);
	TRY(e);
	arena_defer(mem, cluster_release, r);
	*ret_cluster = &r->cluster;
	return NULL;
}

struct cluster *clusters_of(arena *mem, struct clusters *cs, const char *ns, const char *name)
{
	const char *owner = arena_printf(mem, "%s/%s", ns, name);
	pthread_mutex_lock(&cs->lock);
	struct remote *r = map_get(&cs->owners, owner);
	if (r)
		r->users++;
	pthread_mutex_unlock(&cs->lock);
	if (!r)
		return &cs->home;
	arena_defer(mem, cluster_release, r);
	return &r->cluster;
}

void clusters_drop(struct clusters *cs, const char *ns, const char *name)
{
	arena *mem = arena_open();
	const char *owner = arena_printf(mem, "%s/%s", ns, name);
	pthread_mutex_lock(&cs->lock);
	struct remote *old = set_owner(cs, owner, NULL);
	pthread_mutex_unlock(&cs->lock);
	arena_close(mem);
	let_go(cs, old);
}

size_t clusters_count(struct clusters *cs)
{
	pthread_mutex_lock(&cs->lock);
	size_t n = cs->remotes.n;
	pthread_mutex_unlock(&cs->lock);
	return n;
}
