#include "source/content.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/vec.h"
#include "pack/ignore.h"
#include "pack/tar.h"

#define NAME_MAX_BYTES 255

struct part {
	bool dir, executable;
	tree_source *read;
	void *from;
	const void *id;
	struct map *children; /* of a folder; NULL while empty */
};

struct content {
	arena *mem;
	struct content_limits limits;
	struct part top;
	size_t entries;
};

struct content *content_new(arena *mem, const struct content_limits *limits)
{
	struct content *t = NEW(mem, struct content);
	t->mem = mem;
	if (limits)
		t->limits = *limits;
	struct content_limits *l = &t->limits;
	l->entries = l->entries ? l->entries : 500000;
	l->bytes = l->bytes ? l->bytes : UINT64_C(1) << 30;
	l->file = l->file ? l->file : (size_t)256 << 20;
	l->depth = l->depth ? l->depth : 64;
	t->top.dir = true;
	return t;
}

static err *check_name(struct content *t, str name, const char *path)
{
	if (!name.n || str_is(name, ".") || str_is(name, ".."))
		return err_new(t->mem, ERR_INVALID, "invalid path '%s'", path);
	if (name.n > NAME_MAX_BYTES)
		return err_new(t->mem, ERR_LIMIT,
			       "a name in path '%.1000s' is longer than %d bytes", path,
			       NAME_MAX_BYTES);
	return NULL;
}

static struct part *child(const struct part *dir, str name)
{
	return dir->children ? map_get_str(dir->children, name) : NULL;
}

static struct part *add_child(struct content *t, struct part *dir, str name)
{
	struct part *p = NEW(t->mem, struct part);
	if (!dir->children) {
		dir->children = NEW(t->mem, struct map);
		*dir->children = map_init(t->mem);
	}
	map_set_str(dir->children, name, p);
	t->entries++;
	return p;
}

/* The part at a path, made with all above it. */
static err *place(struct content *t, const char *path, struct part **ret_part)
{
	struct part *at = &t->top;
	str rest = str_of(path), name;
	size_t depth = 0;
	if (text_eq(path, ".")) {
		*ret_part = at;
		return NULL;
	}
	while (str_next(&rest, '/', &name)) {
		TRY(check_name(t, name, path));
		if (++depth > t->limits.depth)
			return err_new(t->mem, ERR_LIMIT,
				       "path '%.1000s' is deeper than %zu folders", path,
				       t->limits.depth);
		if (!at->dir)
			*at = (struct part){.dir = true}; /* the later wins */
		struct part *next = child(at, name);
		at = next ? next : add_child(t, at, name);
		if (rest.p && !next)
			at->dir = true;
	}
	if (t->entries > t->limits.entries)
		return err_new(t->mem, ERR_LIMIT, "more than %zu files and folders",
			       t->limits.entries);
	*ret_part = at;
	return NULL;
}

err *content_dir(struct content *t, const char *path)
{
	struct part *p;
	TRY(place(t, path, &p));
	if (!p->dir)
		*p = (struct part){.dir = true};
	return NULL;
}

err *content_file(struct content *t, const char *path, bool executable, tree_source *read,
		  void *from, const void *id)
{
	struct part *p;
	TRY(place(t, path, &p));
	*p = (struct part){.executable = executable, .read = read, .from = from, .id = id};
	return NULL;
}

static const struct part *part_at(const struct content *t, const char *path)
{
	const struct part *at = &t->top;
	str rest = str_of(path), name;
	if (!*path || text_eq(path, "."))
		return at;
	while (at && str_next(&rest, '/', &name))
		at = at->dir ? child(at, name) : NULL;
	return at;
}

bool content_has(const struct content *t, const char *path)
{
	return part_at(t, path) != NULL;
}

/* ---- files in spools ---- */

static err *add_piece(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

err *content_spooled(void *spool, arena *mem, const void *place, size_t max, str *ret_bytes)
{
	const struct content_place *f = place;
	buf b = buf_init(mem);
	if (f->n > max)
		return err_new(mem, ERR_LIMIT, "the file is larger than %zu bytes", max);
	buf_room(&b, (size_t)f->n);
	TRY(spool_each(mem, spool, f->from, f->n, add_piece, &b));
	*ret_bytes = buf_view(&b);
	return NULL;
}

/* ---- including ---- */

static err *read_tree(void *from, arena *mem, const void *id, size_t max, str *ret_bytes)
{
	return tree_read(mem, from, id, max, ret_bytes);
}

static err *include_at(struct content *t, const struct tree *tree, const char *from, const char *to,
		       size_t depth)
{
	struct tree_entry *entries;
	size_t n;
	if (depth > t->limits.depth)
		return err_new(t->mem, ERR_LIMIT, "path '%s' is too deep", from);
	TRY(content_dir(t, to));
	TRY(tree_list(t->mem, tree, from, &entries, &n));
	for (size_t i = 0; i < n; i++) {
		const char *f = path_join(t->mem, from, entries[i].name);
		const char *o = path_join(t->mem, to, entries[i].name);
		if (entries[i].kind == TREE_DIR)
			TRY(include_at(t, tree, f, o, depth + 1));
		else if (entries[i].kind == TREE_FILE)
			TRY(content_file(t, o, entries[i].executable, read_tree, (void *)tree, f));
	}
	return NULL;
}

err *content_include(struct content *t, const struct tree *tree, const char *from, const char *to)
{
	struct tree_entry e;
	from = path_clean(t->mem, str_of(from));
	to = path_clean(t->mem, str_of(to));
	TRY(tree_stat(t->mem, tree, from, &e));
	if (e.kind != TREE_DIR && e.kind != TREE_FILE)
		return err_new(t->mem, ERR_NOT_FOUND, "%s: no such file or directory", from);
	const struct part *there = part_at(t, to);
	if (there && (!there->dir || (there->children && there->children->n)))
		return err_new(t->mem, ERR_EXISTS, "%s: file exists", to);
	if (e.kind == TREE_FILE)
		return content_file(t, to, e.executable, read_tree, (void *)tree, from);
	return include_at(t, tree, from, to, 0);
}

/* ---- walking and writing ---- */

struct named {
	const char *name;
	const struct part *part;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* The children of a folder, by name. */
static struct named *sorted(arena *mem, const struct part *dir, size_t *ret_n)
{
	*ret_n = 0;
	if (!dir->children)
		return NULL;
	struct named *list = NEW_N(mem, struct named, dir->children->n);
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(dir->children, &i));)
		list[(*ret_n)++] = (struct named){e->key.p, e->value};
	qsort(list, *ret_n, sizeof(*list), by_name);
	return list;
}

