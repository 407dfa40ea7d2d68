#include "kust/kust_object.h"

#include <stdlib.h>
#include <string.h>

#include "kust/kust_node.h"

#define INTERNAL "internal.config.kubernetes.io/"
#define ORIGIN "config.kubernetes.io/origin"
#define TRANSFORMATIONS "alpha.config.kubernetes.io/transformations"

/* Notes that stay in the tree until the end. */
static const char *const left_notes[] = {INTERNAL "path",
					 INTERNAL "index",
					 INTERNAL "seqindent",
					 INTERNAL "id",
					 INTERNAL "annotations-migration-resource-id",
					 INTERNAL "helm-generated",
					 INTERNAL "refBy",
					 "config.kubernetes.io/path",
					 "config.kubernetes.io/index",
					 "config.k8s.io/id",
					 NULL};

struct kust_object *kust_object_new(struct kust_work *w, struct yaml_node *node,
				    enum kust_owned owned)
{
	struct kust_object *o = NEW(w->mem, struct kust_object);
	o->mem = w->mem;
	o->node = node;
	o->owned = (uint8_t)owned;
	return o;
}

struct kust_object *kust_object_copy(struct kust_work *w, const struct kust_object *o)
{
	struct kust_object *c = NEW(w->mem, struct kust_object);
	*c = *o;
	/* the lists grow in place, so the copy has its own */
	memset(&c->formers, 0, sizeof(c->formers));
	memset(&c->prefixes, 0, sizeof(c->prefixes));
	memset(&c->suffixes, 0, sizeof(c->suffixes));
	memset(&c->vars, 0, sizeof(c->vars));
	for (size_t i = 0; i < o->formers.n; i++)
		VEC_PUSH(w->mem, &c->formers, o->formers.p[i]);
	for (size_t i = 0; i < o->prefixes.n; i++)
		VEC_PUSH(w->mem, &c->prefixes, o->prefixes.p[i]);
	for (size_t i = 0; i < o->suffixes.n; i++)
		VEC_PUSH(w->mem, &c->suffixes, o->suffixes.p[i]);
	for (size_t i = 0; i < o->vars.n; i++)
		VEC_PUSH(w->mem, &c->vars, o->vars.p[i]);
	c->node = yaml_node_copy(w->mem, o->node);
	c->owned = KUST_OWN_ALL;
	return c;
}

/* The root map anew, with values copied: metadata (what is ours to be), or all but an owned one. */
static void own_root(struct kust_work *w, struct kust_object *o, enum kust_owned what)
{
	struct yaml_node *root = NEW(w->mem, struct yaml_node), *old = o->node;
	*root = *old;
	root->child = NEW_N(w->mem, struct yaml_node *, old->n);
	root->cap = old->n;
	for (uint32_t i = 0; i < old->n; i++) {
		bool value = i % 2, meta = value && str_is(old->child[i - 1]->text, "metadata");
		bool ours = meta && o->owned == KUST_OWN_META;
		bool copy = !ours && (what == KUST_OWN_ALL || meta);
		root->child[i] = copy ? yaml_node_copy(w->mem, old->child[i]) : old->child[i];
	}
	o->node = root;
}

void kust_object_own(struct kust_work *w, struct kust_object *o, enum kust_owned what)
{
	o->known = 0;
	o->text = (str){NULL, 0};
	o->value = NULL;
	if (!o->node || o->owned >= what)
		return;
	if (o->node->kind == YN_MAP)
		own_root(w, o, what);
	else
		o->node = yaml_node_copy(w->mem, o->node);
	o->owned = (uint8_t)what;
}

bool kust_object_empty(const struct kust_object *o)
{
	return kust_empty(o->node);
}

/* --- single fields ------------------------------------------------------------------------------- */

err *kust_object_set_kind(struct kust_work *w, struct kust_object *o, str kind)
{
	kust_object_own(w, o, KUST_OWN_ALL);
	return kust_set(w->mem, o->node, STR("kind"), kust_bare(w->mem, YN_SCALAR, kind), NULL);
}

static err *metadata(struct kust_work *w, struct kust_object *o, enum yaml_node_kind create,
		     struct yaml_node **ret)
{
	str part = STR("metadata");
	kust_object_own(w, o, KUST_OWN_META);
	return kust_lookup(w->mem, o->node, &(struct kust_parts){&part, 1}, create, ret);
}

err *kust_object_set_name(struct kust_work *w, struct kust_object *o, str name)
{
	struct yaml_node *meta;
	TRY(metadata(w, o, YN_MAP, &meta));
	return kust_set(w->mem, meta, STR("name"), kust_bare(w->mem, YN_SCALAR, name), NULL);
}

