#include "source/clients.h"

#include <pthread.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "crypt/digest.h"
#include "net/url.h"

#define IDLE_MAX (10 * CLOCK_MINUTE)
#define CONNECTIONS 4 /* of one of them; as many objects of a bucket are fetched at the same time */
#define CLIENTS_MAX 256 /* idle ones beyond are closed, the longest idle first */

struct client_entry {
	arena *mem;
	struct http *http;
	int users;
	int64_t idle_since;
	const char *key;
};

struct clients {
	arena *mem;
	loop *loop;
	const char *user_agent;
	pthread_mutex_t lock;
	struct map all; /* key → struct client_entry */
};

struct clients *clients_open(loop *l, const char *user_agent)
{
	arena *mem = arena_open();
	struct clients *cs = NEW(mem, struct clients);
	*cs = (struct clients){.mem = mem, .loop = l, .user_agent = arena_text(mem, user_agent)};
	cs->all = map_init(NULL);
	pthread_mutex_init(&cs->lock, NULL);
	return cs;
}

static void entry_close(struct client_entry *e)
{
	http_close(e->http);
	arena_close(e->mem);
}

void clients_close(struct clients *cs)
{
	struct map_entry *m;
	for (size_t i = 0; (m = map_next(&cs->all, &i));)
		entry_close(m->value);
	map_done(&cs->all);
	pthread_mutex_destroy(&cs->lock);
	arena_close(cs->mem);
}

static void add_part(buf *b, const char *text)
{
	buf_text_add(b, text ? text : "");
	buf_char(b, 0);
}

char *clients_key(arena *mem, const struct url *u, const struct login *l)
{
	buf b = buf_init(mem);
	add_part(&b, u->scheme);
	add_part(&b, url_host(mem, u));
	add_part(&b, l->user);
	add_part(&b, l->password);
	add_part(&b, l->bearer);
	add_part(&b, l->proxy ? l->proxy : "environment");
	add_part(&b, l->proxy_user);
	add_part(&b, l->proxy_password);
	add_part(&b, l->tls.server_name);
	add_part(&b, l->tls.insecure ? "insecure" : l->tls.ca_added ? "added" : "");
	buf_printf(&b, "%zu,%zu,%zu,", l->tls.ca.n, l->tls.cert.n, l->tls.key.n);
	buf_str(&b, l->tls.ca);
	buf_str(&b, l->tls.cert);
	buf_str(&b, l->tls.key);
	return digest_hex(mem, DIGEST_SHA256, buf_view(&b));
}

/* Closes what has been idle for long or is too much. Under lock. */
static void tidy(struct clients *cs)
{
	int64_t now = clock_now();
	struct map_entry *m;
	struct client_entry *oldest = NULL;
	for (size_t i = 0; (m = map_next(&cs->all, &i));) {
		struct client_entry *e = m->value;
		if (e->users)
			continue;
		if (now - e->idle_since > IDLE_MAX) {
			map_del(&cs->all, e->key);
			entry_close(e);
		} else if (!oldest || e->idle_since < oldest->idle_since) {
			oldest = e;
		}
	}
	if (oldest && cs->all.n > CLIENTS_MAX) {
		map_del(&cs->all, oldest->key);
		entry_close(oldest);
	}
}

static struct client_entry *entry_open(struct clients *cs, const char *key, const struct login *l)
{
	arena *own = arena_open();
	struct client_entry *e = NEW(own, struct client_entry);
	*e = (struct client_entry){.mem = own, .key = arena_text(own, key)};
	struct http_settings s = {.user_agent = cs->user_agent,
				  .tls = l->tls,
				  .max_connections = CONNECTIONS,
				  .proxy = l->proxy,
				  .proxy_user = l->proxy_user,
				  .proxy_password = l->proxy_password};
	e->http = http_open(cs->loop, &s);
	map_set(&cs->all, key, e);
	return e;
}

struct use {
	struct clients *cs;
	struct client_entry *entry;
};

static void end_use(void *arg)
{
	struct use *u = arg;
	pthread_mutex_lock(&u->cs->lock);
	u->entry->users--;
	u->entry->idle_since = clock_now();
	tidy(u->cs);
	pthread_mutex_unlock(&u->cs->lock);
}

err *clients_get(arena *mem, struct clients *cs, const char *url, const struct login *login,
		 struct http **ret_http)
{
	struct url *parsed;
	TRY(url_parse_http(mem, url, &parsed));
	const char *key = clients_key(mem, parsed, login);
	struct use *u = NEW(mem, struct use);
	u->cs = cs;
	pthread_mutex_lock(&cs->lock);
	u->entry = map_get(&cs->all, key);
	if (!u->entry)
		u->entry = entry_open(cs, key, login);
	u->entry->users++;
	pthread_mutex_unlock(&cs->lock);
	arena_defer(mem, end_use, u);
	*ret_http = u->entry->http;
	return NULL;
}

size_t clients_count(struct clients *cs)
{
	pthread_mutex_lock(&cs->lock);
	size_t n = cs->all.n;
	pthread_mutex_unlock(&cs->lock);
	return n;
}
