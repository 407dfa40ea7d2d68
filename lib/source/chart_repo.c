#include "source/chart_repo.h"

#include <string.h>
#include <strings.h>

#include "base/path.h"
#include "net/url.h"

static struct fetch fetch_of(const struct chart_repo *r, const char *url)
{
	return (struct fetch){.clients = r->clients,
			      .url = url,
			      .home = r->url,
			      .login = r->login,
			      .pass_credentials = r->pass_credentials,
			      .timeout = r->timeout};
}

err *chart_repo_index(arena *mem, const struct chart_repo *r, struct fetch *ret_fetch)
{
	struct url *u;
	TRY(url_parse(mem, r->url, &u));
	u->path = path_join(mem, *u->path ? u->path : "/", "index.yaml");
	*ret_fetch = fetch_of(r, url_text(mem, u));
	ret_fetch->max = r->index_max;
	ret_fetch->too_large =
		arena_printf(mem, "index exceeds the maximum index file size of %llu bytes",
			     (unsigned long long)r->index_max);
	return NULL;
}

static err *into_spool(void *arg, arena *mem, str bytes)
{
	return spool_add(mem, arg, bytes);
}

err *chart_repo_load(ctx *c, const struct chart_repo *r, struct mapped **ret_index)
{
	struct spool *raw, *index;
	struct mapped *text;
	struct fetched state;
	struct fetch f;
	struct digest *unused = digest_begin(c->mem, DIGEST_SHA256);
	TRY(spool_open(c->mem, r->scratch, &raw));
	TRY(spool_open(c->mem, r->scratch, &index));
	TRY(chart_repo_index(c->mem, r, &f));
	TRY_AS(c->mem, fetch_spool(c, &f, raw, unused, &state),
	       "failed to cache index: failed to cache index to temporary file");
	TRY(spool_map(c->mem, raw, &text));
	TRY_AS(c->mem, index_convert(c->mem, text, r->scratch, (struct sink){into_spool, index}),
	       "failed to load index: failed to load index");
	return spool_map(c->mem, index, ret_index);
}

err *chart_repo_resolve(arena *mem, const char *repo, const char *ref, char **ret_url)
{
	struct url *there, *base;
	TRY_AS(mem, url_parse(mem, ref, &there), "failed to parse %s as URL", ref);
	if (*there->scheme) {
		*ret_url = arena_text(mem, ref);
		return NULL;
	}
	TRY_AS(mem, url_parse(mem, repo, &base), "failed to parse %s as URL",
	       url_redact(mem, repo));
	if (!text_ends(base->path, "/"))
		base->path = arena_printf(mem, "%s/", base->path);
	TRY(url_join(mem, url_text(mem, base), ref, ret_url));
	TRY(url_parse(mem, *ret_url, &there));
	there->query = base->query;
	there->has_query = base->has_query;
	*ret_url = url_text(mem, there);
	return NULL;
}

err *chart_repo_pick(arena *mem, const struct chart_repo *r, struct mapped *index,
		     const char *chart, const char *version, struct chart_offer *ret_offer)
{
	struct index_version found;
	char *url = NULL;
	TRY(index_pick(mem, index, chart, version, r->short_versions, &found));
	if (found.n_urls)
		TRY(chart_repo_resolve(mem, r->url, found.urls[0], &url));
	*ret_offer = (struct chart_offer){.name = found.name,
					  .version = found.version,
					  .url = url,
					  .digest = *found.digest ? found.digest : NULL};
	return NULL;
}

/* Helm writes the bare hexadecimal digits of a SHA-256; of what else stands there nothing is known. What is no archive at all, such as a page,
 * is told of as that where it is read. */
static err *check_digest(arena *mem, const struct chart_offer *offer, str packed)
{
	str said = str_of(offer->digest ? offer->digest : ""), prefix = STR("sha256:");
	if (str_starts(said, prefix))
		said = str_sub(said, prefix.n, said.n);
	const char *got = digest_hex(mem, DIGEST_SHA256, packed);
	if (!gzip_is(packed) || said.n != strlen(got) || !strncasecmp(said.p, got, said.n))
		return NULL;
	return err_new(mem, ERR_INVALID,
		       "chart '%s-%s.tgz' has the SHA-256 digest %s, but the index of the "
		       "repository says %.*s: the file was changed or damaged, or the index is out "
		       "of date; publish one or the other again ('helm repo index')",
		       offer->name, offer->version, got, STR_ARG(said));
}

err *chart_repo_pull(ctx *c, const struct chart_repo *r, const struct chart_offer *offer,
		     str *ret_packed)
{
	if (!offer->url)
		return err_new(c->mem, ERR_INVALID, "chart '%s' has no downloadable URLs",
			       offer->name);
	struct fetch f = fetch_of(r, offer->url);
	f.max = r->chart_max;
	f.too_large = arena_printf(c->mem, "size of chart '%s-%s.tgz' exceeds '%llu' bytes limit",
				   offer->name, offer->version, (unsigned long long)r->chart_max);
	TRY(fetch_bytes(c, &f, ret_packed));
	return check_digest(c->mem, offer, *ret_packed);
}
