#include "helm/helm_load.h"

#include <string.h>

#include "base/path.h"
#include "helm/helm_docs.h"
#include "helm/helm_ignore.h"
#include "helm/helm_meta.h"
#include "helm/helm_values.h"
#include "pack/unpack.h"

static void add(arena *mem, struct chart_files *list, const char *name, str data)
{
	struct chart_file f = {name, data};
	VEC_PUSH(mem, list, f);
}

/* ---- from a tree to a flat list of files ---- */

struct walk {
	arena *mem, *scratch; /* of what stays; of paths on the way */
	const struct tree *tree;
	struct helm_ignore *ignore; /* NULL for an archive */
	struct chart_files files;
	size_t total, max; /* max: of one file */
};

static err *take_file(struct walk *w, const char *from, const char *name, size_t size)
{
	str data;
	if (size > w->max)
		return err_new(w->mem, ERR_LIMIT,
			       "cannot load file %s as file size (%zu) exceeds limit (%zu)", name,
			       size, w->max);
	TRY(tree_read(w->mem, w->tree, from, w->max, &data));
	w->total += data.n;
	if (w->total > CHART_MAX_TOTAL)
		return err_new(w->mem, ERR_LIMIT,
			       "the chart is larger than the maximum file size %zu",
			       CHART_MAX_TOTAL);
	if (str_starts(data, STR("\xef\xbb\xbf")))
		data = str_sub(data, 3, data.n);
	add(w->mem, &w->files, arena_text(w->mem, name), data);
	return NULL;
}

/* dir is where it lies in the tree, name what it is called inside the chart. */
static err *walk_dir(struct walk *w, const char *dir, const char *name, int depth)
{
	struct tree_entry *entries;
	size_t n;
	if (depth > 64)
		return err_new(w->mem, ERR_LIMIT, "%s: folders are nested deeper than 64", name);
	TRY(tree_list(w->scratch, w->tree, dir, &entries, &n));
	for (size_t i = 0; i < n; i++) {
		struct tree_entry *e = &entries[i];
		char *from = path_join(w->scratch, dir, e->name),
		     *to = path_join(w->scratch, name, e->name);
		if (e->kind == TREE_LINK)
			TRY(tree_stat(w->scratch, w->tree, from, e));
		if (w->ignore && helm_ignored(w->ignore, to, e->kind == TREE_DIR))
			continue;
		if (e->kind == TREE_DIR)
			TRY(walk_dir(w, from, to, depth + 1));
		else if (e->kind == TREE_FILE)
			TRY(take_file(w, from, to, e->size));
		else
			return err_new(
				w->mem, ERR_INVALID,
				"cannot load irregular file %s as it has file mode type bits set",
				path_join(w->mem, tree_root(w->tree), from));
	}
	return NULL;
}

static err *walk_all(struct walk *w, const char *dir)
{
	w->scratch = arena_open();
	err *e = err_copy(w->mem, walk_dir(w, dir, "", 0));
	arena_close(w->scratch);
	return e;
}

/* ---- from files to a chart ---- */

static err *build(arena *mem, struct chart_files files, int depth, struct chart **ret_chart);

static bool is_template(const char *name)
{
	return text_starts(name, "templates/");
}

static bool is_crd(const char *name)
{
	return text_starts(name, "crds/") &&
	       (text_ends(name, ".yaml") || text_ends(name, ".yml") || text_ends(name, ".json"));
}

static err *sort_file(arena *mem, struct chart *c, const struct chart_file *f)
{
	bool first_version = text_eq(c->api_version, "v1");
	if (text_eq(f->name, "Chart.yaml"))
		return NULL;
	if (text_eq(f->name, "Chart.lock") || text_eq(f->name, "requirements.lock"))
		TRY(meta_check_lock(mem, f->data, f->name));
	if (text_eq(f->name, "Chart.lock"))
		return NULL;
	if (text_eq(f->name, "values.yaml")) {
		TRY_AS(mem, docs_values(mem, f->data, &c->values), "cannot load values.yaml");
		return NULL;
	}
	if (text_eq(f->name, "values.schema.json")) {
		c->has_schema = true;
		c->schema = f->data;
		return NULL;
	}
	if (text_eq(f->name, "requirements.yaml"))
		TRY(meta_read_requirements(mem, f->data, c));
	if (text_starts(f->name, "requirements.") && !first_version)
		return NULL;
	if (is_template(f->name)) {
		add(mem, &c->templates, f->name, f->data);
		return NULL;
	}
	if (text_starts(f->name, "charts/") && !text_ends(f->name, ".prov"))
		return NULL;
	if (is_crd(f->name))
		add(mem, &c->crds, f->name, f->data);
	add(mem, &c->files, f->name, f->data);
	return NULL;
}

static void add_chart(arena *mem, struct chart *c, struct chart *sub)
{
	struct chart **all = NEW_N(mem, struct chart *, c->chart_count + 1);
	if (c->chart_count)
		memcpy(all, c->charts, c->chart_count * sizeof(*all));
	all[c->chart_count++] = sub;
	c->charts = all;
}

static err *unpack(arena *mem, str packed, int depth, struct chart **ret_chart);

