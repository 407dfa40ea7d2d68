#include "kust/kust_set.h"

#include <string.h>

#include "base/enc.h"
#include "base/rune.h"
#include "kust/kust_node.h"

#define OBJECTS_MAX 100000
#define ORIGIN "config.kubernetes.io/origin"

struct kust_set kust_set_new(struct kust_work *w)
{
	struct kust_set s = {.work = w};
	return s;
}

/* The id as bytes: its parts, each ended by NUL. */
static str id_key(arena *mem, const struct kust_id *id)
{
	str parts[] = {id->gvk.group, id->gvk.version, id->gvk.kind, id->name,
		       kust_id_namespace(id)};
	size_t n = 0;
	for (size_t i = 0; i < 5; i++)
		n += parts[i].n + 1;
	char *p = arena_alloc(mem, n), *q = p;
	for (size_t i = 0; i < 5; i++) {
		if (parts[i].n)
			memcpy(q, parts[i].p, parts[i].n);
		q += parts[i].n + 1;
	}
	return (str){p, n};
}

static void count_id(struct kust_set *s, const struct kust_id *id, intptr_t by)
{
	str key = id_key(s->work->mem, id);
	intptr_t n = (intptr_t)map_get_str(&s->index, key);
	map_set_str(&s->index, key, (void *)(n + by));
}

static void make_index(struct kust_set *s)
{
	if (s->indexed)
		return;
	s->index = map_init(s->work->mem);
	for (size_t i = 0; i < s->list.n; i++)
		count_id(s, kust_object_id(s->work, s->list.p[i]), 1);
	s->indexed = true;
}

size_t kust_set_count(struct kust_set *s, const struct kust_id *id)
{
	make_index(s);
	return (size_t)map_get_str(&s->index, id_key(s->work->mem, id));
}

void kust_set_moved(struct kust_set *s, const struct kust_id *before, const struct kust_id *after)
{
	count_id(s, before, -1);
	count_id(s, after, 1);
}

void kust_set_changed(struct kust_set *s)
{
	s->indexed = false;
}

err *kust_set_add(struct kust_set *s, struct kust_object *o)
{
	arena *mem = s->work->mem;
	size_t max = s->work->options->limits.objects;
	const struct kust_id *id = kust_object_id(s->work, o);
	if (kust_set_count(s, id))
		return err_new(mem, ERR_INVALID,
			       "may not add resource with an already registered id: %s",
			       kust_id_text(mem, id));
	if (s->list.n >= (max ? max : OBJECTS_MAX))
		return err_new(mem, ERR_LIMIT, "more than %zu resources; split the kustomization",
			       s->list.n);
	VEC_PUSH(mem, &s->list, o);
	count_id(s, id, 1);
	return NULL;
}

err *kust_set_add_all(struct kust_set *s, const struct kust_set *from)
{
	for (size_t i = 0; i < from->list.n; i++)
		TRY(kust_set_add(s, from->list.p[i]));
	return NULL;
}

struct kust_objects kust_set_find(struct kust_set *s, const struct kust_id *id)
{
	VEC(struct kust_object *) found = {0};
	for (size_t i = 0; i < s->list.n; i++)
		if (!kust_object_empty(s->list.p[i]) && kust_object_was(s->work, s->list.p[i], id))
			VEC_PUSH(s->work->mem, &found, s->list.p[i]);
	return (struct kust_objects){found.p, found.n};
}

err *kust_set_find_one(struct kust_set *s, const struct kust_id *id, struct kust_object **ret)
{
	struct kust_objects found = kust_set_find(s, id);
	const char *text = found.n == 1 ? "" : kust_id_text(s->work->mem, id);
	if (found.n != 1)
		return err_new(s->work->mem, ERR_INVALID,
			       "%s matches for Id %s; failed to find unique target for patch %s",
			       found.n ? "multiple" : "no", text, text);
	*ret = found.p[0];
	return NULL;
}

void kust_set_drop_empty(struct kust_set *s)
{
	size_t kept = 0;
	for (size_t i = 0; i < s->list.n; i++)
		if (!kust_object_empty(s->list.p[i]))
			s->list.p[kept++] = s->list.p[i];
	s->list.n = kept;
}

/* --- generators ---------------------------------------------------------------------------------- */

/* Labels, annotations, name, namespace and history of old for the new object in its place. */
static err *take_metadata(struct kust_work *w, struct kust_object *o, struct kust_object *old)
{
	struct kust_pairs labels = kust_object_map(w->mem, o->node, "labels");
	struct kust_pairs notes = kust_object_map(w->mem, o->node, "annotations");
	struct kust_pairs old_labels = kust_object_map(w->mem, old->node, "labels");
	struct kust_pairs old_notes = kust_object_map(w->mem, old->node, "annotations");
	labels = kust_pairs_merge(w->mem, &old_labels, &labels);
	notes = kust_pairs_merge(w->mem, &old_notes, &notes);
	TRY(kust_object_set_map(w, o, "labels", &labels));
	TRY(kust_object_set_map(w, o, "annotations", &notes));
	TRY(kust_object_set_name(w, o, kust_object_name(old)));
	TRY(kust_object_set_namespace(w, o, kust_object_namespace(old)));
	o->formers.p = old->formers.p, o->formers.n = old->formers.n, o->formers.cap = 0;
	o->prefixes.p = old->prefixes.p, o->prefixes.n = old->prefixes.n, o->prefixes.cap = 0;
	o->suffixes.p = old->suffixes.p, o->suffixes.n = old->suffixes.n, o->suffixes.cap = 0;
	o->formers.cap = old->formers.cap, o->prefixes.cap = old->prefixes.cap;
	o->suffixes.cap = old->suffixes.cap;
	o->vars.p = old->vars.p, o->vars.n = old->vars.n, o->vars.cap = old->vars.cap;
	o->behavior = old->behavior;
	o->name_change = old->name_change;
	o->kind_change = old->kind_change;
	if (o->needs_hash.p)
		o->needs_hash = old->needs_hash;
	return NULL;
}

