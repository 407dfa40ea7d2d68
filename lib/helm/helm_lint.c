#include "helm/helm_lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "data/yaml.h"
#include "helm/helm_lint_meta.h"
#include "helm/helm_lint_objects.h"
#include "helm/helm_schema.h"
#include "helm/helm_shape.h"
#include "helm/helm_values.h"

struct lint {
	arena *mem;
	const struct tree *tree;
	const char *dir, *where;
	const val *user;
	const struct lint_options *o;
	lint_messages *out;
};

static void say(struct lint *l, enum lint_level level, const char *path, const char *text)
{
	struct lint_message m = {level, path, text};
	VEC_PUSH(l->mem, l->out, m);
}

static enum tree_kind kind_of(struct lint *l, const char *name)
{
	struct tree_entry e;
	if (tree_stat(l->mem, l->tree, path_join(l->mem, l->dir, name), &e))
		return TREE_NONE;
	return e.kind;
}

/* ---- Chart.yaml ---- */

static void lint_chart_file(struct lint *l)
{
	str text = {NULL, 0};
	err *unread = NULL;
	if (kind_of(l, "Chart.yaml") == TREE_DIR) {
		say(l, LINT_ERROR, "Chart.yaml", "should be a file, not a directory");
		unread = err_new(l->mem, ERR_INVALID, "read %s: is a directory",
				 path_join(l->mem, l->where, "Chart.yaml"));
	} else {
		unread = tree_read(l->mem, l->tree, path_join(l->mem, l->dir, "Chart.yaml"),
				   CHART_MAX_FILE, &text);
	}
	lint_meta(l->mem, text, unread, l->out);
}

/* ---- values ---- */

static err *read_values(struct lint *l, val **ret)
{
	static const struct shape_field none[] = {{NULL, SHAPE_TEXT, NULL}};
	static const struct shape_struct values = {"", "common.Values", none};
	str text;
	TRY(tree_read(l->mem, l->tree, path_join(l->mem, l->dir, "values.yaml"), CHART_MAX_FILE,
		      &text));
	TRY_AS(l->mem, yaml_parse(l->mem, text, ret), "error converting YAML to JSON");
	TRY(shape_check(l->mem, &values, *ret));
	*ret = val_is(*ret, VAL_MAP) ? chart_floats(*ret) : val_map(l->mem);
	return NULL;
}

/* The chart's own values under the user's, against its schema; subcharts are left out. */
static err *check_values(struct lint *l)
{
	val *values, *all = l->user ? val_copy(l->mem, l->user) : val_map(l->mem);
	str schema = {NULL, 0};
	const char *faults = "";
	TRY_AS(l->mem, read_values(l, &values), "unable to parse YAML");
	values_under(l->mem, all, values);
	if (l->o->skip_schema || kind_of(l, "values.schema.json") != TREE_FILE)
		return NULL;
	TRY(tree_read(l->mem, l->tree, path_join(l->mem, l->dir, "values.schema.json"),
		      CHART_MAX_FILE, &schema));
	if (!schema.n)
		return NULL;
	TRY(schema_validate(l->mem, schema, all, &faults));
	return *faults ? err_new(l->mem, ERR_INVALID, "%s", faults) : NULL;
}

static void lint_values(struct lint *l)
{
	if (kind_of(l, "values.yaml") == TREE_NONE) {
		say(l, LINT_INFO, "values.yaml", "file does not exist");
		return;
	}
	err *failed = check_values(l);
	if (failed)
		say(l, LINT_ERROR, "values.yaml", err_text(l->mem, failed));
}

/* ---- templates ---- */

static const char *extension_fault(arena *mem, const char *path)
{
	static const char *const good[] = {".yaml", ".yml", ".tpl", ".txt"};
	const char *ext = path_ext(path);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (text_eq(ext, good[i]))
			return NULL;
	return arena_printf(
		mem,
		"file extension '%s' not valid. Valid extensions are .yaml, .yml, .tpl, or "
		".txt",
		ext);
}

static bool is_yaml(const char *path)
{
	str ext = str_of(path_ext(path));
	return str_eq_nocase(ext, STR(".yaml")) || str_eq_nocase(ext, STR(".yml"));
}

static str rendered(struct lint *l, const struct helm_result *result, const char *chart,
		    const char *template)
{
	const char *path = path_join(l->mem, chart, template);
	for (size_t i = 0; i < result->file_count; i++)
		if (text_eq(result->files[i].path, path))
			return result->files[i].text;
	return STR("");
}

static int minor_of(const struct lint_options *o)
{
	const char *version =
		o->kube_version && *o->kube_version ? o->kube_version : HELM_KUBE_VERSION;
	const char *dot = strchr(version, '.');
	return dot ? atoi(dot + 1) : 0;
}

