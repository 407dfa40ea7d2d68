/*
 * kust_merge_schema: types of objects as far as a strategic merge asks for them: which fields a map
 * has, what the elements of a list are, and by which keys they are told apart. A part of
 * kust_merge. The types of the built-in kinds are compiled in (kust_merge_table.c).
 */
#ifndef SLUICE_KUST_MERGE_SCHEMA_H
#define SLUICE_KUST_MERGE_SCHEMA_H

#include "kust/kust_merge.h"

/* Types are numbers: indices into a schema's types. */
#define TYPE_UNKNOWN 0u /* nothing is known: not even that there is nothing to know */
#define TYPE_LEAF 1u	/* known, with nothing inside */

struct merge_type {
	uint32_t first, count; /* fields: [first, first + count), sorted by name */
	uint32_t other;	       /* the type of any other field; TYPE_UNKNOWN when there is none */
	uint32_t items;	       /* the type of a list's elements */
	uint32_t keys;	       /* "a,b": the fields that tell elements apart; "" for scalars */
	uint8_t is_list, merges;
};

struct merge_field {
	uint32_t name, type;
};

struct merge_kind {
	uint32_t api_version, kind, type;
};

/* Names are offsets into names, where each ends with a NUL. */
struct merge_tables {
	const char *names;
	const struct merge_type *types;
	const struct merge_field *fields;
	const struct merge_kind *kinds;	       /* sorted by apiVersion, then kind */
	const struct merge_field *definitions; /* sorted by name */
	uint32_t names_n, types_n, fields_n, kinds_n, definitions_n;
};

extern const struct merge_tables merge_builtin;

struct merge_scope {
	str api_version, kind;
	bool namespaced;
};

struct kust_schema {
	struct merge_tables tables;
	struct merge_scope *scopes; /* what the paths of the swagger document say */
	size_t scopes_n;
};

/* The tables of a schema; those built in for NULL. */
const struct merge_tables *merge_tables_of(const struct kust_schema *schema);

/* The type of a kind, of a map's field, of a list's elements; TYPE_UNKNOWN when not known. */
uint32_t merge_type_of_kind(const struct merge_tables *t, str api_version, str kind);
uint32_t merge_type_of_field(const struct merge_tables *t, uint32_t type, str field);
uint32_t merge_type_of_items(const struct merge_tables *t, uint32_t type);

/* Are a list's elements merged, and by which fields? An empty text stands for the scalar itself. */
bool merge_type_merges(const struct merge_tables *t, uint32_t type, str *ret_keys);

/* The type that a comment on a node gives to it ("# {"type": …}"), as kyaml reads such comments.
 * The tables grow by it. TYPE_UNKNOWN when the comment is no JSON object, or an empty one. */
uint32_t merge_type_of_comment(arena *mem, struct merge_tables *t, str comment);

#endif
