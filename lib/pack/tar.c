#include "pack/tar.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

#define BLOCK 512
#define META_MAX (1024 * 1024)		     /* of a pax header or a GNU long name */
#define FILE_SIZE_MAX UINT64_C(077777777777) /* what eleven octal digits hold */

/* The fields of a header: where each begins and how long it is. */
enum {
	NAME = 0,
	NAME_LEN = 100,
	MODE = 100,
	UID = 108,
	GID = 116,
	NUMBER_LEN = 8,
	SIZE = 124,
	MTIME = 136,
	SIZE_LEN = 12,
	SUM = 148,
	SUM_LEN = 8,
	TYPE = 156,
	MAGIC = 257,
	PREFIX = 345,
	PREFIX_LEN = 155,
};

/* ---- writing ---- */

struct tar_writer {
	arena *mem;
	struct sink out;
};

static const char zeros[2 * BLOCK];

struct tar_writer *tar_begin(arena *mem, struct sink out)
{
	struct tar_writer *w = NEW(mem, struct tar_writer);
	*w = (struct tar_writer){mem, out};
	return w;
}

static unsigned sum_of(const unsigned char *h)
{
	unsigned sum = 0;
	for (int i = 0; i < BLOCK; i++)
		sum += i >= SUM && i < SUM + SUM_LEN ? ' ' : h[i];
	return sum;
}

/* Puts a path into name and prefix; false when it does not fit. */
static bool set_path(char *h, str path)
{
	if (path.n <= NAME_LEN) {
		memcpy(h + NAME, path.p, path.n);
		return true;
	}
	for (size_t i = path.n - NAME_LEN - 1; i < path.n && i <= PREFIX_LEN; i++)
		if (path.p[i] == '/' && i && i + 1 < path.n) {
			memcpy(h + PREFIX, path.p, i);
			memcpy(h + NAME, path.p + i + 1, path.n - i - 1);
			return true;
		}
	return false;
}

static err *put(struct tar_writer *w, const char *p, size_t n)
{
	return w->out.put(w->out.arg, w->mem, (str){p, n});
}

static err *put_header(struct tar_writer *w, char *h, char type, unsigned mode, uint64_t size)
{
	snprintf(h + MODE, NUMBER_LEN, "%07o", mode);
	snprintf(h + UID, NUMBER_LEN, "%07o", 0u);
	snprintf(h + GID, NUMBER_LEN, "%07o", 0u);
	snprintf(h + SIZE, SIZE_LEN, "%011llo", (unsigned long long)size);
	snprintf(h + MTIME, SIZE_LEN, "%011o", 0u);
	h[TYPE] = type;
	memcpy(h + MAGIC,
	       "ustar\0"
	       "00",
	       8);
	snprintf(h + SUM, SUM_LEN, "%06o", sum_of((unsigned char *)h));
	h[SUM + SUM_LEN - 1] = ' ';
	return put(w, h, BLOCK);
}

static err *put_content(struct tar_writer *w, str content)
{
	if (content.n)
		TRY(put(w, content.p, content.n));
	size_t over = content.n % BLOCK;
	return over ? put(w, zeros, BLOCK - over) : NULL;
}

/* "<length> path=<path>\n", the length counting itself. */
static char *pax_path(arena *mem, const char *path)
{
	size_t body = strlen(" path=\n") + strlen(path), n = body + 1;
	for (int i = 0; i < 3; i++)
		n = body + strlen(arena_printf(mem, "%zu", n));
	return arena_printf(mem, "%zu path=%s\n", n, path);
}

static err *put_entry(struct tar_writer *w, const char *path, char type, unsigned mode,
		      uint64_t size)
{
	char h[BLOCK] = {0};
	if (!set_path(h, str_of(path))) {
		char x[BLOCK] = "PaxHeader";
		char *record = pax_path(w->mem, path);
		TRY(put_header(w, x, 'x', 0600, strlen(record)));
		TRY(put_content(w, str_of(record)));
		memcpy(h + NAME, path, NAME_LEN);
	}
	return put_header(w, h, type, mode, size);
}

