#include "net/url.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Where the first broken escape of s stands, -1 when there is none. */
static ptrdiff_t bad_escape(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%')
			continue;
		if (i + 2 >= s.n || hex_of(s.p[i + 1]) < 0 || hex_of(s.p[i + 2]) < 0)
			return (ptrdiff_t)i;
		i += 2;
	}
	return -1;
}

bool url_decode(arena *mem, str text, bool plus, char **ret_text)
{
	if (bad_escape(text) >= 0)
		return false;
	buf b = buf_init(mem);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '%') {
			c = (char)(hex_of(text.p[i + 1]) << 4 | hex_of(text.p[i + 2]));
			i += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		if (!c)
			return false;
		buf_char(&b, c);
	}
	*ret_text = buf_text(&b);
	return true;
}

static char *lower(arena *mem, str s)
{
	char *p = str_text(mem, s);
	for (char *c = p; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return p;
}

char *url_redact(arena *mem, const char *text)
{
	str s = str_of(text), rest;
	ptrdiff_t at = str_search(s, STR("://"));
	size_t start = at >= 0 ? (size_t)at + 3 : 0;
	rest = str_sub(s, start, s.n);
	size_t end = 0;
	while (end < rest.n && !strchr("/?#", rest.p[end]))
		end++;
	ptrdiff_t user = str_rfind(str_sub(rest, 0, end), '@');
	if (user < 0)
		return str_text(mem, s);
	return arena_printf(mem, "%.*s%.*s", (int)start, s.p,
			    STR_ARG(str_sub(rest, (size_t)user + 1, rest.n)));
}

static err *fault(arena *mem, const char *text, const char *what)
{
	return err_new(mem, ERR_INVALID, "parse \"%s\": %s", url_redact(mem, text), what);
}

static bool is_scheme_char(char c, bool first)
{
	return isalpha((unsigned char)c) ||
	       (!first && (isdigit((unsigned char)c) || (c && strchr("+-.", c))));
}

/* Takes "scheme:" off *rest. */
static const char *cut_scheme(arena *mem, str *rest, const char **ret_scheme)
{
	*ret_scheme = "";
	for (size_t i = 0; i < rest->n; i++) {
		if (rest->p[i] == ':') {
			if (!i)
				return "missing protocol scheme";
			*ret_scheme = lower(mem, str_sub(*rest, 0, i));
			*rest = str_sub(*rest, i + 1, rest->n);
			return NULL;
		}
		if (!is_scheme_char(rest->p[i], i == 0))
			return NULL;
	}
	return NULL;
}

static const char *read_user(arena *mem, str text, struct url *u)
{
	for (size_t i = 0; i < text.n; i++)
		if (!isalnum((unsigned char)text.p[i]) && !strchr("-._:~!$&'()*+,;=%@", text.p[i]))
			return "net/url: invalid userinfo";
	str user, password;
	bool both = str_cut(text, ':', &user, &password);
	char *p;
	if (!url_decode(mem, user, false, &p))
		return "net/url: invalid userinfo";
	u->user = p;
	if (both) {
		if (!url_decode(mem, password, false, &p))
			return "net/url: invalid userinfo";
		u->password = p;
	}
	return NULL;
}

static const char *read_port(arena *mem, str text, int *ret_port)
{
	int64_t port;
	if (!text.n)
		return NULL;
	if (text.p[0] != ':')
		return arena_printf(mem, "invalid port \"%.*s\" after host", STR_ARG(text));
	if (text.n == 1)
		return NULL;
	for (size_t i = 1; i < text.n; i++)
		if (!isdigit((unsigned char)text.p[i]))
			return arena_printf(mem, "invalid port \"%.*s\" after host", STR_ARG(text));
	if (!str_int(str_sub(text, 1, text.n), &port) || port > 65535)
		return arena_printf(mem, "invalid port \"%.*s\" after host", STR_ARG(text));
	*ret_port = (int)port;
	return NULL;
}

static const char *read_host(arena *mem, str text, struct url *u)
{
	size_t end = text.n;
	if (text.n && text.p[0] == '[') {
		ptrdiff_t close = str_rfind(text, ']');
		if (close < 0)
			return "missing ']' in host";
		u->host = lower(mem, str_sub(text, 1, (size_t)close));
		for (const char *c = u->host; *c; c++)
			if (hex_of(*c) < 0 && !strchr(":.", *c))
				return arena_printf(mem, "invalid host \"%s\"", u->host);
		return read_port(mem, str_sub(text, (size_t)close + 1, text.n), &u->port);
	}
	ptrdiff_t colon = str_rfind(text, ':');
	if (colon >= 0) {
		const char *bad = read_port(mem, str_sub(text, (size_t)colon, text.n), &u->port);
		if (bad)
			return bad;
		end = (size_t)colon;
	}
	for (size_t i = 0; i < end; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c < 0x80 && !isalnum(c) && !strchr("-._~!$&'()*+,;=%", c))
			return arena_printf(mem, "invalid character \"%c\" in host name", c);
	}
	/* as Go has it, only bytes beyond ASCII may be escaped in a name */
	for (size_t i = 0; i < end; i++)
		if (text.p[i] == '%' &&
		    (i + 2 >= end || hex_of(text.p[i + 1]) < 8 || hex_of(text.p[i + 2]) < 0))
			return arena_printf(mem, "invalid URL escape \"%.*s\"",
					    STR_ARG(str_sub(text, i, i + 3 < end ? i + 3 : end)));
	char *host;
	if (!url_decode(mem, str_sub(text, 0, end), false, &host))
		return "invalid URL escape in host";
	u->host = lower(mem, str_of(host));
	return NULL;
}

