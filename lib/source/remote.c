#include "source/remote.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "crypt/cert.h"
#include "net/ssh_pool.h"
#include "net/url.h"

#define KNOWN_MAX 4096 /* servers whose ways are remembered */
#define SSH_USER "git" /* as hosts of repositories have it */

struct remotes {
	arena *mem;
	struct remotes_settings settings;
	struct clients *clients;
	struct ssh_pool *sessions;
	pthread_mutex_t lock;
	arena *known_mem;
	struct map known; /* URL → struct wire_known */
};

struct remotes *remotes_open(const struct remotes_settings *s)
{
	arena *own = arena_open();
	struct remotes *rs = NEW(own, struct remotes);
	*rs = (struct remotes){.mem = own, .settings = *s, .known_mem = arena_open()};
	rs->clients = clients_open(s->loop, s->user_agent);
	rs->sessions = ssh_pool_open(s->loop, s->ssh_idle, s->ssh_life);
	rs->known = map_init(rs->known_mem);
	pthread_mutex_init(&rs->lock, NULL);
	return rs;
}

void remotes_close(struct remotes *rs)
{
	clients_close(rs->clients);
	ssh_pool_close(rs->sessions);
	pthread_mutex_destroy(&rs->lock);
	arena_close(rs->known_mem);
	arena_close(rs->mem);
}

/* ---- what is known of servers ---- */

static void recall(arena *mem, struct remotes *rs, const char *url, struct wire *w)
{
	pthread_mutex_lock(&rs->lock);
	const struct wire_known *k = map_get(&rs->known, url);
	if (k)
		wire_recall(w, &(struct wire_known){arena_text(mem, k->base), k->v2});
	pthread_mutex_unlock(&rs->lock);
}

static void memorize(struct remotes *rs, const char *url, const struct wire_known *known)
{
	if (!known->base)
		return;
	pthread_mutex_lock(&rs->lock);
	if (rs->known.n >= KNOWN_MAX) {
		arena_close(rs->known_mem);
		rs->known_mem = arena_open();
		rs->known = map_init(rs->known_mem);
	}
	struct wire_known *k = map_get(&rs->known, url);
	if (!k || k->v2 != known->v2 || !text_eq(k->base, known->base)) {
		k = NEW(rs->known_mem, struct wire_known);
		*k = (struct wire_known){arena_text(rs->known_mem, known->base), known->v2};
		map_set(&rs->known, url, k);
	}
	pthread_mutex_unlock(&rs->lock);
}

static void remember(struct remote *r)
{
	struct wire_known known = wire_known(&r->wire);
	memorize(r->all, r->source->url, &known);
}

/* ---- who we are ---- */

static bool said(const char *text)
{
	return text && *text;
}

/* A URL's user and password serve where the login has none. */
static err *identify(ctx *c, struct remote *r, struct url *u)
{
	struct login used = r->source->login;
	struct smart *s = &r->wire.smart;
	TRY(url_parse_http(c->mem, r->source->url, &u));
	if (!said(used.user))
		used.user = u->user;
	if (!said(used.password))
		used.password = u->password;
	if (said(used.bearer) && (said(used.user) || said(used.password)))
		return err_new(c->mem, ERR_INVALID,
			       "basic auth and bearer token cannot be set at the same time");
	u->user = u->password = NULL;
	s->url = r->url = url_text(c->mem, u);
	/* some servers refuse an empty user */
	if (said(used.user) || said(used.password)) {
		s->user = used.user ? used.user : "";
		s->password = used.password ? used.password : "";
	}
	s->bearer = said(used.bearer) ? used.bearer : NULL;
	recall(c->mem, r->all, r->source->url, &r->wire);
	return clients_get(c->mem, r->all->clients, r->source->url, &used, &s->http);
}

