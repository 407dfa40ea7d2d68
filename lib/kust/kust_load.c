#include "kust/kust_load.h"

#include <string.h>

#include "base/clock.h"
#include "base/path.h"

#define FILES_MAX 50000
#define FILE_BYTES_MAX ((size_t)64 << 20)
#define BYTES_MAX ((size_t)256 << 20)
#define DEPTH_MAX 64

err *kust_work_check(const struct kust_work *w)
{
	int64_t deadline = w->options->limits.deadline;
	if (deadline && clock_now() > deadline)
		return err_new(w->mem, ERR_TIMEOUT, "the kustomization took too long to build");
	return NULL;
}

/* A path from the tree's root as texts show it. */
static const char *shown(const struct kust_loader *l, const char *path)
{
	const char *root = tree_root(l->tree);
	if (text_eq(path, "."))
		return *root ? root : "/";
	return path_join(l->work->mem, *root ? root : "/", path);
}

/* The same, but the first folder as the user wrote it, before the loader is complete. */
static const char *written(const struct kust_loader *l, const char *path)
{
	const char *text = l->work->options->written;
	return !l->up && !l->root && text ? text : shown(l, path);
}

const char *kust_loader_path(const struct kust_loader *l)
{
	return shown(l, l->root);
}

/* Is the folder a the same as b or below it? Both resolved. */
static bool is_below(const char *a, const char *b)
{
	size_t n = strlen(b);
	return text_eq(b, ".") || text_eq(a, b) || (!strncmp(a, b, n) && a[n] == '/');
}

static err *walled(const struct kust_loader *l, const char *verb, const char *path)
{
	return err_new(l->work->mem, ERR_FORBIDDEN,
		       "fs-security-constraint %s %s: path '%s' is not in or below '%s'", verb,
		       path, path, tree_root(l->tree));
}

/* An entry's path from the tree's root, not yet resolved. False when it leads out. */
static bool locate(const struct kust_loader *l, str path, const char **ret_path)
{
	arena *mem = l->work->mem;
	const char *root = tree_root(l->tree), *p = str_text(mem, path);
	if (*p == '/') {
		p = path_clean(mem, str_of(p));
		if (text_eq(root, "/") || !*root) {
			p = p[1] ? p + 1 : ".";
		} else if (is_below(p, root)) {
			p = p[strlen(root)] ? p + strlen(root) + 1 : ".";
		} else {
			*ret_path = p;
			return false;
		}
	} else if (text_eq(root, "/")) {
		p = path_join(mem, path_join(mem, "/", l->root), p) + 1;
	} else {
		p = path_join(mem, l->root, p);
	}
	*ret_path = *p ? p : ".";
	return path_is_local(*ret_path);
}

/* The path with its links resolved, and what is there. Texts as kyaml's CleanedAbs has them. */
static err *resolve(const struct kust_loader *l, const char *path, const char **ret_real,
		    struct tree_entry *ret_entry)
{
	arena *mem = l->work->mem;
	err *failed = tree_resolve(mem, l->tree, path, ret_real);
	if (err_code(failed) == ERR_FORBIDDEN)
		return walled(l, "abs", shown(l, path));
	if (!failed)
		failed = tree_stat(mem, l->tree, *ret_real, ret_entry);
	if (!failed && ret_entry->kind != TREE_NONE)
		return NULL;
	const char *text = written(l, path);
	if (!failed)
		failed = err_new(mem, ERR_NOT_FOUND, "lstat %s: no such file or directory",
				 shown(l, path));
	if (text_ends(failed->text, "too many levels of symbolic links"))
		failed = err_new(mem, failed->code, "EvalSymlinks: too many links");
	if (text_ends(failed->text, "not a directory"))
		failed = err_new(mem, failed->code, "not a directory");
	return err_wrap(mem, failed, "evalsymlink failure on '%s' ", text);
}

/* --- files --------------------------------------------------------------------------------------- */

static err *count(struct kust_work *w, const char *path, size_t bytes)
{
	size_t files = w->options->limits.files, all = w->options->limits.bytes;
	w->files++;
	w->bytes += bytes;
	if (w->files > (files ? files : FILES_MAX))
		return err_new(w->mem, ERR_LIMIT, "reading %s: more than %zu files", path,
			       w->files - 1);
	if (w->bytes > (all ? all : BYTES_MAX))
		return err_new(w->mem, ERR_LIMIT, "reading %s: more than %zu bytes in all files",
			       path, all ? all : BYTES_MAX);
	return kust_work_check(w);
}

/* What the caller has put in the file's place, NULL for nothing. */
static const str *replaced(const struct kust_loader *l, const char *path)
{
	const struct kust_options *o = l->work->options;
	return !l->clone && o->instead ? map_get(o->instead, path) : NULL;
}

