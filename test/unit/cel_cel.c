/* CEL expressions, against recorded results, faults and health verdicts. */
#include "cel/cel.h"

#include "base/duration.h"
#include "base/enc.h"
#include "base/number.h"
#include "cel/cel_value.h"
#include "table.h"

/* --- values as the table shows them ----------------------------------------------------------- */

static val *shown(arena *mem, const cel_value *v);

static val *shown_list(arena *mem, const cel_value *v)
{
	val *out = val_list(mem);
	for (size_t i = 0; i < cel_size(v); i++)
		val_push(mem, out, shown(mem, cel_at(mem, v, i)));
	return out;
}

static int by_text(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	return strcmp(*x, *y);
}

/* Pairs in the order of their printed keys. */
static val *shown_map(arena *mem, const cel_value *v)
{
	size_t n = cel_size(v);
	const char **keys = NEW_N(mem, const char *, n + 1);
	val *pairs = val_map(mem), *out = val_list(mem);
	for (size_t i = 0; i < n; i++) {
		const cel_value *key = cel_key(mem, v, i);
		val *pair = val_list(mem);
		val_push(mem, pair, shown(mem, key));
		val_push(mem, pair, shown(mem, cel_find(mem, v, key)));
		keys[i] = json_text(mem, val_at(pair, 0), JSON_SORTED);
		val_set(mem, pairs, keys[i], pair);
	}
	qsort(keys, n, sizeof(*keys), by_text);
	for (size_t i = 0; i < n; i++)
		val_push(mem, out, val_get(pairs, keys[i]));
	return out;
}

static val *typed(arena *mem, const char *type, val *value)
{
	val *out = val_map(mem);
	val_set_text(mem, out, "type", type);
	val_set(mem, out, "value", value);
	return out;
}

static val *shown(arena *mem, const cel_value *v)
{
	switch (v->kind) {
	case CEL_NULL:
		return typed(mem, "null", val_null(mem));
	case CEL_OPTIONAL:
		return v->inner ? shown(mem, v->inner) : typed(mem, "null", val_null(mem));
	case CEL_BOOL:
		return typed(mem, "bool", val_bool(mem, v->b));
	case CEL_BYTES:
		return typed(mem, "bytes", val_text(mem, enc_base64(mem, v->s)));
	case CEL_TIMESTAMP:
		return typed(mem, "timestamp", val_text(mem, cel_time_text(mem, v, false)));
	case CEL_DURATION:
		return typed(mem, "duration", val_text(mem, duration_text(mem, v->i)));
	case CEL_TYPE:
		return typed(mem, "string", val_str(mem, v->s));
	case CEL_LIST:
		return typed(mem, "list", shown_list(mem, v));
	case CEL_MAP:
		return typed(mem, "map", shown_map(mem, v));
	default:
		return typed(mem, cel_type_name(v->kind), val_text(mem, cel_text(mem, v)));
	}
}

/* --- the table -------------------------------------------------------------------------------- */

static const char *run_bool(arena *mem, const struct cel_program *p, const val *object,
			    val **ret_got)
{
	bool result;
	err *e = cel_run_bool(mem, p, object, &result);
	if (e)
		return err_text(mem, e);
	*ret_got = val_bool(mem, result);
	return NULL;
}

static const char *run_value(arena *mem, const val *in, val **ret_got)
{
	struct cel_program *p;
	const cel_value *v;
	err *e = cel_compile(mem, val_as_str(val_get(in, "expr")), NULL, &p);
	if (!e)
		e = cel_run(mem, p, val_get(in, "object"), &v);
	if (e)
		return err_text(mem, e);
	*ret_got = shown(mem, v);
	return NULL;
}

static const char *run_plain_bool(arena *mem, const val *in, val **ret_got)
{
	struct cel_program *p;
	err *e = cel_compile(mem, val_as_str(val_get(in, "expr")), NULL, &p);
	return e ? err_text(mem, e) : run_bool(mem, p, val_get(in, "object"), ret_got);
}

static const char *run_checked(arena *mem, const val *in, val **ret_got)
{
	const val *vars = val_get(in, "vars");
	const char **names = NEW_N(mem, const char *, val_len(vars) + 1);
	for (size_t i = 0; i < val_len(vars); i++)
		names[i] = val_as_text(val_at(vars, i));
	struct cel_options o = {
		.check = true, .variables = names, .n = val_len(vars), .want_bool = true};
	struct cel_program *p;
	err *e = cel_compile(mem, val_as_str(val_get(in, "expr")), &o, &p);
	return e ? err_text(mem, e) : run_bool(mem, p, val_get(in, "object"), ret_got);
}

