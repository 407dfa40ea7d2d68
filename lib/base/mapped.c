#include "base/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#define STEP ((size_t)512 << 10) /* given back at once */

static void unmap(void *arg)
{
	struct mapped *m = arg;
	munmap(m->p, m->whole);
}

static size_t page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* Zeros first, then the file over them: so there are NULs behind a file that fills its last page, too. */
static err *map(arena *mem, int fd, size_t n, struct mapped *m)
{
	size_t pages = (n + MAPPED_SLACK + page() - 1) / page();
	m->whole = pages * page();
	m->n = n;
	void *p = mmap(NULL, m->whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return err_errno(mem, errno, "mmap");
	m->p = p;
	arena_defer(mem, unmap, m);
	if (n && mmap(p, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED)
		return err_errno(mem, errno, "mmap");
	madvise(p, m->whole, MADV_SEQUENTIAL);
	return NULL;
}

err *mapped_fd(arena *mem, int fd, struct mapped **ret_mapped)
{
	struct stat st;
	struct mapped *m = NEW(mem, struct mapped);
	if (fstat(fd, &st) < 0)
		return err_errno(mem, errno, "stat");
	if (!S_ISREG(st.st_mode) || st.st_size < 0 || (uint64_t)st.st_size > SIZE_MAX / 2)
		return err_new(mem, ERR_INVALID, "not a regular file");
	TRY(map(mem, fd, (size_t)st.st_size, m));
	*ret_mapped = m;
	return NULL;
}

err *mapped_open(arena *mem, const char *path, struct mapped **ret_mapped)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_errno(mem, errno, "open %s", path);
	err *failed = mapped_fd(mem, fd, ret_mapped);
	close(fd);
	return failed ? err_wrap(mem, failed, "%s", path) : NULL;
}

struct mapped *mapped_text(arena *mem, str text)
{
	struct mapped *m = NEW(mem, struct mapped);
	buf b = buf_init(mem);
	buf_str(&b, text);
	buf_fill(&b, 0, MAPPED_SLACK);
	m->p = b.p;
	m->n = text.n;
	return m;
}

void mapped_pass(struct mapped *m, size_t upto)
{
	if (!m->whole || upto > m->n || upto < m->passed + STEP)
		return;
	size_t from = m->passed / page() * page(), to = upto / page() * page();
	madvise(m->p + from, to - from, MADV_DONTNEED);
	m->passed = to;
}
