#include "pack/tree.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/vec.h"

#define LINKS_MAX 40
#define ENTRIES_MAX 100000

/* A file, folder or link in memory. */
struct node {
	bool dir;
	str content;
	const char *target;  /* of a link */
	tree_source *source; /* of a file whose bytes lie elsewhere */
	void *from;
	const void *id;
	struct map children; /* name → node */
};

struct tree {
	const char *root; /* for error texts */
	const char *real; /* the root with its own links resolved: absolute targets are measured by
			     it */
	int fd;		  /* -1 in memory */
	arena *mem;	  /* of a tree in memory */
	struct node *top;
};

/* Go's words for errno, which users of kustomize know: the C library's, in lower case. */
static err *fault(arena *mem, int number, const char *verb, const struct tree *t, const char *path)
{
	char said[128], *text = arena_text(mem, strerror_r(number, said, sizeof(said)));
	text[0] = (char)tolower((unsigned char)text[0]);
	enum err_code code = number == ENOENT || number == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
	return err_new(mem, code, "%s %s: %s", verb, path_join(mem, t->root, path), text);
}

static err *leads_out(arena *mem, const struct tree *t, const char *path)
{
	return err_new(mem, ERR_FORBIDDEN, "path %s leads out of %s", path,
		       *t->root ? t->root : "the tree");
}

static err *clean(arena *mem, const struct tree *t, const char *path, const char **ret_path)
{
	char *p = path_clean(mem, str_of(path));
	if (!path_is_local(p))
		return leads_out(mem, t, path);
	*ret_path = p;
	return NULL;
}

/* ---- links: the same on disk and in memory ---- */

static const struct node *node_at(const struct tree *t, const char *path, int *ret_number)
{
	const struct node *at = t->top;
	str rest = str_of(path), part;
	*ret_number = 0;
	if (text_eq(path, "."))
		return at;
	while (str_next(&rest, '/', &part)) {
		if (!at->dir) {
			*ret_number = ENOTDIR;
			return NULL;
		}
		at = map_get_str(&at->children, part);
		if (!at) {
			*ret_number = ENOENT;
			return NULL;
		}
	}
	return at;
}

/* Where the link at a path without links leads, "" for what is none; 0 or an errno. */
static int memory_link(const struct tree *t, const char *path, char *target, size_t size)
{
	int number;
	const struct node *n = node_at(t, path, &number);
	*target = 0;
	if (n && n->target && strlen(n->target) >= size)
		return ENAMETOOLONG;
	if (n && n->target)
		memcpy(target, n->target, strlen(n->target) + 1);
	return number;
}

static int disk_link(const struct tree *t, const char *path, char *target, size_t size)
{
	ssize_t n = readlinkat(t->fd, path, target, size - 1);
	target[n > 0 ? n : 0] = 0;
	return n >= 0 || errno == EINVAL ? 0 : errno;
}

/* Where an absolute link leads, as a path below the root. */
static bool absolute_inside(const struct tree *t, const char *target, const char **ret_rest)
{
	if (t->fd < 0)
		return false;
	size_t n = text_eq(t->real, "/") ? 0 : strlen(t->real);
	if (strncmp(target, t->real, n) != 0 || (target[n] && target[n] != '/'))
		return false;
	*ret_rest = target + n;
	return true;
}

struct walk {
	buf done;   /* resolved so far, free of links */
	char *rest; /* still to go */
	int links;
};

static void step_up(buf *done)
{
	ptrdiff_t slash = str_rfind(buf_view(done), '/');
	done->n = slash < 0 ? 0 : (size_t)slash;
}

/* Follows the link that stands at done, whose name is taken off it. */
static err *follow(arena *mem, const struct tree *t, const char *path, struct walk *w,
		   const char *target)
{
	if (++w->links > LINKS_MAX)
		return fault(mem, ELOOP, "open", t, path);
	step_up(&w->done);
	if (target[0] == '/') {
		if (!absolute_inside(t, target, &target))
			return leads_out(mem, t, path);
		buf_clear(&w->done);
	}
	w->rest = arena_printf(mem, "%s/%s", target, w->rest ? w->rest : "");
	return NULL;
}

