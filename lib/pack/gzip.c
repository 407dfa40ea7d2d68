#include "pack/gzip.h"

#include <zlib.h>

#include "base/buf.h"

#define PIECE 32768
#define GZIP_WINDOW (15 + 16)	       /* a 32 KiB window, with gzip's frame */
#define RATIO_FROM (16u * 1024 * 1024) /* small texts may well shrink a thousandfold */
#define INPUT_MAX (1u << 30)	       /* zlib counts in 32 bits */

struct gzip {
	arena *mem;
	struct sink out;
	z_stream z;
	unsigned char piece[PIECE];
};

struct gunzip {
	arena *mem;
	struct sink out;
	struct gunzip_limits limits;
	z_stream z;
	bool ended; /* a member is complete */
	bool any;   /* a byte was seen */
	uint64_t in, produced;
	unsigned char piece[PIECE];
};

static voidpf zlib_alloc(voidpf mem, uInt n, uInt size)
{
	return arena_alloc(mem, arena_times(n, size));
}

/* the arena frees */
static void zlib_free(voidpf mem, voidpf p)
{
	(void)mem;
	(void)p;
}

static void set_input(z_stream *z, str *bytes)
{
	size_t n = bytes->n < INPUT_MAX ? bytes->n : INPUT_MAX;
	z->next_in = (unsigned char *)bytes->p; /* zlib only reads it */
	z->avail_in = (uInt)n;
	*bytes = str_sub(*bytes, n, bytes->n);
}

/* effort: 8 is zlib's usual; the memory of a stream is 2^(window+2) + 2^(effort+9) bytes. */
static struct gzip *pack_begin(arena *mem, int level, int window, int effort, struct sink out)
{
	struct gzip *z = NEW(mem, struct gzip);
	z->mem = mem;
	z->out = out;
	z->z.zalloc = zlib_alloc;
	z->z.zfree = zlib_free;
	z->z.opaque = mem;
	/* fails only for wrong arguments: memory comes from the arena */
	deflateInit2(&z->z, level, Z_DEFLATED, window, effort, Z_DEFAULT_STRATEGY);
	return z;
}

struct gzip *gzip_begin(arena *mem, struct sink out)
{
	return pack_begin(mem, Z_DEFAULT_COMPRESSION, GZIP_WINDOW, 8, out);
}

static err *deflate_some(struct gzip *z, int flush)
{
	do {
		z->z.next_out = z->piece;
		z->z.avail_out = PIECE;
		deflate(&z->z, flush);
		str made = {(char *)z->piece, PIECE - z->z.avail_out};
		if (made.n)
			TRY(z->out.put(z->out.arg, z->mem, made));
	} while (!z->z.avail_out);
	return NULL;
}

err *gzip_add(struct gzip *z, str bytes)
{
	while (bytes.n) {
		set_input(&z->z, &bytes);
		TRY(deflate_some(z, Z_NO_FLUSH));
	}
	return NULL;
}

err *gzip_end(struct gzip *z)
{
	z->z.next_in = NULL;
	z->z.avail_in = 0;
	return deflate_some(z, Z_FINISH);
}

static struct gunzip *begin(arena *mem, struct gunzip_limits limits, int window, struct sink out)
{
	struct gunzip *z = NEW(mem, struct gunzip);
	z->mem = mem;
	z->out = out;
	z->limits = limits;
	z->z.zalloc = zlib_alloc;
	z->z.zfree = zlib_free;
	z->z.opaque = mem;
	inflateInit2(&z->z, window);
	return z;
}

struct gunzip *gunzip_begin(arena *mem, struct gunzip_limits limits, struct sink out)
{
	return begin(mem, limits, GZIP_WINDOW, out);
}

static err *check_limits(const struct gunzip *z)
{
	if (z->limits.bytes && z->produced > z->limits.bytes)
		return err_new(z->mem, ERR_LIMIT, "gzip: more than %llu bytes when inflated",
			       (unsigned long long)z->limits.bytes);
	if (z->limits.ratio && z->produced > RATIO_FROM && z->produced / z->limits.ratio > z->in)
		return err_new(z->mem, ERR_LIMIT, "gzip: inflates to more than %u times its size",
			       z->limits.ratio);
	return NULL;
}

/* Inflates what stands in the input; stops at the end of a member. */
static err *inflate_some(struct gunzip *z)
{
	for (;;) {
		z->z.next_out = z->piece;
		z->z.avail_out = PIECE;
		uInt before = z->z.avail_in;
		int rc = inflate(&z->z, Z_NO_FLUSH);
		z->in += before - z->z.avail_in;
		str made = {(char *)z->piece, PIECE - z->z.avail_out};
		z->produced += made.n;
		TRY(check_limits(z));
		if (made.n)
			TRY(z->out.put(z->out.arg, z->mem, made));
		if (rc == Z_STREAM_END) {
			z->ended = true;
			return NULL;
		}
		if (rc != Z_OK && rc != Z_BUF_ERROR)
			return err_new(z->mem, ERR_INVALID, "gzip: %s",
				       z->z.msg ? z->z.msg : "invalid data");
		if (!z->z.avail_in && z->z.avail_out)
			return NULL;
	}
}