err *tar_dir(struct tar_writer *w, const char *path)
{
	return put_entry(w, path, '5', 0750, 0);
}

err *tar_file(struct tar_writer *w, const char *path, bool executable, str content)
{
	if (content.n > FILE_SIZE_MAX)
		return err_new(w->mem, ERR_LIMIT, "%s is too large for an archive", path);
	TRY(put_entry(w, path, '0', executable ? 0700 : 0600, content.n));
	return put_content(w, content);
}

err *tar_end(struct tar_writer *w)
{
	return put(w, zeros, sizeof(zeros));
}

/* ---- reading ---- */

enum part {
	PART_HEADER,
	PART_FILE,    /* a file's bytes, told */
	PART_SKIP,    /* bytes of what is passed over */
	PART_META,    /* a pax header or a long name, kept */
	PART_PADDING, /* up to the next block */
	PART_END,     /* after the closing block */
};

struct tar_reader {
	arena *mem;
	struct tar_limits limits;
	struct tar_calls calls;
	void *arg;
	enum part part;
	uint64_t left;	/* bytes of this part */
	size_t padding; /* that follow it */
	unsigned char block[BLOCK];
	size_t filled;
	char meta_type;
	buf meta;
	buf path; /* told by a pax header or a long name for the next entry */
	bool has_path, has_size;
	uint64_t size; /* told likewise */
	buf name;      /* of the current entry */
	size_t entries;
	uint64_t bytes;
};

struct tar_reader *tar_read_begin(arena *mem, const struct tar_limits *limits,
				  const struct tar_calls *calls, void *arg)
{
	struct tar_reader *r = NEW(mem, struct tar_reader);
	r->mem = mem;
	if (limits)
		r->limits = *limits;
	struct tar_limits *l = &r->limits;
	l->bytes = l->bytes ? l->bytes : UINT64_C(1) << 30;
	l->file = l->file ? l->file : UINT64_C(256) << 20;
	l->entries = l->entries ? l->entries : 100000;
	l->depth = l->depth ? l->depth : 64;
	l->path = l->path ? l->path : 4096;
	r->calls = *calls;
	r->arg = arg;
	r->meta = buf_init(mem);
	r->path = buf_init(mem);
	r->name = buf_init(mem);
	return r;
}

static err *damaged(struct tar_reader *r, const char *what)
{
	return err_new(r->mem, ERR_INVALID, "tar: %s", what);
}

/* Octal with blanks around it, or base 256 when the first bit is set. */
static bool read_number(const unsigned char *p, size_t n, uint64_t *ret_number)
{
	uint64_t v = 0;
	if (p[0] & 0x80) {
		for (size_t i = 0; i < n; i++) {
			if (v >> 55)
				return false;
			v = v << 8 | (i ? p[i] : p[i] & 0x7f);
		}
		*ret_number = v;
		return true;
	}
	size_t i = 0;
	while (i < n && (p[i] == ' ' || !p[i]))
		i++;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
		v = v << 3 | (uint64_t)(p[i] - '0');
	for (; i < n; i++)
		if (p[i] && p[i] != ' ')
			return false;
	*ret_number = v;
	return true;
}

static str field(const unsigned char *h, size_t at, size_t n)
{
	const char *p = (const char *)h + at;
	return (str){p, strnlen(p, n)};
}

/* Reads "<length> <key>=<value>\n" off the front. */
static bool pax_next(str *rest, str *ret_key, str *ret_value)
{
	str number, after;
	int64_t n;
	if (!str_cut(*rest, ' ', &number, &after) || !str_int(number, &n) || n < 5 ||
	    (size_t)n > rest->n || rest->p[n - 1] != '\n' || number.n + 1 >= (size_t)n)
		return false;
	str record = {after.p, (size_t)n - number.n - 2};
	*rest = str_sub(*rest, (size_t)n, rest->n);
	return str_cut(record, '=', ret_key, ret_value);
}