static err *identify_ssh(ctx *c, struct remote *r, struct url *u)
{
	const struct remote_source *s = r->source;
	struct ssh_settings *t = NEW(c->mem, struct ssh_settings);
	struct shell *shell = NEW(c->mem, struct shell);
	char *path;
	*t = (struct ssh_settings){.host = u->host,
				   .port = u->port,
				   .user = said(u->user) ? u->user : SSH_USER,
				   .identity = s->keys.identity,
				   .passphrase = s->keys.passphrase,
				   .known_hosts = s->keys.known_hosts,
				   .kex_algorithms = r->all->settings.kex_algorithms,
				   .hostkey_algorithms = r->all->settings.hostkey_algorithms,
				   .proxy = s->login.proxy,
				   .proxy_user = s->login.proxy_user,
				   .proxy_password = s->login.proxy_password,
				   .name = SHELL_NAME,
				   .value = SHELL_VALUE,
				   .pool = r->all->sessions};
	if (!url_decode(c->mem, str_of(u->path), false, &path))
		return err_new(c->mem, ERR_INVALID, "invalid path in '%s'", r->shown);
	shell->path = arena_printf(c->mem, "%s%s%s%s%s", path, *u->query ? "?" : "", u->query,
				   *u->fragment ? "#" : "", u->fragment);
	r->wire.shell = shell;
	r->url = s->url;
	recall(c->mem, r->all, s->url, &r->wire);
	TRY_AS(c->mem, ssh_prepare(c->mem, t, &shell->link),
	       "unable to construct auth method with options");
	return NULL;
}

const char *remote_shown(arena *mem, const char *url)
{
	struct url *u;
	if (!text_starts(url, "ssh://") || url_parse(mem, url, &u))
		return url_redact(mem, url);
	u->password = NULL;
	return url_text(mem, u);
}

err *remote_open(ctx *c, struct remotes *rs, const struct remote_source *source, const char *dir,
		 struct remote **ret_remote)
{
	struct remote *r = NEW(c->mem, struct remote);
	struct url *u;
	*r = (struct remote){.source = source,
			     .shown = remote_shown(c->mem, source->url),
			     .all = rs,
			     .dir = dir};
	r->wire.pack_max = rs->settings.pack_max;
	TRY(url_parse(c->mem, source->url, &u));
	TRY(text_eq(u->scheme, "ssh") ? identify_ssh(c, r, u) : identify(c, r, u));
	*ret_remote = r;
	return NULL;
}

/* ---- talking ---- */

void remote_begin(struct remote *r)
{
	r->wire.deadline = r->source->timeout ? clock_now() + r->source->timeout : 0;
}

/* A client certificate that is none is told when the server is to be asked, even over plain HTTP, where nobody
 * would look at it: as go-git does. */
static err *check_pair(ctx *c, const struct remote *r)
{
	const struct http_tls *tls = &r->source->login.tls;
	if (r->wire.shell || (!tls->cert.n && !tls->key.n))
		return NULL;
	return cert_check_pair(c->mem, tls->cert, tls->key);
}

err *remote_refs(ctx *c, struct remote *r, const char *const *prefixes, size_t n,
		 struct pkt_refs *ret_refs)
{
	TRY(check_pair(c, r));
	err *failed = wire_refs(c, &r->wire, prefixes, n, ret_refs);
	remember(r);
	return failed;
}

err *remote_obtain(ctx *c, struct remote *r, const char *const *ids, size_t n, bool any)
{
	TRY(check_pair(c, r));
	if (!r->stash)
		TRY(stash_open(c, r->dir, r->url, &r->stash));
	TRY(stash_obtain(c, r->stash, &r->wire, ids, n, any));
	remember(r);
	return NULL;
}

struct objects *remote_objects(const struct remote *r)
{
	return stash_objects(r->stash);
}

void remote_doubt(struct remote *r, const err *e)
{
	if (r->stash && (err_code(e) == ERR_NOT_FOUND || err_code(e) == ERR_INVALID))
		stash_spoil(r->stash);
}