/* One element further. *ret_number is the errno of a path that does not exist. */
static err *advance(arena *mem, const struct tree *t, const char *path, struct walk *w, str part,
		    int *ret_number)
{
	if (!part.n || str_is(part, "."))
		return NULL;
	if (str_is(part, "..")) {
		if (!w->done.n && !text_eq(t->real, "/")) /* above "/" is "/" */
			return leads_out(mem, t, path);
		step_up(&w->done);
		return NULL;
	}
	if (w->done.n)
		buf_char(&w->done, '/');
	buf_str(&w->done, part);
	if (w->done.n >= 4096)
		return fault(mem, ENAMETOOLONG, "open", t, path);
	char target[4096];
	*ret_number = t->fd >= 0 ? disk_link(t, buf_text(&w->done), target, sizeof(target))
				 : memory_link(t, buf_text(&w->done), target, sizeof(target));
	return *ret_number || !*target ? NULL : follow(mem, t, path, w, target);
}

static err *resolve(arena *mem, const struct tree *t, const char *path, const char **ret_path,
		    int *ret_number)
{
	struct walk w = {.done = buf_init(mem), .rest = arena_text(mem, path)};
	*ret_number = 0;
	while (w.rest && !*ret_number) {
		char *slash = strchr(w.rest, '/');
		str part = {w.rest, slash ? (size_t)(slash - w.rest) : strlen(w.rest)};
		w.rest = slash ? slash + 1 : NULL;
		TRY(advance(mem, t, path, &w, part, ret_number));
	}
	*ret_path = w.done.n ? arena_text(mem, buf_text(&w.done)) : ".";
	return NULL;
}

/* ---- on disk ---- */

static void close_fd(void *arg)
{
	close(*(int *)arg);
}

/* A descriptor that closes with mem. */
static int held(arena *mem, int fd)
{
	int *kept = NEW(mem, int);
	*kept = fd;
	arena_defer(mem, close_fd, kept);
	return fd;
}

err *tree_open(arena *mem, const char *dir, struct tree **ret_tree)
{
	struct tree *t = NEW(mem, struct tree);
	t->root = path_clean(mem, str_of(dir));
	t->fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (t->fd < 0) {
		int number = errno;
		t->root = "";
		return fault(mem, number, "open", t, dir);
	}
	held(mem, t->fd);
	char *real = realpath(dir, NULL);
	t->real = arena_text(mem, real ? real : t->root);
	free(real);
	*ret_tree = t;
	return NULL;
}

/* openat2 is in Linux since 5.6, and old seccomp filters refuse it. */
static atomic_bool openat2_absent;

static int open_confined(int root, const char *path, int flags, uint64_t resolve)
{
	if (atomic_load_explicit(&openat2_absent, memory_order_relaxed)) {
		errno = ENOSYS;
		return -1;
	}
	struct open_how how = {.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
			       .resolve = resolve | RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
		atomic_store_explicit(&openat2_absent, true, memory_order_relaxed);
		errno = ENOSYS;
	}
	return fd;
}

/* Opens a path in which no link may stand, an element at a time. */
static int open_stepwise(arena *mem, int root, const char *path, int flags)
{
	int at = root;
	str rest = str_of(path), part;
	while (str_next(&rest, '/', &part)) {
		bool last = !rest.p;
		int how = last ? flags : O_PATH | O_DIRECTORY;
		int next = openat(at, str_text(mem, part), how | O_NOFOLLOW | O_CLOEXEC);
		int number = errno;
		if (at != root)
			close(at);
		if (next < 0) {
			errno = number;
			return -1;
		}
		at = next;
	}
	return at;
}

static int open_plain(arena *mem, const struct tree *t, const char *path, int flags)
{
	int fd = open_confined(t->fd, path, flags, RESOLVE_NO_SYMLINKS);
	return fd < 0 && errno == ENOSYS ? open_stepwise(mem, t->fd, path, flags) : fd;
}

/* Opens what the path leads to. *ret_fd is -1 with *ret_number set when there is nothing. */
static err *open_followed(arena *mem, const struct tree *t, const char *path, int flags,
			  int *ret_fd, int *ret_number)
{
	*ret_number = 0;
	*ret_fd = open_confined(t->fd, path, flags, 0);
	if (*ret_fd >= 0)
		return NULL;
	*ret_number = errno;
	if (errno != ENOSYS && errno != EXDEV && errno != ELOOP && errno != EAGAIN)
		return NULL;
	const char *real;
	TRY(resolve(mem, t, path, &real, ret_number));
	if (*ret_number)
		return NULL;
	*ret_fd = open_plain(mem, t, real, flags);
	*ret_number = *ret_fd < 0 ? errno : 0;
	return NULL;
}

