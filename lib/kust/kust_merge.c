/* The walk of a strategic merge over an object and a patch in lockstep, as kyaml's merge2. Nodes of
 * the patch become nodes of the result; where a field is new to the object, object and patch are
 * one and the same tree from there on, and the walk only takes directives and nulls out of it. */
#include "kust/kust_merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "kust/kust_merge_list.h"
#include "kust/kust_merge_schema.h"

struct walk {
	arena *mem;
	struct merge_tables tables;
	int depth;
};

/* What is merged: the object's node and the patch's, either may be NULL. */
struct pair {
	struct yaml_node *dest, *patch;
};

/* A node of the result; keep is set for a null that stays although nulls are taken out. */
struct result {
	struct yaml_node *node;
	bool keep;
};

enum directive { MERGE, REPLACE, DELETE };

static err *walk(struct walk *w, struct pair at, uint32_t type, struct result *ret);

/* --- directives ------------------------------------------------------------------------------ */

static err *directive_of(struct walk *w, str text, enum directive *ret)
{
	*ret = MERGE;
	if (str_is(text, "delete"))
		*ret = DELETE;
	else if (str_is(text, "replace"))
		*ret = REPLACE;
	else if (!str_is(text, "merge"))
		return err_new(w->mem, ERR_INVALID, "unknown patch strategy '%.*s'", STR_ARG(text));
	return NULL;
}

static err *map_directive(struct walk *w, struct yaml_node *patch, enum directive *ret)
{
	str key = STR("$patch");
	const struct yaml_node *found = yaml_node_get_str(patch, key);
	*ret = MERGE;
	if (!found)
		return NULL;
	TRY(directive_of(w, found->text, ret));
	yaml_node_del(patch, key);
	return NULL;
}

/* A list's directive is an element that holds nothing else. */
static err *list_directive(struct walk *w, struct yaml_node *patch, enum directive *ret)
{
	str key = STR("$patch");
	*ret = MERGE;
	for (uint32_t i = 0; i < patch->n; i++) {
		const struct yaml_node *e = patch->child[i];
		const struct yaml_node *found =
			yaml_node_missing(e) ? NULL : yaml_node_get_str(e, key);
		if (!found)
			continue;
		if (e->n > 2)
			return NULL;
		str text = found->text;
		TRY(directive_of(w, text, ret));
		return merge_list_set(w->mem, patch, NULL, (struct texts){&key, 1},
				      (struct texts){&text, 1});
	}
	return NULL;
}

/* The directive in a patch, which is taken out of it. */
static err *take_directive(struct walk *w, struct yaml_node *patch, enum directive *ret)
{
	*ret = MERGE;
	if (!patch)
		return NULL;
	if (patch->kind == YN_MAP)
		return map_directive(w, patch, ret);
	if (patch->kind == YN_LIST)
		return list_directive(w, patch, ret);
	buf text = buf_init(w->mem);
	err *failure = yaml_node_text(&text, patch);
	return err_new(w->mem, ERR_INVALID,
		       "no implemented strategic merge patch strategy for '%s' ('%s')",
		       yaml_node_tag(patch), failure ? "" : buf_text(&text));
}

/* --- what the patch's node does to the object's ---------------------------------------------- */

/* Comments of the patch win; an empty collection takes the patch's style. */
static void take_form(struct walk *w, struct pair at)
{
	if (!at.dest || !at.patch || at.dest == at.patch)
		return;
	const struct yaml_comments *from = at.patch->comments;
	if (from) {
		if (!at.dest->comments)
			at.dest->comments = NEW(w->mem, struct yaml_comments);
		struct yaml_comments *to = at.dest->comments;
		to->head = from->head.n ? from->head : to->head;
		to->line = from->line.n ? from->line : to->line;
		to->foot = from->foot.n ? from->foot : to->foot;
	}
	if (at.dest->kind != YN_SCALAR && (at.dest->kind == YN_ALIAS || at.dest->n == 0))
		at.dest->style = at.patch->style;
}

static bool is_null(const struct yaml_node *n)
{
	return n && yaml_node_missing(n);
}

/* The node that the walk goes on with; NULL when there is to be none. */
static err *visit_map(struct walk *w, struct pair at, struct result *ret)
{
	enum directive directive;
	*ret = (struct result){0};
	take_form(w, at);
	if (yaml_node_missing(at.dest)) {
		bool fails = take_directive(w, at.patch, &directive) != NULL;
		if (!fails && directive == DELETE)
			return NULL;
		if (!at.patch && at.dest && at.dest->text.n) {
			/* a null that was written out stays */
			ret->node = yaml_node_scalar(w->mem, YT_NULL, at.dest->text);
			ret->keep = true;
			return NULL;
		}
		ret->node = at.patch;
		return NULL;
	}
	if (is_null(at.patch))
		return NULL;
	TRY(take_directive(w, at.patch, &directive));
	if (directive != DELETE)
		ret->node = directive == REPLACE ? at.patch : at.dest;
	return NULL;
}

