#include "source/gather.h"

#include <string.h>

#include "base/path.h"

#define DEPTH_MAX 256
#define LINK_MAX 4095 /* bytes of a link's target */

static err *read_blob(void *from, arena *mem, const void *id, size_t max, str *ret_bytes)
{
	struct remote *r = from;
	err *failed = objects_read(mem, remote_objects(r), id, "blob", max, ret_bytes);
	remote_doubt(r, failed);
	return failed;
}

/* By prefix, as upstream: "app" also takes "app2/x". */
static bool wanted(const struct gather *g, const char *path)
{
	for (size_t i = 0; i < g->n; i++)
		if (text_starts(path, g->directories[i]))
			return true;
	return g->n == 0;
}

/* Can something below the folder be wanted? */
static bool worth_entering(const struct gather *g, const char *path)
{
	size_t n = strlen(path);
	for (size_t i = 0; i < g->n; i++)
		if (strncmp(g->directories[i], path, n) == 0 && g->directories[i][n] == '/')
			return true;
	return wanted(g, path);
}

static err *take_tree(ctx *c, struct gather *g, struct remote *r, const char *id, const char *at,
		      int depth);

static err *take_link(ctx *c, struct gather *g, struct remote *r, const char *id, const char *path)
{
	str target;
	if (!g->tree)
		return NULL;
	TRY(read_blob(r, c->mem, id, LINK_MAX, &target));
	tree_put_link(g->tree, path, str_text(c->mem, target));
	return NULL;
}

static err *take_module(ctx *c, struct gather *g, const char *id, const char *path)
{
	TRY(content_dir(g->content, path));
	if (g->tree)
		tree_put_dir(g->tree, path);
	return g->module ? g->module(g->module_arg, c, g, path, id) : NULL;
}

static err *take_file(struct gather *g, struct remote *r, const struct object_entry *e,
		      const char *path)
{
	if (g->tree)
		tree_put_lazy(g->tree, path, read_blob, r, e->id);
	return content_file(g->content, path, e->mode == OBJECT_EXECUTABLE, read_blob, r, e->id);
}

static err *take_entry(ctx *c, struct gather *g, struct remote *r, const struct object_entry *e,
		       const char *at, int depth)
{
	const char *path = path_join(c->mem, at, str_text(c->mem, e->name));
	const char *text = arena_printf(c->mem, "%s%s%.*s", at, *at ? "/" : "", STR_ARG(e->name));
	/* names such as ".." do not survive cleaning; "." would stand for the folder itself */
	if (!text_eq(path, text) || str_is(e->name, "."))
		return err_new(c->mem, ERR_INVALID, "invalid path '%s'", text);
	if (e->mode == OBJECT_DIR)
		return worth_entering(g, path) ? take_tree(c, g, r, e->id, path, depth + 1) : NULL;
	if (!wanted(g, path))
		return NULL;
	if (e->mode == OBJECT_LINK)
		return take_link(c, g, r, e->id, path);
	return e->mode == OBJECT_MODULE ? take_module(c, g, e->id, path) : take_file(g, r, e, path);
}

static err *take_tree(ctx *c, struct gather *g, struct remote *r, const char *id, const char *at,
		      int depth)
{
	struct object_entry e;
	bool bad = false;
	str bytes;
	TRY(ctx_check(c));
	if (depth > DEPTH_MAX)
		return err_new(c->mem, ERR_LIMIT, "path '%s' is too deep", at);
	/* a few trees that hold each other many times are more folders than could ever be walked through */
	if (g->trees++ == GATHER_TREES)
		return err_new(c->mem, ERR_LIMIT, "more than %d folders", GATHER_TREES);
	arena *scratch = arena_open();
	err *failed = objects_read(scratch, remote_objects(r), id, "tree", OBJECTS_TREE, &bytes);
	while (!failed && objects_tree_next(c->mem, &bytes, &e, &bad))
		failed = take_entry(c, g, r, &e, at, depth);
	if (!failed && bad)
		failed = err_new(c->mem, ERR_INVALID, "tree %s is damaged", id);
	failed = err_copy(c->mem, failed);
	arena_close(scratch);
	return failed;
}

err *gather_commit(ctx *c, struct gather *g, struct remote *r, const char *id, const char *at)
{
	struct object_commit commit;
	err *failed = objects_commit(c->mem, remote_objects(r), id, &commit);
	if (!failed)
		failed = take_tree(c, g, r, commit.tree, at, 0);
	remote_doubt(r, failed);
	return failed ? err_wrap(c->mem, failed, "unable to read commit '%s'", id) : NULL;
}
