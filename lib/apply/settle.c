#include "apply/settle.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"

struct owner {
	char *ns, *name;
	int64_t due, latest; /* on clock_now */
};

/* News on its way to the loop. */
struct news {
	struct settle *settle; /* NULL: it was closed meanwhile */
	struct news *next;
	char *ns, *name;
};

struct settle {
	struct map owners; /* "ns/name" → owner */
	loop *loop;
	struct timer *timer; /* opened with the first news, since that comes on the loop */
	int64_t set;	     /* when the timer goes off, on clock_now; 0: it does not */
	int64_t quiet, most;
	pthread_mutex_t lock; /* of posted */
	struct news *posted;
	void (*tell)(void *arg, const char *ns, const char *name);
	void *arg;
};

static void owner_free(struct owner *o)
{
	free(o->ns);
	free(o->name);
	free(o);
}

/* Sees to it that the timer goes off for this owner: it may be set, for a later one or an earlier. */
static void set_timer(struct settle *s, const struct owner *o)
{
	if (s->set && s->set <= o->due)
		return;
	s->set = o->due;
	timer_set(s->timer, s->set - clock_now());
}

static void on_timer(void *arg)
{
	struct settle *s = arg;
	int64_t now = clock_now();
	struct map_entry *e;
	s->set = 0;
	for (size_t i = 0; (e = map_next(&s->owners, &i));) {
		struct owner *o = e->value;
		if (o->due > now) {
			set_timer(s, o);
			continue;
		}
		map_del(&s->owners, e->key.p);
		s->tell(s->arg, o->ns, o->name);
		owner_free(o);
	}
}

void settle_note(struct settle *s, const char *ns, const char *name)
{
	arena *mem = arena_open();
	const char *key = arena_printf(mem, "%s/%s", ns, name);
	struct owner *o = map_get(&s->owners, key);
	int64_t now = clock_now();
	if (!o) {
		o = calloc(1, sizeof(*o));
		if (!o)
			abort();
		*o = (struct owner){strdup(ns), strdup(name), 0, now + s->most};
		map_set(&s->owners, key, o);
	}
	o->due = now + s->quiet < o->latest ? now + s->quiet : o->latest;
	if (!s->timer)
		s->timer = timer_open(s->loop, on_timer, s);
	set_timer(s, o);
	arena_close(mem);
}

static void arrive(void *arg)
{
	struct news *n = arg;
	struct settle *s = n->settle;
	if (s) {
		pthread_mutex_lock(&s->lock);
		struct news **at = &s->posted;
		while (*at != n)
			at = &(*at)->next;
		*at = n->next;
		pthread_mutex_unlock(&s->lock);
		settle_note(s, n->ns, n->name);
	}
	free(n->ns);
	free(n->name);
	free(n);
}

void settle_post(struct settle *s, const char *ns, const char *name)
{
	struct news *n = calloc(1, sizeof(*n));
	if (!n)
		abort();
	*n = (struct news){s, NULL, strdup(ns), strdup(name)};
	pthread_mutex_lock(&s->lock);
	n->next = s->posted;
	s->posted = n;
	pthread_mutex_unlock(&s->lock);
	loop_post(s->loop, arrive, n);
}

struct settle *settle_open(loop *l, int64_t quiet, int64_t most,
			   void (*tell)(void *arg, const char *ns, const char *name), void *arg)
{
	struct settle *s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	*s = (struct settle){.owners = map_init(NULL),
			     .loop = l,
			     .quiet = quiet,
			     .most = most,
			     .tell = tell,
			     .arg = arg};
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void settle_close(struct settle *s)
{
	struct map_entry *e;
	if (s->timer)
		timer_close(s->timer);
	for (size_t i = 0; (e = map_next(&s->owners, &i));)
		owner_free(e->value);
	map_done(&s->owners);
	for (struct news *n = s->posted; n; n = n->next)
		n->settle = NULL;
	pthread_mutex_destroy(&s->lock);
	free(s);
}
