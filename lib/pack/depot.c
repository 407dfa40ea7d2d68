#include "pack/depot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/map.h"
#include "base/path.h"
#include "pack/depot_copy.h"

#define FILES_MAX 1000		     /* looked at in one collection */
#define PART_AGE (3600 * INT64_C(1)) /* s after which a file that was never finished goes */
#define PART_PREFIX ".part-"

struct depot {
	arena *mem;
	const char *dir;
	struct depot_settings settings;
	struct copies *copies;
	pthread_mutex_t lock;
	struct map seen; /* path → fingerprint of the file and digest that were found to match */
};

err *depot_open(arena *mem, const struct depot_settings *s, struct depot **ret_depot)
{
	TRY_AS(mem, file_mkdirs(mem, s->dir), "storage path");
	arena *own = arena_open();
	struct depot *d = NEW(own, struct depot);
	*d = (struct depot){.mem = own, .dir = path_clean(own, str_of(s->dir)), .settings = *s};
	if (!d->settings.artifact_max)
		d->settings.artifact_max = UINT64_C(1) << 30;
	d->copies = copies_open(path_join(own, d->dir, ".trees"), &s->unpack);
	d->seen = map_init(NULL);
	pthread_mutex_init(&d->lock, NULL);
	*ret_depot = d;
	return NULL;
}

void depot_close(struct depot *d)
{
	if (!d)
		return;
	copies_close(d->copies);
	map_done(&d->seen);
	pthread_mutex_destroy(&d->lock);
	arena_close(d->mem);
}

const char *depot_dir(const struct depot *d)
{
	return d->dir;
}

char *depot_path(arena *mem, const char *kind, const char *ns, const char *name, const char *file)
{
	char *path = arena_printf(mem, "%s/%s/%s/%s", kind, ns, name, file);
	for (char *p = path; *p && *p != '/'; p++)
		*p = (char)tolower((unsigned char)*p);
	return path;
}

char *depot_local(arena *mem, const struct depot *d, const char *path)
{
	return path_join(mem, d->dir, path);
}

/* A path of that many elements, none of which is the depot's own. Paths come from statuses, which
 * others can write. */
static err *check_path(arena *mem, const char *path, size_t elements)
{
	str rest = str_of(path), part;
	size_t n = 0;
	bool fine = true;
	while (str_next(&rest, '/', &part)) {
		fine = fine && part.n && part.n <= 255 && part.p[0] != '.';
		n++;
	}
	if (fine && n == elements)
		return NULL;
	return err_new(mem, ERR_INVALID, "'%s' is not the path of an artifact", path);
}

static char *object_of(arena *mem, const char *path)
{
	return path_dir(mem, path);
}

/* ---- what is known of files ---- */

/* A number that changes with the file and the digest; never 0. */
static uintptr_t fingerprint(arena *mem, const struct stat *st, const char *digest)
{
	char *text = arena_printf(mem, "%llu %llu %lld %lld.%09ld %lld.%09ld %s",
				  (unsigned long long)st->st_dev, (unsigned long long)st->st_ino,
				  (long long)st->st_size, (long long)st->st_mtim.tv_sec,
				  st->st_mtim.tv_nsec, (long long)st->st_ctim.tv_sec,
				  st->st_ctim.tv_nsec, digest);
	return (uintptr_t)map_hash(str_of(text)) | 1;
}

static void remember(struct depot *d, const char *path, uintptr_t mark)
{
	pthread_mutex_lock(&d->lock);
	if (mark)
		map_set(&d->seen, path, (void *)mark);
	else
		map_del(&d->seen, path);
	pthread_mutex_unlock(&d->lock);
}

static uintptr_t known(struct depot *d, const char *path)
{
	pthread_mutex_lock(&d->lock);
	uintptr_t mark = (uintptr_t)map_get(&d->seen, path);
	pthread_mutex_unlock(&d->lock);
	return mark;
}

/* ---- writing ---- */

struct writing {
	int fd;
	const char *temp;
	struct digest *digest;
	uint64_t size, max;
};

static err *write_out(void *arg, arena *mem, str bytes)
{
	struct writing *w = arg;
	w->size += bytes.n;
	if (w->size > w->max)
		return err_new(mem, ERR_LIMIT, "artifact is larger than %llu bytes",
			       (unsigned long long)w->max);
	digest_add(w->digest, bytes);
	while (bytes.n) {
		ssize_t n = write(w->fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(mem, errno, "write %s", w->temp);
		bytes = str_sub(bytes, (size_t)n, bytes.n);
	}
	return NULL;
}

static err *lock_file(arena *mem, const char *file, int *ret_fd)
{
	const char *lock = arena_printf(mem, "%s.lock", file);
	int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_errno(mem, errno, "open %s", lock);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		return err_new(mem, ERR_BUSY, "%s is locked by another process", lock);
	}
	*ret_fd = fd;
	return NULL;
}

