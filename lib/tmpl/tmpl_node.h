/*
 * tmpl_node: the syntax tree of a template. Trees are never changed after parsing and are shared by
 * all runs; they live in the arena of their set (or of a run, for the texts of tpl).
 */
#ifndef SLUICE_TMPL_NODE_H
#define SLUICE_TMPL_NODE_H

#include "base/buf.h"
#include "tmpl/tmpl_func.h"

enum tmpl_node_kind {
	NODE_TEXT,
	NODE_ACTION,
	NODE_IF,
	NODE_WITH,
	NODE_RANGE,
	NODE_TEMPLATE,
	NODE_BREAK,
	NODE_CONTINUE,
	NODE_LIST,
	NODE_END,  /* only while parsing */
	NODE_ELSE, /* only while parsing */
	NODE_PIPE,
	NODE_COMMAND,
	NODE_IDENTIFIER,
	NODE_FIELD,
	NODE_VARIABLE,
	NODE_CHAIN,
	NODE_DOT,
	NODE_NIL,
	NODE_BOOL,
	NODE_NUMBER,
	NODE_STRING,
};

/* A named template: what define, block or a whole file gives. */
struct tmpl_tree {
	const char *name;	/* "chart.labels"; %q in errors */
	const char *parse_name; /* the file it stands in, the place in errors */
	str text;		/* of that file; nodes' positions are offsets into it */
	const struct tmpl_node *root;
};

struct tmpl_nodes {
	struct tmpl_node **p;
	uint32_t n;
};

/* A name that is looked up in maps at run time. */
struct tmpl_ident {
	str name;
	uint64_t hash; /* map_hash */
};

struct tmpl_number {
	bool is_int, is_uint, is_float, is_complex;
	int64_t i;
	uint64_t u;
	double f;
	double complex[2];
};

/* Only as long as its kind needs: see tmpl_node_size. */
struct tmpl_node {
	uint8_t kind;
	bool is_assign; /* NODE_PIPE: "=", not ":=" */
	bool is_true;	/* NODE_BOOL */
	uint8_t decl_n; /* NODE_PIPE: variables, 0 to 2; they stand behind its commands */
	uint32_t pos;	/* in the text of its tree */
	union {
		str text; /* NODE_TEXT */
		struct {  /* NODE_ACTION, NODE_TEMPLATE, NODE_IF, NODE_WITH, NODE_RANGE */
			struct tmpl_node *pipe; /* NULL: a template without argument */
			union {
				const char *name; /* NODE_TEMPLATE */
				struct {	  /* NODE_IF, NODE_WITH, NODE_RANGE */
					struct tmpl_node *list, *otherwise;
				};
			};
		};
		struct tmpl_nodes nodes; /* NODE_LIST; NODE_COMMAND: words; NODE_PIPE: commands */
		const struct tmpl_func *func; /* NODE_IDENTIFIER */
		struct {		      /* NODE_FIELD, NODE_VARIABLE, NODE_CHAIN */
			struct tmpl_ident *idents;
			uint32_t ident_n;
			struct tmpl_node *node; /* NODE_CHAIN: what stands before the fields */
		};
		struct {	    /* NODE_NUMBER, NODE_STRING */
			str source; /* as written */
			union {
				const struct tmpl_number *number;
				str unquoted;
			};
		};
	};
};

/* The bytes that a node of a kind takes. */
size_t tmpl_node_size(enum tmpl_node_kind kind);

/* The variable i that a pipe sets. */
static inline const struct tmpl_node *tmpl_node_decl(const struct tmpl_node *pipe, uint32_t i)
{
	return pipe->nodes.p[pipe->nodes.n + i];
}

/* The node in canonical form, as error texts show it. */
void tmpl_node_print(buf *b, const struct tmpl_node *node);

/* "file:line:column" of a node of the tree: lines from 1, columns in bytes from 0. */
char *tmpl_node_place(arena *mem, const struct tmpl_tree *tree, const struct tmpl_node *node);

/* The line, from 1, of a position in a text. */
uint32_t tmpl_node_line(str text, uint32_t pos);

/* Nothing but white space and definitions? Such a body never replaces another one. */
bool tmpl_node_is_empty(const struct tmpl_node *node);

#endif
