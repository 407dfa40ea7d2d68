/*
 * kust_node: kyaml's ways of reaching into and changing a tree of yaml_nodes. They differ from
 * yaml_node's own in what the errors say, in what null means, and in that a scalar is changed in
 * its place: kustomize lets one node stand in several places of an object (a label set by
 * commonLabels in metadata and selector), and what changes one of them changes all.
 */
#ifndef SLUICE_KUST_NODE_H
#define SLUICE_KUST_NODE_H

#include "base/err.h"
#include "data/yaml_node.h"

/* Tagged !!null or not there; the same or an empty map or list. */
bool kust_missing(const struct yaml_node *n);
bool kust_empty(const struct yaml_node *n);

/* A scalar that is a string by its tag, or has no tag. */
bool kust_is_string(const struct yaml_node *n);

/* Letters, digits and "-_./" after a letter, and no word that a YAML reads as something else. */
bool kust_plain_word(str text);

/* Would YAML 1.1 read the text as something else than a string? */
bool kust_non_string(arena *mem, str text);

/* "wrong node kind: expected … but got …" unless n is of the kind, missing or null. */
err *kust_expect(arena *mem, const struct yaml_node *n, enum yaml_node_kind kind);

/* New nodes without a tag: scalar, map, list; a string as go-yaml's SetString makes it. */
struct yaml_node *kust_bare(arena *mem, enum yaml_node_kind kind, str text);
struct yaml_node *kust_string(arena *mem, str text);

/* A map's field; *ret_value is NULL when there is none. The map may be missing or null. */
err *kust_get(arena *mem, struct yaml_node *map, str key, struct yaml_node **ret_value);

/* Sets a field: over an old value, the old node takes the new content and keeps its style. A null
 * value removes the field. *ret_field may be NULL. */
err *kust_set(arena *mem, struct yaml_node *map, str key, struct yaml_node *value,
	      struct yaml_node **ret_field);

/* The scalar n takes the value's content and keeps its style. */
err *kust_set_self(arena *mem, struct yaml_node *n, struct yaml_node *value);

/* Removes the field of a map; no error if it is not there. */
err *kust_clear(arena *mem, struct yaml_node *map, str key);

struct kust_parts {
	str *p;
	size_t n;
};

/* Splits at the delimiter; a backslash before it keeps it. The smart one keeps "[…]" together. */
struct kust_parts kust_split(arena *mem, str path, char delimiter);
struct kust_parts kust_split_smart(arena *mem, str path, char delimiter);

/* Go's strconv.Atoi. */
bool kust_atoi(str s, int64_t *ret_number);

/* "[name=x]"; whether it is one, and its halves. */
bool kust_is_element(str part);
err *kust_split_element(arena *mem, str part, str *ret_field, str *ret_value);

/* What a missing step before `next` becomes: a list before an index or "[…]", a map before a field,
 * otherwise `last`. */
enum yaml_node_kind kust_kind_before(str next, enum yaml_node_kind last);

/* Follows the path of fields, indices, "-" and "[name=x]"; what is missing is created when create is
 * not YN_NONE, with that kind at the end. *ret_found is NULL when it is not there. */
err *kust_lookup(arena *mem, struct yaml_node *n, const struct kust_parts *path,
		 enum yaml_node_kind create, struct yaml_node **ret_found);

#endif
