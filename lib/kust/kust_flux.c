#include "kust/kust_flux.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/path.h"
#include "base/vec.h"
#include "data/json.h"
#include "data/yaml.h"
#include "kust/kust_file.h"
#include "kust/kust_parse.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)
#define WALK_FILES_MAX 50000
#define WALK_DEPTH_MAX 100

struct walk {
	arena *mem;
	struct tree *tree;
	const char *base;
	const struct kust_flux_overlay *overlay;
	const struct kust_options *options;
	VEC(str) resources;
};

static const char *shown(arena *mem, const struct tree *t, const char *path)
{
	return text_eq(path, ".") ? tree_root(t) : path_join(mem, tree_root(t), path);
}

static bool is_file(arena *mem, const struct tree *t, const char *path)
{
	struct tree_entry e = {.kind = TREE_NONE};
	return !tree_stat(mem, t, path, &e) && e.kind == TREE_FILE;
}

/* The folder's kustomization file as a path from the root; NULL when it has none. */
static const char *file_in(arena *mem, const struct tree *t, const char *dir)
{
	for (const char *const *name = kust_file_names; *name; name++) {
		const char *path = path_join(mem, dir, *name);
		if (is_file(mem, t, path))
			return path;
	}
	return NULL;
}

static err *read_file(arena *mem, const struct tree *t, const struct kust_options *o,
		      const char *path, str *ret)
{
	const str *instead = o->instead ? map_get(o->instead, path) : NULL;
	size_t max = o->limits.file_bytes;
	if (instead) {
		*ret = *instead;
		return NULL;
	}
	return tree_read(mem, t, path, max ? max : FILE_BYTES_MAX, ret);
}

/* --- generating ---------------------------------------------------------------------------------- */

/* Of a path from the tree's root. */
static bool matches(const struct walk *w, const struct ignore *g, const char *path, bool dir)
{
	size_t base = text_eq(w->base, ".") ? 0 : strlen(w->base);
	if (!g || strncmp(path, w->base, base) != 0 || (base && path[base] != '/'))
		return false;
	return ignore_match(g, path + base + (base > 0), dir);
}

static err *add_resource(struct walk *w, const char *path)
{
	size_t skip = text_eq(w->base, ".") ? 0 : strlen(w->base) + 1;
	if (w->resources.n >= WALK_FILES_MAX)
		return err_new(w->mem, ERR_LIMIT, "%s: more than %d files",
			       shown(w->mem, w->tree, w->base), WALK_FILES_MAX);
	VEC_PUSH(w->mem, &w->resources, str_of(arena_printf(w->mem, "./%s", path + skip)));
	return NULL;
}

/* A YAML file that must hold Kubernetes objects, and nothing else. */
static err *add_file(struct walk *w, const char *path)
{
	const char *ext = path_ext(path);
	str text;
	struct kust_nodes nodes;
	if ((!text_eq(ext, ".yaml") && !text_eq(ext, ".yml")) ||
	    matches(w, w->overlay->skip, path, false))
		return NULL;
	TRY(read_file(w->mem, w->tree, w->options, path, &text));
	err *failed = w->options->cache ? kust_cache_parse(w->options->cache, w->mem, text,
							   kust_parse, &nodes)
					: kust_parse(w->mem, text, &nodes);
	if (failed)
		return err_wrap(w->mem, failed, "failed to decode Kubernetes YAML from %s",
				shown(w->mem, w->tree, path));
	return add_resource(w, path);
}

static err *scan(struct walk *w, const char *dir, int depth)
{
	struct tree_entry *entries;
	size_t n;
	if (depth > WALK_DEPTH_MAX)
		return err_new(w->mem, ERR_LIMIT, "%s: folders are nested more than %d deep",
			       shown(w->mem, w->tree, dir), WALK_DEPTH_MAX);
	TRY(tree_list(w->mem, w->tree, dir, &entries, &n));
	for (size_t i = 0; i < n; i++) {
		const char *path = path_join(w->mem, dir, entries[i].name);
		if (entries[i].kind != TREE_DIR)
			TRY(add_file(w, path));
		else if (file_in(w->mem, w->tree, path))
			TRY(add_resource(w, path));
		else
			TRY(scan(w, path, depth + 1));
	}
	return NULL;
}

