/* From what a repository serves to what is stored. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/spool.h"
#include "base/vec.h"
#include "data/json.h"
#include "data/json_stream.h"
#include "data/semver.h"
#include "data/yaml_stream.h"
#include "source/index.h"
#include "source/index_form.h"

/* A version that was written to the spool. */
struct version_at {
	struct semver v;
	uint64_t from;
	size_t n, order;
};

struct chart_at {
	const char *name;
	uint64_t from, n;
};

struct conversion {
	arena *mem;
	struct yaml_stream *yaml; /* one of the two */
	struct json_stream *json;
	bool strict;
	err *fault; /* what does not fit; told if all of it can be read */
	const char *fault_field, *fault_chart; /* where */
	struct spool *versions;		       /* of the chart at hand, as they come */
	struct spool *charts;		       /* versions sorted */
	bool has_entries;
	struct map names; /* chart → struct chart_at */
	const char *server_info, *api_version, *generated, *public_keys, *annotations; /* JSON */
	/* of the chart at hand */
	arena *chart_mem;
	VEC(struct version_at) list;
};

/* --- either reader ---------------------------------------------------------------------------- */

static err *next(struct conversion *c, enum stream_next *ret)
{
	enum json_next n;
	if (c->yaml)
		return yaml_stream_next(c->yaml, ret);
	TRY(json_stream_next(c->json, &n));
	*ret = n == JSON_NEXT_MAP ? STREAM_MAP : n == JSON_NEXT_LIST ? STREAM_LIST : STREAM_VALUE;
	return NULL;
}

static err *enter(struct conversion *c)
{
	return c->yaml ? yaml_stream_enter(c->yaml) : json_stream_enter(c->json);
}

static err *more(struct conversion *c, arena *mem, bool *ret_more, str *ret_key)
{
	return c->yaml ? yaml_stream_more(c->yaml, ret_more, ret_key)
		       : json_stream_more(c->json, mem, ret_more, ret_key);
}

static err *value(struct conversion *c, arena *mem, val **ret)
{
	return c->yaml ? yaml_stream_value(c->yaml, mem, ret)
		       : json_stream_value(c->json, mem, ret);
}

/* Keeps the fault that Go would come to first: out of YAML, keys come in their order. */
static void note(struct conversion *c, const err *e, const char *field, const char *chart)
{
	if (!e)
		return;
	int order = c->fault ? strcmp(field, c->fault_field) : -1;
	if (!order)
		order = strcmp(chart, c->fault_chart);
	if (c->fault && (!c->strict || order >= 0))
		return;
	c->fault = err_copy(c->mem, e);
	c->fault_field = arena_text(c->mem, field);
	c->fault_chart = arena_text(c->mem, chart);
}

/* --- one version ------------------------------------------------------------------------------ */

/* JSON with two blanks a level, its first line where it stands, the others below `indent`. */
static str printed(arena *mem, const val *v, int indent)
{
	str text = str_of(json_text(mem, v, JSON_PRETTY | JSON_HTML)), line;
	buf b = buf_init(mem);
	for (bool first = true; str_next(&text, '\n', &line); first = false) {
		if (!first) {
			buf_char(&b, '\n');
			buf_fill(&b, ' ', (size_t)indent);
		}
		buf_str(&b, line);
	}
	return buf_view(&b);
}

static err *take_version(struct conversion *c, arena *mem, const char *chart, val *v)
{
	if (c->strict)
		val_sort_deep(v);
	struct version_at at = {.from = spool_size(c->versions), .order = c->list.n};
	err *misfit = index_check_version(mem, v, c->strict);
	if (!misfit && val_is(v, VAL_NULL))
		misfit = err_new(mem, ERR_INVALID, "an entry of chart '%s' is empty", chart);
	note(c, misfit, "entries", chart);
	if (c->fault)
		return NULL;
	val *entry = index_normal_version(mem, v);
	if (!index_is_proper(mem, entry))
		return NULL;
	if (c->list.n == INDEX_MAX_VERSIONS)
		return err_new(mem, ERR_LIMIT, "chart '%s' has more than %d versions", chart,
			       INDEX_MAX_VERSIONS);
	TRY(semver_parse(c->chart_mem, val_as_str(val_get(entry, "version")), &at.v));
	str text = printed(mem, entry, 6);
	at.n = text.n;
	VEC_PUSH(c->chart_mem, &c->list, at);
	return spool_add(mem, c->versions, text);
}

