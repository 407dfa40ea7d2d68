#include "net/ssh_pool.h"

#include <libssh/libssh.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"

/* Longer than an interval of a minute with what it takes to fetch, and about what libcurl gives a connection. */
#define IDLE_MAX (2 * CLOCK_MINUTE)
/* A key that the server has withdrawn since, or a host key that is no more, counts after that time at the latest. */
#define LIFE_MAX (10 * CLOCK_MINUTE)
#define TEND_AFTER CLOCK_SECOND
#define PER_KEY 4 /* as many connections as one of HTTP's clients has */
#define ALL_MAX 32
#define PIECES 16 /* that are read of what a server has sent meanwhile */

struct waiting {
	struct waiting *next;
	char *key;
	struct ssh_line line;
	int64_t since;
	bool tended;
};

struct ssh_pool {
	loop *loop;
	int64_t idle_max;
	struct timer *timer; /* the loop's */
	pthread_mutex_t lock;
	struct waiting *first; /* under lock, as what follows; by how long they wait */
	size_t n;
	int64_t wakes; /* when the timer goes off, on clock_now; 0: it does not */
};

/* ---- sessions ---- */

void ssh_line_close(struct ssh_line *line)
{
	ssh_silent_disconnect(line->session);
	ssh_free(line->session);
	line->session = NULL;
	line->next = NULL;
}

/* Reads what the server has sent meanwhile: has it closed the session, or does it refuse another channel? */
static bool lives(struct ssh_line *line)
{
	struct pollfd p = {.fd = line->fd, .events = POLLIN};
	for (int i = 0; i < PIECES && ssh_is_connected(line->session) && poll(&p, 1, 0) > 0; i++)
		ssh_channel_poll(line->next, 0);
	return ssh_is_connected(line->session) && ssh_channel_open_session(line->next) != SSH_ERROR;
}

/* What costs the next command a round trip is done beforehand. */
static bool tend(struct ssh_line *line)
{
	if (!lives(line))
		return false;
	if (line->name && ssh_channel_open_session(line->next) == SSH_OK)
		ssh_channel_request_env(line->next, line->name, line->value);
	return ssh_is_connected(line->session);
}

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
	return w->since + (!w->tended && TEND_AFTER < p->idle_max ? TEND_AFTER : p->idle_max);
}

static void on_timer(void *arg)
{
	struct ssh_pool *p = arg;
	int64_t now = clock_now();
	pthread_mutex_lock(&p->lock);
	p->wakes = 0;
	for (struct waiting **at = &p->first; *at;) {
		struct waiting *w = *at;
		bool old = now - w->since >= p->idle_max, ready = !w->tended && due(p, w) <= now;
		if (old || (ready && !tend(&w->line))) {
			out(p, at);
			continue;
		}
		w->tended = w->tended || ready;
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

struct ssh_pool *ssh_pool_open(loop *l, int64_t idle_max)
{
	struct ssh_pool *p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	*p = (struct ssh_pool){.loop = l, .idle_max = idle_max ? idle_max : IDLE_MAX};
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

/* The one that came last, so that what is too much grows old. */
static struct waiting *pick(struct ssh_pool *p, const char *key)
{
	struct waiting **last = NULL, *w = NULL;
	pthread_mutex_lock(&p->lock);
	for (struct waiting **at = &p->first; *at; at = &(*at)->next)
		last = text_eq((*at)->key, key) ? at : last;
	if (last) {
		w = *last;
		*last = w->next;
		p->n--;
	}
	pthread_mutex_unlock(&p->lock);
	return w;
}

bool ssh_pool_take(struct ssh_pool *p, const char *key, struct ssh_line *ret_line)
{
	struct waiting *w;
	bool good = false;
	while (!good && (w = pick(p, key))) {
		good = clock_now() - w->since < p->idle_max && lives(&w->line);
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
	line->next = now - line->born < LIFE_MAX ? ssh_channel_new(line->session) : NULL;
	if (!line->next || ssh_channel_open_session(line->next) == SSH_ERROR) {
		ssh_line_close(line);
		return;
	}
	struct waiting *w = calloc(1, sizeof(*w));
	char *name = strdup(key);
	if (!w || !name)
		abort();
	*w = (struct waiting){.key = name, .line = *line, .since = now};
	line->session = NULL;
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
