/*
 * yaml_node: YAML as a tree that remembers how it was written: tags, styles, anchors, comments,
 * places and the order of keys. It is what kustomize works on, so the rules are those of go-yaml
 * v3 (reading, resolving, yaml_node_text) and of the go-yaml v2 printer behind `kustomize build`
 * (yaml_node_print). Values without a form are val's business (data/yaml.h).
 *
 * Nodes live in an arena and are changed freely by whoever owns the tree; a node stands in one
 * place of one tree (copy it to put it elsewhere). Only an alias points across.
 */
#ifndef SLUICE_YAML_NODE_H
#define SLUICE_YAML_NODE_H

#include "base/buf.h"
#include "base/err.h"
#include "data/val.h"

#define YAML_NODE_MAX_BYTES ((size_t)64 << 20)
#define YAML_NODE_MAX_NODES ((size_t)4 << 20) /* in one document, before and after expansion */
#define YAML_NODE_MAX_DEPTH 1000

enum yaml_node_kind { YN_NONE, YN_DOC, YN_LIST, YN_MAP, YN_SCALAR, YN_ALIAS };

enum yaml_node_style {
	YN_TAGGED = 1, /* the tag was written out */
	YN_DOUBLE = 2,
	YN_SINGLE = 4,
	YN_LITERAL = 8,
	YN_FOLDED = 16,
	YN_FLOW = 32, /* of a list or map */
};

/* The tags that the rules speak of; text_eq compares them. */
#define YT_NULL "!!null"
#define YT_BOOL "!!bool"
#define YT_INT "!!int"
#define YT_FLOAT "!!float"
#define YT_STR "!!str"
#define YT_TIME "!!timestamp"
#define YT_BINARY "!!binary"
#define YT_MERGE "!!merge"
#define YT_MAP "!!map"
#define YT_LIST "!!seq"

struct yaml_comments {
	str head; /* lines above, each with its '#'; empty when none */
	str line; /* at the end of the line */
	str foot; /* lines below, before an empty line */
};

struct yaml_node {
	uint8_t kind;	    /* enum yaml_node_kind */
	uint8_t style;	    /* of enum yaml_node_style; 0 is plain or block */
	uint16_t column;    /* from 1, at most 65535; 0 when not read from a text */
	uint32_t line;	    /* likewise */
	const char *tag;    /* "!!int", "!x"; read: always set; made: may be NULL, then resolved */
	const char *anchor; /* NULL when none */
	struct yaml_comments *comments; /* NULL when none */
	str text;			/* a scalar's text, an alias' name */
	union {
		struct {
			struct yaml_node **child; /* map: key, value, key, value, …; doc: one */
			uint32_t n, cap;	  /* children (twice the pairs of a map) */
		};
		struct yaml_node *target; /* of an alias */
	};
};

/* --- reading --------------------------------------------------------------------------------- */

/* The first document of the text, as a YN_DOC with one child; NULL for a text without any (only
 * blanks and comments). What follows the first document is not looked at. ERR_INVALID has
 * go-yaml's text, "yaml: line N: …"; ERR_LIMIT for a ceiling above. The text is copied: it need not
 * outlive the call. */
err *yaml_node_read(arena *mem, str text, struct yaml_node **ret_doc);

/* All documents of a stream; *ret_docs is an array in mem. */
err *yaml_node_read_all(arena *mem, str text, struct yaml_node ***ret_docs, size_t *ret_n);

/* The first documents of a stream, at most so many, without comments and with tags only where they
 * were written ("!" too), for who wants the values. Failures tell the line as go-yaml v2 does. */
err *yaml_node_read_bare(arena *mem, str text, size_t most, struct yaml_node ***ret_docs,
			 size_t *ret_n);

/* Copies aliases out, applies merge keys (<<) and drops anchors, in place, as kyaml's DeAnchor.
 * ERR_INVALID for a merge of something else than maps or an alias inside its own anchor;
 * ERR_LIMIT when that grows past YAML_NODE_MAX_NODES. */
err *yaml_node_expand(arena *mem, struct yaml_node *n);

/* --- looking --------------------------------------------------------------------------------- */

/* The node itself, or a document's child. NULL gives NULL, as all of these do. */
struct yaml_node *yaml_node_body(const struct yaml_node *n);

/* True for the kind; false for NULL. A document counts as its child here and below. */
bool yaml_node_is(const struct yaml_node *n, enum yaml_node_kind kind);

/* The tag, or for a node that has none the one that its text resolves to; a constant above where
 * it is one of them. */
const char *yaml_node_tag(const struct yaml_node *n);

/* NULL, or tagged !!null (kyaml's IsMissingOrNull). */
bool yaml_node_missing(const struct yaml_node *n);

/* NULL, null, or an empty map or list (kyaml's IsNilOrEmpty). */
bool yaml_node_empty(const struct yaml_node *n);

