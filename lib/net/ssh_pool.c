#include "net/ssh_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"

/* Longer than an interval of a minute with what it takes to fetch, and about what libcurl gives a connection. */
#define IDLE_MAX (2 * CLOCK_MINUTE)
/* A key that the server has withdrawn since, or a host key that is no more, counts after that time at the latest. */
#define LIFE_MAX (10 * CLOCK_MINUTE)
/* Nothing is done ahead in vain for who comes back at once. */
#define TEND_AFTER CLOCK_SECOND
#define PER_KEY 4 /* as many connections as one of HTTP's clients has */
#define ALL_MAX 32

struct waiting {
	struct waiting *next;
	char *key;
	struct ssh_line line;
	int64_t since;
	int64_t tend_at; /* on clock_now; 0: all is done */
};

struct ssh_pool {
	loop *loop;
	int64_t idle_max, life_max;
	struct timer *timer; /* the loop's */
	pthread_mutex_t lock;
	struct waiting *first; /* under lock, as what follows; by how long they wait */
	size_t n;
	int64_t wakes; /* when the timer goes off, on clock_now; 0: it does not */
};

/* ---- those that wait; under lock ---- */

static void forget(struct waiting *w)
{
	free(w->key);
	free(w);
}

static void out(struct ssh_pool *p, struct waiting **at)
{
	struct waiting *w = *at;
	*at = w->next;
	p->n--;
	ssh_line_close(&w->line);
	forget(w);
}

/* Closes the first that waits under that key (NULL: under any), if more than most do. */
static void bound(struct ssh_pool *p, const char *key, size_t most)
{
	struct waiting **oldest = NULL;
	size_t n = 0;
	for (struct waiting **at = &p->first; *at; at = &(*at)->next) {
		if (key && !text_eq((*at)->key, key))
			continue;
		oldest = oldest ? oldest : at;
		n++;
	}
	if (n > most)
		out(p, oldest);
}

/* When something is to be done about it. */
static int64_t due(const struct ssh_pool *p, const struct waiting *w)
{
	int64_t end = w->since + p->idle_max;
	return w->tend_at && w->tend_at < end ? w->tend_at : end;
}

/* Does what is due; false: it is of no more use. */
static bool tend(const struct ssh_pool *p, struct waiting *w, int64_t now)
{
	int64_t after;
	if (now - w->since >= p->idle_max)
		return false;
	if (due(p, w) > now)
		return true;
	if (!ssh_line_tend(&w->line, &after))
		return false;
	w->tend_at = after ? now + after : 0;
	return true;
}

static void on_timer(void *arg)
{
	struct ssh_pool *p = arg;
	int64_t now = clock_now();
	pthread_mutex_lock(&p->lock);
	p->wakes = 0;
	for (struct waiting **at = &p->first; *at;) {
		struct waiting *w = *at;
		if (!tend(p, w, now)) {
			out(p, at);
			continue;
		}
		if (!p->wakes || due(p, w) < p->wakes)
			p->wakes = due(p, w);
		at = &w->next;
	}
	if (p->wakes)
		timer_set(p->timer, p->wakes - now);
	pthread_mutex_unlock(&p->lock);
}

static void wake(void *arg)
{
	struct ssh_pool *p = arg;
	if (!p->timer)
		p->timer = timer_open(p->loop, on_timer, p);
	on_timer(p);
}

/* ---- */

struct ssh_pool *ssh_pool_open(loop *l, int64_t idle_max, int64_t life_max)
{
	struct ssh_pool *p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	*p = (struct ssh_pool){.loop = l,
			       .idle_max = idle_max ? idle_max : IDLE_MAX,
			       .life_max = life_max ? life_max : LIFE_MAX};
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

/* The last of what was posted for it. */
static void end(void *arg)
{
	struct ssh_pool *p = arg;
	if (p->timer)
		timer_close(p->timer);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

void ssh_pool_close(struct ssh_pool *p)
{
	pthread_mutex_lock(&p->lock);
	while (p->first)
		out(p, &p->first);
	pthread_mutex_unlock(&p->lock);
	loop_post(p->loop, end, p);
}

/* How well one suits that command: what was begun for another is lost. */
static int suits(const struct ssh_line *line, const char *command)
{
	bool same = command && text_eq(line->last, command);
	return same ? 2 + line->begun : !line->begun;
}

/* Of those that suit best the one that came last, so that what is too much grows old. */
static struct waiting *pick(struct ssh_pool *p, const char *key, const char *command)
{
	struct waiting **best = NULL, *w = NULL;
	pthread_mutex_lock(&p->lock);
	for (struct waiting **at = &p->first; *at; at = &(*at)->next)
		if (text_eq((*at)->key, key) &&
		    (!best || suits(&(*at)->line, command) >= suits(&(*best)->line, command)))
			best = at;
	if (best) {
		w = *best;
		*best = w->next;
		p->n--;
	}
	pthread_mutex_unlock(&p->lock);
	return w;
}

bool ssh_pool_take(struct ssh_pool *p, const char *key, const char *command,
		   struct ssh_line *ret_line)
{
	struct waiting *w;
	bool good = false;
	while (!good && (w = pick(p, key, command))) {
		good = clock_now() - w->since < p->idle_max && ssh_line_look(&w->line);
		if (good)
			*ret_line = w->line;
		else
			ssh_line_close(&w->line);
		forget(w);
	}
	return good;
}

void ssh_pool_give(struct ssh_pool *p, const char *key, struct ssh_line *line)
{
	int64_t now = clock_now();
	if (now - line->born >= p->life_max || !ssh_line_spare(line)) {
		ssh_line_close(line);
		return;
	}
	struct waiting *w = calloc(1, sizeof(*w));
	char *name = strdup(key);
	if (!w || !name)
		abort();
	*w = (struct waiting){
		.key = name, .line = *line, .since = now, .tend_at = now + TEND_AFTER};
	*line = (struct ssh_line){.session = NULL};
	pthread_mutex_lock(&p->lock);
	struct waiting **at = &p->first;
	while (*at)
		at = &(*at)->next;
	*at = w;
	p->n++;
	if (!p->wakes || due(p, w) < p->wakes) {
		p->wakes = due(p, w);
		loop_post(p->loop, wake, p);
	}
	bound(p, key, PER_KEY);
	bound(p, NULL, ALL_MAX);
	pthread_mutex_unlock(&p->lock);
}

void ssh_pool_drop(struct ssh_pool *p, const char *key)
{
	pthread_mutex_lock(&p->lock);
	for (struct waiting **at = &p->first; *at;) {
		if (text_eq((*at)->key, key))
			out(p, at);
		else
			at = &(*at)->next;
	}
	pthread_mutex_unlock(&p->lock);
}
