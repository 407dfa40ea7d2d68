#include "pack/depot_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "crypt/digest.h"
#include "pack/unpack.h"

#define DIGEST_TEXT (8 + 2 * DIGEST_MAX)
#define NAME_DIGITS 32 /* of the digest, in a folder's name */

struct copy {
	struct copy *next_free;
	char digest[DIGEST_TEXT];
	char name[sizeof("engine-") + NAME_DIGITS];
	bool unpacking;
	size_t readers, holders;
};

struct copies {
	arena *mem;
	const char *dir;
	struct tar_limits limits;
	pthread_mutex_t lock;
	pthread_cond_t unpacked;
	struct map all;	    /* digest → struct copy */
	struct map holders; /* holder → struct copy */
	struct copy *free;
	uint64_t serial; /* of folders that are to go */
	int fd;		 /* locked while the folder is ours; -1 before */
};

struct copies *copies_open(const char *dir, const struct tar_limits *limits)
{
	arena *mem = arena_open();
	struct copies *c = NEW(mem, struct copies);
	*c = (struct copies){.mem = mem, .dir = arena_text(mem, dir), .limits = *limits, .fd = -1};
	c->all = map_init(NULL);
	c->holders = map_init(NULL);
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->unpacked, NULL);
	return c;
}

/* Copies that still are on disk stay there: the next to open the folder clears it. */
void copies_close(struct copies *c)
{
	if (c->fd >= 0)
		close(c->fd);
	map_done(&c->all);
	map_done(&c->holders);
	pthread_cond_destroy(&c->unpacked);
	pthread_mutex_destroy(&c->lock);
	arena_close(c->mem);
}

static err *clear(arena *mem, const char *dir)
{
	struct tree *t;
	struct tree_entry *entries;
	size_t n;
	TRY(tree_open(mem, dir, &t));
	TRY(tree_list(mem, t, ".", &entries, &n));
	for (size_t i = 0; i < n; i++)
		if (!text_eq(entries[i].name, ".lock"))
			TRY(file_remove_tree(mem, path_join(mem, dir, entries[i].name)));
	return NULL;
}

/* Makes the folder ours. Under lock. */
static err *own(arena *mem, struct copies *c)
{
	if (c->fd >= 0)
		return NULL;
	TRY(file_mkdirs(mem, c->dir));
	const char *file = path_join(mem, c->dir, ".lock");
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_errno(mem, errno, "open %s", file);
	err *failed = NULL;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		failed = err_new(mem, ERR_BUSY, "%s is in use by another process", c->dir);
	if (!failed)
		failed = clear(mem, c->dir);
	if (failed) {
		close(fd);
		return failed;
	}
	c->fd = fd;
	return NULL;
}

static struct copy *copy_new(struct copies *c, const char *digest)
{
	struct copy *k = c->free;
	if (k)
		c->free = k->next_free;
	else
		k = NEW(c->mem, struct copy);
	*k = (struct copy){.unpacking = true};
	snprintf(k->digest, sizeof(k->digest), "%s", digest);
	snprintf(k->name, sizeof(k->name), "engine-%.*s", NAME_DIGITS, strchr(digest, ':') + 1);
	map_set(&c->all, digest, k);
	return k;
}

static void copy_forget(struct copies *c, struct copy *k)
{
	map_del(&c->all, k->digest);
	k->next_free = c->free;
	c->free = k;
}

/* Takes a copy that nobody wants out of the table; where its folder is to be removed from, NULL when it
 * is wanted. Under lock. */
static const char *take_out(arena *mem, struct copies *c, struct copy *k)
{
	if (!k || k->readers || k->holders || k->unpacking)
		return NULL;
	const char *from = path_join(mem, c->dir, k->name);
	const char *to =
		arena_printf(mem, "%s/.gone-%llu", c->dir, (unsigned long long)c->serial++);
	copy_forget(c, k);
	return rename(from, to) == 0 ? to : from;
}

static void remove_folder(arena *mem, const char *dir)
{
	if (dir)
		file_remove_tree(mem, dir); /* what stays is cleared at the next start */
}

