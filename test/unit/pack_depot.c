#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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
#include "base/path.h"
#include "pack/depot.h"

static struct depot *open_depot(arena *mem, char **ret_dir)
{
	struct depot *d;
	if (!*ret_dir)
		assert_null(file_temp_dir(mem, "/tmp", "depot-", ret_dir));
	struct depot_settings s = {.dir = *ret_dir,
				   .digest = DIGEST_SHA256,
				   .retention_ttl = CLOCK_MINUTE,
				   .retention_records = 2,
				   .artifact_max = 100000};
	assert_null(depot_open(mem, &s, &d));
	return d;
}

/* An archive with one file. */
static err *fill(void *arg, struct sink out)
{
	arena *mem = arena_open();
	struct gzip *z = gzip_begin(mem, out);
	err *failed = gzip_add(z, *(str *)arg);
	failed = failed ? failed : gzip_end(z);
	assert_null(failed);
	arena_close(mem);
	return NULL;
}

static err *to_buf(void *arg, arena *mem, str bytes)
{
	str *all = arg;
	char *p = arena_grow(mem, (char *)all->p, all->n, all->n + bytes.n);
	memcpy(p + all->n, bytes.p, bytes.n);
	*all = (str){p, all->n + bytes.n};
	return NULL;
}

static struct depot_file put(arena *mem, struct depot *d, const char *path, const char *text)
{
	str tar = {0};
	struct tar_writer *w = tar_begin(mem, (struct sink){to_buf, &tar});
	assert_null(tar_dir(w, "."));
	assert_null(tar_file(w, "d/a.txt", false, str_of(text)));
	assert_null(tar_end(w));
	struct depot_file f;
	assert_null(depot_put(mem, d, path, fill, &tar, &f));
	return f;
}