/* One version, with memory of its own. */
static err *read_version(struct conversion *c, const char *chart)
{
	arena *mem = arena_open();
	val *v;
	err *failed = value(c, mem, &v);
	if (!failed)
		failed = take_version(c, mem, chart, v);
	if (failed)
		failed = err_copy(c->mem, failed);
	arena_close(mem);
	return failed;
}

/* --- one chart -------------------------------------------------------------------------------- */

static int from_highest(const void *a, const void *b)
{
	const struct version_at *x = a, *y = b;
	int order = semver_compare(&y->v, &x->v);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static err *add_to_charts(void *arg, arena *mem, str bytes)
{
	return spool_add(mem, ((struct conversion *)arg)->charts, bytes);
}

static err *write_chart(struct conversion *c, struct chart_at *chart, bool is_null)
{
	chart->from = spool_size(c->charts);
	if (c->list.n)
		qsort(c->list.p, c->list.n, sizeof(*c->list.p), from_highest);
	TRY(add_to_charts(c, c->mem, is_null ? STR("null") : STR("[")));
	for (size_t i = 0; i < c->list.n; i++) {
		const struct version_at *v = &c->list.p[i];
		TRY(add_to_charts(c, c->mem, i ? STR(",\n      ") : STR("\n      ")));
		TRY(spool_each(c->mem, c->versions, v->from, v->n, add_to_charts, c));
	}
	if (!is_null)
		TRY(add_to_charts(c, c->mem, c->list.n ? STR("\n    ]") : STR("]")));
	chart->n = spool_size(c->charts) - chart->from;
	return spool_clear(c->mem, c->versions);
}

/* The versions, by the stream or out of one value. */
static err *read_versions(struct conversion *c, const char *chart, bool *ret_null)
{
	enum stream_next n;
	val *v;
	*ret_null = false;
	TRY(next(c, &n));
	if (n == STREAM_LIST) {
		bool any;
		str key;
		TRY(enter(c));
		for (;;) {
			TRY(more(c, c->chart_mem, &any, &key));
			if (!any)
				return NULL;
			TRY(read_version(c, chart));
		}
	}
	TRY(value(c, c->chart_mem, &v));
	*ret_null = val_is(v, VAL_NULL);
	note(c, index_check_list(c->chart_mem, v, c->strict), "entries", chart);
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++)
		TRY(take_version(c, c->chart_mem, chart, v->list.p[i]));
	return NULL;
}

static err *read_chart(struct conversion *c, str name)
{
	struct chart_at *chart = map_get_str(&c->names, name);
	bool is_null = false;
	if (!chart && c->names.n == INDEX_MAX_CHARTS)
		return err_new(c->mem, ERR_LIMIT, "the index has more than %d charts",
			       INDEX_MAX_CHARTS);
	if (!chart) {
		chart = NEW(c->mem, struct chart_at);
		chart->name = str_text(c->mem, name);
		map_set_str(&c->names, name, chart);
	}
	c->list.p = NULL;
	c->list.n = c->list.cap = 0;
	c->chart_mem = arena_open();
	err *failed = read_versions(c, chart->name, &is_null);
	if (!failed)
		failed = write_chart(c, chart, is_null);
	if (failed)
		failed = err_copy(c->mem, failed);
	arena_close(c->chart_mem);
	return failed;
}

