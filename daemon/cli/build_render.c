#include "cli/build.h"

#include "base/file.h"
#include "base/number.h"
#include "base/path.h"
#include "cli/remote_bases.h"
#include "data/subst.h"
#include "data/yaml.h"
#include "kube/gvk.h"
#include "kust/kust.h"

#define GROUP "kustomize.toolkit.fluxcd.io"
#define OPT_OUT GROUP "/substitute"
#define FILE_BYTES_MAX ((size_t)64 << 20)
#define DEPTH_MAX 32 /* of Kustomizations within Kustomizations */

/* One Kustomization. */
struct job {
	const struct build *b;
	arena *mem;
	const char *name, *ns, *path;
	val *k;
	int depth;
};

static bool is_flux_kustomization(const val *v)
{
	return text_starts(val_text_or(val_get(v, "apiVersion"), ""), GROUP "/") &&
	       text_eq(val_as_text(val_get(v, "kind")), "Kustomization");
}

static const char *meta(const val *object, const char *key)
{
	return val_text_or(VAL_IN(object, "metadata", key), "");
}

/* ---- the Kustomization ------------------------------------------------------------------------ */

/* Numbers and booleans become texts, as sigs.k8s.io/yaml does where a text is wanted. */
static void make_texts(arena *mem, val *v)
{
	if (val_is(v, VAL_BOOL))
		*v = *val_text(mem, v->b ? "true" : "false");
	else if (val_is(v, VAL_INT))
		*v = *val_printf(mem, "%lld", (long long)v->i);
	else if (val_is(v, VAL_FLOAT))
		*v = *val_text(mem, number_text(mem, v->f, 'g'));
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++)
		make_texts(mem, v->list.p[i]);
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		make_texts(mem, v->map.p[i].value);
}

/* The fields of a Kustomization in which all is text. */
static void make_spec_texts(arena *mem, val *k)
{
	static const char *const fields[] = {
		"targetNamespace", "namePrefix",    "nameSuffix",     "patches", "images",
		"components",	   "buildMetadata", "commonMetadata", "path",	 "sourceRef"};
	val *spec = val_get(k, "spec");
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		make_texts(mem, val_get(spec, fields[i]));
	make_texts(mem, VAL_IN(spec, "postBuild", "substitute"));
}

static err *read_kustomization(const struct build *b, val **ret)
{
	str text;
	val *docs;
	TRY_AS(b->mem, file_read(b->mem, b->file, FILE_BYTES_MAX, &text),
	       "failed to read kustomization file %s", b->file);
	TRY_AS(b->mem, yaml_parse_all(b->mem, text, &docs),
	       "failed to unmarshall kustomization file %s: error converting YAML to JSON",
	       b->file);
	for (size_t i = 0; i < val_len(docs); i++) {
		val *v = val_at(docs, i);
		const char *ns = meta(v, "namespace");
		if (!is_flux_kustomization(v) || !text_eq(meta(v, "name"), b->name) ||
		    (*ns && !text_eq(ns, b->ns)))
			continue;
		make_spec_texts(b->mem, v);
		*ret = v;
		return NULL;
	}
	return err_new(b->mem, ERR_NOT_FOUND,
		       "failed find kustomization with name '%s' and namespace '%s' in file '%s'",
		       b->name, b->ns, b->file);
}

/* A file wins over the cluster, which has to know the Kustomization all the same. One that came out
 * of another's objects need not be there. */
static err *find_kustomization(struct job *j)
{
	err *failed = NULL;
	val *live = NULL;
	if (j->b->live)
		failed = build_live_kustomization(j->b->live, j->ns, j->name, &live);
	if (failed && (err_code(failed) != ERR_NOT_FOUND || !j->k))
		return failed;
	if (live)
		j->k = live;
	return !j->depth && *j->b->file ? read_kustomization(j->b, &j->k) : NULL;
}

/* ---- variables -------------------------------------------------------------------------------- */

static err *gather_variables(const struct job *j, val *vars)
{
	const val *post = VAL_IN(j->k, "spec", "postBuild");
	const val *from = val_get(post, "substituteFrom"), *own = val_get(post, "substitute");
	for (size_t i = 0; j->b->live && i < val_len(from); i++)
		TRY(build_live_variables(j->b->live, j->ns, val_at(from, i), vars));
	for (uint32_t i = 0; val_is(own, VAL_MAP) && i < own->map.n; i++)
		val_set_str(j->mem, vars, own->map.p[i].key, own->map.p[i].value);
	for (uint32_t i = 0; i < vars->map.n; i++) {
		buf b = buf_init(j->mem);
		str value = val_as_str(vars->map.p[i].value), line;
		while (str_next(&value, '\n', &line))
			buf_str(&b, line);
		vars->map.p[i].value = val_str(j->mem, buf_view(&b));
	}
	return NULL;
}