static const char *run_status(arena *mem, const val *in, val **ret_got)
{
	static const char *const names[] = {[CEL_HEALTH_IN_PROGRESS] = "InProgress",
					    [CEL_HEALTH_CURRENT] = "Current",
					    [CEL_HEALTH_FAILED] = "Failed"};
	struct cel_health_checks checks;
	enum cel_health health;
	err *e = cel_health_compile(mem, val_as_text(val_get(in, "current")),
				    val_as_text(val_get(in, "failed")),
				    val_as_text(val_get(in, "inProgress")), &checks);
	if (!e)
		e = cel_health_of(mem, &checks, val_get(in, "object"), &health);
	if (e)
		return err_text(mem, e);
	*ret_got = val_text(mem, names[health]);
	return NULL;
}

static bool has_mode(const val *in, const char *mode)
{
	return text_eq(val_as_text(val_get(in, "mode")), mode);
}

static bool is_value(const val *in)
{
	return has_mode(in, "value");
}

static bool is_bool(const val *in)
{
	return has_mode(in, "bool");
}

static bool is_checked(const val *in)
{
	return has_mode(in, "compiledBool");
}

static bool is_status(const val *in)
{
	return has_mode(in, "status");
}

static void test_values(void **state)
{
	(void)state;
	table_run("cel", is_value, run_value);
}

static void test_bools(void **state)
{
	(void)state;
	table_run("cel", is_bool, run_plain_bool);
}

static void test_checked(void **state)
{
	(void)state;
	table_run("cel", is_checked, run_checked);
}

static void test_health(void **state)
{
	(void)state;
	table_run("cel", is_status, run_status);
}

/* --- bounds ----------------------------------------------------------------------------------- */

/* A list of ten that is walked within itself, `deep` times. */
static const char *nested_walks(arena *mem, int deep)
{
	const char *inner = "1";
	for (int i = 0; i < deep; i++)
		inner = arena_printf(mem, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(v%d, %s)", i, inner);
	return inner;
}

static void test_bounds(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct cel_program *p;
	const cel_value *v;
	buf deep = buf_init(mem);
	assert_null(cel_compile(mem, str_of(nested_walks(mem, 3)), NULL, &p));
	assert_null(cel_run(mem, p, NULL, &v));
	assert_int_equal(cel_size(v), 10);
	assert_null(cel_compile(mem, str_of(nested_walks(mem, 7)), NULL, &p));
	assert_int_equal(err_code(cel_run(mem, p, NULL, &v)), ERR_LIMIT);

	buf_fill(&deep, '(', 300);
	err *e = cel_compile(mem, buf_view(&deep), NULL, &p);
	assert_int_equal(err_code(e), ERR_INVALID);
	assert_non_null(strstr(err_text(mem, e), "expression recursion limit exceeded: 250"));
	buf_fill(&deep, ' ', 200000);
	assert_int_equal(err_code(cel_compile(mem, buf_view(&deep), NULL, &p)), ERR_LIMIT);
	arena_close(mem);
}

static void test_texts(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct cel_program *p;
	str text, *texts;
	size_t n;
	assert_null(cel_compile(mem, STR("['a', 'b' + 'c']"), NULL, &p));
	assert_null(cel_run_texts(mem, p, NULL, &texts, &n));
	assert_int_equal(n, 2);
	assert_true(str_is(texts[1], "bc"));
	assert_non_null(cel_run_text(mem, p, NULL, &text));
	assert_null(cel_compile(mem, STR("'a' + 'b'"), NULL, &p));
	assert_null(cel_run_text(mem, p, NULL, &text));
	assert_true(str_is(text, "ab"));
	assert_non_null(cel_run_texts(mem, p, NULL, &texts, &n));
	arena_close(mem);
}

static void holds(str expr, const char *object)
{
	arena *mem = arena_open();
	struct cel_program *p;
	val *vars;
	bool result = false;
	assert_null(json_parse(mem, str_of(object), &vars));
	assert_null(cel_compile(mem, expr, NULL, &p));
	assert_null(cel_run_bool(mem, p, vars, &result));
	assert_true(result);
	arena_close(mem);
}

static void test_language(void **state)
{
	(void)state;
	holds(STR("b'\0' > b'' && 'a\0b'.size() == 3"), "{}");
	holds(STR("[{'z': 0}].exists(y, y.z == 0) && y.z == 1"), "{\"y.z\": 1}");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_values),	 cmocka_unit_test(test_bools),
	cmocka_unit_test(test_checked),	 cmocka_unit_test(test_health),
	cmocka_unit_test(test_bounds),	 cmocka_unit_test(test_texts),
	cmocka_unit_test(test_language),
};

TABLE_MAIN(tests)
