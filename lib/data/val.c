#include "data/val.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"

#define INDEX_FROM 12u /* entries from which a map is worth a hash table */

static val *make(arena *mem, enum val_kind kind)
{
	val *v = NEW(mem, val);
	v->kind = kind;
	return v;
}

val *val_null(arena *mem)
{
	return make(mem, VAL_NULL);
}

val *val_bool(arena *mem, bool b)
{
	val *v = make(mem, VAL_BOOL);
	v->b = b;
	return v;
}

val *val_int(arena *mem, int64_t i)
{
	val *v = make(mem, VAL_INT);
	v->i = i;
	return v;
}

val *val_float(arena *mem, double f)
{
	val *v = make(mem, VAL_FLOAT);
	v->f = f;
	return v;
}

val *val_str(arena *mem, str text)
{
	val *v = make(mem, VAL_TEXT);
	v->text = (str){str_text(mem, text), text.n};
	return v;
}

val *val_text(arena *mem, const char *text)
{
	return text ? val_str(mem, str_of(text)) : val_null(mem);
}

val *val_printf(arena *mem, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	val *v = make(mem, VAL_TEXT);
	v->text = str_of(arena_vprintf(mem, fmt, ap));
	va_end(ap);
	return v;
}

val *val_list(arena *mem)
{
	return make(mem, VAL_LIST);
}

val *val_map(arena *mem)
{
	return make(mem, VAL_MAP);
}

/* The slots of the hash table of a map with room for cap entries: a power of two, at most half
 * full. */
static uint32_t slots_for(uint32_t cap)
{
	uint32_t n = 32;
	while (n < cap * 2)
		n *= 2;
	return n;
}

static void index_add(val *map, uint32_t entry)
{
	uint32_t mask = slots_for(map->map.cap) - 1;
	uint32_t i = (uint32_t)map_hash(map->map.p[entry].key) & mask;
	while (map->map.index[i])
		i = (i + 1) & mask;
	map->map.index[i] = entry + 1;
}

static void index_rebuild(val *map)
{
	if (!map->map.index)
		return;
	memset(map->map.index, 0, slots_for(map->map.cap) * sizeof(uint32_t));
	for (uint32_t i = 0; i < map->map.n; i++)
		index_add(map, i);
}

static struct val_pair *find(const val *v, str key)
{
	if (!val_is(v, VAL_MAP))
		return NULL;
	if (v->map.index) {
		uint32_t mask = slots_for(v->map.cap) - 1;
		uint32_t i = (uint32_t)map_hash(key) & mask;
		for (; v->map.index[i]; i = (i + 1) & mask) {
			struct val_pair *pair = &v->map.p[v->map.index[i] - 1];
			if (str_eq(pair->key, key))
				return pair;
		}
		return NULL;
	}
	for (uint32_t i = 0; i < v->map.n; i++)
		if (str_eq(v->map.p[i].key, key))
			return &v->map.p[i];
	return NULL;
}

val *val_get_str(const val *v, str key)
{
	struct val_pair *pair = find(v, key);
	return pair ? pair->value : NULL;
}

val *val_get(const val *v, const char *key)
{
	return val_get_str(v, str_of(key));
}

val *val_at(const val *v, size_t i)
{
	return val_is(v, VAL_LIST) && i < v->list.n ? v->list.p[i] : NULL;
}

val *val_in(const val *v, ...)
{
	va_list ap;
	va_start(ap, v);
	for (const char *key; v && (key = va_arg(ap, const char *));)
		v = val_get(v, key);
	va_end(ap);
	return (val *)v;
}

const char *val_as_text(const val *v)
{
	return val_is(v, VAL_TEXT) ? v->text.p : NULL;
}

str val_as_str(const val *v)
{
	return val_is(v, VAL_TEXT) ? v->text : (str){"", 0};
}

const char *val_text_or(const val *v, const char *otherwise)
{
	return val_is(v, VAL_TEXT) ? v->text.p : otherwise;
}

