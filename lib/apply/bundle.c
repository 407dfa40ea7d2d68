#include "apply/bundle.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/enc.h"
#include "base/map.h"
#include "base/vec.h"
#include "data/json.h"

#define MARK_PREFIX "kustomize.toolkit.fluxcd.io/"

/* ---- marks ------------------------------------------------------------------------------------ */

static bool marked(const val *obj, const char *mark, const char *value)
{
	const val *meta = val_get(obj, "metadata");
	const char *a = val_as_text(VAL_IN(meta, "annotations", mark));
	const char *l = val_as_text(VAL_IN(meta, "labels", mark));
	return (a && !strcasecmp(a, value)) || (l && !strcasecmp(l, value));
}

struct bundle_marks bundle_marks_of(const val *obj)
{
	struct bundle_marks m = {
		.disabled = marked(obj, MARK_PREFIX "reconcile", "disabled"),
		.keep = marked(obj, MARK_PREFIX "prune", "disabled"),
		.force = marked(obj, MARK_PREFIX "force", "enabled"),
	};
	if (marked(obj, MARK_PREFIX "ssa", "Ignore"))
		m.mode = BUNDLE_IGNORE;
	else if (marked(obj, MARK_PREFIX "ssa", "IfNotPresent"))
		m.mode = BUNDLE_IF_NOT_PRESENT;
	else if (marked(obj, MARK_PREFIX "ssa", "Merge"))
		m.mode = BUNDLE_MERGE;
	return m;
}

/* ---- order ------------------------------------------------------------------------------------ */

/* The kinds that are applied first, in this order, and last (from `others` on), as fluxcd/pkg/ssa has
 * them. */
static const char *const ranks[] = {
	"CustomResourceDefinition",
	"Namespace",
	"ClusterRole",
	"ClusterClass",
	"RuntimeClass",
	"PriorityClass",
	"StorageClass",
	"VolumeSnapshotClass",
	"IngressClass",
	"GatewayClass",
	"ClusterRoleBinding",
	"ResourceQuota",
	"ServiceAccount",
	"Role",
	"RoleBinding",
	"ConfigMap",
	"Secret",
	"Service",
	"LimitRange",
	"Deployment",
	"StatefulSet",
	"CronJob",
	"PodDisruptionBudget",
	"", /* all others */
	"MutatingWebhookConfiguration",
	"ValidatingWebhookConfiguration",
};

static size_t rank(const char *kind)
{
	size_t others = 0;
	for (size_t i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++) {
		if (!strcmp(ranks[i], kind))
			return i;
		if (!*ranks[i])
			others = i;
	}
	return others;
}

int bundle_order(const struct object_id *a, const struct object_id *b)
{
	size_t x = rank(a->kind), y = rank(b->kind);
	if (x != y)
		return x < y ? -1 : 1;
	int c = strcmp(a->group, b->group);
	c = c ? c : strcmp(a->kind, b->kind);
	c = c ? c : strcmp(a->ns, b->ns);
	return c ? c : strcmp(a->name, b->name);
}

static int item_order(const void *a, const void *b)
{
	const struct bundle_item *x = a, *y = b;
	if (x->stage != y->stage)
		return x->stage < y->stage ? -1 : 1;
	return bundle_order(&x->id, &y->id);
}

static bool is(const struct object_id *id, const char *group, const char *kind)
{
	return text_eq(id->group, group) && text_eq(id->kind, kind);
}

static enum bundle_stage stage_of(arena *mem, const struct object_id *id, const char *const *custom)
{
	if (is(id, "apiextensions.k8s.io", "CustomResourceDefinition") || is(id, "", "Namespace") ||
	    is(id, "rbac.authorization.k8s.io", "ClusterRole"))
		return BUNDLE_DEFINITIONS;
	if (text_ends(id->kind, "Class"))
		return BUNDLE_CLASSES;
	const char *kind = *id->group ? arena_printf(mem, "%s/%s", id->group, id->kind) : id->kind;
	for (; custom && *custom; custom++)
		if (text_eq(*custom, kind))
			return BUNDLE_CUSTOM;
	return BUNDLE_REST;
}

/* ---- shape ------------------------------------------------------------------------------------ */

