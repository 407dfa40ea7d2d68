#include "source/nested.h"

#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/path.h"
#include "crypt/digest.h"
#include "net/url.h"
#include "source/modules.h"

struct place {
	struct remote *remote;
	const char *id;
	const char *store; /* where go-git keeps its objects, seen from the root */
	const char *link;  /* what the file .git in its folder says */
};

struct nested {
	struct remotes *all;
	struct remote *root;
	struct map places;  /* path → struct place */
	struct map remotes; /* URL → struct remote, each once */
};

/* ---- looking into trees ---- */

/* The entry at a path; false when there is none. */
static err *find(ctx *c, struct remote *r, const char *tree, str path,
		 struct object_entry *ret_entry, bool *ret_found)
{
	str part, bytes;
	*ret_found = false;
	while (str_next(&path, '/', &part)) {
		bool bad = false;
		*ret_found = false;
		TRY(objects_read(c->mem, remote_objects(r), tree, "tree", OBJECTS_TREE, &bytes));
		while (!*ret_found && objects_tree_next(c->mem, &bytes, ret_entry, &bad))
			*ret_found = str_eq(ret_entry->name, part);
		if (bad)
			return err_new(c->mem, ERR_INVALID, "tree %s is damaged", tree);
		if (!*ret_found || (path.p && ret_entry->mode != OBJECT_DIR)) {
			*ret_found = false;
			return NULL;
		}
		tree = ret_entry->id;
	}
	return NULL;
}

static err *read_modules(ctx *c, struct remote *r, const char *tree, struct module **ret_modules,
			 size_t *ret_n)
{
	struct object_entry e;
	bool found;
	str text;
	*ret_n = 0;
	TRY(find(c, r, tree, STR(MODULES_FILE), &e, &found));
	if (!found)
		return NULL;
	if (e.mode == OBJECT_LINK)
		return err_new(c->mem, ERR_INVALID, "%s is a symlink", MODULES_FILE);
	TRY(objects_read(c->mem, remote_objects(r), e.id, "blob", MODULES_BYTES, &text));
	return modules_read(c->mem, text, ret_modules, ret_n);
}

/* ---- fetching ---- */

/* Who we are there: what was given for the root's host is for that host alone. */
static err *source_for(ctx *c, const struct nested *n, const char *url, struct remote_source **ret)
{
	const struct remote_source *root = n->root->source;
	struct remote_source *s = NEW(c->mem, struct remote_source);
	*s = *root;
	s->url = url;
	if (!modules_same_host(c->mem, root->url, url)) {
		s->keys = (struct remote_keys){{NULL, 0}, {NULL, 0}, NULL};
		s->login.user = s->login.password = s->login.bearer = NULL;
		s->login.tls.cert = s->login.tls.key = (str){NULL, 0};
	}
	if (text_starts(url, "ssh://") && !s->keys.identity.n)
		return err_new(c->mem, ERR_UNAUTHORIZED, "invalid auth method");
	*ret = s;
	return NULL;
}

static err *remote_for(ctx *c, struct nested *n, const char *url, struct remote **ret_remote)
{
	struct remote_source *source;
	*ret_remote = map_get(&n->remotes, url);
	if (*ret_remote)
		return NULL;
	TRY(source_for(c, n, url, &source));
	char *hex = digest_hex(c->mem, DIGEST_SHA256, str_of(url));
	char *dir = arena_printf(c->mem, "%s/modules/%.32s", n->root->dir, hex);
	TRY(remote_open(c, n->all, source, dir, ret_remote));
	map_set(&n->remotes, url, *ret_remote);
	return NULL;
}

static err *fetch_all(ctx *c, struct nested *n, struct remote *r, const char *commit,
		      const char *at, int depth);

