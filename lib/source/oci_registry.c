#include "source/oci_registry.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "net/server_file.h"
#include "net/url.h"
#include "source/oci_fault.h"
#include "source/oci_known.h"
#include "source/oci_token.h"

#define TRIES 3
#define RETRY_DELAY CLOCK_SECOND
#define RETRY_FACTOR 3
#define RETRY_WAIT_MAX (10 * CLOCK_SECOND) /* asked to wait longer, we leave it to the caller */
#define RETRY_AFTER_MAX CLOCK_HOUR
#define REDIRECTS 5
#define GREETING (2 * CLOCK_SECOND)
#define PING_MAX ((size_t)1 << 20) /* bytes of the answer to /v2/ */

struct registries {
	arena *mem;
	struct registries_settings s;
	struct oci_known *known;
};

struct registry {
	arena *mem;
	struct registries *rs;
	struct registry_settings s;
	struct login login; /* the settings', with user and password */
	const char *key;    /* of its way; NULL: not made yet */
	struct oci_way way;
	const char *base; /* NULL: the way is not known */
	struct http *http;
	const char *scope;
	int64_t retry_after;
};

struct registries *registries_open(const struct registries_settings *s)
{
	arena *mem = arena_open();
	struct registries *rs = NEW(mem, struct registries);
	*rs = (struct registries){.mem = mem, .s = *s, .known = oci_known_open()};
	if (!rs->s.retry_delay)
		rs->s.retry_delay = RETRY_DELAY;
	return rs;
}

void registries_close(struct registries *rs)
{
	if (!rs)
		return;
	oci_known_close(rs->known);
	arena_close(rs->mem);
}

struct registry *registry_open(arena *mem, struct registries *rs, const struct registry_settings *s)
{
	struct registry *r = NEW(mem, struct registry);
	*r = (struct registry){.mem = mem, .rs = rs, .s = *s, .login = s->login};
	r->login.user = s->asked.ask ? s->asked.identity : s->auth.user;
	r->login.password = s->auth.password;
	r->login.bearer = s->auth.token ? s->auth.token : s->auth.identity;
	r->scope = arena_printf(mem, "repository:%s:pull", s->ref.repository);
	return r;
}

int64_t registry_retry_after(const struct registry *r)
{
	return r->retry_after;
}

const char *registry_base(const struct registry *r)
{
	return r->base;
}

/* ---- what a status means ---- */

static enum err_code code_of(int status)
{
	switch (status) {
	case 401:
		return ERR_UNAUTHORIZED;
	case 403:
		return ERR_FORBIDDEN;
	case 404:
		return ERR_NOT_FOUND;
	case 429:
	case 503:
		return ERR_BUSY;
	default:
		return ERR_FAILED;
	}
}

/* A URL for messages: what a redirect brought behind the "?" may be a signature. */
static char *shown(arena *mem, const struct registry *r, const char *url)
{
	char *text = url_redact(mem, url), *query = strchr(text, '?');
	size_t n = r->base ? strlen(r->base) : 0;
	if (query && (!n || strncmp(url, r->base, n) != 0 || url[n] != '/'))
		return arena_printf(mem, "%.*s?REDACTED", (int)(query - text), text);
	return text;
}

static err *refused(arena *mem, const struct registry *r, const char *method, const char *url,
		    const struct http_answer *a)
{
	return err_new(mem, code_of(a->status), "%s %s: %s", method, shown(mem, r, url),
		       oci_fault_text(mem, a->status, text_eq(method, "HEAD"), a->body));
}

/* Does a failure pass by itself, soon? */
static bool passes(int status, const err *e)
{
	static const int statuses[] = {408, 429, 499, 500, 502, 503, 504, 522, 0};
	if (!status)
		return e->code == ERR_IO && !http_unsent(e);
	for (int i = 0; statuses[i]; i++)
		if (status == statuses[i])
			return true;
	return false;
}

