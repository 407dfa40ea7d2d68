#include "kube/link.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#define TOKEN_AGE CLOCK_MINUTE
#define TOKEN_MAX ((size_t)64 << 10)
#define STALL (65 * CLOCK_SECOND) /* the API server gives up a request after a minute itself */
#define CONNECTIONS 2

struct link {
	arena *mem;
	struct http *http;
	const char *server, *user, *password, *token_file;
	const char **groups;
	size_t group_n;
	void (*on_request)(void *, const char *, int);
	void *on_request_arg;
	bool (*may_write)(void *);
	void *may_write_arg;
	_Atomic int under_way; /* link_send's */
	pthread_mutex_t lock;
	/* under lock; of its own memory, since it changes */
	char *token;
	int64_t token_read;
	/* the loop's */
	struct config_renewal renewal;
	struct renewing *renewing;
};

/* A worker asks for another token, for what runs on the loop. It outlives its link. */
struct renewing {
	arena *mem;
	struct link *link; /* the loop's; NULL when it is closed */
	struct pool_job *job;
	struct config_renewal how;
	const char *token; /* NULL: there is none */
};

/* Every request of a worker passes one place, which counts them from 1 over the whole process and, for
 * crash tests, ends the process there: SLUICE_FAIL_AT=7 in the environment calls _exit(137) instead of
 * sending the seventh, SLUICE_FAIL_AT=7+ after its answer came and before it is acted on. Watches do
 * not count: how many there are depends on time. */
static _Atomic unsigned long requests;

/* The request to end at, 0 for none; *ret_after: not before its answer. */
static unsigned long fail_at(bool *ret_after)
{
	const char *at = getenv("SLUICE_FAIL_AT");
	char *end;
	if (!at || !*at)
		return 0;
	unsigned long k = strtoul(at, &end, 10);
	*ret_after = *end == '+';
	return k;
}

struct link *link_open(loop *l, const struct config *config)
{
	struct http_settings s = {
		.user_agent = config->user_agent ? config->user_agent : "sluice",
		.tls = config->tls,
		.proxy = config->proxy,
		.max_connections = CONNECTIONS,
	};
	arena *own = arena_open();
	struct link *k = NEW(own, struct link);
	k->mem = own;
	k->http = http_open(l, &s);
	k->server = arena_text(own, config->server);
	k->user = arena_text(own, config->user);
	k->password = arena_text(own, config->password);
	k->token_file = arena_text(own, config->token_file);
	k->token = config->token ? strdup(config->token) : NULL;
	k->group_n = config->as_group_n;
	k->groups = NEW_N(own, const char *, k->group_n);
	for (size_t i = 0; i < k->group_n; i++)
		k->groups[i] = arena_text(own, config->as_groups[i]);
	k->renewal = config->renewal;
	k->renewal.how = arena_text(own, config->renewal.how);
	pthread_mutex_init(&k->lock, NULL);
	return k;
}

void link_close(struct link *k)
{
	http_close(k->http);
	if (k->renewing) {
		k->renewing->link = NULL;
		pool_cancel(k->renewing->job, "the cluster is not needed any more");
	}
	if (k->token)
		explicit_bzero(k->token, strlen(k->token));
	free(k->token);
	pthread_mutex_destroy(&k->lock);
	arena_close(k->mem);
}

/* Under lock. A file that cannot be read now leaves the token as it was. */
static bool read_token(struct link *k)
{
	arena *mem = arena_open();
	str text;
	bool changed = false;
	k->token_read = clock_now();
	err *e = file_read(mem, k->token_file, TOKEN_MAX, &text);
	if (!e && str_trim(text).n) {
		str token = str_trim(text);
		changed = !k->token || !str_is(token, k->token);
		if (changed) {
			free(k->token);
			k->token = strndup(token.p, token.n);
		}
	}
	arena_close(mem);
	return changed;
}

static char *token_now(struct link *k, arena *mem)
{
	pthread_mutex_lock(&k->lock);
	if (k->token_file && (!k->token_read || clock_now() - k->token_read > TOKEN_AGE))
		read_token(k);
	char *token = arena_text(mem, k->token);
	pthread_mutex_unlock(&k->lock);
	return token;
}

/* Keeps another token; was it another one? */
static bool set_token(struct link *k, const char *token)
{
	pthread_mutex_lock(&k->lock);
	bool changed = !text_eq(k->token, token);
	if (k->token)
		explicit_bzero(k->token, strlen(k->token));
	free(k->token);
	k->token = strdup(token);
	pthread_mutex_unlock(&k->lock);
	return changed;
}

void link_set_token(struct link *k, const char *token)
{
	(void)set_token(k, token);
}

static bool read_again(struct link *k)
{
	if (!k->token_file)
		return false;
	pthread_mutex_lock(&k->lock);
	bool changed = read_token(k);
	pthread_mutex_unlock(&k->lock);
	return changed;
}

