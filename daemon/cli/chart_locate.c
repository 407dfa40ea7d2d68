#include "cli/chart_locate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "base/rune.h"
#include "cli/session.h"
#include "net/url.h"
#include "source/chart_oci.h"

#define AGENT "sluice/" SLUICE_VERSION
#define TIMEOUT (10 * CLOCK_MINUTE)
#define MAX_INDEX (UINT64_C(1) << 30)
#define MAX_CHART (UINT64_C(100) << 20)
#define MAX_PEM ((size_t)1 << 20)
#define ANY_PRERELEASE ">0.0.0-0"

/* What fetching needs. */
struct finder {
	ctx *ctx;
	struct clients *clients;
	struct registries *registries;
	const struct chart_from *from;
	struct login login;
	const char *version;
};

static bool has_scheme(const char *chart)
{
	return text_starts(chart, OCI_SCHEME) || text_starts(chart, "http://") ||
	       text_starts(chart, "https://");
}

bool chart_is_served(const struct chart_from *from, const char *chart)
{
	return (from->repo && *from->repo) || (has_scheme(chart) && !file_exists(chart));
}

/* ---- opening ---- */

static void close_finder(void *arg)
{
	struct finder *s = arg;
	registries_close(s->registries);
	clients_close(s->clients);
}

static err *read_pem(arena *mem, const char *path, str *ret)
{
	return path && *path ? file_read(mem, path, MAX_PEM, ret) : NULL;
}

static err *read_login(arena *mem, const struct chart_from *f, struct login *l)
{
	*l = (struct login){.user = f->username, .password = f->password};
	l->tls.insecure = f->insecure;
	TRY_AS(mem, read_pem(mem, f->ca_file, &l->tls.ca), "can't create TLS config for client");
	TRY_AS(mem, read_pem(mem, f->cert_file, &l->tls.cert),
	       "can't create TLS config for client");
	TRY_AS(mem, read_pem(mem, f->key_file, &l->tls.key), "can't create TLS config for client");
	return NULL;
}

static err *open_finder(arena *mem, const struct chart_from *from, struct finder **ret)
{
	struct finder *s = NEW(mem, struct finder);
	struct session *session;
	s->from = from;
	s->version = from->version ? str_text(mem, str_trim(str_of(from->version))) : "";
	if (!*s->version && from->devel)
		s->version = ANY_PRERELEASE;
	TRY(read_login(mem, from, &s->login));
	TRY(session_open(mem, TIMEOUT, &session));
	s->ctx = session_ctx(session);
	s->clients = clients_open(session_loop(session), AGENT);
	struct registries_settings settings = {.clients = s->clients};
	s->registries = registries_open(&settings);
	arena_defer(mem, close_finder, s);
	*ret = s;
	return NULL;
}

/* ---- HTTP ---- */

static struct chart_repo repo_of(struct finder *s, const char *url)
{
	const char *scratch = getenv("TMPDIR");
	return (struct chart_repo){.clients = s->clients,
				   .url = url,
				   .login = s->login,
				   .pass_credentials = s->from->pass_credentials,
				   .index_max = MAX_INDEX,
				   .chart_max = MAX_CHART,
				   .short_versions = true,
				   .scratch = scratch && *scratch ? scratch : "/tmp"};
}

static err *get_url(struct finder *s, const char *url, str *ret)
{
	struct chart_repo repo = repo_of(s, url);
	struct chart_offer offer = {.name = path_base(s->ctx->mem, url), .version = "", .url = url};
	return chart_repo_pull(s->ctx, &repo, &offer, ret);
}

/* Without what a controller says about its files. */
static const err *bare(const err *e)
{
	while (e->cause && (text_starts(e->text, "failed to cache index") ||
			    text_starts(e->text, "failed to load index")))
		e = e->cause;
	return e;
}

/* A name in the repository of --repo. */
static err *get_named(struct finder *s, const char *chart, str *ret)
{
	arena *mem = s->ctx->mem;
	struct chart_repo repo = repo_of(s, s->from->repo);
	const char *what = arena_printf(mem, "chart %s", rune_quoted(mem, str_of(chart)));
	struct chart_offer offer;
	struct mapped *index;
	if (*s->version)
		what = arena_printf(mem, "%s version %s", what,
				    rune_quoted(mem, str_of(s->version)));
	err *e = chart_repo_load(s->ctx, &repo, &index);
	if (e)
		return err_wrap(mem, bare(e),
				"looks like %s is not a valid chart repository or cannot be "
				"reached",
				rune_quoted(mem, str_of(s->from->repo)));
	e = chart_repo_pick(mem, &repo, index, chart, s->version, &offer);
	if (err_code(e) == ERR_NOT_FOUND || err_code(e) == ERR_INVALID)
		return err_new(mem, ERR_NOT_FOUND, "%s not found in %s repository", what,
			       s->from->repo);
	TRY(e);
	if (!offer.url)
		return err_new(mem, ERR_INVALID, "%s has no downloadable URLs", what);
	return chart_repo_pull(s->ctx, &repo, &offer, ret);
}

