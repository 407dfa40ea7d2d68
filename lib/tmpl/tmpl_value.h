/*
 * tmpl_value: what a template computes with: values that know their Go type, because templates can
 * see it (printf "%T", eq, kindIs, error texts). data/val does not carry it: it has one kind of
 * integer, no named types, no lists of texts, no times, no nil maps; so this is a type of its own,
 * with a way from val and back.
 *
 * A struct tv is 16 bytes and passed by value. Texts, lists and maps lie in the arena of the run.
 * As in Go, a map is shared by all who hold it (set and merge are seen by every holder); a list
 * and a text are never changed after they were made, so they may share memory.
 *
 * The three kinds of nothing: TV_NONE is no value at all (Go's invalid reflect.Value: a pipeline
 * that gave nil, a template without data); TV_NIL is an interface that holds nil (a null or missing
 * element of a map or list); a list or map whose pointer is NULL is Go's typed nil: it is empty,
 * but JSON prints it as null.
 */
#ifndef SLUICE_TMPL_VALUE_H
#define SLUICE_TMPL_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/val.h"

#define TV_MAX_NESTING 1000 /* values inside each other; a map that holds itself ends here */

enum tv_type {
	TV_NONE,
	TV_NIL, /* interface {} */
	TV_BOOL,
	TV_INT,
	TV_INT64,
	TV_UINT8,
	TV_UINT64,
	TV_FLOAT,
	TV_COMPLEX,
	TV_TEXT,
	TV_BYTES, /* []uint8 */
	TV_LIST,  /* []interface {} */
	TV_TEXTS, /* []string */
	TV_INTS,  /* []int */
	TV_LISTS, /* [][]interface {} */
	TV_MAPS,  /* []map[string]interface {} */
	TV_VERSIONS,
	TV_MAP, /* map[string]interface {} */
	TV_TEXT_MAP,
	TV_VALUES,
	TV_FILES, /* engine.files; the elements are TV_BYTES */
	TV_TIME,
	TV_DURATION,
	TV_MONTH,
	TV_WEEKDAY,
	TV_LOCATION,
	TV_SEMVER,
	TV_SEMVER_STRUCT, /* not behind a pointer */
	TV_CERT,
	TV_CAPABILITIES,
	TV_KUBE_VERSION,
	TV_HELM_VERSION,
	TV_ERROR, /* an error as a value; only functions see it */
	TV_TYPES
};

/* Go's reflect.Kind, as far as it occurs. */
enum tv_kind {
	TK_INVALID,
	TK_INTERFACE,
	TK_BOOL,
	TK_INT,
	TK_INT64,
	TK_UINT8,
	TK_UINT64,
	TK_FLOAT,
	TK_COMPLEX,
	TK_STRING,
	TK_SLICE,
	TK_MAP,
	TK_STRUCT,
	TK_PTR,
};

struct tv_map;
struct tv_list;
struct tv_time;

struct tv {
	uint8_t type; /* enum tv_type */
	bool slot;    /* it lay in an interface: an element, or the result of an untyped function */
	bool addr;    /* a field of a struct behind a pointer: methods of the pointer apply */
	uint32_t n;   /* bytes of TV_TEXT and TV_BYTES */
	union {
		bool b;
		int64_t i; /* TV_INT, TV_INT64, TV_DURATION, TV_MONTH, TV_WEEKDAY */
		uint64_t u;
		double f;
		const char *s; /* never NULL; no NUL need follow */
		struct tv_list *list;
		struct tv_map *map;
		const struct tv_time *time;
		const double *complex; /* real, imaginary */
		const void *object;    /* the rest */
	};
};

struct tv_list {
	struct tv *p;
	size_t n;
};

struct tv_entry {
	str key;
	struct tv value;
	uint64_t hash;
};