static err *generate(struct walk *w, struct kust_file *f)
{
	TRY(scan(w, w->base, 0));
	if (w->resources.n)
		f->resources = (struct kust_texts){w->resources.p, w->resources.n};
	else
		f->namespace_ = STR("_placeholder"); /* so that the file is not empty */
	return NULL;
}

/* --- the overlay --------------------------------------------------------------------------------- */

static void *grown(arena *mem, const void *p, size_t n, size_t more, size_t each)
{
	char *all = arena_alloc(mem, arena_times(n + more, each));
	if (n)
		memcpy(all, p, n * each);
	return all;
}

static void add_text(arena *mem, struct kust_texts *list, str text)
{
	list->p = grown(mem, list->p, list->n, 1, sizeof(str));
	list->p[list->n++] = text;
}

static err *add_patches(arena *mem, struct kust_list *list, const val *more, bool json)
{
	struct kust_patch *p = list->p = grown(mem, list->p, list->n, val_len(more), sizeof(*p));
	for (size_t i = 0; i < val_len(more); i++) {
		val *one = val_copy(mem, val_at(more, i));
		if (json)
			val_set_text(mem, one, "patch",
				     json_text(mem, val_get(one, "patch"), JSON_SORTED));
		TRY_AS(mem, kust_decode(mem, &kust_t_patch, one, 0, &p[list->n]),
		       "unable to get patches");
		list->n++;
	}
	return NULL;
}

static err *add_images(arena *mem, struct kust_list *list, const val *more)
{
	struct kust_image *p = list->p = grown(mem, list->p, list->n, val_len(more), sizeof(*p));
	for (size_t i = 0; i < val_len(more); i++) {
		struct kust_image image = {0};
		size_t k = 0;
		TRY_AS(mem,
		       kust_decode(mem, &kust_t_image, val_copy(mem, val_at(more, i)), 0, &image),
		       "unable to get images");
		image.tag_suffix = (str){NULL, 0};
		while (k < list->n && !str_eq(p[k].name, image.name))
			k++;
		if (k == list->n) {
			p[list->n++] = image;
			continue;
		}
		if (image.new_name.n)
			p[k].new_name = image.new_name;
		/* a tag and a digest both choose the version, so one takes the other's place */
		if (image.new_tag.n || image.digest.n) {
			p[k].new_tag = image.new_tag;
			p[k].digest = image.digest;
		}
	}
	return NULL;
}

/* Neither absolute nor one of kustomize's forms of a repository. */
static bool is_local_relative(const char *path)
{
	static const char *const remote[] = {"git::",	"gh:",	"ssh://",      "https://",
					     "http://", "git@", "github.com:", "github.com/"};
	for (size_t i = 0; i < sizeof(remote) / sizeof(*remote); i++)
		if (strlen(path) > strlen(remote[i]) &&
		    !strncasecmp(path, remote[i], strlen(remote[i])))
			return false;
	if (!strncasecmp(path, "file://", 7))
		path += 7;
	return *path != '/';
}

static err *add_components(struct walk *w, struct kust_file *f)
{
	const struct kust_flux_overlay *o = w->overlay;
	for (size_t i = 0; i < val_len(o->components); i++) {
		const char *path = val_text_or(val_at(o->components, i), "");
		struct tree_entry e = {.kind = TREE_NONE};
		if (!is_local_relative(path))
			return err_new(w->mem, ERR_INVALID,
				       "component path '%s' must be local and relative", path);
		err *failed = tree_stat(w->mem, w->tree, path_join(w->mem, w->base, path), &e);
		if (o->ignore_missing_components && (failed || e.kind == TREE_NONE))
			continue;
		add_text(w->mem, &f->components, str_of(path));
	}
	return NULL;
}

static err *lay_over(struct walk *w, struct kust_file *f)
{
	const struct kust_flux_overlay *o = w->overlay;
	if (o->namespace_ && *o->namespace_)
		f->namespace_ = str_of(o->namespace_);
	if (o->name_prefix && *o->name_prefix)
		f->name_prefix = str_of(o->name_prefix);
	if (o->name_suffix && *o->name_suffix)
		f->name_suffix = str_of(o->name_suffix);
	TRY(add_patches(w->mem, &f->patches, o->patches, false));
	TRY(add_components(w, f));
	for (size_t i = 0; i < val_len(o->patches_strategic_merge); i++)
		add_text(w->mem, &f->patches_merge,
			 str_of(json_text(w->mem, val_at(o->patches_strategic_merge, i),
					  JSON_SORTED)));
	TRY(add_patches(w->mem, &f->patches_json, o->patches_json6902, true));
	TRY(add_images(w->mem, &f->images, o->images));
	if (val_len(o->build_metadata))
		f->build_metadata = (struct kust_texts){0};
	for (size_t i = 0; i < val_len(o->build_metadata); i++)
		add_text(w->mem, &f->build_metadata, val_as_str(val_at(o->build_metadata, i)));
	return NULL;
}