/* Retry-After: seconds, or a date. */
static int64_t wait_asked_for(const struct http_answer *a)
{
	const char *text = http_header(a, "retry-after");
	int64_t seconds = 0, then;
	if (!text)
		return 0;
	if (!str_int(str_of(text), &seconds) && server_date_parse(text, &then))
		seconds = then - clock_wall() / CLOCK_SECOND;
	if (seconds <= 0)
		return 0;
	return seconds > RETRY_AFTER_MAX / CLOCK_SECOND ? RETRY_AFTER_MAX : seconds * CLOCK_SECOND;
}

/* ---- the way to a registry ---- */

static char *base_of(arena *mem, const struct registry *r, bool tls)
{
	return arena_printf(mem, "%s://%s", tls ? "https" : "http", r->s.ref.registry);
}

static err *ping(ctx *c, struct registry *r, bool tls, int64_t timeout, struct oci_way *ret_way)
{
	struct http *http;
	struct http_answer *a;
	char *base = base_of(c->mem, r, tls), *url = arena_printf(c->mem, "%s/v2/", base);
	struct http_request q = {.method = "GET",
				 .url = url,
				 .max_answer = PING_MAX,
				 .timeout = timeout,
				 .redirects = REDIRECTS};
	TRY(clients_get(r->mem, r->rs->s.clients, base, &r->login, &http));
	err *e = http_do(c, http, &q, &a);
	if (e)
		return http_not_sent(c->mem, "GET", url, e);
	*ret_way = (struct oci_way){.tls = tls, .challenge = {.scheme = OCI_OPEN}};
	if (a->status == 401)
		oci_challenge_read(r->mem, a->headers, &ret_way->challenge);
	else if (a->status != 200)
		return refused(c->mem, r, "GET", url, a);
	return NULL;
}

/* By TLS; where plain http is allowed, by that when TLS fails. A server without TLS may say nothing at all to its
 * greeting, so it gets a moment only, unless there is nothing else. */
static err *find_way(ctx *c, struct registry *r)
{
	int64_t all = r->s.timeout;
	if (!r->s.insecure && !oci_ref_is_near(&r->s.ref))
		return ping(c, r, true, all, &r->way);
	err *failed = ping(c, r, true, all && all < GREETING ? all : GREETING, &r->way);
	if (!failed)
		return NULL;
	TRY(ctx_check(c));
	err *plain = ping(c, r, false, all, &r->way);
	if (!plain)
		return NULL;
	if (failed->code == ERR_TIMEOUT && (!all || all > GREETING)) {
		failed = ping(c, r, true, all, &r->way);
		if (!failed)
			return NULL;
	}
	err *both = err_new(c->mem, plain->code, "%s; %s", err_text(c->mem, failed),
			    err_text(c->mem, plain));
	both->mark = http_unsent(plain) ? HTTP_UNSENT : NULL;
	return both;
}

static err *know_way(ctx *c, struct registry *r)
{
	struct url *u;
	if (r->base)
		return NULL;
	TRY(url_parse_http(r->mem, base_of(r->mem, r, true), &u));
	r->key = arena_printf(r->mem, "%s %d", clients_key(r->mem, u, &r->login), r->s.insecure);
	if (!oci_known_way(r->mem, r->rs->known, r->key, &r->way)) {
		TRY(find_way(c, r));
		oci_known_set_way(r->rs->known, r->key, &r->way);
	}
	r->base = base_of(r->mem, r, r->way.tls);
	return clients_get(r->mem, r->rs->s.clients, r->base, &r->login, &r->http);
}

/* After a connection that could not be made: the registry may speak otherwise by now. */
static void forget_way(struct registry *r)
{
	if (r->key)
		oci_known_forget_way(r->rs->known, r->key);
	r->base = NULL;
}

/* ---- authorization ---- */