static const char *read_authority(arena *mem, str *rest, struct url *u)
{
	if (!str_starts(*rest, STR("//")))
		return NULL;
	u->authority = true;
	size_t end = 2;
	while (end < rest->n && rest->p[end] != '/')
		end++;
	str all = str_sub(*rest, 2, end);
	*rest = str_sub(*rest, end, rest->n);
	ptrdiff_t at = str_rfind(all, '@');
	if (at >= 0) {
		const char *bad = read_user(mem, str_sub(all, 0, (size_t)at), u);
		if (bad)
			return bad;
	}
	return read_host(mem, str_sub(all, (size_t)(at + 1), all.n), u);
}

static const char *read_path(arena *mem, str rest, struct url *u)
{
	ptrdiff_t at = bad_escape(rest);
	if (at >= 0)
		return arena_printf(mem, "invalid URL escape \"%.*s\"",
				    STR_ARG(str_sub(rest, (size_t)at, (size_t)at + 3)));
	if (!*u->scheme && !u->authority) {
		str first, tail;
		str_cut(rest, '/', &first, &tail);
		if (str_find(first, ':') >= 0)
			return "first path segment in URL cannot contain colon";
	}
	u->path = str_text(mem, rest);
	return NULL;
}

static const char *read_all(arena *mem, str rest, struct url *u)
{
	for (size_t i = 0; i < rest.n; i++)
		if ((unsigned char)rest.p[i] < 0x20 || rest.p[i] == 0x7f)
			return "net/url: invalid control character in URL";
	str tail;
	u->has_fragment = str_cut(rest, '#', &rest, &tail);
	u->fragment = str_text(mem, tail);
	const char *bad = cut_scheme(mem, &rest, &u->scheme);
	if (bad)
		return bad;
	u->has_query = str_cut(rest, '?', &rest, &tail);
	u->query = str_text(mem, tail);
	bad = read_authority(mem, &rest, u);
	return bad ? bad : read_path(mem, rest, u);
}

err *url_parse(arena *mem, const char *text, struct url **ret_url)
{
	str rest = str_of(text);
	if (rest.n > URL_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "a URL of %zu bytes is over the limit of %zu",
			       rest.n, URL_MAX_BYTES);
	struct url *u = NEW(mem, struct url);
	u->scheme = u->host = u->path = u->query = u->fragment = "";
	const char *bad = read_all(mem, rest, u);
	if (bad)
		return fault(mem, text ? text : "", bad);
	*ret_url = u;
	return NULL;
}

err *url_parse_http(arena *mem, const char *text, struct url **ret_url)
{
	struct url *u;
	TRY(url_parse(mem, text, &u));
	if (strcmp(u->scheme, "http") != 0 && strcmp(u->scheme, "https") != 0)
		return fault(mem, text ? text : "", "the scheme must be http or https");
	if (!*u->host)
		return fault(mem, text, "no Host in request URL");
	*ret_url = u;
	return NULL;
}

