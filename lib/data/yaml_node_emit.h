/*
 * yaml_node_emit: the pen that both of yaml_node's printers write with: columns, indentation, the
 * choice of a scalar's style and the five ways of writing one. A part of yaml_node. The rules are
 * libyaml's emitter as go-yaml changed it, in its version 2 (kustomize's output: 80 columns) and
 * version 3 (the text of a node: no limit, comments).
 */
#ifndef SLUICE_YAML_NODE_EMIT_H
#define SLUICE_YAML_NODE_EMIT_H

#include "base/buf.h"
#include "data/yaml_node.h"

struct yaml_emit {
	buf *b;
	bool v2;
	int column, width; /* in characters; a line is folded once it is past width */
	int indent;	   /* of what is written now; -1 before the first */
	int step;	   /* columns of a level */
	int foot_indent;   /* an empty line is owed at this indentation; -1 for none */
	int flow;	   /* how many flow collections are open */
	bool whitespace;   /* the last character is a blank, or nothing was written */
	bool indention;	   /* only indentation and indicators stand on the line so far */
	str line_comment;  /* waits for the end of the line */
};

/* What a scalar's text allows. */
struct yaml_look {
	bool multiline, flow_plain, block_plain, single, block;
};

#define YAML_SIMPLE_KEY 128 /* bytes of a key that needs no question mark */

/* A pen at the beginning of an empty text. */
struct yaml_emit yaml_emit_start(buf *b, bool v2);

/* Looks a text over. */
struct yaml_look yaml_emit_look(const struct yaml_emit *e, str text);

/* The style (enum yaml_node_style, 0 plain) that a scalar gets when it asks for one. */
int yaml_emit_style(const struct yaml_emit *e, const struct yaml_look *look, str text, int style,
		    bool simple_key);

/* Writes the text in that style, at e->indent. */
void yaml_emit_scalar(struct yaml_emit *e, str text, int style, bool simple_key);

/* A line break; a new line (or none, at its start) with indentation; a mark like "-" or "]". */
void yaml_emit_break(struct yaml_emit *e);
void yaml_emit_indent(struct yaml_emit *e);
void yaml_emit_mark(struct yaml_emit *e, const char *mark, bool need_blank, bool is_blank,
		    bool is_indention);

/* Text as it is, of one line. */
void yaml_emit_raw(struct yaml_emit *e, str text);

/* A comment in lines of its own, or the waiting line comment. */
void yaml_emit_comment(struct yaml_emit *e, str comment);
void yaml_emit_line_comment(struct yaml_emit *e, bool then_break);

#endif
