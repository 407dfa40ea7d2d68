#include "source/tokens.h"

#include <pthread.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "crypt/digest.h"

#define KEPT_FOR CLOCK_HOUR

struct kept {
	arena *mem;
	const char *key, *token;
	int64_t until; /* on clock_wall */
};

struct tokens {
	arena *mem;
	struct clients *clients;
	int64_t max, lasts;
	pthread_mutex_t lock;
	struct map all; /* name → struct kept */
};

struct tokens *tokens_open(struct clients *clients, int64_t max, int64_t lasts)
{
	arena *mem = arena_open();
	struct tokens *ts = NEW(mem, struct tokens);
	*ts = (struct tokens){.mem = mem,
			      .clients = clients,
			      .max = max,
			      .lasts = lasts < KEPT_FOR ? lasts : KEPT_FOR,
			      .all = map_init(NULL)};
	pthread_mutex_init(&ts->lock, NULL);
	return ts;
}

void tokens_close(struct tokens *ts)
{
	struct map_entry *e;
	if (!ts)
		return;
	for (size_t i = 0; (e = map_next(&ts->all, &i));)
		arena_close(((struct kept *)e->value)->mem);
	map_done(&ts->all);
	pthread_mutex_destroy(&ts->lock);
	arena_close(ts->mem);
}

struct clients *tokens_clients(const struct tokens *ts)
{
	return ts->clients;
}

char *tokens_key(arena *mem, const char *const *parts, size_t n)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < n; i++) {
		buf_text_add(&b, parts[i] ? parts[i] : "");
		buf_char(&b, 0);
	}
	return digest_hex(mem, DIGEST_SHA256, buf_view(&b));
}

const char *tokens_recall(arena *mem, struct tokens *ts, const char *key)
{
	pthread_mutex_lock(&ts->lock);
	const struct kept *k = map_get(&ts->all, key);
	const char *token = k && k->until > clock_wall() ? arena_text(mem, k->token) : NULL;
	pthread_mutex_unlock(&ts->lock);
	return token;
}

/* What is over makes room; if that is not enough, what ends first. Under lock. */
static void tidy(struct tokens *ts, int64_t now)
{
	struct map_entry *e;
	struct kept *first = NULL;
	for (size_t i = 0; (e = map_next(&ts->all, &i));) {
		struct kept *k = e->value;
		if (k->until <= now) {
			map_del(&ts->all, k->key);
			arena_close(k->mem);
		} else if (!first || k->until < first->until) {
			first = k;
		}
	}
	if (first && (int64_t)ts->all.n >= ts->max) {
		map_del(&ts->all, first->key);
		arena_close(first->mem);
	}
}

void tokens_keep(struct tokens *ts, const char *key, const char *token, int64_t expires)
{
	int64_t now = clock_wall(), lasts = (expires - now) / 5 * 4;
	if (lasts <= 0 || ts->max <= 0)
		return;
	arena *mem = arena_open();
	arena_secret(mem);
	struct kept *k = NEW(mem, struct kept);
	*k = (struct kept){mem, arena_text(mem, key), arena_text(mem, token),
			   now + (lasts < ts->lasts ? lasts : ts->lasts)};
	pthread_mutex_lock(&ts->lock);
	struct kept *old = map_get(&ts->all, key);
	if (old)
		map_del(&ts->all, key);
	tidy(ts, now);
	map_set(&ts->all, key, k);
	pthread_mutex_unlock(&ts->lock);
	if (old)
		arena_close(old->mem);
}
