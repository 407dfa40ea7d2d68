#include "kust/kust_build.h"

#include <string.h>

#include "base/rune.h"
#include "data/yaml.h"
#include "kust/kust_generate.h"
#include "kust/kust_name.h"
#include "kust/kust_node.h"
#include "kust/kust_parse.h"
#include "kust/kust_plugin.h"
#include "kust/kust_refs.h"
#include "kust/kust_transform.h"
#include "kust/kust_vars.h"

/* What accumulates on the way: objects, tables of fields, vars. */
struct sum {
	struct kust_set set;
	struct kust_config config;
	struct kust_var_set vars;
};

/* One kustomization file at work. */
struct target {
	struct kust_work *work;
	const struct kust_loader *loader;
	struct kust_file *file;
	const char *file_name;
	struct kust_origin *origin; /* NULL: nobody wants to know */
};

static err *accumulate(struct target *t, struct sum *sum);

/* --- the file ------------------------------------------------------------------------------------ */

err *kust_find_file(const struct kust_loader *l, str *ret_text, const char **ret_name)
{
	arena *mem = l->work->mem;
	int found = 0;
	for (const char *const *name = kust_file_names; *name; name++) {
		str text;
		err *failed = kust_load(l, str_of(*name), &text);
		if (err_code(failed) == ERR_LIMIT || err_code(failed) == ERR_TIMEOUT)
			return failed;
		if (failed)
			continue;
		found++;
		*ret_text = text;
		*ret_name = *name;
	}
	if (found > 1)
		return err_new(mem, ERR_INVALID, "Found multiple kustomization files under: %s\n",
			       kust_loader_path(l));
	if (!found)
		return err_new(mem, ERR_NOT_FOUND,
			       "unable to find one of 'kustomization.yaml', 'kustomization.yml' or "
			       "'Kustomization' in directory '%s'",
			       kust_loader_path(l));
	return NULL;
}

static err *load_file(struct target *t)
{
	struct kust_work *w = t->work;
	const char *const *warnings;
	size_t n = 0;
	str text;
	TRY(kust_find_file(t->loader, &text, &t->file_name));
	err *failed =
		kust_file_read(w->mem, text, kust_loader_path(t->loader), &t->file, &warnings, &n);
	for (size_t i = 0; i < n; i++)
		VEC_PUSH(w->mem, &w->warnings, warnings[i]);
	return failed;
}

static const str *pair(const struct kust_pairs *map, const char *key)
{
	for (size_t i = 0; i < map->n; i++)
		if (str_is(map->p[i].key, key))
			return &map->p[i].value;
	return NULL;
}

/* The first openapi field met, from the root on, is in force from there on. */
static err *set_schema(struct target *t, bool root)
{
	struct kust_work *w = t->work;
	const str *path = pair(&t->file->openapi, "path");
	const str *version = pair(&t->file->openapi, "version");
	str text;
	if (path)
		TRY(kust_load(t->loader, *path, &text));
	if (w->schema_set && !root)
		return NULL;
	if (path && version)
		return err_new(w->mem, ERR_INVALID,
			       "builtin version and custom schema provided, cannot use both");
	if (path) {
		struct kust_schema *schema;
		TRY_AS(w->mem, kust_schema_read(w->mem, text, w->options->schema_adds, &schema),
		       "invalid schema file");
		w->schema = schema;
		w->schema_age++;
		w->schema_set = true;
	} else if (version && version->n) {
		if (!str_is(*version, "v1.21.2"))
			return err_new(w->mem, ERR_INVALID,
				       "the specified OpenAPI version is not built in");
		w->schema_set = true;
	}
	return NULL;
}

/* --- resources ----------------------------------------------------------------------------------- */

static err *add_file(struct target *t, struct kust_set *set, str path)
{
	struct kust_work *w = t->work;
	struct kust_objects objects;
	struct kust_set read = kust_set_new(w);
	TRY_AS(w->mem, kust_parse_file(t->loader, path, true, &objects),
	       "accumulating resources from '%s'", kust_remote_shown(w->mem, path));
	for (size_t i = 0; i < objects.n; i++)
		TRY_AS(w->mem, kust_set_add(&read, objects.p[i]),
		       "accumulating resources from '%s'", kust_remote_shown(w->mem, path));
	for (size_t i = 0; t->origin && i < objects.n; i++) {
		struct kust_origin here = kust_origin_join(w->mem, t->origin, path);
		TRY_AS(w->mem, kust_origin_set(w, objects.p[i], &here),
		       "cannot add path annotation for '%s'", kust_remote_shown(w->mem, path));
	}
	TRY_AS(w->mem, kust_set_add_all(set, &read), "merging resources from '%s'",
	       kust_remote_shown(w->mem, path));
	return NULL;
}

