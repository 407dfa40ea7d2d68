#include "tmpl/tmpl_url.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/rune.h"

/* Which part of a URL a text belongs to: it decides what is escaped. */
enum part { PART_PATH, PART_HOST, PART_ZONE, PART_USER, PART_FRAGMENT };

struct url {
	str scheme, opaque, host, path, raw_path, query, fragment, raw_fragment;
	str user, password;
	bool has_user, has_password, force_query, omit_host;
};

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static unsigned char unhex(const char *p)
{
	unsigned hi = (unsigned char)p[0], lo = (unsigned char)p[1];
	return (unsigned char)((9 * (hi >> 6) + (hi & 15)) << 4 | (9 * (lo >> 6) + (lo & 15)));
}

static bool in(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool must_escape(char c, enum part part)
{
	if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || in(c, "-_.~"))
		return false;
	switch (part) {
	case PART_HOST:
	case PART_ZONE:
		return !in(c, "!$&'()*+,;=:[]<>\"");
	case PART_PATH:
		return !in(c, "$&+,/:;=@");
	case PART_USER:
		return !in(c, "$&+,;=");
	case PART_FRAGMENT:
		break;
	}
	return !in(c, "$&+,/:;=?@!()*");
}

static str escape(arena *mem, str s, enum part part)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < s.n; i++)
		if (must_escape(s.p[i], part))
			buf_printf(&b, "%%%02X", (unsigned char)s.p[i]);
		else
			buf_char(&b, s.p[i]);
	buf_text(&b);
	return buf_view(&b);
}

static err *bad_escape(arena *mem, str s)
{
	return err_new(mem, ERR_INVALID, "invalid URL escape %s",
		       rune_quoted(mem, str_sub(s, 0, 3)));
}

static err *unescape(arena *mem, str s, enum part part, str *ret)
{
	buf b = buf_init(mem);
	bool host = part == PART_HOST || part == PART_ZONE;
	for (size_t i = 0; i < s.n; i++) {
		str rest = str_sub(s, i, s.n);
		if (rest.p[0] != '%') {
			if (host && (unsigned char)rest.p[0] < 0x80 && must_escape(rest.p[0], part))
				return err_new(mem, ERR_INVALID,
					       "invalid character %s in host name",
					       rune_quoted(mem, str_sub(rest, 0, 1)));
			buf_char(&b, rest.p[0]);
			continue;
		}
		if (rest.n < 3 || !is_hex(rest.p[1]) || !is_hex(rest.p[2]))
			return bad_escape(mem, rest);
		unsigned char c = unhex(rest.p + 1);
		bool percent = c == '%';
		/* a host may only escape what is no ASCII */
		if (part == PART_HOST && c < 0x80 && !percent)
			return bad_escape(mem, rest);
		if (part == PART_ZONE && !percent && c != ' ' && must_escape((char)c, PART_HOST))
			return bad_escape(mem, rest);
		buf_char(&b, (char)c);
		i += 2;
	}
	buf_text(&b);
	*ret = buf_view(&b);
	return NULL;
}

