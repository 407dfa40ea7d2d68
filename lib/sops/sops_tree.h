/*
 * sops_tree: an encrypted file as SOPS sees it: documents of ordered items whose values are encrypted
 * one by one, with comments as items of their own. A part of sops. Made and changed in one arena.
 */
#ifndef SLUICE_SOPS_TREE_H
#define SLUICE_SOPS_TREE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

#define SOPS_MAX_BYTES ((size_t)5 << 20) /* of a file: Flux's own bound */
#define SOPS_MAX_ITEMS 500000		 /* of a file, aliases expanded */
#define SOPS_MAX_DEPTH 500

enum sops_format { SOPS_BINARY, SOPS_DOTENV, SOPS_INI, SOPS_JSON, SOPS_YAML };

/* Go's word for the type of a value, in the texts of errors, is sops_type_name's. */
enum sops_kind {
	SOPS_NULL,
	SOPS_TEXT,
	SOPS_INT,
	SOPS_FLOAT,
	SOPS_BOOL,
	SOPS_TIME,  /* text: RFC 3339 */
	SOPS_BYTES, /* text: any bytes; of files made by very old versions */
	SOPS_WIDE,  /* an integer beyond int64, which SOPS refuses; text: its digits */
	SOPS_LIST,
	SOPS_BRANCH,
};

struct sops_item;

struct sops_items {
	struct sops_item *p;
	size_t n, cap;
};

struct sops_value {
	enum sops_kind kind;
	union {
		bool b;
		int64_t i;
		double f;
		str text;
		struct sops_items items; /* of a list or branch */
	};
};

struct sops_item {
	bool comment;	/* text is the comment, without its '#'; no key, no value */
	bool beside;	/* a comment at the end of a line */
	bool other_key; /* the key is no text; text: how Go prints it */
	str text;	/* the key; empty in a list */
	struct sops_value value;
};

struct sops_docs {
	struct sops_items *p;
	size_t n, cap;
};

/* Adds an item at the end; a comment's lines, each as one ('#' cut off, empty ones passed over). */
void sops_add(arena *mem, struct sops_items *items, struct sops_item item);
void sops_add_comment(arena *mem, struct sops_items *items, str lines, bool beside);

/* A text as an item's value. */
struct sops_value sops_text(str text);

/* The value of a key, NULL when there is none. */
const struct sops_value *sops_get(const struct sops_items *items, const char *key);

/* "string", "int", "float64", "bool", "time.Time", …: Go's name. */
const char *sops_type_name(const struct sops_value *v);

/* The bytes of a simple value that the MAC is over: True, 1.5, … */
str sops_bytes(arena *mem, const struct sops_value *v);

/* A simple value as a line of a dotenv or INI file says it: true, 1.0, 1E+06, … */
str sops_plain(arena *mem, const struct sops_value *v);

#endif