err *kust_object_set_namespace(struct kust_work *w, struct kust_object *o, str ns)
{
	struct yaml_node *meta;
	TRY(metadata(w, o, ns.n ? YN_MAP : YN_NONE, &meta));
	if (!ns.n)
		return meta ? kust_clear(w->mem, meta, STR("namespace")) : NULL;
	return kust_set(w->mem, meta, STR("namespace"), kust_bare(w->mem, YN_SCALAR, ns), NULL);
}

/* --- labels and annotations ---------------------------------------------------------------------- */

/* Merges the sorted halves [at, mid) and [mid, end) of from into to; the left goes first. */
static void merge_halves(const struct kust_pair *from, struct kust_pair *to, size_t at, size_t mid,
			 size_t end)
{
	size_t i = at, k = mid;
	for (size_t n = at; n < end; n++)
		to[n] = i < mid && (k >= end || str_cmp(from[i].key, from[k].key) <= 0) ? from[i++]
											: from[k++];
}

void kust_pairs_sort(arena *mem, struct kust_pairs *map)
{
	bool sorted = true;
	for (size_t i = 1; i < map->n && sorted; i++)
		sorted = str_cmp(map->p[i - 1].key, map->p[i].key) < 0;
	if (sorted)
		return;
	struct kust_pair *from = map->p, *to = NEW_N(mem, struct kust_pair, map->n);
	for (size_t width = 1; width < map->n; width *= 2) {
		for (size_t at = 0; at < map->n; at += 2 * width) {
			size_t mid = at + width < map->n ? at + width : map->n;
			size_t end = mid + width < map->n ? mid + width : map->n;
			merge_halves(from, to, at, mid, end);
		}
		struct kust_pair *swap = from;
		from = to;
		to = swap;
	}
	size_t kept = 0;
	for (size_t i = 0; i < map->n; i++)
		if (i + 1 == map->n || !str_eq(from[i].key, from[i + 1].key))
			from[kept++] = from[i];
	*map = (struct kust_pairs){from, kept};
}

struct kust_pairs kust_pairs_merge(arena *mem, const struct kust_pairs *a,
				   const struct kust_pairs *b)
{
	struct kust_pairs both = {NEW_N(mem, struct kust_pair, a->n + b->n), a->n + b->n};
	if (a->n)
		memcpy(both.p, a->p, a->n * sizeof(*both.p));
	if (b->n)
		memcpy(both.p + a->n, b->p, b->n * sizeof(*both.p));
	kust_pairs_sort(mem, &both);
	return both;
}

struct kust_pairs kust_object_map(arena *mem, const struct yaml_node *object, const char *field)
{
	const struct yaml_node *meta = yaml_node_get(object, "metadata");
	const struct yaml_node *n = kust_empty(meta) ? NULL : yaml_node_get(meta, field);
	struct kust_pairs map = {0};
	if (!n || (n->kind != YN_MAP && n->kind != YN_LIST) || n->n < 2)
		return map;
	map.p = NEW_N(mem, struct kust_pair, n->n / 2);
	for (uint32_t i = 0; i + 1 < n->n; i += 2)
		map.p[map.n++] = (struct kust_pair){n->child[i]->text, n->child[i + 1]->text};
	kust_pairs_sort(mem, &map);
	return map;
}

bool kust_pairs_get(const struct kust_pairs *map, const char *key, str *ret_value)
{
	for (size_t i = 0; i < map->n; i++)
		if (str_is(map->p[i].key, key)) {
			*ret_value = map->p[i].value;
			return true;
		}
	return false;
}

void kust_pairs_set(arena *mem, struct kust_pairs *map, str key, str value)
{
	size_t i = 0;
	while (i < map->n && str_cmp(map->p[i].key, key) < 0)
		i++;
	if (i < map->n && str_eq(map->p[i].key, key)) {
		map->p[i].value = value;
		return;
	}
	struct kust_pair *p = NEW_N(mem, struct kust_pair, map->n + 1);
	if (i)
		memcpy(p, map->p, i * sizeof(*p));
	if (map->n > i)
		memcpy(p + i + 1, map->p + i, (map->n - i) * sizeof(*p));
	p[i] = (struct kust_pair){key, value};
	*map = (struct kust_pairs){p, map->n + 1};
}