static struct kust_origin *origin_below(struct target *t, str path)
{
	if (!t->origin)
		return NULL;
	struct kust_origin *o = NEW(t->work->mem, struct kust_origin);
	*o = kust_origin_join(t->work->mem, t->origin, path);
	return o;
}

static err *check_kind(struct target *t, bool component)
{
	bool is = str_is(t->file->kind, "Component");
	const char *path = kust_loader_path(t->loader);
	if (component && !is)
		return err_new(t->work->mem, ERR_INVALID,
			       "expected kind 'Component' for path '%s' but got '%.*s'", path,
			       STR_ARG(t->file->kind));
	if (!component && is)
		return err_new(t->work->mem, ERR_INVALID,
			       "expected kind != 'Component' for path '%s'", path);
	return NULL;
}

static err *merge_sum(struct kust_work *w, struct sum *to, const struct sum *from)
{
	TRY(kust_set_add_all(&to->set, &from->set));
	TRY(kust_config_merge(w->mem, &to->config, &from->config));
	return kust_vars_merge(w, &to->vars, &from->vars);
}

/* A base or a component. A component works on what there is; a base is built by itself and added. */
static err *add_folder(struct target *t, struct sum *sum, const struct kust_loader *l, str path,
		       bool component)
{
	struct kust_work *w = t->work;
	struct target sub = {.work = w, .loader = l};
	TRY_AS(w->mem, load_file(&sub), "couldn't make target for path '%s'", kust_loader_path(l));
	sub.file->build_metadata = t->file->build_metadata;
	sub.origin = origin_below(t, path);
	TRY(set_schema(&sub, false));
	TRY(check_kind(&sub, component));
	struct sum own = {.set = kust_set_new(w)};
	struct sum *into = component ? sum : &own;
	TRY_AS(w->mem, accumulate(&sub, into), "recursed accumulation of path '%s'",
	       kust_loader_path(l));
	if (component)
		return NULL;
	TRY_AS(w->mem, merge_sum(w, sum, &own), "recursed merging from path '%s'",
	       kust_loader_path(l));
	return NULL;
}

/* First as a file, then as a folder or repository; if both fail the text has both. */
static err *add_resource(struct target *t, struct sum *sum, str path)
{
	struct kust_work *w = t->work;
	struct kust_loader *l;
	err *as_file = add_file(t, &sum->set, path);
	if (!as_file)
		return NULL;
	for (const err *e = as_file; e; e = e->cause)
		if (e == w->http_failed || e->code == ERR_LIMIT || e->code == ERR_TIMEOUT)
			return as_file;
	err *as_folder = kust_loader_enter(t->loader, path, &l);
	if (as_folder && kust_is_malformed(w->mem, as_file))
		return as_file;
	if (!as_folder)
		as_folder = add_folder(t, sum, l, path, false);
	TRY_AS(w->mem, as_folder, "accumulation err='%s'", err_text(w->mem, as_file));
	return NULL;
}

static err *add_resources(struct target *t, struct sum *sum, const struct kust_texts *paths)
{
	for (size_t i = 0; i < paths->n; i++)
		TRY(add_resource(t, sum, paths->p[i]));
	return NULL;
}

static err *quoted(struct kust_work *w, const err *e, const char *what)
{
	return err_new(w->mem, e->code, "%s %s", what,
		       rune_quoted(w->mem, str_of(err_text(w->mem, e))));
}

static err *add_components(struct target *t, struct sum *sum)
{
	const struct kust_texts *paths = &t->file->components;
	for (size_t i = 0; i < paths->n; i++) {
		struct kust_loader *l;
		err *failed = kust_loader_enter(t->loader, paths->p[i], &l);
		if (failed)
			return quoted(t->work, failed, "loader.New");
		failed = add_folder(t, sum, l, paths->p[i], true);
		if (failed)
			return quoted(t->work, failed, "accumulateDirectory:");
	}
	return NULL;
}

/* --- plug-ins ------------------------------------------------------------------------------------ */

/* The configurations in a list: inline texts first, then files and folders. */
static err *read_configs(struct target *t, const struct kust_texts *entries, const char *what,
			 struct sum *sum)
{
	struct kust_work *w = t->work;
	struct kust_texts paths = {NEW_N(w->mem, str, entries->n), 0};
	for (size_t i = 0; i < entries->n; i++) {
		struct kust_objects objects;
		struct kust_set read = kust_set_new(w);
		err *failed = kust_parse_objects(w, entries->p[i], true, &objects);
		for (size_t k = 0; !failed && k < objects.n; k++)
			failed = kust_set_add(&read, objects.p[k]);
		if (failed) {
			paths.p[paths.n++] = entries->p[i];
			continue;
		}
		struct kust_origin *here = origin_below(t, str_of(t->file_name));
		for (size_t k = 0; here && k < objects.n; k++)
			TRY(kust_origin_set(w, objects.p[k], here));
		TRY_AS(w->mem, kust_set_add_all(&sum->set, &read), "configuring external %s", what);
	}
	return add_resources(t, sum, &paths);
}