/* A map's value (the first of that key), its key's node, or NULL. */
struct yaml_node *yaml_node_get(const struct yaml_node *map, const char *key);
struct yaml_node *yaml_node_get_str(const struct yaml_node *map, str key);
struct yaml_node *yaml_node_key(const struct yaml_node *map, str key);
struct yaml_node *yaml_node_in(const struct yaml_node *n, ...) __attribute__((sentinel));
#define YAML_NODE_IN(n, ...) yaml_node_in((n), __VA_ARGS__, (const char *)NULL)

/* Pairs of a map or elements of a list, and the i-th of them. */
size_t yaml_node_len(const struct yaml_node *n);
struct yaml_node *yaml_node_at(const struct yaml_node *list, size_t i);
struct yaml_node *yaml_node_key_at(const struct yaml_node *map, size_t i);
struct yaml_node *yaml_node_value_at(const struct yaml_node *map, size_t i);

/* A scalar's text; empty for NULL and what is no scalar. */
str yaml_node_str(const struct yaml_node *n);
bool yaml_node_says(const struct yaml_node *n, const char *text);

/* Deep equality of kind, resolved tag and text; the order of keys does not count. */
bool yaml_node_eq(const struct yaml_node *a, const struct yaml_node *b);

/* --- making and changing --------------------------------------------------------------------- */

/* An empty map or list. */
struct yaml_node *yaml_node_map(arena *mem);
struct yaml_node *yaml_node_list(arena *mem);

/* A plain scalar without a tag: its type is what the text resolves to. */
struct yaml_node *yaml_node_plain(arena *mem, str text);

/* A string, tagged !!str (bytes that are no UTF-8: !!binary, in base64; with line breaks: literal
 * style), as go-yaml's Node.SetString. */
struct yaml_node *yaml_node_string(arena *mem, str text);

/* A scalar with a tag of your choice (a constant, not copied). */
struct yaml_node *yaml_node_scalar(arena *mem, const char *tag, str text);

/* A deep copy; aliases keep their targets. */
struct yaml_node *yaml_node_copy(arena *mem, const struct yaml_node *n);

/* Sets a map's field as kyaml's SetField: what is there takes the new value's kind, tag and content
 * but keeps its style (a quoted scalar stays quoted); a new key goes to the end. A plain text that
 * YAML 1.1 would read as something else is quoted first. A NULL or null value removes the field.
 * The value is used up. */
void yaml_node_set(arena *mem, struct yaml_node *map, str key, struct yaml_node *value);

/* Puts value under key without any of these rules: in place of the old value or at the end. */
void yaml_node_put(arena *mem, struct yaml_node *map, str key, struct yaml_node *value);

/* Adds a pair at the end whatever is there. */
void yaml_node_add(arena *mem, struct yaml_node *map, struct yaml_node *key,
		   struct yaml_node *value);

/* Removes the first such field; true when there was one. */
bool yaml_node_del(struct yaml_node *map, str key);

/* Lists. at <= length. */
void yaml_node_push(arena *mem, struct yaml_node *list, struct yaml_node *value);
void yaml_node_insert(arena *mem, struct yaml_node *list, size_t at, struct yaml_node *value);
void yaml_node_remove(struct yaml_node *list, size_t at);

/* --- printing -------------------------------------------------------------------------------- */

/* As `kustomize build` prints a resource: keys in its natural order, comments and styles gone, 80
 * columns, a final newline. It fails where that does: ERR_INVALID for a duplicate key, a key that
 * is no string, a number that JSON does not have, a text that does not fit its tag. */
err *yaml_node_print(buf *b, const struct yaml_node *n);

/* As kyaml's RNode.String: go-yaml v3's printer with two spaces and compact lists, with comments
 * and styles. */
err *yaml_node_text(buf *b, const struct yaml_node *n);

/* The same with lists two columns deeper than their keys, as go-yaml v3 prints by itself. */
err *yaml_node_text_wide(buf *b, const struct yaml_node *n);

/* And with another number of columns a level, 2 to 9, as go-yaml v3's SetIndent. */
err *yaml_node_text_step(buf *b, const struct yaml_node *n, int step);

/* As kyaml's RNode.MarshalJSON: compact JSON, keys sorted by bytes, Go's escapes (<, >, & too).
 * Fails as yaml_node_print. */
err *yaml_node_json(buf *b, const struct yaml_node *n);

/* --- vals ------------------------------------------------------------------------------------ */

/* The value, as go-yaml v3 decodes and encoding/json then sees it: timestamps are RFC 3339 texts,
 * whole floats stay floats, an integer past int64 becomes a float. Fails as yaml_node_print. */
err *yaml_node_val(arena *mem, const struct yaml_node *n, val **ret_v);

/* The documents of a stream as a list of such values, as kustomize reads them: yes and off are texts, equal keys are
 * an error. */
err *yaml_node_vals(arena *mem, str text, val **ret_docs);

/* A tree as kyaml's FromMap makes it of a value: keys sorted, strings quoted where they must be. */
struct yaml_node *yaml_node_from_val(arena *mem, const val *v);

#endif
