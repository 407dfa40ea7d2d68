#include "helm/helm_meta.h"

#include <string.h>

#include "base/number.h"
#include "base/rune.h"
#include "data/semver.h"
#include "data/yaml.h"

enum shape { ONE_TEXT, TEXTS, TEXT_MAP, ONE_BOOL, MAINTAINERS, DEPENDENCIES };

/* Chart.yaml's fields and the names that templates see. */
static const struct meta_field {
	const char *key, *name;
	enum shape shape;
} fields[] = {
	{"name", "Name", ONE_TEXT},
	{"home", "Home", ONE_TEXT},
	{"sources", "Sources", TEXTS},
	{"version", "Version", ONE_TEXT},
	{"description", "Description", ONE_TEXT},
	{"keywords", "Keywords", TEXTS},
	{"maintainers", "Maintainers", MAINTAINERS},
	{"icon", "Icon", ONE_TEXT},
	{"apiVersion", "APIVersion", ONE_TEXT},
	{"condition", "Condition", ONE_TEXT},
	{"tags", "Tags", ONE_TEXT},
	{"appVersion", "AppVersion", ONE_TEXT},
	{"deprecated", "Deprecated", ONE_BOOL},
	{"annotations", "Annotations", TEXT_MAP},
	{"kubeVersion", "KubeVersion", ONE_TEXT},
	{"dependencies", "Dependencies", DEPENDENCIES},
	{"type", "Type", ONE_TEXT},
};

/* As encoding/json finds a field: the exact name, or one that differs in case only. */
static val *field_of(const val *map, const char *key)
{
	val *v = val_get(map, key);
	for (uint32_t i = 0; !v && val_is(map, VAL_MAP) && i < map->map.n; i++)
		if (str_eq_nocase(map->map.p[i].key, str_of(key)))
			v = map->map.p[i].value;
	return v;
}

/* A scalar as text; numbers and bools are taken for what they print as. NULL for a list or map. */
static const char *scalar(arena *mem, const val *v)
{
	if (!v || v->kind == VAL_NULL)
		return "";
	if (v->kind == VAL_BOOL)
		return v->b ? "true" : "false";
	if (v->kind == VAL_INT)
		return arena_printf(mem, "%lld", (long long)v->i);
	if (v->kind == VAL_FLOAT)
		return number_text(mem, v->f, 'g');
	return val_as_text(v);
}

/* White space becomes plain blanks, what can't be printed goes. */
static const char *sane(arena *mem, const char *text)
{
	buf b = buf_init(mem);
	for (str s = str_of(text); s.n;) {
		size_t len;
		uint32_t r = rune_at(s, &len);
		if (rune_is_space(r))
			buf_char(&b, ' ');
		else if (rune_is_print(r))
			buf_add(&b, s.p, len);
		s = str_sub(s, len, s.n);
	}
	return buf_text(&b);
}

static err *wrong(arena *mem, const char *key, const char *want, const val *v)
{
	return err_new(mem, ERR_INVALID,
		       "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: "
		       "json: cannot "
		       "unmarshal %s into Go struct field Metadata.%s of type %s",
		       val_is(v, VAL_LIST)  ? "array"
		       : val_is(v, VAL_MAP) ? "object"
					    : "string",
		       key, want);
}

static err *text_of(arena *mem, const val *map, const char *key, const char **ret)
{
	const val *v = field_of(map, key);
	const char *text = scalar(mem, v);
	if (!text)
		return wrong(mem, key, "string", v);
	*ret = sane(mem, text);
	return NULL;
}

static err *texts_of(arena *mem, const val *map, const char *key, val **ret)
{
	const val *v = field_of(map, key);
	*ret = val_list(mem);
	if (v && v->kind != VAL_NULL && v->kind != VAL_LIST)
		return wrong(mem, key, "[]string", v);
	for (size_t i = 0; i < val_len(v); i++) {
		const char *text = scalar(mem, val_at(v, i));
		if (!text)
			return wrong(mem, key, "string", val_at(v, i));
		val_push(mem, *ret, val_text(mem, sane(mem, text)));
	}
	return NULL;
}

static err *text_map_of(arena *mem, const val *map, const char *key, val **ret)
{
	const val *v = field_of(map, key);
	*ret = val_map(mem);
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++) {
		const char *text = scalar(mem, v->map.p[i].value);
		if (!text)
			return wrong(mem, key, "string", v->map.p[i].value);
		val_set_str(mem, *ret, v->map.p[i].key, val_text(mem, text));
	}
	return NULL;
}

static err *maintainers_of(arena *mem, const val *map, val **ret)
{
	static const char *const parts[][2] = {
		{"name", "Name"}, {"email", "Email"}, {"url", "URL"}};
	const val *v = field_of(map, "maintainers");
	*ret = val_list(mem);
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++) {
		val *one = val_map(mem);
		for (size_t k = 0; k < 3; k++) {
			const char *text = "";
			TRY(text_of(mem, v->list.p[i], parts[k][0], &text));
			val_set_text(mem, one, parts[k][1], text);
		}
		val_push(mem, *ret, one);
	}
	return NULL;
}