bool val_as_bool(const val *v, bool otherwise)
{
	return val_is(v, VAL_BOOL) ? v->b : otherwise;
}

int64_t val_as_int(const val *v, int64_t otherwise)
{
	if (val_is(v, VAL_INT))
		return v->i;
	if (val_is(v, VAL_FLOAT) && v->f == floor(v->f) && fabs(v->f) < 9e18)
		return (int64_t)v->f;
	return otherwise;
}

double val_as_float(const val *v, double otherwise)
{
	if (val_is(v, VAL_INT))
		return (double)v->i;
	return val_is(v, VAL_FLOAT) ? v->f : otherwise;
}

size_t val_len(const val *v)
{
	if (val_is(v, VAL_LIST))
		return v->list.n;
	if (val_is(v, VAL_MAP))
		return v->map.n;
	return val_is(v, VAL_TEXT) ? v->text.n : 0;
}

bool val_is(const val *v, enum val_kind kind)
{
	return v && v->kind == kind;
}

const char *val_kind_name(const val *v)
{
	static const char *const names[] = {"null", "bool", "int", "float", "text", "list", "map"};
	return names[v ? v->kind : VAL_NULL];
}

/* Makes room for cap pairs, more than there is. */
static void grow(arena *mem, val *map, uint32_t cap)
{
	map->map.p = arena_grow(mem, map->map.p, map->map.cap * sizeof(*map->map.p),
				cap * sizeof(*map->map.p));
	map->map.cap = cap;
	if (cap > INDEX_FROM) {
		map->map.index = NEW_N(mem, uint32_t, slots_for(cap));
		index_rebuild(map);
	}
}

void val_room(arena *mem, val *map, uint32_t n)
{
	if (n > map->map.cap)
		grow(mem, map, n);
}

void val_set_str(arena *mem, val *map, str key, val *value)
{
	struct val_pair *pair = find(map, key);
	if (pair) {
		pair->value = value;
		return;
	}
	if (map->map.n == map->map.cap)
		grow(mem, map, map->map.cap ? map->map.cap * 2 : 4);
	map->map.p[map->map.n++] = (struct val_pair){{str_text(mem, key), key.n}, value};
	if (map->map.index)
		index_add(map, map->map.n - 1);
}

void val_set(arena *mem, val *map, const char *key, val *value)
{
	val_set_str(mem, map, str_of(key), value);
}

void val_set_text(arena *mem, val *map, const char *key, const char *text)
{
	if (text)
		val_set(mem, map, key, val_text(mem, text));
}

bool val_del_str(val *map, str key)
{
	struct val_pair *pair = find(map, key);
	if (!pair)
		return false;
	size_t at = (size_t)(pair - map->map.p);
	memmove(pair, pair + 1, (map->map.n - at - 1) * sizeof(*pair));
	map->map.n--;
	index_rebuild(map);
	return true;
}

bool val_del(val *map, const char *key)
{
	return val_del_str(map, str_of(key));
}

val *val_make_map(arena *mem, val *map, const char *key)
{
	val *v = val_get(map, key);
	if (v && v->kind != VAL_NULL)
		return v->kind == VAL_MAP ? v : NULL;
	v = val_map(mem);
	val_set(mem, map, key, v);
	return v;
}

static void list_room(arena *mem, val *list)
{
	if (list->list.n < list->list.cap)
		return;
	size_t cap = list->list.cap ? list->list.cap * 2 : 4;
	list->list.p = arena_grow(mem, list->list.p, list->list.cap * sizeof(val *),
				  arena_times(cap, sizeof(val *)));
	list->list.cap = cap;
}

void val_push(arena *mem, val *list, val *value)
{
	list_room(mem, list);
	list->list.p[list->list.n++] = value;
}

