/* A chart in a GitRepository or Bucket: packed from its folder, its dependencies added; or an archive. */
#include "base/path.h"
#include "kind/helm_chart_work.h"
#include "source/address.h"
#include "source/revision.h"

#define REVISION_DIGITS 12

/* The folder as texts name it; what is read is the artifact's tree. */
static const char *label(const struct work *w)
{
	return arena_printf(w->r.mem, "/tmp/helmchart-%s-%s-%lld/source", w->r.ns, w->r.name,
			    (long long)w->r.generation);
}

/* A path of the spec as one below the source's root: what leads out of it stops there. */
static const char *below(arena *mem, const char *path)
{
	return path_clean(mem, str_of(arena_printf(mem, "/%s", path))) + 1;
}

/* What marks the version: the source's revision, if that makes a new chart, and the values files. */
static const char *metadata(const struct work *w, size_t files)
{
	const char *mark = "";
	if (text_eq(w->chart->strategy, "Revision")) {
		str hash = revision_hash(str_of(w->input->revision));
		mark = str_text(w->r.mem, str_sub(hash, 0, REVISION_DIGITS));
	}
	if (!files)
		return mark;
	return arena_printf(w->r.mem, "%s%s%lld", mark, *mark ? "." : "",
			    (long long)w->r.generation);
}

struct place {
	const struct tree *tree;
	const char *path;
	bool dir;
	str packed; /* of an archive */
};

static err *peek(struct work *w, struct place *p, struct chart **ret)
{
	arena *mem = w->r.mem;
	struct tree_entry e;
	size_t max = (size_t)w->r.house->options->chart_file_max;
	uint64_t most = (uint64_t)w->r.house->options->chart_max;
	TRY(address_check_local(mem, label(w), w->chart->chart));
	TRY(tree_stat(mem, p->tree, p->path, &e));
	if (e.kind == TREE_NONE)
		return err_new(mem, ERR_NOT_FOUND, "stat %s: no such file or directory",
			       path_join(mem, label(w), p->path));
	p->dir = e.kind == TREE_DIR;
	if (p->dir) {
		err *failed = helm_peek(mem, p->tree, p->path, max, ret);
		if (err_code(failed) == ERR_NOT_FOUND)
			return err_new(mem, ERR_NOT_FOUND,
				       "open %s/Chart.yaml: no such file or "
				       "directory",
				       path_join(mem, label(w), p->path));
		TRY(failed);
		return helm_check_metadata(mem, *ret);
	}
	if (e.size > most)
		return err_new(mem, ERR_LIMIT, "size of chart '%s' exceeds '%llu' bytes limit",
			       path_base(mem, p->path), (unsigned long long)most);
	TRY(tree_read(mem, p->tree, p->path, (size_t)most, &p->packed));
	TRY(helm_peek_packed(mem, p->packed, max, ret));
	return helm_check_metadata(mem, *ret);
}

/* The values files of the source, merged. */
static err *merge(struct work *w, const struct place *p, val **ret_values)
{
	arena *mem = w->r.mem;
	size_t n, merged = 0;
	const char *const *files = helm_chart_values_files(w, &n);
	const char **used = NEW_N(mem, const char *, n);
	val *values = val_map(mem);
	for (size_t i = 0; i < n; i++) {
		const char *path = below(mem, files[i]);
		struct tree_entry e;
		str text;
		TRY(tree_stat(mem, p->tree, path, &e));
		if (e.kind == TREE_NONE && w->chart->ignore_missing)
			continue;
		if (e.kind != TREE_FILE)
			return err_new(mem, ERR_INVALID,
				       "no values file found at path '/%s' (reference '%s')", path,
				       files[i]);
		TRY_AS(mem,
		       tree_read(mem, p->tree, path, (size_t)w->r.house->options->chart_file_max,
				 &text),
		       "could not read values from file '%s'", files[i]);
		TRY(helm_chart_merge(mem, files[i], text, &values));
		used[merged++] = files[i];
	}
	w->build.values_files = used;
	w->build.n_values_files = merged;
	*ret_values = values;
	return NULL;
}

static err *load(struct work *w, const struct place *p, struct chart **ret)
{
	return p->dir ? helm_chart_read_dir(w, p->tree, p->path, ret)
		      : helm_unpack(w->r.mem, p->packed, ret);
}

static err *pack(ctx *c, struct work *w, const struct place *p, bool merged, const val *values)
{
	struct chart *chart;
	bool changed = false;
	TRY(helm_chart_fault(w, CHART_PACKAGE, load(w, p, &chart)));
	package_set_version(c->mem, chart, w->build.version);
	if (merged)
		TRY(helm_chart_fault(w, CHART_VALUES,
				     package_set_values(c->mem, chart, values, &changed)));
	if (!changed)
		w->build.n_values_files = 0;
	if (p->dir)
		TRY(helm_chart_fault(w, CHART_DEPENDENCY,
				     helm_chart_depends(c, w, p->tree, p->path, chart)));
	return helm_chart_fault(w, CHART_PACKAGE, helm_chart_pack(w, chart));
}

err *helm_chart_local(ctx *c, struct work *w)
{
	struct place p = {.path = below(c->mem, w->chart->chart)};
	struct chart *meta;
	struct tree *tree;
	val *values = NULL;
	size_t files;
	(void)helm_chart_values_files(w, &files);
	err *e = depot_tree(c->mem, w->r.house->depot, w->input->path, w->input->digest, &tree);
	if (e)
		return helm_chart_odd_fault(w, POLICY_DEFAULT, "Failed",
					    err_wrap(c->mem, e, "artifact untar error"));
	p.tree = tree;
	TRY(helm_chart_fault(w, CHART_REFERENCE, peek(w, &p, &meta)));
	w->build.name = meta->name;
	const char *mark = metadata(w, files);
	TRY(helm_chart_fault(w, CHART_METADATA,
			     helm_chart_version(w, meta->version, mark, &w->build.version)));
	bool packs = p.dir || *mark || files;
	if (helm_chart_is_stored(w, w->build.name, w->build.version, packs))
		return NULL;
	if (!packs) {
		w->build.packed = p.packed;
		return NULL;
	}
	if (files)
		TRY(helm_chart_fault(w, CHART_VALUES, merge(w, &p, &values)));
	return pack(c, w, &p, files > 0, values);
}