static err *take_pax(struct tar_reader *r)
{
	str rest = buf_view(&r->meta), key, value;
	int64_t n;
	while (rest.n) {
		if (!pax_next(&rest, &key, &value))
			return damaged(r, "invalid pax header");
		if (str_is(key, "path")) {
			buf_clear(&r->path);
			buf_str(&r->path, value);
			r->has_path = true;
		} else if (str_is(key, "size")) {
			if (!str_int(value, &n) || n < 0)
				return damaged(r, "invalid pax size");
			r->size = (uint64_t)n;
			r->has_size = true;
		} else if (str_starts(key, STR("GNU.sparse"))) {
			return err_new(r->mem, ERR_UNSUPPORTED,
				       "tar: sparse files are not supported");
		}
	}
	return NULL;
}

static err *take_meta(struct tar_reader *r)
{
	if (r->meta_type == 'x')
		return take_pax(r);
	if (r->meta_type == 'L') {
		str name = buf_view(&r->meta);
		buf_clear(&r->path);
		buf_add(&r->path, name.p, name.n ? strnlen(name.p, name.n) : 0);
		r->has_path = true;
	}
	return NULL;
}

static err *bad_path(struct tar_reader *r, enum err_code code, str path, const char *what)
{
	return err_new(r->mem, code, "tar: %s: %s", what, str_text(r->mem, str_sub(path, 0, 200)));
}

/* Checks a foreign path and leaves it, clean, in r->name; empty for the root itself. */
static err *take_name(struct tar_reader *r, str path)
{
	if (path.n > r->limits.path)
		return bad_path(r, ERR_LIMIT, path, "an entry's path is too long");
	if (str_find(path, '\0') >= 0 || str_find(path, '\\') >= 0)
		return bad_path(r, ERR_INVALID, path, "an entry's path holds a backslash or NUL");
	if (path.n && path.p[0] == '/')
		return bad_path(r, ERR_INVALID, path, "an entry's path is absolute");
	str rest = path, part;
	size_t depth = 0;
	buf_clear(&r->name);
	while (str_next(&rest, '/', &part)) {
		if (!part.n || str_is(part, "."))
			continue;
		if (str_is(part, ".."))
			return bad_path(r, ERR_INVALID, path,
					"an entry's path leads out of the archive");
		if (part.n > 255 || ++depth > r->limits.depth)
			return bad_path(r, ERR_LIMIT, path,
					"an entry's path is too deep or a name too long");
		if (r->name.n)
			buf_char(&r->name, '/');
		buf_str(&r->name, part);
	}
	return NULL;
}

static err *check_entry(struct tar_reader *r, uint64_t size)
{
	if (++r->entries > r->limits.entries)
		return err_new(r->mem, ERR_LIMIT, "tar: more than %zu entries", r->limits.entries);
	if (size > r->limits.file)
		return err_new(r->mem, ERR_LIMIT, "tar: %s is larger than %llu bytes",
			       buf_text(&r->name), (unsigned long long)r->limits.file);
	if (size > r->limits.bytes - r->bytes)
		return err_new(r->mem, ERR_LIMIT, "tar: files of more than %llu bytes in all",
			       (unsigned long long)r->limits.bytes);
	return NULL;
}

static err *tell_entry(struct tar_reader *r, uint64_t size, uint64_t mode, bool dir)
{
	TRY(check_entry(r, dir ? 0 : size));
	if (!r->name.n) {
		r->part = PART_SKIP;
		return NULL;
	}
	struct tar_entry e = {buf_text(&r->name), dir, !dir && (mode & 0111), dir ? 0 : size};
	TRY(r->calls.entry(r->arg, r->mem, &e));
	if (!dir) {
		r->bytes += size;
		r->part = PART_FILE;
	}
	return NULL;
}

