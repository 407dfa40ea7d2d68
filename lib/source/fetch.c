#include "source/fetch.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/rune.h"
#include "net/url.h"

/* Where the bytes go: one of the two. */
struct target {
	const struct fetch *f;
	struct spool *spool;
	struct digest *digest;
	buf *bytes;
	uint64_t n;
};

/* On the loop, while the worker waits. */
static err *take(void *arg, arena *mem, str bytes)
{
	struct target *t = arg;
	t->n += bytes.n;
	if (t->n > t->f->max)
		return err_new(mem, ERR_LIMIT, "%s", t->f->too_large);
	if (t->bytes) {
		buf_str(t->bytes, bytes);
		return NULL;
	}
	digest_add(t->digest, bytes);
	return spool_add(mem, t->spool, bytes);
}

/* --- credentials ------------------------------------------------------------------------------ */

/* Do credentials for home go with a first request to there? */
static bool is_home(arena *mem, const char *home, const char *there)
{
	struct url *a, *b;
	return home && !url_parse(mem, home, &a) && !url_parse(mem, there, &b) &&
	       url_same_origin(a, b);
}

/* Do they still when a redirect leads from here to there? To the same server, or to its safe port. */
static bool goes_along(arena *mem, const char *here, const char *there)
{
	struct url *a, *b;
	if (url_parse(mem, here, &a) || url_parse(mem, there, &b))
		return false;
	return url_same_origin(a, b) ||
	       (text_eq(a->host, b->host) && text_eq(b->scheme, "https") && url_port(b) == 443);
}

/* --- requests --------------------------------------------------------------------------------- */

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static err *get(ctx *c, const struct fetch *f, const char *url, bool with_login, int64_t timeout,
		struct target *t, struct http_answer **ret_answer)
{
	struct http_header headers[3] = {{NULL, NULL}};
	int n = 0;
	struct http *http;
	if (f->etag)
		headers[n++] = (struct http_header){"If-None-Match", f->etag};
	if (f->modified)
		headers[n++] = (struct http_header){"If-Modified-Since", f->modified};
	with_login = with_login && f->login.user && *f->login.user && f->login.password &&
		     *f->login.password;
	struct http_request q = {.method = "GET",
				 .url = url,
				 .headers = headers,
				 .user = with_login ? f->login.user : NULL,
				 .password = with_login ? f->login.password : NULL,
				 .max_answer = SIZE_MAX,
				 .timeout = timeout,
				 .on_body = take,
				 .on_body_arg = t};
	struct login login = f->login;
	login.user = q.user;
	login.password = q.password;
	TRY(clients_get(c->mem, f->clients, url, &login, &http));
	return http_do(c, http, &q, ret_answer);
}

static err *refused(arena *mem, const struct fetch *f, int status)
{
	static const struct {
		int status;
		enum err_code code;
	} codes[] = {{401, ERR_UNAUTHORIZED}, {403, ERR_FORBIDDEN}, {404, ERR_NOT_FOUND},
		     {410, ERR_NOT_FOUND},    {429, ERR_BUSY},	    {503, ERR_BUSY}};
	enum err_code code = ERR_FAILED;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (codes[i].status == status)
			code = codes[i].code;
	return err_new(mem, code, "failed to fetch %s : %d %s", url_redact(mem, f->url), status,
		       http_status_text(status));
}

static err *follow(ctx *c, const struct fetch *f, struct target *t, struct http_answer **ret)
{
	int64_t deadline = f->timeout ? clock_now() + f->timeout : 0;
	const char *url = f->url;
	bool login = f->pass_credentials || is_home(c->mem, f->home, url);
	for (int left = FETCH_REDIRECTS;; left--) {
		int64_t timeout = deadline ? deadline - clock_now() : 0;
		char *next;
		if (deadline && timeout <= 0)
			return err_new(c->mem, ERR_TIMEOUT, "context deadline exceeded");
		TRY(get(c, f, url, login, timeout, t, ret));
		const char *to = http_header(*ret, "location");
		if (!is_redirect((*ret)->status) || !to)
			return NULL;
		if (!left)
			return err_new(c->mem, ERR_FAILED, "stopped after %d redirects",
				       FETCH_REDIRECTS);
		TRY(url_join(c->mem, url, to, &next));
		login = f->pass_credentials || (login && goes_along(c->mem, url, next));
		url = next;
	}
}

static err *ask(ctx *c, const struct fetch *f, struct target *t, struct fetched *ret)
{
	struct http_answer *a;
	err *failed = follow(c, f, t, &a);
	/* a limit is the file's doing, not the connection's */
	if (failed && t->n > f->max)
		return failed;
	if (failed)
		return err_wrap(c->mem, http_in_go(c->mem, f->url, failed), "Get %s",
				rune_quoted(c->mem, str_of(url_redact(c->mem, f->url))));
	*ret = (struct fetched){a->status, a->status == 304 && (f->etag || f->modified),
				http_header(a, "etag"), http_header(a, "last-modified")};
	return NULL;
}

static err *fetch(ctx *c, const struct fetch *f, struct target *t, struct fetched *ret)
{
	TRY(ask(c, f, t, ret));
	return ret->status == 200 || ret->unchanged ? NULL : refused(c->mem, f, ret->status);
}

static void close_arena(void *mem)
{
	arena_close(mem);
}

static err *into_memory(ctx *c, const struct fetch *f,
			err *(*how)(ctx *, const struct fetch *, struct target *, struct fetched *),
			struct fetched *ret_state, str *ret_bytes)
{
	/* filled by the loop, so in memory that the worker does not touch meanwhile */
	arena *own = arena_open();
	buf b = buf_init(own);
	arena_defer(c->mem, close_arena, own);
	struct target t = {.f = f, .bytes = &b};
	TRY(how(c, f, &t, ret_state));
	*ret_bytes = buf_view(&b);
	return NULL;
}

err *fetch_bytes(ctx *c, const struct fetch *f, str *ret_bytes)
{
	struct fetched state;
	return into_memory(c, f, fetch, &state, ret_bytes);
}

err *fetch_any(ctx *c, const struct fetch *f, struct fetched *ret_state, str *ret_bytes)
{
	return into_memory(c, f, ask, ret_state, ret_bytes);
}

err *fetch_spool(ctx *c, const struct fetch *f, struct spool *into, struct digest *digest,
		 struct fetched *ret_state)
{
	struct target t = {.f = f, .spool = into, .digest = digest};
	return fetch(c, f, &t, ret_state);
}
