#include "source/chart_oci.h"

#include <string.h>

#include "base/path.h"
#include "base/rune.h"
#include "data/semver.h"

/* "oci://ghcr.io/charts/web" */
static const char *place_of(arena *mem, const struct chart_registry *r, const char *name)
{
	const char *rest = r->url + strlen(OCI_SCHEME);
	return *name ? arena_printf(mem, "%s%s", OCI_SCHEME, path_join(mem, rest, name))
		     : arena_text(mem, r->url);
}

static err *open_place(arena *mem, const struct chart_registry *r, const char *place,
		       struct oci **ret)
{
	struct registry_settings s = {
		.auth = r->auth, .login = r->login, .insecure = r->insecure, .timeout = r->timeout};
	TRY(oci_ref_parse(mem, place + strlen(OCI_SCHEME), &s.ref));
	*ret = oci_open(mem, r->registries, &s);
	return NULL;
}

static char *with(arena *mem, const char *text, char from, char to)
{
	char *copy = arena_text(mem, text);
	for (char *p = copy; *p; p++)
		if (*p == from)
			*p = to;
	return copy;
}

/* Tags that are versions, as versions. */
static const char **versions_of(arena *mem, const struct oci_tags *tags, size_t *ret_n)
{
	const char **found = NEW_N(mem, const char *, tags->n);
	size_t n = 0;
	for (size_t i = 0; i < tags->n; i++) {
		struct semver v;
		if (!semver_parse_strict(mem, str_of(with(mem, tags->p[i], '_', '+')), &v))
			found[n++] = semver_text(mem, &v);
	}
	*ret_n = n;
	return found;
}

static err *choose(arena *mem, const char *const *versions, size_t n, const char *wanted,
		   const char **ret)
{
	struct semver_range *range;
	size_t sorted;
	for (size_t i = 0; i < n; i++)
		if (*wanted && text_eq(versions[i], wanted)) {
			*ret = versions[i];
			return NULL;
		}
	TRY(semver_range_parse(mem, *wanted ? str_of(wanted) : STR("*"), &range));
	const char **best = semver_sort(mem, range, versions, n, &sorted);
	if (!sorted)
		return err_new(mem, ERR_NOT_FOUND,
			       "could not locate a version matching provided version string %s",
			       wanted);
	*ret = best[0];
	return NULL;
}

static err *list(ctx *c, const struct chart_registry *r, const char *place, const char ***ret,
		 size_t *ret_n)
{
	struct oci *o;
	struct oci_tags tags = {0};
	TRY(open_place(c->mem, r, place, &o));
	TRY_AS(c->mem, oci_tags(c, o, &tags), "could not fetch tags for %s",
	       rune_quoted(c->mem, str_of(place)));
	*ret = versions_of(c->mem, &tags, ret_n);
	return *ret_n ? NULL
		      : err_new(c->mem, ERR_NOT_FOUND,
				"unable to locate any tags in provided repository: %s", place);
}

err *chart_oci_find(ctx *c, const struct chart_registry *r, const char *name, const char *version,
		    struct chart_offer *ret_offer)
{
	const char *place = place_of(c->mem, r, name), **versions, *found = version;
	struct semver v;
	size_t n;
	if (semver_parse_flux(c->mem, str_of(version), &v)) {
		TRY_AS(c->mem, list(c, r, place, &versions, &n), "could not get tags for %s",
		       rune_quoted(c->mem, str_of(*name ? name : place)));
		TRY(choose(c->mem, versions, n, version, &found));
	}
	*ret_offer = (struct chart_offer){.name = *name ? name : path_base(c->mem, place),
					  .version = found,
					  .url = arena_printf(c->mem, "%s:%s", place, found)};
	return NULL;
}

/* The archive that a manifest names. */
static err *take(ctx *c, const struct chart_registry *r, struct oci *o,
		 const struct oci_manifest *m, const char *file, str *ret_packed)
{
	const struct oci_descriptor *layer = oci_manifest_layer(m, OCI_TYPE_HELM_LAYER);
	if (!layer)
		layer = oci_manifest_layer(m, OCI_TYPE_HELM_LAYER_OLD);
	if (!layer)
		return err_new(c->mem, ERR_INVALID,
			       "manifest does not contain a layer with mediatype %s",
			       OCI_TYPE_HELM_LAYER);
	if (layer->size > r->chart_max)
		return err_new(c->mem, ERR_LIMIT, "size of chart '%s' exceeds '%llu' bytes limit",
			       file, (unsigned long long)r->chart_max);
	return oci_blob(c, o, layer, (size_t)r->chart_max, ret_packed);
}

static err *manifest_of(ctx *c, struct oci *o, const char *place, const char *reference, char mark,
			struct oci_manifest **ret)
{
	err *e = oci_pull(c, o, reference, ret);
	if (err_code(e) != ERR_NOT_FOUND)
		return e;
	return err_new(c->mem, ERR_NOT_FOUND,
		       "failed to perform \"FetchReference\" on source: %s%c%s: not found",
		       place + strlen(OCI_SCHEME), mark, reference);
}

/* The offer's URL without its version. */
static const char *place_in(arena *mem, const struct chart_offer *offer)
{
	size_t n = strlen(offer->url) - strlen(offer->version) - 1;
	return str_text(mem, str_sub(str_of(offer->url), 0, n));
}

err *chart_oci_at(ctx *c, const struct chart_registry *r, const struct chart_offer *offer,
		  struct oci **ret_oci, char **ret_digest)
{
	TRY(open_place(c->mem, r, place_in(c->mem, offer), ret_oci));
	return oci_digest(c, *ret_oci, with(c->mem, offer->version, '+', '_'), ret_digest);
}

static err *pull(ctx *c, const struct chart_registry *r, const struct chart_offer *offer,
		 str *ret_packed, const char **ret_digest)
{
	struct oci *o;
	struct oci_manifest *m;
	const char *tag = with(c->mem, offer->version, '+', '_');
	const char *place = place_in(c->mem, offer);
	TRY(open_place(c->mem, r, place, &o));
	TRY(offer->digest ? manifest_of(c, o, place, offer->digest, '@', &m)
			  : manifest_of(c, o, place, tag, ':', &m));
	if (ret_digest)
		*ret_digest = m->digest;
	const char *file = arena_printf(c->mem, "%s-%s.tgz", offer->name, offer->version);
	return take(c, r, o, m, file, ret_packed);
}

err *chart_oci_pull(ctx *c, const struct chart_registry *r, const struct chart_offer *offer,
		    str *ret_packed, const char **ret_digest)
{
	TRY_AS(c->mem, pull(c, r, offer, ret_packed, ret_digest), "failed to get '%s'", offer->url);
	return NULL;
}

err *chart_oci_pull_digest(ctx *c, const struct chart_registry *r, const char *tag,
			   const char *digest, str *ret_packed)
{
	struct oci *o;
	struct oci_manifest *m;
	char *found;
	TRY(oci_ref_check_digest(c->mem, digest));
	TRY(open_place(c->mem, r, r->url, &o));
	/* what has the digest need not have a tag */
	if (*tag && !oci_digest(c, o, with(c->mem, tag, '+', '_'), &found) &&
	    !text_eq(found, digest))
		return err_new(c->mem, ERR_INVALID, "chart reference digest mismatch: %s is not %s",
			       found, digest);
	TRY(manifest_of(c, o, r->url, digest, '@', &m));
	return take(c, r, o, m, path_base(c->mem, r->url), ret_packed);
}
