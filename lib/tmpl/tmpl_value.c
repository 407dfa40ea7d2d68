#include "tmpl/tmpl_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

#define INDEX_FROM 9u /* entries from which a hash table pays */

struct type_info {
	const char *name; /* as %T prints it */
	uint8_t kind;	  /* enum tv_kind */
	uint8_t elem;	  /* of lists and maps */
};

static const struct type_info types[TV_TYPES] = {
	[TV_NONE] = {"<nil>", TK_INVALID, 0},
	[TV_NIL] = {"interface {}", TK_INTERFACE, 0},
	[TV_BOOL] = {"bool", TK_BOOL, 0},
	[TV_INT] = {"int", TK_INT, 0},
	[TV_INT64] = {"int64", TK_INT64, 0},
	[TV_UINT8] = {"uint8", TK_UINT8, 0},
	[TV_UINT64] = {"uint64", TK_UINT64, 0},
	[TV_FLOAT] = {"float64", TK_FLOAT, 0},
	[TV_COMPLEX] = {"complex128", TK_COMPLEX, 0},
	[TV_TEXT] = {"string", TK_STRING, TV_UINT8},
	[TV_BYTES] = {"[]uint8", TK_SLICE, TV_UINT8},
	[TV_LIST] = {"[]interface {}", TK_SLICE, TV_NIL},
	[TV_TEXTS] = {"[]string", TK_SLICE, TV_TEXT},
	[TV_INTS] = {"[]int", TK_SLICE, TV_INT},
	[TV_LISTS] = {"[][]interface {}", TK_SLICE, TV_LIST},
	[TV_MAPS] = {"[]map[string]interface {}", TK_SLICE, TV_MAP},
	[TV_VERSIONS] = {"common.VersionSet", TK_SLICE, TV_TEXT},
	[TV_MAP] = {"map[string]interface {}", TK_MAP, TV_NIL},
	[TV_TEXT_MAP] = {"map[string]string", TK_MAP, TV_TEXT},
	[TV_VALUES] = {"common.Values", TK_MAP, TV_NIL},
	[TV_FILES] = {"engine.files", TK_MAP, TV_BYTES},
	[TV_TIME] = {"time.Time", TK_STRUCT, 0},
	[TV_DURATION] = {"time.Duration", TK_INT64, 0},
	[TV_MONTH] = {"time.Month", TK_INT, 0},
	[TV_WEEKDAY] = {"time.Weekday", TK_INT, 0},
	[TV_LOCATION] = {"*time.Location", TK_PTR, 0},
	[TV_SEMVER] = {"*semver.Version", TK_PTR, 0},
	[TV_SEMVER_STRUCT] = {"semver.Version", TK_STRUCT, 0},
	[TV_CERT] = {"sprig.certificate", TK_STRUCT, 0},
	[TV_CAPABILITIES] = {"*common.Capabilities", TK_PTR, 0},
	[TV_KUBE_VERSION] = {"common.KubeVersion", TK_STRUCT, 0},
	[TV_HELM_VERSION] = {"version.BuildInfo", TK_STRUCT, 0},
	[TV_ERROR] = {"*errors.errorString", TK_PTR, 0},
};

struct tv tv_none(void)
{
	return (struct tv){.type = TV_NONE};
}

struct tv tv_nil(void)
{
	return (struct tv){.type = TV_NIL, .slot = true};
}

struct tv tv_bool(bool b)
{
	return (struct tv){.type = TV_BOOL, .b = b};
}

struct tv tv_int(int64_t i)
{
	return (struct tv){.type = TV_INT, .i = i};
}

struct tv tv_int64(int64_t i)
{
	return (struct tv){.type = TV_INT64, .i = i};
}

struct tv tv_float(double f)
{
	return (struct tv){.type = TV_FLOAT, .f = f};
}

struct tv tv_str(str text)
{
	return (struct tv){.type = TV_TEXT, .n = (uint32_t)text.n, .s = text.p ? text.p : ""};
}

struct tv tv_text(const char *text)
{
	return tv_str(str_of(text));
}

struct tv tv_bytes(str bytes)
{
	struct tv v = tv_str(bytes);
	v.type = TV_BYTES;
	return v;
}