static err *read_dependency(arena *mem, const val *v, struct chart_dependency *d)
{
	val *tags;
	TRY(text_of(mem, v, "name", &d->name));
	TRY(text_of(mem, v, "version", &d->version));
	TRY(text_of(mem, v, "repository", &d->repository));
	TRY(text_of(mem, v, "condition", &d->condition));
	TRY(text_of(mem, v, "alias", &d->alias));
	TRY(texts_of(mem, v, "tags", &tags));
	d->tags = NEW_N(mem, const char *, val_len(tags));
	for (; d->tag_count < val_len(tags); d->tag_count++)
		d->tags[d->tag_count] = val_as_text(val_at(tags, d->tag_count));
	d->import_values = field_of(v, "import-values");
	return NULL;
}

static err *read_dependencies(arena *mem, const val *map, struct chart *c)
{
	const val *list = field_of(map, "dependencies");
	size_t n = val_is(list, VAL_LIST) ? list->list.n : 0;
	struct chart_dependency **all =
		NEW_N(mem, struct chart_dependency *, c->dependency_count + n);
	if (c->dependency_count)
		memcpy(all, c->dependencies, c->dependency_count * sizeof(*all));
	c->dependencies = all;
	for (size_t i = 0; i < n; i++) {
		struct chart_dependency *d = NEW(mem, struct chart_dependency);
		TRY(read_dependency(mem, list->list.p[i], d));
		c->dependencies[c->dependency_count++] = d;
	}
	c->has_dependencies |= n > 0;
	return NULL;
}

static err *read_field(arena *mem, const val *map, const struct meta_field *f, val **ret)
{
	const char *text = "";
	const val *v = field_of(map, f->key);
	*ret = NULL;
	switch (f->shape) {
	case ONE_TEXT:
		TRY(text_of(mem, map, f->key, &text));
		*ret = val_text(mem, text);
		return NULL;
	case TEXTS:
		return texts_of(mem, map, f->key, ret);
	case TEXT_MAP:
		return text_map_of(mem, map, f->key, ret);
	case ONE_BOOL:
		*ret = val_bool(mem, val_as_bool(v, false));
		return NULL;
	case MAINTAINERS:
		return maintainers_of(mem, map, ret);
	case DEPENDENCIES:
		return NULL; /* told by the chart itself, after they were processed */
	}
	return NULL;
}

err *meta_read(arena *mem, str text, struct chart *c)
{
	val *map, *metadata = val_map(mem);
	TRY_AS(mem, yaml_parse(mem, text, &map),
	       "cannot load Chart.yaml: error converting YAML to JSON");
	if (map->kind != VAL_MAP && map->kind != VAL_NULL)
		return err_new(mem, ERR_INVALID, "cannot load Chart.yaml: it must be a map");
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		val *v;
		TRY(read_field(mem, map, &fields[i], &v));
		if (v)
			val_set(mem, metadata, fields[i].name, v);
	}
	c->name = val_as_text(val_get(metadata, "Name"));
	c->version = val_as_text(val_get(metadata, "Version"));
	c->api_version = val_as_text(val_get(metadata, "APIVersion"));
	if (!c->api_version[0]) {
		c->api_version = "v1";
		val_set_text(mem, metadata, "APIVersion", "v1");
	}
	c->app_version = val_as_text(val_get(metadata, "AppVersion"));
	c->kube_version = val_as_text(val_get(metadata, "KubeVersion"));
	c->type = val_as_text(val_get(metadata, "Type"));
	c->metadata = metadata;
	return read_dependencies(mem, map, c);
}

err *meta_read_requirements(arena *mem, str text, struct chart *c)
{
	val *map;
	TRY_AS(mem, yaml_parse(mem, text, &map), "cannot load requirements.yaml");
	return read_dependencies(mem, map, c);
}

static bool is_alias(const char *s)
{
	for (; *s; s++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", *s))
			return false;
	return true;
}

static err *check_dependencies(arena *mem, const struct chart *c)
{
	for (size_t i = 0; i < c->dependency_count; i++) {
		const struct chart_dependency *d = c->dependencies[i];
		const char *name = d->alias[0] ? d->alias : d->name;
		if (!is_alias(d->alias))
			return err_new(mem, ERR_INVALID,
				       "validation: dependency \"%s\" has disallowed characters in "
				       "the alias",
				       d->name);
		for (size_t k = 0; k < i; k++) {
			const struct chart_dependency *o = c->dependencies[k];
			if (text_eq(o->alias[0] ? o->alias : o->name, name))
				return err_new(mem, ERR_INVALID,
					       "validation: more than one dependency with name or "
					       "alias \"%s\"",
					       name);
		}
	}
	return NULL;
}

err *meta_check(arena *mem, const struct chart *c)
{
	struct semver v;
	if (!c->metadata)
		return err_new(mem, ERR_INVALID, "Chart.yaml file is missing");
	if (!c->name[0])
		return err_new(mem, ERR_INVALID, "validation: chart.metadata.name is required");
	if (strchr(c->name, '/') || text_eq(c->name, "..") || text_eq(c->name, "."))
		return err_new(mem, ERR_INVALID,
			       "validation: chart.metadata.name \"%s\" is invalid", c->name);
	if (!c->version[0])
		return err_new(mem, ERR_INVALID, "validation: chart.metadata.version is required");
	if (semver_parse(mem, str_of(c->version), &v))
		return err_new(mem, ERR_INVALID,
			       "validation: chart.metadata.version \"%s\" is invalid", c->version);
	if (c->type[0] && !text_eq(c->type, "application") && !text_eq(c->type, "library"))
		return err_new(mem, ERR_INVALID,
			       "validation: chart.metadata.type must be application or library");
	return check_dependencies(mem, c);
}
