#include "table.h"

#include "data/yaml.h"
#include "base/buf.h"
#include "helm/helm_strvals.h"

static err *read_double(void *arg, arena *mem, const char *path, str *ret_content)
{
	(void)arg;
	if (strstr(path, "missing"))
		return err_new(mem, ERR_NOT_FOUND, "open %s: no such file or directory", path);
	*ret_content = str_of(arena_printf(mem, "<%s>", path));
	return NULL;
}

/* The recorded maps come from YAML, where every number is a float. */
static val *floats(arena *mem, val *v)
{
	if (val_is(v, VAL_INT))
		return val_float(mem, (double)v->i);
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++)
		v->list.p[i] = floats(mem, v->list.p[i]);
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		v->map.p[i].value = floats(mem, v->map.p[i].value);
	return v;
}

static const char *row(arena *mem, const val *in, val **ret_got)
{
	static const struct {
		const char *fn;
		enum strvals_kind kind;
	} kinds[] = {{"set", STRVALS_TYPED},	{"setString", STRVALS_TEXT},
		     {"setJSON", STRVALS_JSON}, {"setLiteral", STRVALS_LITERAL},
		     {"setFile", STRVALS_FILE}, {"toYAML", STRVALS_TYPED}};
	const char *fn = val_as_text(val_get(in, "fn"));
	val *into = val_copy(mem, val_get(in, "into"));
	into = val_is(into, VAL_MAP) ? floats(mem, into) : val_map(mem);
	err *e = NULL;
	if (text_eq(fn, "targetPath"))
		e = strvals_set_path(mem, val_as_text(val_get(in, "path")),
				     val_as_str(val_get(in, "value")),
				     val_as_bool(val_get(in, "literal"), false), into);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (text_eq(fn, kinds[i].fn))
			e = strvals_set(mem, kinds[i].kind, val_as_str(val_get(in, "text")), into,
					read_double, NULL);
	if (e)
		return err_text(mem, e);
	*ret_got = into;
	if (text_eq(fn, "toYAML")) {
		char *text = yaml_text(mem, into);
		text[strlen(text) - 1] = 0;
		*ret_got = val_text(mem, text);
	}
	return NULL;
}

static void recorded_rows(void **state)
{
	(void)state;
	table_run("strvals", NULL, row);
}

static err *set_typed(arena *mem, const char *text)
{
	return strvals_set(mem, STRVALS_TYPED, str_of(text), val_map(mem), NULL, NULL);
}

static void high_indexes_have_a_sum(void **state)
{
	(void)state;
	arena *mem = arena_open();
	buf many = buf_init(mem), deep = buf_init(mem), dots = buf_init(mem);
	for (int i = 0; i < 1000; i++)
		buf_printf(&many, "%sa%d[65536]=1", i ? "," : "", i);
	buf_text_add(&deep, "a");
	for (int i = 0; i < 29; i++)
		buf_text_add(&deep, "[65536]");
	buf_text_add(&deep, "=1");
	for (int i = 0; i < 100000; i++)
		buf_text_add(&dots, "a.");
	assert_null(set_typed(mem, "a[65536]=1,b[65536]=1"));
	assert_int_equal(err_code(set_typed(mem, "a[65537]=1")), ERR_INVALID);
	assert_int_equal(err_code(set_typed(mem, buf_text(&many))), ERR_LIMIT);
	assert_int_equal(err_code(set_typed(mem, buf_text(&deep))), ERR_LIMIT);
	assert_int_equal(err_code(set_typed(mem, buf_text(&dots))), ERR_INVALID);
	assert_int_equal(err_code(set_typed(mem, "a[9223372036854775808]=1")), ERR_INVALID);
	assert_int_equal(err_code(set_typed(mem, "a[-9223372036854775808]=1")), ERR_INVALID);
	assert_in_range(arena_bytes(mem), 0, (size_t)200 << 20);
	arena_close(mem);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(recorded_rows),
	cmocka_unit_test(high_indexes_have_a_sum),
};

TABLE_MAIN(tests)
