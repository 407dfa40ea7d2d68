#include "source/vouched.h"

#include <pthread.h>

#include "base/map.h"

struct vouched {
	arena *mem;
	pthread_mutex_t lock;
	struct map known; /* text → the vouched itself */
};

struct vouched *vouched_open(void)
{
	arena *mem = arena_open();
	struct vouched *v = NEW(mem, struct vouched);
	v->mem = mem;
	pthread_mutex_init(&v->lock, NULL);
	v->known = map_init(NULL);
	return v;
}

void vouched_close(struct vouched *v)
{
	if (!v)
		return;
	map_done(&v->known);
	pthread_mutex_destroy(&v->lock);
	arena_close(v->mem);
}

bool vouched_has(struct vouched *v, const char *text)
{
	pthread_mutex_lock(&v->lock);
	bool has = map_has(&v->known, text);
	pthread_mutex_unlock(&v->lock);
	return has;
}

void vouched_add(struct vouched *v, const char *text)
{
	pthread_mutex_lock(&v->lock);
	if (v->known.n >= VOUCHED_MAX) {
		map_done(&v->known);
		v->known = map_init(NULL);
	}
	map_set(&v->known, text, v);
	pthread_mutex_unlock(&v->lock);
}
