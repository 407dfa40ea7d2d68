#include "cel/cel_value.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/number.h"

static const struct {
	const char *name;
	unsigned traits;
} kinds[] = {
	[CEL_NULL] = {"null_type", 0},
	[CEL_BOOL] = {"bool", CEL_COMPARER | CEL_NEGATER},
	[CEL_INT] = {"int", CEL_ADDER | CEL_COMPARER | CEL_DIVIDER | CEL_MODDER | CEL_MULTIPLIER |
				    CEL_NEGATER | CEL_SUBTRACTOR},
	[CEL_UINT] = {"uint", CEL_ADDER | CEL_COMPARER | CEL_DIVIDER | CEL_MODDER | CEL_MULTIPLIER |
				      CEL_SUBTRACTOR},
	[CEL_DOUBLE] = {"double", CEL_ADDER | CEL_COMPARER | CEL_DIVIDER | CEL_MULTIPLIER |
					  CEL_NEGATER | CEL_SUBTRACTOR},
	[CEL_STRING] = {"string",
			CEL_ADDER | CEL_COMPARER | CEL_MATCHER | CEL_RECEIVER | CEL_SIZER},
	[CEL_BYTES] = {"bytes", CEL_ADDER | CEL_COMPARER | CEL_SIZER},
	[CEL_TIMESTAMP] = {"google.protobuf.Timestamp",
			   CEL_ADDER | CEL_COMPARER | CEL_RECEIVER | CEL_SUBTRACTOR},
	[CEL_DURATION] = {"google.protobuf.Duration",
			  CEL_ADDER | CEL_COMPARER | CEL_NEGATER | CEL_RECEIVER | CEL_SUBTRACTOR},
	[CEL_TYPE] = {"type", 0},
	[CEL_LIST] = {"list", CEL_ADDER | CEL_CONTAINER | CEL_SIZER},
	[CEL_MAP] = {"map", CEL_CONTAINER | CEL_SIZER},
	[CEL_OPTIONAL] = {"optional_type", 0},
	[CEL_ERROR] = {"error", 0},
};

bool cel_has(const cel_value *v, unsigned traits)
{
	return (kinds[v->kind].traits & traits) == traits;
}

const char *cel_type_name(enum cel_kind kind)
{
	return kinds[kind].name;
}

static cel_value *make(arena *mem, enum cel_kind kind)
{
	cel_value *v = NEW(mem, cel_value);
	v->kind = kind;
	return v;
}

const cel_value *cel_null(arena *mem)
{
	return make(mem, CEL_NULL);
}

const cel_value *cel_bool_of(arena *mem, bool b)
{
	cel_value *v = make(mem, CEL_BOOL);
	v->b = b;
	return v;
}

const cel_value *cel_int(arena *mem, int64_t i)
{
	cel_value *v = make(mem, CEL_INT);
	v->i = i;
	return v;
}

const cel_value *cel_uint(arena *mem, uint64_t u)
{
	cel_value *v = make(mem, CEL_UINT);
	v->u = u;
	return v;
}

const cel_value *cel_double(arena *mem, double d)
{
	cel_value *v = make(mem, CEL_DOUBLE);
	v->d = d;
	return v;
}

const cel_value *cel_string(arena *mem, str s)
{
	cel_value *v = make(mem, CEL_STRING);
	v->s = s;
	return v;
}

const cel_value *cel_bytes(arena *mem, str s)
{
	cel_value *v = make(mem, CEL_BYTES);
	v->s = s;
	return v;
}

const cel_value *cel_type_of(arena *mem, const char *name)
{
	cel_value *v = make(mem, CEL_TYPE);
	v->s = str_of(name);
	return v;
}

const cel_value *cel_duration(arena *mem, int64_t ns)
{
	cel_value *v = make(mem, CEL_DURATION);
	v->i = ns;
	return v;
}

const cel_value *cel_time(arena *mem, int64_t seconds, int32_t ns, int32_t zone)
{
	cel_value *v = make(mem, CEL_TIMESTAMP);
	v->time.seconds = seconds;
	v->time.ns = ns;
	v->time.zone = zone;
	return v;
}

const cel_value *cel_optional(arena *mem, const cel_value *inner)
{
	cel_value *v = make(mem, CEL_OPTIONAL);
	v->inner = inner;
	return v;
}

const cel_value *cel_error(arena *mem, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	cel_value *v = make(mem, CEL_ERROR);
	v->s = str_of(arena_vprintf(mem, fmt, ap));
	va_end(ap);
	return v;
}

const cel_value *cel_no_overload(arena *mem)
{
	return cel_error(mem, "no such overload");
}