void kust_pairs_del(struct kust_pairs *map, const char *key)
{
	for (size_t i = 0; i < map->n; i++)
		if (str_is(map->p[i].key, key)) {
			memmove(map->p + i, map->p + i + 1, (map->n - i - 1) * sizeof(*map->p));
			map->n--;
			return;
		}
}

err *kust_object_set_map(struct kust_work *w, struct kust_object *o, const char *field,
			 const struct kust_pairs *map)
{
	struct yaml_node *meta, *n;
	str name = str_of(field);
	TRY(metadata(w, o, YN_MAP, &meta));
	TRY(kust_clear(w->mem, meta, name));
	if (!map->n)
		return NULL;
	TRY(kust_lookup(w->mem, meta, &(struct kust_parts){&name, 1}, YN_MAP, &n));
	for (size_t i = 0; i < map->n; i++)
		TRY(kust_set(w->mem, n, map->p[i].key, kust_string(w->mem, map->p[i].value), NULL));
	return NULL;
}

/* --- the build's notes --------------------------------------------------------------------------- */

static str joined(struct kust_work *w, const struct kust_object *o, int which)
{
	buf b = buf_init(w->mem);
	size_t n = which == 3 ? o->prefixes.n : which == 4 ? o->suffixes.n : o->formers.n;
	for (size_t i = 0; i < n; i++) {
		const struct kust_former *f = which < 3 ? &o->formers.p[i] : NULL;
		str part = which == 0	? f->name
			   : which == 1 ? f->namespace_
			   : which == 2 ? f->kind
			   : which == 3 ? o->prefixes.p[i]
					: o->suffixes.p[i];
		if (i)
			buf_char(&b, ',');
		buf_str(&b, part);
	}
	buf_text(&b);
	return buf_view(&b);
}

static const char *const list_notes[] = {INTERNAL "previousNames", INTERNAL "previousNamespaces",
					 INTERNAL "previousKinds", INTERNAL "prefixes",
					 INTERNAL "suffixes"};

struct word_note {
	const char *key;
	size_t offset;
};

static const struct word_note word_notes[] = {
	{INTERNAL "generatorBehavior", offsetof(struct kust_object, behavior)},
	{INTERNAL "needsHashSuffix", offsetof(struct kust_object, needs_hash)},
	{INTERNAL "allowNameChange", offsetof(struct kust_object, name_change)},
	{INTERNAL "allowKindChange", offsetof(struct kust_object, kind_change)}};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool is_note(str key)
{
	if (!str_starts(key, STR(INTERNAL)))
		return false;
	for (size_t i = 0; i < COUNT(list_notes); i++)
		if (str_is(key, list_notes[i]))
			return true;
	for (size_t i = 0; i < COUNT(word_notes); i++)
		if (str_is(key, word_notes[i].key))
			return true;
	return false;
}

bool kust_object_has_notes(const struct yaml_node *object)
{
	const struct yaml_node *n = YAML_NODE_IN(object, "metadata", "annotations");
	if (!n || (n->kind != YN_MAP && n->kind != YN_LIST))
		return false;
	for (uint32_t i = 0; i + 1 < n->n; i += 2)
		if (is_note(n->child[i]->text))
			return true;
	return false;
}

/* Removes the first field of the name that holds nothing, scalars included. */
static bool clear_empty(struct yaml_node *map, const char *key)
{
	for (uint32_t i = 0; map && map->kind == YN_MAP && i + 1 < map->n; i += 2) {
		const struct yaml_node *v = map->child[i + 1];
		if (!str_is(map->child[i]->text, key) ||
		    ((v->kind == YN_MAP || v->kind == YN_LIST) && v->n))
			continue;
		memmove(map->child + i, map->child + i + 2, (map->n - i - 2) * sizeof(*map->child));
		map->n -= 2;
		return true;
	}
	return false;
}

/* The annotations of the tree, made if need be, the way kyaml's SetAnnotation goes: what is empty
 * goes first, be it a second metadata. */
static err *annotations(struct kust_work *w, struct kust_object *o, struct yaml_node **ret)
{
	struct yaml_node *meta;
	str field = STR("annotations");
	kust_object_own(w, o, KUST_OWN_META);
	clear_empty(yaml_node_get(o->node, "metadata"), "annotations");
	clear_empty(o->node, "metadata");
	TRY(metadata(w, o, YN_MAP, &meta));
	return kust_lookup(w->mem, meta, &(struct kust_parts){&field, 1}, YN_MAP, ret);
}