static err *write_locked(arena *mem, struct depot *d, const char *file,
			 err *(*fill)(void *arg, struct sink out), void *arg, struct writing *w)
{
	char *temp = arena_printf(mem, "%s/%sXXXXXX", path_dir(mem, file), PART_PREFIX);
	w->fd = mkostemp(temp, O_CLOEXEC);
	if (w->fd < 0)
		return err_errno(mem, errno, "create %s", temp);
	w->temp = temp;
	w->digest = digest_begin(mem, d->settings.digest);
	w->max = d->settings.artifact_max;
	err *failed = fill(arg, (struct sink){write_out, w});
	if (close(w->fd) < 0 && !failed)
		failed = err_errno(mem, errno, "close %s", temp);
	if (!failed && rename(temp, file) < 0)
		failed = err_errno(mem, errno, "rename %s to %s", temp, file);
	if (failed)
		unlink(temp);
	return failed;
}

err *depot_put(arena *mem, struct depot *d, const char *path,
	       err *(*fill)(void *arg, struct sink out), void *arg, struct depot_file *ret_file)
{
	TRY(check_path(mem, path, 4));
	const char *file = depot_local(mem, d, path);
	struct writing w = {0};
	int lock;
	TRY(file_mkdirs(mem, path_dir(mem, file)));
	TRY(lock_file(mem, file, &lock));
	err *failed = write_locked(mem, d, file, fill, arg, &w);
	close(lock);
	TRY(failed);
	*ret_file = (struct depot_file){digest_end(w.digest), w.size};
	struct stat st;
	if (stat(file, &st) == 0)
		remember(d, path, fingerprint(mem, &st, ret_file->digest));
	copies_hold(d->copies, object_of(mem, path), ret_file->digest);
	return NULL;
}

/* ---- reading ---- */