err *gunzip_add(struct gunzip *z, str bytes)
{
	while (bytes.n || z->z.avail_in) {
		if (!z->z.avail_in)
			set_input(&z->z, &bytes);
		z->any = true;
		if (z->ended) {
			z->ended = false;
			inflateReset(&z->z);
		}
		TRY(inflate_some(z));
	}
	return NULL;
}

err *gunzip_end(struct gunzip *z)
{
	if (z->ended)
		return NULL;
	return err_new(z->mem, ERR_INVALID,
		       z->any ? "gzip: unexpected end of the stream" : "gzip: no data");
}

static err *collect(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

err *gzip_all(arena *mem, str bytes, str *ret_packed)
{
	buf b = buf_init(mem);
	struct gzip *z = gzip_begin(mem, (struct sink){collect, &b});
	TRY(gzip_add(z, bytes));
	TRY(gzip_end(z));
	buf_text(&b);
	*ret_packed = buf_view(&b);
	return NULL;
}

/* ---- streams in parts -------------------------------------------------------------------------- */

static uLong crc_of(str bytes)
{
	uLong crc = crc32(0, NULL, 0);
	while (bytes.n) {
		size_t n = bytes.n < INPUT_MAX ? bytes.n : INPUT_MAX;
		crc = crc32(crc, (const Bytef *)bytes.p, (uInt)n);
		bytes = str_sub(bytes, n, bytes.n);
	}
	return crc;
}

/* Blocks without a frame that end on a byte and refer to nothing before them can stand behind any others. */
err *gzip_part(arena *mem, str bytes, bool best, struct gzip_part *ret_part)
{
	buf b = buf_init(mem);
	int window = 9; /* no larger than the text, most of which is small */
	while (window < 15 && (size_t)1 << window < bytes.n)
		window++;
	struct gzip *z = pack_begin(mem, best ? Z_BEST_COMPRESSION : Z_DEFAULT_COMPRESSION, -window,
				    window < 15 ? window - 7 : 8, (struct sink){collect, &b});
	TRY(gzip_add(z, bytes));
	z->z.next_in = NULL;
	z->z.avail_in = 0;
	TRY(deflate_some(z, Z_FULL_FLUSH));
	buf_text(&b);
	*ret_part = (struct gzip_part){buf_view(&b), (uint32_t)crc_of(bytes), bytes.n};
	return NULL;
}

static void put_32(buf *b, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		buf_char(b, (char)(v >> 8 * i & 0xff));
}

void gzip_join(arena *mem, const struct gzip_part *parts, size_t n, str *ret_packed)
{
	static const char head[] = {0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, (char)0xff};
	static const char last_block[] = {3, 0};
	uint64_t bytes = 0;
	uLong crc = crc32(0, NULL, 0);
	buf b = buf_init(mem);
	buf_add(&b, head, sizeof(head));
	for (size_t i = 0; i < n; i++) {
		buf_str(&b, parts[i].packed);
		crc = crc32_combine(crc, parts[i].crc, (z_off_t)parts[i].n);
		bytes += parts[i].n;
	}
	buf_add(&b, last_block, sizeof(last_block));
	put_32(&b, (uint32_t)crc);
	put_32(&b, (uint32_t)bytes);
	buf_text(&b);
	*ret_packed = buf_view(&b);
}

err *gunzip_all(arena *mem, str packed, struct gunzip_limits limits, str *ret_bytes)
{
	buf b = buf_init(mem);
	struct gunzip *z = gunzip_begin(mem, limits, (struct sink){collect, &b});
	TRY(gunzip_add(z, packed));
	TRY(gunzip_end(z));
	buf_text(&b);
	*ret_bytes = buf_view(&b);
	return NULL;
}

err *gzip_inflate(arena *mem, str packed, bool framed, uint64_t max, str *ret_bytes)
{
	buf b = buf_init(mem);
	struct gunzip_limits limits = {.bytes = max};
	struct gunzip *z = begin(mem, limits, framed ? 15 : -15, (struct sink){collect, &b});
	while (packed.n && !z->ended) {
		set_input(&z->z, &packed);
		z->any = true;
		TRY(inflate_some(z));
	}
	TRY(gunzip_end(z));
	buf_text(&b);
	*ret_bytes = buf_view(&b);
	return NULL;
}

bool gzip_is(str bytes)
{
	return bytes.n > 2 && (unsigned char)bytes.p[0] == 0x1f &&
	       (unsigned char)bytes.p[1] == 0x8b;
}
