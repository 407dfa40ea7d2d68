#include "kust/kust_order.h"

#include <stdlib.h>
#include <string.h>

static const char *const default_first[] = {"Namespace",
					    "ResourceQuota",
					    "StorageClass",
					    "CustomResourceDefinition",
					    "ServiceAccount",
					    "PodSecurityPolicy",
					    "Role",
					    "ClusterRole",
					    "RoleBinding",
					    "ClusterRoleBinding",
					    "ConfigMap",
					    "Secret",
					    "Endpoints",
					    "Service",
					    "LimitRange",
					    "PriorityClass",
					    "PersistentVolume",
					    "PersistentVolumeClaim",
					    "Deployment",
					    "StatefulSet",
					    "CronJob",
					    "PodDisruptionBudget"};
static const char *const default_last[] = {"MutatingWebhookConfiguration",
					   "ValidatingWebhookConfiguration"};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* An object with what it is compared by. */
struct keyed {
	struct kust_object *object;
	struct kust_gvk gvk;
	int rank;
	const char *by_kind, *by_name;
};

static str or_else(str s, const char *otherwise)
{
	return s.n ? s : str_of(otherwise);
}

/* Of a kind named twice the last place counts, and the last list. */
static int rank(const struct kust_legacy_sort *o, str kind)
{
	size_t first = o ? o->first.n : COUNT(default_first);
	size_t last = o ? o->last.n : COUNT(default_last);
	for (size_t i = last; i-- > 0;)
		if (str_eq(kind, o ? o->last.p[i] : str_of(default_last[i])))
			return 1 + (int)i;
	for (size_t i = first; i-- > 0;)
		if (str_eq(kind, o ? o->first.p[i] : str_of(default_first[i])))
			return (int)i - (int)first;
	return 0;
}

static struct keyed key_of(struct kust_work *w, struct kust_object *o,
			   const struct kust_legacy_sort *options)
{
	const struct kust_id *id = kust_object_id(w, o);
	str g = or_else(id->gvk.group, "~G"), v = or_else(id->gvk.version, "~V");
	str k = or_else(id->gvk.kind, "~K");
	str ns = or_else(id->namespace_, "~X"), name = or_else(id->name, "~N");
	struct keyed key = {o, id->gvk, rank(options, id->gvk.kind), NULL, NULL};
	key.by_kind = arena_printf(w->mem, "%.*s_%.*s_%.*s", STR_ARG(g), STR_ARG(v), STR_ARG(k));
	key.by_name = arena_printf(w->mem, "%s|%.*s|%.*s", kust_gvk_text(w->mem, &id->gvk),
				   STR_ARG(ns), STR_ARG(name));
	return key;
}

static int compare(const void *pa, const void *pb)
{
	const struct keyed *a = pa, *b = pb;
	if (kust_gvk_eq(&a->gvk, &b->gvk))
		return strcmp(a->by_name, b->by_name);
	if (a->rank != b->rank)
		return a->rank - b->rank;
	/* of two kinds called Namespace the core one comes first, though ~ is behind all letters */
	bool spaces = str_is(a->gvk.kind, "Namespace") && str_is(b->gvk.kind, "Namespace");
	bool core = !a->gvk.group.n || !b->gvk.group.n;
	int by_kind = strcmp(a->by_kind, b->by_kind);
	return spaces && core ? -by_kind : by_kind;
}

static err *sort_legacy(struct kust_set *s, const struct kust_legacy_sort *options)
{
	struct kust_work *w = s->work;
	struct keyed *keys = NEW_N(w->mem, struct keyed, s->list.n);
	size_t n = s->list.n;
	for (size_t i = 0; i < n; i++)
		keys[i] = key_of(w, s->list.p[i], options);
	if (n)
		qsort(keys, n, sizeof(*keys), compare);
	struct kust_set again = kust_set_new(w);
	for (size_t i = 0; i < n; i++)
		TRY_AS(w->mem, kust_set_add(&again, keys[i].object),
		       "SortOrderTransformer: Failed to append to resources");
	*s = again;
	return NULL;
}

err *kust_order(struct kust_set *s, const struct kust_sort *options, bool legacy)
{
	arena *mem = s->work->mem;
	if (!options)
		return legacy ? sort_legacy(s, NULL) : NULL;
	bool fifo = str_is(options->order, "fifo");
	if (!fifo && !str_is(options->order, "legacy"))
		return err_new(mem, ERR_INVALID,
			       "the field 'sortOptions.order' must be one of [fifo, legacy]");
	if (fifo && options->legacy)
		return err_new(mem, ERR_INVALID,
			       "the field 'sortOptions.legacySortOptions' is set but the selected "
			       "sort order is 'fifo', not 'legacy'");
	return fifo ? NULL : sort_legacy(s, options->legacy);
}
