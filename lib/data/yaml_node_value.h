/*
 * yaml_node_value: what a node's scalars come to once it has gone through kustomize's mill: printed
 * by go-yaml v3, read again, turned into JSON. A part of yaml_node.
 *
 * Nearly every node comes out as it went in, so its value is told from the node alone. An odd one
 * (a duplicate key, a tag that does not fit, an unusual character) is really sent through the mill.
 */
#ifndef SLUICE_YAML_NODE_VALUE_H
#define SLUICE_YAML_NODE_VALUE_H

#include "data/yaml_node.h"
#include "data/yaml_node_scalar.h"

/* The value of a scalar; text is set for a text and a timestamp. False when the node is odd. */
bool yaml_value_of(const struct yaml_node *n, bool in_flow, struct yaml_scalar *ret, str *ret_text);

/* Whether the node can be a map's key as it stands: a text that comes out as it is. */
bool yaml_value_key(const struct yaml_node *key);

/* The tree that comes out of the mill: maps with text keys, lists, scalars, all in their simplest
 * form; where it fails kustomize does. */
err *yaml_value_settle(arena *mem, const struct yaml_node *n, struct yaml_node **ret);

/* A text in JSON, as encoding/json quotes it. */
void yaml_value_json_text(buf *b, str text);

/* Are a collection's children printed in flow style, where an empty scalar is a text? */
static inline bool yaml_value_flow(const struct yaml_node *n, bool in_flow)
{
	return in_flow || (n->style & YN_FLOW);
}

/* Does something stand before the node? A tag may make another value of it, and behind an anchor comments are printed where they
 * break what follows. */
static inline bool yaml_value_marked(const struct yaml_node *n)
{
	return n->anchor || (n->style & YN_TAGGED);
}

/* May a comment at the node spoil what is printed of it? In flow style what stands behind it is lost, and that of a whole collection
 * comes out behind something else. */
static inline bool yaml_value_spoilt(const struct yaml_node *n, bool in_flow)
{
	return n->comments && (in_flow || (n->kind != YN_SCALAR && n->n &&
					   ((n->style & YN_FLOW) || n->comments->line.n)));
}

/* The same of a pair of a map: a comment at the key stands before the value. */
static inline bool yaml_value_pair_spoilt(const struct yaml_node *key,
					  const struct yaml_node *value, bool in_flow)
{
	bool flows =
		in_flow || (value->kind != YN_SCALAR && (!value->n || (value->style & YN_FLOW)));
	return (key->comments && flows) || yaml_value_spoilt(value, in_flow);
}

#endif