struct walk {
	arena *mem;
	const struct content *t;
	struct ignore *ignore; /* NULL: nothing is left out */
	struct tar_writer *tar;
	uint64_t bytes;
};

static err *load_ignores(struct walk *w, const struct part *dir, const char *path)
{
	const struct part *file = child(dir, STR(IGNORE_FILE));
	size_t n;
	if (file && !file->dir) {
		str text;
		TRY_AS(w->mem, file->read(file->from, w->mem, file->id, IGNORE_MAX_BYTES, &text),
		       "%s", path_join(w->mem, path, IGNORE_FILE));
		ignore_read(w->ignore, text, ignore_domain_of(w->mem, path));
	}
	struct named *list = sorted(w->mem, dir, &n);
	for (size_t i = 0; i < n; i++)
		if (list[i].part->dir && !text_eq(list[i].name, ".git"))
			TRY(load_ignores(w, list[i].part, path_join(w->mem, path, list[i].name)));
	return NULL;
}

/* Which paths are left out: Git's own always, then the user's patterns or, without any, the defaults. */
static err *rules(struct walk *w, const char *ignore)
{
	struct ignore_domain root = ignore_domain_of(w->mem, "");
	struct ignore *own = ignore_new(w->mem);
	w->ignore = own;
	TRY_AS(w->mem, load_ignores(w, &w->t->top, ""),
	       "failed to load source ignore patterns from repository");
	if (ignore)
		ignore_read(own, str_of(ignore), root);
	w->ignore = ignore_new(w->mem);
	ignore_add_vcs(w->ignore, root);
	if (ignore_count(own))
		ignore_append(w->ignore, own);
	else
		ignore_add_defaults(w->ignore, root);
	return NULL;
}

static err *write_file(struct walk *w, const struct part *p, const char *path)
{
	if (strchr(path, '\\'))
		return err_new(
			w->mem, ERR_INVALID,
			"path '%s' holds a backslash, which archives must not; leave it out by %s",
			path, IGNORE_FILE);
	arena *one = arena_open();
	str bytes;
	err *failed = p->read(p->from, one, p->id, w->t->limits.file, &bytes);
	if (!failed && bytes.n > w->t->limits.bytes - w->bytes)
		failed = err_new(one, ERR_LIMIT,
				 "files of more than %llu bytes in all: leave some out by "
				 "spec.ignore, or raise --artifact-max-size",
				 (unsigned long long)w->t->limits.bytes);
	if (!failed) {
		w->bytes += bytes.n;
		failed = tar_file(w->tar, path, p->executable, bytes);
	}
	failed = err_copy(w->mem, failed);
	arena_close(one);
	return failed ? err_wrap(w->mem, failed, "%s", path) : NULL;
}

static err *write_dir(struct walk *w, const struct part *dir, const char *path)
{
	size_t n;
	struct named *list = sorted(w->mem, dir, &n);
	for (size_t i = 0; i < n; i++) {
		const struct part *p = list[i].part;
		const char *at = path_join(w->mem, path, list[i].name);
		bool out = w->ignore && ignore_match(w->ignore, at, p->dir);
		if (!p->dir && !out)
			TRY(write_file(w, p, at));
		if (p->dir && !out)
			TRY(tar_dir(w->tar, at));
		if (p->dir)
			TRY(write_dir(w, p, at));
	}
	return NULL;
}

static err *to_gzip(void *arg, arena *mem, str bytes)
{
	(void)mem;
	return gzip_add(arg, bytes);
}

static err *write_all(struct walk *w, struct sink out)
{
	struct gzip *z = gzip_begin(w->mem, out);
	w->tar = tar_begin(w->mem, (struct sink){to_gzip, z});
	TRY(tar_dir(w->tar, "."));
	TRY(write_dir(w, &w->t->top, ""));
	TRY(tar_end(w->tar));
	return gzip_end(z);
}

err *content_archive(arena *scratch, const struct content *t, const char *ignore, struct sink out)
{
	struct walk w = {.mem = scratch, .t = t};
	TRY(rules(&w, ignore));
	return write_all(&w, out);
}

err *content_archive_all(arena *scratch, const struct content *t, struct sink out)
{
	struct walk w = {.mem = scratch, .t = t};
	return write_all(&w, out);
}
