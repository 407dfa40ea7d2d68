/* Reading and printing YAML: the recorded table, and the ceilings. */
#include "table.h"

#include "data/json_scan.h"
#include "data/yaml.h"

/* Does the text hold an integer past INT64_MAX that 64 bits without a sign could? A val has no such
 * kind: it becomes a float, as in every API object and in Helm's values. */
static bool has_wide_int(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t n = i;
		while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
			n++;
		str digits = str_sub(s, i, n);
		bool minus = i && s.p[i - 1] == '-';
		if (!minus && (digits.n == 19 || digits.n == 20) &&
		    !(digits.n == 19 && str_cmp(digits, STR("9223372036854775808")) < 0) &&
		    !(digits.n == 20 && str_cmp(digits, STR("18446744073709551616")) >= 0))
			return true;
		if (digits.n)
			i = n;
	}
	return false;
}

static bool is_print(const val *in)
{
	return text_eq(val_as_text(val_get(in, "fn")), "toYAML") &&
	       !has_wide_int(val_as_str(val_get(in, "json")));
}

static bool is_read(const val *in)
{
	return val_get(in, "yaml") && !has_wide_int(val_as_str(val_get(in, "yaml")));
}

/* What encoding/json says of a text that is not one JSON value; NULL for one that is. */
static const char *json_fault(arena *mem, str text)
{
	size_t used;
	err *e = json_scan(mem, text, &used);
	if (e && text_ends(err_text(mem, e), "EOF"))
		return "unexpected end of JSON input";
	str rest = e ? (str){0} : str_trim(str_sub(text, used, text.n));
	if (rest.n)
		return arena_printf(mem, "invalid character '%c' after top-level value", rest.p[0]);
	return e ? err_text(mem, e) : NULL;
}

/* Goes from JSON to YAML by reading the one as the other. */
static const char *print_row(arena *mem, const val *in, val **ret_got)
{
	val *v;
	str text = val_as_str(val_get(in, "json"));
	const char *fault = json_fault(mem, text);
	if (fault)
		return fault;
	err *e = yaml_parse(mem, text, &v);
	if (e)
		return err_text(mem, e);
	*ret_got = val_text(mem, yaml_text(mem, v));
	return NULL;
}

static const char *read_row(arena *mem, const val *in, val **ret_got)
{
	val *v;
	bool strict = text_eq(val_as_text(val_get(in, "fn")), "toJSONStrict");
	str text = val_as_str(val_get(in, "yaml"));
	err *e = strict ? yaml_parse_strict(mem, text, &v) : yaml_parse(mem, text, &v);
	if (e)
		return err_text(mem, e);
	*ret_got = val_text(mem, json_text(mem, v, JSON_SORTED | JSON_HTML));
	return NULL;
}

static void prints(void **state)
{
	(void)state;
	table_run("yaml", is_print, print_row);
}

static void reads(void **state)
{
	(void)state;
	table_run("yaml", is_read, read_row);
}

static void fails_with(arena *mem, str text, enum err_code code, const char *want)
{
	val *v;
	err *e = yaml_parse(mem, text, &v);
	assert_int_equal(err_code(e), code);
	assert_string_equal(err_text(mem, e), want);
}

static void ceilings(void **state)
{
	(void)state;
	arena *mem = arena_open();
	buf b = buf_init(mem);
	buf_text_add(&b, "a: &a [x,x,x,x,x,x,x,x,x]\n");
	for (char c = 'b'; c < 'j'; c++)
		buf_printf(&b, "%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c - 1,
			   c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1);
	fails_with(mem, buf_view(&b), ERR_LIMIT, "yaml: document contains excessive aliasing");
	buf_clear(&b);
	buf_fill(&b, '[', YAML_MAX_DEPTH + 1);
	fails_with(mem, buf_view(&b), ERR_LIMIT, "yaml: line 1: nested deeper than 1000 levels");
	fails_with(mem, STR("a: &a\n  b: *a\n"), ERR_INVALID,
		   "yaml: anchor 'a' value contains itself");
	arena_close(mem);
}

static void streams(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *docs;
	assert_null(yaml_parse_all(mem, STR("a: 1\n---\n---\n- b\n...\n"), &docs));
	assert_string_equal(json_text(mem, docs, JSON_PLAIN), "[{\"a\":1},null,[\"b\"]]");
	assert_null(yaml_parse_all(mem, STR("# nothing\n"), &docs));
	assert_int_equal(val_len(docs), 0);
	val *v = val_at(docs, 0);
	assert_null(yaml_parse(mem, STR("a: 1\n---\n}"), &v));
	assert_int_equal(val_get(v, "a")->line, 1);
	arena_close(mem);
}

static void what_json_can_not_carry(void **state)
{
	(void)state;
	arena *mem = arena_open();
	char *text = NULL;
	err *e = yaml_marshal(mem, val_text(mem, "a\x7f"), &text);
	assert_string_equal(err_text(mem, e), "yaml: control characters are not allowed");
	e = yaml_marshal(mem, val_float(mem, -1.0 / 0.0), &text);
	assert_string_equal(err_text(mem, e), "json: unsupported value: -Inf");
	assert_null(yaml_marshal(mem, val_text(mem, "a\xc2\x85z"), &text));
	assert_string_equal(text, "a z\n");
	assert_string_equal(yaml_text(mem, val_text(mem, "a\x7f\xff")), "\"a\\x7F\xef\xbf\xbd\"\n");
	arena_close(mem);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(prints),
	cmocka_unit_test(reads),
	cmocka_unit_test(ceilings),
	cmocka_unit_test(streams),
	cmocka_unit_test(what_json_can_not_carry),
};
TABLE_MAIN(tests)
