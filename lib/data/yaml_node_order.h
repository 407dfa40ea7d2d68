/*
 * yaml_node_order: the pairs of a map in the order in which a printer wants them. A part of
 * yaml_node.
 */
#ifndef SLUICE_YAML_NODE_ORDER_H
#define SLUICE_YAML_NODE_ORDER_H

#include "base/vec.h"
#include "data/yaml_node.h"

struct yaml_pair {
	str key;
	struct yaml_node *key_node, *value;
};

typedef VEC(struct yaml_pair) yaml_pairs;

/* Below, equal or above zero: a before, equal to or after b. */
int yaml_order_bytes(str a, str b);

/* go-yaml's order of keys: numbers inside by value, signs before letters. */
int yaml_order_natural(str a, str b);

/* Puts the map's pairs behind those in *stack, sorted; the first of them is number *ret_from, and
 * the caller cuts the stack back to that. False when two keys are equal. */
bool yaml_order_pairs(arena *mem, const struct yaml_node *map, int (*order)(str a, str b),
		      yaml_pairs *stack, size_t *ret_from);

#endif