/* Adds a word to a list of notes in the tree, as kyaml's SetAnnotation. */
static err *note(struct kust_work *w, struct kust_object *o, int which, str word)
{
	struct yaml_node *n;
	str key = str_of(list_notes[which]), old;
	struct kust_pairs map = kust_object_map(w->mem, o->node, "annotations");
	if (!o->literal || !word.n)
		return NULL;
	if (kust_pairs_get(&map, list_notes[which], &old))
		word = str_of(arena_printf(w->mem, "%.*s,%.*s", STR_ARG(old), STR_ARG(word)));
	TRY(annotations(w, o, &n));
	struct yaml_node *value = kust_string(w->mem, word);
	value->style = YN_SINGLE;
	return kust_set(w->mem, n, key, value, NULL);
}

static int metadata_fields(const struct yaml_node *object)
{
	int n = 0;
	for (uint32_t i = 0; object->kind == YN_MAP && i + 1 < object->n; i += 2)
		n += str_is(object->child[i]->text, "metadata");
	return n;
}

err *kust_object_remember(struct kust_work *w, struct kust_object *o)
{
	const struct kust_id *id = kust_object_id(w, o);
	struct kust_former f = {id->name, kust_id_namespace(id), id->gvk.kind};
	/* kustomize keeps these on comma lists, and gives up when they come apart */
	if (str_find(f.name, ',') >= 0 || str_find(f.namespace_, ',') >= 0 ||
	    str_find(f.kind, ',') >= 0)
		return err_new(w->mem, ERR_INVALID,
			       "number of previous names, number of previous namespaces, number of "
			       "previous kinds not equal: %s has a comma in one of them",
			       kust_id_text(w->mem, id));
	VEC_PUSH(w->mem, &o->formers, f);
	if (metadata_fields(o->node) > 1) {
		kust_object_own(w, o, KUST_OWN_META);
		clear_empty(o->node, "metadata");
	}
	TRY(note(w, o, 0, f.name));
	TRY(note(w, o, 1, f.namespace_));
	return note(w, o, 2, f.kind);
}

err *kust_object_add_affix(struct kust_work *w, struct kust_object *o, str prefix, str suffix)
{
	if (prefix.n)
		VEC_PUSH(w->mem, &o->prefixes, prefix);
	if (suffix.n)
		VEC_PUSH(w->mem, &o->suffixes, suffix);
	TRY(note(w, o, 3, prefix));
	return note(w, o, 4, suffix);
}

err *kust_object_expose(struct kust_work *w, struct kust_object *o)
{
	struct kust_pairs map = {0};
	if (o->literal)
		return NULL;
	for (int i = 0; i < (int)COUNT(list_notes); i++) {
		size_t n = i == 3 ? o->prefixes.n : i == 4 ? o->suffixes.n : o->formers.n;
		if (n)
			kust_pairs_set(w->mem, &map, str_of(list_notes[i]), joined(w, o, i));
	}
	for (size_t i = 0; i < COUNT(word_notes); i++) {
		str word = *(const str *)((const char *)o + word_notes[i].offset);
		if (word.p)
			kust_pairs_set(w->mem, &map, str_of(word_notes[i].key), word);
	}
	if (!map.n)
		return NULL;
	struct yaml_node *n;
	TRY(annotations(w, o, &n));
	for (size_t i = 0; i < map.n; i++)
		TRY(kust_set(w->mem, n, map.p[i].key, kust_string(w->mem, map.p[i].value), NULL));
	return NULL;
}

static struct kust_parts split_note(struct kust_work *w, const struct kust_pairs *map, int which)
{
	str text;
	VEC(str) parts = {0};
	if (!kust_pairs_get(map, list_notes[which], &text))
		return (struct kust_parts){0};
	str rest = text.n ? text : STR(""), part;
	while (str_next(&rest, ',', &part))
		VEC_PUSH(w->mem, &parts, part);
	return (struct kust_parts){parts.p, parts.n};
}

static err *absorb_lists(struct kust_work *w, struct kust_object *o, const struct kust_pairs *map)
{
	struct kust_parts names = split_note(w, map, 0), spaces = split_note(w, map, 1);
	struct kust_parts kinds = split_note(w, map, 2), prefixes = split_note(w, map, 3);
	struct kust_parts suffixes = split_note(w, map, 4);
	if (names.n && (names.n != spaces.n || names.n != kinds.n))
		return err_new(w->mem, ERR_INVALID,
			       "number of previous names, number of previous namespaces, "
			       "number of previous kinds not equal");
	o->formers.n = o->prefixes.n = o->suffixes.n = 0;
	for (size_t i = 0; i < names.n; i++) {
		struct kust_former f = {names.p[i], spaces.p[i], kinds.p[i]};
		VEC_PUSH(w->mem, &o->formers, f);
	}
	for (size_t i = 0; i < prefixes.n; i++)
		VEC_PUSH(w->mem, &o->prefixes, prefixes.p[i]);
	for (size_t i = 0; i < suffixes.n; i++)
		VEC_PUSH(w->mem, &o->suffixes, suffixes.p[i]);
	return NULL;
}