static void test_put(void **state)
{
	(void)state;
	arena *mem = arena_open();
	char *dir = NULL;
	struct depot *d = open_depot(mem, &dir);
	char *path = depot_path(mem, "GitRepository", "apps", "web", "abc.tar.gz");
	assert_string_equal(path, "gitrepository/apps/web/abc.tar.gz");
	struct depot_file f = put(mem, d, path, "one");
	str bytes;
	assert_null(depot_read(mem, d, path, 1 << 20, &bytes));
	assert_int_equal(bytes.n, f.size);
	assert_string_equal(digest_text(mem, DIGEST_SHA256, bytes), f.digest);
	struct stat st;
	assert_int_equal(stat(depot_local(mem, d, path), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_null(depot_verify(mem, d, path, f.digest));
	err *failed = depot_verify(mem, d, path, digest_text(mem, DIGEST_SHA256, STR("x")));
	assert_true(text_starts(err_text(mem, failed), "computed digest doesn't match 'sha256:"));
	assert_int_equal(err_code(depot_verify(mem, d, "gitrepository/a/b/c", f.digest)),
			 ERR_NOT_FOUND);
	assert_int_equal(err_code(depot_verify(mem, d, "gitrepository/../b/c", f.digest)),
			 ERR_NOT_FOUND);
	/* changed behind our back */
	assert_null(file_write(mem, depot_local(mem, d, path), STR("other"), 0600));
	assert_int_equal(err_code(depot_verify(mem, d, path, f.digest)), ERR_INVALID);
	/* written by somebody else */
	int fd = open(arena_printf(mem, "%s.lock", depot_local(mem, d, path)), O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	str nothing = {0};
	assert_int_equal(err_code(depot_put(mem, d, path, fill, &nothing, &f)), ERR_BUSY);
	close(fd);
	/* a path of somebody who wants out */
	assert_int_equal(
		err_code(depot_put(mem, d, "gitrepository/a/../c.tar.gz", fill, &nothing, &f)),
		ERR_INVALID);
	bool any;
	assert_null(depot_forget(mem, d, "gitrepository/apps/web", &any));
	assert_true(any);
	assert_null(depot_forget(mem, d, "gitrepository/apps/web", &any));
	assert_false(any);
	depot_close(d);
	arena_close(mem);
}

static err *too_much(void *arg, struct sink out)
{
	arena *mem = arg;
	err *failed = NULL;
	while (!failed)
		failed = out.put(out.arg, mem, (str){arena_alloc(mem, 30000), 30000});
	return failed;
}

static void test_ceiling(void **state)
{
	(void)state;
	arena *mem = arena_open();
	char *dir = NULL;
	struct depot *d = open_depot(mem, &dir);
	struct depot_file f;
	assert_int_equal(err_code(depot_put(mem, d, "a/b/c/d", too_much, mem, &f)), ERR_LIMIT);
	int n;
	assert_null(depot_collect(mem, d, "a/b/c/d", &n));
	assert_int_equal(n, 0);
	struct tree *t;
	struct tree_entry *entries;
	size_t count;
	assert_null(tree_open(mem, arena_printf(mem, "%s/a/b/c", dir), &t));
	assert_null(tree_list(mem, t, "", &entries, &count));
	assert_int_equal(count, 1); /* the lock; nothing half-written */
	depot_close(d);
	arena_close(mem);
}

static void age(arena *mem, struct depot *d, const char *path, int seconds)
{
	int64_t at = clock_wall() / CLOCK_SECOND - seconds;
	struct timespec times[2] = {{.tv_sec = at}, {.tv_sec = at}};
	assert_int_equal(utimensat(AT_FDCWD, depot_local(mem, d, path), times, 0), 0);
}

static void test_retention(void **state)
{
	(void)state;
	arena *mem = arena_open();
	char *dir = NULL;
	struct depot *d = open_depot(mem, &dir);
	for (int i = 0; i < 5; i++) {
		char *path = arena_printf(mem, "g/n/a/%d", i);
		put(mem, d, path, path);
		age(mem, d, path, 50 - 10 * i);
	}
	int n;
	/* the two newest stay, and the current one in any case */
	assert_null(depot_collect(mem, d, "g/n/a/1", &n));
	assert_int_equal(n, 3);
	assert_true(file_exists(depot_local(mem, d, "g/n/a/1")));
	assert_true(file_exists(depot_local(mem, d, "g/n/a/4")));
	assert_false(file_exists(depot_local(mem, d, "g/n/a/3")));
	assert_false(file_exists(depot_local(mem, d, "g/n/a/3.lock")));
	age(mem, d, "g/n/a/1", 61);
	age(mem, d, "g/n/a/4", 61);
	assert_null(depot_collect(mem, d, "g/n/a/1", &n));
	assert_int_equal(n, 1);
	assert_true(file_exists(depot_local(mem, d, "g/n/a/1")));
	assert_null(depot_collect(mem, d, "g/n/none/1", &n));
	depot_close(d);
	arena_close(mem);
}

static void is_file(arena *mem, struct tree *t, const char *want)
{
	str got;
	assert_null(tree_read(mem, t, "d/a.txt", 100, &got));
	assert_string_equal(str_text(mem, got), want);
}

static void test_trees(void **state)
{
	(void)state;
	arena *mem = arena_open();
	char *dir = NULL;
	struct depot *d = open_depot(mem, &dir);
	struct depot_file one = put(mem, d, "g/n/a/1", "one");
	arena *first = arena_open(), *second = arena_open();
	struct tree *t, *same, *u;
	assert_null(depot_tree(first, d, "g/n/a/1", one.digest, &t));
	assert_null(depot_tree(second, d, "g/n/a/1", one.digest, &same));
	assert_string_equal(tree_root(t), tree_root(same));
	assert_non_null(strstr(tree_root(t), "/.trees/engine-"));
	is_file(first, t, "one");
	/* outdated, but still read */
	struct depot_file two = put(mem, d, "g/n/a/2", "two");
	assert_null(depot_tree(second, d, "g/n/a/2", two.digest, &u));
	is_file(first, t, "one");
	is_file(second, u, "two");
	char *old = arena_text(mem, tree_root(t)), *new = arena_text(mem, tree_root(u));
	arena_close(first);
	assert_true(file_exists(old));
	arena_close(second);
	assert_false(file_exists(old));
	assert_true(file_exists(new)); /* current */
	arena *third = arena_open();
	/* the same content of another object */
	assert_null(depot_tree(third, d, "g/n/b/2", two.digest, &u));
	assert_string_equal(tree_root(u), new);
	assert_null(depot_forget(mem, d, "g/n/a", NULL));
	assert_true(file_exists(new));
	err *failed = depot_tree(third, d, "g/n/a/2", one.digest, &u);
	assert_int_equal(err_code(failed), ERR_NOT_FOUND);
	put(mem, d, "g/n/a/2", "three");
	failed = depot_tree(third, d, "g/n/a/2", one.digest, &u);
	assert_true(text_starts(err_text(mem, failed), "computed digest doesn't match"));
	/* a second process is told, a later one clears what it finds */
	struct depot *other = open_depot(mem, &dir);
	assert_int_equal(err_code(depot_tree(mem, other, "g/n/a/2", two.digest, &u)), ERR_BUSY);
	depot_close(other);
	arena_close(third);
	depot_close(d);
	arena_close(mem);
}

struct many {
	struct depot *d;
	struct depot_file *files;
	int n;
};

static void *read_many(void *arg)
{
	struct many *m = arg;
	for (int round = 0; round < 40; round++) {
		arena *mem = arena_open();
		int i = (round * 7 + m->n) % 4;
		struct tree *t;
		str got;
		err *failed = depot_tree(mem, m->d, arena_printf(mem, "g/n/x/%d", i),
					 m->files[i].digest, &t);
		failed = failed ? failed : tree_read(mem, t, "d/a.txt", 100, &got);
		if (failed || got.p[0] != '0' + i) {
			fprintf(stderr, "%s\n", failed ? err_text(mem, failed) : "another file");
			abort();
		}
		arena_close(mem);
	}
	return NULL;
}

static void test_many_readers(void **state)
{
	(void)state;
	arena *mem = arena_open();
	char *dir = NULL;
	struct depot *d = open_depot(mem, &dir);
	struct depot_file files[4];
	for (int i = 0; i < 4; i++)
		files[i] =
			put(mem, d, arena_printf(mem, "g/n/x/%d", i), arena_printf(mem, "%d", i));
	pthread_t threads[6];
	struct many m[6];
	for (int i = 0; i < 6; i++) {
		m[i] = (struct many){d, files, i};
		pthread_create(&threads[i], NULL, read_many, &m[i]);
	}
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	struct tree *t;
	struct tree_entry *entries;
	size_t n;
	assert_null(tree_open(mem, path_join(mem, dir, ".trees"), &t));
	assert_null(tree_list(mem, t, "", &entries, &n));
	assert_int_equal(n, 2); /* the lock, and the copy that was asked for last */
	depot_close(d);
	arena_close(mem);
}

int main(void)
{
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),	     cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_retention),    cmocka_unit_test(test_trees),
		cmocka_unit_test(test_many_readers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
