/*
 * fields: an API object's spec as a table. The same rows decode an object, fill in its defaults,
 * check it, print the CRD's schema and print the reference page, so these cannot drift apart.
 *
 *	struct spec { const char *url; int64_t interval; bool suspend; struct ref *ref; };
 *	static const struct field ref_fields[] = {
 *		{"branch", FIELD_TEXT, offsetof(struct ref, branch), .doc = "Branch to check out."},
 *		{.name = NULL}};
 *	static const struct field fields[] = {
 *		{"url", FIELD_TEXT, offsetof(struct spec, url), .required = true, .pattern = "^(http|https|ssh)://.*$", .doc = "…"},
 *		{"interval", FIELD_DURATION, offsetof(struct spec, interval), .required = true, .doc = "…"},
 *		{"ref", FIELD_OBJECT, offsetof(struct spec, ref), .sub = ref_fields, .size = sizeof(struct ref), .doc = "…"},
 *		{.name = NULL}};
 */
#ifndef SLUICE_FIELDS_H
#define SLUICE_FIELDS_H

#include "base/err.h"
#include "data/val.h"

/* The C type that stands at the row's offset is given behind each. Absent: NULL, false, 0. */
enum field_type {
	FIELD_TEXT,	/* const char * */
	FIELD_BOOL,	/* bool */
	FIELD_INT,	/* int64_t */
	FIELD_DURATION, /* int64_t, nanoseconds; the schema has a text with the Go duration pattern */
	FIELD_OBJECT,	/* T *, T described by sub and size */
	FIELD_OBJECTS,	/* struct field_list, of T described by sub and size */
	FIELD_TEXTS,	/* struct field_texts */
	FIELD_TEXT_MAP, /* const val *, a map of texts */
	FIELD_ANY,	/* const val *, any value; x-kubernetes-preserve-unknown-fields */
	FIELD_TIME,	/* const char *, RFC 3339; format date-time */
};

struct field_list {
	void *p; /* n of T, one behind the other */
	size_t n;
};

struct field_texts {
	const char **p;
	size_t n;
};

struct field {
	const char *name; /* NULL ends a table */
	enum field_type type;
	size_t offset;
	const struct field *sub; /* of FIELD_OBJECT and FIELD_OBJECTS */
	size_t size;		 /* of one T */
	bool required;
	const char
		*otherwise; /* default, as JSON ("\"master\"", "false", "\"60s\""); NULL for none */
	const char *pattern; /* of a text (for a duration: replaces the usual one) */
	const char *choices; /* "a|b|c", the values allowed */
	int64_t least, most; /* length of a text or a list, value of an int; 0, 0: no bounds */
	bool present; /* at offset + sizeof(the C type): a bool that is set when the field is there;
				  only for FIELD_BOOL and FIELD_INT and FIELD_TEXT that tell absent from zero */
	const char *rules; /* x-kubernetes-validations: "rule # message" lines; NULL for none */
	const char *since; /* the first API version that has it ("v1beta2"); NULL: all */
	const char *until; /* the last API version that has it; NULL: all */
	const char *doc;   /* one or more sentences, for the schema and the reference */
};

/* Fills *into (zeroed, as large as the table's struct) from v. Every fault is reported at once, one a
 * line, each with its path: "spec.interval: time: invalid duration \"x\"". Unknown fields are passed over. ERR_INVALID. */
err *fields_decode(arena *mem, const struct field *table, const val *v, const char *path,
		   void *into);

/* The structural OpenAPI schema of the table, for one API version (NULL: the union). */
val *fields_schema(arena *mem, const struct field *table, const char *version);

#endif