/* The login, if somebody has to be asked for it. */
static err *want_login(ctx *c, struct registry *r)
{
	struct oci_auth auth;
	if (!r->s.asked.ask || r->s.auth.user)
		return NULL;
	TRY(r->s.asked.ask(c, r->s.asked.arg, &auth));
	r->s.auth.user = arena_text(r->mem, auth.user);
	r->s.auth.password = arena_text(r->mem, auth.password);
	return NULL;
}

static char *token_key(arena *mem, const struct registry *r)
{
	return arena_printf(mem, "%s %s", r->key, r->scope);
}

static err *bearer(ctx *c, struct registry *r, const char **ret_token)
{
	struct oci_token token;
	char *key = token_key(c->mem, r);
	if (r->s.auth.token) {
		*ret_token = r->s.auth.token;
		return NULL;
	}
	*ret_token = oci_known_token(c->mem, r->rs->known, key);
	if (*ret_token)
		return NULL;
	TRY(want_login(c, r));
	struct oci_token_ask ask = {.clients = r->rs->s.clients,
				    .challenge = &r->way.challenge,
				    .registry = r->s.ref.registry,
				    .tls = r->way.tls,
				    .scope = r->scope,
				    .auth = &r->s.auth,
				    .login = &r->s.login,
				    .timeout = r->s.timeout};
	TRY(oci_token_get(c, &ask, &token));
	oci_known_set_token(r->rs->known, key, &token);
	*ret_token = token.token;
	return NULL;
}

/* Puts what the registry wants to see into a request to it. */
static err *authorize(ctx *c, struct registry *r, struct http_request *q)
{
	switch (r->way.challenge.scheme) {
	case OCI_BEARER:
		return bearer(c, r, &q->bearer);
	case OCI_BASIC:
		TRY(want_login(c, r));
		q->bearer = r->s.auth.token;
		if (!q->bearer && r->s.auth.user && r->s.auth.password) {
			q->user = r->s.auth.user;
			q->password = r->s.auth.password;
		}
		return NULL;
	default:
		return NULL;
	}
}

/* A 401 although we did as we were told: the token is too old or for too little, or this repository is guarded
 * otherwise than the registry said of all. True: something was learned, it is worth another request. */
static bool learn(ctx *c, struct registry *r, const struct http_answer *a)
{
	struct oci_challenge ch;
	oci_challenge_read(r->mem, a->headers, &ch);
	if (ch.scheme == OCI_OTHER)
		return false;
	if (ch.scheme == OCI_BASIC && r->way.challenge.scheme == OCI_BASIC)
		return false;
	if (r->key && ch.scheme == OCI_BEARER)
		oci_known_forget_token(r->rs->known, token_key(c->mem, r));
	/* some registries look at the first scope alone */
	if (ch.scope && !text_eq(ch.scope, r->scope))
		r->scope = arena_printf(r->mem, "%s %s", ch.scope, r->scope);
	if (ch.scheme == OCI_BEARER && !ch.realm)
		return false;
	r->way.challenge = ch; /* of this repository alone */
	return true;
}

/* ---- requests ---- */

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Where a redirect leads, and with which client. */
static err *follow(ctx *c, struct registry *r, const char *location, struct http_request *q,
		   struct http **http)
{
	struct url *from, *to;
	char *url;
	TRY_AS(c->mem, url_join(c->mem, q->url, location, &url), "redirected");
	TRY(url_parse_http(c->mem, q->url, &from));
	TRY_AS(c->mem, url_parse_http(c->mem, url, &to), "redirected");
	bool same = url_same_origin(from, to);
	q->url = url;
	if (same)
		return NULL;
	if (text_eq(from->scheme, "https") && text_eq(to->scheme, "http"))
		return err_new(c->mem, ERR_FORBIDDEN,
			       "%s redirects from https to http: that is not followed",
			       url_host(c->mem, from));
	if (!text_eq(from->host, to->host) && oci_challenge_is_private(url_host(c->mem, to)) &&
	    !oci_challenge_is_private(r->s.ref.registry))
		return err_new(c->mem, ERR_FORBIDDEN,
			       "redirect from \"%s\" to private/link-local host \"%s\" denied",
			       from->host, to->host);
	q->user = q->password = q->bearer = NULL;
	return clients_get(r->mem, r->rs->s.clients, url, &r->s.login, http);
}