static err *visit_list(struct walk *w, struct pair at, bool merges, struct yaml_node **ret)
{
	enum directive directive;
	take_form(w, at);
	*ret = NULL;
	if (!merges || yaml_node_missing(at.dest)) {
		*ret = at.patch || merges ? at.patch : at.dest;
		return NULL;
	}
	if (is_null(at.patch))
		return NULL;
	TRY(take_directive(w, at.patch, &directive));
	if (directive != DELETE)
		*ret = directive == REPLACE ? at.patch : at.dest;
	return NULL;
}

/* --- maps ------------------------------------------------------------------------------------ */

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const str *)a, *(const str *)b);
}

/* The names of the fields of both, sorted, each once. */
static size_t field_names(struct walk *w, struct pair at, str **ret_names)
{
	const struct yaml_node *from[] = {at.dest, at.patch == at.dest ? NULL : at.patch};
	size_t room = 0, n = 0, once = 0;
	for (int i = 0; i < 2; i++)
		room += from[i] && from[i]->kind == YN_MAP ? from[i]->n / 2 : 0;
	str *names = NEW_N(w->mem, str, room);
	for (int i = 0; i < 2; i++)
		for (uint32_t k = 0; from[i] && from[i]->kind == YN_MAP && k + 1 < from[i]->n;
		     k += 2)
			names[n++] = from[i]->child[k]->text;
	if (n)
		qsort(names, n, sizeof(*names), by_bytes);
	for (size_t i = 0; i < n; i++)
		if (!once || !str_eq(names[i], names[once - 1]))
			names[once++] = names[i];
	*ret_names = names;
	return once;
}

/* A comment on a field's key can say what its type is. */
static uint32_t type_of_key(struct walk *w, struct pair at, str name)
{
	const struct yaml_node *maps[] = {at.dest, at.patch};
	for (int i = 0; i < 2; i++) {
		const struct yaml_node *key = maps[i] ? yaml_node_key(maps[i], name) : NULL;
		if (!key || !key->comments)
			continue;
		str comment = key->comments->line.n ? key->comments->line : key->comments->head;
		uint32_t type = merge_type_of_comment(w->mem, &w->tables, comment);
		if (type)
			return type;
	}
	return TYPE_UNKNOWN;
}

/* Puts what was merged into the map: see yaml_node_set, but a kept null goes in and a new key has
 * the style that it had in the patch. */
static void set_field(struct walk *w, struct yaml_node *map, str name, struct result value,
		      const struct yaml_node *patch_key)
{
	if (!value.keep || !value.node) {
		bool is_new = !yaml_node_key(map, name);
		yaml_node_set(w->mem, map, name, value.node);
		struct yaml_node *key = is_new ? yaml_node_key(map, name) : NULL;
		if (key && patch_key)
			key->style = patch_key->style;
		return;
	}
	struct yaml_node *old = yaml_node_get_str(map, name);
	if (!old) {
		yaml_node_put(w->mem, map, name, value.node);
		return;
	}
	value.node->style = old->style;
	*old = *value.node;
}

static err *walk_field(struct walk *w, struct pair at, uint32_t type, str name)
{
	struct pair field = {yaml_node_get_str(at.dest, name), yaml_node_get_str(at.patch, name)};
	const struct yaml_node *patch_key = yaml_node_key(at.patch, name);
	struct result value;
	uint32_t own = type_of_key(w, at, name);
	if (!own && type)
		own = merge_type_of_field(&w->tables, type, name);
	TRY(walk(w, field, own, &value));
	/* kyaml takes a field without a name for the node itself */
	if (!name.n)
		return merge_wrong_kind(w->mem, YN_SCALAR, at.dest);
	set_field(w, at.dest, name, value, value.node == field.patch ? patch_key : NULL);
	return NULL;
}

static err *walk_map(struct walk *w, struct pair at, uint32_t type, struct result *ret)
{
	TRY(visit_map(w, at, ret));
	if (!ret->node)
		return NULL;
	at.dest = ret->node;
	str *names;
	size_t n = at.dest->kind == YN_MAP ? field_names(w, at, &names) : 0;
	for (size_t i = 0; i < n; i++)
		TRY(walk_field(w, at, type, names[i]));
	return NULL;
}

/* --- lists that merge ------------------------------------------------------------------------ */

typedef VEC(struct texts) rows;

static bool same(struct texts a, struct texts b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (!str_eq(a.p[i], b.p[i]))
			return false;
	return true;
}

