/*
 * kust_decode: values into C structs by tables, with the rules and the texts of Go's encoding/json:
 * names match without case, the first fault of the sorted keys counts, null leaves things as they
 * are. kustomization files and the configurations of plug-ins are read this way; the tables carry
 * Go's names because the errors speak of them.
 */
#ifndef SLUICE_KUST_DECODE_H
#define SLUICE_KUST_DECODE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "data/val.h"

enum kust_type {
	KT_TEXT,     /* str */
	KT_TEXT_PTR, /* str *, NULL when absent */
	KT_BOOL,     /* bool */
	KT_INT,	     /* int64_t */
	KT_TEXTS,    /* struct kust_texts */
	KT_PAIRS,    /* struct kust_pairs */
	KT_STRUCT,   /* T */
	KT_PTR,	     /* T *, NULL when absent */
	KT_STRUCTS,  /* struct kust_list of T */
	KT_PTRS,     /* struct kust_list of T * */
	KT_ANY,	     /* const val * */
};

/* Lists and maps tell absent (p is NULL) from empty. */
struct kust_texts {
	str *p;
	size_t n;
};

struct kust_pair {
	str key, value;
};

struct kust_pairs {
	struct kust_pair *p; /* sorted by key */
	size_t n;
};

struct kust_list {
	void *p;
	size_t n;
};

struct kust_field {
	const char *name; /* NULL ends a table */
	enum kust_type type;
	size_t offset;
	const struct kust_struct *sub; /* of KT_STRUCT, KT_PTR, KT_STRUCTS, KT_PTRS */
	const char *via; /* Go's embedded structs on the way, "ResId.Gvk"; NULL for none */
	const char *go;	 /* Go's type where it is not the plain one */
	bool always;	 /* written even when empty (no omitempty) */
};

struct kust_struct {
	const char *name;    /* Go's name without package: "Kustomization" */
	const char *package; /* "types" */
	size_t size;
	const struct kust_field *fields;
};

enum kust_decode_flags {
	KUST_STRICT = 1, /* an unknown field is a fault */
	KUST_COERCE =
		2, /* numbers and booleans become texts where those are wanted (sigs.k8s.io/yaml) */
	KUST_UNIQUE = 4, /* a YAML text with a key twice is refused */
};

/* Fills *into (zeroed) from v, whose maps are sorted here. ERR_INVALID: "json: …". */
err *kust_decode(arena *mem, const struct kust_struct *s, val *v, int flags, void *into);

/* A list of them: *ret_list.p is an array of structs. */
err *kust_decode_list(arena *mem, const struct kust_struct *s, val *v, int flags,
		      struct kust_list *ret_list);

/* The first document of a YAML text, as sigs.k8s.io/yaml's Unmarshal reads it. */
err *kust_decode_yaml(arena *mem, const struct kust_struct *s, str text, int flags, void *into);

/* Back to a value, as encoding/json's Marshal with omitempty. */
val *kust_encode(arena *mem, const struct kust_struct *s, const void *from);

#endif