/* A map of texts: a field of the object, scalars only. */
static struct kust_pairs field_map(arena *mem, const struct yaml_node *object, const char *field)
{
	const struct yaml_node *n = yaml_node_get(object, field);
	struct kust_pairs map = {0};
	if (!n || n->kind != YN_MAP)
		return map;
	map.p = NEW_N(mem, struct kust_pair, n->n / 2 + 1);
	for (uint32_t i = 0; i + 1 < n->n; i += 2) {
		const struct yaml_node *v = n->child[i + 1];
		str text = kust_missing(v) ? STR("") : v->text;
		map.p[map.n++] = (struct kust_pair){n->child[i]->text, text};
	}
	kust_pairs_sort(mem, &map);
	return map;
}

static struct yaml_node *data_value(arena *mem, str text)
{
	struct yaml_node *n = yaml_node_scalar(mem, YT_STR, text);
	if (str_find(text, '\n') >= 0)
		n->style = YN_LITERAL;
	return n;
}

static err *merge_data(struct kust_work *w, struct kust_object *o, const struct kust_object *old,
		       const char *field)
{
	struct kust_pairs now = field_map(w->mem, o->node, field);
	struct kust_pairs before = field_map(w->mem, old->node, field);
	struct kust_pairs all = kust_pairs_merge(w->mem, &before, &now);
	kust_object_own(w, o, KUST_OWN_ALL);
	TRY(kust_clear(w->mem, o->node, str_of(field)));
	for (size_t i = 0; i < all.n; i++) {
		bool text = enc_is_utf8(all.p[i].value);
		str into = text ? str_of(field) : STR("binaryData"), value = all.p[i].value;
		if (!text)
			value = str_of(enc_base64(w->mem, value));
		struct yaml_node *map;
		TRY(kust_lookup(w->mem, o->node, &(struct kust_parts){&into, 1}, YN_MAP, &map));
		TRY(kust_set(w->mem, map, all.p[i].key, data_value(w->mem, value), NULL));
	}
	return NULL;
}

/* How kustomize's %#v shows an id. */
static const char *go_id(arena *mem, const struct kust_id *id)
{
	return arena_printf(mem,
			    "resid.ResId{Gvk:resid.Gvk{Group:%s, Version:%s, Kind:%s, "
			    "isClusterScoped:%s}, Name:%s, Namespace:%s}",
			    rune_quoted(mem, id->gvk.group), rune_quoted(mem, id->gvk.version),
			    rune_quoted(mem, id->gvk.kind), id->cluster ? "true" : "false",
			    rune_quoted(mem, id->name), rune_quoted(mem, id->namespace_));
}

static err *absorb_into(struct kust_set *s, struct kust_object *o, struct kust_object *old)
{
	struct kust_work *w = s->work;
	const struct kust_id *id = kust_object_id(w, o);
	bool merge = str_is(o->behavior, "merge");
	if (!merge && !str_is(o->behavior, "replace"))
		return err_new(w->mem, ERR_INVALID,
			       "id %s exists; can not use behavior: '%s', behavior must be merge "
			       "or replace",
			       go_id(w->mem, id),
			       str_is(o->behavior, "create") ? "create" : "unspecified");
	str origin = {NULL, 0};
	struct kust_pairs notes = kust_object_map(w->mem, old->node, "annotations");
	bool has_origin = merge && kust_pairs_get(&notes, ORIGIN, &origin);
	TRY(take_metadata(w, o, old));
	if (merge) {
		TRY(merge_data(w, o, old, "data"));
		TRY(merge_data(w, o, old, "binaryData"));
	}
	if (has_origin) {
		notes = kust_object_map(w->mem, o->node, "annotations");
		kust_pairs_set(w->mem, &notes, STR(ORIGIN), origin);
		TRY(kust_object_set_map(w, o, "annotations", &notes));
	}
	for (size_t i = 0; i < s->list.n; i++)
		if (s->list.p[i] == old)
			s->list.p[i] = o;
	kust_set_changed(s);
	return NULL;
}

err *kust_set_absorb(struct kust_set *s, struct kust_object *o)
{
	struct kust_work *w = s->work;
	const struct kust_id *id = kust_object_id(w, o);
	struct kust_objects found = kust_set_find(s, id);
	if (found.n == 1)
		return absorb_into(s, o, found.p[0]);
	if (found.n)
		return err_new(w->mem, ERR_INVALID,
			       "found multiple objects that could accept merge of %s",
			       kust_id_text(w->mem, id));
	if (str_is(o->behavior, "merge") || str_is(o->behavior, "replace"))
		return err_new(w->mem, ERR_INVALID, "id %s does not exist; cannot merge or replace",
			       go_id(w->mem, id));
	return kust_set_add(s, o);
}
