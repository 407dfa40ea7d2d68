#include "kind/kustomization.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/path.h"
#include "base/vec.h"
#include "crypt/digest.h"
#include "data/subst.h"
#include "data/yaml.h"

#define FILE_MAX ((size_t)64 << 20)

/* ---- variables -------------------------------------------------------------------------------- */

/* Line feeds are dropped from values, as Flux does. */
static void add_variable(arena *mem, val *vars, str name, str value)
{
	buf b = buf_init(mem);
	str line;
	while (str_next(&value, '\n', &line))
		buf_str(&b, line);
	val_set_str(mem, vars, name, val_str(mem, buf_view(&b)));
}

static err *add_variables(arena *mem, val *vars, const val *obj, bool secret)
{
	const val *data = val_get(obj, "data");
	for (uint32_t i = 0; val_is(data, VAL_MAP) && i < data->map.n; i++) {
		const struct val_pair *pair = &data->map.p[i];
		str value = val_as_str(pair->value);
		if (secret && !enc_unbase64(mem, value, &value))
			return err_new(mem, ERR_INVALID, "the key '%.*s' is not base64",
				       STR_ARG(pair->key));
		add_variable(mem, vars, pair->key, value);
	}
	return NULL;
}

static err *read_variables(ctx *c, struct work *w, const struct values_ref *ref, val *vars)
{
	bool secret = text_eq(ref->kind, "Secret");
	struct resource r = {.gvk = {"", "v1", ref->kind},
			     .plural = secret ? "secrets" : "configmaps",
			     .namespaced = true};
	val *obj;
	err *e = client_get(c, w->r.client, &r, w->r.ns, ref->name, false, &obj);
	if (err_code(e) == ERR_NOT_FOUND && ref->optional)
		return NULL;
	if (!e)
		e = add_variables(c->mem, vars, obj, secret);
	return e ? err_wrap(c->mem, e, "substitute from '%s/%s' error", ref->kind, ref->name)
		 : NULL;
}

/* All variables: those of substituteFrom in order, then the inline ones. */
static err *gather_variables(ctx *c, struct work *w, val **ret_vars)
{
	const struct post_build *p = w->k->post_build;
	val *vars = val_map(c->mem);
	const struct values_ref *refs = p->from.p;
	for (size_t i = 0; i < p->from.n; i++)
		TRY(read_variables(c, w, &refs[i], vars));
	for (uint32_t i = 0; val_is(p->substitute, VAL_MAP) && i < p->substitute->map.n; i++)
		add_variable(c->mem, vars, p->substitute->map.p[i].key,
			     val_as_str(p->substitute->map.p[i].value));
	*ret_vars = vars;
	return NULL;
}

/* ---- build: plain manifests ------------------------------------------------------------------- */

struct files {
	VEC(val *) objs;
};

static err *read_objects(ctx *c, struct work *w, const char *path, struct files *f)
{
	str text;
	val *docs;
	const char *shown = path_join(c->mem, tree_root(w->tree), path);
	TRY(tree_read(c->mem, w->tree, path, FILE_MAX, &text));
	err *e = yaml_parse_all(c->mem, text, &docs);
	if (e)
		return err_wrap(c->mem, e,
				"failed to decode Kubernetes YAML from %s: MalformedYAMLError",
				shown);
	for (size_t i = 0; i < val_len(docs); i++) {
		val *v = val_at(docs, i);
		if (val_is(v, VAL_NULL))
			continue;
		if (!val_get(v, "metadata") && !val_get(v, "items"))
			return err_new(c->mem, ERR_INVALID,
				       "failed to decode Kubernetes YAML from %s: missing Resource "
				       "metadata",
				       shown);
		val *items = val_get(v, "items");
		for (size_t k = 0; k < val_len(items); k++)
			VEC_PUSH(c->mem, &f->objs, val_at(items, k));
		if (!items)
			VEC_PUSH(c->mem, &f->objs, v);
	}
	return NULL;
}

static err *walk(ctx *c, struct work *w, const char *path, struct files *f)
{
	struct tree_entry *entries;
	size_t n;
	TRY(tree_list(c->mem, w->tree, path, &entries, &n));
	for (size_t i = 0; i < n; i++) {
		const char *name = path_join(c->mem, path, entries[i].name);
		if (entries[i].kind == TREE_DIR)
			TRY(walk(c, w, name, f));
		else if (text_ends(name, ".yaml") || text_ends(name, ".yml"))
			TRY(read_objects(c, w, name, f));
	}
	return NULL;
}

static err *substitute(ctx *c, struct work *w, struct files *f)
{
	const struct post_build *p = w->k->post_build;
	val *vars = NULL;
	int flags = options_gate(w->r.house->options, "StrictPostBuildSubstitutions") ? SUBST_STRICT
										      : SUBST_PLAIN;
	for (size_t i = 0; p && i < f->objs.n; i++) {
		struct gvk k = {0};
		val *v = f->objs.p[i], *after;
		gvk_parse(c->mem, val_as_text(val_get(v, "apiVersion")),
			  val_as_text(val_get(v, "kind")), &k);
		const char *group = k.group && *k.group ? k.group : "[noGrp]";
		const char *where =
			arena_printf(c->mem, "post build failed for '%s.%s.%s/%s'",
				     k.kind ? k.kind : "", k.version ? k.version : "[noVer]", group,
				     val_text_or(VAL_IN(v, "metadata", "name"), ""));
		if (!vars)
			TRY_AS(c->mem, gather_variables(c, w, &vars), "%s", where);
		if (text_eq(p->strategy, "Always"))
			flags |= SUBST_ALWAYS;
		TRY_AS(c->mem, subst_object(c->mem, v, vars, flags, &after), "%s", where);
		if (after)
			f->objs.p[i] = after;
	}
	return NULL;
}

static const char **custom_stage(arena *mem, const struct options *o)
{
	const char **kinds = NEW_N(mem, const char *, o->apply_stages.n + 1);
	for (size_t i = 0; i < o->apply_stages.n; i++)
		kinds[i] = o->apply_stages.p[i];
	return kinds;
}

err *kustomization_build(ctx *c, struct work *w)
{
	struct files f = {0};
	TRY(walk(c, w, w->path, &f));
	TRY(substitute(c, w, &f));
	buf text = buf_init(c->mem);
	for (size_t i = 0; i < f.objs.n; i++) {
		if (w->k->target_ns)
			val_set_text(c->mem, val_get(f.objs.p[i], "metadata"), "namespace",
				     w->k->target_ns);
		if (i)
			buf_text_add(&text, "---\n");
		yaml_print(&text, f.objs.p[i]);
	}
	w->digest = digest_text(c->mem, DIGEST_SHA256, buf_view(&text));
	struct bundle_settings s = {
		.owner_group = KUSTOMIZATION_GROUP,
		.owner_name = w->r.name,
		.owner_ns = w->r.ns,
		.labels = w->k->common ? w->k->common->labels : NULL,
		.annotations = w->k->common ? w->k->common->annotations : NULL,
		.custom = custom_stage(c->mem, w->r.house->options),
	};
	return bundle_from(c->mem, f.objs.p, f.objs.n, &s, &w->desired);
}