struct tv tv_object(enum tv_type type, const void *object)
{
	return (struct tv){.type = (uint8_t)type, .object = object};
}

struct tv tv_list(arena *mem, enum tv_type type, size_t n)
{
	struct tv_list *l = NEW(mem, struct tv_list);
	*l = (struct tv_list){NEW_N(mem, struct tv, n), n};
	return (struct tv){.type = (uint8_t)type, .list = l};
}

struct tv tv_map(arena *mem, enum tv_type type)
{
	struct tv_map *m = NEW(mem, struct tv_map);
	m->sorted = true;
	return (struct tv){.type = (uint8_t)type, .map = m};
}

enum tv_kind tv_kind(struct tv v)
{
	return types[v.type].kind;
}

const char *tv_kind_name(struct tv v)
{
	static const char *const names[] = {
		[TK_INVALID] = "invalid",    [TK_INTERFACE] = "interface",
		[TK_BOOL] = "bool",	     [TK_INT] = "int",
		[TK_INT64] = "int64",	     [TK_UINT8] = "uint8",
		[TK_UINT64] = "uint64",	     [TK_FLOAT] = "float64",
		[TK_COMPLEX] = "complex128", [TK_STRING] = "string",
		[TK_SLICE] = "slice",	     [TK_MAP] = "map",
		[TK_STRUCT] = "struct",	     [TK_PTR] = "ptr",
	};
	return names[tv_kind(v)];
}

const char *tv_type_text(enum tv_type type)
{
	return types[type].name;
}

const char *tv_type_name(struct tv v)
{
	return v.type == TV_NIL ? types[TV_NONE].name : types[v.type].name;
}

enum tv_type tv_elem_type(enum tv_type type)
{
	return types[type].elem;
}

bool tv_is_text(struct tv v)
{
	return v.type == TV_TEXT;
}

bool tv_is_list(struct tv v)
{
	return types[v.type].kind == TK_SLICE;
}

bool tv_is_map(struct tv v)
{
	return types[v.type].kind == TK_MAP;
}

bool tv_is_nil(struct tv v)
{
	switch (tv_kind(v)) {
	case TK_INVALID:
	case TK_INTERFACE:
		return true;
	case TK_SLICE:
		return v.type != TV_BYTES && !v.list;
	case TK_MAP:
		return !v.map;
	case TK_PTR:
		return !v.object;
	default:
		return false;
	}
}

size_t tv_len(struct tv v)
{
	if (v.type == TV_TEXT || v.type == TV_BYTES)
		return v.n;
	if (tv_is_list(v))
		return v.list ? v.list->n : 0;
	return tv_is_map(v) && v.map ? v.map->n : 0;
}

bool tv_truth(struct tv v)
{
	switch (tv_kind(v)) {
	case TK_INVALID:
	case TK_INTERFACE:
		return false;
	case TK_BOOL:
		return v.b;
	case TK_INT:
	case TK_INT64:
		return v.i != 0;
	case TK_UINT8:
	case TK_UINT64:
		return v.u != 0;
	case TK_FLOAT:
		return v.f != 0;
	case TK_COMPLEX:
		return v.complex[0] != 0 || v.complex[1] != 0;
	case TK_STRING:
	case TK_SLICE:
	case TK_MAP:
		return tv_len(v) > 0;
	case TK_PTR:
		return v.object != NULL;
	case TK_STRUCT:
		break;
	}
	return true;
}

str tv_as_str(struct tv v)
{
	return v.type == TV_TEXT || v.type == TV_BYTES ? (str){v.s, v.n} : (str){"", 0};
}

struct tv tv_at(struct tv list, size_t i)
{
	if (list.type == TV_TEXT || list.type == TV_BYTES)
		return (struct tv){.type = TV_UINT8, .u = (unsigned char)list.s[i]};
	struct tv v = list.list->p[i];
	v.slot = types[list.type].elem == TV_NIL;
	return v;
}

static bool equal(struct tv a, struct tv b, uint64_t *left, int depth);

