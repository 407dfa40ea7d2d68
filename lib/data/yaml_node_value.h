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

#endif
