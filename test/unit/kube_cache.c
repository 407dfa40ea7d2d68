#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/json.h"
#include "kube/cache.h"
#include "kube/packed.h"

static val *json(arena *mem, const char *text)
{
	val *v;
	assert_null(json_parse(mem, str_of(text), &v));
	return v;
}

static val *object(arena *mem, const char *name, unsigned version, const char *data)
{
	return json(
		mem,
		arena_printf(
			mem,
			"{\"kind\":\"ConfigMap\",\"metadata\":{\"namespace\":\"a\",\"name\":\"%s\","
			"\"resourceVersion\":\"%u\",\"managedFields\":[{}]},\"data\":{\"k\":\"%s\"}"
			"}",
			name, version, data));
}

static void packs_values(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"null",
		"true",
		"false",
		"0",
		"-1",
		"9223372036854775807",
		"-9223372036854775808",
		"1.5",
		"\"\"",
		"\"a\\u0000b\"",
		"[]",
		"{}",
		"[1,[2,{\"a\":null}],\"x\"]",
		"{\"a\":{\"b\":[true]},\"\":300}",
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		val *v = json(mem, texts[i]);
		size_t n = packed_size(v);
		unsigned char *p = arena_alloc(mem, n);
		packed_write(v, p);
		assert_true(val_eq(v, packed_read(mem, p)));
		assert_string_equal(json_text(mem, packed_read(mem, p), JSON_PLAIN),
				    json_text(mem, v, JSON_PLAIN));
	}
	arena_close(mem);
}

static void never_goes_back(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct cache *c = cache_open(NULL, NULL);
	assert_true(cache_put(c, object(mem, "x", 5, "five")));
	assert_false(cache_put(c, object(mem, "x", 5, "again")));
	assert_false(cache_put(c, object(mem, "x", 4, "four")));
	assert_true(cache_put(c, object(mem, "x", 10, "ten")));
	val *v = cache_get(c, mem, "a", "x");
	assert_string_equal(val_as_text(VAL_IN(v, "data", "k")), "ten");
	assert_null(VAL_IN(v, "metadata", "managedFields"));
	assert_false(cache_remove_at(c, "a", "x", 9));
	assert_true(cache_remove_at(c, "a", "x", 11));
	assert_false(cache_put(c, object(mem, "x", 10, "late answer")));
	assert_null(cache_get(c, mem, "a", "x"));
	assert_true(cache_put(c, object(mem, "x", 12, "new")));
	assert_true(cache_remove(c, "a", "x"));
	assert_false(cache_remove(c, "a", "x"));
	assert_int_equal(cache_count(c), 0);
	assert_int_equal(cache_bytes(c), 0);
	cache_close(c);
	arena_close(mem);
}

static val *only_odd(arena *mem, const val *obj, void *arg)
{
	(void)arg;
	if (cache_version(obj) % 2 == 0)
		return NULL;
	val *v = val_map(mem);
	val_set(mem, v, "k", val_copy(mem, VAL_IN(obj, "data", "k")));
	return v;
}

static void keeps_what_a_reducer_keeps(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct cache *c = cache_open(only_odd, NULL);
	cache_put(c, object(mem, "odd", 1, "kept"));
	cache_put(c, object(mem, "even", 2, "gone"));
	assert_string_equal(json_text(mem, cache_get(c, mem, "a", "odd"), JSON_PLAIN),
			    "{\"k\":\"kept\"}");
	assert_string_equal(
		json_text(mem, cache_get(c, mem, "a", "even"), JSON_PLAIN),
		"{\"kind\":\"ConfigMap\",\"metadata\":{\"namespace\":\"a\",\"name\":\"even\","
		"\"resourceVersion\":\"2\"}}");
	cache_close(c);
	arena_close(mem);
}

static void count(void *arg, const val *obj)
{
	assert_true(val_is(obj, VAL_MAP));
	++*(int *)arg;
}

static void *read_much(void *arg)
{
	for (int i = 0; i < 500; i++) {
		arena *mem = arena_open();
		int n = 0;
		cache_get(arg, mem, "a", "x");
		cache_each(arg, "a", count, &n);
		arena_close(mem);
	}
	return NULL;
}

static void is_read_while_written(void **state)
{
	(void)state;
	struct cache *c = cache_open(NULL, NULL);
	pthread_t t[3];
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, read_much, c);
	for (unsigned i = 1; i < 500; i++) {
		arena *mem = arena_open();
		cache_put(c, object(mem, "x", i, "v"));
		cache_put(c, object(mem, i % 2 ? "y" : "z", i, "v"));
		if (i % 7 == 0)
			cache_remove_at(c, "a", "x", i);
		arena_close(mem);
	}
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	int n = 0;
	cache_each(c, "b", count, &n);
	assert_int_equal(n, 0);
	cache_each(c, NULL, count, &n);
	assert_int_equal(n, 3);
	cache_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packs_values),
		cmocka_unit_test(never_goes_back),
		cmocka_unit_test(keeps_what_a_reducer_keeps),
		cmocka_unit_test(is_read_while_written),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