/* Does it begin with a scheme, as Go's url.ParseRequestURI sees it? */
static bool is_url(const char *text)
{
	const char *p = text;
	while (isalpha((unsigned char)*p) ||
	       (p > text && (isdigit((unsigned char)*p) || strchr("+-.", *p)) && *p))
		p++;
	return p > text && *p == ':';
}

/* Leaves ignored files and folders out of a list of paths. */
static err *drop_some(struct walk *w, struct kust_texts *list, bool urls)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->n; i++) {
		const char *entry = str_text(w->mem, list->p[i]);
		const char *path = path_join(w->mem, w->base, entry);
		struct tree_entry e = {.kind = TREE_NONE};
		if (!urls || !is_url(entry)) {
			err *failed = tree_stat(w->mem, w->tree, path, &e);
			if (failed || e.kind == TREE_NONE)
				return err_new(w->mem, ERR_INVALID,
					       "lstat %s: no such file or directory",
					       shown(w->mem, w->tree, path));
			if (matches(w, w->overlay->drop, path, e.kind == TREE_DIR))
				continue;
		}
		list->p[kept++] = list->p[i];
	}
	list->n = kept;
	return NULL;
}

static err *filter(struct walk *w, struct kust_file *f)
{
	if (!w->overlay->drop)
		return NULL;
	TRY(drop_some(w, &f->resources, true));
	TRY(drop_some(w, &f->components, true));
	return drop_some(w, &f->crds, false);
}

/* The file there is, or a generated one; and where it stands. */
static err *start(struct walk *w, struct kust_file *f, const char **ret_path)
{
	const char *path = file_in(w->mem, w->tree, w->base);
	str text;
	f->api_version = STR("kustomize.config.k8s.io/v1beta1");
	f->kind = STR("Kustomization");
	*ret_path = path ? path : path_join(w->mem, w->base, kust_file_names[0]);
	if (!path)
		return generate(w, f);
	TRY(read_file(w->mem, w->tree, w->options, path, &text));
	TRY(kust_decode_yaml(w->mem, &kust_t_file, text, KUST_COERCE, f));
	/* without resources kustomize might call the file empty */
	if (!f->resources.n)
		f->build_metadata = (struct kust_texts){
			arena_copy(w->mem, &STR("originAnnotations"), sizeof(str)), 1};
	return NULL;
}

static err *check_folder(struct walk *w)
{
	struct tree_entry e;
	const char *path = shown(w->mem, w->tree, w->base);
	TRY(tree_stat(w->mem, w->tree, w->base, &e));
	if (e.kind == TREE_NONE)
		return err_new(w->mem, ERR_NOT_FOUND, "stat %s: no such file or directory", path);
	if (e.kind != TREE_DIR)
		return err_new(w->mem, ERR_INVALID,
			       "open %s/kustomization.yaml: not a directory remove "
			       "%s/kustomization.yaml: not a directory",
			       path, path);
	return NULL;
}

err *kust_flux(arena *mem, struct tree *t, const char *path, const struct kust_flux_overlay *f,
	       struct kust_options *o)
{
	struct walk w = {.mem = mem,
			 .tree = t,
			 .base = path_clean(mem, str_of(path)),
			 .overlay = f,
			 .options = o};
	struct kust_file file = {0};
	const char *at;
	TRY(check_folder(&w));
	TRY(start(&w, &file, &at));
	TRY(filter(&w, &file));
	TRY(lay_over(&w, &file));
	str *text = NEW(mem, str);
	*text = str_of(yaml_text(mem, kust_encode(mem, &kust_t_file, &file)));
	if (!o->instead) {
		o->instead = NEW(mem, struct map);
		*o->instead = map_init(mem);
	}
	map_set(o->instead, at, text);
	return NULL;
}