/* A chart in a value that was read whole. */
static err *take_chart(struct conversion *c, str name, const val *v)
{
	struct chart_at *chart = NEW(c->mem, struct chart_at);
	chart->name = str_text(c->mem, name);
	map_set_str(&c->names, name, chart);
	c->list.p = NULL;
	c->list.n = c->list.cap = 0;
	c->chart_mem = c->mem;
	note(c, index_check_list(c->mem, v, c->strict), "entries", chart->name);
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++)
		TRY(take_version(c, c->mem, chart->name, v->list.p[i]));
	return write_chart(c, chart, val_is(v, VAL_NULL));
}

/* The charts in a value that was read whole. */
static err *take_entries(struct conversion *c, const val *v)
{
	c->has_entries = val_is(v, VAL_MAP);
	note(c, index_check_field(c->mem, STR("entries"), v, c->strict), "entries", "");
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		TRY(take_chart(c, v->map.p[i].key, v->map.p[i].value));
	return NULL;
}

/* The next chart, with memory of its own for its name. */
static err *next_chart(struct conversion *c, bool *ret_any)
{
	arena *mem = arena_open();
	str name;
	err *failed = more(c, mem, ret_any, &name);
	if (!failed && *ret_any)
		failed = read_chart(c, name);
	if (failed)
		failed = err_copy(c->mem, failed);
	arena_close(mem);
	return failed;
}

static err *read_entries(struct conversion *c)
{
	enum stream_next n;
	val *v;
	TRY(next(c, &n));
	if (n != STREAM_MAP) {
		TRY(value(c, c->mem, &v));
		return take_entries(c, v);
	}
	TRY(enter(c));
	c->has_entries = true;
	for (bool any = true; any;)
		TRY(next_chart(c, &any));
	return NULL;
}

/* --- the whole -------------------------------------------------------------------------------- */

static bool is_nothing(const val *v)
{
	return val_is(v, VAL_NULL) || !val_len(v);
}

static void take_field(struct conversion *c, const char *name, const val *v)
{
	const val *normal = index_normal_field(c->mem, name, v);
	const char *text = printed(c->mem, normal, 2).p;
	if (text_eq(name, "apiVersion"))
		c->api_version = text_eq(text, "\"\"") ? NULL : text;
	else if (text_eq(name, "generated"))
		c->generated = text;
	else if (text_eq(name, "serverInfo"))
		c->server_info = is_nothing(normal) ? NULL : text;
	else if (text_eq(name, "publicKeys"))
		c->public_keys = is_nothing(normal) ? NULL : text;
	else if (text_eq(name, "annotations"))
		c->annotations = is_nothing(normal) ? NULL : text;
}

static err *take_value(struct conversion *c, str key, const val *v)
{
	const char *name = index_field_name(key);
	if (text_eq(name, "entries"))
		return take_entries(c, v);
	err *misfit = index_check_field(c->mem, key, v, c->strict);
	note(c, misfit, str_text(c->mem, key), "");
	if (!misfit && name)
		take_field(c, name, v);
	return NULL;
}

static err *read_field(struct conversion *c, str key)
{
	val *v;
	if (text_eq(index_field_name(key), "entries"))
		return read_entries(c);
	TRY(value(c, c->mem, &v));
	return take_value(c, key, v);
}

/* What is not in block style is no larger than one value may be. */
static err *take_root(struct conversion *c)
{
	val *v;
	TRY(value(c, c->mem, &v));
	if (!val_is(v, VAL_MAP) && !val_is(v, VAL_NULL))
		note(c, index_misfit_root(c->mem, v), "", "");
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		TRY(take_value(c, v->map.p[i].key, v->map.p[i].value));
	return NULL;
}

static err *read_root(struct conversion *c)
{
	enum stream_next n;
	TRY(next(c, &n));
	if (n != STREAM_MAP)
		return take_root(c);
	TRY(enter(c));
	for (;;) {
		bool any;
		str key;
		TRY(more(c, c->mem, &any, &key));
		if (!any)
			return NULL;
		TRY(read_field(c, str_of(str_text(c->mem, key))));
	}
}

