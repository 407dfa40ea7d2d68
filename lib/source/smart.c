#include "source/smart.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/url.h"

#define REFS_BYTES ((size_t)64 << 20) /* of an advertisement: about a million references */
#define REDIRECTS 3
#define SPOOL_SPARE ((size_t)1 << 20)
#define SAID_MAX 2048 /* bytes of a server's page that are quoted */
#define SERVICE "git-upload-pack"

/* ---- requests ---- */

struct post {
	const char *url;
	const char *
		shown; /* what Git would have asked for first, by GET: for a server out of reach; NULL: url */
	str body;
	err *(*on_body)(void *arg, arena *mem, str bytes);
	void *arg;
	size_t max;
};

static err *exchange(ctx *c, const struct smart *s, int64_t deadline, const struct post *p,
		     struct http_answer **ret)
{
	bool post = p->body.p != NULL;
	int64_t left = deadline ? deadline - clock_now() : 0;
	if (deadline && left <= 0)
		return err_new(c->mem, ERR_TIMEOUT, "context deadline exceeded");
	struct http_header headers[4] = {{"Git-Protocol", "version=2"}}, *h = headers + 1;
	if (post) {
		*h++ = (struct http_header){"Content-Type", "application/x-" SERVICE "-request"};
		*h++ = (struct http_header){"Accept", "application/x-" SERVICE "-result"};
	}
	if (post && !s->v2)
		headers[0] = (struct http_header){"Pragma", "no-cache"};
	struct http_request q = {.method = post ? "POST" : "GET",
				 .url = p->url,
				 .headers = headers,
				 .user = s->user,
				 .password = s->password,
				 .bearer = s->bearer,
				 .body = p->body,
				 .max_answer = p->max,
				 .timeout = left,
				 .on_body = p->on_body,
				 .on_body_arg = p->arg};
	err *e = http_do(c, s->http, &q, ret);
	if (!e)
		return NULL;
	return p->shown ? http_not_sent(c->mem, "GET", p->shown, e)
			: http_not_sent(c->mem, q.method, q.url, e);
}

/* What a status means, in the words of go-git. */
static err *refused(arena *mem, const char *url, const struct http_answer *a)
{
	str said = str_sub(a->body, 0, SAID_MAX);
	switch (a->status) {
	case 401:
		return err_new(mem, ERR_UNAUTHORIZED, "authentication required: %.*s",
			       STR_ARG(said));
	case 403:
		return err_new(mem, ERR_FORBIDDEN, "authorization failed: %.*s", STR_ARG(said));
	case 404:
		return err_new(mem, ERR_NOT_FOUND, "repository not found: %.*s", STR_ARG(said));
	default:
		return err_new(
			mem, a->status == 429 || a->status == 503 ? ERR_BUSY : ERR_FAILED,
			"unexpected client error: unexpected requesting \"%s\" status code: %d",
			url_redact(mem, url), a->status);
	}
}

/* ---- finding the server ---- */

#define TAIL "/info/refs?service=" SERVICE

/* The base that a redirect of <base>/info/refs leads to: on the same host, never from https to http, so
 * that credentials go where the user sent them. */
static err *redirected(arena *mem, const char *base, const char *location, char **ret_base)
{
	struct url *from, *to;
	char *text;
	TRY(url_join(mem, arena_printf(mem, "%s" TAIL, base), location, &text));
	TRY(url_parse_http(mem, base, &from));
	TRY_AS(mem, url_parse_http(mem, text, &to), "redirected");
	bool upgraded = text_eq(from->scheme, "http") && text_eq(to->scheme, "https") &&
			!from->port && !to->port;
	if (!text_eq(from->host, to->host) || !(url_same_origin(from, to) || upgraded))
		return err_new(mem, ERR_FORBIDDEN,
			       "redirected to another server, %s: credentials are not sent there; "
			       "set spec.url to it",
			       url_host(mem, to));
	size_t n = strlen(to->path), tail = strlen("/info/refs");
	if (!text_ends(to->path, "/info/refs"))
		return err_new(mem, ERR_FAILED, "redirected to %s, which is no Git repository",
			       url_redact(mem, text));
	to->path = str_text(mem, (str){to->path, n - tail});
	to->query = to->fragment = "";
	to->has_query = to->has_fragment = false;
	*ret_base = url_text(mem, to);
	return NULL;
}

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* A file named info/refs lies there, as the dumb protocol has it, or some page. */
static bool is_smart(const struct http_answer *a)
{
	const char *type = http_header(a, "content-type");
	return type && text_starts(type, "application/x-" SERVICE "-advertisement");
}

