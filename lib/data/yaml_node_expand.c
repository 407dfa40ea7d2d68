/* Aliases and merge keys taken out, as kyaml's DeAnchor does right after it has read a resource. */
#include <string.h>

#include "base/vec.h"
#include "data/yaml_node.h"

typedef VEC(struct yaml_node *) nodes;

/*
 * kyaml copies a map's children before it goes on to them, so that an alias always leads to the
 * nodes as they were read, not yet expanded. That shows when a merge takes from a map that merges
 * itself, and is kept: what an alias leads to is expanded on copies of its children.
 */
struct expand {
	arena *mem;
	size_t copied;
	struct inside *inside;
};

/* The nodes that are being expanded, from the inside out. */
struct inside {
	const struct yaml_node *node;
	struct inside *outer;
};

static err *expand(struct expand *x, struct yaml_node **place, bool original, int depth);

static err *invalid(struct expand *x, const char *text)
{
	return err_new(x->mem, ERR_INVALID, "%s", text);
}

static size_t count(const struct yaml_node *n)
{
	size_t all = 1;
	if (n->kind != YN_ALIAS)
		for (uint32_t i = 0; i < n->n; i++)
			all += count(n->child[i]);
	return all;
}

static err *copy(struct expand *x, const struct yaml_node *n, struct yaml_node **ret)
{
	x->copied += count(n);
	if (x->copied > YAML_NODE_MAX_NODES)
		return err_new(x->mem, ERR_LIMIT, "yaml: aliases expand to more than %zu nodes",
			       YAML_NODE_MAX_NODES);
	*ret = yaml_node_copy(x->mem, n);
	return NULL;
}

/* --- merge keys ------------------------------------------------------------------------------ */

static bool is_merge(const struct yaml_node *key)
{
	return key->tag && text_eq(key->tag, YT_MERGE);
}

static err *merge_value(struct expand *x, const struct yaml_node *map, struct yaml_node **ret)
{
	*ret = NULL;
	for (uint32_t i = 0; i + 1 < map->n; i += 2) {
		if (!is_merge(map->child[i]))
			continue;
		if (*ret)
			return invalid(x, "duplicate merge key");
		*ret = map->child[i + 1];
	}
	return NULL;
}

/* The maps that a merge key's value names; of a list the last first, so that the first wins. */
static err *merge_sources(struct expand *x, struct yaml_node *value, bool inner, nodes *ret)
{
	struct yaml_node *target = value->kind == YN_ALIAS ? value->target : value;
	if (value->kind == YN_LIST && inner)
		return invalid(x, "invalid map merge: received a nested sequence");
	if (value->kind == YN_LIST) {
		for (uint32_t i = value->n; i > 0; i--)
			TRY(merge_sources(x, value->child[i - 1], true, ret));
		return NULL;
	}
	if (value->kind == YN_ALIAS && target->kind != YN_MAP)
		return invalid(x, "invalid map merge: received alias for a non-map value");
	if (target->kind != YN_MAP)
		return invalid(x, "map merge requires map or sequence of maps as the value");
	VEC_PUSH(x->mem, ret, target);
	return NULL;
}

/* kyaml takes a null key for the key "". */
static str name_of(const struct yaml_node *key)
{
	return yaml_node_missing(key) ? (str){"", 0} : key->text;
}

static uint32_t find(const struct yaml_node *map, str name)
{
	uint32_t i = 0;
	while (i + 1 < map->n && !str_eq(map->child[i]->text, name))
		i += 2;
	return i;
}

static err *merge_pair(struct expand *x, struct yaml_node *map, uint32_t own,
		       const struct yaml_node *key, const struct yaml_node *value)
{
	struct yaml_node *k, *v;
	uint32_t at = find(map, name_of(key));
	if (at < own)
		return NULL;
	TRY(copy(x, key, &k));
	TRY(copy(x, value, &v));
	if (at < map->n) {
		map->child[at] = k;
		map->child[at + 1] = v;
	} else {
		yaml_node_add(x->mem, map, k, v);
	}
	return NULL;
}

static err *merge(struct expand *x, struct yaml_node *map)
{
	struct yaml_node *value;
	nodes sources = {0};
	TRY(merge_value(x, map, &value));
	if (value)
		TRY(merge_sources(x, value, false, &sources));
	yaml_node_del(map, STR("<<"));
	uint32_t own = map->n;
	for (size_t s = 0; s < sources.n; s++) {
		const struct yaml_node *from = sources.p[s];
		for (uint32_t i = 0; from != map && i + 1 < from->n; i += 2) {
			uint32_t first = find(from, from->child[i]->text);
			TRY(merge_pair(x, map, own, from->child[first], from->child[first + 1]));
		}
	}
	/* a null key written as a word is set once more under its other name */
	for (uint32_t i = 0; i + 1 < own; i += 2) {
		const struct yaml_node *key = map->child[i];
		if (yaml_node_missing(key) && key->text.n)
			TRY(merge_pair(x, map, 0, key, map->child[i + 1]));
	}
	return NULL;
}

/* --- the walk -------------------------------------------------------------------------------- */

static err *expand_alias(struct expand *x, struct yaml_node **place, int depth)
{
	struct yaml_node *n = *place, *target = n->target;
	for (const struct inside *in = x->inside; in; in = in->outer)
		if (in->node == target)
			return err_new(x->mem, ERR_INVALID,
				       "yaml: anchor '%.*s' value contains itself",
				       STR_ARG(n->text));
	TRY(expand(x, &target, true, depth + 1));
	return copy(x, target, place);
}

static err *detach(struct expand *x, struct yaml_node *map)
{
	struct yaml_node **child = NEW_N(x->mem, struct yaml_node *, map->n);
	for (uint32_t i = 0; i < map->n; i++)
		TRY(copy(x, map->child[i], &child[i]));
	map->child = child;
	map->cap = map->n;
	return NULL;
}

static err *expand(struct expand *x, struct yaml_node **place, bool original, int depth)
{
	struct yaml_node *n = *place;
	if (depth > YAML_NODE_MAX_DEPTH)
		return err_new(x->mem, ERR_LIMIT, "yaml: nested deeper than %d levels",
			       YAML_NODE_MAX_DEPTH);
	if (n->kind == YN_ALIAS)
		return expand_alias(x, place, depth);
	n->anchor = NULL;
	if (n->kind == YN_SCALAR)
		return NULL;
	struct inside here = {n, x->inside};
	x->inside = &here;
	if (n->kind == YN_MAP && original)
		TRY(detach(x, n));
	if (n->kind == YN_MAP)
		TRY(merge(x, n));
	for (uint32_t i = 0; i < n->n; i++)
		if (n->child[i]->kind != YN_SCALAR || n->child[i]->anchor)
			TRY(expand(x, &n->child[i], original && n->kind != YN_MAP, depth + 1));
	x->inside = here.outer;
	return NULL;
}

static bool has_alias(const struct yaml_node *n)
{
	if (n->kind == YN_ALIAS)
		return true;
	for (uint32_t i = 0; i < n->n; i++)
		if (has_alias(n->child[i]))
			return true;
	return false;
}

err *yaml_node_expand(arena *mem, struct yaml_node *n)
{
	struct expand x = {.mem = mem};
	if (!n)
		return NULL;
	if (n->kind == YN_ALIAS)
		return err_new(mem, ERR_INVALID, "yaml: an alias cannot be expanded on its own");
	return expand(&x, &n, has_alias(n), 0);
}
