#include "helm/helm_render.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/path.h"

/* A template and the dot it is executed with. */
struct piece {
	const char *name, *base_path;
	str text;
	struct tv dot;
	int depth;    /* slashes in the name */
	size_t order; /* in which they were met */
};

struct job {
	arena *mem;
	struct tv release, capabilities;
	VEC(struct piece) pieces;
};

static void put(struct job *j, struct tv map, const char *key, struct tv v)
{
	tv_map_set(j->mem, map.map, str_of(key), v);
}

static struct tv release_of(struct job *j, const struct helm_release_info *r)
{
	struct tv map = tv_map(j->mem, TV_MAP);
	put(j, map, "Name", tv_text(r->name));
	put(j, map, "Namespace", tv_text(r->ns));
	put(j, map, "Revision", tv_int(r->revision));
	put(j, map, "IsUpgrade", tv_bool(r->is_upgrade));
	put(j, map, "IsInstall", tv_bool(!r->is_upgrade && !r->is_neither));
	put(j, map, "Service", tv_text("Helm"));
	return map;
}

static struct tv texts(arena *mem, const char *const *p, size_t n)
{
	struct tv list = tv_list(mem, TV_LIST, n);
	for (size_t i = 0; i < n; i++)
		list.list->p[i] = tv_text(p[i]);
	return list;
}

static struct tv dependency_of(struct job *j, const struct chart_dependency *d)
{
	struct tv map = tv_map(j->mem, TV_MAP);
	put(j, map, "Name", tv_text(d->name));
	put(j, map, "Version", tv_text(d->version));
	put(j, map, "Repository", tv_text(d->repository));
	put(j, map, "Condition", tv_text(d->condition));
	put(j, map, "Tags", texts(j->mem, d->tags, d->tag_count));
	put(j, map, "Enabled", tv_bool(d->enabled));
	put(j, map, "ImportValues",
	    d->import_values ? tv_from_val(j->mem, d->import_values, true)
			     : tv_list(j->mem, TV_LIST, 0));
	put(j, map, "Alias", tv_text(d->alias));
	return map;
}

/* One field of Chart.yaml in the Go type that templates see. */
static struct tv meta_value(struct job *j, const val *v)
{
	if (val_is(v, VAL_MAP)) {
		struct tv map = tv_map(j->mem, TV_TEXT_MAP);
		if (!v->map.n)
			map.map = NULL; /* nil in Go */
		for (uint32_t i = 0; i < v->map.n; i++)
			tv_map_set(j->mem, map.map, v->map.p[i].key,
				   tv_str(val_as_str(v->map.p[i].value)));
		return map;
	}
	return tv_from_val(j->mem, v, true);
}

static struct tv chart_of(struct job *j, const struct chart *c)
{
	struct tv map = tv_map(j->mem, TV_MAP);
	for (uint32_t i = 0; i < c->metadata->map.n; i++)
		tv_map_set(j->mem, map.map, c->metadata->map.p[i].key,
			   meta_value(j, c->metadata->map.p[i].value));
	struct tv dependencies = tv_list(j->mem, TV_LIST, c->dependency_count);
	for (size_t i = 0; i < c->dependency_count; i++)
		dependencies.list->p[i] = dependency_of(j, c->dependencies[i]);
	put(j, map, "Dependencies", dependencies);
	put(j, map, "Name", tv_text(c->name)); /* the alias, if there is one */
	put(j, map, "IsRoot", tv_bool(!c->parent));
	return map;
}

static struct tv files_of(struct job *j, const struct chart *c)
{
	struct tmpl_file *files = NEW_N(j->mem, struct tmpl_file, c->files.n);
	for (size_t i = 0; i < c->files.n; i++)
		files[i] = (struct tmpl_file){c->files.p[i].name, c->files.p[i].data};
	return tmpl_files(j->mem, files, c->files.n);
}

/* The subchart's part of the parent's values: the same map, so that both see what `set` does. A name
 * with a dot leads nowhere, as in Helm. */
static struct tv values_below(arena *mem, struct tv parent, const char *name)
{
	str path = str_of(name), part;
	struct tv v = parent;
	while (tv_is_map(v) && str_next(&path, '.', &part))
		v = tv_map_get(v.map, part);
	if (!tv_is_map(v) || path.p)
		v = tv_map(mem, TV_VALUES);
	v.type = TV_VALUES;
	v.slot = false;
	return v;
}

/* Library charts give only their helpers. */
static bool counts(const struct chart *c, const char *template)
{
	const char *base = strrchr(template, '/') + 1;
	return !text_eq(c->type, "library") || base[0] == '_';
}

static int slashes(const char *s)
{
	int n = 0;
	for (; *s; s++)
		n += *s == '/';
	return n;
}