char *url_host(arena *mem, const struct url *u)
{
	bool six = strchr(u->host, ':') != NULL;
	char *host = six ? arena_printf(mem, "[%s]", u->host) : arena_text(mem, u->host);
	return u->port ? arena_printf(mem, "%s:%d", host, u->port) : host;
}

static void add_user(buf *b, const char *text)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~$&+,;=", *text))
			buf_char(b, *text);
		else
			buf_printf(b, "%%%02X", (unsigned char)*text);
	}
}

char *url_text(arena *mem, const struct url *u)
{
	buf b = buf_init(mem);
	if (*u->scheme)
		buf_printf(&b, "%s:", u->scheme);
	if (u->authority) {
		buf_text_add(&b, "//");
		if (u->user) {
			add_user(&b, u->user);
			if (u->password) {
				buf_char(&b, ':');
				add_user(&b, u->password);
			}
			buf_char(&b, '@');
		}
		buf_text_add(&b, url_host(mem, u));
	}
	buf_text_add(&b, u->path);
	if (u->has_query)
		buf_printf(&b, "?%s", u->query);
	if (u->has_fragment)
		buf_printf(&b, "#%s", u->fragment);
	return buf_text(&b);
}

/* RFC 3986, 5.2.4, for a path that begins with a slash. */
static char *without_dots(arena *mem, const char *path)
{
	VEC(str) parts = {0};
	str rest = str_of(path), part;
	bool slash = false;
	while (str_next(&rest, '/', &part)) {
		bool up = str_is(part, ".."), dot = str_is(part, ".");
		slash = up || dot || !part.n;
		if (up && parts.n)
			parts.n--;
		else if (!up && !dot && (part.n || parts.n))
			VEC_PUSH(mem, &parts, part);
	}
	buf b = buf_init(mem);
	for (size_t i = 0; i < parts.n; i++)
		buf_printf(&b, "/%.*s", STR_ARG(parts.p[i]));
	if (!b.n || (slash && buf_text(&b)[b.n - 1] != '/'))
		buf_char(&b, '/');
	return buf_text(&b);
}

static const char *merged_path(arena *mem, const struct url *base, const char *ref)
{
	if (*ref == '/')
		return ref;
	ptrdiff_t slash = str_rfind(str_of(base->path), '/');
	return arena_printf(mem, "%.*s%s", (int)(slash + 1), base->path, ref);
}

err *url_join(arena *mem, const char *base, const char *ref, char **ret_text)
{
	struct url *b, *r, u;
	TRY(url_parse(mem, base, &b));
	TRY(url_parse(mem, ref, &r));
	if (!*b->scheme)
		return fault(mem, base, "missing protocol scheme");
	u = *r;
	if (!*u.scheme)
		u.scheme = b->scheme;
	if (!*r->scheme && !r->authority) {
		u.authority = b->authority;
		u.user = b->user;
		u.password = b->password;
		u.host = b->host;
		u.port = b->port;
		if (*r->path) {
			u.path = merged_path(mem, b, r->path);
		} else {
			u.path = b->path;
			if (!r->has_query) {
				u.query = b->query;
				u.has_query = b->has_query;
			}
		}
	}
	if (u.authority && *u.path)
		u.path = without_dots(mem,
				      *u.path == '/' ? u.path : arena_printf(mem, "/%s", u.path));
	*ret_text = url_text(mem, &u);
	return NULL;
}

int url_port(const struct url *u)
{
	static const struct {
		const char *scheme;
		int port;
	} usual[] = {{"http", 80}, {"https", 443}, {"ssh", 22}};
	for (size_t i = 0; !u->port && i < sizeof(usual) / sizeof(usual[0]); i++)
		if (text_eq(u->scheme, usual[i].scheme))
			return usual[i].port;
	return u->port;
}

bool url_same_origin(const struct url *a, const struct url *b)
{
	return text_eq(a->scheme, b->scheme) && text_eq(a->host, b->host) &&
	       url_port(a) == url_port(b);
}

char *url_query_get(arena *mem, const char *query, const char *name)
{
	str rest = str_of(query), pair, key, value;
	while (str_next(&rest, '&', &pair)) {
		char *k, *v;
		str_cut(pair, '=', &key, &value);
		if (url_decode(mem, key, true, &k) && text_eq(k, name) &&
		    url_decode(mem, value, true, &v))
			return v;
	}
	return NULL;
}