static bool lists_equal(struct tv a, struct tv b, uint64_t *left, int depth)
{
	if (a.type == TV_BYTES)
		return str_eq(tv_as_str(a), tv_as_str(b));
	if (!a.list != !b.list || tv_len(a) != tv_len(b))
		return false;
	if (a.list == b.list || a.list->p == b.list->p)
		return true;
	for (size_t i = 0; i < tv_len(a); i++)
		if (!equal(a.list->p[i], b.list->p[i], left, depth + 1))
			return false;
	return true;
}

static bool maps_equal(struct tv a, struct tv b, uint64_t *left, int depth)
{
	if (a.map == b.map)
		return true;
	if (!a.map || !b.map || a.map->n != b.map->n)
		return false;
	for (uint32_t i = 0; i < a.map->n; i++) {
		struct tv other = tv_map_get(b.map, a.map->p[i].key);
		if (other.type == TV_NONE || !equal(a.map->p[i].value, other, left, depth + 1))
			return false;
	}
	return true;
}

static bool times_equal(const struct tv_time *a, const struct tv_time *b)
{
	return a->sec == b->sec && a->ns == b->ns && a->zone == b->zone;
}

static bool equal(struct tv a, struct tv b, uint64_t *left, int depth)
{
	if (depth > TV_MAX_NESTING || !*left) {
		*left = 0;
		return false;
	}
	--*left;
	if (tv_is_nil(a) && tv_is_nil(b) && tv_kind(a) <= TK_INTERFACE &&
	    tv_kind(b) <= TK_INTERFACE)
		return true;
	if (a.type != b.type)
		return false;
	switch (tv_kind(a)) {
	case TK_BOOL:
		return a.b == b.b;
	case TK_FLOAT:
		return a.f == b.f;
	case TK_COMPLEX:
		return a.complex[0] == b.complex[0] && a.complex[1] == b.complex[1];
	case TK_STRING:
		return str_eq(tv_as_str(a), tv_as_str(b));
	case TK_SLICE:
		return lists_equal(a, b, left, depth);
	case TK_MAP:
		return maps_equal(a, b, left, depth);
	default:
		return a.type == TV_TIME ? times_equal(a.time, b.time) : a.u == b.u;
	}
}

bool tv_equal(struct tv a, struct tv b, uint64_t *left)
{
	return equal(a, b, left, 0);
}

/* The entry of key, NULL when there is none. The hash is only made where a table is. */
static struct tv_entry *find(const struct tv_map *m, str key, uint64_t hash)
{
	if (!m->slots) {
		for (uint32_t i = 0; i < m->n; i++)
			if (m->p[i].key.n == key.n && !memcmp(m->p[i].key.p, key.p, key.n))
				return &m->p[i];
		return NULL;
	}
	uint32_t mask = m->slot_count - 1;
	for (uint32_t i = (uint32_t)hash & mask; m->slots[i]; i = (i + 1) & mask) {
		struct tv_entry *e = &m->p[m->slots[i] - 1];
		if (e->hash == hash && str_eq(e->key, key))
			return e;
	}
	return NULL;
}

static uint64_t hash_for(const struct tv_map *m, str key)
{
	return m->slots ? map_hash(key) : 0;
}

static void index_add(struct tv_map *m, uint32_t entry)
{
	uint32_t mask = m->slot_count - 1;
	uint32_t i = (uint32_t)m->p[entry].hash & mask;
	while (m->slots[i])
		i = (i + 1) & mask;
	m->slots[i] = entry + 1;
}

static void index_fill(struct tv_map *m)
{
	memset(m->slots, 0, m->slot_count * sizeof(uint32_t));
	for (uint32_t i = 0; i < m->n; i++)
		index_add(m, i);
}

/* Room for one more entry and, from INDEX_FROM entries on, for it in the table. */
static void map_grow(arena *mem, struct tv_map *m)
{
	if (m->n == m->cap) {
		uint32_t cap = m->cap ? m->cap * 2 : 4;
		m->p = arena_grow(mem, m->p, m->cap * sizeof(*m->p),
				  arena_times(cap, sizeof(*m->p)));
		m->cap = cap;
	}
	if (m->n + 1 < INDEX_FROM || (m->slots && (m->n + 1) * 2 <= m->slot_count))
		return;
	if (!m->slots)
		for (uint32_t i = 0; i < m->n; i++)
			m->p[i].hash = map_hash(m->p[i].key);
	m->slot_count = m->slots ? m->slot_count * 2 : 32;
	m->slots = NEW_N(mem, uint32_t, m->slot_count);
	index_fill(m);
}