const cel_value *cel_of(arena *mem, const val *v)
{
	cel_value *out;
	switch (v ? v->kind : VAL_NULL) {
	case VAL_BOOL:
		return cel_bool_of(mem, v->b);
	case VAL_INT:
		return cel_int(mem, v->i);
	case VAL_FLOAT:
		return cel_double(mem, v->f);
	case VAL_TEXT:
		return cel_string(mem, v->text);
	case VAL_LIST:
		out = make(mem, CEL_LIST);
		out->list.native = v;
		out->list.n = v->list.n;
		return out;
	case VAL_MAP:
		out = make(mem, CEL_MAP);
		out->map.native = v;
		out->map.n = v->map.n;
		return out;
	default:
		return cel_null(mem);
	}
}

cel_value *cel_list(arena *mem, size_t room)
{
	cel_value *v = make(mem, CEL_LIST);
	v->list.items = NEW(mem, struct cel_items);
	v->list.items->p = NEW_N(mem, const cel_value *, room);
	v->list.items->cap = room;
	return v;
}

void cel_push(arena *mem, cel_value *list, const cel_value *item)
{
	struct cel_items *items = list->list.items;
	if (items->used == items->cap) {
		size_t cap = items->cap ? items->cap * 2 : 4;
		items->p = arena_grow(mem, items->p, items->cap * sizeof(*items->p),
				      arena_times(cap, sizeof(*items->p)));
		items->cap = cap;
	}
	items->p[items->used++] = item;
	list->list.n++;
}

const cel_value *cel_at(arena *mem, const cel_value *list, size_t i)
{
	if (list->list.native)
		return cel_of(mem, val_at(list->list.native, i));
	return list->list.items->p[i];
}

const cel_value *cel_concat(arena *mem, const cel_value *a, const cel_value *b)
{
	if (!a->list.n || !b->list.n)
		return a->list.n ? a : b;
	cel_value *out;
	if (!a->list.native && a->list.items->used == a->list.n) {
		/* nobody has grown a yet: its items can be shared */
		out = make(mem, CEL_LIST);
		out->list = a->list;
	} else {
		out = cel_list(mem, a->list.n + b->list.n);
		for (size_t i = 0; i < a->list.n; i++)
			cel_push(mem, out, cel_at(mem, a, i));
	}
	for (size_t i = 0, n = b->list.n; i < n; i++)
		cel_push(mem, out, cel_at(mem, b, i));
	return out;
}

size_t cel_size(const cel_value *v)
{
	return v->kind == CEL_LIST ? v->list.n : v->map.n;
}

const cel_value *cel_key(arena *mem, const cel_value *map, size_t i)
{
	if (map->map.native)
		return cel_string(mem, map->map.native->map.p[i].key);
	return map->map.p[i].key;
}

/* The same key of the same kind; a double is no int. */
static bool same_key(arena *mem, const cel_value *a, const cel_value *b)
{
	return a->kind == b->kind && cel_equal(mem, a, b);
}

static const cel_value *find_exactly(arena *mem, const cel_value *map, const cel_value *key)
{
	for (size_t i = 0; i < map->map.n; i++)
		if (same_key(mem, map->map.p[i].key, key))
			return map->map.p[i].value;
	return NULL;
}

cel_value *cel_map(arena *mem, size_t room)
{
	cel_value *v = make(mem, CEL_MAP);
	v->map.p = NEW_N(mem, struct cel_entry, room + 1);
	return v;
}

void cel_put(arena *mem, cel_value *map, const cel_value *key, const cel_value *value)
{
	size_t i = 0, n = map->map.n;
	while (i < n && !same_key(mem, map->map.p[i].key, key))
		i++;
	if (value)
		map->map.p[i] = (struct cel_entry){key, value};
	else if (i < n)
		memmove(map->map.p + i, map->map.p + i + 1, (n - i - 1) * sizeof(*map->map.p));
	map->map.n += value ? i == n : -(size_t)(i < n);
}

static const cel_value *find_int(arena *mem, const cel_value *map, int64_t i)
{
	const cel_value key = {.kind = CEL_INT, .i = i};
	return find_exactly(mem, map, &key);
}

static const cel_value *find_uint(arena *mem, const cel_value *map, uint64_t u)
{
	const cel_value key = {.kind = CEL_UINT, .u = u};
	return find_exactly(mem, map, &key);
}

