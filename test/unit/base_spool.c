/* Bytes on disk: written once, read in pieces and as memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/spool.h"

static err *gather(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

static err *refuse(void *arg, arena *mem, str bytes)
{
	(void)arg;
	return err_new(mem, ERR_LIMIT, "%zu bytes", bytes.n);
}

static void test_spool(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct spool *s;
	struct mapped *m;
	buf all = buf_init(mem), got = buf_init(mem);
	assert_null(spool_open(mem, "/tmp", &s));
	for (int round = 0; round < 2; round++) {
		buf_clear(&all);
		for (size_t i = 0; i < 3000; i++) {
			const char *piece = arena_printf(mem, "<%zu:%*s>", i, (int)(i % 97), "");
			buf_text_add(&all, piece);
			assert_null(spool_add(mem, s, str_of(piece)));
		}
		char *large = arena_alloc(mem, 200000);
		memset(large, 'x', 200000);
		assert_null(spool_add(mem, s, (str){large, 200000}));
		buf_add(&all, large, 200000);
		assert_int_equal(spool_size(s), all.n);
		buf_clear(&got);
		assert_null(spool_each(mem, s, 0, spool_size(s), gather, &got));
		assert_true(str_eq(buf_view(&got), buf_view(&all)));
		buf_clear(&got);
		assert_null(spool_each(mem, s, 1000, 17, gather, &got));
		assert_true(str_eq(buf_view(&got), str_sub(buf_view(&all), 1000, 1017)));
		assert_int_equal(err_code(spool_each(mem, s, 0, 5, refuse, NULL)), ERR_LIMIT);
		assert_int_equal(err_code(spool_each(mem, s, spool_size(s), 1, gather, &got)),
				 ERR_IO);
		if (!round)
			assert_null(spool_clear(mem, s));
	}
	assert_null(spool_map(mem, s, &m));
	assert_true(str_eq((str){m->p, m->n}, buf_view(&all)));
	arena_close(mem);
}

static void test_no_folder(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct spool *s;
	assert_int_equal(err_code(spool_open(mem, "/nowhere/at/all", &s)), ERR_NOT_FOUND);
	arena_close(mem);
}

/* There are NULs behind every text, also one that fills its last page. */
static void test_slack(void **state)
{
	(void)state;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t sizes[] = {0, 1, page - MAPPED_SLACK, page - 1, page, page + 1, 3 * page};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		arena *mem = arena_open();
		struct mapped *m, *copy;
		char *dir, *bytes = arena_alloc(mem, sizes[i]);
		memset(bytes, 'a', sizes[i]);
		assert_null(file_temp_dir(mem, "/tmp", "mapped-", &dir));
		const char *path = arena_printf(mem, "%s/x", dir);
		assert_null(file_write(mem, path, (str){bytes, sizes[i]}, 0600));
		assert_null(mapped_open(mem, path, &m));
		copy = mapped_text(mem, (str){bytes, sizes[i]});
		assert_int_equal(m->n, sizes[i]);
		for (size_t k = 0; k < MAPPED_SLACK; k++) {
			assert_int_equal(m->p[m->n + k], 0);
			assert_int_equal(copy->p[copy->n + k], 0);
		}
		arena_close(mem);
	}
}

/* What was passed is there again when it is looked at, without what was written there. */
static void test_pass(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct mapped *m;
	char *dir;
	size_t n = (size_t)4 << 20;
	char *bytes = arena_alloc(mem, n);
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)('a' + i % 23);
	assert_null(file_temp_dir(mem, "/tmp", "mapped-", &dir));
	const char *path = arena_printf(mem, "%s/x", dir);
	assert_null(file_write(mem, path, (str){bytes, n}, 0600));
	assert_null(mapped_open(mem, path, &m));
	m->p[100] = '!';
	mapped_pass(m, 50);
	assert_int_equal(m->p[100], '!');
	for (size_t at = 0; at <= n; at += 100000)
		mapped_pass(m, at);
	mapped_pass(m, 0);
	assert_memory_equal(m->p, bytes, n);
	str text;
	assert_null(file_read(mem, path, n, &text));
	assert_memory_equal(text.p, bytes, n);
	arena_close(mem);
}

static void test_no_file(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct mapped *m;
	assert_int_equal(err_code(mapped_open(mem, "/nowhere/at/all", &m)), ERR_NOT_FOUND);
	assert_int_equal(err_code(mapped_open(mem, "/tmp", &m)), ERR_INVALID);
	arena_close(mem);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_spool),	cmocka_unit_test(test_no_folder),
	cmocka_unit_test(test_slack),	cmocka_unit_test(test_pass),
	cmocka_unit_test(test_no_file),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
