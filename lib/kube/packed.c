#include "kube/packed.h"

#include <string.h>

enum tag { TAG_NULL, TAG_FALSE, TAG_TRUE, TAG_INT, TAG_FLOAT, TAG_TEXT, TAG_LIST, TAG_MAP };

/* Where the next byte goes; p NULL only counts. */
struct out {
	unsigned char *p;
	size_t n;
};

static void put(struct out *o, unsigned char c)
{
	if (o->p)
		o->p[o->n] = c;
	o->n++;
}

/* Seven bits a byte, the low ones first. */
static void put_number(struct out *o, uint64_t x)
{
	for (; x >= 0x80; x >>= 7)
		put(o, (unsigned char)(x | 0x80));
	put(o, (unsigned char)x);
}

static void put_bytes(struct out *o, const void *p, size_t n)
{
	if (o->p && n)
		memcpy(o->p + o->n, p, n);
	o->n += n;
}

static void put_str(struct out *o, str s)
{
	put_number(o, s.n);
	put_bytes(o, s.p, s.n);
}

static void pack(struct out *o, const val *v)
{
	switch (v ? v->kind : VAL_NULL) {
	case VAL_NULL:
		put(o, TAG_NULL);
		break;
	case VAL_BOOL:
		put(o, v->b ? TAG_TRUE : TAG_FALSE);
		break;
	case VAL_INT:
		put(o, TAG_INT);
		/* the sign goes to the lowest bit, so that small numbers stay short */
		put_number(o, (uint64_t)v->i << 1 ^ (v->i < 0 ? UINT64_MAX : 0));
		break;
	case VAL_FLOAT:
		put(o, TAG_FLOAT);
		put_bytes(o, &v->f, sizeof(v->f));
		break;
	case VAL_TEXT:
		put(o, TAG_TEXT);
		put_str(o, v->text);
		break;
	case VAL_LIST:
		put(o, TAG_LIST);
		put_number(o, v->list.n);
		for (size_t i = 0; i < v->list.n; i++)
			pack(o, v->list.p[i]);
		break;
	case VAL_MAP:
		put(o, TAG_MAP);
		put_number(o, v->map.n);
		for (uint32_t i = 0; i < v->map.n; i++) {
			put_str(o, v->map.p[i].key);
			pack(o, v->map.p[i].value);
		}
		break;
	}
}

size_t packed_size(const val *v)
{
	struct out o = {NULL, 0};
	pack(&o, v);
	return o.n;
}

void packed_write(const val *v, unsigned char *p)
{
	struct out o = {p, 0};
	pack(&o, v);
}

static uint64_t get_number(const unsigned char **p)
{
	uint64_t x = 0;
	for (int shift = 0;; shift += 7) {
		unsigned char c = *(*p)++;
		x |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return x;
	}
}

static str get_str(const unsigned char **p)
{
	size_t n = get_number(p);
	str s = {(const char *)*p, n};
	*p += n;
	return s;
}

static val *unpack(arena *mem, const unsigned char **p)
{
	val *v;
	double f;
	uint64_t n;
	switch ((enum tag) * (*p)++) {
	case TAG_FALSE:
		return val_bool(mem, false);
	case TAG_TRUE:
		return val_bool(mem, true);
	case TAG_INT:
		n = get_number(p);
		return val_int(mem, (int64_t)(n >> 1 ^ (n & 1 ? UINT64_MAX : 0)));
	case TAG_FLOAT:
		memcpy(&f, *p, sizeof(f));
		*p += sizeof(f);
		return val_float(mem, f);
	case TAG_TEXT:
		return val_str(mem, get_str(p));
	case TAG_LIST:
		v = val_list(mem);
		for (n = get_number(p); n; n--)
			val_push(mem, v, unpack(mem, p));
		return v;
	case TAG_MAP:
		v = val_map(mem);
		for (n = get_number(p); n; n--) {
			str key = get_str(p);
			val_set_str(mem, v, key, unpack(mem, p));
		}
		return v;
	default:
		return val_null(mem);
	}
}

val *packed_read(arena *mem, const unsigned char *p)
{
	return unpack(mem, &p);
}
