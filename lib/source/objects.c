#include "source/objects.h"

#include <dirent.h>
#include <git2.h>
#include <git2/sys/alloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"
#include "source/pktline.h"

#define RAW_ID 20
#define PARENTS_MAX 1000

struct objects {
	const char *dir;
	git_odb *odb;
	git_indexer *indexer;
	ctx *user;    /* of the indexer */
	err *stopped; /* by that */
	git_indexer_progress progress;
};

/* ---- memory under a ceiling: a delta may claim to make gigabytes of a few bytes ---- */

static void *grant(void *p, size_t n, size_t size)
{
	size_t all;
	if (__builtin_mul_overflow(n, size, &all) || all > OBJECTS_MEMORY) {
		git_error_set_str(GIT_ERROR_NOMEMORY, "an object is too large");
		return NULL;
	}
	p = realloc(p, all ? all : 1);
	if (!p)
		git_error_set_oom();
	return p;
}

static void *limited_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return grant(NULL, n, 1);
}

static void *limited_mallocarray(size_t n, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return grant(NULL, n, size);
}

static void *limited_calloc(size_t n, size_t size, const char *file, int line)
{
	void *p = limited_mallocarray(n, size, file, line);
	return p ? memset(p, 0, n * size) : NULL;
}

static void *limited_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return grant(p, n, 1);
}

static void *limited_reallocarray(void *p, size_t n, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return grant(p, n, size);
}

static char *limited_substrdup(const char *text, size_t n, const char *file, int line)
{
	char *copy = n < SIZE_MAX ? limited_malloc(n + 1, file, line) : NULL;
	if (copy) {
		memcpy(copy, text, n);
		copy[n] = 0;
	}
	return copy;
}

static char *limited_strndup(const char *text, size_t n, const char *file, int line)
{
	return limited_substrdup(text, strnlen(text, n), file, line);
}

static char *limited_strdup(const char *text, const char *file, int line)
{
	return limited_substrdup(text, strlen(text), file, line);
}

static git_allocator allocator = {
	.gmalloc = limited_malloc,
	.gcalloc = limited_calloc,
	.gstrdup = limited_strdup,
	.gstrndup = limited_strndup,
	.gsubstrdup = limited_substrdup,
	.grealloc = limited_realloc,
	.greallocarray = limited_reallocarray,
	.gmallocarray = limited_mallocarray,
	.gfree = free,
};

static void set_up(void)
{
	git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &allocator);
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, (size_t)OBJECTS_MOST);
	git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, OBJECTS_OBJECT);
	/* each object is read once: a cache would only hold memory */
	git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)1 << 20);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)16 << 20);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static err *failure(arena *mem, int rc)
{
	const git_error *e = git_error_last();
	if (e && e->message && strstr(e->message, "large"))
		return err_new(
			mem, ERR_LIMIT,
			"%s: an object of the repository takes more than %zu bytes: take large "
			"files out of it",
			e->message, OBJECTS_MEMORY);
	enum err_code code = rc == GIT_ENOTFOUND ? ERR_NOT_FOUND
			     : e && (e->klass == GIT_ERROR_INDEXER || e->klass == GIT_ERROR_ZLIB ||
				     e->klass == GIT_ERROR_ODB || e->klass == GIT_ERROR_OBJECT)
				     ? ERR_INVALID
			     : e && e->klass == GIT_ERROR_NOMEMORY ? ERR_LIMIT
								   : ERR_IO;
	return err_new(mem, code, "%s",
		       e && e->message ? e->message : "unknown failure of libgit2");
}

static void close_objects(void *arg)
{
	struct objects *o = arg;
	git_indexer_free(o->indexer);
	git_odb_free(o->odb);
}

err *objects_open(arena *mem, const char *dir, struct objects **ret_objects)
{
	pthread_once(&once, set_up);
	struct objects *o = NEW(mem, struct objects);
	o->dir = arena_text(mem, dir);
	TRY(file_mkdirs(mem, path_join(mem, dir, "pack")));
	int rc = git_odb_open(&o->odb, dir);
	if (rc < 0)
		return failure(mem, rc);
	arena_defer(mem, close_objects, o);
	*ret_objects = o;
	return NULL;
}

static bool parse_id(const char *id, git_oid *ret_oid)
{
	return id && pkt_is_id(str_of(id)) && git_oid_fromstr(ret_oid, id) == 0;
}

bool objects_has(const struct objects *o, const char *id)
{
	git_oid oid;
	return parse_id(id, &oid) && git_odb_exists(o->odb, &oid) == 1;
}

size_t objects_packs(const struct objects *o)
{
	arena *mem = arena_open();
	DIR *d = opendir(path_join(mem, o->dir, "pack"));
	size_t n = 0;
	for (struct dirent *e; d && (e = readdir(d));)
		n += text_ends(e->d_name, ".pack");
	if (d)
		closedir(d);
	arena_close(mem);
	return n;
}

/* ---- packs ---- */

static err *pack_failed(arena *mem, const struct objects *o, int rc)
{
	return o->stopped ? err_wrap(mem, o->stopped, "unpacking what came") : failure(mem, rc);
}

static err *pack_add(void *arg, arena *mem, str bytes)
{
	struct objects *o = arg;
	int rc = git_indexer_append(o->indexer, bytes.p, bytes.n, &o->progress);
	return rc < 0 ? pack_failed(mem, o, rc) : NULL;
}

/* After each object, and each delta that was made one. */
static int look_up(const git_indexer_progress *progress, void *arg)
{
	struct objects *o = arg;
	(void)progress;
	o->stopped = ctx_check(o->user);
	return o->stopped ? -1 : 0;
}