/* What kind of entry the header begins: sets part, left and padding. */
static err *begin_entry(struct tar_reader *r, const unsigned char *h, uint64_t size, uint64_t mode)
{
	char type = (char)h[TYPE];
	bool meta = type == 'x' || type == 'L' || type == 'K' || type == 'g';
	r->part = PART_SKIP;
	if (!meta && r->has_size)
		size = r->size;
	r->left = size;
	r->padding = (size_t)((BLOCK - size % BLOCK) % BLOCK);
	if (size > INT64_MAX / 2)
		return damaged(r, "invalid size");
	if (meta) {
		if (size > META_MAX)
			return err_new(r->mem, ERR_LIMIT, "tar: header larger than %d bytes",
				       META_MAX);
		r->meta_type = type;
		r->part = PART_META;
		buf_clear(&r->meta);
		return NULL;
	}
	if (type == 'S')
		return err_new(r->mem, ERR_UNSUPPORTED, "tar: sparse files are not supported");
	str name = field(h, NAME, NAME_LEN);
	if (!r->has_path) {
		str prefix = field(h, PREFIX, PREFIX_LEN);
		buf_clear(&r->path);
		if (memcmp(h + MAGIC, "ustar\0", 6) == 0 && prefix.n) {
			buf_str(&r->path, prefix);
			buf_char(&r->path, '/');
		}
		buf_str(&r->path, name);
	}
	TRY(take_name(r, buf_view(&r->path)));
	bool slash = str_ends(buf_view(&r->path), STR("/"));
	r->has_path = r->has_size = false;
	if (type == '5' || ((type == '0' || !type) && slash)) {
		r->left = r->padding = 0; /* a folder has no bytes, whatever it says */
		return tell_entry(r, 0, mode, true);
	}
	if (type == '0' || !type || type == '7')
		return tell_entry(r, size, mode, false);
	if (type >= '1' && type <= '6')
		r->left = r->padding = 0; /* nor have links and devices */
	return check_entry(r, 0);
}

static err *take_header(struct tar_reader *r)
{
	const unsigned char *h = r->block;
	if (memcmp(h, zeros, BLOCK) == 0) {
		r->part = PART_END;
		return NULL;
	}
	uint64_t sum, size, mode;
	int difference = 0; /* old programs summed signed bytes */
	for (int i = 0; i < BLOCK; i++)
		difference += (h[i] & 0x80) && (i < SUM || i >= SUM + SUM_LEN) ? 256 : 0;
	if (!read_number(h + SUM, SUM_LEN, &sum) ||
	    (sum != sum_of(h) && (int64_t)sum != (int64_t)sum_of(h) - difference))
		return damaged(r, "invalid header checksum");
	if (!read_number(h + SIZE, SIZE_LEN, &size) || !read_number(h + MODE, NUMBER_LEN, &mode))
		return damaged(r, "invalid number in a header");
	return begin_entry(r, h, size, mode);
}

/* Goes on to what follows parts that have been used up. */
static err *settle(struct tar_reader *r)
{
	while (!r->left && r->part != PART_HEADER && r->part != PART_END) {
		enum part was = r->part;
		r->part = was == PART_PADDING ? PART_HEADER : PART_PADDING;
		r->left = was == PART_PADDING ? 0 : r->padding;
		if (was == PART_FILE)
			TRY(r->calls.end(r->arg, r->mem));
		if (was == PART_META)
			TRY(take_meta(r));
	}
	return NULL;
}

static err *take_bytes(struct tar_reader *r, str bytes)
{
	r->left -= bytes.n;
	if (r->part == PART_FILE)
		TRY(r->calls.data(r->arg, r->mem, bytes));
	if (r->part == PART_META)
		buf_str(&r->meta, bytes);
	return settle(r);
}

err *tar_read_add(struct tar_reader *r, str bytes)
{
	while (bytes.n && r->part != PART_END) {
		size_t n;
		if (r->part == PART_HEADER) {
			n = BLOCK - r->filled < bytes.n ? BLOCK - r->filled : bytes.n;
			memcpy(r->block + r->filled, bytes.p, n);
			r->filled += n;
			if (r->filled == BLOCK) {
				r->filled = 0;
				TRY(take_header(r));
				TRY(settle(r));
			}
		} else {
			n = r->left < bytes.n ? (size_t)r->left : bytes.n;
			TRY(take_bytes(r, str_sub(bytes, 0, n)));
		}
		bytes = str_sub(bytes, n, bytes.n);
	}
	return NULL;
}

err *tar_read_end(struct tar_reader *r)
{
	bool whole = r->part == PART_END ||
		     (r->part == PART_HEADER && !r->filled && !r->has_path && r->entries);
	return whole ? NULL : damaged(r, "unexpected end of the archive");
}
