#include "kind/kustomization_decrypt.h"

#include "base/buf.h"
#include "base/enc.h"
#include "bases/bases.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "data/subst.h"
#include "kust/kust.h"

#define OPT_OUT KUSTOMIZATION_GROUP "/substitute"
#define MAKER                                                                                      \
	"kustomize-v1.9.4" /* what managedByLabel names: in Flux the version of the controller */
#define READ_BYTES ((size_t)8 << 20) /* of variables in all */

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

/* ---- substitution ----------------------------------------------------------------------------- */

static bool opted_out(const struct kust_object *o)
{
	return text_eq(kust_label(o, OPT_OUT), "disabled") ||
	       text_eq(kust_annotation(o, OPT_OUT), "disabled");
}

static err *substitute_one(ctx *c, struct kust_object *o, const val *vars, bool strict)
{
	str text;
	TRY_AS(c->mem, subst_check_names(c->mem, vars), "envsubst error");
	TRY(kust_text(c->mem, o, &text));
	TRY_AS(c->mem, subst_text(c->mem, text, vars, strict, &text),
	       "envsubst error: variable substitution failed");
	TRY_AS(c->mem, kust_replace_text(c->mem, o, text), "envsubst error");
	return NULL;
}

/* What substitution needs from object to object. */
struct variables {
	val *vars; /* NULL until they are gathered */
	bool off;  /* there are none, and none are wanted */
};

static err *substitute(ctx *c, struct work *w, struct variables *v, struct kust_object *o)
{
	const struct post_build *p = w->k->post_build;
	struct gvk k = {0};
	if (!p || v->off)
		return NULL;
	gvk_parse(c->mem, kust_api_version(o), kust_kind(o), &k);
	const char *group = k.group && *k.group ? k.group : "[noGrp]";
	const char *where =
		arena_printf(c->mem, "post build failed for '%s.%s.%s/%s'", kust_kind(o),
			     k.version ? k.version : "[noVer]", group, kust_name(o));
	if (!v->vars)
		TRY_AS(c->mem, gather_variables(c, w, &v->vars), "%s", where);
	v->off = !val_len(v->vars) && !text_eq(p->strategy, "Always");
	if (v->off || opted_out(o))
		return NULL;
	TRY_AS(c->mem,
	       substitute_one(c, o, v->vars,
			      options_gate(w->r.house->options, "StrictPostBuildSubstitutions")),
	       "%s", where);
	return NULL;
}

/* ---- build ------------------------------------------------------------------------------------ */

/* The object as a message may show it: nothing of what a Secret would hold. */
static err *shown(arena *mem, struct kust_object *o, str *ret_text)
{
	static const char *const hidden[] = {"data", "stringData"};
	const val *v;
	TRY(kust_value(mem, o, &v));
	val *copy = val_copy(mem, v);
	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++)
		val_del(copy, hidden[i]);
	*ret_text = str_of(json_text(mem, copy, JSON_SORTED));
	return NULL;
}

static err *check_object(arena *mem, struct kust_object *o)
{
	str text = {0};
	if (*kust_api_version(o) && *kust_kind(o) && *kust_name(o))
		return NULL;
	TRY(shown(mem, o, &text));
	return err_new(mem, ERR_INVALID,
		       "failed to decode Kubernetes apiVersion, kind and name from: %.*s",
		       STR_ARG(text));
}

/* What becomes of each object that was built. */
static err *finish_objects(ctx *c, struct work *w, struct sops_keys *keys,
			   const struct kust_result *built)
{
	struct variables v = {0};
	for (size_t i = 0; i < built->n; i++) {
		TRY(check_object(c->mem, built->p[i]));
		TRY(kustomization_decrypt_object(c, keys, built->p[i]));
		TRY(substitute(c, w, &v, built->p[i]));
	}
	return NULL;
}

const char *kustomization_bases(arena *mem, const struct work *w)
{
	return arena_printf(mem, "Kustomization/%s/%s", w->r.ns, w->r.name);
}

static err *render(ctx *c, struct work *w, struct kust_result **ret_built)
{
	const struct kustomization *k = w->k;
	const val *spec = val_get(w->r.obj, "spec");
	struct kust_options o = {.order = KUST_ORDER_FIFO,
				 .any_path = true,
				 .schema_adds = true,
				 .maker = MAKER,
				 .cache = w->r.house->parsed,
				 .limits = {.deadline = c->deadline}};
	struct bases bases = {.ctx = c,
			      .repos = w->r.house->repos,
			      .clients = w->r.house->clients,
			      .owner = kustomization_bases(c->mem, w)};
	if (!w->r.house->options->no_remote_bases) {
		o.fetch = bases_fetch;
		o.fetch_arg = &bases;
	}
	struct kust_flux_overlay f = {
		.namespace_ = k->target_ns,
		.name_prefix = k->name_prefix,
		.name_suffix = k->name_suffix,
		.patches = val_get(spec, "patches"),
		.patches_strategic_merge = k->patches_strategic_merge,
		.patches_json6902 = k->patches_json6902,
		.images = val_get(spec, "images"),
		.components = val_get(spec, "components"),
		.ignore_missing_components = k->ignore_missing_components,
		.build_metadata = val_get(spec, "buildMetadata"),
	};
	struct sops_keys *keys;
	TRY(kust_flux(c->mem, w->tree, w->path, &f, &o));
	TRY(kustomization_keys(c, w, &keys));
	TRY(kustomization_decrypt_sources(c, w, keys, &o));
	TRY_AS(c->mem, kust_build(c->mem, w->tree, w->path, &o, ret_built),
	       "kustomize build failed");
	return finish_objects(c, w, keys, *ret_built);
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
	struct kust_result *built;
	TRY(render(c, w, &built));
	buf text = buf_init(c->mem);
	TRY_AS(c->mem, kust_print(c->mem, built, &text), "kustomize build failed");
	w->digest = digest_text(c->mem, DIGEST_SHA256, buf_view(&text));
	val **objs = NEW_N(c->mem, val *, built->n);
	for (size_t i = 0; i < built->n; i++) {
		const val *v;
		TRY(kust_value(c->mem, built->p[i], &v));
		objs[i] = val_copy(c->mem, v);
	}
	struct bundle_settings s = {
		.owner_group = KUSTOMIZATION_GROUP,
		.owner_name = w->r.name,
		.owner_ns = w->r.ns,
		.labels = w->k->common ? w->k->common->labels : NULL,
		.annotations = w->k->common ? w->k->common->annotations : NULL,
		.account = kustomization_account(w),
		.custom = custom_stage(c->mem, w->r.house->options),
	};
	return bundle_from(c->mem, objs, built->n, &s, &w->desired);
}