static void check_rendered(struct lint *l, const struct chart *c, const struct helm_result *result)
{
	int minor = minor_of(l->o);
	for (size_t i = 0; i < c->templates.n; i++) {
		const char *path = c->templates.p[i].name;
		const char *fault = extension_fault(l->mem, path);
		if (fault)
			say(l, LINT_ERROR, path, fault);
		if (is_yaml(path) &&
		    !lint_rendered(l->mem, path, rendered(l, result, c->name, path), minor, l->out))
			return;
	}
}

static void lint_templates(struct lint *l, const struct chart *c, const err *unread)
{
	static const char folder[] = "templates/";
	struct helm_options o = {
		.release = {.name = "test-release", .ns = l->o->ns, .is_neither = true},
		.kube_version = l->o->kube_version,
		.skip_schema = l->o->skip_schema,
		.lint = true,
		.tmpl = l->o->tmpl,
	};
	struct helm_result result;
	enum tree_kind kind = kind_of(l, folder);
	o.tmpl.lint = true;
	if (kind != TREE_DIR) {
		say(l, kind == TREE_NONE ? LINT_WARNING : LINT_ERROR, folder,
		    kind == TREE_NONE ? "directory does not exist" : "not a directory");
		return;
	}
	if (unread) {
		say(l, LINT_ERROR, folder, err_text(l->mem, unread));
		return;
	}
	err *failed = helm_template(l->mem, c, l->user, &o, &result);
	if (!failed)
		check_rendered(l, c, &result);
	else if (result.stage != HELM_AT_VALUES) /* of values that do not fit lint says nothing */
		say(l, LINT_ERROR, folder, err_text(l->mem, failed));
}

/* ---- dependencies ---- */

/* Names with commas between; a name may be empty, so they are counted. */
struct names {
	buf text;
	size_t n;
};

static void add_name(struct names *names, const char *name)
{
	buf_printf(&names->text, "%s%s", names->n++ ? "," : "", name);
}

static void lint_dependencies(struct lint *l, const struct chart *c, const err *unread)
{
	struct names undeclared = {buf_init(l->mem), 0}, missing = undeclared;
	if (unread) {
		say(l, LINT_ERROR, "",
		    arena_printf(l->mem, "unable to load chart\n\t%s", err_text(l->mem, unread)));
		return;
	}
	for (size_t i = 0; i < c->chart_count; i++) {
		bool found = false;
		for (size_t k = 0; k < c->dependency_count; k++)
			found |= text_eq(c->dependencies[k]->name, c->charts[i]->name);
		if (!found)
			add_name(&undeclared, c->charts[i]->name);
	}
	for (size_t k = 0; k < c->dependency_count; k++) {
		bool found = false;
		for (size_t i = 0; i < c->chart_count; i++)
			found |= text_eq(c->dependencies[k]->name, c->charts[i]->name);
		if (!found)
			add_name(&missing, c->dependencies[k]->name);
	}
	if (undeclared.n)
		say(l, LINT_ERROR, l->where,
		    arena_printf(l->mem, "chart metadata is missing these dependencies: %s",
				 buf_text(&undeclared.text)));
	if (missing.n)
		say(l, LINT_WARNING, l->where,
		    arena_printf(l->mem, "chart directory is missing these dependencies: %s",
				 buf_text(&missing.text)));
}

/* ---- crds/ ---- */

static bool lint_chart_crds(struct lint *l, const struct chart *c)
{
	for (size_t i = 0; i < c->crds.n; i++)
		if (!lint_definitions(l->mem, c->crds.p[i].name, c->crds.p[i].data, l->out))
			return false;
	for (size_t i = 0; i < c->chart_count; i++)
		if (!lint_chart_crds(l, c->charts[i]))
			return false;
	return true;
}

static void lint_crds(struct lint *l, const struct chart *c, const err *unread)
{
	static const char folder[] = "crds/";
	enum tree_kind kind = kind_of(l, folder);
	if (kind == TREE_NONE)
		return;
	if (kind != TREE_DIR)
		say(l, LINT_ERROR, folder, "not a directory");
	else if (unread)
		say(l, LINT_ERROR, folder, err_text(l->mem, unread));
	else
		lint_chart_crds(l, c);
}

/* ---- all of it ---- */

void helm_lint(arena *mem, const struct tree *t, const char *dir, const char *where,
	       const val *user, const struct lint_options *o, lint_messages *ret)
{
	struct lint l = {mem, t, dir, where, user, o, ret};
	struct chart *c = NULL;
	*ret = (lint_messages){0};
	lint_chart_file(&l);
	lint_values(&l);
	err *unread = helm_read(mem, t, dir, &c);
	lint_templates(&l, c, unread);
	lint_dependencies(&l, c, unread);
	lint_crds(&l, c, unread);
}
