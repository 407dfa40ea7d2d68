/* What a chart's folder lacks: dependencies from beside it, from repositories and from registries. */
#include <string.h>

#include "base/path.h"
#include "data/semver.h"
#include "kind/helm_chart_work.h"
#include "net/url.h"
#include "source/address.h"

#define FILE_SCHEME "file://"

struct depends {
	ctx *c;
	arena *mem;
	struct work *w;
	const struct tree *source;
	const char *dir; /* of the chart */
	struct chart *chart;
	struct map places; /* URL → struct chart_place */
};

static const char *name_of(const struct chart_dependency *d)
{
	return d->alias && *d->alias ? d->alias : d->name;
}

static bool is_there(const struct chart *c, const char *name)
{
	for (size_t i = 0; i < c->chart_count; i++)
		if (text_eq(c->charts[i]->name, name))
			return true;
	return false;
}

static void add(struct depends *d, const struct chart_dependency *dep, struct chart *sub)
{
	if (dep->alias && *dep->alias)
		package_set_name(d->mem, sub, dep->alias);
	package_add_chart(d->mem, d->chart, sub);
}

/* ---- beside the chart ---- */

/* Where it lies in the source; what leads out of that stops at its root. */
static err *local_path(struct depends *d, const struct chart_dependency *dep, const char **ret)
{
	const char *path = path_join(d->mem, "charts", dep->name);
	if (*dep->repository) {
		str rest = str_of(dep->repository + strlen(FILE_SCHEME)), none;
		char *decoded;
		str_cut(rest, '#', &rest, &none);
		str_cut(rest, '?', &rest, &none);
		if (!url_decode(d->mem, rest, false, &decoded))
			return err_new(d->mem, ERR_INVALID,
				       "failed to parse alleged local chart reference: parse "
				       "\"%s\": invalid URL escape",
				       dep->repository);
		path = decoded;
	}
	*ret = path_clean(d->mem, str_of(arena_printf(d->mem, "/%s/%s", d->dir, path))) + 1;
	return NULL;
}

static err *load_local(struct depends *d, const char *path, struct chart **ret)
{
	const struct options *o = d->w->r.house->options;
	struct tree_entry e;
	str packed;
	TRY(tree_stat(d->mem, d->source, path, &e));
	if (e.kind == TREE_DIR)
		return helm_chart_read_dir(d->w, d->source, path, ret);
	TRY(tree_read(d->mem, d->source, path, (size_t)o->chart_max, &packed));
	return helm_unpack(d->mem, packed, ret);
}

static err *add_local(struct depends *d, const struct chart_dependency *dep)
{
	const char *path, *range_text = dep->version;
	struct semver_range *range;
	struct tree_entry e;
	struct semver v;
	struct chart *sub;
	TRY(local_path(d, dep, &path));
	TRY(tree_stat(d->mem, d->source, path, &e));
	if (e.kind == TREE_NONE)
		return err_new(d->mem, ERR_NOT_FOUND, "no chart found at '/%s' (reference '%s')",
			       path, dep->repository);
	TRY_AS(d->mem, semver_range_parse(d->mem, str_of(range_text), &range),
	       "invalid version/constraint format '%s'", range_text);
	TRY_AS(d->mem, load_local(d, path, &sub),
	       "failed to load chart from '/%s' (reference '%s')", path, dep->repository);
	TRY(semver_parse(d->mem, str_of(sub->version), &v));
	if (!semver_range_has(range, &v))
		return err_new(d->mem, ERR_INVALID, "can't get a valid version for constraint '%s'",
			       range_text);
	add(d, dep, sub);
	return NULL;
}

/* ---- from elsewhere ---- */

struct search {
	arena *mem;
	const char *url;
	val *found;
};

static bool has_artifact(const val *obj)
{
	return VAL_IN(obj, "status", "artifact") != NULL;
}

/* Of several the first, but rather one that has got its index: its credentials are good. */
static void compare(void *arg, const val *obj)
{
	struct search *s = arg;
	char *url;
	const char *text = val_text_or(VAL_IN(obj, "spec", "url"), "");
	bool better = !s->found || (!has_artifact(s->found) && has_artifact(obj));
	if (better && !address_normalize(s->mem, text, &url) && text_eq(url, s->url))
		s->found = val_copy(s->mem, obj);
}

/* The HelmRepository of that URL in the namespace knows how to log in; without one nobody does. */
static err *open_place(struct depends *d, const char *url, struct chart_place **ret)
{
	struct search s = {.mem = d->mem, .url = url};
	struct helm_repository *spec = NEW(d->mem, struct helm_repository);
	struct artifact *index = NULL;
	controllers_each(d->w->r.house->controllers, "HelmRepository", d->w->r.ns, compare, &s);
	if (s.found) {
		TRY(helm_repository_read(d->mem, s.found, &spec));
		index = artifact_read(d->mem, VAL_IN(s.found, "status", "artifact"));
	}
	if (index && depot_verify(d->mem, d->w->r.house->depot, index->path, index->digest))
		index = NULL;
	struct chart_place *place = NEW(d->mem, struct chart_place);
	TRY(helm_chart_place(d->c, d->w, spec, url, index, place));
	map_set(&d->places, url, place);
	*ret = place;
	return NULL;
}

static err *place_of(struct depends *d, const char *repository, struct chart_place **ret)
{
	char *url;
	TRY(address_normalize(d->mem, repository, &url));
	TRY(address_check_dependency(d->mem, url));
	*ret = map_get(&d->places, url);
	if (!*ret)
		TRY_AS(d->mem, open_place(d, url, ret),
		       "failed to get chart repository for URL '%s'", url);
	return NULL;
}

static err *add_remote(struct depends *d, const struct chart_dependency *dep)
{
	struct chart_place *place;
	struct chart_offer offer;
	struct chart *sub;
	bool external;
	str packed;
	TRY(place_of(d, dep->repository, &place));
	TRY_AS(d->mem,
	       helm_chart_place_find(d->c, place, dep->name, dep->version, &offer, &external),
	       "failed to get chart '%s' version '%s' from '%s'", dep->name, dep->version,
	       dep->repository);
	TRY_AS(d->mem, helm_chart_place_pull(d->c, place, &offer, &packed),
	       "chart download of version '%s' failed", offer.version);
	TRY_AS(d->mem, helm_unpack(d->mem, packed, &sub),
	       "failed to load downloaded archive of version '%s'", offer.version);
	add(d, dep, sub);
	return NULL;
}

static err *add_one(struct depends *d, const struct chart_dependency *dep)
{
	bool local = !*dep->repository || text_starts(dep->repository, FILE_SCHEME);
	TRY(ctx_check(d->c));
	TRY_AS(d->mem, local ? add_local(d, dep) : add_remote(d, dep),
	       "failed to add %s dependency '%s'", local ? "local" : "remote", name_of(dep));
	d->w->build.resolved++;
	return NULL;
}

err *helm_chart_depends(ctx *c, struct work *w, const struct tree *source, const char *dir,
			struct chart *chart)
{
	struct depends d = {.c = c,
			    .mem = c->mem,
			    .w = w,
			    .source = source,
			    .dir = dir,
			    .chart = chart,
			    .places = map_init(c->mem)};
	struct chart_dependency **wanted;
	size_t n, there = chart->chart_count;
	TRY(helm_wanted(c->mem, chart, &wanted, &n));
	if (there == n)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!is_there(chart, name_of(wanted[i])))
			TRY(add_one(&d, wanted[i]));
	return NULL;
}
