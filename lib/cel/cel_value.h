/*
 * cel_value: the values that CEL expressions compute with. They live in the arena of one evaluation
 * and do not change. Lists and maps out of an object are views of its val.
 */
#ifndef SLUICE_CEL_VALUE_H
#define SLUICE_CEL_VALUE_H

#include "base/buf.h"
#include "data/val.h"

enum cel_kind {
	CEL_NULL,
	CEL_BOOL,
	CEL_INT,
	CEL_UINT,
	CEL_DOUBLE,
	CEL_STRING,
	CEL_BYTES,
	CEL_TIMESTAMP,
	CEL_DURATION,
	CEL_TYPE,
	CEL_LIST,
	CEL_MAP,
	CEL_OPTIONAL,
	CEL_ERROR, /* a failure that has not been stepped over; no value of the language */
};

typedef struct cel_value cel_value;

/* Items of a list. Lists that grow from one another share it, each with its own length. */
struct cel_items {
	const cel_value **p;
	size_t used, cap;
};

struct cel_entry {
	const cel_value *key, *value;
};

struct cel_value {
	enum cel_kind kind;
	union {
		bool b;
		int64_t i; /* of an int; of a duration in nanoseconds */
		uint64_t u;
		double d;
		str s; /* of a string, bytes, a type (its name), an error (its text) */
		struct {
			int64_t seconds;  /* since 1970 */
			int32_t ns, zone; /* zone: seconds east of UTC, for printing only */
		} time;
		struct {
			struct cel_items *items; /* or: */
			const val *native;
			size_t n;
		} list;
		struct {
			struct cel_entry *p; /* or: */
			const val *native;
			size_t n;
		} map;
		const cel_value *inner; /* of an optional; NULL: none */
	};
};

/* What a value may be used for. */
enum cel_trait {
	CEL_ADDER = 1,
	CEL_COMPARER = 2,
	CEL_DIVIDER = 4,
	CEL_MODDER = 8,
	CEL_MULTIPLIER = 16,
	CEL_NEGATER = 32,
	CEL_SUBTRACTOR = 64,
	CEL_SIZER = 128,
	CEL_MATCHER = 256,
	CEL_RECEIVER = 512,
	CEL_CONTAINER = 1024,
};
bool cel_has(const cel_value *v, unsigned traits);

/* "int", "google.protobuf.Timestamp", … of a kind. */
const char *cel_type_name(enum cel_kind kind);

/* Makers. cel_of looks at v (NULL is null) and keeps pointing to it. */
const cel_value *cel_null(arena *mem);
const cel_value *cel_bool_of(arena *mem, bool b);
const cel_value *cel_int(arena *mem, int64_t i);
const cel_value *cel_uint(arena *mem, uint64_t u);
const cel_value *cel_double(arena *mem, double d);
const cel_value *cel_string(arena *mem, str s);
const cel_value *cel_bytes(arena *mem, str s);
const cel_value *cel_type_of(arena *mem, const char *name);
const cel_value *cel_duration(arena *mem, int64_t ns);
const cel_value *cel_time(arena *mem, int64_t seconds, int32_t ns, int32_t zone);
const cel_value *cel_optional(arena *mem, const cel_value *inner);
const cel_value *cel_error(arena *mem, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const cel_value *cel_no_overload(arena *mem); /* "no such overload" */
const cel_value *cel_of(arena *mem, const val *v);

/* An empty list with room; push adds behind the last. For making one, not for changing one. */
cel_value *cel_list(arena *mem, size_t room);
void cel_push(arena *mem, cel_value *list, const cel_value *item);

/* An empty map with room for so many entries; put sets one, of which
 * there is none yet beyond the room, or takes it out when value is NULL. */
cel_value *cel_map(arena *mem, size_t room);
void cel_put(arena *mem, cel_value *map, const cel_value *key, const cel_value *value);

/* A list with one list's items behind those of another. */
const cel_value *cel_concat(arena *mem, const cel_value *a, const cel_value *b);

/* The i-th item of a list. */
const cel_value *cel_at(arena *mem, const cel_value *list, size_t i);
size_t cel_size(const cel_value *v); /* of a list or a map */

/* The i-th key of a map, its value by key; NULL when there is none. Ints and uints of the same
 * value are one key, and a double finds them. */
const cel_value *cel_key(arena *mem, const cel_value *map, size_t i);
const cel_value *cel_find(arena *mem, const cel_value *map, const cel_value *key);

static inline bool cel_is(const cel_value *v, enum cel_kind kind)
{
	return v->kind == kind;
}

/* Equal by the rules of ==: numbers by value, whatever their kind. */
bool cel_equal(arena *mem, const cel_value *a, const cel_value *b);

/* -1, 0, 1 as an int, or an error. a has the trait CEL_COMPARER. */
const cel_value *cel_compare(arena *mem, const cel_value *a, const cel_value *b);

/* Is it 0, "", empty, null or false? */
bool cel_is_zero(const cel_value *v);

/* As messages show it: Go's %v. */
void cel_print(buf *b, const cel_value *v);
char *cel_text(arena *mem, const cel_value *v);

/* A timestamp as RFC 3339 with as many digits as it needs; utc: not in its own zone. */
char *cel_time_text(arena *mem, const cel_value *v, bool utc);

#endif
