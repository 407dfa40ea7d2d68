#include "pack/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

/* more than deflate can reach: the bound on bytes decides */
#define RATIO_USUAL 1100

struct target {
	const char *dir;
	int root;
	int file; /* the one being written, -1 for none */
	const char *path;
};

static err *fault(arena *mem, int number, const char *verb, const struct target *t,
		  const char *path)
{
	return err_errno(mem, number, "%s %s/%s", verb, t->dir, path);
}

static bool make_dirs(int root, char *path, bool whole)
{
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		int rc = mkdirat(root, path, 0700), number = errno;
		*slash = '/';
		if (rc < 0 && number != EEXIST) {
			errno = number;
			return false;
		}
	}
	return !whole || mkdirat(root, path, 0700) == 0 || errno == EEXIST;
}

static int create(int root, const char *path, bool executable)
{
	int how = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	return openat(root, path, how, executable ? 0700 : 0600);
}

static err *disk_entry(void *arg, arena *mem, const struct tar_entry *e)
{
	struct target *t = arg;
	char path[4097];
	size_t n = strlen(e->path);
	if (n >= sizeof(path))
		return fault(mem, ENAMETOOLONG, "create", t, "…");
	memcpy(path, e->path, n + 1);
	if (e->dir)
		return make_dirs(t->root, path, true) ? NULL : fault(mem, errno, "mkdir", t, path);
	t->file = create(t->root, path, e->executable);
	if (t->file < 0 && errno == ENOENT && make_dirs(t->root, path, false))
		t->file = create(t->root, path, e->executable);
	/* of two entries with one name the later counts */
	if (t->file < 0 && errno == EEXIST && unlinkat(t->root, path, 0) == 0)
		t->file = create(t->root, path, e->executable);
	if (t->file < 0)
		return fault(mem, errno, "create", t, path);
	t->path = e->path;
	return NULL;
}

static err *disk_data(void *arg, arena *mem, str bytes)
{
	struct target *t = arg;
	while (bytes.n) {
		ssize_t n = write(t->file, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault(mem, errno, "write", t, t->path);
		bytes = str_sub(bytes, (size_t)n, bytes.n);
	}
	return NULL;
}

static err *disk_end(void *arg, arena *mem)
{
	struct target *t = arg;
	int rc = close(t->file);
	t->file = -1;
	return rc < 0 ? fault(mem, errno, "close", t, t->path) : NULL;
}

static err *to_tar(void *arg, arena *mem, str bytes)
{
	(void)mem;
	return tar_read_add(arg, bytes);
}

static struct gunzip_limits packed_limits(const struct tar_limits *limits)
{
	struct gunzip_limits g = {.ratio = RATIO_USUAL};
	if (limits && limits->ratio)
		g.ratio = limits->ratio;
	/* headers and padding come on top of the files' bytes */
	uint64_t bytes = limits && limits->bytes ? limits->bytes : UINT64_C(1) << 30;
	uint64_t entries = limits && limits->entries ? limits->entries : 100000;
	g.bytes = bytes + (entries + 64) * 2048;
	return g;
}

static err *feed(arena *mem, int fd, const char *file, struct gunzip *z, const struct sink *seen)
{
	char piece[32768];
	for (;;) {
		ssize_t n = read(fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(mem, errno, "read %s", file);
		if (n == 0)
			return gunzip_end(z);
		if (seen)
			TRY(seen->put(seen->arg, mem, (str){piece, (size_t)n}));
		TRY(gunzip_add(z, (str){piece, (size_t)n}));
	}
}

static err *unpack_into(arena *mem, const char *file, struct target *t,
			const struct tar_limits *limits, const struct sink *seen)
{
	static const struct tar_calls calls = {disk_entry, disk_data, disk_end};
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(mem, errno, "open %s", file);
	struct tar_reader *r = tar_read_begin(mem, limits, &calls, t);
	struct gunzip *z = gunzip_begin(mem, packed_limits(limits), (struct sink){to_tar, r});
	err *failed = feed(mem, fd, file, z, seen);
	close(fd);
	if (t->file >= 0)
		close(t->file);
	return failed ? failed : tar_read_end(r);
}

err *unpack_dir(arena *mem, const char *file, const char *dir, const struct tar_limits *limits,
		const struct sink *seen)
{
	struct target t = {.dir = dir, .file = -1};
	t.root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (t.root < 0)
		return err_errno(mem, errno, "open %s", dir);
	err *failed = unpack_into(mem, file, &t, limits, seen);
	close(t.root);
	return failed;
}

struct memory {
	struct tree *tree;
	buf path, content;
};

static err *memory_entry(void *arg, arena *mem, const struct tar_entry *e)
{
	struct memory *m = arg;
	(void)mem;
	buf_clear(&m->path);
	buf_clear(&m->content);
	buf_text_add(&m->path, e->dir ? "" : e->path); /* folders come with their files */
	return NULL;
}

static err *memory_data(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(&((struct memory *)arg)->content, bytes);
	return NULL;
}

static err *memory_end(void *arg, arena *mem)
{
	struct memory *m = arg;
	(void)mem;
	tree_put(m->tree, buf_text(&m->path), buf_view(&m->content));
	return NULL;
}

err *unpack_tree(arena *mem, str packed, const struct tar_limits *limits, struct tree **ret_tree)
{
	static const struct tar_calls calls = {memory_entry, memory_data, memory_end};
	struct memory m = {tree_memory(mem), buf_init(mem), buf_init(mem)};
	struct tar_reader *r = tar_read_begin(mem, limits, &calls, &m);
	struct gunzip *z = gunzip_begin(mem, packed_limits(limits), (struct sink){to_tar, r});
	TRY(gunzip_add(z, packed));
	TRY(gunzip_end(z));
	TRY(tar_read_end(r));
	*ret_tree = m.tree;
	return NULL;
}