const cel_value *cel_find(arena *mem, const cel_value *map, const cel_value *key)
{
	if (map->map.native) {
		const val *v =
			key->kind == CEL_STRING ? val_get_str(map->map.native, key->s) : NULL;
		return v ? cel_of(mem, v) : NULL;
	}
	const cel_value *found = find_exactly(mem, map, key);
	if (found)
		return found;
	if (key->kind == CEL_INT && key->i >= 0)
		return find_uint(mem, map, (uint64_t)key->i);
	if (key->kind == CEL_UINT && key->u <= INT64_MAX)
		return find_int(mem, map, (int64_t)key->u);
	if (key->kind != CEL_DOUBLE || key->d != floor(key->d))
		return NULL;
	if (key->d > -0x1p63 && key->d < 0x1p63)
		found = find_int(mem, map, (int64_t)key->d);
	if (!found && key->d >= 0 && key->d < 0x1p64)
		found = find_uint(mem, map, (uint64_t)key->d);
	return found;
}

/* --- order and equality ----------------------------------------------------------------------- */

static int compare_doubles(double a, double b)
{
	return a < b ? -1 : a > b;
}

static int compare_double_int(double d, int64_t i)
{
	return d < -0x1p63 ? -1 : d > 0x1p63 ? 1 : compare_doubles(d, (double)i);
}

static int compare_double_uint(double d, uint64_t u)
{
	return d < 0 ? -1 : d > 0x1p64 ? 1 : compare_doubles(d, (double)u);
}

static int compare_int_uint(int64_t i, uint64_t u)
{
	return i < 0 || u > INT64_MAX ? -1 : i < (int64_t)u ? -1 : i > (int64_t)u;
}

static bool is_number(const cel_value *v)
{
	return v->kind == CEL_INT || v->kind == CEL_UINT || v->kind == CEL_DOUBLE;
}

/* Two numbers, none of them NaN. */
static int compare_numbers(const cel_value *a, const cel_value *b)
{
	if (a->kind == CEL_DOUBLE)
		return b->kind == CEL_DOUBLE ? compare_doubles(a->d, b->d)
		       : b->kind == CEL_INT  ? compare_double_int(a->d, b->i)
					     : compare_double_uint(a->d, b->u);
	if (b->kind == CEL_DOUBLE)
		return -compare_numbers(b, a);
	if (a->kind == CEL_INT)
		return b->kind == CEL_INT ? (a->i < b->i ? -1 : a->i > b->i)
					  : compare_int_uint(a->i, b->u);
	return b->kind == CEL_UINT ? (a->u < b->u ? -1 : a->u > b->u)
				   : -compare_int_uint(b->i, a->u);
}

static bool is_nan(const cel_value *v)
{
	return v->kind == CEL_DOUBLE && isnan(v->d);
}

static bool equal_lists(arena *mem, const cel_value *a, const cel_value *b)
{
	for (size_t i = 0; i < a->list.n; i++)
		if (!cel_equal(mem, cel_at(mem, a, i), cel_at(mem, b, i)))
			return false;
	return true;
}

static bool equal_maps(arena *mem, const cel_value *a, const cel_value *b)
{
	for (size_t i = 0; i < a->map.n; i++) {
		const cel_value *key = cel_key(mem, a, i), *other = cel_find(mem, b, key);
		if (!other || !cel_equal(mem, cel_find(mem, a, key), other))
			return false;
	}
	return true;
}

bool cel_equal(arena *mem, const cel_value *a, const cel_value *b)
{
	if (is_number(a) && is_number(b))
		return !is_nan(a) && !is_nan(b) && compare_numbers(a, b) == 0;
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case CEL_NULL:
		return true;
	case CEL_BOOL:
		return a->b == b->b;
	case CEL_STRING:
	case CEL_BYTES:
	case CEL_TYPE:
		return str_eq(a->s, b->s);
	case CEL_TIMESTAMP:
		return a->time.seconds == b->time.seconds && a->time.ns == b->time.ns;
	case CEL_DURATION:
		return a->i == b->i;
	case CEL_LIST:
		return a->list.n == b->list.n && equal_lists(mem, a, b);
	case CEL_MAP:
		return a->map.n == b->map.n && equal_maps(mem, a, b);
	case CEL_OPTIONAL:
		return a->inner && b->inner ? cel_equal(mem, a->inner, b->inner)
					    : a->inner == b->inner;
	default:
		return false;
	}
}

