#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"

err *file_read(arena *mem, const char *path, size_t max, str *ret_content)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(mem, errno, "open %s", path);
	buf b = buf_init(mem);
	err *failed = NULL;
	struct stat st;
	size_t step = fstat(fd, &st) == 0 && st.st_size > 0 ? (size_t)st.st_size + 1 : 4096;
	if (step > max)
		step = max + 1;
	while (!failed) {
		ssize_t got = read(fd, buf_room(&b, step), step);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			failed = err_errno(mem, errno, "read %s", path);
		if (got <= 0)
			break;
		b.n += (size_t)got;
		if (b.n > max)
			failed = err_new(mem, ERR_LIMIT, "%s is larger than %zu bytes", path, max);
		step = 4096 + b.n / 2;
	}
	close(fd);
	TRY(failed);
	buf_text(&b);
	*ret_content = buf_view(&b);
	return NULL;
}

static err *write_all(arena *mem, int fd, str s, const char *path)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(mem, errno, "write %s", path);
		s = str_sub(s, (size_t)n, s.n);
	}
	return NULL;
}

err *file_write(arena *mem, const char *path, str content, mode_t mode)
{
	char *temp = arena_printf(mem, "%s.XXXXXX", path);
	int fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return err_errno(mem, errno, "create %s", temp);
	err *failed = write_all(mem, fd, content, temp);
	if (!failed && fchmod(fd, mode) < 0)
		failed = err_errno(mem, errno, "chmod %s", temp);
	if (close(fd) < 0 && !failed)
		failed = err_errno(mem, errno, "close %s", temp);
	if (!failed && rename(temp, path) < 0)
		failed = err_errno(mem, errno, "rename %s to %s", temp, path);
	if (failed)
		unlink(temp);
	return failed;
}

err *file_mkdirs(arena *mem, const char *path)
{
	char *p = path_clean(mem, str_of(path));
	for (char *slash = strchr(p + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = 0;
		if (mkdir(p, 0700) < 0 && errno != EEXIST)
			return err_errno(mem, errno, "mkdir %s", p);
		if (!slash)
			return NULL;
		*slash = '/';
	}
}

/* Empties the open folder fd; returns the first errno, 0 for none. */
static int empty_dir(int fd, int depth)
{
	DIR *dir = depth > 512 ? NULL : fdopendir(fd);
	if (!dir) {
		int number = depth > 512 ? ELOOP : errno;
		close(fd);
		return number;
	}
	int failed = 0;
	for (struct dirent *e; (e = readdir(dir));) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (unlinkat(dirfd(dir), e->d_name, 0) == 0 || errno == ENOENT)
			continue;
		int sub = openat(dirfd(dir), e->d_name,
				 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		int number = sub < 0 ? errno : empty_dir(sub, depth + 1);
		if (!number && unlinkat(dirfd(dir), e->d_name, AT_REMOVEDIR) < 0)
			number = errno;
		if (number && !failed)
			failed = number;
	}
	closedir(dir);
	return failed;
}

static int remove_tree(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : unlink(path) < 0 ? errno : 0;
	int failed = empty_dir(fd, 0);
	if (!failed && rmdir(path) < 0)
		failed = errno;
	return failed;
}

err *file_remove_tree(arena *mem, const char *path)
{
	int number = remove_tree(path);
	return number ? err_errno(mem, number, "remove %s", path) : NULL;
}

static void remove_temp(void *path)
{
	remove_tree(path);
}

err *file_temp_dir(arena *mem, const char *parent, const char *prefix, char **ret_path)
{
	char *path = arena_printf(mem, "%s/%sXXXXXX", parent, prefix);
	if (!mkdtemp(path))
		return err_errno(mem, errno, "mkdir %s", path);
	arena_defer(mem, remove_temp, path);
	*ret_path = path;
	return NULL;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}