/* The values of an element's keys, "" where it has none. */
static struct texts values_of(arena *mem, const struct yaml_node *e, struct texts keys)
{
	str *own = NEW_N(mem, str, keys.n);
	for (size_t i = 0; i < keys.n; i++) {
		own[i] = (str){"", 0};
		const struct yaml_node *field = keys.p[i].n ? yaml_node_get_str(e, keys.p[i]) : e;
		if (field && (!keys.p[i].n || !yaml_node_empty(field)))
			own[i] = field->text;
	}
	return (struct texts){own, keys.n};
}

/* One row of values for each different element: first those of the patch, then of the object. */
static rows all_values(struct walk *w, struct pair at, struct texts keys)
{
	const struct yaml_node *lists[] = {at.patch, at.dest};
	rows all = {0};
	for (int l = 0; l < 2; l++) {
		if (!lists[l] || lists[l]->kind != YN_LIST || (l == 1 && at.patch == at.dest))
			continue;
		for (uint32_t i = 0; i < lists[l]->n; i++) {
			struct texts row = values_of(w->mem, lists[l]->child[i], keys);
			bool seen = false;
			for (size_t k = 0; k < all.n && !seen; k++)
				seen = same(all.p[k], row);
			if (!seen)
				VEC_PUSH(w->mem, &all, row);
		}
	}
	return all;
}

/* Two rows that agree in one value at least, and differ only where one of them has none, become
 * one and the same. */
static bool unite(arena *mem, struct texts a, struct texts b, struct texts *ret)
{
	bool common = false;
	str *both = NEW_N(mem, str, a.n);
	for (size_t i = 0; i < a.n; i++) {
		bool equal = str_eq(a.p[i], b.p[i]);
		if (!equal && a.p[i].n && b.p[i].n)
			return false;
		common |= equal;
		both[i] = a.p[i].n ? a.p[i] : b.p[i];
	}
	*ret = (struct texts){both, a.n};
	return common;
}

static void unite_all(arena *mem, rows *all)
{
	for (size_t i = 0; i < all->n; i++) {
		/* what the row was before it was united with others is what the others are tried with */
		struct texts row = all->p[i], both;
		for (size_t j = 0; j < all->n; j++)
			if (unite(mem, row, all->p[j], &both))
				all->p[i] = all->p[j] = both;
	}
}

/* Keys that no row has a value for are left out, unless that would leave none. */
static void usable(arena *mem, const rows *all, struct texts keys, struct texts values,
		   struct texts *ret_keys, struct texts *ret_values)
{
	str *k = NEW_N(mem, str, keys.n), *v = NEW_N(mem, str, keys.n);
	size_t n = 0;
	for (size_t i = 0; i < keys.n; i++) {
		bool used = false;
		for (size_t r = 0; r < all->n && !used; r++)
			used = all->p[r].p[i].n > 0;
		if (!used)
			continue;
		k[n] = keys.p[i];
		v[n++] = values.p[i];
	}
	*ret_keys = n ? (struct texts){k, n} : keys;
	*ret_values = n ? (struct texts){v, n} : values;
}

static struct yaml_node *element(struct walk *w, struct yaml_node *list, struct texts keys,
				 struct texts values)
{
	struct texts k, v;
	rows one = {0};
	VEC_PUSH(w->mem, &one, values);
	usable(w->mem, &one, keys, values, &k, &v);
	return merge_list_find(list, k, v);
}

/* The merged element gets the keys that it lacks. */
static err *complete(struct walk *w, struct yaml_node *e, struct texts keys, struct texts values)
{
	for (size_t i = 0; i < keys.n; i++) {
		if (yaml_node_get_str(e, keys.p[i]) || !values.p[i].n)
			continue;
		if (keys.p[i].n) {
			if (e->kind != YN_MAP)
				return merge_wrong_kind(w->mem, YN_MAP, e);
			yaml_node_set(w->mem, e, keys.p[i], yaml_node_plain(w->mem, values.p[i]));
			continue;
		}
		if (e->kind != YN_SCALAR)
			return merge_wrong_kind(w->mem, YN_SCALAR, e);
		struct yaml_node *plain = yaml_node_plain(w->mem, values.p[i]);
		plain->style = e->style;
		*e = *plain;
	}
	return NULL;
}

static bool is_void(const struct yaml_node *n)
{
	return yaml_node_missing(n) || (n->kind == YN_MAP && n->n == 0);
}

static err *merge_row(struct walk *w, struct pair at, uint32_t items, struct texts keys,
		      struct texts values, struct yaml_node *merged)
{
	struct pair e = {element(w, at.dest, keys, values), element(w, at.patch, keys, values)};
	struct result one;
	TRY(walk(w, e, items, &one));
	if (is_void(one.node)) {
		for (size_t i = 0; i < keys.n; i++)
			TRY(merge_list_set(w->mem, at.dest, NULL, keys, values));
		return NULL;
	}
	TRY(complete(w, one.node, keys, values));
	return merge_list_set(w->mem, merged, one.node, keys, values);
}