static enum tree_kind kind_of(mode_t mode)
{
	return S_ISREG(mode)   ? TREE_FILE
	       : S_ISDIR(mode) ? TREE_DIR
	       : S_ISLNK(mode) ? TREE_LINK
			       : TREE_OTHER;
}

static struct tree_entry entry_of(const char *name, const struct stat *st)
{
	return (struct tree_entry){.name = name,
				   .kind = kind_of(st->st_mode),
				   .size = S_ISREG(st->st_mode) ? (size_t)st->st_size : 0,
				   .executable = S_ISREG(st->st_mode) && (st->st_mode & 0111)};
}

static err *disk_stat(arena *mem, const struct tree *t, const char *path,
		      struct tree_entry *ret_entry)
{
	int fd, number;
	TRY(open_followed(mem, t, path, O_PATH, &fd, &number));
	*ret_entry = (struct tree_entry){.name = path_base(mem, path), .kind = TREE_NONE};
	if (number == ENOENT || number == ENOTDIR)
		return NULL;
	if (number)
		return fault(mem, number, "stat", t, path);
	struct stat st;
	int rc = fstat(fd, &st);
	number = errno;
	close(fd);
	if (rc < 0)
		return fault(mem, number, "stat", t, path);
	*ret_entry = entry_of(ret_entry->name, &st);
	return NULL;
}

static err *read_fd(arena *mem, const struct tree *t, const char *path, int fd, size_t max,
		    str *ret_content)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return fault(mem, errno, "stat", t, path);
	if (!S_ISREG(st.st_mode))
		return err_new(mem, ERR_INVALID, "read %s: %s", path_join(mem, t->root, path),
			       S_ISDIR(st.st_mode) ? "is a directory" : "not a regular file");
	size_t size = (size_t)st.st_size, got = 0;
	if (size > max)
		return err_new(mem, ERR_LIMIT, "%s is larger than %zu bytes",
			       path_join(mem, t->root, path), max);
	char *p = arena_alloc(mem, size + 1);
	while (got < size) {
		ssize_t n = read(fd, p + got, size - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault(mem, errno, "read", t, path);
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*ret_content = (str){p, got};
	return NULL;
}

static err *disk_read(arena *mem, const struct tree *t, const char *path, size_t max,
		      str *ret_content)
{
	int fd, number;
	TRY(open_followed(mem, t, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, &fd, &number));
	if (fd < 0)
		return fault(mem, number, "open", t, path);
	err *failed = read_fd(mem, t, path, fd, max, ret_content);
	close(fd);
	return failed;
}

typedef VEC(struct tree_entry) entry_vec;

static err *disk_list(arena *mem, const struct tree *t, const char *path, entry_vec *found)
{
	int fd, number;
	TRY(open_followed(mem, t, path, O_RDONLY | O_DIRECTORY, &fd, &number));
	if (fd < 0)
		return fault(mem, number, "open", t, path);
	DIR *d = fdopendir(fd);
	if (!d) {
		number = errno;
		close(fd);
		return fault(mem, number, "open", t, path);
	}
	for (struct dirent *e; found->n <= ENTRIES_MAX && (e = readdir(d));) {
		struct stat st;
		if (text_eq(e->d_name, ".") || text_eq(e->d_name, "..") ||
		    fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		VEC_PUSH(mem, found, entry_of(arena_text(mem, e->d_name), &st));
	}
	closedir(d);
	return NULL;
}

/* ---- in memory ---- */

static struct node *node_new(arena *mem, bool dir)
{
	struct node *n = NEW(mem, struct node);
	n->dir = dir;
	if (dir)
		n->children = map_init(mem);
	return n;
}

struct tree *tree_memory(arena *mem)
{
	struct tree *t = NEW(mem, struct tree);
	*t = (struct tree){
		.root = "", .real = "", .fd = -1, .mem = mem, .top = node_new(mem, true)};
	return t;
}

/* The node at a path, made with the folders above it; what stood there in another shape goes. */
static struct node *make(struct tree *t, const char *path, bool dir)
{
	str rest = str_of(path_clean(t->mem, str_of(path))), part;
	struct node *at = t->top;
	while (str_next(&rest, '/', &part)) {
		bool is_dir = rest.p || dir;
		struct node *next = map_get_str(&at->children, part);
		if (!next || next->dir != is_dir) {
			next = node_new(t->mem, is_dir);
			map_set_str(&at->children, part, next);
		}
		at = next;
	}
	return at;
}

void tree_put(struct tree *t, const char *path, str content)
{
	*make(t, path, false) =
		(struct node){.content = {arena_copy(t->mem, content.p, content.n), content.n}};
}

void tree_put_lazy(struct tree *t, const char *path, tree_source *read, void *from, const void *id)
{
	*make(t, path, false) = (struct node){.source = read, .from = from, .id = id};
}

void tree_put_link(struct tree *t, const char *path, const char *target)
{
	*make(t, path, false) = (struct node){.target = arena_text(t->mem, target)};
}

void tree_put_dir(struct tree *t, const char *path)
{
	make(t, path, true);
}

static struct tree_entry node_entry(const char *name, const struct node *n)
{
	enum tree_kind kind = n->dir ? TREE_DIR : n->target ? TREE_LINK : TREE_FILE;
	return (struct tree_entry){.name = name, .kind = kind, .size = n->content.n};
}

/* What the path leads to; NULL with *ret_number set when there is nothing. */
static err *followed(arena *mem, const struct tree *t, const char *path,
		     const struct node **ret_node, int *ret_number)
{
	const char *real;
	*ret_node = NULL;
	TRY(resolve(mem, t, path, &real, ret_number));
	if (!*ret_number)
		*ret_node = node_at(t, real, ret_number);
	return NULL;
}

static err *memory_read(arena *mem, const struct tree *t, const char *path, size_t max,
			str *ret_content)
{
	const struct node *n;
	int number;
	TRY(followed(mem, t, path, &n, &number));
	if (!n)
		return fault(mem, number, "open", t, path);
	if (n->dir)
		return err_new(mem, ERR_INVALID, "read %s: is a directory", path);
	if (n->source)
		return n->source(n->from, mem, n->id, max, ret_content);
	if (n->content.n > max)
		return err_new(mem, ERR_LIMIT, "%s is larger than %zu bytes", path, max);
	*ret_content = n->content;
	return NULL;
}

static err *memory_list(arena *mem, const struct tree *t, const char *path, entry_vec *found)
{
	const struct node *n;
	int number;
	TRY(followed(mem, t, path, &n, &number));
	if (!n || !n->dir)
		return fault(mem, n ? ENOTDIR : number, "open", t, path);
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&n->children, &i)) && found->n <= ENTRIES_MAX;)
		VEC_PUSH(mem, found, node_entry(e->key.p, e->value));
	return NULL;
}