static bool valid_port(str s)
{
	if (s.n && s.p[0] != ':')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

static err *check_port(arena *mem, str port)
{
	if (valid_port(port))
		return NULL;
	return err_new(mem, ERR_INVALID, "invalid port %s after host", rune_quoted(mem, port));
}

/* "[::1%25eth0]:80" */
static err *parse_literal(arena *mem, str host, str *ret)
{
	ptrdiff_t close = str_rfind(host, ']');
	if (close < 0)
		return err_new(mem, ERR_INVALID, "missing ']' in host");
	str port = str_sub(host, (size_t)close + 1, host.n), plain, zone = STR("");
	str name = str_sub(host, 1, (size_t)close);
	TRY(check_port(mem, port));
	ptrdiff_t percent = str_search(name, STR("%25"));
	if (percent >= 0) {
		TRY(unescape(mem, str_sub(name, (size_t)percent, name.n), PART_ZONE, &zone));
		name = str_sub(name, 0, (size_t)percent);
	}
	TRY(unescape(mem, name, PART_HOST, &plain));
	unsigned char address[16];
	const char *text = str_text(mem, plain);
	if (inet_pton(AF_INET, text, address) == 1)
		return err_new(mem, ERR_INVALID, "invalid IP-literal");
	if (inet_pton(AF_INET6, text, address) != 1)
		return err_new(mem, ERR_INVALID, "invalid host: ParseAddr(%s): unable to parse IP",
			       rune_quoted(mem, plain));
	*ret = str_of(
		arena_printf(mem, "[%.*s%.*s]%.*s", STR_ARG(plain), STR_ARG(zone), STR_ARG(port)));
	return NULL;
}

static err *parse_host(arena *mem, str scheme, str host, str *ret)
{
	ptrdiff_t open = str_rfind(host, '[');
	if (open > 0)
		return err_new(mem, ERR_INVALID, "invalid IP-literal");
	if (open == 0)
		return parse_literal(mem, host, ret);
	ptrdiff_t colon = str_find(host, ':');
	if (colon >= 0 && !str_is(scheme, "http") && !str_is(scheme, "https"))
		colon = str_rfind(host, ':');
	if (colon >= 0)
		TRY(check_port(mem, str_sub(host, (size_t)colon, host.n)));
	return unescape(mem, host, PART_HOST, ret);
}

static err *parse_authority(arena *mem, struct url *u, str s)
{
	ptrdiff_t at = str_rfind(s, '@');
	TRY(parse_host(mem, u->scheme, str_sub(s, (size_t)(at + 1), s.n), &u->host));
	if (at < 0)
		return NULL;
	str user = str_sub(s, 0, (size_t)at), password = STR("");
	for (size_t i = 0; i < user.n; i++) {
		char c = user.p[i], low = (char)(c | 32);
		if (!(c >= '0' && c <= '9') && !(low >= 'a' && low <= 'z') &&
		    !in(c, "-._:~!$&'()*+,;=%@"))
			return err_new(mem, ERR_INVALID, "net/url: invalid userinfo");
	}
	u->has_user = true;
	u->has_password = str_cut(user, ':', &user, &password);
	TRY(unescape(mem, user, PART_USER, &u->user));
	return unescape(mem, password, PART_USER, &u->password);
}

/* "scheme:" in front; false where the text has none. */
static bool take_scheme(str *rest, str *ret_scheme)
{
	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];
		if (c == ':') {
			*ret_scheme = str_sub(*rest, 0, i);
			*rest = str_sub(*rest, i + 1, rest->n);
			return true;
		}
		bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
		if (!letter && (!i || !((c >= '0' && c <= '9') || in(c, "+-."))))
			return false;
	}
	return false;
}

static err *parse_parts(arena *mem, str s, struct url *u)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return err_new(mem, ERR_INVALID,
				       "net/url: invalid control character in URL");
	if (str_is(s, "*")) {
		u->path = s;
		return NULL;
	}
	if (take_scheme(&s, &u->scheme) && !u->scheme.n)
		return err_new(mem, ERR_INVALID, "missing protocol scheme");
	u->scheme = str_of(rune_text_lower(mem, u->scheme));
	str rest, segment, ignored;
	bool question = str_cut(s, '?', &rest, &u->query);
	u->force_query = question && !u->query.n;
	if (!str_starts(rest, STR("/"))) {
		if (u->scheme.n) {
			u->opaque = rest;
			return NULL;
		}
		str_cut(rest, '/', &segment, &ignored);
		if (str_find(segment, ':') >= 0)
			return err_new(mem, ERR_INVALID,
				       "first path segment in URL cannot contain colon");
	}
	if ((u->scheme.n || !str_starts(rest, STR("///"))) && str_starts(rest, STR("//"))) {
		str authority = str_sub(rest, 2, rest.n);
		ptrdiff_t slash = str_find(authority, '/');
		size_t end = slash < 0 ? authority.n : (size_t)slash;
		rest = str_sub(authority, end, authority.n);
		TRY(parse_authority(mem, u, str_sub(authority, 0, end)));
	} else if (u->scheme.n && str_starts(rest, STR("/"))) {
		u->omit_host = true;
	}
	TRY(unescape(mem, rest, PART_PATH, &u->path));
	if (!str_eq(rest, escape(mem, u->path, PART_PATH)))
		u->raw_path = rest;
	return NULL;
}

static err *in_context(arena *mem, str url, err *e)
{
	return e ? err_wrap(mem, e, "parse %s", rune_quoted(mem, url)) : NULL;
}

static err *parse(arena *mem, str s, struct url *u)
{
	str before, fragment;
	*u = (struct url){0};
	str_cut(s, '#', &before, &fragment);
	TRY(in_context(mem, before, parse_parts(mem, before, u)));
	TRY(in_context(mem, s, unescape(mem, fragment, PART_FRAGMENT, &u->fragment)));
	if (!str_eq(fragment, escape(mem, u->fragment, PART_FRAGMENT)))
		u->raw_fragment = fragment;
	return NULL;
}

static str user_text(arena *mem, const struct url *u)
{
	str name = escape(mem, u->user, PART_USER), word = escape(mem, u->password, PART_USER);
	return str_of(arena_printf(mem, u->has_password ? "%.*s:%.*s" : "%.*s%.*s", STR_ARG(name),
				   STR_ARG(word)));
}

