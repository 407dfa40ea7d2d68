#include "release/release_site.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"

#define TEMPLATES_KEEP ((size_t)32 << 20)
#define PACKED_KEEP ((size_t)4 << 20)
#define VERSION_LASTS CLOCK_HOUR
#define READS_LAST (10 * CLOCK_MINUTE)
#define READS_KEEP 4096u /* then all are forgotten */

/* A record of a parked action; in an arena of its own. */
struct kept {
	arena *mem;
	str data;
	val *labels;
};

struct site_inside {
	pthread_mutex_t lock;
	struct map records; /* key → kept, the oldest first */
	size_t bytes;
	char *version;
	int64_t asked;
	arena *reads_mem;
	struct map reads; /* who reads what where → int64_t, when that was seen */
};

struct release_site *site_open(const struct release_site_settings *s)
{
	struct release_site *site = calloc(1, sizeof(*site));
	struct site_inside *in = calloc(1, sizeof(*in));
	if (!site || !in)
		abort();
	pthread_mutex_init(&in->lock, NULL);
	in->records = map_init(NULL);
	in->reads_mem = arena_open();
	in->reads = map_init(in->reads_mem);
	site->s = *s;
	site->in = in;
	site->templates = tmpl_cache_open(TEMPLATES_KEEP);
	site->packer = helm_packer_open(PACKED_KEEP);
	return site;
}

static void drop(struct site_inside *in, const char *key)
{
	struct kept *k = map_del(&in->records, key);
	if (!k)
		return;
	in->bytes -= k->data.n;
	arena_close(k->mem);
}

void site_close(struct release_site *s)
{
	const struct map_entry *e;
	if (!s)
		return;
	for (size_t i = 0; (e = map_next(&s->in->records, &i));)
		arena_close(((struct kept *)e->value)->mem);
	map_done(&s->in->records);
	arena_close(s->in->reads_mem);
	pthread_mutex_destroy(&s->in->lock);
	tmpl_cache_close(s->templates);
	helm_packer_close(s->packer);
	free(s->in->version);
	free(s->in);
	free(s);
}

err *site_version(ctx *c, const struct release_of *of, const char **ret_version)
{
	val *answer;
	struct site_inside *in = of->site->in;
	bool home = of->at == clusters_home(of->site->s.clusters);
	pthread_mutex_lock(&in->lock);
	bool known = home && in->version && clock_now() - in->asked < VERSION_LASTS;
	if (known)
		*ret_version = arena_text(c->mem, in->version);
	pthread_mutex_unlock(&in->lock);
	if (known)
		return NULL;
	TRY_AS(c->mem, client_raw(c, of->client, "GET", "/version", NULL, &answer),
	       "could not get server version from Kubernetes");
	const char *version = val_text_or(val_get(answer, "gitVersion"), "");
	*ret_version = version;
	if (!home)
		return NULL;
	pthread_mutex_lock(&in->lock);
	free(in->version);
	in->version = strdup(version);
	in->asked = clock_now();
	pthread_mutex_unlock(&in->lock);
	return NULL;
}

void site_keep(struct release_site *s, const char *key, str data, const val *labels)
{
	const struct map_entry *oldest;
	arena *mem = arena_open();
	struct kept *k = NEW(mem, struct kept);
	k->mem = mem;
	k->data = str_of(str_text(mem, data));
	k->labels = val_copy(mem, labels);
	pthread_mutex_lock(&s->in->lock);
	drop(s->in, key);
	map_set(&s->in->records, key, k);
	s->in->bytes += data.n;
	for (size_t i = 0; s->in->bytes > SITE_KEEP && (oldest = map_next(&s->in->records, &i));)
		drop(s->in, oldest->key.p);
	pthread_mutex_unlock(&s->in->lock);
}

bool site_take(struct release_site *s, arena *mem, const char *key, str *ret_data, val **ret_labels)
{
	pthread_mutex_lock(&s->in->lock);
	const struct kept *k = map_get(&s->in->records, key);
	if (k) {
		*ret_data = str_of(str_text(mem, k->data));
		*ret_labels = val_copy(mem, k->labels);
	}
	pthread_mutex_unlock(&s->in->lock);
	return k != NULL;
}

void site_drop(struct release_site *s, const char *key)
{
	pthread_mutex_lock(&s->in->lock);
	drop(s->in, key);
	pthread_mutex_unlock(&s->in->lock);
}

static const char *reads_key(const struct release_of *of, arena *mem, const struct resource *r,
			     const char *ns)
{
	return arena_printf(mem, "%p %s %s/%s %s", (void *)of->at, of->account ? of->account : "",
			    r->gvk.group, r->plural, ns);
}

bool site_reads(const struct release_of *of, arena *mem, const struct resource *r, const char *ns)
{
	struct site_inside *in = of->site->in;
	const char *key = reads_key(of, mem, r, ns);
	pthread_mutex_lock(&in->lock);
	const int64_t *seen = map_get(&in->reads, key);
	bool yes = seen && clock_now() - *seen < READS_LAST;
	pthread_mutex_unlock(&in->lock);
	return yes;
}

void site_saw_read(const struct release_of *of, arena *mem, const struct resource *r,
		   const char *ns)
{
	struct site_inside *in = of->site->in;
	const char *key = reads_key(of, mem, r, ns);
	pthread_mutex_lock(&in->lock);
	if (in->reads.n >= READS_KEEP) {
		arena_close(in->reads_mem);
		in->reads_mem = arena_open();
		in->reads = map_init(in->reads_mem);
	}
	int64_t *seen = map_get(&in->reads, key);
	if (!seen) {
		seen = NEW(in->reads_mem, int64_t);
		map_set(&in->reads, key, seen);
	}
	*seen = clock_now();
	pthread_mutex_unlock(&in->lock);
}
