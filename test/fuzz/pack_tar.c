/* Foreign archives: whatever the bytes are, what is told of them obeys the limits. */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "pack/tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	uint64_t told, open;
	size_t entries;
};

static err *entry(void *arg, arena *mem, const struct tar_entry *e)
{
	struct seen *s = arg;
	char *clean = path_clean(mem, str_of(e->path));
	if (++s->entries > 50 || !path_is_local(e->path) || !text_eq(clean, e->path) ||
	    strchr(e->path, '\\'))
		abort();
	s->open = e->dir ? 0 : e->size;
	return NULL;
}

static err *bytes(void *arg, arena *mem, str data)
{
	struct seen *s = arg;
	(void)mem;
	s->told += data.n;
	s->open -= data.n;
	return NULL;
}

static err *end(void *arg, arena *mem)
{
	struct seen *s = arg;
	(void)mem;
	if (s->open || s->told > 100000)
		abort();
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tar_calls calls = {entry, bytes, end};
	struct tar_limits limits = {
		.bytes = 100000, .file = 50000, .entries = 50, .depth = 8, .path = 300};
	arena *mem = arena_open();
	struct seen s = {0};
	struct tar_reader *r = tar_read_begin(mem, &limits, &calls, &s);
	str rest = {(const char *)data, size};
	err *failed = NULL;
	/* in pieces, as they come from a decompressor */
	while (rest.n && !failed) {
		size_t n = rest.n % 701 + 1;
		failed = tar_read_add(r, str_sub(rest, 0, n));
		rest = str_sub(rest, n, rest.n);
	}
	if (!failed)
		failed = tar_read_end(r);
	arena_close(mem);
	return 0;
}