/* The files below charts/<element>/, named from there. */
static struct chart_files files_below(arena *mem, const struct chart_files *all, str element)
{
	struct chart_files below = {0};
	for (size_t i = 0; i < all->n; i++) {
		str name = str_of(all->p[i].name);
		if (!str_starts(name, STR("charts/")))
			continue;
		name = str_sub(name, 7, name.n);
		if (str_starts(name, element) && name.n > element.n && name.p[element.n] == '/')
			add(mem, &below, name.p + element.n + 1, all->p[i].data);
	}
	return below;
}

/* Every element of charts/ once, in the order of the files. */
static err *subcharts(arena *mem, const struct chart_files *all, int depth, struct chart *c)
{
	str last = {0};
	for (size_t i = 0; i < all->n; i++) {
		str rest = str_of(all->p[i].name), element;
		struct chart *sub;
		if (!str_starts(rest, STR("charts/")))
			continue;
		rest = str_sub(rest, 7, rest.n);
		bool folder = str_cut(rest, '/', &element, &rest);
		if (str_eq(element, last) || !element.n || element.p[0] == '_' ||
		    element.p[0] == '.' || str_ends(element, STR(".prov")))
			continue;
		last = element;
		bool packed = str_ends(element, STR(".tgz"));
		if (packed && folder)
			return err_new(mem, ERR_INVALID,
				       "error unpacking subchart tar in %s: expected %.*s, got %s",
				       c->name, STR_ARG(element), element.p);
		TRY_AS(mem,
		       packed ? unpack(mem, all->p[i].data, depth + 1, &sub)
			      : build(mem, files_below(mem, all, element), depth + 1, &sub),
		       "error unpacking subchart %.*s in %s", STR_ARG(element), c->name);
		add_chart(mem, c, sub);
	}
	return NULL;
}

/* The files of requirements make metadata of their own, which then lacks everything. */
static err *missing(arena *mem, const struct chart_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		if (text_eq(files->p[i].name, "requirements.yaml") ||
		    text_eq(files->p[i].name, "requirements.lock"))
			return err_new(mem, ERR_INVALID,
				       "validation: chart.metadata.apiVersion is required");
	return err_new(mem, ERR_INVALID, "Chart.yaml file is missing");
}

static err *build(arena *mem, struct chart_files files, int depth, struct chart **ret_chart)
{
	struct chart *c = NEW(mem, struct chart);
	if (depth > CHART_MAX_DEPTH)
		return err_new(mem, ERR_LIMIT, "charts are nested deeper than %d", CHART_MAX_DEPTH);
	c->values = val_map(mem);
	c->raw = files;
	for (size_t i = 0; i < files.n; i++)
		if (text_eq(files.p[i].name, "Chart.yaml"))
			TRY(meta_read(mem, files.p[i].data, c));
	if (!c->metadata)
		c->api_version = "";
	for (size_t i = 0; i < files.n; i++)
		TRY(sort_file(mem, c, &files.p[i]));
	/* what is wrong with other files is told first */
	if (!c->metadata)
		return missing(mem, &files);
	TRY(meta_check(mem, c));
	TRY(subcharts(mem, &files, depth, c));
	*ret_chart = c;
	return NULL;
}

err *chart_check_packed(arena *mem, str packed)
{
	if (!packed.n)
		return err_new(mem, ERR_INVALID, "EOF");
	if (packed.n < 10)
		return err_new(mem, ERR_INVALID, "unexpected EOF");
	return gzip_is(packed) ? NULL : err_new(mem, ERR_INVALID, "gzip: invalid header");
}

static err *unpack(arena *mem, str packed, int depth, struct chart **ret_chart)
{
	static const struct tar_limits limits = {.bytes = CHART_MAX_TOTAL, .file = CHART_MAX_FILE};
	struct walk w = {.mem = mem, .max = CHART_MAX_FILE};
	struct tree *tree;
	struct tree_entry *entries;
	size_t n;
	TRY(chart_check_packed(mem, packed));
	TRY(unpack_tree(mem, packed, &limits, &tree));
	w.tree = tree;
	TRY(tree_list(mem, tree, "", &entries, &n));
	for (size_t i = 0; i < n; i++) {
		if (entries[i].kind == TREE_DIR)
			TRY(walk_all(&w, entries[i].name));
		else if (text_eq(entries[i].name, "Chart.yaml"))
			return err_new(mem, ERR_INVALID, "chart yaml not in base directory");
	}
	if (!w.files.n)
		return err_new(mem, ERR_INVALID, "no files in chart archive");
	return build(mem, w.files, depth, ret_chart);
}

err *chart_read(arena *mem, const struct tree *t, const char *dir, size_t max,
		struct chart **ret_chart)
{
	struct walk w = {.mem = mem, .tree = t, .max = max ? max : CHART_MAX_FILE};
	struct tree_entry e;
	str patterns = STR("");
	const char *ignore_file = path_join(mem, dir, ".helmignore");
	TRY(tree_stat(mem, t, ignore_file, &e));
	if (e.kind == TREE_FILE)
		TRY(tree_read(mem, t, ignore_file, CHART_MAX_FILE, &patterns));
	TRY(helm_ignore_read(mem, patterns, &w.ignore));
	TRY(walk_all(&w, dir));
	TRY(build(mem, w.files, 0, ret_chart));
	chart_link(mem, *ret_chart);
	return NULL;
}

err *chart_unpack(arena *mem, str packed, struct chart **ret_chart)
{
	TRY(unpack(mem, packed, 0, ret_chart));
	chart_link(mem, *ret_chart);
	return NULL;
}
