#include "source/address.h"

#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/rune.h"
#include "net/url.h"

#define DOCKER_HUB "index.docker.io"

/* --- URLs ------------------------------------------------------------------------------------- */

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-_.~$&+,/:;=@", c));
}

/* A path with everything escaped that Go's net/url escapes in one. */
static str escape_path(arena *mem, str path)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < path.n; i++) {
		if (is_unreserved(path.p[i]))
			buf_char(&b, path.p[i]);
		else
			buf_printf(&b, "%%%02X", (unsigned char)path.p[i]);
	}
	return buf_view(&b);
}

/* Could it stand as it is in a URL, though it is not what escape_path would write? */
static bool is_valid_path(str raw)
{
	for (size_t i = 0; i < raw.n; i++)
		if (!is_unreserved(raw.p[i]) && !(raw.p[i] && strchr("!'()*[]%", raw.p[i])))
			return false;
	return true;
}

static str trim_slashes(str s)
{
	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	return s;
}

/* The path without slashes at its end, or with one; escaped as it was if that is possible. */
static str normal_path(arena *mem, str raw, bool slash)
{
	char *decoded;
	if (!url_decode(mem, raw, false, &decoded))
		return raw;
	str path = trim_slashes(str_of(decoded));
	str trimmed = trim_slashes(raw);
	const char *end = slash ? "/" : "";
	bool kept = is_valid_path(raw) && url_decode(mem, trimmed, false, &decoded) &&
		    str_is(path, decoded);
	return str_of(
		arena_printf(mem, "%.*s%s", STR_ARG(kept ? trimmed : escape_path(mem, path)), end));
}

/* Cuts the scheme off, if there is one: letters, digits, + - . before a colon. */
static str take_scheme(str *rest)
{
	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];
		bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
		if (c == ':' && i) {
			str scheme = str_sub(*rest, 0, i);
			*rest = str_sub(*rest, i + 1, rest->n);
			return scheme;
		}
		if (!letter && (!i || !((c >= '0' && c <= '9') || strchr("+-.", c))))
			break;
	}
	return (str){"", 0};
}

/* The URL without the digits of a port: Go takes any number for one. */
static const char *without_port(arena *mem, const char *text)
{
	const char *host = strstr(text, "//");
	if (!host)
		return text;
	const char *end = host + 2 + strcspn(host + 2, "/?#"), *p = end;
	while (p[-1] >= '0' && p[-1] <= '9')
		p--;
	if (p == end || p[-1] != ':')
		return text;
	return arena_printf(mem, "%.*s%s", (int)(p - 1 - text), text, end);
}

err *address_normalize(arena *mem, const char *text, char **ret_url)
{
	struct url *u;
	*ret_url = "";
	if (!*text)
		return NULL;
	err *e = url_parse(mem, text, &u);
	if (e && url_parse(mem, without_port(mem, text), &u))
		return e;
	str rest = str_of(text), fragment, query, authority = {"", 0}, path;
	bool has_fragment = str_cut(rest, '#', &rest, &fragment);
	str scheme = take_scheme(&rest);
	bool has_query = str_cut(rest, '?', &path, &query);
	bool opaque = scheme.n && !str_starts(path, STR("/"));
	if (str_starts(path, STR("//"))) {
		ptrdiff_t end = str_find(str_sub(path, 2, path.n), '/');
		size_t n = end < 0 ? path.n : (size_t)end + 2;
		authority = str_sub(path, 0, n);
		path = str_sub(path, n, path.n);
	}
	buf b = buf_init(mem);
	if (scheme.n)
		buf_printf(&b, "%s:", rune_text_lower(mem, scheme));
	buf_str(&b, authority);
	buf_str(&b, opaque ? path : normal_path(mem, path, !text_eq(u->scheme, "oci")));
	if (has_query)
		buf_printf(&b, "?%.*s", STR_ARG(query));
	if (has_fragment && fragment.n)
		buf_printf(&b, "#%.*s", STR_ARG(fragment));
	*ret_url = buf_text(&b);
	return NULL;
}

err *address_check_dependency(arena *mem, const char *url)
{
	if (text_starts(url, "oci") || text_starts(url, "https://") || text_starts(url, "http://"))
		return NULL;
	if (text_starts(url, "@"))
		return err_new(mem, ERR_INVALID,
			       "aliased repository dependency is not supported: %s", url);
	return err_new(mem, ERR_INVALID, "invalid dependency repository URL: %s", url);
}

/* --- references to OCI artifacts -------------------------------------------------------------- */

static bool has_only(str s, const char *more, bool capitals, size_t min, size_t max)
{
	size_t n = rune_count(s);
	if (n < min || n > max)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      (capitals && c >= 'A' && c <= 'Z') || (c && strchr(more, c))))
			return false;
	}
	return true;
}