static err *read_file(const struct kust_loader *l, arena *into, const char *path, str *ret_content)
{
	struct kust_work *w = l->work;
	size_t max = w->options->limits.file_bytes;
	const str *instead = replaced(l, path);
	if (instead)
		*ret_content = *instead;
	err *failed =
		instead ? NULL
			: tree_read(into, l->tree, path, max ? max : FILE_BYTES_MAX, ret_content);
	if (err_code(failed) == ERR_FORBIDDEN)
		return walled(l, "read", shown(l, path));
	if (failed)
		return err_copy(w->mem, failed);
	return count(w, shown(l, path), ret_content->n);
}

/* Resolves the path of a file and holds it to the folder. */
static err *restricted(const struct kust_loader *l, const char *path, const char **ret_real)
{
	arena *mem = l->work->mem;
	struct tree_entry e;
	TRY(resolve(l, path, ret_real, &e));
	if (e.kind == TREE_DIR)
		return err_new(mem, ERR_INVALID, "'%s' must resolve to a file", shown(l, path));
	if (!is_below(path_dir(mem, *ret_real), l->root))
		return err_new(mem, ERR_FORBIDDEN, "security; file '%s' is not in or below '%s'",
			       shown(l, path), kust_loader_path(l));
	return NULL;
}

static const char *status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} known[] = {{300, "Multiple Choices"},
		     {301, "Moved Permanently"},
		     {302, "Found"},
		     {303, "See Other"},
		     {304, "Not Modified"},
		     {307, "Temporary Redirect"},
		     {308, "Permanent Redirect"},
		     {400, "Bad Request"},
		     {401, "Unauthorized"},
		     {403, "Forbidden"},
		     {404, "Not Found"},
		     {405, "Method Not Allowed"},
		     {410, "Gone"},
		     {429, "Too Many Requests"},
		     {500, "Internal Server Error"},
		     {502, "Bad Gateway"},
		     {503, "Service Unavailable"},
		     {504, "Gateway Timeout"}};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].status == status)
			return known[i].text;
	return "";
}

static err *disallowed(struct kust_work *w, str entry)
{
	return err_new(
		w->mem, ERR_FORBIDDEN,
		"remote build disallowed: '%s' is not a local path, and remote bases are not "
		"allowed here",
		kust_remote_shown(w->mem, entry));
}

static err *get(const struct kust_loader *l, str url, str *ret_content)
{
	struct kust_work *w = l->work;
	if (!w->options->fetch)
		return disallowed(w, url);
	struct kust_remote what = {.text = str_text(w->mem, url)};
	what.url = what.text;
	what.ref = "";
	struct kust_fetched got = {0};
	TRY(w->options->fetch(w->options->fetch_arg, w->mem, &what, &got));
	if (got.status >= 200 && got.status < 300) {
		*ret_content = got.content;
		return count(w, kust_remote_shown(w->mem, url), got.content.n);
	}
	struct kust_repo repo;
	if (kust_remote_repo(w->mem, url, &repo))
		return err_new(w->mem, ERR_INVALID, "URL is a git repository");
	err *failed = err_new(w->mem, ERR_NOT_FOUND, "HTTP Error: status code %d (%s)", got.status,
			      status_text(got.status));
	w->http_failed = failed;
	return failed;
}

err *kust_load(const struct kust_loader *l, str path, str *ret_content)
{
	return kust_load_into(l, l->work->mem, path, ret_content);
}

bool kust_load_replaced(const struct kust_loader *l, str path)
{
	const char *p;
	return !kust_remote_file(path) && locate(l, path, &p) && replaced(l, p);
}

err *kust_load_into(const struct kust_loader *l, arena *into, str path, str *ret_content)
{
	const char *p;
	TRY(kust_work_check(l->work));
	if (kust_remote_file(path))
		return get(l, path, ret_content);
	if (!locate(l, path, &p))
		return walled(l, "read", *p == '/' ? p : shown(l, p));
	if (path.n && memchr(path.p, 0, path.n))
		return err_new(l->work->mem, ERR_INVALID, "open %s: invalid argument", shown(l, p));
	if (!l->any_path && !replaced(l, p))
		TRY(restricted(l, p, &p));
	return read_file(l, into, p, ret_content);
}

/* --- folders ------------------------------------------------------------------------------------- */

static err *confirm_dir(const struct kust_loader *l, const char *path, const char **ret_real)
{
	arena *mem = l->work->mem;
	struct tree_entry e;
	TRY_AS(mem, resolve(l, path, ret_real, &e), "not a valid directory");
	if (e.kind != TREE_DIR)
		return err_new(mem, ERR_INVALID, "'%s': file is not directory", written(l, path));
	return NULL;
}