/* The dot of a chart; its templates, and those of its subcharts, join the pieces. */
static struct tv collect(struct job *j, const struct chart *c, struct tv values)
{
	struct tv dot = tv_map(j->mem, TV_MAP), subcharts = tv_map(j->mem, TV_MAP);
	put(j, dot, "Chart", chart_of(j, c));
	put(j, dot, "Files", files_of(j, c));
	put(j, dot, "Release", j->release);
	put(j, dot, "Capabilities", j->capabilities);
	put(j, dot, "Values", values);
	put(j, dot, "Subcharts", subcharts);
	for (size_t i = 0; i < c->chart_count; i++)
		put(j, subcharts, c->charts[i]->name,
		    collect(j, c->charts[i], values_below(j->mem, values, c->charts[i]->name)));
	/* a template's dot has the named type, the same map as a subchart has not */
	struct tv own = dot;
	own.type = TV_VALUES;
	for (size_t i = 0; i < c->templates.n; i++) {
		const struct chart_file *f = &c->templates.p[i];
		if (!counts(c, f->name))
			continue;
		struct piece p = {arena_printf(j->mem, "%s/%s", c->path, f->name),
				  arena_printf(j->mem, "%s/templates", c->path),
				  f->data,
				  own,
				  0,
				  j->pieces.n};
		p.depth = slashes(p.name);
		VEC_PUSH(j->mem, &j->pieces, p);
	}
	return dot;
}

/* The deepest path first; of equally deep ones the last by bytes. */
static int by_depth(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;
	int order = x->depth != y->depth ? y->depth - x->depth : strcmp(y->name, x->name);
	return order ? order : (x->order < y->order) - (x->order > y->order);
}

/* In order, and of those with one name the last that was met: two subcharts may come to have one name. */
static void sort_pieces(struct job *j)
{
	size_t n = 0;
	if (j->pieces.n > 1)
		qsort(j->pieces.p, j->pieces.n, sizeof(*j->pieces.p), by_depth);
	for (size_t i = 0; i < j->pieces.n; i++)
		if (!n || !text_eq(j->pieces.p[n - 1].name, j->pieces.p[i].name))
			j->pieces.p[n++] = j->pieces.p[i];
	j->pieces.n = n;
}

static err *parsed(struct job *j, struct tmpl_cache *cache, const char *digest,
		   const struct tmpl_set **ret)
{
	struct tmpl_file *files = NEW_N(j->mem, struct tmpl_file, j->pieces.n);
	struct tmpl_set *set;
	buf names = buf_init(j->mem);
	for (size_t i = 0; i < j->pieces.n; i++) {
		files[i] = (struct tmpl_file){j->pieces.p[i].name, j->pieces.p[i].text};
		buf_text_add(&names, files[i].name);
		buf_char(&names, '\n');
	}
	/* values switch subcharts on and off: which templates there are belongs to the key */
	if (cache && digest)
		return tmpl_cache_get(cache, j->mem,
				      arena_printf(j->mem, "%s %016llx", digest,
						   (unsigned long long)map_hash(buf_view(&names))),
				      files, j->pieces.n, ret);
	TRY(tmpl_parse_late(j->mem, files, j->pieces.n, &set));
	*ret = set;
	return NULL;
}

static err *run_piece(struct job *j, struct tmpl_run *run, const struct piece *p, const char *root,
		      struct helm_rendered *ret)
{
	struct tv template = tv_map(j->mem, TV_VALUES);
	struct helm_output out = {.path = p->name};
	put(j, template, "Name", tv_text(p->name));
	put(j, template, "BasePath", tv_text(p->base_path));
	put(j, p->dot, "Template", template);
	TRY(tmpl_run_exec(run, p->name, p->dot, &out.text));
	if (!text_ends(p->name, "NOTES.txt")) {
		VEC_PUSH(j->mem, &ret->files, out);
		return NULL;
	}
	VEC_PUSH(j->mem, &ret->notes, out);
	if (text_eq(p->name, root) && ret->notes.n > 1) {
		struct helm_output first = ret->notes.p[0];
		ret->notes.p[0] = out;
		ret->notes.p[ret->notes.n - 1] = first;
	}
	return NULL;
}

err *render_chart(arena *mem, const struct chart *c, const val *values,
		  const struct helm_release_info *release,
		  const struct tmpl_capabilities *capabilities, const struct tmpl_options *options,
		  struct tmpl_cache *cache, const char *digest, struct helm_rendered *ret)
{
	struct job j = {.mem = mem, .capabilities = tmpl_capabilities(mem, capabilities)};
	const struct tmpl_set *set;
	struct tv root = tv_from_val(mem, values, false);
	root.type = TV_VALUES;
	j.release = release_of(&j, release);
	*ret = (struct helm_rendered){{0}, {0}};
	collect(&j, c, root);
	sort_pieces(&j);
	TRY(parsed(&j, cache, digest, &set));
	struct tmpl_run *run = tmpl_run_open(mem, set, options);
	const char *notes = arena_printf(mem, "%s/templates/NOTES.txt", c->path);
	for (size_t i = 0; i < j.pieces.n; i++)
		if (strrchr(j.pieces.p[i].name, '/')[1] != '_')
			TRY(run_piece(&j, run, &j.pieces.p[i], notes, ret));
	return NULL;
}
