#include "kind/helm_release.h"

#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "base/map.h"
#include "data/json.h"
#include "data/yaml.h"
#include "data/yaml_node.h"
#include "kube/gvk.h"
#include "kust/kust.h"

#define INPUT "helm-output.yaml"
#define API_VERSION "kustomize.config.k8s.io/v1beta1"

/* ---- labels and annotations ------------------------------------------------------------------- */

struct objects {
	val **p;
	size_t n, cap;
};

/* A map of texts as Go prints one. */
static const char *go_map(arena *mem, const val *map)
{
	buf b = buf_init(mem);
	val *sorted = val_copy(mem, map);
	if (val_is(sorted, VAL_MAP))
		val_sort(sorted);
	buf_text_add(&b, "map[");
	for (size_t i = 0; val_is(sorted, VAL_MAP) && i < sorted->map.n; i++)
		buf_printf(&b, "%s%.*s:%.*s", i ? " " : "", STR_ARG(sorted->map.p[i].key),
			   STR_ARG(val_as_str(sorted->map.p[i].value)));
	buf_text_add(&b, "]");
	return buf_text(&b);
}

/* What kustomize asks of a resource: a kind and, unless it is a list, a name. */
static err *check(arena *mem, const val *obj)
{
	const val *meta = val_get(obj, "metadata");
	const char *kind = val_text_or(val_get(obj, "kind"), "");
	const char *name = val_text_or(val_get(meta, "name"), "");
	size_t n = strlen(kind);
	bool list = n >= 4 && !strcmp(kind + n - 4, "List");
	const char *missing = !*kind ? "kind" : !*name && !list ? "metadata.name" : NULL;
	if (!missing)
		return NULL;
	return err_new(mem, ERR_INVALID, "missing %s in object {{%s %s} {{%s %s} %s %s}}", missing,
		       val_text_or(val_get(obj, "apiVersion"), ""), kind, name,
		       val_text_or(val_get(meta, "namespace"), ""),
		       go_map(mem, val_get(meta, "labels")),
		       go_map(mem, val_get(meta, "annotations")));
}

static bool is_list(const val *obj)
{
	const char *kind = val_text_or(val_get(obj, "kind"), "");
	size_t n = strlen(kind);
	return n >= 4 && !strcmp(kind + n - 4, "List");
}

/* The objects of the documents; those of lists come behind all others. */
static err *take_apart(arena *mem, const val *docs, struct objects *ret)
{
	struct objects todo = {0};
	for (size_t i = 0; i < val_len(docs); i++)
		if (val_len(val_at(docs, i)) && val_is(val_at(docs, i), VAL_MAP))
			VEC_PUSH(mem, &todo, val_at(docs, i));
		else if (!val_is(val_at(docs, i), VAL_NULL) && !val_is(val_at(docs, i), VAL_MAP))
			return err_new(mem, ERR_INVALID, "missing Resource metadata");
	for (size_t i = 0; i < todo.n; i++) {
		val *obj = todo.p[i];
		TRY(check(mem, obj));
		if (!is_list(obj)) {
			VEC_PUSH(mem, ret, obj);
			continue;
		}
		const val *items = val_get(obj, "items");
		if (items && !val_is(items, VAL_LIST) && !val_is(items, VAL_NULL))
			return err_new(mem, ERR_INVALID, "expected array in %s/items, but found %s",
				       val_as_text(val_get(obj, "kind")), val_kind_name(items));
		for (size_t k = 0; k < val_len(items); k++)
			VEC_PUSH(mem, &todo, val_at(items, k));
	}
	return NULL;
}

static const char * or (const char *text, const char *otherwise)
{
	return text && *text ? text : otherwise;
}