err *kust_loader_first(struct kust_work *w, struct tree *t, const char *path,
		       struct kust_loader **ret_loader)
{
	struct kust_loader *l = NEW(w->mem, struct kust_loader);
	*l = (struct kust_loader){.work = w, .tree = t, .any_path = w->options->any_path};
	const char *p = path_clean(w->mem, str_of(path));
	const char *real;
	TRY_AS(w->mem, confirm_dir(l, p, &real), "must build at directory");
	l->root = real;
	*ret_loader = l;
	return NULL;
}

static err *check_depth(const struct kust_loader *l)
{
	int depth = 1, most = l->work->options->limits.depth;
	for (const struct kust_loader *up = l; up; up = up->up)
		depth++;
	if (depth > (most ? most : DEPTH_MAX))
		return err_new(l->work->mem, ERR_LIMIT, "%s: bases are nested more than %d deep",
			       kust_loader_path(l), depth - 1);
	return NULL;
}

/* The innermost clone that this kustomization is in. */
static const struct kust_loader *clone_of(const struct kust_loader *l)
{
	while (l && !l->repo)
		l = l->up;
	return l;
}

static err *check_cycle(const struct kust_loader *l, const char *root)
{
	for (const struct kust_loader *at = l; at; at = at->up)
		if (at->tree == l->tree && is_below(at->root, root))
			return err_new(l->work->mem, ERR_INVALID,
				       "cycle detected: candidate root '%s' contains visited root "
				       "'%s'",
				       shown(l, root), kust_loader_path(at));
	return NULL;
}

static err *clone(const struct kust_loader *l, const struct kust_repo *r, struct kust_loader *ret)
{
	struct kust_work *w = l->work;
	for (const struct kust_loader *at = l; at; at = at->up)
		if (at->repo && text_starts(at->repo->raw, r->raw))
			return err_new(w->mem, ERR_INVALID,
				       "cycle detected: URI '%s' referenced by previous URI '%s'",
				       kust_remote_shown(w->mem, str_of(r->raw)),
				       kust_remote_shown(w->mem, str_of(at->repo->raw)));
	if (!w->options->fetch)
		return disallowed(w, str_of(r->raw));
	struct kust_remote what = {r->raw, true, r->url, r->ref, r->timeout, r->submodules};
	struct kust_fetched got = {0};
	TRY(w->options->fetch(w->options->fetch_arg, w->mem, &what, &got));
	if (!got.tree)
		return err_new(w->mem, ERR_FAILED, "nothing came of '%s'",
			       kust_remote_shown(w->mem, str_of(r->raw)));
	struct kust_repo *kept = NEW(w->mem, struct kust_repo);
	*kept = *r;
	*ret = (struct kust_loader){
		.work = w, .up = l, .tree = got.tree, .root = ".", .repo = kept};
	ret->clone = ".";
	struct tree_entry e;
	const char *dir = path_clean(w->mem, str_of(r->dir));
	TRY(resolve(ret, dir, &ret->root, &e));
	if (e.kind != TREE_DIR)
		return err_new(w->mem, ERR_INVALID, "'%s' refers to file '%s'; expecting directory",
			       shown(ret, dir), path_base(w->mem, dir));
	return NULL;
}

err *kust_loader_enter(const struct kust_loader *l, str path, struct kust_loader **ret_loader)
{
	struct kust_work *w = l->work;
	struct kust_loader *in = NEW(w->mem, struct kust_loader);
	struct kust_repo repo;
	const char *p;
	if (!path.n)
		return err_new(w->mem, ERR_INVALID, "new root cannot be empty");
	TRY(check_depth(l));
	*ret_loader = in;
	if (kust_remote_repo(w->mem, path, &repo))
		return clone(l, &repo, in);
	if (str_starts(path, STR("/")))
		return err_new(w->mem, ERR_INVALID, "new root '%.*s' cannot be absolute",
			       STR_ARG(path));
	*in = *l;
	in->up = l;
	in->repo = NULL;
	err *failed = NULL;
	if (locate(l, path, &p))
		failed = confirm_dir(l, p, &in->root);
	else
		failed = err_wrap(w->mem, walled(l, "abs", shown(l, p)), "not a valid directory");
	const struct kust_loader *in_clone = clone_of(l);
	if (err_code(failed) == ERR_FORBIDDEN && in_clone)
		return err_new(
			w->mem, ERR_FORBIDDEN,
			"security; bases in kustomizations found in cloned git repos must be "
			"within the repo, but base '%.*s' is outside '%s'",
			STR_ARG(path), tree_root(in_clone->tree));
	TRY_AS(w->mem, failed, "must build at directory");
	return check_cycle(l, in->root);
}