err *kust_object_absorb(struct kust_work *w, struct kust_object *o)
{
	struct kust_pairs map = kust_object_map(w->mem, o->node, "annotations");
	TRY(absorb_lists(w, o, &map));
	for (size_t i = 0; i < COUNT(word_notes); i++) {
		str *word = (str *)((char *)o + word_notes[i].offset), found;
		*word = kust_pairs_get(&map, word_notes[i].key, &found)
				? (found.p ? found : STR(""))
				: (str){NULL, 0};
	}
	if (o->literal || !kust_object_has_notes(o->node))
		return NULL;
	kust_object_own(w, o, KUST_OWN_META);
	struct yaml_node *n = YAML_NODE_IN(o->node, "metadata", "annotations");
	for (uint32_t i = 0; n->kind == YN_MAP && i + 1 < n->n;) {
		if (is_note(n->child[i]->text)) {
			memmove(n->child + i, n->child + i + 2, (n->n - i - 2) * sizeof(*n->child));
			n->n -= 2;
		} else {
			i += 2;
		}
	}
	return NULL;
}

/* --- the end ------------------------------------------------------------------------------------- */

/* Rewriting takes the style and the comments away, which can change what is printed: a folded text with a deeper line gets an empty
 * line more each time it is printed. */
static bool is_bare(const struct yaml_node *n)
{
	return !n->comments && !n->anchor && !(n->style & (YN_FOLDED | YN_LITERAL | YN_FLOW));
}

/* Are the annotations as rewriting would leave them? */
static bool settled(const struct kust_object *o, bool keep_origin, bool keep_transformations)
{
	const struct yaml_node *meta = yaml_node_get(o->node, "metadata"), *n, *key;
	if (!meta || meta->kind != YN_MAP)
		return false;
	n = yaml_node_get(meta, "annotations");
	if (!n)
		return true;
	if (n->kind != YN_MAP || !n->n || !is_bare(n))
		return false;
	for (uint32_t i = 0; i < n->n; i += 2) {
		key = n->child[i];
		if (!is_bare(key) || !is_bare(n->child[i + 1]))
			return false;
		if (!kust_plain_word(key->text) || !kust_is_string(n->child[i + 1]) ||
		    !n->child[i + 1]->tag || str_starts(key->text, STR(INTERNAL)) ||
		    str_starts(key->text, STR("config.k")))
			return false;
		if ((!keep_origin && str_is(key->text, ORIGIN)) ||
		    (!keep_transformations && str_is(key->text, TRANSFORMATIONS)))
			return false;
		for (uint32_t k = 0; k < i; k += 2)
			if (str_eq(n->child[k]->text, key->text))
				return false;
	}
	return true;
}

err *kust_object_finish(struct kust_work *w, struct kust_object *o, bool keep_origin,
			bool keep_transformations)
{
	if (settled(o, keep_origin, keep_transformations))
		return NULL;
	struct kust_pairs map = kust_object_map(w->mem, o->node, "annotations");
	bool noted =
		o->formers.n || o->prefixes.n || o->suffixes.n || o->needs_hash.p || o->behavior.p;
	if (!map.n && !noted && keep_origin && keep_transformations)
		return NULL;
	for (const char *const *key = left_notes; *key; key++)
		kust_pairs_del(&map, *key);
	for (size_t i = 0; i < COUNT(list_notes); i++)
		kust_pairs_del(&map, list_notes[i]);
	for (size_t i = 0; i < COUNT(word_notes); i++)
		kust_pairs_del(&map, word_notes[i].key);
	if (!keep_origin)
		kust_pairs_del(&map, ORIGIN);
	if (!keep_transformations)
		kust_pairs_del(&map, TRANSFORMATIONS);
	return kust_object_set_map(w, o, "annotations", &map);
}

const char *kust_object_json(struct kust_work *w, const struct kust_object *o)
{
	buf b = buf_init(w->mem);
	err *failed = o->node ? yaml_node_json(&b, o->node) : NULL;
	if (failed)
		return arena_printf(w->mem, "<%s>", err_text(w->mem, failed));
	return o->node ? buf_text(&b) : "null";
}
