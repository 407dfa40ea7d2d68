#include "helm/helm_meta.h"

#include <string.h>

#include "base/clock.h"
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

static const struct shape_field maintainer_fields[] = {
	{"email", SHAPE_TEXT, NULL},
	{"name", SHAPE_TEXT, NULL},
	{"url", SHAPE_TEXT, NULL},
	{NULL, SHAPE_TEXT, NULL},
};
static const struct shape_struct maintainer_shape = {"Maintainer", "v2.Maintainer",
						     maintainer_fields};

static const struct shape_field dependency_fields[] = {
	{"alias", SHAPE_TEXT, NULL},   {"condition", SHAPE_TEXT, NULL},
	{"enabled", SHAPE_BOOL, NULL}, {"import-values", SHAPE_VALUES, NULL},
	{"name", SHAPE_TEXT, NULL},    {"repository", SHAPE_TEXT, NULL},
	{"tags", SHAPE_TEXTS, NULL},   {"version", SHAPE_TEXT, NULL},
	{NULL, SHAPE_TEXT, NULL},
};
static const struct shape_struct dependency_shape = {"Dependency", "v2.Dependency",
						     dependency_fields};

static const struct shape_field metadata_fields[] = {
	{"annotations", SHAPE_TEXT_MAP, NULL},
	{"apiVersion", SHAPE_TEXT, NULL},
	{"appVersion", SHAPE_TEXT, NULL},
	{"condition", SHAPE_TEXT, NULL},
	{"dependencies", SHAPE_STRUCTS, &dependency_shape},
	{"deprecated", SHAPE_BOOL, NULL},
	{"description", SHAPE_TEXT, NULL},
	{"home", SHAPE_TEXT, NULL},
	{"icon", SHAPE_TEXT, NULL},
	{"keywords", SHAPE_TEXTS, NULL},
	{"kubeVersion", SHAPE_TEXT, NULL},
	{"maintainers", SHAPE_STRUCTS, &maintainer_shape},
	{"name", SHAPE_TEXT, NULL},
	{"sources", SHAPE_TEXTS, NULL},
	{"tags", SHAPE_TEXT, NULL},
	{"type", SHAPE_TEXT, NULL},
	{"version", SHAPE_TEXT, NULL},
	{NULL, SHAPE_TEXT, NULL},
};
const struct shape_struct meta_shape = {"Metadata", "v2.Metadata", metadata_fields};

static const struct shape_field lock_fields[] = {
	{"dependencies", SHAPE_STRUCTS, &dependency_shape},
	{"digest", SHAPE_TEXT, NULL},
	{NULL, SHAPE_TEXT, NULL},
};
static const struct shape_struct lock_shape = {"Lock", "v2.Lock", lock_fields};

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

static const char *text_of(arena *mem, const val *map, const char *key)
{
	return sane(mem, shape_text(mem, shape_field(map, key)));
}

static val *texts_of(arena *mem, const val *map, const char *key)
{
	const val *v = shape_field(map, key);
	val *out = val_list(mem);
	for (size_t i = 0; i < val_len(v); i++)
		val_push(mem, out, val_text(mem, sane(mem, shape_text(mem, val_at(v, i)))));
	return out;
}

static val *text_map_of(arena *mem, const val *map, const char *key)
{
	const val *v = shape_field(map, key);
	val *out = val_map(mem);
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		val_set_str(mem, out, v->map.p[i].key,
			    val_text(mem, shape_text(mem, v->map.p[i].value)));
	return out;
}

static val *maintainers_of(arena *mem, const val *map)
{
	static const char *const parts[][2] = {
		{"name", "Name"}, {"email", "Email"}, {"url", "URL"}};
	const val *v = shape_field(map, "maintainers");
	val *out = val_list(mem);
	for (size_t i = 0; i < val_len(v); i++) {
		val *one = val_map(mem);
		for (size_t k = 0; k < 3; k++)
			val_set_text(mem, one, parts[k][1],
				     text_of(mem, val_at(v, i), parts[k][0]));
		val_push(mem, out, val_is(val_at(v, i), VAL_MAP) ? one : val_null(mem));
	}
	return out;
}

static void read_dependency(arena *mem, const val *v, struct chart_dependency *d)
{
	const val *tags = texts_of(mem, v, "tags");
	d->name = text_of(mem, v, "name");
	d->version = text_of(mem, v, "version");
	d->repository = text_of(mem, v, "repository");
	d->condition = text_of(mem, v, "condition");
	d->alias = shape_text(mem, shape_field(v, "alias"));
	d->tags = NEW_N(mem, const char *, val_len(tags));
	for (; d->tag_count < val_len(tags); d->tag_count++)
		d->tags[d->tag_count] = val_as_text(val_at(tags, d->tag_count));
	d->import_values = shape_field(v, "import-values");
}

/* A list of null is kept as one without elements: meta_check refuses it. */
static void read_dependencies(arena *mem, const val *map, struct chart *c)
{
	const val *list = shape_field(map, "dependencies");
	size_t n = val_len(list);
	if (!val_is(list, VAL_LIST))
		return;
	c->dependencies = NEW_N(mem, struct chart_dependency *, n);
	c->dependency_count = n;
	c->has_dependencies = n > 0;
	for (size_t i = 0; i < n; i++) {
		if (!val_is(list->list.p[i], VAL_MAP))
			continue;
		c->dependencies[i] = NEW(mem, struct chart_dependency);
		read_dependency(mem, list->list.p[i], c->dependencies[i]);
	}
}