static err *digest_file(arena *mem, int fd, const char *file, enum digest_kind kind,
			char **ret_text)
{
	struct digest *g = digest_begin(mem, kind);
	char piece[32768];
	for (;;) {
		ssize_t n = read(fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(mem, errno, "read %s", file);
		if (n == 0)
			break;
		digest_add(g, (str){piece, (size_t)n});
	}
	*ret_text = digest_end(g);
	return NULL;
}

static err *verify_open(arena *mem, struct depot *d, const char *path, int fd, const char *digest)
{
	enum digest_kind kind;
	struct stat st;
	str hex;
	char *found;
	if (fstat(fd, &st) < 0)
		return err_errno(mem, errno, "stat %s", path);
	if (!S_ISREG(st.st_mode))
		return err_new(mem, ERR_NOT_FOUND, "%s is not a file", path);
	uintptr_t mark = fingerprint(mem, &st, digest);
	if (known(d, path) == mark)
		return NULL;
	if (!digest_split(str_of(digest), &kind, &hex))
		return err_new(mem, ERR_INVALID, "artifact digest '%s' is not supported", digest);
	TRY(digest_file(mem, fd, path, kind, &found));
	if (!text_eq(found, digest))
		return err_new(mem, ERR_INVALID, "computed digest doesn't match '%s'", digest);
	remember(d, path, mark);
	return NULL;
}

err *depot_verify(arena *mem, struct depot *d, const char *path, const char *digest)
{
	if (check_path(mem, path, 4))
		return err_new(mem, ERR_NOT_FOUND, "'%s' is not the path of an artifact", path);
	const char *file = depot_local(mem, d, path);
	int fd = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_errno(mem, errno == ELOOP ? ENOENT : errno, "open %s", file);
	err *failed = verify_open(mem, d, path, fd, digest ? digest : "");
	close(fd);
	return failed;
}

err *depot_read(arena *mem, const struct depot *d, const char *path, size_t max, str *ret_content)
{
	TRY(check_path(mem, path, 4));
	return file_read(mem, depot_local(mem, d, path), max, ret_content);
}

err *depot_tree(arena *mem, struct depot *d, const char *path, const char *digest,
		struct tree **ret_tree)
{
	TRY(check_path(mem, path, 4));
	return copies_get(mem, d->copies, object_of(mem, path), depot_local(mem, d, path), digest,
			  ret_tree);
}

#define NOTE_MAX ((size_t)64 << 10)

static char *note_file(arena *mem, const struct depot *d, const char *path, const char *name)
{
	return path_join(mem, path_dir(mem, depot_local(mem, d, path)), name);
}

err *depot_note(arena *mem, struct depot *d, const char *path, const char *name, str text)
{
	TRY(check_path(mem, path, 4));
	return file_write(mem, note_file(mem, d, path, name), text, 0600);
}

err *depot_noted(arena *mem, const struct depot *d, const char *path, const char *name,
		 str *ret_text)
{
	TRY(check_path(mem, path, 4));
	return file_read(mem, note_file(mem, d, path, name), NOTE_MAX, ret_text);
}

err *depot_link(arena *mem, struct depot *d, const char *path, const char *link)
{
	TRY(check_path(mem, path, 4));
	const char *dir = path_dir(mem, depot_local(mem, d, path));
	const char *temp = arena_printf(mem, "%s/%s%s", dir, PART_PREFIX, link);
	const char *to = path_join(mem, dir, link);
	unlink(temp);
	if (symlink(path_base(mem, path), temp) < 0)
		return err_errno(mem, errno, "symlink %s", to);
	if (rename(temp, to) < 0)
		return err_errno(mem, errno, "rename %s to %s", temp, to);
	return NULL;
}

/* ---- removing ---- */

struct record {
	const char *name;
	int64_t mtime; /* ns */
	bool gone;
};

static void remove_record(arena *mem, struct depot *d, const char *object, struct record *r, int *n)
{
	const char *file = path_join(mem, depot_local(mem, d, object), r->name);
	if (unlink(file) == 0)
		(*n)++;
	unlink(arena_printf(mem, "%s.lock", file));
	remember(d, path_join(mem, object, r->name), 0);
	r->gone = true;
}

static int by_age(const void *a, const void *b)
{
	int64_t x = ((const struct record *)a)->mtime, y = ((const struct record *)b)->mtime;
	return (x > y) - (x < y);
}

/* The artifacts of an object; files that were begun long ago and never finished go on the way. */
static err *records_of(arena *mem, struct depot *d, const char *object, struct record **ret_records,
		       size_t *ret_n)
{
	const char *dir = depot_local(mem, d, object);
	struct tree *t;
	struct tree_entry *entries;
	size_t n, kept = 0;
	TRY(tree_open(mem, dir, &t));
	TRY(tree_list(mem, t, ".", &entries, &n));
	struct record *records = NEW_N(mem, struct record, n);
	for (size_t i = 0; i < n && i < 2 * FILES_MAX && kept < FILES_MAX; i++) {
		struct stat st;
		const char *file = path_join(mem, dir, entries[i].name);
		if (entries[i].kind != TREE_FILE || text_ends(file, ".lock") ||
		    lstat(file, &st) < 0)
			continue;
		bool part = text_starts(entries[i].name, PART_PREFIX);
		if (!part && entries[i].name[0] == '.')
			continue;
		if (!part)
			records[kept++] = (struct record){
				.name = entries[i].name,
				.mtime = st.st_mtim.tv_sec * CLOCK_SECOND + st.st_mtim.tv_nsec};
		else if (st.st_mtim.tv_sec < clock_wall() / CLOCK_SECOND - PART_AGE)
			unlink(file);
	}
	*ret_records = records;
	*ret_n = kept;
	return NULL;
}

err *depot_collect(arena *mem, struct depot *d, const char *path, int *ret_removed)
{
	TRY(check_path(mem, path, 4));
	const char *object = object_of(mem, path), *current = path_base(mem, path);
	struct record *records;
	size_t n;
	int removed = 0;
	*ret_removed = 0;
	err *failed = records_of(mem, d, object, &records, &n);
	if (err_code(failed) == ERR_NOT_FOUND)
		return NULL;
	TRY(failed);
	if (n)
		qsort(records, n, sizeof(*records), by_age);
	int64_t least = clock_wall() - d->settings.retention_ttl;
	size_t left = n;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < n; i++) {
			bool surplus = round ? left > (size_t)d->settings.retention_records
					     : records[i].mtime < least;
			if (records[i].gone || !surplus || text_eq(records[i].name, current))
				continue;
			remove_record(mem, d, object, &records[i], &removed);
			left--;
		}
	*ret_removed = removed;
	return NULL;
}

err *depot_remove(arena *mem, struct depot *d, const char *path)
{
	TRY(check_path(mem, path, 4));
	const char *file = depot_local(mem, d, path);
	copies_hold(d->copies, object_of(mem, path), NULL);
	remember(d, path, 0);
	if (unlink(file) < 0 && errno != ENOENT)
		return err_errno(mem, errno, "remove %s", file);
	return NULL;
}

err *depot_forget(arena *mem, struct depot *d, const char *object, bool *ret_any)
{
	TRY(check_path(mem, object, 3));
	const char *dir = depot_local(mem, d, object);
	struct record *records;
	size_t n = 0;
	copies_hold(d->copies, object, NULL);
	if (!records_of(mem, d, object, &records, &n))
		for (size_t i = 0; i < n; i++)
			remember(d, path_join(mem, object, records[i].name), 0);
	if (ret_any)
		*ret_any = n > 0;
	return file_remove_tree(mem, dir);
}
