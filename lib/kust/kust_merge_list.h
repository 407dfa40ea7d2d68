/*
 * kust_merge_list: lists whose elements are told apart by the values of some of their fields, with
 * the three strokes that a strategic merge makes on them. A part of kust_merge. Each mirrors a
 * filter of kyaml (ElementMatcher, ElementSetter, appendListNode), corner cases included: what an
 * element without the keys does to its neighbours is a rule too.
 */
#ifndef SLUICE_KUST_MERGE_LIST_H
#define SLUICE_KUST_MERGE_LIST_H

#include "base/vec.h"
#include "data/yaml_node.h"

/* Texts: the names of the fields, or the values of one element. An empty name stands for the
 * element itself, a scalar. */
struct texts {
	const str *p;
	size_t n;
};

/* The first element whose fields have the values; NULL when there is none. */
struct yaml_node *merge_list_find(const struct yaml_node *list, struct texts keys,
				  struct texts values);

/* Puts element in place of those that have the values, or at the end; a NULL element removes them.
 * Empty elements go too. ERR_INVALID when an element is no map but should be. */
err *merge_list_set(arena *mem, struct yaml_node *list, struct yaml_node *element,
		    struct texts keys, struct texts values);

/* Sets the elements of from in list, one by one, each by its own values. */
err *merge_list_append(arena *mem, struct yaml_node *list, const struct yaml_node *from,
		       struct texts keys);

/* "wrong node kind: expected … but got …" */
err *merge_wrong_kind(arena *mem, enum yaml_node_kind expected, const struct yaml_node *n);

#endif