bool link_token_refused(ctx *c, struct link *k)
{
	const char *token;
	if (!k->renewal.ask)
		return read_again(k);
	/* that no other is to be had is told by the refusal, and by the next pass */
	if (k->renewal.ask(c, k->renewal.arg, k->renewal.how, &token))
		return false;
	return set_token(k, token);
}

static void renew(ctx *c, void *arg)
{
	struct renewing *r = arg;
	const char *token;
	arena_secret(c->mem);
	if (!r->how.ask(c, r->how.arg, r->how.how, &token))
		r->token = arena_text(r->mem, token);
}

static void renewed(void *arg)
{
	struct renewing *r = arg;
	if (r->link) {
		r->link->renewing = NULL;
		if (r->token)
			link_set_token(r->link, r->token);
	}
	arena_close(r->mem);
}

void link_stream_refused(struct link *k)
{
	if (!k->renewal.ask) {
		(void)read_again(k);
		return;
	}
	if (k->renewing)
		return;
	arena *mem = arena_open();
	struct renewing *r = NEW(mem, struct renewing);
	arena_secret(mem);
	*r = (struct renewing){.mem = mem, .link = k, .how = k->renewal};
	r->how.how = arena_text(mem, k->renewal.how);
	k->renewing = r;
	r->job = pool_run(k->renewal.pool, renew, renewed, r);
}

static struct http_request request_of(arena *mem, struct link *k, const struct link_request *q)
{
	struct http_header *h = NEW_N(mem, struct http_header, 6 + k->group_n);
	int n = 0;
	h[n++] = (struct http_header){"Accept", q->accept ? q->accept : "application/json"};
	/* compressing costs the server more than the bytes cost on the wire */
	h[n++] = (struct http_header){"Accept-Encoding", "identity"};
	if (q->content_type)
		h[n++] = (struct http_header){"Content-Type", q->content_type};
	if (q->as)
		h[n++] = (struct http_header){"Impersonate-User", q->as};
	for (size_t i = 0; q->as && i < k->group_n; i++)
		h[n++] = (struct http_header){"Impersonate-Group", k->groups[i]};
	return (struct http_request){
		.method = q->method,
		.url = arena_printf(mem, "%s%s", k->server, q->path),
		.headers = h,
		.bearer = token_now(k, mem),
		.user = k->user,
		.password = k->password,
		.body = q->body,
		.stall_timeout = STALL,
	};
}

void link_fence(struct link *k, bool (*may_write)(void *), void *arg)
{
	k->may_write = may_write;
	k->may_write_arg = arg;
}

void link_on_request(struct link *k, void (*fn)(void *, const char *, int), void *arg)
{
	k->on_request = fn;
	k->on_request_arg = arg;
}

void link_count(struct link *k, const char *method, int status)
{
	if (k->on_request)
		k->on_request(k->on_request_arg, method, status);
}

/* What the server would warn of in a body nobody reads, and to find it out it decodes each one twice. It refuses the same ones
 * either way. */
static const char *unwarned(arena *mem, const struct link_request *q, const char *url)
{
	bool writes = strcmp(q->method, "POST") == 0 || strcmp(q->method, "PUT") == 0 ||
		      strcmp(q->method, "PATCH") == 0;
	if (!writes || strstr(q->path, "fieldValidation="))
		return url;
	return arena_printf(mem, "%s%cfieldValidation=Ignore", url, strchr(url, '?') ? '&' : '?');
}

err *link_send(ctx *c, arena *mem, struct link *k, const struct link_request *q,
	       struct http_answer **ret_answer)
{
	if (k->may_write && strcmp(q->method, "GET") && !k->may_write(k->may_write_arg))
		return err_new(mem, ERR_CANCELED, "another program leads");
	bool after = false;
	unsigned long number = atomic_fetch_add(&requests, 1) + 1;
	bool fails = fail_at(&after) == number;
	if (fails && !after)
		_exit(137);
	struct http_request r = request_of(mem, k, q);
	const char *shown = r.url;
	r.url = unwarned(mem, q, shown);
	atomic_fetch_add(&k->under_way, 1);
	err *e = http_do_in(c, mem, k->http, &r, ret_answer);
	atomic_fetch_sub(&k->under_way, 1);
	if (fails)
		_exit(137);
	link_count(k, q->method, e ? 0 : (*ret_answer)->status);
	return e ? http_not_sent(c->mem, q->method, shown, e) : NULL;
}

int link_under_way(const struct link *k)
{
	return atomic_load(&k->under_way);
}

struct http_stream *link_stream(struct link *k, const struct link_request *q, int64_t stall_timeout,
				const struct http_stream_calls *calls, void *arg)
{
	arena *mem = arena_open();
	struct http_request r = request_of(mem, k, q);
	r.stall_timeout = stall_timeout;
	struct http_stream *s = http_stream_open(k->http, &r, calls, arg);
	arena_close(mem);
	return s;
}
