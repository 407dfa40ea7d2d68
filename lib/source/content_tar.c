#include "source/content_tar.h"

#define RATIO 1100 /* more than deflate can reach: the bound on bytes decides */

#define BYTES (UINT64_C(1) << 30)
#define ENTRIES 100000 /* both as tar's own */
#define OVERHEAD 2048  /* headers and padding of an entry */

struct reading {
	arena *mem;
	struct content *content;
	struct spool *store;
	struct tar_reader *tar;
	struct content_place *file; /* the one being read */
	const char *path;
	bool executable;
};

static err *on_entry(void *arg, arena *mem, const struct tar_entry *e)
{
	struct reading *r = arg;
	(void)mem;
	if (e->dir)
		return content_dir(r->content, e->path);
	r->file = NEW(r->mem, struct content_place);
	r->file->from = spool_size(r->store);
	r->path = arena_text(r->mem, e->path);
	r->executable = e->executable;
	return NULL;
}

static err *on_data(void *arg, arena *mem, str bytes)
{
	struct reading *r = arg;
	r->file->n += bytes.n;
	return spool_add(mem, r->store, bytes);
}

static err *on_end(void *arg, arena *mem)
{
	struct reading *r = arg;
	(void)mem;
	return content_file(r->content, r->path, r->executable, content_spooled, r->store, r->file);
}

static err *to_tar(void *arg, arena *mem, str bytes)
{
	struct reading *r = arg;
	(void)mem;
	return tar_read_add(r->tar, bytes);
}

static err *to_gunzip(void *arg, arena *mem, str bytes)
{
	(void)mem;
	return gunzip_add(arg, bytes);
}

static err *look(void *arg, arena *mem, str bytes)
{
	(void)mem;
	*(bool *)arg = gzip_is(bytes);
	return NULL;
}

err *content_archived(arena *mem, struct content *t, struct spool *packed, struct spool *store,
		      const struct tar_limits *limits)
{
	static const struct tar_calls calls = {on_entry, on_data, on_end};
	uint64_t size = spool_size(packed);
	struct reading r = {.mem = mem, .content = t, .store = store};
	bool is_gzip = false;
	TRY(spool_each(mem, packed, 0, size < 3 ? size : 3, look, &is_gzip));
	/* as Go reads the header of ten bytes: what is shorter ends before it can be wrong */
	if (!is_gzip)
		return err_new(mem, ERR_INVALID, "requires gzip-compressed body: %s",
			       !size	   ? "EOF"
			       : size < 10 ? "unexpected EOF"
					   : "gzip: invalid header");
	uint64_t bytes = limits->bytes ? limits->bytes : BYTES;
	uint64_t entries = limits->entries ? limits->entries : ENTRIES;
	struct gunzip_limits inflated = {.ratio = limits->ratio ? limits->ratio : RATIO,
					 .bytes = bytes + (entries + 64) * OVERHEAD};
	struct gunzip *z = gunzip_begin(mem, inflated, (struct sink){to_tar, &r});
	r.tar = tar_read_begin(mem, limits, &calls, &r);
	TRY(spool_each(mem, packed, 0, size, to_gunzip, z));
	TRY(gunzip_end(z));
	return tar_read_end(r.tar);
}