static err *add_own_generators(struct target *t, const struct kust_list *list, bool secret,
			       kust_makers *out)
{
	struct kust_work *w = t->work;
	for (size_t i = 0; i < list->n; i++) {
		struct kust_generator *g = NEW(w->mem, struct kust_generator);
		*g = *KUST_AT(*list, struct kust_generator, i);
		g->options = (struct kust_generator_options *)kust_generator_options(
			w->mem, g->options, t->file->generator_options);
		struct kust_maker m = {secret ? kust_make_secret : kust_make_config_map, g, NULL};
		if (t->origin) {
			struct kust_origin *o = NEW(w->mem, struct kust_origin);
			*o = kust_origin_builtin(w->mem, t->origin, t->file_name,
						 secret ? "SecretGenerator" : "ConfigMapGenerator");
			m.origin = o;
		}
		VEC_PUSH(w->mem, out, m);
	}
	return NULL;
}

static err *refuse_helm(struct target *t)
{
	arena *mem = t->work->mem;
	if (!t->file->helm_charts.n)
		return NULL;
	val *config = kust_encode(mem, &kust_t_helm_chart,
				  KUST_AT(t->file->helm_charts, struct kust_helm_chart, 0));
	err *failed =
		err_new(mem, ERR_UNSUPPORTED,
			t->work->options->enable_helm
				? "inflating Helm charts is not supported; use a HelmRelease, "
				  "or render the chart before"
				: "must specify --enable-helm");
	return kust_in_config(mem, failed, "HelmChartInflationGenerator", yaml_text(mem, config));
}

static err *generate(struct target *t, struct sum *sum)
{
	struct kust_work *w = t->work;
	kust_makers makers = {0};
	struct sum configs = {.set = kust_set_new(w)};
	TRY(add_own_generators(t, &t->file->config_maps, false, &makers));
	TRY(add_own_generators(t, &t->file->secrets, true, &makers));
	TRY(refuse_helm(t));
	TRY_AS(w->mem, read_configs(t, &t->file->generators, "generator", &configs),
	       "loading generator plugins");
	TRY_AS(w->mem, kust_plugin_generators(t->loader, &configs.set, &makers),
	       "loading generator plugins");
	for (size_t i = 0; i < makers.n; i++) {
		struct kust_object *o;
		TRY(makers.p[i].run(t->loader, makers.p[i].arg, &o));
		if (makers.p[i].origin)
			TRY_AS(w->mem, kust_origin_generated(w, o, makers.p[i].origin),
			       "adding origin annotations for generator");
		TRY_AS(w->mem, kust_set_absorb(&sum->set, o), "merging from generator");
	}
	return NULL;
}

static err *run_transformers(struct target *t, struct sum *sum)
{
	struct kust_work *w = t->work;
	kust_transformers list = {0};
	struct sum configs = {.set = kust_set_new(w)};
	TRY(kust_transformers_of(t->loader, t->file, &sum->config, t->origin, t->file_name, &list));
	TRY(read_configs(t, &t->file->transformers, "transformer", &configs));
	TRY(kust_plugin_transformers(t->loader, &configs.set, &list));
	return kust_transform(&sum->set, &list);
}

/* --- validators ---------------------------------------------------------------------------------- */

/* Are both the same, but for a label that a validator may leave? */
static bool same_object(struct kust_work *w, const struct kust_object *a, struct kust_object *b)
{
	struct yaml_node *labels = YAML_NODE_IN(b->node, "metadata", "labels");
	if (labels && labels->kind == YN_MAP && yaml_node_get(labels, "validated-by")) {
		kust_object_own(w, b, KUST_OWN_META);
		labels = YAML_NODE_IN(b->node, "metadata", "labels");
		yaml_node_del(labels, STR("validated-by"));
		if (!labels->n)
			yaml_node_del(yaml_node_get(b->node, "metadata"), STR("labels"));
	}
	return a->formers.n == b->formers.n && yaml_node_eq(a->node, b->node);
}