static err *start(struct conversion *c, arena *mem, const char *scratch)
{
	*c = (struct conversion){.mem = mem, .names = map_init(mem)};
	TRY(spool_open(mem, scratch, &c->versions));
	return spool_open(mem, scratch, &c->charts);
}

/* As JSON; *ret_json is false, and nothing is done, when the text is none. */
static err *try_json(struct conversion *c, struct mapped *raw, bool *ret_json)
{
	c->json = json_stream_open(c->mem, raw);
	err *failed = read_root(c);
	if (!failed)
		failed = json_stream_end(c->json);
	*ret_json = err_code(failed) != ERR_INVALID;
	return *ret_json ? failed : NULL;
}

static err *try_yaml(struct conversion *c, struct mapped *raw)
{
	c->strict = true;
	TRY_AS(c->mem, yaml_stream_open(c->mem, raw, &c->yaml), "error converting YAML to JSON");
	TRY_AS(c->mem, read_root(c), "error converting YAML to JSON");
	if (c->fault)
		c->fault =
			err_wrap(c->mem, c->fault, "error unmarshaling JSON: while decoding JSON");
	return NULL;
}

/* --- writing ---------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct chart_at *const *)a)->name, (*(struct chart_at *const *)b)->name);
}

static err *write_entries(struct conversion *c, struct sink out)
{
	struct chart_at **all = NEW_N(c->mem, struct chart_at *, c->names.n);
	struct map_entry *e;
	size_t n = 0;
	for (size_t i = 0; (e = map_next(&c->names, &i));)
		all[n++] = e->value;
	if (n)
		qsort(all, n, sizeof(*all), by_name);
	for (size_t i = 0; i < n; i++) {
		arena *mem = arena_open();
		val *name = val_text(mem, all[i]->name);
		const char *key = arena_printf(mem, "%s    %s: ", i ? ",\n" : "\n",
					       json_text(mem, name, JSON_HTML));
		err *failed = out.put(out.arg, c->mem, str_of(key));
		arena_close(mem);
		TRY(failed);
		TRY(spool_each(c->mem, c->charts, all[i]->from, all[i]->n, out.put, out.arg));
	}
	return out.put(out.arg, c->mem, n ? STR("\n  }") : STR("}"));
}

static err *write_field(struct conversion *c, struct sink out, const char *name, const char *text)
{
	const char *line = arena_printf(c->mem, ",\n  \"%s\": %s", name, text ? text : "");
	return text ? out.put(out.arg, c->mem, str_of(line)) : NULL;
}

static err *write_index(struct conversion *c, struct sink out)
{
	const char *head = arena_printf(
		c->mem, "{\n%s%s%s  \"apiVersion\": %s", c->server_info ? "  \"serverInfo\": " : "",
		c->server_info ? c->server_info : "", c->server_info ? ",\n" : "", c->api_version);
	TRY(out.put(out.arg, c->mem, str_of(head)));
	TRY(write_field(c, out, "generated",
			c->generated ? c->generated : "\"0001-01-01T00:00:00Z\""));
	TRY(write_field(c, out, "entries", c->has_entries ? "{" : "null"));
	if (c->has_entries)
		TRY(write_entries(c, out));
	TRY(write_field(c, out, "publicKeys", c->public_keys));
	TRY(write_field(c, out, "annotations", c->annotations));
	return out.put(out.arg, c->mem, STR("\n}"));
}

err *index_convert(arena *mem, struct mapped *raw, const char *scratch, struct sink out)
{
	struct conversion c;
	bool json;
	if (!raw->n)
		return err_new(mem, ERR_INVALID, "empty index.yaml file");
	TRY(start(&c, mem, scratch));
	TRY(try_json(&c, raw, &json));
	if (!json) {
		TRY(start(&c, mem, scratch));
		TRY(try_yaml(&c, raw));
	}
	if (c.fault)
		return c.fault;
	if (!c.api_version)
		return err_new(mem, ERR_INVALID, "no API version specified");
	return write_index(&c, out);
}
