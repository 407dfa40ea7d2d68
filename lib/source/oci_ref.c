#include "source/oci_ref.h"

#include <stdio.h>
#include <string.h>

#include "net/url.h"

#define DOCKER_HUB "index.docker.io"
#define REPOSITORY_CHARS "abcdefghijklmnopqrstuvwxyz0123456789_-./"
#define TAG_CHARS "abcdefghijklmnopqrstuvwxyz0123456789_-.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define REPOSITORY_MIN 2
#define REPOSITORY_MAX 255
#define TAG_MAX 128
#define SHA256_DIGITS 64
#define HEX_DIGITS "0123456789abcdef"

/* An element like ".." would lead elsewhere on the server. */
static err *check_elements(arena *mem, const char *repository)
{
	str rest = str_of(repository), part;
	while (str_next(&rest, '/', &part))
		if (str_is(part, ".") || str_is(part, ".."))
			return err_new(mem, ERR_INVALID,
				       "repository has an element that is no name: %s", repository);
	return NULL;
}

static err *check_repository(arena *mem, const char *repository)
{
	size_t n = strlen(repository);
	if (n < REPOSITORY_MIN || n > REPOSITORY_MAX)
		return err_new(mem, ERR_INVALID,
			       "repository must be between %d and %d characters in length: %s",
			       REPOSITORY_MIN, REPOSITORY_MAX, repository);
	if (strspn(repository, REPOSITORY_CHARS) != n)
		return err_new(mem, ERR_INVALID,
			       "repository can only contain the characters `" REPOSITORY_CHARS
			       "`: %s",
			       repository);
	return check_elements(mem, repository);
}

static err *check_registry(arena *mem, const char *registry)
{
	struct url *u;
	err *failed = url_parse(mem, arena_printf(mem, "//%s", registry), &u);
	if (failed || u->user || *u->path || u->has_query || u->has_fragment ||
	    !str_eq_nocase(str_of(url_host(mem, u)), str_of(registry)))
		return err_new(mem, ERR_INVALID,
			       "registries must be valid RFC 3986 URI authorities: %s", registry);
	return NULL;
}

err *oci_ref_parse(arena *mem, const char *name, struct oci_ref *ret_ref)
{
	str registry, repository;
	if (!*name)
		return err_new(mem, ERR_INVALID, "a repository name must be specified");
	bool two = str_cut(str_of(name), '/', &registry, &repository);
	struct oci_ref ref = {DOCKER_HUB, name};
	if (two && (str_find(registry, '.') >= 0 || str_find(registry, ':') >= 0))
		ref = (struct oci_ref){str_text(mem, registry), str_text(mem, repository)};
	TRY(check_repository(mem, ref.repository));
	TRY(check_registry(mem, ref.registry));
	if (text_eq(ref.registry, "docker.io"))
		ref.registry = DOCKER_HUB;
	bool hub = text_eq(ref.registry, DOCKER_HUB);
	ret_ref->registry = arena_text(mem, ref.registry);
	ret_ref->repository = hub && !strchr(ref.repository, '/')
				      ? arena_printf(mem, "library/%s", ref.repository)
				      : arena_text(mem, ref.repository);
	return NULL;
}

char *oci_ref_text(arena *mem, const struct oci_ref *ref)
{
	return arena_printf(mem, "%s/%s", ref->registry, ref->repository);
}

bool oci_ref_is_digest(const char *reference)
{
	return strchr(reference, ':') != NULL;
}

char *oci_ref_with(arena *mem, const struct oci_ref *ref, const char *reference)
{
	return arena_printf(mem, "%s/%s%s%s", ref->registry, ref->repository,
			    oci_ref_is_digest(reference) ? "@" : ":", reference);
}

static bool is_private_ipv4(const char *registry)
{
	unsigned a, b, c, d;
	int end = 0;
	if (sscanf(registry, "%3u.%3u.%3u.%3u%n", &a, &b, &c, &d, &end) != 4 || a > 255 ||
	    b > 255 || c > 255 || d > 255 || (registry[end] && registry[end] != ':'))
		return false;
	return a == 10 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168);
}

bool oci_ref_is_near(const struct oci_ref *ref)
{
	static const char *const loopback[] = {"127.0.0.1", "[::1]", NULL};
	const char *r = ref->registry;
	for (int i = 0; loopback[i]; i++) {
		size_t n = strlen(loopback[i]);
		if (strncmp(r, loopback[i], n) == 0 && (!r[n] || r[n] == ':'))
			return true;
	}
	str host, port;
	str_cut(str_of(r), ':', &host, &port);
	return text_starts(r, "localhost:") || str_ends(host, STR(".localhost")) ||
	       is_private_ipv4(r);
}

bool oci_ref_is_tag(const char *text)
{
	size_t n = strlen(text);
	return n >= 1 && n <= TAG_MAX && strspn(text, TAG_CHARS) == n && *text != '.' &&
	       *text != '-';
}

err *oci_ref_check_digest(arena *mem, const char *digest)
{
	str kind, hex;
	if (!str_cut(str_of(digest), ':', &kind, &hex) || !kind.n || !hex.n)
		return err_new(mem, ERR_INVALID, "cannot parse hash: \"%s\"", digest);
	size_t good = strspn(hex.p, HEX_DIGITS);
	if (good != hex.n)
		return err_new(mem, ERR_INVALID, "found non-hex character in hash: %c",
			       hex.p[good]);
	if (!str_is(kind, "sha256"))
		return err_new(mem, ERR_INVALID, "unsupported hash: \"%.*s\"", STR_ARG(kind));
	if (hex.n != SHA256_DIGITS)
		return err_new(mem, ERR_INVALID, "wrong number of hex digits for sha256: %.*s",
			       STR_ARG(hex));
	return NULL;
}
