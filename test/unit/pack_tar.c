#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "base/rand.h"
#include "pack/unpack.h"

static err *collect(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

/* ---- gzip ---- */

static void test_gzip(void **state)
{
	(void)state;
	arena *mem = arena_open();
	str packed, twice, got;
	str text = {arena_alloc(mem, 3000000), 3000000};
	assert_null(gzip_all(mem, text, &packed));
	assert_true(packed.n < 10000);
	assert_true(gzip_is(packed));
	assert_null(gunzip_all(mem, packed, (struct gunzip_limits){0}, &got));
	assert_true(str_eq(got, text));
	/* members one after the other */
	buf b = buf_init(mem);
	assert_null(gzip_all(mem, STR("one"), &packed));
	buf_str(&b, packed);
	assert_null(gzip_all(mem, STR("two"), &packed));
	buf_str(&b, packed);
	twice = buf_view(&b);
	assert_null(gunzip_all(mem, twice, (struct gunzip_limits){0}, &got));
	assert_true(str_is(got, "onetwo"));
	/* byte by byte */
	buf_clear(&b);
	buf out = buf_init(mem);
	struct gunzip *z =
		gunzip_begin(mem, (struct gunzip_limits){0}, (struct sink){collect, &out});
	for (size_t i = 0; i < twice.n; i++)
		assert_null(gunzip_add(z, str_sub(twice, i, i + 1)));
	assert_null(gunzip_end(z));
	assert_string_equal(buf_text(&out), "onetwo");
	arena_close(mem);
}

static void test_gzip_refuses(void **state)
{
	(void)state;
	arena *mem = arena_open();
	str packed, got;
	str text = {arena_alloc(mem, 40u << 20), 40u << 20};
	assert_null(gzip_all(mem, text, &packed));
	struct gunzip_limits bytes = {.bytes = 1000000}, ratio = {.ratio = 500}, none = {0};
	assert_int_equal(err_code(gunzip_all(mem, packed, bytes, &got)), ERR_LIMIT);
	assert_int_equal(err_code(gunzip_all(mem, packed, ratio, &got)), ERR_LIMIT);
	err *failed = gunzip_all(mem, str_sub(packed, 0, packed.n - 3), none, &got);
	assert_string_equal(err_text(mem, failed), "gzip: unexpected end of the stream");
	assert_int_equal(err_code(gunzip_all(mem, STR(""), none, &got)), ERR_INVALID);
	assert_int_equal(err_code(gunzip_all(mem, STR("plain text, not gzip"), none, &got)),
			 ERR_INVALID);
	char *broken = arena_copy(mem, packed.p, packed.n);
	broken[packed.n - 6] ^= 1;
	assert_int_equal(err_code(gunzip_all(mem, (str){broken, packed.n}, none, &got)),
			 ERR_INVALID);
	arena_close(mem);
}

/* ---- tar ---- */

static char *long_path(arena *mem, size_t n, bool slashes)
{
	char *p = arena_alloc(mem, n + 1);
	for (size_t i = 0; i < n; i++)
		p[i] = slashes && i % 40 == 20 && i + 1 < n ? '/' : (char)('a' + i % 26);
	return p;
}

static str archive(arena *mem, const char *const *paths, size_t n)
{
	buf b = buf_init(mem);
	struct gzip *z = gzip_begin(mem, (struct sink){collect, &b});
	buf t = buf_init(mem);
	struct tar_writer *w = tar_begin(mem, (struct sink){collect, &t});
	assert_null(tar_dir(w, "."));
	for (size_t i = 0; i < n; i++)
		assert_null(tar_file(w, paths[i], i % 2, str_of(paths[i])));
	assert_null(tar_end(w));
	assert_null(gzip_add(z, buf_view(&t)));
	assert_null(gzip_end(z));
	buf_text(&b);
	return buf_view(&b);
}

static void test_round_trip(void **state)
{
	(void)state;
	arena *mem = arena_open();
	const char *paths[] = {"a",
			       "b/c",
			       "b/ünï",
			       long_path(mem, 99, false),
			       long_path(mem, 100, false),
			       long_path(mem, 101, true),
			       long_path(mem, 230, true),
			       long_path(mem, 255, true),
			       long_path(mem, 256, true),
			       long_path(mem, 257, true),
			       long_path(mem, 999, true),
			       long_path(mem, 200, false)};
	size_t n = sizeof(paths) / sizeof(*paths);
	str packed = archive(mem, paths, n), again = archive(mem, paths, n);
	assert_true(str_eq(packed, again));
	struct tree *t;
	assert_null(unpack_tree(mem, packed, NULL, &t));
	char *temp, *file;
	assert_null(file_temp_dir(mem, "/tmp", "tar-", &temp));
	file = path_join(mem, temp, "a.tar.gz");
	assert_null(file_write(mem, file, packed, 0600));
	char *dir = path_join(mem, temp, "d");
	mkdir(dir, 0700);
	assert_null(unpack_dir(mem, file, dir, NULL, NULL));
	struct tree *d;
	assert_null(tree_open(mem, dir, &d));
	for (size_t i = 0; i < n; i++) {
		str got;
		assert_null(tree_read(mem, t, paths[i], 2000, &got));
		assert_string_equal(str_text(mem, got), paths[i]);
		assert_null(tree_read(mem, d, paths[i], 2000, &got));
		assert_string_equal(str_text(mem, got), paths[i]);
		struct tree_entry e;
		assert_null(tree_stat(mem, d, paths[i], &e));
		assert_int_equal(e.executable, i % 2);
	}
	/* what others make of it */
	if (system(NULL) && !system("command -v tar >/dev/null")) {
		mkdir(path_join(mem, temp, "e"), 0700);
		assert_int_equal(
			system(arena_printf(mem, "cd %s && tar xzf a.tar.gz -C e && diff -r d e",
					    temp)),
			0);
	}
	arena_close(mem);
}

/* Archives of GNU tar in its formats; links and devices are passed over. */
static void test_foreign(void **state)
{
	(void)state;
	arena *mem = arena_open();
	char *temp;
	if (!system(NULL) || system("command -v tar >/dev/null"))
		skip();
	assert_null(file_temp_dir(mem, "/tmp", "tar-", &temp));
	char *deep = long_path(mem, 150, true), *wide = long_path(mem, 180, false);
	assert_int_equal(
		system(arena_printf(
			mem,
			"cd %s && mkdir -p t/$(dirname %s) && echo hi >t/a && "
			"echo deep >t/%s && echo wide >t/%s && chmod +x t/a && "
			"ln -s a t/link && ln t/a t/hard && mkfifo t/pipe && mkdir t/empty",
			temp, deep, deep, wide)),
		0);
	const char *formats[] = {"gnu", "pax", "v7 --exclude=t/*/*",
				 "ustar --exclude=*zabcdefghijklmnopqrstuvwx"};
	for (int i = 0; i < 4; i++) {
		char *file = arena_printf(mem, "%s/%d.tar.gz", temp, i);
		int rc = system(arena_printf(
			mem, "cd %s && tar czf %s --sort=name --format=%s -C t . 2>/dev/null", temp,
			file, formats[i]));
		(void)rc; /* the old formats leave long names out and say so */
		str packed, got;
		assert_null(file_read(mem, file, 1 << 20, &packed));
		struct tree *t;
		err *failed = unpack_tree(mem, packed, NULL, &t);
		if (failed)
			fail_msg("%s: %s", formats[i], err_text(mem, failed));
		assert_null(tree_read(mem, t, "a", 100, &got));
		assert_string_equal(str_text(mem, got), "hi\n");
		assert_int_equal(err_code(tree_read(mem, t, "link", 100, &got)), ERR_NOT_FOUND);
		assert_int_equal(err_code(tree_read(mem, t, "pipe", 100, &got)), ERR_NOT_FOUND);
		if (i < 2) {
			assert_null(tree_read(mem, t, deep, 100, &got));
			assert_string_equal(str_text(mem, got), "deep\n");
			assert_null(tree_read(mem, t, wide, 100, &got));
		}
	}
	arena_close(mem);
}

/* An archive of one entry with this path and content, read under limits. */
static err *read_one(arena *mem, const char *path, size_t content, const struct tar_limits *limits)
{
	buf t = buf_init(mem);
	struct tar_writer *w = tar_begin(mem, (struct sink){collect, &t});
	assert_null(tar_file(w, path, false, (str){arena_alloc(mem, content), content}));
	assert_null(tar_file(w, "other", false, STR("x")));
	assert_null(tar_end(w));
	str packed;
	assert_null(gzip_all(mem, buf_view(&t), &packed));
	struct tree *tree;
	return unpack_tree(mem, packed, limits, &tree);
}

static void test_refuses(void **state)
{
	(void)state;
	arena *mem = arena_open();
	static const char *const bad[] = {"/etc/passwd", "../x", "a/../../x",
					  "a/..",	 "..",	 "a\\..\\b"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(err_code(read_one(mem, bad[i], 3, NULL)), ERR_INVALID);
	assert_string_equal(err_text(mem, read_one(mem, "../x", 3, NULL)),
			    "tar: an entry's path leads out of the archive: ../x");
	assert_null(read_one(mem, "./a/./b", 3, NULL));
	assert_null(read_one(mem, "a..b/...", 3, NULL));
	struct tar_limits file = {.file = 10}, all = {.bytes = 10}, entries = {.entries = 1};
	struct tar_limits depth = {.depth = 2}, path = {.path = 9};
	assert_null(read_one(mem, "a", 10, &file));
	assert_int_equal(err_code(read_one(mem, "a", 11, &file)), ERR_LIMIT);
	assert_null(read_one(mem, "a", 9, &all));
	assert_int_equal(err_code(read_one(mem, "a", 10, &all)), ERR_LIMIT);
	assert_int_equal(err_code(read_one(mem, "a", 1, &entries)), ERR_LIMIT);
	assert_null(read_one(mem, "a/b", 1, &depth));
	assert_int_equal(err_code(read_one(mem, "a/b/c", 1, &depth)), ERR_LIMIT);
	assert_int_equal(err_code(read_one(mem, "0123456789", 1, &path)), ERR_LIMIT);
	arena_close(mem);
}

static err *any_entry(void *arg, arena *mem, const struct tar_entry *e)
{
	(void)arg;
	(void)mem;
	(void)e;
	return NULL;
}

static err *any_data(void *arg, arena *mem, str bytes)
{
	(void)arg;
	(void)mem;
	(void)bytes;
	return NULL;
}

static err *any_end(void *arg, arena *mem)
{
	(void)arg;
	(void)mem;
	return NULL;
}

static const struct tar_calls any = {any_entry, any_data, any_end};

/* Cut anywhere but between entries it is an error; in pieces of any size it reads the same. */
static void test_cut(void **state)
{
	(void)state;
	arena *mem = arena_open();
	buf t = buf_init(mem);
	struct tar_writer *w = tar_begin(mem, (struct sink){collect, &t});
	assert_null(tar_file(w, long_path(mem, 300, true), false, STR("content")));
	assert_null(tar_end(w));
	str whole = buf_view(&t);
	for (size_t n = 1; n <= whole.n; n += 97) {
		struct tar_reader *r = tar_read_begin(mem, NULL, &any, NULL);
		for (size_t at = 0; at < n; at += 61)
			assert_null(tar_read_add(r, str_sub(str_sub(whole, 0, n), at, at + 61)));
		err *failed = tar_read_end(r);
		bool fine = n >= whole.n - 512;
		assert_int_equal(err_code(failed), fine ? 0 : ERR_INVALID);
	}
	arena_close(mem);
}

int main(void)
{
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gzip),	   cmocka_unit_test(test_gzip_refuses),
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_refuses),	   cmocka_unit_test(test_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
