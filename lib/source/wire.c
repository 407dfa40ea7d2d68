#include "source/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/url.h"

#define REFS_BYTES ((size_t)64 << 20) /* of an advertisement: about a million references */
#define PACK_BYTES (UINT64_C(1) << 30)
#define REDIRECTS 3
#define SPOOL_SPARE ((size_t)1 << 20)
#define SAID_MAX 2048 /* bytes of a server's page that are quoted */
#define SERVICE "git-upload-pack"
#define AGENT "agent=git/sluice" /* some servers look for the word git */

/* ---- requests ---- */

struct post {
	const char *url;
	str body;
	err *(*on_body)(void *arg, arena *mem, str bytes);
	void *arg;
	size_t max;
};

static err *exchange(ctx *c, const struct wire *w, const struct post *p, struct http_answer **ret)
{
	bool post = p->body.p != NULL;
	int64_t left = w->deadline ? w->deadline - clock_now() : 0;
	if (w->deadline && left <= 0)
		return err_new(c->mem, ERR_TIMEOUT, "context deadline exceeded");
	struct http_header headers[4] = {{"Git-Protocol", "version=2"}}, *h = headers + 1;
	if (post) {
		*h++ = (struct http_header){"Content-Type", "application/x-" SERVICE "-request"};
		*h++ = (struct http_header){"Accept", "application/x-" SERVICE "-result"};
	}
	if (post && !w->known.v2)
		headers[0] = (struct http_header){"Pragma", "no-cache"};
	struct http_request q = {.method = post ? "POST" : "GET",
				 .url = p->url,
				 .headers = headers,
				 .user = w->user,
				 .password = w->password,
				 .bearer = w->bearer,
				 .body = p->body,
				 .max_answer = p->max,
				 .timeout = left,
				 .on_body = p->on_body,
				 .on_body_arg = p->arg};
	return http_do(c, w->http, &q, ret);
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

/* GET info/refs: which version the server speaks, and where it lives. */
static err *advertise(ctx *c, struct wire *w)
{
	char *base = arena_text(c->mem, w->url);
	for (size_t n = strlen(base); n && base[n - 1] == '/'; n--)
		base[n - 1] = 0;
	struct http_answer *a;
	for (int hop = 0;; hop++) {
		struct post p = {.url = arena_printf(c->mem, "%s" TAIL, base), .max = REFS_BYTES};
		TRY(exchange(c, w, &p, &a));
		const char *location = http_header(a, "location");
		if (!is_redirect(a->status) || !location || hop == REDIRECTS) {
			if (a->status < 200 || a->status > 299)
				return refused(c->mem, p.url, a);
			break;
		}
		TRY(redirected(c->mem, base, location, &base));
	}
	TRY(pkt_read_advert(c->mem, a->body, &w->advert));
	const char *format = pkt_value(c->mem, &w->advert, "object-format");
	if (format && !text_eq(format, "sha1"))
		return err_new(c->mem, ERR_UNSUPPORTED,
			       "repositories with %s object ids are not supported", format);
	w->known = (struct wire_known){base, w->advert.version == 2};
	w->advertised = true;
	return NULL;
}

static char *service_url(arena *mem, const struct wire *w)
{
	return arena_printf(mem, "%s/" SERVICE, w->known.base);
}

static err *ls_refs(ctx *c, struct wire *w, const char *const *prefixes, size_t n,
		    struct pkt_refs *ret_refs)
{
	buf b = buf_init(c->mem);
	pkt_add(&b, "command=ls-refs\n");
	pkt_add(&b, AGENT "\n");
	pkt_add(&b, "object-format=sha1\n");
	pkt_delim(&b);
	pkt_add(&b, "peel\n");
	for (size_t i = 0; i < n; i++)
		pkt_add(&b, "ref-prefix %s\n", prefixes[i]);
	pkt_flush(&b);
	struct post p = {.url = service_url(c->mem, w), .body = buf_view(&b), .max = REFS_BYTES};
	struct http_answer *a;
	TRY(exchange(c, w, &p, &a));
	if (a->status != 200)
		return refused(c->mem, p.url, a);
	return pkt_read_refs(c->mem, a->body, ret_refs);
}

/* Is it worth to begin anew without what was known: could the server have changed or moved? */
static bool may_have_moved(const err *e)
{
	int code = err_code(e);
	return code == ERR_FAILED || code == ERR_INVALID || code == ERR_UNSUPPORTED;
}

err *wire_refs(ctx *c, struct wire *w, const char *const *prefixes, size_t n,
	       struct pkt_refs *ret_refs)
{
	if (w->known.base && w->known.v2) {
		err *failed = ls_refs(c, w, prefixes, n, ret_refs);
		if (!failed || !may_have_moved(failed))
			return failed;
		w->known = (struct wire_known){NULL, false};
	}
	if (!w->advertised || w->advert.version != 2)
		TRY(advertise(c, w));
	if (w->advert.version == 2)
		return ls_refs(c, w, prefixes, n, ret_refs);
	*ret_refs = w->advert.refs;
	return NULL;
}

bool wire_any_commit(const struct wire *w)
{
	return w->known.v2 || pkt_has(&w->advert, "allow-reachable-sha1-in-want") ||
	       pkt_has(&w->advert, "allow-any-sha1-in-want");
}

/* ---- packs ---- */

/* Version 2's "fetch=shallow filter …": has the fetch command that feature? */
static bool fetch_has(arena *mem, const struct wire *w, const char *feature)
{
	const char *features = pkt_value(mem, &w->advert, "fetch");
	str rest = str_of(features ? features : ""), part;
	while (str_next(&rest, ' ', &part))
		if (str_is(part, feature))
			return true;
	return false;
}

static void add_haves(buf *b, const struct wire_want *q, bool shallow)
{
	for (size_t i = 0; shallow && i < q->n_haves; i++)
		pkt_add(b, "shallow %s\n", q->haves[i]);
}

static str fetch_v2(ctx *c, const struct wire *w, const struct wire_want *q, bool filter)
{
	buf b = buf_init(c->mem);
	bool shallow = !w->advertised || fetch_has(c->mem, w, "shallow");
	pkt_add(&b, "command=fetch\n");
	pkt_add(&b, AGENT "\n");
	pkt_add(&b, "object-format=sha1\n");
	pkt_delim(&b);
	pkt_add(&b, "thin-pack\n");
	pkt_add(&b, "ofs-delta\n");
	pkt_add(&b, "no-progress\n");
	add_haves(&b, q, shallow);
	if (shallow && !q->deep)
		pkt_add(&b, "deepen 1\n");
	if (filter)
		pkt_add(&b, "filter tree:0\n");
	for (size_t i = 0; i < q->n; i++)
		pkt_add(&b, "want %s\n", q->wants[i]);
	for (size_t i = 0; shallow && i < q->n_haves; i++)
		pkt_add(&b, "have %s\n", q->haves[i]);
	pkt_add(&b, "done\n");
	pkt_flush(&b);
	return buf_view(&b);
}

static str fetch_v0(ctx *c, const struct wire *w, const struct wire_want *q)
{
	static const char *const wished[] = {"thin-pack", "ofs-delta", "no-progress", NULL};
	buf b = buf_init(c->mem), caps = buf_init(c->mem);
	bool shallow = pkt_has(&w->advert, "shallow");
	buf_text_add(&caps, pkt_has(&w->advert, "side-band-64k") ? " side-band-64k" : " side-band");
	for (int i = 0; wished[i]; i++)
		if (pkt_has(&w->advert, wished[i]))
			buf_printf(&caps, " %s", wished[i]);
	if (pkt_has(&w->advert, "agent"))
		buf_text_add(&caps, " " AGENT);
	for (size_t i = 0; i < q->n; i++)
		pkt_add(&b, "want %s%s\n", q->wants[i], i ? "" : buf_text(&caps));
	add_haves(&b, q, shallow);
	if (shallow && !q->deep)
		pkt_add(&b, "deepen 1\n");
	pkt_flush(&b);
	for (size_t i = 0; shallow && i < q->n_haves; i++)
		pkt_add(&b, "have %s\n", q->haves[i]);
	pkt_add(&b, "done\n");
	return buf_view(&b);
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
		return err_new(mem, ERR_LIMIT,
			       "the repository's pack is larger than %llu bytes: take large files "
			       "out of it, or raise --git-pack-max-size",
			       (unsigned long long)s->max);
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

/* What is in the answer to a fetch, packet by packet. */
struct demux {
	struct sink out;
	bool v2, in_pack, skip, over;
};

static err *remote_says(arena *mem, str text)
{
	while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
		text.n--;
	text = str_sub(text, 0, SAID_MAX);
	bool unknown = str_search(text, STR("not our ref")) >= 0;
	return err_new(mem, unknown ? ERR_NOT_FOUND : ERR_FAILED, "remote: %.*s", STR_ARG(text));
}

static err *take_band(arena *mem, struct demux *d, str data)
{
	if (!data.n)
		return NULL;
	str rest = str_sub(data, 1, data.n);
	if (data.p[0] == 1)
		return d->out.put(d->out.arg, mem, rest);
	if (data.p[0] == 3)
		return remote_says(mem, rest);
	return NULL; /* progress */
}

static err *take_packet(arena *mem, struct demux *d, const struct pkt *p)
{
	if (p->kind != PKT_DATA) {
		d->over = p->kind == PKT_FLUSH && (d->v2 || d->in_pack);
		d->skip = false;
		return NULL;
	}
	if (d->in_pack)
		return take_band(mem, d, p->data);
	str line = pkt_line(p);
	if (str_starts(line, STR("ERR ")))
		return remote_says(mem, str_sub(line, 4, line.n));
	if (d->v2) {
		/* a section begins; all but the pack are passed over */
		if (!d->skip)
			d->in_pack = str_is(line, "packfile");
		d->skip = true;
		return NULL;
	}
	if (p->data.n && (unsigned char)p->data.p[0] <= 3) {
		d->in_pack = true;
		return take_band(mem, d, p->data);
	}
	return NULL; /* shallow, unshallow, ACK, NAK */
}

static err *demultiplex(ctx *c, int fd, struct demux *d)
{
	enum { SIZE = 2 * 65536 };
	arena *scratch = arena_open();
	char *piece = arena_alloc(scratch, SIZE);
	size_t have = 0;
	err *failed = NULL;
	while (!failed && !d->over) {
		ssize_t n = read(fd, piece + have, SIZE - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			failed = err_errno(c->mem, errno, "read the temporary pack");
		else if (n == 0)
			failed = err_new(c->mem, ERR_IO, "the server's answer ends too early");
		else
			have += (size_t)n;
		str rest = {piece, have};
		struct pkt p;
		bool bad = false;
		while (!failed && !d->over && pkt_next(&rest, &p, &bad))
			failed = take_packet(c->mem, d, &p);
		if (!failed && bad)
			failed = err_new(c->mem, ERR_INVALID,
					 "the server's answer is not of the Git protocol");
		memmove(piece, rest.p, rest.n);
		have = rest.n;
		if (!failed)
			failed = ctx_check(c);
	}
	arena_close(scratch);
	return failed;
}

static err *fetch_into(ctx *c, struct wire *w, str body, int fd, struct sink out)
{
	struct spool s = {fd, 0, w->pack_max ? w->pack_max : PACK_BYTES};
	struct post p = {.url = service_url(c->mem, w),
			 .body = body,
			 .on_body = spool_add,
			 .arg = &s,
			 .max = (size_t)s.max + SPOOL_SPARE}; /* spool_add tells it better */
	struct http_answer *a;
	TRY(exchange(c, w, &p, &a));
	if (a->status != 200)
		return refused(c->mem, p.url, a);
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_errno(c->mem, errno, "read the temporary pack");
	struct demux d = {.out = out, .v2 = w->known.v2};
	return demultiplex(c, fd, &d);
}

err *wire_fetch(ctx *c, struct wire *w, const struct wire_want *q, const char *spool_dir,
		struct sink out, bool *ret_filtered)
{
	if (!w->known.base || (q->no_trees && !w->advertised))
		TRY(advertise(c, w));
	bool filter = q->no_trees && w->known.v2 && fetch_has(c->mem, w, "filter");
	str body = w->known.v2 ? fetch_v2(c, w, q, filter) : fetch_v0(c, w, q);
	int fd;
	TRY(spool_open(c->mem, spool_dir, &fd));
	err *failed = fetch_into(c, w, body, fd, out);
	close(fd);
	if (!failed && ret_filtered)
		*ret_filtered = filter;
	return failed;
}