void val_insert(arena *mem, val *list, size_t at, val *value)
{
	list_room(mem, list);
	val **p = list->list.p + at;
	memmove(p + 1, p, (list->list.n - at) * sizeof(*p));
	*p = value;
	list->list.n++;
}

void val_remove(val *list, size_t at)
{
	val **p = list->list.p + at;
	memmove(p, p + 1, (list->list.n - at - 1) * sizeof(*p));
	list->list.n--;
}

val *val_named(const val *list, const char *name)
{
	for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++)
		if (text_eq(val_as_text(val_get(list->list.p[i], "name")), name))
			return list->list.p[i];
	return NULL;
}

static void copy_list(arena *mem, const val *v, val *copy, val *(*of)(arena *, const val *))
{
	copy->list.p = NEW_N(mem, val *, v->list.n);
	copy->list.n = copy->list.cap = v->list.n;
	for (size_t i = 0; i < v->list.n; i++)
		copy->list.p[i] = of(mem, v->list.p[i]);
}

val *val_copy(arena *mem, const val *v)
{
	if (!v)
		return NULL;
	if (v->kind == VAL_TEXT) {
		val *text = val_str(mem, v->text);
		text->line = v->line;
		return text;
	}
	val *copy = make(mem, v->kind);
	copy->line = v->line;
	if (v->kind == VAL_LIST) {
		copy_list(mem, v, copy, val_copy);
	} else if (v->kind == VAL_MAP) {
		val_room(mem, copy, v->map.n);
		for (uint32_t i = 0; i < v->map.n; i++)
			val_set_str(mem, copy, v->map.p[i].key, val_copy(mem, v->map.p[i].value));
	} else {
		*copy = *v;
	}
	return copy;
}

val *val_fork(arena *mem, const val *v)
{
	if (!val_is(v, VAL_LIST) && !val_is(v, VAL_MAP))
		return (val *)v;
	val *copy = make(mem, v->kind);
	copy->line = v->line;
	if (v->kind == VAL_LIST) {
		copy_list(mem, v, copy, val_fork);
		return copy;
	}
	val_room(mem, copy, v->map.n);
	for (uint32_t i = 0; i < v->map.n; i++) {
		const struct val_pair *pair = &v->map.p[i];
		copy->map.p[i] = (struct val_pair){pair->key, val_fork(mem, pair->value)};
	}
	copy->map.n = v->map.n;
	index_rebuild(copy);
	return copy;
}

bool val_eq(const val *a, const val *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VAL_NULL:
		return true;
	case VAL_BOOL:
		return a->b == b->b;
	case VAL_INT:
		return a->i == b->i;
	case VAL_FLOAT:
		return a->f == b->f;
	case VAL_TEXT:
		return str_eq(a->text, b->text);
	case VAL_LIST:
		if (a->list.n != b->list.n)
			return false;
		for (size_t i = 0; i < a->list.n; i++)
			if (!val_eq(a->list.p[i], b->list.p[i]))
				return false;
		return true;
	case VAL_MAP:
		if (a->map.n != b->map.n)
			return false;
		for (uint32_t i = 0; i < a->map.n; i++) {
			const val *other = val_get_str(b, a->map.p[i].key);
			if (!other || !val_eq(a->map.p[i].value, other))
				return false;
		}
		return true;
	}
	return false;
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct val_pair *)a)->key, ((const struct val_pair *)b)->key);
}

void val_sort(val *map)
{
	if (map->map.n < 2)
		return;
	qsort(map->map.p, map->map.n, sizeof(*map->map.p), by_key);
	index_rebuild(map);
}

void val_sort_deep(val *v)
{
	if (v->kind == VAL_LIST) {
		for (size_t i = 0; i < v->list.n; i++)
			val_sort_deep(v->list.p[i]);
	} else if (v->kind == VAL_MAP) {
		val_sort(v);
		for (uint32_t i = 0; i < v->map.n; i++)
			val_sort_deep(v->map.p[i].value);
	}
}
