#include "kust/kust_remote.h"

#include <ctype.h>
#include <string.h>

#include "base/duration.h"
#include "base/path.h"
#include "net/url.h"

#define SECOND 1000000000LL

static bool starts_nocase(str s, const char *prefix)
{
	return s.n >= strlen(prefix) &&
	       str_eq_nocase(str_sub(s, 0, strlen(prefix)), str_of(prefix));
}

bool kust_remote_file(str entry)
{
	if (!starts_nocase(entry, "http:") && !starts_nocase(entry, "https:"))
		return false;
	for (size_t i = 0; i < entry.n; i++) {
		unsigned char c = (unsigned char)entry.p[i];
		if (c < 0x20 || c == 0x7f)
			return false;
		if (c == '%' && (i + 2 >= entry.n || !isxdigit((unsigned char)entry.p[i + 1]) ||
				 !isxdigit((unsigned char)entry.p[i + 2])))
			return false;
	}
	return true;
}

/* A query value with its %XX and + read; false when it is malformed. */
static bool unescape(arena *mem, str s, str *ret)
{
	char *p = arena_alloc(mem, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '+') {
			p[n++] = ' ';
		} else if (s.p[i] != '%') {
			p[n++] = s.p[i];
		} else {
			if (i + 2 >= s.n || !isxdigit((unsigned char)s.p[i + 1]) ||
			    !isxdigit((unsigned char)s.p[i + 2]))
				return false;
			char digits[3] = {s.p[i + 1], s.p[i + 2], 0};
			unsigned value = 0;
			for (int k = 0; k < 2; k++)
				value = value * 16 +
					(unsigned)(isdigit((unsigned char)digits[k])
							   ? digits[k] - '0'
							   : tolower(digits[k]) - 'a' + 10);
			p[n++] = (char)value;
			i += 2;
		}
	}
	*ret = (str){p, n};
	return true;
}

static void read_timeout(arena *mem, str value, struct kust_repo *r)
{
	int64_t n;
	if (str_int(value, &n) && n > 0)
		r->timeout = n * SECOND;
	else if (!duration_parse(mem, value, &n) && n > 0)
		r->timeout = n;
}

static void read_submodules(str value, struct kust_repo *r)
{
	static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True", NULL};
	static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False", NULL};
	for (int i = 0; yes[i]; i++) {
		if (str_is(value, yes[i]))
			r->submodules = true;
		if (str_is(value, no[i]))
			r->submodules = false;
	}
}

/* ref (or version), timeout and submodules; a malformed query counts as none. */
static void read_query(arena *mem, str query, struct kust_repo *r)
{
	struct kust_repo got = *r;
	str pair, key, value, ref = {NULL, 0}, version = {NULL, 0};
	while (query.p && str_next(&query, '&', &pair)) {
		if (!pair.n)
			continue;
		str_cut(pair, '=', &key, &value);
		if (str_find(pair, ';') >= 0 || !unescape(mem, key, &key) ||
		    !unescape(mem, value, &value))
			return;
		if (str_is(key, "ref") && !ref.n)
			ref = value;
		else if (str_is(key, "version") && !version.n)
			version = value;
		else if (str_is(key, "timeout"))
			read_timeout(mem, value, &got);
		else if (str_is(key, "submodules"))
			read_submodules(value, &got);
	}
	got.ref = str_text(mem, ref.n ? ref : version);
	*r = got;
}

static str take_scheme(str *s)
{
	static const char *const schemes[] = {"ssh://", "https://", "http://", "file://", NULL};
	for (int i = 0; schemes[i]; i++)
		if (starts_nocase(*s, schemes[i])) {
			*s = str_sub(*s, strlen(schemes[i]), s->n);
			return str_of(schemes[i]);
		}
	return (str){"", 0};
}

/* "git@": a letter, then letters, digits and dashes. */
static str take_user(str *s)
{
	size_t n = 0;
	while (n < s->n && (isalnum((unsigned char)s->p[n]) || s->p[n] == '-'))
		n++;
	if (!n || !isalpha((unsigned char)s->p[0]) || n >= s->n || s->p[n] != '@')
		return (str){"", 0};
	str user = str_sub(*s, 0, n + 1);
	*s = str_sub(*s, n + 1, s->n);
	return user;
}

/* Where the host ends: at the first slash, or at a colon before it in the scp form. */
static ptrdiff_t host_end(str s, bool scp)
{
	ptrdiff_t slash = str_find(s, '/'), colon = str_find(s, ':');
	if (scp && (slash < 0 || (colon > 0 && colon < slash)))
		return colon;
	return slash;
}