static err *substitute_one(const struct job *j, struct kust_object *o, const val *vars)
{
	str text;
	if (text_eq(kust_label(o, OPT_OUT), "disabled") ||
	    text_eq(kust_annotation(o, OPT_OUT), "disabled"))
		return NULL;
	TRY_AS(j->mem, subst_check_names(j->mem, vars), "envsubst error");
	TRY(kust_text(j->mem, o, &text));
	TRY_AS(j->mem, subst_text(j->mem, text, vars, j->b->strict, &text),
	       "envsubst error: variable substitution failed");
	TRY_AS(j->mem, kust_replace_text(j->mem, o, text), "envsubst error");
	return NULL;
}

static err *substitute(const struct job *j, const struct kust_result *built)
{
	val *vars = val_map(j->mem);
	const val *post = VAL_IN(j->k, "spec", "postBuild");
	bool always = text_eq(val_as_text(val_get(post, "substituteStrategy")), "Always");
	for (size_t i = 0; val_is(post, VAL_MAP) && i < built->n; i++) {
		const char *where = arena_printf(j->mem, "var substitution failed for '%s'",
						 kust_name(built->p[i]));
		if (!i)
			TRY_AS(j->mem, gather_variables(j, vars), "%s", where);
		if (!val_len(vars) && !always)
			return NULL;
		TRY_AS(j->mem, substitute_one(j, built->p[i], vars), "%s", where);
	}
	return NULL;
}

/* ---- building --------------------------------------------------------------------------------- */

/* The patterns of the .sourceignore files below the path and of the command line. */
static err *read_ignored(const struct job *j, struct kust_flux_overlay *f)
{
	struct tree *t;
	struct ignore *own = ignore_new(j->mem), *all = ignore_new(j->mem);
	TRY(tree_open(j->mem, j->path, &t));
	TRY_AS(j->mem, ignore_load(j->mem, own, t), "failed to load ignore patterns");
	ignore_read(own, str_of(j->b->ignore), (struct ignore_domain){0});
	ignore_add_vcs(all, (struct ignore_domain){0});
	ignore_add_defaults(all, (struct ignore_domain){0});
	ignore_append(all, own);
	f->drop = all;
	f->skip = ignore_count(own) ? all : NULL;
	return NULL;
}

static err *build_folder(const struct job *j, struct kust_result **ret)
{
	const val *spec = val_get(j->k, "spec");
	struct tree *root;
	struct kust_options o = {.order = KUST_ORDER_FIFO, .any_path = true, .schema_adds = true};
	struct kust_flux_overlay f = {
		.namespace_ = val_as_text(val_get(spec, "targetNamespace")),
		.name_prefix = val_as_text(val_get(spec, "namePrefix")),
		.name_suffix = val_as_text(val_get(spec, "nameSuffix")),
		.patches = val_get(spec, "patches"),
		.patches_strategic_merge = val_get(spec, "patchesStrategicMerge"),
		.patches_json6902 = val_get(spec, "patchesJson6902"),
		.images = val_get(spec, "images"),
		.components = val_get(spec, "components"),
		.ignore_missing_components =
			val_as_bool(val_get(spec, "ignoreMissingComponents"), false),
		.build_metadata = val_get(spec, "buildMetadata"),
	};
	TRY(tree_open(j->mem, "/", &root));
	if (!j->b->no_remote)
		remote_bases_allow(j->mem, &o);
	err *failed = read_ignored(j, &f);
	if (!failed)
		failed = kust_flux(j->mem, root, j->path + 1, &f, &o);
	if (failed)
		return err_wrap(j->mem, failed, "failed to generate kustomization.yaml");
	TRY_AS(j->mem, kust_build(j->mem, root, j->path + 1, &o, ret), "kustomize build failed");
	return substitute(j, *ret);
}

/* ---- objects ---------------------------------------------------------------------------------- */

