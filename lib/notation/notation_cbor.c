#include "notation/notation_cbor.h"

#define KIND_SHIFT 5
#define SHORT_MAX 23 /* numbers up to it are in the first byte */
#define LONGEST 27   /* with eight bytes behind it */

struct reader {
	arena *mem;
	str rest;
	size_t items;
};

static err *broken(struct reader *r, const char *why)
{
	return err_new(r->mem, ERR_INVALID, "the CBOR %s", why);
}

static err *read_head(struct reader *r, struct cbor *item)
{
	if (!r->rest.n)
		return broken(r, "ends too early");
	unsigned first = (unsigned char)r->rest.p[0], small = first & ((1u << KIND_SHIFT) - 1);
	size_t more = small > SHORT_MAX ? (size_t)1 << (small - SHORT_MAX - 1) : 0;
	item->kind = (enum cbor_kind)(first >> KIND_SHIFT);
	if (small > LONGEST || (item->kind == CBOR_SIMPLE && small > SHORT_MAX))
		return broken(r, "has an item without a length, a float, or one that nobody knows");
	if (r->rest.n <= more)
		return broken(r, "ends too early");
	item->number = more ? 0 : small;
	for (size_t i = 1; i <= more; i++)
		item->number = item->number << 8 | (unsigned char)r->rest.p[i];
	r->rest = str_sub(r->rest, more + 1, r->rest.n);
	return NULL;
}

static bool same(const struct cbor *a, const struct cbor *b)
{
	bool text = a->kind == CBOR_BYTES || a->kind == CBOR_TEXT;
	return a->kind == b->kind && (text ? str_eq(a->text, b->text) : a->number == b->number);
}

static err *check_keys(struct reader *r, const struct cbor *map)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct cbor *key = &map->items[2 * i];
		if (key->kind > CBOR_TEXT)
			return broken(r, "has a key that is neither a number nor a text");
		for (size_t j = 0; j < i; j++)
			if (same(key, &map->items[2 * j]))
				return broken(r, "has a key twice");
	}
	return NULL;
}

static err *read_item(struct reader *r, int depth, struct cbor *item)
{
	if (depth > CBOR_DEPTH_MAX || ++r->items > CBOR_ITEMS_MAX)
		return err_new(r->mem, ERR_LIMIT, "the CBOR has too many items, or too deep");
	TRY(read_head(r, item));
	if (item->kind == CBOR_BYTES || item->kind == CBOR_TEXT) {
		if (item->number > r->rest.n)
			return broken(r, "ends too early");
		item->text = str_sub(r->rest, 0, (size_t)item->number);
		r->rest = str_sub(r->rest, (size_t)item->number, r->rest.n);
	}
	if (item->kind != CBOR_LIST && item->kind != CBOR_MAP && item->kind != CBOR_TAG)
		return NULL;
	uint64_t n = item->kind == CBOR_TAG ? 1 : item->number;
	uint64_t items = item->kind == CBOR_MAP && n <= r->rest.n ? 2 * n : n;
	/* each takes a byte at least */
	if (items > r->rest.n)
		return broken(r, "ends too early");
	item->n = (size_t)n;
	item->items = NEW_N(r->mem, struct cbor, (size_t)items);
	for (size_t i = 0; i < items; i++)
		TRY(read_item(r, depth + 1, &item->items[i]));
	return item->kind == CBOR_MAP ? check_keys(r, item) : NULL;
}

err *cbor_read(arena *mem, str bytes, struct cbor **ret_item)
{
	struct reader r = {mem, bytes, 0};
	struct cbor *item = NEW(mem, struct cbor);
	TRY(read_item(&r, 0, item));
	if (r.rest.n)
		return broken(&r, "has something behind it");
	*ret_item = item;
	return NULL;
}

static const struct cbor *find(const struct cbor *map, const struct cbor *key)
{
	for (size_t i = 0; cbor_is(map, CBOR_MAP) && i < map->n; i++)
		if (same(&map->items[2 * i], key))
			return &map->items[2 * i + 1];
	return NULL;
}

const struct cbor *cbor_get(const struct cbor *map, const char *key)
{
	return find(map, &(struct cbor){.kind = CBOR_TEXT, .text = str_of(key)});
}

const struct cbor *cbor_get_number(const struct cbor *map, int64_t key)
{
	struct cbor wanted = {.kind = key < 0 ? CBOR_NINT : CBOR_UINT,
			      .number = (uint64_t)(key < 0 ? -1 - key : key)};
	return find(map, &wanted);
}

bool cbor_is(const struct cbor *item, enum cbor_kind kind)
{
	return item && item->kind == kind;
}

bool cbor_int(const struct cbor *item, int64_t *ret)
{
	if (!item || item->kind > CBOR_NINT || item->number > INT64_MAX)
		return false;
	*ret = item->kind == CBOR_NINT ? -1 - (int64_t)item->number : (int64_t)item->number;
	return true;
}

void cbor_head(buf *b, enum cbor_kind kind, uint64_t number)
{
	int more = number <= SHORT_MAX	  ? 0
		   : number <= 0xff	  ? 1
		   : number <= 0xffff	  ? 2
		   : number <= 0xffffffff ? 4
					  : 8;
	unsigned small = !more	     ? (unsigned)number
			 : more == 1 ? 24u
			 : more == 2 ? 25u
			 : more == 4 ? 26u
				     : 27u;
	buf_char(b, (char)((unsigned)kind << KIND_SHIFT | small));
	while (more--)
		buf_char(b, (char)(number >> (8 * more)));
}