/* Scheme, user and host as one text; the rest stays in *s. False when it is no URL. */
static bool take_host(arena *mem, str *s, const char **ret_host)
{
	if (starts_nocase(*s, "git::"))
		*s = str_sub(*s, 5, s->n);
	str scheme = take_scheme(s), user = take_user(s);
	bool github = starts_nocase(*s, "github.com/") || starts_nocase(*s, "github.com:");
	bool scp = !scheme.n && (user.n || github);
	if (!scheme.n && !scp)
		return false;
	if (str_is(scheme, "file://")) {
		*s = str_of(arena_printf(mem, "%.*s%.*s", STR_ARG(user), STR_ARG(*s)));
		*ret_host = "file://";
		return true;
	}
	ptrdiff_t end = host_end(*s, scp);
	str host = end < 0 ? *s : str_sub(*s, 0, (size_t)end + 1);
	*s = end < 0 ? (str){"", 0} : str_sub(*s, (size_t)end + 1, s->n);
	if (github && (str_is(scheme, "ssh://") || user.n)) {
		scheme = (str){"", 0};
		host = STR("github.com:");
	} else if (github) {
		scheme = STR("https://");
		user = (str){"", 0};
		host = STR("github.com/");
	}
	if (!host.n)
		return false;
	*ret_host =
		arena_printf(mem, "%.*s%.*s%.*s", STR_ARG(scheme), STR_ARG(user), STR_ARG(host));
	return true;
}

/* Up to the n-th slash; false when there are fewer parts. */
static bool first_parts(str s, int n, str *ret_repo, str *ret_rest)
{
	size_t at = 0;
	for (int i = 0; i < n; i++) {
		ptrdiff_t slash = str_find(str_sub(s, at, s.n), '/');
		if (slash < 0 && i + 1 < n)
			return false;
		at = slash < 0 ? s.n + 1 : at + (size_t)slash + 1;
	}
	*ret_repo = str_sub(s, 0, at - 1);
	*ret_rest = str_sub(s, at, s.n);
	return true;
}

/* The repository's path and the kustomization's in it. */
static bool split_path(str s, bool whole, str *ret_repo, str *ret_dir)
{
	ptrdiff_t at = str_search(s, STR("_git/"));
	if (at >= 0) {
		str name = str_sub(s, (size_t)at + 5, s.n);
		ptrdiff_t slash = str_find(name, '/');
		size_t end = (size_t)at + 5 + (slash < 0 ? name.n : (size_t)slash);
		*ret_repo = str_sub(s, 0, end);
		*ret_dir = str_sub(s, end + 1, s.n);
		return true;
	}
	at = str_search(s, STR("//"));
	if (at >= 0) {
		*ret_repo = str_sub(s, 0, (size_t)at);
		*ret_dir = str_sub(s, (size_t)at + 2, s.n);
		return true;
	}
	at = str_search(s, STR(".git"));
	if (at >= 0) {
		*ret_repo = str_sub(s, 0, (size_t)at + 4);
		*ret_dir = str_sub(s, (size_t)at + 4, s.n);
		return true;
	}
	*ret_repo = s;
	*ret_dir = (str){"", 0};
	return whole || first_parts(s, 2, ret_repo, ret_dir);
}

bool kust_remote_repo(arena *mem, str entry, struct kust_repo *ret_repo)
{
	struct kust_repo r = {
		.raw = str_text(mem, entry), .ref = "", .timeout = 27 * SECOND, .submodules = true};
	if (str_starts(entry, STR("/")))
		return false;
	str rest, query, repo, dir;
	str_cut(entry, '?', &rest, &query);
	read_query(mem, query, &r);
	const char *host;
	if (!take_host(mem, &rest, &host) ||
	    !split_path(rest, text_eq(host, "file://"), &repo, &dir) || !repo.n)
		return false;
	if (str_starts(dir, STR("/")))
		dir = str_sub(dir, 1, dir.n);
	char *cleaned = path_clean(mem, dir);
	if (text_eq(cleaned, "..") || text_starts(cleaned, "../"))
		return false;
	r.path = str_text(mem, repo);
	r.dir = str_text(mem, dir);
	r.url = arena_printf(mem, "%s%s", host, r.path);
	*ret_repo = r;
	return true;
}

char *kust_remote_shown(arena *mem, str entry)
{
	char *text = str_text(mem, entry);
	if (str_search(entry, STR("://")) < 0 || starts_nocase(entry, "ssh://"))
		return text;
	return url_redact(mem, text);
}
