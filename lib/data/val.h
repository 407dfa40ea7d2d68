/*
 * val: the one dynamic value, for JSON, YAML, Kubernetes objects, Helm values and patches. It lives
 * in an arena; a val that crosses threads is copied. Maps keep the order of insertion. Integers
 * and floats stay apart. Texts and keys may hold any byte and have a NUL behind them.
 *
 * Getters take NULL and give NULL, and give NULL for a value of another kind, so they compose:
 * val_as_text(VAL_IN(obj, "metadata", "name")).
 */
#ifndef SLUICE_VAL_H
#define SLUICE_VAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum val_kind { VAL_NULL, VAL_BOOL, VAL_INT, VAL_FLOAT, VAL_TEXT, VAL_LIST, VAL_MAP };

typedef struct val val;

struct val_pair {
	str key;
	val *value; /* never NULL */
};

struct val {
	enum val_kind kind;
	uint32_t line; /* where it was read, from 1; 0 when not read from a text */
	union {
		bool b;
		int64_t i;
		double f;
		str text;
		struct {
			val **p;
			size_t n, cap;
		} list;
		struct {
			struct val_pair *p;
			uint32_t n, cap;
			uint32_t *index; /* a hash table, from some size on */
		} map;
	};
};

/* New values. val_text copies; val_str too. A NULL text gives null. */
val *val_null(arena *mem);
val *val_bool(arena *mem, bool b);
val *val_int(arena *mem, int64_t i);
val *val_float(arena *mem, double f);
val *val_text(arena *mem, const char *text);
val *val_str(arena *mem, str text);
val *val_printf(arena *mem, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
val *val_list(arena *mem);
val *val_map(arena *mem);

/* Reading. The result belongs to v; who got v as const does not change it. */
val *val_get(const val *v, const char *key);
val *val_get_str(const val *v, str key);
val *val_at(const val *v, size_t i);
val *val_in(const val *v, ...) __attribute__((sentinel)); /* keys, ended by NULL */
#define VAL_IN(v, ...) val_in((v), __VA_ARGS__, (const char *)NULL)
const char *val_as_text(const val *v);
str val_as_str(const val *v); /* empty for no text */
const char *val_text_or(const val *v, const char *otherwise);
bool val_as_bool(const val *v, bool otherwise);
int64_t val_as_int(const val *v, int64_t otherwise); /* a whole float counts */
double val_as_float(const val *v, double otherwise); /* an int counts */
size_t val_len(const val *v);			     /* of a list, map or text; else 0 */
bool val_is(const val *v, enum val_kind kind);	     /* false for NULL */
const char *val_kind_name(const val *v);	     /* "map", "list", … "null" also for NULL */

/* Changing a map: sets (in place if there) or removes a key; renames keep the place. */
void val_set(arena *mem, val *map, const char *key, val *value);
void val_set_str(arena *mem, val *map, str key, val *value);
void val_set_text(arena *mem, val *map, const char *key, const char *text); /* NULL: not set */
bool val_del(val *map, const char *key);
bool val_del_str(val *map, str key);

/* Room for n keys in all, for who knows how many come. */
void val_room(arena *mem, val *map, uint32_t n);

/* The map under key, made if it is absent or null; NULL when something else is there. */
val *val_make_map(arena *mem, val *map, const char *key);

/* Changing a list. */
void val_push(arena *mem, val *list, val *value);
void val_insert(arena *mem, val *list, size_t at, val *value); /* at <= length */
void val_remove(val *list, size_t at);

/* The first element of a list whose "name" it is; NULL: there is none, or no list. */
val *val_named(const val *list, const char *name);

/* A deep copy. NULL gives NULL. */
val *val_copy(arena *mem, const val *v);

/* A copy whose maps and lists may be changed; keys, texts, numbers are those of v, which has to stay: they may only be
 * replaced. NULL gives NULL. */
val *val_fork(arena *mem, const val *v);

/* Deep equality: the order of keys does not count, kinds do (1 is not 1.0). NULL equals NULL. */
bool val_eq(const val *a, const val *b);

/* Sorts the keys of a map by bytes, of this map alone or of all maps inside too. */
void val_sort(val *map);
void val_sort_deep(val *v);

#endif
