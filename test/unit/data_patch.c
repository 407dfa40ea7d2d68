#include "table.h"

#include "data/at.h"
#include "data/patch.h"

static val *json(arena *mem, const char *text)
{
	val *v;
	assert_null(json_parse(mem, str_of(text), &v));
	return v;
}

/* The document after the operations, or the error's text. */
static const char *patched(arena *mem, const char *doc, const char *ops)
{
	val *after;
	err *e = patch_apply(mem, json(mem, doc), json(mem, ops), PATCH_STRICT, &after);
	return e ? err_text(mem, e) : json_text(mem, after, JSON_SORTED);
}

static void operations(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		{"{}", "[{\"op\":\"add\",\"path\":\"/a\",\"value\":1}]", "{\"a\":1}"},
		{"{\"a\":[1,2]}", "[{\"op\":\"add\",\"path\":\"/a/1\",\"value\":9}]",
		 "{\"a\":[1,9,2]}"},
		{"{\"a\":[1,2]}", "[{\"op\":\"add\",\"path\":\"/a/-\",\"value\":9}]",
		 "{\"a\":[1,2,9]}"},
		{"{\"a\":[1,2]}", "[{\"op\":\"remove\",\"path\":\"/a/-1\"}]", "{\"a\":[1]}"},
		{"{\"x/y\":1,\"~\":2}",
		 "[{\"op\":\"remove\",\"path\":\"/x~1y\"},{\"op\":\"remove\",\"path\":\"/~0\"}]",
		 "{}"},
		{"{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":{\"b\":null}}]",
		 "{\"a\":{\"b\":null}}"},
		{"{\"a\":1}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/b\"}]", "{\"b\":1}"},
		{"{\"a\":[1]}",
		 "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"},{\"op\":\"add\",\"path\":\"/b/"
		 "0\"}]",
		 "{\"a\":[1],\"b\":[null,1]}"},
		{"{\"a\":1}",
		 "[{\"op\":\"test\",\"path\":\"/a\",\"value\":1},{\"op\":\"test\",\"path\":\"/"
		 "b\"}]",
		 "{\"a\":1}"},
		{"{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":[]}]", "[]"},
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(patched(mem, rows[i][0], rows[i][1]), rows[i][2]);
	arena_close(mem);
}

static void faults(void **state)
{
	(void)state;
	static const struct {
		const char *doc, *ops;
		enum err_code code;
	} rows[] = {
		{"{}", "{}", ERR_INVALID},
		{"{}", "[{\"op\":\"jump\",\"path\":\"/a\"}]", ERR_INVALID},
		{"{}", "[{\"op\":\"add\",\"value\":1}]", ERR_INVALID},
		{"{}", "[{\"op\":\"add\",\"path\":\"/a/b\",\"value\":1}]", ERR_NOT_FOUND},
		{"{}", "[{\"op\":\"remove\",\"path\":\"/a\"}]", ERR_NOT_FOUND},
		{"{}", "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":1}]", ERR_NOT_FOUND},
		{"{\"a\":[]}", "[{\"op\":\"add\",\"path\":\"/a/1\",\"value\":1}]", ERR_NOT_FOUND},
		{"{\"a\":[]}", "[{\"op\":\"add\",\"path\":\"/a/x\",\"value\":1}]", ERR_INVALID},
		{"{\"a\":1}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":1.0}]", ERR_CONFLICT},
	};
	arena *mem = arena_open();
	val *after;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
			err_code(patch_apply(mem, json(mem, rows[i].doc), json(mem, rows[i].ops),
					     PATCH_STRICT, &after)),
			rows[i].code);
	assert_null(patch_apply(mem, json(mem, "{}"),
				json(mem, "[{\"op\":\"remove\",\"path\":\"/a/b\"}]"),
				PATCH_ALLOW_MISSING, &after));
	arena_close(mem);
}

static void merges_and_back(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		{"{\"a\":1,\"b\":{\"c\":2}}", "{\"a\":null,\"b\":{\"d\":3}}",
		 "{\"b\":{\"c\":2,\"d\":3}}"},
		{"{\"a\":[1]}", "{\"a\":[2,3]}", "{\"a\":[2,3]}"},
		{"{\"a\":1}", "{\"a\":{\"b\":{}}}", "{\"a\":{\"b\":{}}}"},
		{"1", "{\"a\":1}", "{\"a\":1}"},
	};
	arena *mem = arena_open();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		val *from = json(mem, rows[i][0]), *to = json(mem, rows[i][2]);
		assert_true(
			val_eq(patch_merge(mem, val_copy(mem, from), json(mem, rows[i][1])), to));
		val *between = patch_merge_between(mem, from, to);
		assert_true(val_eq(patch_merge(mem, val_copy(mem, from), between), to));
		assert_null(patch_merge_between(mem, to, to));
	}
	arena_close(mem);
}

static void pointers(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *v = json(mem, "{\"a\":{\"b\":[1,{\"c\":2}]},\"\":3}");
	bool removed;
	assert_int_equal(val_as_int(at_get(mem, v, "/a/b/1/c"), 0), 2);
	assert_int_equal(val_as_int(at_get(mem, v, "/"), 0), 3);
	assert_null(at_get(mem, v, "/a/b/2"));
	assert_null(at_get(mem, v, "a"));
	assert_ptr_equal(at_get(mem, v, ""), v);
	assert_null(at_set(mem, v, STR("/n/e/w"), val_int(mem, 4)));
	assert_int_equal(val_as_int(VAL_IN(v, "n", "e", "w"), 0), 4);
	assert_int_equal(err_code(at_set(mem, v, STR("/a/b/x/y"), val_null(mem))), ERR_NOT_FOUND);
	assert_null(at_remove(mem, v, STR("/a/b/0"), &removed));
	assert_true(removed);
	assert_null(at_remove(mem, v, STR("/a/b/7"), &removed));
	assert_false(removed);
	assert_string_equal(at_escape(mem, STR("a/b~c")), "a~1b~0c");
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations),
		cmocka_unit_test(faults),
		cmocka_unit_test(merges_and_back),
		cmocka_unit_test(pointers),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
