/* What `crds` files say about fields: OpenAPI definitions with kustomize's extensions. */
#include "kust/kust_spec.h"

#include "base/buf.h"
#include "base/vec.h"
#include "data/json.h"
#include "data/yaml.h"
#include "kust/kust_merge_raw.h"

#define DEPTH_MAX 100 /* references from definition to definition */

struct walk {
	arena *mem;
	const val *definitions;
	struct kust_config *config;
	struct kust_gvk gvk;
	int depth;
};

static const val *schema_of(const val *definitions, str name)
{
	const val *one = val_get_str(definitions, name);
	for (size_t i = 0; val_is(one, VAL_MAP) && i < one->map.n; i++)
		if (str_eq_nocase(one->map.p[i].key, STR("schema")))
			return one->map.p[i].value;
	return NULL;
}

/* The text of an extension; its name counts without case. */
static bool extension(const val *property, const char *name, str *ret)
{
	for (size_t i = 0; val_is(property, VAL_MAP) && i < property->map.n; i++)
		if (str_eq_nocase(property->map.p[i].key, str_of(name)) &&
		    val_is(property->map.p[i].value, VAL_TEXT)) {
			*ret = property->map.p[i].value->text;
			return true;
		}
	return false;
}

static struct kust_spec spec_at(struct walk *w, const char *path)
{
	return (struct kust_spec){w->gvk, str_of(path), false};
}

static err *add_reference(struct walk *w, str version, str kind, const char *path)
{
	struct kust_spec from = spec_at(w, path);
	struct kust_config one = {0};
	struct kust_reference *r = NEW(w->mem, struct kust_reference);
	struct kust_spec *kept = NEW(w->mem, struct kust_spec);
	*kept = from;
	*r = (struct kust_reference){{.version = version, .kind = kind}, {kept, 1}};
	one.references = (struct kust_references){r, 1};
	return kust_config_merge(w->mem, w->config, &one);
}

static err *add_spec(struct walk *w, struct kust_specs *to, const char *path)
{
	struct kust_spec *kept = NEW(w->mem, struct kust_spec);
	*kept = spec_at(w, path);
	return kust_specs_add(w->mem, to, kept);
}

static err *walk_type(struct walk *w, str name, const char *path);

static err *walk_property(struct walk *w, const val *property, const char *path)
{
	str text, version, kind, ref, name_key = STR("name");
	if (extension(property, "x-kubernetes-annotation", &text))
		TRY(add_spec(w, &w->config->common_annotations, path));
	if (extension(property, "x-kubernetes-label-selector", &text))
		TRY(add_spec(w, &w->config->common_labels, path));
	if (extension(property, "x-kubernetes-identity", &text))
		TRY(add_spec(w, &w->config->name_prefix, path));
	if (extension(property, "x-kubernetes-object-ref-api-version", &version) &&
	    extension(property, "x-kubernetes-object-ref-kind", &kind)) {
		extension(property, "x-kubernetes-object-ref-name-key", &name_key);
		TRY(add_reference(w, version, kind,
				  arena_printf(w->mem, "%s/%.*s", path, STR_ARG(name_key))));
	}
	if (extension(property, "$ref", &ref) && ref.n)
		return walk_type(w, ref, path);
	return NULL;
}

static err *walk_type(struct walk *w, str name, const char *path)
{
	const val *properties = val_get(schema_of(w->definitions, name), "properties");
	if (++w->depth > DEPTH_MAX)
		return err_new(w->mem, ERR_LIMIT, "definition %.*s refers to itself",
			       STR_ARG(name));
	for (size_t i = 0; val_is(properties, VAL_MAP) && i < properties->map.n; i++) {
		const struct val_pair *p = &properties->map.p[i];
		const char *here = *path ? arena_printf(w->mem, "%s/%.*s", path, STR_ARG(p->key))
					 : str_text(w->mem, p->key);
		TRY(walk_property(w, p->value, here));
	}
	w->depth--;
	return NULL;
}

static bool is_kubernetes_type(const val *schema)
{
	const val *p = val_get(schema, "properties");
	return val_get(p, "kind") && val_get(p, "apiVersion") && val_get(p, "metadata");
}

static err *wrong_type(arena *mem, const val *v, const char *type)
{
	return err_new(mem, ERR_INVALID, "json: cannot unmarshal %s into Go value of type %s",
		       json_go_kind(v), type);
}

static err *check_types(arena *mem, val *v)
{
	if (!val_is(v, VAL_MAP) && !val_is(v, VAL_NULL))
		return wrong_type(mem, v, "accumulator.nameToApiMap");
	val_sort_deep(v);
	for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		if (v->map.p[i].value->kind != VAL_MAP && v->map.p[i].value->kind != VAL_NULL)
			return wrong_type(mem, v->map.p[i].value, "accumulator.OpenAPIDefinition");
	return NULL;
}

static err *read_definitions(arena *mem, str text, val **ret)
{
	if (!text.n)
		return err_new(mem, ERR_INVALID, "the file is empty");
	if (text.p[0] == '{') {
		struct raw *checked; /* in Go's words */
		TRY(raw_read(mem, text, &checked));
		TRY(json_parse(mem, text, ret));
		return check_types(mem, *ret);
	}
	TRY_AS(mem, yaml_parse(mem, text, ret), "error converting YAML to JSON");
	TRY_AS(mem, check_types(mem, *ret), "error unmarshaling JSON: while decoding JSON");
	return NULL;
}

err *kust_config_from_crds(const struct kust_loader *l, const struct kust_texts *paths,
			   struct kust_config *ret_config)
{
	arena *mem = l->work->mem;
	struct kust_config c = {0};
	for (size_t i = 0; i < paths->n; i++) {
		str text;
		val *v;
		TRY(kust_load(l, paths->p[i], &text));
		TRY_AS(mem, read_definitions(mem, text, &v),
		       "unable to parse open API definition from '%.*s'", STR_ARG(paths->p[i]));
		for (size_t k = 0; val_is(v, VAL_MAP) && k < v->map.n; k++) {
			str name = v->map.p[k].key;
			ptrdiff_t dot = str_rfind(name, '.');
			struct kust_config one = {0};
			struct walk w = {mem,
					 v,
					 &one,
					 {.kind = str_sub(name, (size_t)(dot + 1), name.n)},
					 0};
			if (!is_kubernetes_type(schema_of(v, name)))
				continue;
			TRY(walk_type(&w, name, ""));
			TRY(kust_config_merge(mem, &c, &one));
		}
	}
	*ret_config = c;
	return NULL;
}
