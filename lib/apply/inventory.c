#include "apply/inventory.h"

#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"

const char *inventory_id(arena *mem, const struct object_id *id)
{
	buf b = buf_init(mem);
	buf_printf(&b, "%s_", id->ns);
	for (const char *p = id->name; *p; p++)
		buf_text_add(&b, *p == ':' ? "__" : (char[]){*p, 0});
	buf_printf(&b, "_%s_%s", id->group, id->kind);
	return buf_text(&b);
}

static const char *decode_name(arena *mem, str name)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < name.n; i++) {
		bool colon = i + 1 < name.n && name.p[i] == '_' && name.p[i + 1] == '_';
		buf_char(&b, colon ? ':' : name.p[i]);
		i += colon;
	}
	return buf_text(&b);
}

err *inventory_parse_id(arena *mem, str text, struct object_id *ret_id)
{
	/* from both ends: only the name may hold underscores */
	ptrdiff_t first = str_find(text, '_'), last = str_rfind(text, '_');
	str middle = first < last ? str_sub(text, (size_t)first + 1, (size_t)last) : (str){0};
	ptrdiff_t second = str_rfind(middle, '_');
	if (second < 0 || (size_t)last + 1 == text.n)
		return err_new(mem, ERR_INVALID,
			       "unable to parse the inventory id '%.*s': it is not "
			       "<namespace>_<name>_<group>_<kind>",
			       STR_ARG(text));
	ret_id->ns = str_text(mem, str_sub(text, 0, (size_t)first));
	ret_id->name = decode_name(mem, str_sub(middle, 0, (size_t)second));
	ret_id->group = str_text(mem, str_sub(middle, (size_t)second + 1, middle.n));
	ret_id->kind = str_text(mem, str_sub(text, (size_t)last + 1, text.n));
	return NULL;
}

static void add(arena *mem, struct inventory *i, struct inventory_entry e)
{
	VEC_PUSH(mem, i, e);
}

err *inventory_read(arena *mem, const val *status_inventory, struct inventory *ret_inventory)
{
	*ret_inventory = (struct inventory){0};
	const val *list = val_get(status_inventory, "entries");
	for (size_t i = 0; i < val_len(list); i++) {
		struct inventory_entry e = {.version =
						    val_text_or(val_get(val_at(list, i), "v"), "")};
		str id = val_as_str(val_get(val_at(list, i), "id"));
		TRY(inventory_parse_id(mem, id, &e.id));
		e.key = str_text(mem, id);
		add(mem, ret_inventory, e);
	}
	return NULL;
}

bool inventory_has(const struct inventory *i, const struct object_id *id)
{
	for (size_t k = 0; k < i->n; k++)
		if (object_id_eq(&i->p[k].id, id))
			return true;
	return false;
}

void inventory_add(arena *mem, struct inventory *i, const struct object_id *id, const char *version)
{
	if (!inventory_has(i, id))
		add(mem, i, (struct inventory_entry){*id, version, inventory_id(mem, id)});
}

static struct map keys_of(arena *mem, const struct inventory *i)
{
	struct map keys = map_init(mem);
	for (size_t k = 0; k < i->n; k++)
		map_set(&keys, i->p[k].key, &i->p[k]);
	return keys;
}

struct inventory inventory_minus(arena *mem, const struct inventory *a, const struct inventory *b)
{
	struct inventory left = {0};
	struct map keys = keys_of(mem, b);
	for (size_t k = 0; k < a->n; k++)
		if (!map_get(&keys, a->p[k].key))
			add(mem, &left, a->p[k]);
	return left;
}

struct inventory inventory_union(arena *mem, const struct inventory *a, const struct inventory *b)
{
	struct inventory all = {0}, more = inventory_minus(mem, b, a);
	for (size_t k = 0; k < a->n; k++)
		add(mem, &all, a->p[k]);
	for (size_t k = 0; k < more.n; k++)
		add(mem, &all, more.p[k]);
	return all;
}

val *inventory_val(arena *mem, const struct inventory *i)
{
	val *v = val_map(mem), *list = val_list(mem);
	for (size_t k = 0; k < i->n; k++) {
		val *entry = val_map(mem);
		val_set_text(mem, entry, "id", i->p[k].key);
		val_set_text(mem, entry, "v", i->p[k].version);
		val_push(mem, list, entry);
	}
	val_set(mem, v, "entries", list);
	return v;
}