/* What was delivered of a body, so that it is known whether a new try has to begin anew. */
struct body {
	const struct registry_request *q;
	bool some;
};

static err *pass(void *arg, arena *mem, str bytes)
{
	struct body *b = arg;
	b->some = true;
	return b->q->on_body(b->q->arg, mem, bytes);
}

static err *exchange(ctx *c, struct registry *r, const struct registry_request *q,
		     struct body *body, struct http_answer **ret_answer, const char **ret_url)
{
	struct http_header headers[3] = {{NULL, NULL}}, *h = headers;
	if (q->accept)
		*h++ = (struct http_header){"Accept", q->accept};
	if (q->on_body) /* a blob is wanted as it is stored */
		*h++ = (struct http_header){"Accept-Encoding", "identity"};
	struct http_request p = {.method = q->method,
				 .url = arena_printf(c->mem, "%s%s", r->base, q->path),
				 .headers = headers,
				 .max_answer = q->max,
				 .timeout = q->timeout ? q->timeout : r->s.timeout,
				 .stall_bytes = q->on_body ? CLIENTS_SLOWEST : 0,
				 .on_body = q->on_body ? pass : NULL,
				 .on_body_arg = body};
	struct http *http = r->http;
	TRY(authorize(c, r, &p));
	for (int hop = 0;; hop++) {
		err *e = http_do(c, http, &p, ret_answer);
		if (e)
			return http_not_sent(c->mem, p.method, p.url, e);
		const char *to = http_header(*ret_answer, "location");
		*ret_url = p.url;
		if (!is_redirect((*ret_answer)->status) || !to || hop == REDIRECTS)
			return NULL;
		TRY(follow(c, r, to, &p, &http));
	}
}

/* *ret_status: the answer's, 0 when there was none. */
static err *once(ctx *c, struct registry *r, const struct registry_request *q, struct body *body,
		 struct http_answer **ret_answer, const char **ret_url, int *ret_status)
{
	struct http_answer *a;
	const char *url;
	*ret_status = 0;
	TRY(know_way(c, r));
	TRY(exchange(c, r, q, body, &a, &url));
	if (a->status == 401 && text_starts(url, r->base) && learn(c, r, a))
		TRY(exchange(c, r, q, body, &a, &url));
	*ret_status = a->status;
	r->retry_after = 0;
	if (a->status / 100 != 2) {
		r->retry_after = wait_asked_for(a);
		return refused(c->mem, r, q->method, url, a);
	}
	*ret_answer = a;
	if (ret_url)
		*ret_url = url;
	return NULL;
}

err *registry_do(ctx *c, struct registry *r, const struct registry_request *q,
		 struct http_answer **ret_answer, const char **ret_url)
{
	int64_t delay = r->rs->s.retry_delay;
	struct body body = {q, false};
	for (int try = 1;; try++) {
		int status;
		const char *url;
		err *failed = once(c, r, q, &body, ret_answer, ret_url ? ret_url : &url, &status);
		if (!failed)
			return NULL;
		if (!status && http_unsent(failed))
			forget_way(r);
		int64_t wait = r->retry_after > delay ? r->retry_after : delay;
		if (try == TRIES || !passes(status, failed) || wait > RETRY_WAIT_MAX ||
		    (body.some && !q->restart) || !ctx_has_time(c, wait))
			return failed;
		TRY(ctx_sleep(c, wait));
		if (body.some)
			TRY(q->restart(q->arg, c->mem));
		body.some = false;
		delay *= RETRY_FACTOR;
	}
}