const cel_value *cel_compare(arena *mem, const cel_value *a, const cel_value *b)
{
	int d;
	if (is_nan(a) || (is_number(a) && is_nan(b)))
		return cel_error(mem, "NaN values cannot be ordered");
	if (is_number(a) && is_number(b))
		d = compare_numbers(a, b);
	else if (a->kind != b->kind)
		return cel_no_overload(mem);
	else if (a->kind == CEL_BOOL)
		d = a->b - b->b;
	else if (a->kind == CEL_DURATION)
		d = a->i < b->i ? -1 : a->i > b->i;
	else if (a->kind == CEL_TIMESTAMP && a->time.seconds != b->time.seconds)
		d = a->time.seconds < b->time.seconds ? -1 : 1;
	else if (a->kind == CEL_TIMESTAMP)
		d = a->time.ns < b->time.ns ? -1 : a->time.ns > b->time.ns;
	else
		d = str_cmp(a->s, b->s);
	return cel_int(mem, d < 0 ? -1 : d > 0);
}

bool cel_is_zero(const cel_value *v)
{
	switch (v->kind) {
	case CEL_NULL:
		return true;
	case CEL_BOOL:
		return !v->b;
	case CEL_INT:
	case CEL_DURATION:
		return !v->i;
	case CEL_UINT:
		return !v->u;
	case CEL_DOUBLE:
		return v->d == 0;
	case CEL_STRING:
	case CEL_BYTES:
		return !v->s.n;
	case CEL_LIST:
	case CEL_MAP:
		return !cel_size(v);
	case CEL_TIMESTAMP:
		return v->time.seconds == INT64_C(-62135596800) && !v->time.ns;
	default:
		return false;
	}
}

/* --- texts ------------------------------------------------------------------------------------ */

char *cel_time_text(arena *mem, const cel_value *v, bool utc)
{
	int32_t zone = utc ? 0 : v->time.zone;
	int64_t s = v->time.seconds + zone, days = s / 86400 - (s % 86400 < 0), year;
	int month, day, in_day = (int)(s - days * 86400);
	clock_date(days, &year, &month, &day);
	buf b = buf_init(mem);
	buf_printf(&b, "%04lld-%02d-%02dT%02d:%02d:%02d", (long long)year, month, day,
		   in_day / 3600, in_day / 60 % 60, in_day % 60);
	if (v->time.ns) {
		char digits[16];
		snprintf(digits, sizeof(digits), "%09d", (int)v->time.ns);
		size_t n = 9;
		while (digits[n - 1] == '0')
			n--;
		buf_printf(&b, ".%.*s", (int)n, digits);
	}
	int minutes = zone / 60;
	if (!zone)
		buf_char(&b, 'Z');
	else
		buf_printf(&b, "%c%02d:%02d", zone < 0 ? '-' : '+', abs(minutes) / 60,
			   abs(minutes) % 60);
	return buf_text(&b);
}

static void print_items(buf *b, const cel_value *v)
{
	buf_char(b, '[');
	for (size_t i = 0; i < v->list.n; i++) {
		buf_text_add(b, i ? ", " : "");
		cel_print(b, cel_at(b->mem, v, i));
	}
	buf_char(b, ']');
}

static void print_entries(buf *b, const cel_value *v)
{
	buf_char(b, '{');
	for (size_t i = 0; i < v->map.n; i++) {
		const cel_value *key = cel_key(b->mem, v, i);
		buf_text_add(b, i ? ", " : "");
		cel_print(b, key);
		buf_text_add(b, ": ");
		cel_print(b, cel_find(b->mem, v, key));
	}
	buf_char(b, '}');
}

void cel_print(buf *b, const cel_value *v)
{
	switch (v->kind) {
	case CEL_NULL:
		buf_text_add(b, "NULL_VALUE");
		break;
	case CEL_BOOL:
		buf_text_add(b, v->b ? "true" : "false");
		break;
	case CEL_INT:
		buf_printf(b, "%lld", (long long)v->i);
		break;
	case CEL_UINT:
		buf_printf(b, "%llu", (unsigned long long)v->u);
		break;
	case CEL_DOUBLE:
		buf_text_add(b, number_text(b->mem, v->d, 'g'));
		break;
	case CEL_TIMESTAMP:
		buf_text_add(b, cel_time_text(b->mem, v, false));
		break;
	case CEL_DURATION:
		buf_text_add(b, duration_text(b->mem, v->i));
		break;
	case CEL_LIST:
		print_items(b, v);
		break;
	case CEL_MAP:
		print_entries(b, v);
		break;
	case CEL_OPTIONAL:
		buf_text_add(b, v->inner ? "optional(" : "optional.none()");
		if (v->inner)
			cel_print(b, v->inner);
		buf_text_add(b, v->inner ? ")" : "");
		break;
	default:
		buf_str(b, v->s);
	}
}

char *cel_text(arena *mem, const cel_value *v)
{
	buf b = buf_init(mem);
	cel_print(&b, v);
	return buf_text(&b);
}
