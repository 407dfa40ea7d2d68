/* Variable substitution: the recorded table, and the ceilings. */
#include "table.h"

#include "data/subst.h"

static bool is_text(const val *in)
{
	return val_get(in, "text");
}

static bool is_object(const val *in)
{
	return val_get(in, "object");
}

static const char *text_row(arena *mem, const val *in, val **ret_got)
{
	str out;
	err *e = subst_text(mem, val_as_str(val_get(in, "text")), val_get(in, "vars"),
			    val_as_bool(val_get(in, "strict"), false), &out);
	if (e)
		return err_text(mem, e);
	*ret_got = val_str(mem, out);
	return NULL;
}

static const char *object_row(arena *mem, const val *in, val **ret_got)
{
	enum subst_flags flags =
		(val_as_bool(val_get(in, "strict"), false) ? SUBST_STRICT : SUBST_PLAIN) |
		(val_as_bool(val_get(in, "always"), false) ? SUBST_ALWAYS : SUBST_PLAIN);
	err *e = subst_object(mem, val_get(in, "object"), val_get(in, "vars"), flags, ret_got);
	return e ? err_text(mem, e) : NULL;
}

static void texts(void **state)
{
	(void)state;
	table_run("envsubst", is_text, text_row);
}

static void objects(void **state)
{
	(void)state;
	table_run("envsubst", is_object, object_row);
}

static err *run(arena *mem, const char *text, const char *name, str value, str *ret)
{
	val *vars = val_map(mem);
	val_set(mem, vars, name, val_str(mem, value));
	return subst_text(mem, str_of(text), vars, true, ret);
}

static void ceilings(void **state)
{
	(void)state;
	arena *mem = arena_open();
	buf deep = buf_init(mem), big = buf_init(mem);
	str out;
	for (int i = 0; i < SUBST_MAX_DEPTH + 1; i++)
		buf_text_add(&deep, "${v:-");
	assert_int_equal(err_code(run(mem, buf_text(&deep), "v", STR(""), &out)), ERR_LIMIT);
	buf_fill(&big, 'a', 9 << 20);
	assert_int_equal(err_code(run(mem, "${v//a/${v}}", "v", buf_view(&big), &out)), ERR_LIMIT);
	assert_int_equal(
		err_code(run(mem, "${v}${v}${v}${v}${v}${v}${v}${v}", "v", buf_view(&big), &out)),
		ERR_LIMIT);
	assert_int_equal(err_code(run(mem, "${v#a}", "v", buf_view(&big), &out)), ERR_LIMIT);
	arena_close(mem);
}

static void broken_bytes(void **state)
{
	(void)state;
	arena *mem = arena_open();
	str out;
	assert_null(run(mem, "${v%b}", "v",
			STR("\xff\xe4\xbd"
			    "b"),
			&out));
	assert_true(str_is(out, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"));
	assert_null(run(mem, "${v//${v:9}/-}", "v",
			STR("\xff"
			    "b"),
			&out));
	assert_true(str_is(out, "-\xff-b-"));
	arena_close(mem);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(texts),
	cmocka_unit_test(objects),
	cmocka_unit_test(ceilings),
	cmocka_unit_test(broken_bytes),
};
TABLE_MAIN(tests)
