/*
 * yaml_node_read: the reader's state and the steps that its two files share. A part of yaml_node.
 */
#ifndef SLUICE_YAML_NODE_READ_H
#define SLUICE_YAML_NODE_READ_H

#include "base/map.h"
#include "data/yaml_node.h"
#include "data/yaml_node_scan.h"

struct yaml_reader {
	struct yaml_scan scan;
	arena *mem;
	struct map anchors;
	VEC(struct yaml_node *) open; /* children of the collections being read */
	VEC(struct yaml_token) tags;  /* %TAG directives */
	size_t nodes;
	size_t anchored; /* anchors set so far */
	int depth;
};

/* Steps to the first document's content; *ret_any: there is some. */
err *yaml_read_begin(struct yaml_reader *r, bool *ret_any);

/* The next token; the same after a step over the one that was looked at. */
err *yaml_read_peek(struct yaml_reader *r, struct yaml_token **ret);
err *yaml_read_next(struct yaml_reader *r, struct yaml_token **ret);

/* A failure of the grammar at a token, in what began at context. */
err *yaml_read_error(struct yaml_reader *r, struct yaml_mark context, const struct yaml_token *t,
		     const char *problem);

/* A new node that begins at start; ERR_LIMIT when there are too many. */
err *yaml_read_make(struct yaml_reader *r, enum yaml_node_kind kind, struct yaml_mark start,
		    struct yaml_node **ret);

/* Reads one node, or makes an empty one, and puts it behind the open children. */
err *yaml_read_child(struct yaml_reader *r, bool block, bool indentless);
err *yaml_read_empty(struct yaml_reader *r, struct yaml_mark at);

/* The children that were opened since mark become n's. */
void yaml_read_adopt(struct yaml_reader *r, struct yaml_node *n, size_t mark);

/* The comments that wait at a collection's end: its line and foot are those, its head stays. */
void yaml_read_end_comments(struct yaml_reader *r, struct yaml_node *n);

/* A foot comment, and how it moves to another node. */
str yaml_read_foot(const struct yaml_node *n);
void yaml_read_move_foot(struct yaml_reader *r, struct yaml_node *from, struct yaml_node *to);

/* What is inside of [ ] and { }, up to and with the closing mark. */
err *yaml_read_flow_list(struct yaml_reader *r, struct yaml_node *n);
err *yaml_read_flow_map(struct yaml_reader *r, struct yaml_node *n);

#endif
