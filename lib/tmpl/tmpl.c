#include "tmpl/tmpl.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/rune.h"
#include "tmpl/tmpl_error.h"
#include "tmpl/tmpl_helm.h"
#include "tmpl/tmpl_parse.h"
#include "tmpl/tmpl_table.h"

struct tmpl_set {
	struct map trees; /* name to struct tmpl_tree */
	struct tmpl_names names;
};

/* Makes the trees of one file known; an empty one hides no other. */
static void add_trees(struct tmpl_set *set, const struct map *trees)
{
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(trees, &i));) {
		const struct tmpl_tree *tree = e->value;
		const struct tmpl_tree *old = map_get_str(&set->trees, e->key);
		if (!old || !tmpl_node_is_empty(tree->root))
			map_set_str(&set->trees, e->key, e->value);
	}
}

err *tmpl_parse(arena *mem, const struct tmpl_file *files, size_t n, struct tmpl_set **ret_set)
{
	struct tmpl_set *set = NEW(mem, struct tmpl_set);
	set->trees = map_init(mem);
	set->names = (struct tmpl_names){NULL, &set->trees, NULL};
	size_t total = 0;
	for (size_t i = 0; i < n; i++) {
		const char *name = files[i].name;
		str text = files[i].text;
		struct map trees = map_init(mem);
		const struct tmpl_tree *main_tree;
		total += text.n;
		if (total > TMPL_MAX_TEXT)
			return err_new(mem, ERR_LIMIT,
				       "the templates have more than %zu bytes; the chart is too "
				       "large",
				       TMPL_MAX_TEXT);
		err *e = tmpl_parse_text(mem, mem, name, text, tmpl_table.func, &trees, &main_tree);
		if (e)
			return tmpl_error_parse(mem, name, e);
		add_trees(set, &trees);
	}
	*ret_set = set;
	return NULL;
}

/* What is put off comes before or behind what is not: the fault of the first file counts. */
static err *first_fault(arena *mem, struct tmpl_late *late, const char *name, const err *e)
{
	err *earlier = tmpl_late_check(late, &name);
	return tmpl_error_parse(mem, name, earlier ? earlier : e);
}

/* Nothing may stand in the way of a file that is put off: not its own name, nor a definition of that name. */
static bool stands_alone(const struct tmpl_set *set, struct tmpl_late *late,
			 const struct tmpl_file *files, size_t n)
{
	struct map_entry *e;
	struct map names = map_init(NULL);
	bool alone = true;
	for (size_t i = 0; (e = map_next(&set->trees, &i));)
		alone = alone && !tmpl_late_has(late, e->key);
	for (size_t i = 0; i < n; i++)
		alone = alone && !map_set(&names, files[i].name, late);
	map_done(&names);
	return alone;
}

err *tmpl_parse_late(arena *mem, const struct tmpl_file *files, size_t n, struct tmpl_set **ret_set)
{
	struct tmpl_set *set = NEW(mem, struct tmpl_set);
	struct tmpl_late *late = tmpl_late_open(mem, tmpl_table.func);
	set->trees = map_init(mem);
	set->names = (struct tmpl_names){NULL, &set->trees, late};
	size_t total = 0;
	for (size_t i = 0; i < n; i++)
		total += files[i].text.n;
	if (total > TMPL_MAX_TEXT)
		return tmpl_parse(mem, files, n, ret_set);
	for (size_t i = 0; i < n; i++) {
		struct map trees = map_init(mem);
		const struct tmpl_tree *main_tree;
		if (tmpl_late_takes(files[i].name, files[i].text)) {
			tmpl_late_add(late, files[i].name, files[i].text);
			continue;
		}
		err *e = tmpl_parse_text(mem, mem, files[i].name, files[i].text, tmpl_table.func,
					 &trees, &main_tree);
		if (e)
			return first_fault(mem, late, files[i].name, e);
		add_trees(set, &trees);
	}
	if (!stands_alone(set, late, files, n))
		return tmpl_parse(mem, files, n, ret_set);
	*ret_set = set;
	return NULL;
}

struct tmpl_run *tmpl_run_open(arena *mem, const struct tmpl_set *set,
			       const struct tmpl_options *options)
{
	struct tmpl_run *run = NEW(mem, struct tmpl_run);
	tmpl_run_init(run, mem, &tmpl_table, &set->names, options);
	return run;
}

/* room is for the tree of a file that was put off. */
static err *exec_in(struct tmpl_run *run, arena *room, const char *name, struct tv dot,
		    str *ret_text)
{
	const struct tmpl_tree *tree = NULL;
	if (run->names->late)
		TRY(tmpl_late_tree(run->names->late, room, str_of(name), &tree));
	if (!tree)
		TRY(tmpl_run_tree(run, str_of(name), &tree));
	if (!tree)
		return err_new(run->mem, ERR_NOT_FOUND,
			       "template: no template %s associated with template \"gotpl\"",
			       rune_quoted(run->mem, str_of(name)));
	tmpl_run_here(run);
	err *e = tmpl_helm_exec(run, tree, dot, true, ret_text);
	return e ? tmpl_error_exec(run->mem, name, e) : NULL;
}