bool bundle_builtin_group(const char *group)
{
	static const char *const plain[] = {"",	     "apps",	   "autoscaling",
					    "batch", "extensions", "policy"};
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (text_eq(group, plain[i]))
			return true;
	/* custom resources may use k8s.io too, but only Kubernetes' own groups have these names */
	static const char *const own[] = {"admissionregistration",
					  "apiextensions",
					  "apiregistration",
					  "authentication",
					  "authorization",
					  "certificates",
					  "coordination",
					  "discovery",
					  "events",
					  "flowcontrol.apiserver",
					  "networking",
					  "node",
					  "rbac.authorization",
					  "resource",
					  "scheduling",
					  "storage"};
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (text_starts(group, own[i]) && text_eq(group + strlen(own[i]), ".k8s.io"))
			return true;
	return false;
}

/* The protocol that the API server would fill in; without it two ports of one number look like one. */
static void default_protocol(arena *mem, val *ports)
{
	for (size_t i = 0; val_is(ports, VAL_LIST) && i < val_len(ports); i++) {
		val *port = val_at(ports, i);
		if (val_is(port, VAL_MAP) && !val_len(val_get(port, "protocol")))
			val_set_text(mem, port, "protocol", "TCP");
	}
}

static void default_pod(arena *mem, const val *spec)
{
	static const char *const lists[] = {"containers", "initContainers"};
	for (size_t l = 0; l < 2; l++) {
		const val *list = val_get(spec, lists[l]);
		for (size_t i = 0; val_is(list, VAL_LIST) && i < val_len(list); i++)
			default_protocol(mem, val_get(val_at(list, i), "ports"));
	}
}

static void default_ports(arena *mem, const struct object_id *id, val *obj)
{
	const val *spec = val_get(obj, "spec");
	if (is(id, "", "Service"))
		default_protocol(mem, val_get(spec, "ports"));
	else if (is(id, "", "Pod"))
		default_pod(mem, spec);
	else if (is(id, "batch", "CronJob"))
		default_pod(mem, VAL_IN(spec, "jobTemplate", "spec", "template", "spec"));
	else
		default_pod(mem, VAL_IN(spec, "template", "spec"));
}

/* A Secret's stringData as data, which it overrides. A value that is no text stays for the API server
 * to refuse. */
static void fold_string_data(arena *mem, val *obj)
{
	const val *texts = val_get(obj, "stringData");
	if (!val_is(texts, VAL_MAP))
		return;
	for (uint32_t i = 0; i < texts->map.n; i++)
		if (!val_is(texts->map.p[i].value, VAL_TEXT))
			return;
	val *data = val_make_map(mem, obj, "data");
	for (uint32_t i = 0; data && i < texts->map.n; i++) {
		const struct val_pair *pair = &texts->map.p[i];
		val_set_str(mem, data, pair->key,
			    val_text(mem, enc_base64(mem, pair->value->text)));
	}
	if (data)
		val_del(obj, "stringData");
}

/* A definition's conversion webhook may come with a placeholder instead of a certificate. */
static void drop_bad_bundle(arena *mem, const val *obj)
{
	val *config = VAL_IN(obj, "spec", "conversion", "webhook", "clientConfig");
	const val *ca = val_get(config, "caBundle");
	str pem;
	if (!ca)
		return;
	if (!enc_unbase64(mem, val_as_str(ca), &pem) ||
	    str_search(pem, STR("-----BEGIN CERTIFICATE-----")) < 0)
		val_del(config, "caBundle");
}

static void shape(arena *mem, struct bundle_item *item)
{
	static const char *const server_side[] = {"creationTimestamp", "managedFields",
						  "resourceVersion",   "uid",
						  "generation",	       "selfLink"};
	val *meta = val_get(item->obj, "metadata");
	for (size_t i = 0; i < sizeof(server_side) / sizeof(server_side[0]); i++)
		val_del(meta, server_side[i]);
	bool definition = is(&item->id, "apiextensions.k8s.io", "CustomResourceDefinition");
	if (!definition)
		val_del(item->obj, "status");
	else
		drop_bad_bundle(mem, item->obj);
	if (is(&item->id, "", "Secret"))
		fold_string_data(mem, item->obj);
	else if (bundle_builtin_group(item->id.group))
		default_ports(mem, &item->id, item->obj);
}

static void set_all(arena *mem, val *meta, const char *key, const val *texts)
{
	val *map = val_len(texts) ? val_make_map(mem, meta, key) : NULL;
	for (uint32_t i = 0; map && i < texts->map.n; i++)
		val_set_str(mem, map, texts->map.p[i].key, val_copy(mem, texts->map.p[i].value));
}