/* Is raw a spelling of the part that may stand as it is? */
static bool valid_encoded(str raw, enum part part)
{
	for (size_t i = 0; i < raw.n; i++)
		if (!in(raw.p[i], "!$&'()*+,;=:@[]%") && must_escape(raw.p[i], part))
			return false;
	return true;
}

static str encoded(arena *mem, str plain, str raw, enum part part)
{
	if (raw.n && valid_encoded(raw, part))
		return raw;
	if (part == PART_PATH && str_is(plain, "*"))
		return plain;
	return escape(mem, plain, part);
}

static void add_host(buf *b, const struct url *u)
{
	if (!u->scheme.n && !u->host.n && !u->has_user)
		return;
	if (u->omit_host && !u->host.n && !u->has_user)
		return;
	if (u->host.n || u->path.n || u->has_user)
		buf_text_add(b, "//");
	if (u->has_user) {
		buf_str(b, user_text(b->mem, u));
		buf_char(b, '@');
	}
	buf_str(b, escape(b->mem, u->host, PART_HOST));
}

static void print(buf *b, const struct url *u)
{
	if (u->scheme.n) {
		buf_str(b, u->scheme);
		buf_char(b, ':');
	}
	if (u->opaque.n) {
		buf_str(b, u->opaque);
	} else {
		str path = encoded(b->mem, u->path, u->raw_path, PART_PATH), segment, ignored;
		add_host(b, u);
		if (path.n && path.p[0] != '/' && u->host.n)
			buf_char(b, '/');
		str_cut(path, '/', &segment, &ignored);
		if (!b->n && str_find(segment, ':') >= 0)
			buf_text_add(b, "./");
		buf_str(b, path);
	}
	if (u->force_query || u->query.n) {
		buf_char(b, '?');
		buf_str(b, u->query);
	}
	if (u->fragment.n) {
		buf_char(b, '#');
		buf_str(b, encoded(b->mem, u->fragment, u->raw_fragment, PART_FRAGMENT));
	}
}

/* The host without port and brackets. */
static str host_name(str host)
{
	ptrdiff_t colon = str_rfind(host, ':');
	if (colon >= 0 && valid_port(str_sub(host, (size_t)colon, host.n)))
		host = str_sub(host, 0, (size_t)colon);
	if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
		host = str_sub(host, 1, host.n - 1);
	return host;
}

static err *url_parse(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct url u;
	err *e = parse(c->mem, tv_as_str(args[0]), &u);
	if (e)
		return err_wrap(c->mem, e, "unable to parse url");
	*ret = tv_map(c->mem, TV_MAP);
	const struct {
		const char *key;
		str value;
	} parts[] = {
		{"scheme", u.scheme},
		{"host", u.host},
		{"hostname", host_name(u.host)},
		{"path", u.path},
		{"query", u.query},
		{"opaque", u.opaque},
		{"fragment", u.fragment},
		{"userinfo", u.has_user ? user_text(c->mem, &u) : STR("")},
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		tv_map_set(c->mem, ret->map, str_of(parts[i].key), tv_str(parts[i].value));
	return NULL;
}

static err *part_of(struct tmpl_call *c, struct tv dict, const char *key, str *ret)
{
	struct tv v = tv_map_get(dict.map, str_of(key));
	*ret = tv_as_str(v);
	if (v.type == TV_NIL)
		return tmpl_panic_nil(c->mem);
	if (v.type != TV_NONE && v.type != TV_TEXT)
		return tmpl_panic(c->mem,
				  "unable to parse %s key, must be of type string, but %s found",
				  key, tv_kind_name(v));
	return NULL;
}

static err *url_join(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct url u = {0}, with_user;
	str user;
	TRY(part_of(c, args[0], "scheme", &u.scheme));
	TRY(part_of(c, args[0], "host", &u.host));
	TRY(part_of(c, args[0], "path", &u.path));
	TRY(part_of(c, args[0], "query", &u.query));
	TRY(part_of(c, args[0], "opaque", &u.opaque));
	TRY(part_of(c, args[0], "fragment", &u.fragment));
	TRY(part_of(c, args[0], "userinfo", &user));
	if (user.n) {
		str whole = str_of(arena_printf(c->mem, "proto://%.*s@host", STR_ARG(user)));
		err *e = parse(c->mem, whole, &with_user);
		if (e)
			return err_wrap(c->mem, e, "unable to parse userinfo in dict");
		u.has_user = with_user.has_user;
		u.has_password = with_user.has_password;
		u.user = with_user.user;
		u.password = with_user.password;
	}
	buf b = buf_init(c->mem);
	print(&b, &u);
	*ret = tmpl_buf_text(&b);
	return NULL;
}

const struct tmpl_func tmpl_url_funcs[] = {
	{"urlJoin", "m>s", url_join},
	{"urlParse", "s>m", url_parse},
	{0},
};
