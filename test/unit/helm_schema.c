#include "table.h"

#include "data/yaml.h"
#include "helm/helm_schema.h"

static struct chart *chart(arena *mem, const char *name, const val *schema, bool empty_is_none)
{
	struct chart *c = NEW(mem, struct chart);
	c->name = name;
	c->schema = val_as_str(schema);
	c->has_schema = val_is(schema, VAL_TEXT) && (c->schema.n || !empty_is_none);
	return c;
}

static void put_below(arena *mem, struct chart *c, struct chart *sub)
{
	c->charts = NEW(mem, struct chart *);
	c->charts[0] = sub;
	c->chart_count = 1;
}

static const char *row(arena *mem, const val *in, val **ret_got)
{
	val *values = NULL;
	const val *below = val_get(in, "childSchema");
	struct chart *c = chart(mem, below ? "parent" : "c", val_get(in, "schema"), below != NULL);
	if (below) {
		put_below(mem, c, chart(mem, "child", below, true));
		put_below(mem, c->charts[0], chart(mem, "grand", below, true));
	}
	err *e = yaml_parse(mem, val_as_str(val_get(in, "values")), &values);
	if (!e)
		e = schema_check(mem, c, chart_floats(values));
	if (e)
		return strchr(err_text(mem, e), '\n') +
		       1; /* without the line that names the charts */
	*ret_got = val_bool(mem, true);
	return NULL;
}

static void recorded_rows(void **state)
{
	(void)state;
	table_run("schema", NULL, row);
}

/* What the reference says of what no keyword has spoken of, of references by the way, and of cycles. */
static void told_as_the_reference_does(void **state)
{
	(void)state;
	static const struct {
		const char *schema, *values, *want;
	} rows[] = {
		{"{\"properties\":{\"a\":{}},\"unevaluatedProperties\":false}", "{a: 1, b: 2}",
		 "- at '/b': false schema\n"},
		{"{\"allOf\":[{\"properties\":{\"a\":{}}}],\"anyOf\":[{\"properties\":{\"b\":{}}},{"
		 "\"properties\":{\"c\":{}}}],\"unevaluatedProperties\":false}",
		 "{a: 1, b: 2, c: 3}", ""},
		{"{\"not\":{\"properties\":{\"a\":{}}},\"unevaluatedProperties\":{\"type\":"
		 "\"string\"}}",
		 "{}", "- at '': 'not' failed\n"},
		{"{\"properties\":{\"l\":{\"prefixItems\":[true],\"contains\":{\"const\":1},"
		 "\"unevaluatedItems\":false}}}",
		 "{l: [0, 1, 2]}", "- at '/l/2': false schema\n"},
		{"{\"$dynamicAnchor\":\"n\",\"type\":\"object\",\"additionalProperties\":{\"$"
		 "dynamicRef\":"
		 "\"#n\"}}",
		 "{a: {b: 1}}", "- at '/a/b': got number, want object\n"},
		{"{\"$schema\":\"https://json-schema.org/draft/2019-09/"
		 "schema\",\"$recursiveAnchor\":true,\"type\":\"object\",\"properties\":{\"a\":{"
		 "\"$recursiveRef\":\"#\"}}}",
		 "{a: {a: 1}}", "- at '/a/a': got number, want object\n"},
		{"{\"$ref\":\"#\"}", "{}",
		 "- at '': both /$ref and  resolve to \"file:///values.schema.json#\" causing "
		 "reference cycle\n"},
		{"{\"required\":[\"c\"],\"properties\":{\"a\":{\"minLength\":3,\"pattern\":\"^x\"}}"
		 "}",
		 "{a: z}",
		 "- at '': missing property 'c'\n- at '/a': validation failed\n  - at '/a': "
		 "minLength: got "
		 "1, want 3\n  - at '/a': 'z' does not match pattern '^x'\n"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		const char *faults = "";
		val *values;
		assert_null(yaml_parse(mem, str_of(rows[i].values), &values));
		err *broken = schema_validate(mem, str_of(rows[i].schema), values, &faults);
		assert_string_equal(broken ? err_text(mem, broken) : faults, rows[i].want);
		arena_close(mem);
	}
}

static void hostile_schemas_end(void **state)
{
	(void)state;
	static const char *const schemas[] = {
		"{\"$ref\":\"#\"}",
		"{\"allOf\":[{\"$ref\":\"#/allOf/0\"}]}",
		"{\"$defs\":{\"a\":{\"anyOf\":[{\"$ref\":\"#/$defs/a\"},{\"$ref\":\"#/$defs/"
		"a\"}]}},\"$ref\":\"#/$defs/a\"}",
		"{\"$ref\":\"https://example.org/schema.json\"}",
		"{\"$ref\":\"file:///etc/passwd\"}",
		/* where no value comes by */
		"{\"properties\":{\"x\":{\"$ref\":\"https://example.org/schema.json\"}}}",
		"{\"$defs\":{\"x\":{\"items\":{\"$ref\":\"../other.json#/a\"}}}}",
		"{\"properties\":{\"x\":{\"$ref\":\"#/$defs/nothing\"}}}",
		"{\"properties\":{\"x\":{\"pattern\":\"(\"}}}",
	};
	for (size_t i = 0; i < sizeof(schemas) / sizeof(*schemas); i++) {
		arena *mem = arena_open();
		const char *faults = "";
		err *broken = schema_validate(mem, str_of(schemas[i]), val_map(mem), &faults);
		assert_true(broken || faults[0]);
		arena_close(mem);
	}
}

/* Each dynamic reference searches the whole document: many in a large one meet the ceiling. */
static void searches_are_bounded(void **state)
{
	(void)state;
	arena *mem = arena_open();
	buf schema = buf_init(mem), values = buf_init(mem);
	const char *faults = "";
	val *parsed;
	buf_text_add(&schema, "{\"additionalProperties\":{\"$dynamicRef\":"
			      "\"#n\"},\"$defs\":{");
	for (int i = 0; i < 5000; i++)
		buf_printf(&schema, "%s\"d%d\":{}", i ? "," : "", i);
	buf_text_add(&schema, ",\"z\":{\"$dynamicAnchor\":\"n\"}}}");
	for (int i = 0; i < 5000; i++)
		buf_printf(&values, "k%d: {}\n", i);
	assert_null(yaml_parse(mem, str_of(buf_text(&values)), &parsed));
	err *broken = schema_validate(mem, str_of(buf_text(&schema)), parsed, &faults);
	assert_int_equal(err_code(broken), ERR_LIMIT);
	arena_close(mem);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(recorded_rows),
	cmocka_unit_test(told_as_the_reference_does),
	cmocka_unit_test(hostile_schemas_end),
	cmocka_unit_test(searches_are_bounded),
};

TABLE_MAIN(tests)