err *objects_pack_begin(ctx *c, struct objects *o, struct sink *ret_in)
{
	git_indexer_options options = {.version = GIT_INDEXER_OPTIONS_VERSION,
				       .progress_cb = look_up,
				       .progress_cb_payload = o};
	o->user = c;
	o->stopped = NULL;
	git_indexer_free(o->indexer);
	o->indexer = NULL;
	memset(&o->progress, 0, sizeof(o->progress));
	int rc = git_indexer_new(&o->indexer, path_join(c->mem, o->dir, "pack"), 0, o->odb,
				 &options);
	if (rc < 0)
		return failure(c->mem, rc);
	*ret_in = (struct sink){pack_add, o};
	return NULL;
}

err *objects_pack_end(ctx *c, struct objects *o)
{
	/* nothing new on the other side: a pack of no objects, which is not worth a file */
	bool empty = o->progress.total_objects == 0 && o->progress.received_bytes >= 12;
	int rc = empty ? 0 : git_indexer_commit(o->indexer, &o->progress);
	err *failed = rc < 0 ? pack_failed(c->mem, o, rc) : NULL;
	git_indexer_free(o->indexer);
	o->indexer = NULL;
	if (!failed && git_odb_refresh(o->odb) < 0)
		failed = failure(c->mem, -1);
	return failed;
}

/* ---- reading ---- */

static void free_object(void *arg)
{
	git_odb_object_free(arg);
}

err *objects_read(arena *mem, const struct objects *o, const char *id, const char *type, size_t max,
		  str *ret_bytes)
{
	git_oid oid;
	size_t size;
	git_object_t kind;
	git_odb_object *object;
	if (!parse_id(id, &oid))
		return err_new(mem, ERR_NOT_FOUND, "object not found");
	int rc = git_odb_read_header(&size, &kind, o->odb, &oid);
	if (rc == GIT_ENOTFOUND)
		return err_new(mem, ERR_NOT_FOUND, "object not found");
	if (rc < 0)
		return failure(mem, rc);
	if (!text_eq(git_object_type2string(kind), type))
		return err_new(mem, ERR_INVALID, "object %s is a %s, not a %s", id,
			       git_object_type2string(kind), type);
	if (size > max)
		return err_new(mem, ERR_LIMIT, "object %s is larger than %zu bytes", id, max);
	rc = git_odb_read(&object, o->odb, &oid);
	if (rc < 0)
		return failure(mem, rc);
	arena_defer(mem, free_object, object);
	*ret_bytes = (str){git_odb_object_data(object), git_odb_object_size(object)};
	return NULL;
}

/* "Name <mail> 1700000000 +0100" */
static int64_t time_of(str who)
{
	ptrdiff_t end = str_rfind(who, '>');
	int64_t seconds = 0;
	str rest = str_trim(str_sub(who, (size_t)(end + 1), who.n)), number, zone;
	str_cut(rest, ' ', &number, &zone);
	return str_int(number, &seconds) ? seconds : 0;
}

static const char *header_id(arena *mem, str value)
{
	return pkt_is_id(value) ? str_text(mem, value) : NULL;
}

err *objects_parse_commit(arena *mem, str bytes, struct object_commit *ret_commit)
{
	struct object_commit c = {.message = ""};
	VEC(const char *) parents = {0};
	str rest = bytes, line, key, value;
	while (str_next(&rest, '\n', &line) && line.n) {
		if (line.p[0] == ' ' || !str_cut(line, ' ', &key, &value))
			continue; /* the next line of a long header */
		if (str_is(key, "tree") && !c.tree)
			c.tree = header_id(mem, value);
		else if (str_is(key, "committer"))
			c.time = time_of(value);
		else if (str_is(key, "parent") && parents.n < PARENTS_MAX && header_id(mem, value))
			VEC_PUSH(mem, &parents, header_id(mem, value));
	}
	if (!c.tree)
		return err_new(mem, ERR_INVALID, "invalid commit: it names no tree");
	if (rest.p)
		c.message = str_text(mem, rest);
	VEC_PUSH(mem, &parents, NULL);
	c.parents = parents.p;
	*ret_commit = c;
	return NULL;
}

err *objects_commit(arena *mem, const struct objects *o, const char *id,
		    struct object_commit *ret_commit)
{
	str bytes;
	TRY(objects_read(mem, o, id, "commit", OBJECTS_TREE, &bytes));
	return objects_parse_commit(mem, bytes, ret_commit);
}

static bool mode_of(str text, enum object_mode *ret_mode)
{
	unsigned mode = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '7' || i > 6)
			return false;
		mode = mode << 3 | (unsigned)(text.p[i] - '0');
	}
	switch (mode & 0170000) {
	case 0040000:
		*ret_mode = OBJECT_DIR;
		return true;
	case 0120000:
		*ret_mode = OBJECT_LINK;
		return true;
	case 0160000:
		*ret_mode = OBJECT_MODULE;
		return true;
	case 0100000:
		*ret_mode = mode & 0111 ? OBJECT_EXECUTABLE : OBJECT_FILE;
		return true;
	default:
		return false;
	}
}

bool objects_tree_next(arena *mem, str *rest, struct object_entry *ret_entry, bool *ret_bad)
{
	str mode, name, after;
	*ret_bad = false;
	if (!rest->n)
		return false;
	*ret_bad = true;
	if (!str_cut(*rest, ' ', &mode, &after) || !mode_of(mode, &ret_entry->mode) ||
	    !str_cut(after, '\0', &name, &after) || !name.n || after.n < RAW_ID ||
	    str_find(name, '/') >= 0)
		return false;
	ret_entry->name = name;
	ret_entry->id = enc_hex(mem, str_sub(after, 0, RAW_ID));
	*rest = str_sub(after, RAW_ID, after.n);
	*ret_bad = false;
	return true;
}