/* Two objects of one identity are refused, with kustomize's text. */
static err *check_unique(arena *mem, const struct objects *all)
{
	struct map seen = map_init(mem);
	for (size_t i = 0; i < all->n; i++) {
		const val *obj = all->p[i], *meta = val_get(obj, "metadata");
		const char *kind = val_text_or(val_get(obj, "kind"), "");
		struct gvk k = {"", "", kind};
		const char *ns = val_text_or(val_get(meta, "namespace"), "");
		gvk_parse(mem, val_text_or(val_get(obj, "apiVersion"), ""), kind, &k);
		const char *id =
			arena_printf(mem, "%s.%s.%s/%s.%s", kind, or (k.version, "[noVer]"),
				     or (k.group, "[noGrp]"),
				     val_text_or(val_get(meta, "name"), ""), or (ns, "[noNs]"));
		if (map_has(&seen, id))
			return err_new(mem, ERR_INVALID,
				       "may not add resource with an already registered id: %s",
				       id);
		map_set(&seen, id, all->p[i]);
	}
	return NULL;
}

static void set_all(arena *mem, val *meta, const char *field, const val *pairs)
{
	if (!val_len(pairs) || !val_is(pairs, VAL_MAP))
		return;
	if (!val_is(val_get(meta, field), VAL_MAP))
		val_set(mem, meta, field, val_map(mem));
	for (size_t i = 0; i < val_len(pairs); i++)
		val_set_str(mem, val_get(meta, field), pairs->map.p[i].key,
			    val_copy(mem, pairs->map.p[i].value));
}

err *helm_release_mark(arena *mem, const val *docs, const val *const *labels, size_t n_labels,
		       const val *annotations, val **ret_objects)
{
	struct objects all = {0};
	val *list = val_list(mem);
	TRY(take_apart(mem, docs, &all));
	TRY(check_unique(mem, &all));
	for (size_t i = 0; i < all.n; i++) {
		val *meta = val_make_map(mem, all.p[i], "metadata");
		for (size_t k = 0; meta && k < n_labels; k++)
			set_all(mem, meta, "labels", labels[k]);
		if (meta)
			set_all(mem, meta, "annotations", annotations);
		val_push(mem, list, all.p[i]);
	}
	*ret_objects = list;
	return NULL;
}

/* ---- kustomize -------------------------------------------------------------------------------- */

static val *kustomization_of(arena *mem, const val *renderer)
{
	val *k = val_map(mem), *resources = val_list(mem);
	val_set_text(mem, k, "apiVersion", API_VERSION);
	val_set_text(mem, k, "kind", "Kustomization");
	val_push(mem, resources, val_text(mem, INPUT));
	val_set(mem, k, "resources", resources);
	if (val_len(val_get(renderer, "patches")))
		val_set(mem, k, "patches", val_copy(mem, val_get(renderer, "patches")));
	if (val_len(val_get(renderer, "images")))
		val_set(mem, k, "images", val_copy(mem, val_get(renderer, "images")));
	return k;
}

static err *kustomize(arena *mem, const val *renderer, str in, str *ret_out)
{
	struct kust_options o = {.order = KUST_ORDER_FIFO, .any_path = true};
	struct kust_result *built;
	struct tree *t = tree_memory(mem);
	buf b = buf_init(mem);
	tree_put(t, INPUT, in);
	tree_put(t, "kustomization.yaml",
		 str_of(json_text(mem, kustomization_of(mem, renderer), JSON_PLAIN)));
	TRY(kust_build(mem, t, ".", &o, &built));
	TRY(kust_print(mem, built, &b));
	*ret_out = buf_view(&b);
	return NULL;
}

err *helm_release_render(ctx *c, void *work, str in, str *ret_out)
{
	struct work *w = work;
	const val *renderers = VAL_IN(w->r.obj, "spec", "postRenderers");
	for (size_t i = 0; i < val_len(renderers); i++) {
		const val *k = val_get(val_at(renderers, i), "kustomize");
		if (k)
			TRY(kustomize(c->mem, k, in, &in));
	}
	*ret_out = in;
	return NULL;
}

err *helm_release_own(ctx *c, void *work, val *docs, val **ret_docs)
{
	struct work *w = work;
	arena *mem = c->mem;
	const struct common_metadata *common = w->spec->common;
	val *origin = val_map(mem);
	const val *labels[] = {common ? common->labels : NULL, origin};
	val_set_text(mem, origin, HELM_RELEASE_GROUP "/name", w->r.name);
	val_set_text(mem, origin, HELM_RELEASE_GROUP "/namespace", w->r.ns);
	return helm_release_mark(mem, docs, labels, 2, common ? common->annotations : NULL,
				 ret_docs);
}