static void set_texts(arena *mem, val *object, const char *key, const val *texts)
{
	val *metadata = val_make_map(mem, object, "metadata");
	val *map = metadata && val_len(texts) ? val_make_map(mem, metadata, key) : NULL;
	for (uint32_t i = 0; map && i < texts->map.n; i++)
		val_set_str(mem, map, texts->map.p[i].key, texts->map.p[i].value);
}

static void add_object(const struct job *j, val *v, build_objects *objects)
{
	const val *common = VAL_IN(j->k, "spec", "commonMetadata");
	set_texts(j->mem, v, "labels", val_get(common, "labels"));
	set_texts(j->mem, v, "annotations", val_get(common, "annotations"));
	VEC_PUSH(j->mem, objects, v);
}

/* An object of the build with its owner on it; lists are taken apart, and what is none of the
 * cluster's is left out. */
static err *add_built(const struct job *j, struct kust_object *o, build_objects *objects)
{
	str text;
	const val *v;
	TRY_AS(j->mem, kust_text(j->mem, o, &text), "kustomize build failed");
	TRY_AS(j->mem, kust_value(j->mem, o, &v), "kustomize build failed");
	val *object = val_copy(j->mem, v), *owner = val_map(j->mem);
	val_set_text(j->mem, owner, GROUP "/name", j->name);
	val_set_text(j->mem, owner, GROUP "/namespace", meta(j->k, "namespace"));
	set_texts(j->mem, object, "labels", owner);
	TRY(build_mask(j->mem, object, text));
	const val *items = val_get(object, "items");
	for (size_t i = 0; val_is(items, VAL_LIST) && i < val_len(items); i++)
		if (val_is(val_at(items, i), VAL_MAP))
			add_object(j, val_at(items, i), objects);
	if (!val_is(items, VAL_LIST) && *kust_api_version(o) && *kust_kind(o) && *kust_name(o) &&
	    !(text_eq(kust_kind(o), "Kustomization") &&
	      text_starts(kust_api_version(o), "kustomize.config.k8s.io/")))
		add_object(j, object, objects);
	return NULL;
}

static err *render(struct job *j, build_objects *objects);

/* A Kustomization among the objects of another. */
static err *render_inner(const struct job *j, val *k, build_objects *objects)
{
	const val *ref = VAL_IN(k, "spec", "sourceRef");
	const char *own = meta(k, "namespace"), *ns = val_text_or(val_get(ref, "namespace"), own);
	const char *kind = val_text_or(val_get(ref, "kind"), "");
	const char *name = val_text_or(val_get(ref, "name"), "");
	const char *key = *ns ? arena_printf(j->mem, "%s/%s/%s", kind, ns, name)
			      : arena_printf(j->mem, "%s/%s", kind, name);
	const char *folder = val_as_text(val_get(j->b->sources, key));
	if (j->depth >= DEPTH_MAX)
		return err_new(j->mem, ERR_LIMIT,
			       "kustomization %s: Kustomizations are nested more than %d deep",
			       meta(k, "name"), DEPTH_MAX);
	if (!folder)
		return err_new(j->mem, ERR_INVALID,
			       "cannot get local path for %s of kustomization %s", key,
			       meta(k, "name"));
	struct job inner = *j;
	inner.name = meta(k, "name");
	inner.ns = own;
	inner.k = k;
	inner.depth++;
	inner.path = path_join(j->mem, folder, val_text_or(VAL_IN(k, "spec", "path"), ""));
	return render(&inner, objects);
}

static err *render(struct job *j, build_objects *objects)
{
	struct kust_result *built;
	TRY_AS(j->mem, find_kustomization(j), "failed to get kustomization object");
	TRY(build_folder(j, &built));
	size_t from = objects->n;
	for (size_t i = 0; i < built->n; i++)
		TRY(add_built(j, built->p[i], objects));
	size_t to = objects->n;
	for (size_t i = from; j->b->recursive && i < to; i++) {
		val *v = objects->p[i];
		if (is_flux_kustomization(v) &&
		    !(text_eq(meta(v, "name"), j->name) &&
		      text_eq(meta(v, "namespace"), meta(j->k, "namespace"))))
			TRY(render_inner(j, v, objects));
	}
	return NULL;
}

err *build_render(const struct build *b, build_objects *objects)
{
	struct job j = {.b = b, .mem = b->mem, .name = b->name, .ns = b->ns, .path = b->path};
	return render(&j, objects);
}