/* A submodule's folder has a file .git, as a checkout leaves it, which upstream puts into artifacts. */
static void make_link(ctx *c, const struct nested *n, struct place *p, const char *name,
		      const char *at, const char *place)
{
	const struct place *parent = *at ? map_get(&n->places, at) : NULL;
	buf b = buf_init(c->mem);
	p->store = path_clean(c->mem, str_of(arena_printf(c->mem, "%s/modules/%s",
							  parent ? parent->store : ".git", name)));
	buf_text_add(&b, "gitdir: ../");
	for (; *place; place++)
		if (*place == '/')
			buf_text_add(&b, "../");
	buf_printf(&b, "%s\n", p->store);
	p->link = buf_text(&b);
}

static err *fetch_module(ctx *c, struct nested *n, struct remote *parent, const char *tree,
			 const struct module *m, const char *at, int depth)
{
	struct place *p = NEW(c->mem, struct place);
	struct object_entry e;
	const char *path = path_clean(c->mem, str_of(m->path));
	bool found;
	char *url;
	TRY(find(c, parent, tree, str_of(path), &e, &found));
	if (!found || e.mode != OBJECT_MODULE)
		return err_new(c->mem, ERR_NOT_FOUND, "entry not found");
	if (n->places.n >= NESTED_MOST)
		return err_new(c->mem, ERR_LIMIT, "more than %d submodules", NESTED_MOST);
	TRY(modules_url(c->mem, parent->source->url, m->url, &url));
	TRY(remote_for(c, n, url, &p->remote));
	p->id = e.id;
	p->remote->wire.deadline = n->root->wire.deadline;
	err *failed = remote_obtain(c, p->remote, &p->id, 1, true);
	remote_doubt(p->remote, failed);
	if (err_code(failed) == ERR_NOT_FOUND && strstr(failed->text, "not our ref"))
		return err_new(c->mem, ERR_NOT_FOUND, "object not found");
	TRY(failed);
	const char *place = path_join(c->mem, at, path);
	make_link(c, n, p, m->name, at, place);
	map_set(&n->places, place, p);
	return fetch_all(c, n, p->remote, p->id, place, depth + 1);
}

static err *fetch_all(ctx *c, struct nested *n, struct remote *r, const char *commit,
		      const char *at, int depth)
{
	struct object_commit parsed;
	struct module *modules;
	size_t count;
	if (depth >= NESTED_DEPTH)
		return NULL;
	TRY(objects_commit(c->mem, remote_objects(r), commit, &parsed));
	TRY(read_modules(c, r, parsed.tree, &modules, &count));
	for (size_t i = 0; i < count; i++) {
		err *failed = fetch_module(c, n, r, parsed.tree, &modules[i], at, depth);
		if (failed && strstr(err_text(c->mem, failed), " (submodule '"))
			return failed; /* it is one below that is named */
		if (failed)
			return err_new(c->mem, failed->code, "%s (submodule '%s', %s)",
				       err_text(c->mem, failed), modules[i].name,
				       url_redact(c->mem, modules[i].url));
	}
	return NULL;
}

err *nested_fetch(ctx *c, struct remotes *rs, struct remote *root, const char *commit,
		  struct nested **ret_nested)
{
	struct nested *n = NEW(c->mem, struct nested);
	*n = (struct nested){rs, root, map_init(c->mem), map_init(c->mem)};
	TRY(fetch_all(c, n, root, commit, "", 0));
	*ret_nested = n;
	return NULL;
}

static err *read_link(void *from, arena *mem, const void *id, size_t max, str *ret_bytes)
{
	const struct place *p = from;
	(void)id;
	(void)max;
	*ret_bytes = str_of(arena_text(mem, p->link));
	return NULL;
}

err *nested_gather(void *arg, ctx *c, struct gather *g, const char *path, const char *id)
{
	const struct nested *n = arg;
	struct place *p = map_get(&n->places, path);
	(void)id;
	if (!p)
		return NULL;
	TRY(content_file(g->content, path_join(c->mem, path, ".git"), false, read_link, p, NULL));
	return gather_commit(c, g, p->remote, p->id, path);
}