/* ---- both ---- */

const char *tree_root(const struct tree *t)
{
	return t->root;
}

void tree_show_as(struct tree *t, const char *root)
{
	t->root = root;
}

err *tree_stat(arena *mem, const struct tree *t, const char *path, struct tree_entry *ret_entry)
{
	TRY(clean(mem, t, path, &path));
	if (t->fd >= 0)
		return disk_stat(mem, t, path, ret_entry);
	int number;
	const struct node *n;
	const char *name = path_base(mem, path);
	TRY(followed(mem, t, path, &n, &number));
	*ret_entry = n ? node_entry(name, n) : (struct tree_entry){.name = name, .kind = TREE_NONE};
	return NULL;
}

err *tree_read(arena *mem, const struct tree *t, const char *path, size_t max, str *ret_content)
{
	TRY(clean(mem, t, path, &path));
	return t->fd >= 0 ? disk_read(mem, t, path, max, ret_content)
			  : memory_read(mem, t, path, max, ret_content);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tree_entry *)a)->name, ((const struct tree_entry *)b)->name);
}

err *tree_list(arena *mem, const struct tree *t, const char *path, struct tree_entry **ret_entries,
	       size_t *ret_n)
{
	TRY(clean(mem, t, path, &path));
	entry_vec found = {0};
	TRY(t->fd >= 0 ? disk_list(mem, t, path, &found) : memory_list(mem, t, path, &found));
	if (found.n > ENTRIES_MAX)
		return err_new(mem, ERR_LIMIT, "%s holds more than %d entries",
			       path_join(mem, t->root, path), ENTRIES_MAX);
	if (found.n)
		qsort(found.p, found.n, sizeof(*found.p), by_name);
	*ret_entries = found.p;
	*ret_n = found.n;
	return NULL;
}

err *tree_resolve(arena *mem, const struct tree *t, const char *path, const char **ret_path)
{
	TRY(clean(mem, t, path, &path));
	int number;
	const char *real;
	TRY(resolve(mem, t, path, &real, &number));
	if (number)
		return fault(mem, number, "lstat", t, real);
	*ret_path = real;
	return NULL;
}