/* ---- registries ---- */

/* Passwords as `helm registry login` and `docker login` keep them. */
static err *read_keys(arena *mem, const struct chart_from *f, const char *host,
		      struct oci_auth *ret)
{
	const char *home = getenv("HOME");
	const char *files[] = {
		f->registry_config,
		path_join(mem, home ? home : "/", ".config/helm/registry/config.json"),
		path_join(mem, home ? home : "/", ".docker/config.json")};
	for (size_t i = 0; i < 3; i++) {
		struct oci_keys *keys = oci_keys_new(mem);
		str text;
		if (!files[i] || !*files[i] || (i && !file_exists(files[i])))
			continue;
		TRY(file_read(mem, files[i], OCI_KEYS_MAX_BYTES, &text));
		TRY_AS(mem, oci_keys_add(keys, text, false), "%s", files[i]);
		if (oci_keys_of_host(keys, host, ret))
			return NULL;
	}
	return NULL;
}

/* Cuts "oci://host/path:tag@digest". */
static void cut_reference(arena *mem, const char *chart, const char **ret_place,
			  const char **ret_tag, const char **ret_digest)
{
	str rest = str_of(chart), digest = {0};
	ptrdiff_t at = str_find(rest, '@');
	if (at >= 0) {
		digest = str_sub(rest, (size_t)at + 1, rest.n);
		rest = str_sub(rest, 0, (size_t)at);
	}
	ptrdiff_t colon = str_rfind(rest, ':'), slash = str_rfind(rest, '/');
	bool tagged = colon > slash && slash > (ptrdiff_t)strlen(OCI_SCHEME);
	*ret_tag = tagged ? str_text(mem, str_sub(rest, (size_t)colon + 1, rest.n)) : "";
	*ret_place = str_text(mem, str_sub(rest, 0, tagged ? (size_t)colon : rest.n));
	*ret_digest = str_text(mem, digest);
}

/* As helm does, in front of what was rendered. */
static void tell(const char *url, const char *digest)
{
	printf("Pulled: %s\nDigest: %s\n", url + strlen(OCI_SCHEME), digest);
}

static err *get_from_registry(struct finder *s, const char *chart, str *ret)
{
	arena *mem = s->ctx->mem;
	const char *place, *tag, *digest;
	struct chart_offer offer;
	struct url *u;
	cut_reference(mem, chart, &place, &tag, &digest);
	TRY(url_parse(mem, place, &u));
	struct chart_registry r = {.registries = s->registries,
				   .url = place,
				   .login = {.tls = s->login.tls},
				   .insecure = s->from->plain_http,
				   .chart_max = MAX_CHART};
	if (s->login.user && *s->login.user)
		r.auth = (struct oci_auth){.user = s->login.user, .password = s->login.password};
	else
		TRY(read_keys(mem, s->from, url_host(mem, u), &r.auth));
	if (*tag && *s->version && !text_eq(tag, s->version))
		return err_new(mem, ERR_INVALID,
			       "chart reference and version mismatch: %s is not %s", s->version,
			       tag);
	if (*digest) {
		TRY(chart_oci_pull_digest(s->ctx, &r, *tag ? tag : s->version, digest, ret));
		tell(arena_printf(mem, "%s@%s", place, digest), digest);
		return NULL;
	}
	TRY(chart_oci_find(s->ctx, &r, "", *s->version ? s->version : tag, &offer));
	TRY(chart_oci_pull(s->ctx, &r, &offer, ret, &digest));
	tell(offer.url, digest);
	return NULL;
}

err *chart_get(arena *mem, const struct chart_from *from, const char *chart, str *ret_packed)
{
	struct finder *s;
	chart = str_text(mem, str_trim(str_of(chart)));
	TRY(open_finder(mem, from, &s));
	if (from->repo && *from->repo)
		return get_named(s, chart, ret_packed);
	return text_starts(chart, OCI_SCHEME) ? get_from_registry(s, chart, ret_packed)
					      : get_url(s, chart, ret_packed);
}