struct tv tv_map_get(const struct tv_map *m, str key)
{
	const struct tv_entry *e = m ? find(m, key, hash_for(m, key)) : NULL;
	return e ? e->value : tv_none();
}

struct tv tv_map_find(const struct tv_map *m, str key, uint64_t hash)
{
	const struct tv_entry *e = m ? find(m, key, hash) : NULL;
	return e ? e->value : tv_none();
}

bool tv_map_has(const struct tv_map *m, str key)
{
	return m && find(m, key, hash_for(m, key));
}

void tv_map_set(arena *mem, struct tv_map *m, str key, struct tv value)
{
	value.slot = value.addr = false;
	if (value.type == TV_NONE)
		value.type = TV_NIL;
	struct tv_entry *e = find(m, key, hash_for(m, key));
	if (e) {
		e->value = value;
		return;
	}
	map_grow(mem, m);
	m->sorted = m->sorted && (!m->n || str_cmp(m->p[m->n - 1].key, key) < 0);
	m->p[m->n++] = (struct tv_entry){key, value, hash_for(m, key)};
	if (m->slots)
		index_add(m, m->n - 1);
}

bool tv_map_del(struct tv_map *m, str key)
{
	struct tv_entry *e = m ? find(m, key, hash_for(m, key)) : NULL;
	if (!e)
		return false;
	size_t at = (size_t)(e - m->p);
	memmove(e, e + 1, (m->n - at - 1) * sizeof(*e));
	m->n--;
	if (m->slots)
		index_fill(m);
	return true;
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct tv_entry *)a)->key, ((const struct tv_entry *)b)->key);
}

void tv_map_sort(struct tv_map *m)
{
	if (!m || m->sorted)
		return;
	qsort(m->p, m->n, sizeof(*m->p), by_key);
	m->sorted = true;
	if (m->slots)
		index_fill(m);
}

static struct tv list_from(arena *mem, const val *v, bool floats)
{
	struct tv l = tv_list(mem, TV_LIST, v->list.n);
	for (size_t i = 0; i < v->list.n; i++)
		l.list->p[i] = tv_from_val(mem, v->list.p[i], floats);
	return l;
}

static struct tv map_from(arena *mem, const val *v, bool floats)
{
	struct tv m = tv_map(mem, TV_MAP);
	if (v->map.n) {
		m.map->cap = v->map.n;
		m.map->p = NEW_N(mem, struct tv_entry, v->map.n);
	}
	for (uint32_t i = 0; i < v->map.n; i++)
		tv_map_set(mem, m.map, v->map.p[i].key,
			   tv_from_val(mem, v->map.p[i].value, floats));
	return m;
}

struct tv tv_from_val(arena *mem, const val *v, bool floats)
{
	switch (v ? v->kind : VAL_NULL) {
	case VAL_NULL:
		break;
	case VAL_BOOL:
		return tv_bool(v->b);
	case VAL_INT:
		return floats ? tv_float((double)v->i) : tv_int64(v->i);
	case VAL_FLOAT:
		return tv_float(v->f);
	case VAL_TEXT:
		return tv_str(v->text);
	case VAL_LIST:
		return list_from(mem, v, floats);
	case VAL_MAP:
		return map_from(mem, v, floats);
	}
	return tv_nil();
}

struct tv tv_copy(arena *mem, struct tv v)
{
	if (tv_is_map(v) && v.map) {
		struct tv m = tv_map(mem, v.type);
		for (uint32_t i = 0; i < v.map->n; i++)
			tv_map_set(mem, m.map, v.map->p[i].key, tv_copy(mem, v.map->p[i].value));
		return m;
	}
	if (tv_is_list(v) && v.type != TV_BYTES && v.list) {
		struct tv l = tv_list(mem, v.type, v.list->n);
		for (size_t i = 0; i < v.list->n; i++)
			l.list->p[i] = tv_copy(mem, v.list->p[i]);
		return l;
	}
	return v;
}