static err *check_unchanged(struct kust_work *w, struct kust_objects *before, struct kust_set *now)
{
	if (before->n != now->list.n)
		return err_new(w->mem, ERR_INVALID, "lists have different number of entries");
	for (size_t i = 0; i < before->n; i++) {
		const struct kust_id *id = kust_object_id(w, before->p[i]);
		size_t same = 0;
		struct kust_object *other = NULL;
		for (size_t k = 0; k < now->list.n; k++)
			if (kust_id_eq(id, kust_object_id(w, now->list.p[k]))) {
				other = now->list.p[k];
				same++;
			}
		if (same != 1)
			return err_new(w->mem, ERR_INVALID,
				       same ? "id in self matches %2$zu in other; id: %1$s"
					    : "id in self missing from other; id: %1$s",
				       kust_id_text(w->mem, id), same);
		if (!same_object(w, before->p[i], other))
			return err_new(w->mem, ERR_INVALID, "nodes unequal: \n -- %s,\n -- %s\n",
				       kust_object_json(w, before->p[i]),
				       kust_object_json(w, other));
	}
	return NULL;
}

static err *run_validators(struct target *t, struct sum *sum)
{
	struct kust_work *w = t->work;
	kust_transformers list = {0};
	struct sum configs = {.set = kust_set_new(w)};
	TRY(read_configs(t, &t->file->validators, "transformer", &configs));
	TRY(kust_plugin_transformers(t->loader, &configs.set, &list));
	for (size_t i = 0; i < list.n; i++) {
		struct kust_objects before = {NEW_N(w->mem, struct kust_object *, sum->set.list.n),
					      sum->set.list.n};
		for (size_t k = 0; k < before.n; k++)
			before.p[k] = kust_object_copy(w, sum->set.list.p[k]);
		TRY(list.p[i].run(&sum->set, list.p[i].arg));
		kust_set_changed(&sum->set);
		TRY_AS(w->mem, check_unchanged(w, &before, &sum->set),
		       "validator shouldn't modify the resource map");
	}
	return NULL;
}

/* --- one kustomization --------------------------------------------------------------------------- */

static err *add_config(struct target *t, struct sum *sum)
{
	struct kust_work *w = t->work;
	const struct kust_file *f = t->file;
	struct kust_config config = kust_config_builtin, more, crds;
	TRY(kust_config_read(t->loader, &f->configurations, &more));
	TRY(kust_config_merge(w->mem, &config, &more));
	TRY_AS(w->mem, kust_config_merge(w->mem, &sum->config, &config), "merging config");
	TRY_AS(w->mem, kust_config_from_crds(t->loader, &f->crds, &crds), "loading CRDs %s",
	       kust_texts_shown(w->mem, &f->crds));
	TRY_AS(w->mem, kust_config_merge(w->mem, &sum->config, &crds), "merging CRDs %s",
	       kust_texts_shown(w->mem, &f->crds));
	return NULL;
}

static err *accumulate(struct target *t, struct sum *sum)
{
	struct kust_work *w = t->work;
	TRY_AS(w->mem, add_resources(t, sum, &t->file->resources), "accumulating resources");
	TRY(add_config(t, sum));
	TRY(generate(t, sum));
	TRY_AS(w->mem, add_components(t, sum), "accumulating components");
	TRY(run_transformers(t, sum));
	TRY(run_validators(t, sum));
	TRY_AS(w->mem, kust_vars_declare(&sum->set, &sum->vars, &t->file->vars), "merging vars %s",
	       kust_vars_shown(w->mem, &t->file->vars));
	return NULL;
}

/* --- the root ------------------------------------------------------------------------------------ */

/* Objects that are meant for tools only go; what has lost its kind or name fails. */
static err *drop_local(struct kust_work *w, struct kust_set *set)
{
	struct kust_set kept = kust_set_new(w);
	for (size_t i = 0; i < set->list.n; i++) {
		struct kust_object *o = set->list.p[i];
		str local;
		if (kust_object_empty(o))
			continue;
		TRY(kust_check_meta(w->mem, o->node));
		struct kust_pairs notes = kust_object_map(w->mem, o->node, "annotations");
		if (kust_pairs_get(&notes, "config.kubernetes.io/local-config", &local) &&
		    !str_is(local, "false"))
			continue;
		TRY(kust_set_add(&kept, o));
	}
	*set = kept;
	return NULL;
}

err *kust_accumulate(const struct kust_loader *l, struct kust_set *ret_set,
		     struct kust_file **ret_file)
{
	struct kust_work *w = l->work;
	struct target root = {.work = w, .loader = l};
	struct sum sum = {.set = kust_set_new(w)};
	TRY(load_file(&root));
	TRY(set_schema(&root, true));
	if (root.file->build_metadata.n)
		root.origin = NEW(w->mem, struct kust_origin);
	TRY(accumulate(&root, &sum));
	TRY(kust_add_hashes(&sum.set));
	TRY(kust_fix_references(&sum.set, &sum.config.references));
	TRY(kust_vars_resolve(&sum.set, &sum.vars, &sum.config.var_reference));
	TRY(drop_local(w, &sum.set));
	*ret_set = sum.set;
	*ret_file = root.file;
	return NULL;
}
