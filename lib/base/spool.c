#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

#define HELD ((size_t)64 << 10) /* gathered before they are written */

struct spool {
	int fd;
	uint64_t written;
	size_t held;
	char buffer[HELD];
};

static void close_spool(void *arg)
{
	close(((struct spool *)arg)->fd);
}

err *spool_open(arena *mem, const char *dir, struct spool **ret_spool)
{
	struct spool *s = NEW(mem, struct spool);
	char *name = path_join(mem, dir, ".spool-XXXXXX");
	s->fd = mkostemp(name, O_CLOEXEC);
	if (s->fd < 0)
		return err_errno(mem, errno, "create %s", name);
	unlink(name);
	arena_defer(mem, close_spool, s);
	*ret_spool = s;
	return NULL;
}

static err *write_out(arena *mem, struct spool *s, str bytes)
{
	while (bytes.n) {
		ssize_t n = pwrite(s->fd, bytes.p, bytes.n, (off_t)s->written);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(mem, errno, "write to a temporary file");
		s->written += (uint64_t)n;
		bytes = str_sub(bytes, (size_t)n, bytes.n);
	}
	return NULL;
}

static err *flush(arena *mem, struct spool *s)
{
	TRY(write_out(mem, s, (str){s->buffer, s->held}));
	s->held = 0;
	return NULL;
}

err *spool_add(arena *mem, struct spool *s, str bytes)
{
	if (s->held + bytes.n > HELD)
		TRY(flush(mem, s));
	if (bytes.n > HELD)
		return write_out(mem, s, bytes);
	memcpy(s->buffer + s->held, bytes.p, bytes.n);
	s->held += bytes.n;
	return NULL;
}

err *spool_clear(arena *mem, struct spool *s)
{
	if (s->written && ftruncate(s->fd, 0) < 0)
		return err_errno(mem, errno, "emptying a temporary file");
	s->written = s->held = 0;
	return NULL;
}

uint64_t spool_size(const struct spool *s)
{
	return s->written + s->held;
}

err *spool_each(arena *mem, struct spool *s, uint64_t from, uint64_t n,
		err *(*each)(void *arg, arena *mem, str bytes), void *arg)
{
	char piece[16384];
	if (from + n > s->written)
		TRY(flush(mem, s));
	while (n) {
		size_t want = n < sizeof(piece) ? (size_t)n : sizeof(piece);
		ssize_t got = pread(s->fd, piece, want, (off_t)from);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_errno(mem, got ? errno : EIO, "reading a temporary file");
		TRY(each(arg, mem, (str){piece, (size_t)got}));
		from += (uint64_t)got;
		n -= (uint64_t)got;
	}
	return NULL;
}

err *spool_map(arena *mem, struct spool *s, struct mapped **ret_mapped)
{
	TRY(flush(mem, s));
	return mapped_fd(mem, s->fd, ret_mapped);
}
