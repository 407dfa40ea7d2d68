#include "table.h"

#include "data/yaml.h"
#include "helm/helm_from.h"
#include "helm/helm_values.h"

static val *yaml(arena *mem, const val *text)
{
	val *v = NULL;
	if (!val_is(text, VAL_TEXT) || yaml_parse(mem, text->text, &v))
		return NULL;
	return chart_floats(v);
}

static const char *or_empty(const val *v, const char *key)
{
	return val_text_or(val_get(v, key), "");
}

static void read_dependencies(arena *mem, struct chart *c, const val *list)
{
	c->has_dependencies = val_len(list) > 0;
	c->dependencies = NEW_N(mem, struct chart_dependency *, val_len(list));
	for (size_t i = 0; i < val_len(list); i++) {
		const val *v = val_at(list, i), *tags = val_get(v, "tags");
		struct chart_dependency *d = NEW(mem, struct chart_dependency);
		*d = (struct chart_dependency){.name = or_empty(v, "name"),
					       .version =
						       val_text_or(val_get(v, "version"), "1.0.0"),
					       .condition = or_empty(v, "condition"),
					       .alias = or_empty(v, "alias"),
					       .import_values = val_get(v, "import-values")};
		d->tags = NEW_N(mem, const char *, val_len(tags));
		for (; d->tag_count < val_len(tags); d->tag_count++)
			d->tags[d->tag_count] = val_as_text(val_at(tags, d->tag_count));
		c->dependencies[c->dependency_count++] = d;
	}
}

static struct chart *read_chart(arena *mem, const val *in)
{
	struct chart *c = NEW(mem, struct chart);
	const val *charts = val_get(in, "charts");
	c->name = val_as_text(val_get(in, "name"));
	c->version = val_text_or(val_get(in, "version"), "1.0.0");
	c->values = yaml(mem, val_get(in, "values"));
	if (!val_is(c->values, VAL_MAP))
		c->values = val_map(mem);
	read_dependencies(mem, c, yaml(mem, val_get(in, "dependencies")));
	c->charts = NEW_N(mem, struct chart *, val_len(charts));
	for (; c->chart_count < val_len(charts); c->chart_count++)
		c->charts[c->chart_count] = read_chart(mem, val_at(charts, c->chart_count));
	return c;
}

static val *tree(arena *mem, const struct chart *c)
{
	val *v = val_map(mem), *charts = val_list(mem);
	for (size_t i = 0; i < c->chart_count; i++)
		val_push(mem, charts, tree(mem, c->charts[i]));
	val_set(mem, v, "charts", charts);
	val_set_text(mem, v, "name", c->name);
	return v;
}

static const char *chart_row(arena *mem, const val *in, val **ret_got)
{
	const char *fn = val_as_text(val_get(in, "fn"));
	struct chart *c = read_chart(mem, val_get(in, "chart"));
	const val *user = yaml(mem, val_get(in, "values"));
	val *values = NULL;
	err *e = NULL;
	if (text_eq(fn, "render"))
		e = values_process_dependencies(mem, c, user);
	if (!e)
		e = text_eq(fn, "merge") ? values_merge(mem, c, user, &values)
					 : values_coalesce(mem, c, user, &values);
	if (e)
		return err_text(mem, e);
	*ret_got = values;
	if (text_eq(fn, "render")) {
		*ret_got = val_map(mem);
		val_set(mem, *ret_got, "values", values);
		val_set(mem, *ret_got, "tree", tree(mem, c));
	}
	return NULL;
}

static bool is_chart_row(const val *in)
{
	return val_get(in, "chart") != NULL;
}

static void values_of_charts(void **state)
{
	(void)state;
	table_run("values", is_chart_row, chart_row);
}

static const char *maps_row(arena *mem, const val *in, val **ret_got)
{
	*ret_got = values_merge_maps(mem, val_get(in, "a"), val_get(in, "b"));
	return NULL;
}

static bool is_maps_row(const val *in)
{
	return text_eq(val_as_text(val_get(in, "fn")), "mergeMaps");
}

static void maps_over_maps(void **state)
{
	(void)state;
	table_run("values", is_maps_row, maps_row);
}

static err *recorded_data(void *arg, arena *mem, const char *kind, const char *name,
			  const val **ret_data)
{
	*ret_data = val_get(arg, arena_printf(mem, "%s/%s", kind, name));
	return *ret_data ? NULL
			 : err_new(mem, ERR_NOT_FOUND, "%s \"%s\" not found",
				   text_eq(kind, "Secret") ? "secrets" : "configmaps", name);
}

static const char *from_row(arena *mem, const val *in, val **ret_got)
{
	const val *refs = val_get(in, "refs");
	struct values_ref *all = NEW_N(mem, struct values_ref, val_len(refs));
	for (size_t i = 0; i < val_len(refs); i++) {
		const val *r = val_at(refs, i);
		all[i] = (struct values_ref){val_as_text(val_get(r, "kind")),
					     val_as_text(val_get(r, "name")),
					     val_as_text(val_get(r, "valuesKey")),
					     val_as_text(val_get(r, "targetPath")),
					     val_as_bool(val_get(r, "literal"), false),
					     val_as_bool(val_get(r, "optional"), false)};
	}
	err *e = values_from(mem, val_as_text(val_get(in, "namespace")), all, val_len(refs),
			     chart_floats(val_copy(mem, val_get(in, "values"))), recorded_data,
			     (void *)val_get(in, "objects"), ret_got);
	return e ? err_text(mem, e) : NULL;
}

static bool is_from_row(const val *in)
{
	return text_eq(val_as_text(val_get(in, "fn")), "valuesFrom");
}

static void values_from_references(void **state)
{
	(void)state;
	table_run("values", is_from_row, from_row);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(values_from_references),
	cmocka_unit_test(values_of_charts),
	cmocka_unit_test(maps_over_maps),
};

TABLE_MAIN(tests)