/* Fields that Helm takes as they stand. */
static bool is_raw(const char *key)
{
	return text_eq(key, "version") || text_eq(key, "apiVersion") || text_eq(key, "type");
}

static val *read_field(arena *mem, const val *map, const struct meta_field *f)
{
	switch (f->shape) {
	case ONE_TEXT:
		return val_text(mem, is_raw(f->key) ? shape_text(mem, shape_field(map, f->key))
						    : text_of(mem, map, f->key));
	case TEXTS:
		return texts_of(mem, map, f->key);
	case TEXT_MAP:
		return text_map_of(mem, map, f->key);
	case ONE_BOOL:
		return val_bool(mem, val_as_bool(shape_field(map, f->key), false));
	case MAINTAINERS:
		return maintainers_of(mem, map);
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
	TRY_AS(mem, shape_check(mem, &meta_shape, map), "cannot load Chart.yaml");
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		val *v = read_field(mem, map, &fields[i]);
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
	read_dependencies(mem, map, c);
	return NULL;
}

err *meta_read_requirements(arena *mem, str text, struct chart *c)
{
	val *map;
	TRY_AS(mem, yaml_parse(mem, text, &map),
	       "cannot load requirements.yaml: error converting YAML to JSON");
	TRY_AS(mem, shape_check(mem, &meta_shape, map), "cannot load requirements.yaml");
	read_dependencies(mem, map, c);
	return NULL;
}

err *meta_check_lock(arena *mem, str text, const char *name)
{
	val *map;
	int64_t seconds;
	int ns;
	TRY_AS(mem, yaml_parse(mem, text, &map), "cannot load %s: error converting YAML to JSON",
	       name);
	TRY_AS(mem, shape_check(mem, &lock_shape, map), "cannot load %s", name);
	const val *made = shape_field(map, "generated");
	if (!made || made->kind == VAL_NULL)
		return NULL;
	const char *why =
		!val_is(made, VAL_TEXT) ? "Time.UnmarshalJSON: input is not a JSON string"
		: clock_read(mem, made->text, &seconds, &ns)
			? arena_printf(mem,
				       "parsing time \"%s\" as \"2006-01-02T15:04:05Z07:00\": "
				       "cannot parse \"%s\" as \"2006\"",
				       made->text.p, made->text.p)
			: NULL;
	return why ? err_new(mem, ERR_INVALID,
			     "cannot load %s: error unmarshaling JSON: while decoding JSON: %s",
			     name, why)
		   : NULL;
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
		if (!d)
			return err_new(mem, ERR_INVALID,
				       "validation: dependencies must not contain empty or null "
				       "nodes");
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
	if (text_eq(c->name, "..") || text_eq(c->name, "."))
		return err_new(mem, ERR_INVALID,
			       "validation: chart.metadata.name \"%s\" is not allowed", c->name);
	if (strchr(c->name, '/'))
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
	const val *maintainers = val_get(c->metadata, "Maintainers");
	for (size_t i = 0; i < val_len(maintainers); i++)
		if (val_at(maintainers, i)->kind == VAL_NULL)
			return err_new(
				mem, ERR_INVALID,
				"validation: maintainers must not contain empty or null nodes");
	return check_dependencies(mem, c);
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool is_empty(const val *v)
{
	return !v || v->kind == VAL_NULL || (v->kind == VAL_BOOL && !v->b) ||
	       ((v->kind == VAL_TEXT || v->kind == VAL_LIST || v->kind == VAL_MAP) && !val_len(v));
}

static void put_text(arena *mem, val *map, const char *key, const char *text)
{
	if (text && *text)
		val_set_text(mem, map, key, text);
}

static val *dependency_out(arena *mem, const struct chart_dependency *d)
{
	val *map = val_map(mem), *tags = val_list(mem);
	val_set_text(mem, map, "name", d->name ? d->name : "");
	put_text(mem, map, "version", d->version);
	val_set_text(mem, map, "repository", d->repository ? d->repository : "");
	put_text(mem, map, "condition", d->condition);
	for (size_t i = 0; i < d->tag_count; i++)
		val_push(mem, tags, val_text(mem, d->tags[i]));
	if (val_len(tags))
		val_set(mem, map, "tags", tags);
	if (!is_empty(d->import_values))
		val_set(mem, map, "import-values", val_copy(mem, d->import_values));
	put_text(mem, map, "alias", d->alias);
	return map;
}

static val *maintainers_out(arena *mem, const val *list)
{
	val *out = val_list(mem);
	for (size_t i = 0; i < val_len(list); i++) {
		val *one = val_map(mem);
		put_text(mem, one, "name", val_as_text(val_get(val_at(list, i), "Name")));
		put_text(mem, one, "email", val_as_text(val_get(val_at(list, i), "Email")));
		put_text(mem, one, "url", val_as_text(val_get(val_at(list, i), "URL")));
		val_push(mem, out, one);
	}
	return out;
}

val *meta_write(arena *mem, const struct chart *c)
{
	val *map = val_map(mem), *dependencies = val_list(mem);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const val *v = val_get(c->metadata, fields[i].name);
		if (is_empty(v) || fields[i].shape == DEPENDENCIES)
			continue;
		val_set(mem, map, fields[i].key,
			fields[i].shape == MAINTAINERS ? maintainers_out(mem, v)
						       : val_copy(mem, v));
	}
	for (size_t i = 0; i < c->dependency_count; i++)
		val_push(mem, dependencies, dependency_out(mem, c->dependencies[i]));
	if (val_len(dependencies) && !text_eq(c->api_version, "v1"))
		val_set(mem, map, "dependencies", dependencies);
	return map;
}
