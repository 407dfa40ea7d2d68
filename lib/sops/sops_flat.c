#include "sops/sops_flat.h"

#include "base/map.h"

#define MAP_MARK STR("__map_")
#define LIST_MARK STR("__list_")
#define MAX_STEPS 64 /* of a path */

struct node {
	val *leaf;
	struct map keys, places; /* to struct node; places by their number as text */
};

static struct node *make(arena *mem)
{
	struct node *n = NEW(mem, struct node);
	n->keys = map_init(mem);
	n->places = map_init(mem);
	return n;
}

/* Where the next mark begins; the path's length when none does. */
static size_t next_mark(str path, size_t from)
{
	for (size_t i = from; i < path.n; i++) {
		str rest = str_sub(path, i, path.n);
		if (str_starts(rest, MAP_MARK) || str_starts(rest, LIST_MARK))
			return i;
	}
	return path.n;
}

static struct node *step(arena *mem, struct node *n, bool list, str key)
{
	if (list) {
		int64_t place = 0;
		if (!str_int(key, &place))
			place = 0;
		key = str_of(arena_printf(mem, "%lld", (long long)place));
	}
	struct map *m = list ? &n->places : &n->keys;
	struct node *next = map_get_str(m, key);
	if (!next) {
		next = make(mem);
		map_set_str(m, key, next);
	}
	return next;
}

static err *place(arena *mem, struct node *root, str path, val *value)
{
	struct node *n = root;
	size_t from = 0;
	bool list = false;
	for (int steps = 0; steps <= MAX_STEPS; steps++) {
		size_t to = next_mark(path, from);
		n = step(mem, n, list, str_sub(path, from, to));
		if (to == path.n) {
			if (n->leaf)
				return err_new(mem, ERR_INVALID,
					       "Error while unflattening \"%.*s\": Duplicate value",
					       STR_ARG(path));
			n->leaf = value;
			return NULL;
		}
		list = str_starts(str_sub(path, to, path.n), LIST_MARK);
		from = to + (list ? LIST_MARK : MAP_MARK).n;
	}
	return err_new(mem, ERR_LIMIT, "the key '%.*s' is too deep", STR_ARG(path));
}

static err *convert(arena *mem, const struct node *n, val **ret)
{
	const char *fault = "Type mismatch";
	const struct map_entry *e;
	val *all;
	if ((n->leaf != NULL) + (n->keys.n > 0) + (n->places.n > 0) > 1)
		return err_new(mem, ERR_INVALID, "%s", fault);
	*ret = n->leaf;
	if (n->leaf)
		return NULL;
	all = n->places.n ? val_list(mem) : val_map(mem);
	for (size_t i = 0; (e = map_next(&n->keys, &i));) {
		val *v;
		TRY(convert(mem, e->value, &v));
		val_set_str(mem, all, e->key, v);
	}
	for (size_t i = 0; i < n->places.n; i++) {
		val *v;
		const struct node *at = map_get(&n->places, arena_printf(mem, "%zu", i));
		if (!at)
			return err_new(mem, ERR_INVALID, "Incomplete list");
		TRY(convert(mem, at, &v));
		val_push(mem, all, v);
	}
	*ret = all;
	return NULL;
}

static val *leaf(arena *mem, const struct sops_value *v, bool newlines)
{
	str text = v->kind == SOPS_TEXT ? v->text : sops_plain(mem, v);
	buf b = buf_init(mem);
	for (size_t i = 0; i < text.n; i++) {
		bool feed = newlines && text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == 'n';
		buf_char(&b, feed ? '\n' : text.p[i]);
		i += feed;
	}
	return val_str(mem, buf_view(&b));
}

err *sops_unflatten(arena *mem, const struct sops_items *items, bool newlines, val **ret)
{
	struct node *root = make(mem);
	for (size_t i = 0; i < items->n; i++) {
		const struct sops_item *item = &items->p[i];
		if (!item->comment)
			TRY(place(mem, root, item->text, leaf(mem, &item->value, newlines)));
	}
	TRY_AS(mem, convert(mem, root, ret), "Error while unflattening");
	return NULL;
}