static err *not_smart(arena *mem, const char *url, const struct http_answer *a)
{
	const char *type = http_header(a, "content-type");
	return err_new(
		mem, ERR_UNSUPPORTED,
		"%s does not speak Git's smart HTTP protocol: it answered with '%.100s'; the dumb "
		"protocol is not supported",
		url_redact(mem, url), type ? type : "");
}

err *smart_advertise(ctx *c, struct smart *s, int64_t deadline, struct pkt_advert *ret_advert)
{
	char *base = arena_text(c->mem, s->url);
	for (size_t n = strlen(base); n && base[n - 1] == '/'; n--)
		base[n - 1] = 0;
	struct http_answer *a;
	for (int hop = 0;; hop++) {
		struct post p = {.url = arena_printf(c->mem, "%s" TAIL, base), .max = REFS_BYTES};
		TRY(exchange(c, s, deadline, &p, &a));
		const char *location = http_header(a, "location");
		if (!is_redirect(a->status) || !location || hop == REDIRECTS) {
			if (a->status < 200 || a->status > 299)
				return refused(c->mem, p.url, a);
			break;
		}
		TRY(redirected(c->mem, base, location, &base));
	}
	if (!is_smart(a) &&
	    !(a->body.n >= 4 && str_starts(str_sub(a->body, 4, a->body.n), STR("# service="))))
		return not_smart(c->mem, base, a);
	TRY(pkt_read_advert(c->mem, a->body, ret_advert));
	s->base = base;
	s->v2 = ret_advert->version == 2;
	return NULL;
}

static char *service_url(arena *mem, const struct smart *s)
{
	return arena_printf(mem, "%s/" SERVICE, s->base);
}

err *smart_ask(ctx *c, const struct smart *s, int64_t deadline, str body, str *ret_answer)
{
	struct post p = {.url = service_url(c->mem, s),
			 .shown = arena_printf(c->mem, "%s" TAIL, s->base),
			 .body = body,
			 .max = REFS_BYTES};
	struct http_answer *a;
	TRY(exchange(c, s, deadline, &p, &a));
	if (a->status != 200)
		return refused(c->mem, p.url, a);
	*ret_answer = a->body;
	return NULL;
}

/* ---- packs ---- */

err *smart_too_large(arena *mem, uint64_t max)
{
	return err_new(
		mem, ERR_LIMIT,
		"the repository's pack is larger than %llu bytes: take large files out of it, or "
		"raise --git-pack-max-size",
		(unsigned long long)max);
}

/* The answer is kept in a file without a name while it comes, on the loop's thread; it is unpacked on the
 * worker afterwards. */
struct spool {
	int fd;
	uint64_t n, max;
};

static err *spool_add(void *arg, arena *mem, str bytes)
{
	struct spool *s = arg;
	s->n += bytes.n;
	if (s->n > s->max)
		return smart_too_large(mem, s->max);
	while (bytes.n) {
		ssize_t n = write(s->fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(mem, errno, "write to the temporary pack");
		bytes = str_sub(bytes, (size_t)n, bytes.n);
	}
	return NULL;
}

static err *spool_open(arena *mem, const char *dir, int *ret_fd)
{
	*ret_fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*ret_fd < 0) { /* a file system without nameless files */
		char *name = arena_printf(mem, "%s/.pack-XXXXXX", dir);
		*ret_fd = mkostemp(name, O_CLOEXEC);
		if (*ret_fd < 0)
			return err_errno(mem, errno, "create %s", name);
		unlink(name);
	}
	return NULL;
}

static err *spool_read(void *arg, ctx *c, char *into, size_t max, size_t *ret_n)
{
	const struct spool *s = arg;
	ssize_t n;
	do
		n = read(s->fd, into, max);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_errno(c->mem, errno, "read the temporary pack");
	*ret_n = (size_t)n;
	return NULL;
}

static err *fetch_into(ctx *c, const struct smart *s, int64_t deadline, str body, struct spool *to,
		       struct demux *d)
{
	struct post p = {.url = service_url(c->mem, s),
			 .body = body,
			 .on_body = spool_add,
			 .arg = to,
			 .max = (size_t)to->max + SPOOL_SPARE}; /* spool_add tells it better */
	struct http_answer *a;
	TRY(exchange(c, s, deadline, &p, &a));
	if (a->status != 200)
		return refused(c->mem, p.url, a);
	if (lseek(to->fd, 0, SEEK_SET) < 0)
		return err_errno(c->mem, errno, "read the temporary pack");
	return demux_run(c, d, spool_read, to);
}

err *smart_fetch(ctx *c, const struct smart *s, int64_t deadline, str body, const char *dir,
		 uint64_t max, struct demux *d)
{
	struct spool spool = {.max = max};
	TRY(spool_open(c->mem, dir, &spool.fd));
	err *failed = fetch_into(c, s, deadline, body, &spool, d);
	close(spool.fd);
	return failed;
}