/* Under lock; returns what is to be removed, or NULL. */
static const char *set_holder(arena *mem, struct copies *c, const char *holder, struct copy *k)
{
	struct copy *before = map_get(&c->holders, holder);
	if (before == k)
		return NULL;
	if (k) {
		k->holders++;
		map_set(&c->holders, holder, k);
	} else {
		map_del(&c->holders, holder);
	}
	if (before)
		before->holders--;
	return take_out(mem, c, before);
}

void copies_hold(struct copies *c, const char *holder, const char *digest)
{
	arena *mem = arena_open();
	pthread_mutex_lock(&c->lock);
	const char *gone = set_holder(mem, c, holder, digest ? map_get(&c->all, digest) : NULL);
	pthread_mutex_unlock(&c->lock);
	remove_folder(mem, gone);
	arena_close(mem);
}

size_t copies_count(struct copies *c)
{
	pthread_mutex_lock(&c->lock);
	size_t n = c->all.n;
	pthread_mutex_unlock(&c->lock);
	return n;
}

static err *add_to_digest(void *arg, arena *mem, str bytes)
{
	(void)mem;
	digest_add(arg, bytes);
	return NULL;
}

/* Unpacks beside, checks the digest, and moves the folder into place. Not under lock. */
static err *fill(arena *mem, struct copies *c, const struct copy *k, const char *file)
{
	enum digest_kind kind;
	str hex;
	if (!digest_split(str_of(k->digest), &kind, &hex))
		return err_new(mem, ERR_INVALID, "artifact digest '%s' is not supported",
			       k->digest);
	struct digest *d = digest_begin(mem, kind);
	struct sink seen = {add_to_digest, d};
	char *temp;
	TRY(file_temp_dir(mem, c->dir, ".part-", &temp));
	TRY_AS(mem, unpack_dir(mem, file, temp, &c->limits, &seen),
	       "failed to unpack the artifact");
	if (!text_eq(digest_end(d), k->digest))
		return err_new(mem, ERR_INVALID, "computed digest doesn't match '%s'", k->digest);
	const char *to = path_join(mem, c->dir, k->name);
	if (rename(temp, to) < 0)
		return err_errno(mem, errno, "rename %s to %s", temp, to);
	return NULL;
}

/* A copy that is there, with one more reader; it is made by the first who asks, while others wait. */
static err *take_copy(arena *mem, struct copies *c, const char *file, const char *digest,
		      struct copy **ret_copy)
{
	struct copy *k;
	while ((k = map_get(&c->all, digest)) && k->unpacking)
		pthread_cond_wait(&c->unpacked, &c->lock);
	if (!k) {
		k = copy_new(c, digest);
		pthread_mutex_unlock(&c->lock);
		arena *scratch = arena_open();
		err *failed = err_copy(mem, fill(scratch, c, k, file));
		arena_close(scratch);
		pthread_mutex_lock(&c->lock);
		k->unpacking = false;
		if (failed)
			copy_forget(c, k);
		pthread_cond_broadcast(&c->unpacked);
		TRY(failed);
	}
	k->readers++;
	*ret_copy = k;
	return NULL;
}

struct reading {
	struct copies *c;
	struct copy *k;
};

static void end_reading(void *arg)
{
	struct reading *r = arg;
	arena *mem = arena_open();
	pthread_mutex_lock(&r->c->lock);
	r->k->readers--;
	const char *gone = take_out(mem, r->c, r->k);
	pthread_mutex_unlock(&r->c->lock);
	remove_folder(mem, gone);
	arena_close(mem);
}

err *copies_get(arena *mem, struct copies *c, const char *holder, const char *file,
		const char *digest, struct tree **ret_tree)
{
	enum digest_kind kind;
	str hex;
	if (!digest_split(str_of(digest), &kind, &hex))
		return err_new(mem, ERR_INVALID, "artifact digest '%s' is not supported", digest);
	struct reading *r = NEW(mem, struct reading);
	const char *gone = NULL;
	r->c = c;
	pthread_mutex_lock(&c->lock);
	err *failed = own(mem, c);
	if (!failed)
		failed = take_copy(mem, c, file, digest, &r->k);
	if (!failed)
		gone = set_holder(mem, c, holder, r->k);
	pthread_mutex_unlock(&c->lock);
	remove_folder(mem, gone);
	TRY(failed);
	arena_defer(mem, end_reading, r);
	return tree_open(mem, path_join(mem, c->dir, r->k->name), ret_tree);
}