static err *merge_rows(struct walk *w, struct pair at, uint32_t type, struct texts keys, rows all,
		       struct yaml_node **ret)
{
	struct yaml_node *merged = yaml_node_list(w->mem);
	uint32_t items = merge_type_of_items(&w->tables, type);
	struct texts k = {0}, v = {0};
	if (keys.n > 1)
		unite_all(w->mem, &all);
	for (size_t i = 0; i < all.n; i++) {
		usable(w->mem, &all, keys, all.p[i], &k, &v);
		TRY(merge_row(w, at, items, k, v, merged));
	}
	*ret = at.dest;
	if (all.n) {
		TRY(merge_list_append(w->mem, merged, at.dest, k));
		*ret = merged;
	}
	return NULL;
}

static err *walk_list(struct walk *w, struct pair at, uint32_t type, struct result *ret)
{
	str names;
	bool merges = type && merge_type_merges(&w->tables, type, &names);
	struct yaml_node *dest;
	*ret = (struct result){0};
	TRY(visit_list(w, at, merges, &dest));
	if (!merges || yaml_node_missing(dest)) {
		ret->node = dest;
		return NULL;
	}
	at.dest = dest;
	str keys[8];
	struct texts k = {keys, 0};
	if (!names.n)
		keys[k.n++] = (str){"", 0};
	for (str part; names.n && k.n < 8 && str_next(&names, ',', &part);)
		keys[k.n++] = part;
	return merge_rows(w, at, type, k, all_values(w, at, k), &ret->node);
}

/* --- the walk -------------------------------------------------------------------------------- */

/* A comment on the node, or its own apiVersion and kind where nothing else is known. */
static uint32_t type_of(struct walk *w, struct pair at, uint32_t type)
{
	const struct yaml_node *nodes[] = {at.dest, at.patch};
	for (int i = 0; i < 2; i++) {
		const struct yaml_node *n = nodes[i];
		if (yaml_node_missing(n) || !n->comments)
			continue;
		str comment = n->comments->line.n ? n->comments->line : n->comments->head;
		uint32_t own = merge_type_of_comment(w->mem, &w->tables, comment);
		if (own)
			return own;
	}
	for (int i = 0; i < 2 && !type; i++) {
		const struct yaml_node *n = nodes[i];
		const struct yaml_node *api = yaml_node_get(n, "apiVersion");
		const struct yaml_node *kind = yaml_node_get(n, "kind");
		if (api && kind && !yaml_node_missing(api) && !yaml_node_missing(kind))
			type = merge_type_of_kind(&w->tables, api->text, kind->text);
	}
	return type;
}

static err *check_kind(struct walk *w, struct pair at, enum yaml_node_kind kind)
{
	const struct yaml_node *nodes[] = {at.dest, at.patch};
	for (int i = 0; i < 2; i++)
		if (!yaml_node_missing(nodes[i]) && nodes[i]->kind != kind)
			return merge_wrong_kind(w->mem, kind, nodes[i]);
	return NULL;
}

static err *walk(struct walk *w, struct pair at, uint32_t type, struct result *ret)
{
	*ret = (struct result){0};
	const struct yaml_node *first = !yaml_node_missing(at.dest) ? at.dest : at.patch;
	int kind = yaml_node_missing(first) ? YN_MAP : first->kind;
	if (kind != YN_MAP && kind != YN_LIST && kind != YN_SCALAR)
		return NULL;
	TRY(check_kind(w, at, kind));
	if (kind == YN_SCALAR) {
		take_form(w, at);
		ret->node = at.patch ? at.patch : at.dest;
		return NULL;
	}
	if (++w->depth > YAML_NODE_MAX_DEPTH)
		return err_new(w->mem, ERR_LIMIT, "a patch is nested deeper than %d levels",
			       YAML_NODE_MAX_DEPTH);
	type = type_of(w, at, type);
	err *failure = kind == YN_MAP ? walk_map(w, at, type, ret) : walk_list(w, at, type, ret);
	w->depth--;
	return failure;
}

err *kust_merge(arena *mem, const struct kust_schema *schema, struct yaml_node *object,
		struct yaml_node *patch, struct yaml_node **ret_result)
{
	struct walk w = {.mem = mem, .tables = *merge_tables_of(schema)};
	struct pair at = {yaml_node_body(object), yaml_node_body(patch)};
	struct result result;
	const struct yaml_node *first = yaml_node_missing(at.dest) ? at.patch : at.dest;
	/* the text of a whole document is told with its comments */
	if (!yaml_node_missing(first) && at.patch && first->kind != at.patch->kind &&
	    !yaml_node_missing(at.patch))
		return merge_wrong_kind(mem, first->kind, patch);
	TRY(walk(&w, at, TYPE_UNKNOWN, &result));
	*ret_result = result.node;
	return NULL;
}