static bool is_registry(arena *mem, str s)
{
	struct url *u;
	for (size_t i = 0; i < s.n; i++)
		if (strchr("@?#", s.p[i]))
			return false;
	return !url_parse(mem, arena_printf(mem, "//%.*s", STR_ARG(s)), &u);
}

/* registry/path, where a registry has a dot or a colon; the name with it, NULL for none. */
static char *repository(arena *mem, str name)
{
	str registry, path, hub = STR(DOCKER_HUB);
	bool cut = str_cut(name, '/', &registry, &path);
	if (!cut || (str_find(registry, '.') < 0 && str_find(registry, ':') < 0)) {
		registry = (str){"", 0};
		path = name;
	}
	if (!has_only(path, "_-./", false, 2, 255) || !is_registry(mem, registry))
		return NULL;
	if (!registry.n || str_is(registry, "docker.io"))
		registry = hub;
	bool library = str_eq(registry, hub) && str_find(path, '/') < 0;
	return arena_printf(mem, "%.*s/%s%.*s", STR_ARG(registry), library ? "library/" : "",
			    STR_ARG(path));
}

/* … of a name with or without a tag. */
static char *tagged(arena *mem, str name)
{
	ptrdiff_t colon = str_rfind(name, ':');
	if (colon < 0)
		return repository(mem, name);
	str tag = str_sub(name, (size_t)colon + 1, name.n);
	if (str_find(tag, '/') >= 0)
		return repository(mem, name);
	if (!has_only(tag, "_-.", true, 1, 128))
		return NULL;
	return repository(mem, str_sub(name, 0, (size_t)colon));
}

static char *digested(arena *mem, str name)
{
	str base, digest;
	if (!str_cut(name, '@', &base, &digest) || !str_starts(digest, STR("sha256:")))
		return NULL;
	str hex = str_sub(digest, 7, digest.n);
	if (hex.n != 64)
		return NULL;
	for (size_t i = 0; i < hex.n; i++)
		if (!(hex.p[i] >= '0' && hex.p[i] <= '9') && !(hex.p[i] >= 'a' && hex.p[i] <= 'f'))
			return NULL;
	char *found = tagged(mem, base);
	return found ? found : repository(mem, base);
}

static err *parse_oci(arena *mem, const char *url, const char **ret_reference,
		      char **ret_repository)
{
	static const char prefix[] = "oci://";
	if (!text_starts(url, prefix))
		return err_new(mem, ERR_INVALID,
			       "URL must be in format 'oci://<domain>/<org>/<repo>'");
	const char *reference = url + sizeof(prefix) - 1;
	char *found = tagged(mem, str_of(reference));
	if (!found)
		found = digested(mem, str_of(reference));
	if (!found)
		return err_new(mem, ERR_INVALID, "'%s' invalid URL: could not parse reference: %s",
			       url, reference);
	*ret_reference = reference;
	*ret_repository = found;
	return NULL;
}

err *address_oci(arena *mem, const char *url, const char **ret_reference)
{
	char *unused;
	return parse_oci(mem, url, ret_reference, &unused);
}

err *address_oci_repository(arena *mem, const char *url, char **ret_repository)
{
	const char *unused;
	return parse_oci(mem, url, &unused, ret_repository);
}

/* --- charts and artifacts --------------------------------------------------------------------- */

/* Lower-case words of letters, digits and dashes, each with a "/", a "." or "/." behind it. */
static bool is_chart_name(const char *name)
{
	size_t n = 0;
	while (*name) {
		size_t word = strspn(name, "-abcdefghijklmnopqrstuvwxyz0123456789");
		if (!word)
			return false;
		name += word;
		name += *name == '/';
		name += *name == '.';
		n++;
	}
	return n;
}

err *address_check_chart(arena *mem, const char *name)
{
	if (!*name)
		return err_new(mem, ERR_INVALID, "no name set for remote chart reference");
	if (is_chart_name(name))
		return NULL;
	return err_new(
		mem, ERR_INVALID,
		"invalid chart name '%s': a valid name must be lower case letters and numbers "
		"and MAY be separated with dashes (-), slashes (/) or periods (.)",
		name);
}

err *address_check_local(arena *mem, const char *folder, const char *path)
{
	const char *wrong = NULL;
	if (!*folder)
		wrong = "no work dir set for local chart reference";
	else if (!*path)
		wrong = "no path set for local chart reference";
	else if (*folder != '/')
		wrong = "local chart reference work dir is expected to be absolute";
	else if (*path == '/')
		wrong = "local chart reference path is expected to be relative";
	return wrong ? err_new(mem, ERR_INVALID, "%s", wrong) : NULL;
}

char *address_folder(arena *mem, const char *kind, const char *ns, const char *name)
{
	const char *parent = path_join(mem, rune_text_lower(mem, str_of(kind)), ns);
	return path_join(mem, parent, name);
}

char *address_file(arena *mem, const char *kind, const char *ns, const char *name, const char *file)
{
	return path_join(mem, address_folder(mem, kind, ns, name), file);
}