err *tmpl_run_exec(struct tmpl_run *run, const char *name, struct tv dot, str *ret_text)
{
	arena *room = arena_open();
	err *e = exec_in(run, room, name, dot, ret_text);
	arena_close(room);
	if (!e || !run->names->late)
		return e;
	const char *file;
	err *syntax = tmpl_late_check(run->names->late, &file);
	return syntax ? tmpl_error_parse(run->mem, file, syntax) : e;
}

/* --- the cache --------------------------------------------------------------------------------- */

struct cached {
	struct tmpl_cache *cache;
	char *digest;
	arena *mem;
	struct tmpl_set *set;
	size_t bytes;
	uint64_t used; /* when, counted in requests */
	int holders;
	bool gone; /* dropped from the table; freed by the last holder */
};

struct tmpl_cache {
	pthread_mutex_t lock;
	struct map sets; /* digest to struct cached */
	size_t bytes, max_bytes;
	uint64_t requests;
};

struct tmpl_cache *tmpl_cache_open(size_t max_bytes)
{
	struct tmpl_cache *cache = calloc(1, sizeof(*cache));
	if (!cache)
		abort();
	pthread_mutex_init(&cache->lock, NULL);
	cache->sets = map_init(NULL);
	cache->max_bytes = max_bytes;
	return cache;
}

/* Takes an entry out of the table; with the lock held. */
static void drop(struct tmpl_cache *cache, struct cached *c)
{
	map_del(&cache->sets, c->digest);
	cache->bytes -= c->bytes;
	c->gone = true;
	if (!c->holders)
		arena_close(c->mem);
}

void tmpl_cache_close(struct tmpl_cache *cache)
{
	struct map_entry *e;
	if (!cache)
		return;
	for (size_t i = 0; (e = map_next(&cache->sets, &i));)
		drop(cache, e->value);
	map_done(&cache->sets);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static void release(void *arg)
{
	struct cached *c = arg;
	struct tmpl_cache *cache = c->cache;
	pthread_mutex_lock(&cache->lock);
	c->holders--;
	if (c->gone && !c->holders)
		arena_close(c->mem);
	pthread_mutex_unlock(&cache->lock);
}

static void hold(arena *mem, struct cached *c)
{
	c->holders++;
	c->used = ++c->cache->requests;
	arena_defer(mem, release, c);
}

/* Makes room; with the lock held. */
static void evict(struct tmpl_cache *cache)
{
	while (cache->bytes > cache->max_bytes) {
		struct cached *oldest = NULL;
		struct map_entry *e;
		for (size_t i = 0; (e = map_next(&cache->sets, &i));) {
			struct cached *c = e->value;
			if (!oldest || c->used < oldest->used)
				oldest = c;
		}
		if (!oldest)
			break;
		drop(cache, oldest);
	}
}

static err *parse_new(struct tmpl_cache *cache, arena *mem, const char *digest,
		      const struct tmpl_file *files, size_t n, struct cached **ret)
{
	arena *own = arena_open();
	struct tmpl_set *set;
	struct tmpl_file *copies = NEW_N(own, struct tmpl_file, n);
	for (size_t i = 0; i < n; i++) {
		str text = files[i].text;
		copies[i].name = arena_text(own, files[i].name);
		copies[i].text = (str){arena_copy(own, text.p, text.n), text.n};
	}
	err *e = tmpl_parse(own, copies, n, &set);
	if (e) {
		e = err_copy(mem, e);
		arena_close(own);
		return e;
	}
	struct cached *c = NEW(own, struct cached);
	*c = (struct cached){.cache = cache,
			     .digest = arena_text(own, digest),
			     .mem = own,
			     .set = set,
			     .bytes = arena_bytes(own)};
	*ret = c;
	return NULL;
}

err *tmpl_cache_get(struct tmpl_cache *cache, arena *mem, const char *digest,
		    const struct tmpl_file *files, size_t n, const struct tmpl_set **ret_set)
{
	pthread_mutex_lock(&cache->lock);
	struct cached *c = map_get(&cache->sets, digest);
	if (c)
		hold(mem, c);
	pthread_mutex_unlock(&cache->lock);
	if (!c) {
		struct cached *made;
		TRY(parse_new(cache, mem, digest, files, n, &made));
		pthread_mutex_lock(&cache->lock);
		c = map_get(&cache->sets, digest); /* another thread may have been quicker */
		if (c) {
			arena_close(made->mem);
		} else {
			c = made;
			map_set(&cache->sets, digest, c);
			cache->bytes += c->bytes;
		}
		hold(mem, c);
		evict(cache);
		pthread_mutex_unlock(&cache->lock);
	}
	*ret_set = c->set;
	return NULL;
}