/* As client-go reads labels: one value that is no text hides them all, and Flux writes what it has read. */
static void drop_odd_labels(val *meta)
{
	const val *labels = val_get(meta, "labels");
	bool odd = labels && !val_is(labels, VAL_MAP);
	for (uint32_t i = 0; val_is(labels, VAL_MAP) && i < labels->map.n; i++)
		odd = odd || !val_is(labels->map.p[i].value, VAL_TEXT);
	if (odd)
		val_del(meta, "labels");
}

static void label(arena *mem, val *obj, const struct bundle_settings *s)
{
	val *meta = val_get(obj, "metadata");
	if (s->owner_name || val_len(s->labels))
		drop_odd_labels(meta);
	val *labels = s->owner_name ? val_make_map(mem, meta, "labels") : NULL;
	if (labels) {
		val_set_text(mem, labels, arena_printf(mem, "%s/name", s->owner_group),
			     s->owner_name);
		val_set_text(mem, labels, arena_printf(mem, "%s/namespace", s->owner_group),
			     s->owner_ns);
	}
	set_all(mem, meta, "labels", s->labels);
	set_all(mem, meta, "annotations", s->annotations);
}

void bundle_rehash(arena *mem, struct bundle_item *item)
{
	item->hash = str_hash(str_of(json_text(mem, item->obj, JSON_SORTED))) | 1;
}

/* ---- the whole -------------------------------------------------------------------------------- */

struct gathering {
	arena *mem;
	VEC(val *) objs;
};

static bool is_object(const val *v)
{
	return *val_text_or(val_get(v, "apiVersion"), "") && *val_text_or(val_get(v, "kind"), "");
}

static err *gather(struct gathering *g, val *v, int depth)
{
	if (!is_object(v) || depth > 8)
		return NULL;
	const val *items = val_get(v, "items");
	if (text_ends(val_as_text(val_get(v, "kind")), "List") && val_is(items, VAL_LIST)) {
		for (size_t i = 0; i < val_len(items); i++)
			TRY(gather(g, val_at(items, i), depth + 1));
		return NULL;
	}
	if (!*val_text_or(VAL_IN(v, "metadata", "name"), ""))
		return NULL;
	if (text_eq(val_as_text(val_get(v, "kind")), "Kustomization") &&
	    text_starts(val_as_text(val_get(v, "apiVersion")), "kustomize.config.k8s.io/"))
		return NULL;
	if (g->objs.n == BUNDLE_MAX_OBJECTS)
		return err_new(g->mem, ERR_LIMIT, "more than %d objects", BUNDLE_MAX_OBJECTS);
	VEC_PUSH(g->mem, &g->objs, v);
	return NULL;
}

static bool identify(arena *mem, struct bundle_item *item)
{
	const val *obj = item->obj;
	if (!gvk_parse(mem, val_as_text(val_get(obj, "apiVersion")),
		       val_as_text(val_get(obj, "kind")), &item->gvk))
		return false;
	item->id = (struct object_id){item->gvk.group, item->gvk.kind,
				      val_text_or(VAL_IN(obj, "metadata", "namespace"), ""),
				      val_as_text(VAL_IN(obj, "metadata", "name"))};
	item->name = object_id_text(mem, &item->id);
	return true;
}

err *bundle_from(arena *mem, val *const *objs, size_t n, const struct bundle_settings *s,
		 struct bundle **ret_bundle)
{
	struct gathering g = {.mem = mem};
	for (size_t i = 0; i < n; i++)
		TRY(gather(&g, objs[i], 0));
	struct bundle *b = NEW(mem, struct bundle);
	struct map seen = map_init(mem);
	b->p = NEW_N(mem, struct bundle_item, g.objs.n);
	for (size_t i = 0; i < g.objs.n; i++) {
		struct bundle_item item = {.obj = g.objs.p[i]};
		if (!identify(mem, &item))
			continue;
		item.stage = stage_of(mem, &item.id, s->custom);
		shape(mem, &item);
		label(mem, item.obj, s);
		item.marks = bundle_marks_of(item.obj);
		bundle_rehash(mem, &item);
		if (s->account && *s->account)
			item.hash ^= str_hash(str_of(s->account)) << 1;
		const char *key = object_id_key(mem, &item.id);
		struct bundle_item *same = map_get(&seen, key);
		struct bundle_item *at = same ? same : &b->p[b->n++];
		*at = item;
		map_set(&seen, key, at);
	}
	if (b->n)
		qsort(b->p, b->n, sizeof(*b->p), item_order);
	*ret_bundle = b;
	return NULL;
}
