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
		const char *faults;
		assert_non_null(schema_validate(mem, str_of(schemas[i]), val_map(mem), &faults));
		arena_close(mem);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(recorded_rows),
	cmocka_unit_test(hostile_schemas_end),
};

TABLE_MAIN(tests)