/* Keys are unique; the order is by bytes once tv_map_sort was called and until a key is added. */
struct tv_map {
	struct tv_entry *p;
	uint32_t n, cap;
	bool sorted;
	uint32_t *slots; /* a hash table from some size on */
	uint32_t slot_count;
};

/* An instant with its zone; a zone name may be empty (an offset without name). */
struct tv_time {
	int64_t sec; /* since 1970 */
	int32_t ns;
	const struct tv_zone *zone; /* NULL: UTC */
	int64_t mono; /* of now: nanoseconds since the start, as its text shows; 0: none */
};

/* A struct of Go: what TV_SEMVER, TV_SEMVER_STRUCT, TV_CERT, TV_CAPABILITIES, TV_KUBE_VERSION and TV_HELM_VERSION
 * point to. Fields with a small letter are printed but can't be asked for. */
struct tv_struct {
	const char *text; /* what the String method gives; NULL: there is none */
	const char *const *names;
	const struct tv *fields;
	size_t n;
	const char *const
		*json; /* its names in JSON, where an empty text is left out; NULL: the same */
};

/* Making values. Texts are not copied. */
struct tv tv_none(void);
struct tv tv_nil(void);
struct tv tv_bool(bool b);
struct tv tv_int(int64_t i);
struct tv tv_int64(int64_t i);
struct tv tv_float(double f);
struct tv tv_text(const char *text);
struct tv tv_str(str text);
struct tv tv_bytes(str bytes);
struct tv tv_object(enum tv_type type, const void *object);

/* n elements of the type (TV_LIST, TV_TEXTS, …), all TV_NONE at first; the caller fills p[]. */
struct tv tv_list(arena *mem, enum tv_type type, size_t n);
struct tv tv_map(arena *mem, enum tv_type type);

/* Looking at values. */
enum tv_kind tv_kind(struct tv v);
const char *tv_kind_name(struct tv v); /* "invalid", "int", "slice", … "interface" for TV_NIL */
const char *tv_type_name(struct tv v); /* Go's %T: "map[string]interface {}", "<nil>" for nothing */
const char *tv_type_text(enum tv_type type);
enum tv_type tv_elem_type(enum tv_type type); /* of a list or map; TV_NIL when it is interface {} */
bool tv_is_nil(struct tv v);		      /* TV_NONE, TV_NIL, a nil list, map or pointer */
bool tv_is_text(struct tv v);
bool tv_is_list(struct tv v); /* any slice, TV_BYTES too */
bool tv_is_map(struct tv v);
bool tv_truth(struct tv v);
str tv_as_str(struct tv v);		   /* TV_TEXT and TV_BYTES; else empty */
size_t tv_len(struct tv v);		   /* of text, list or map */
struct tv tv_at(struct tv list, size_t i); /* i < tv_len; elements of TV_LIST are slots */

/* reflect.DeepEqual. *left values may be compared; 0 is left when that was too few, or when they are
 * nested too deep; the answer is of no use then. */
bool tv_equal(struct tv a, struct tv b, uint64_t *left);

/* Maps. A NULL map is empty. get: TV_NONE when the key is missing; a present null is TV_NIL. */
struct tv tv_map_get(const struct tv_map *m, str key);
struct tv tv_map_find(const struct tv_map *m, str key, uint64_t hash); /* hash: map_hash(key) */
bool tv_map_has(const struct tv_map *m, str key);
void tv_map_set(arena *mem, struct tv_map *m, str key, struct tv value); /* the key is not copied */
bool tv_map_del(struct tv_map *m, str key);
void tv_map_sort(struct tv_map *m);

/* From val, deeply, into new lists and maps. JSON and YAML know only one kind of number: with
 * floats, integers become TV_FLOAT as in everything that Helm reads; otherwise TV_INT64. */
struct tv tv_from_val(arena *mem, const val *v, bool floats);

/* A deep copy: maps and lists are new, the rest is shared. */
struct tv tv_copy(arena *mem, struct tv v);

#endif
