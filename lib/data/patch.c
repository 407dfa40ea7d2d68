#include "data/patch.h"

#include "data/at.h"
#include "data/json.h"

struct place {
	const char *path;
	val *parent; /* a map or a list; NULL: the root itself */
	str key;
};

struct patching {
	arena *mem;
	val *doc;
	enum patch_flags flags;
	size_t copied;
};

static err *misses(arena *mem, const char *op, const char *path)
{
	return err_new(mem, ERR_NOT_FOUND,
		       "%s operation does not apply: doc is missing path: \"%s\": missing value",
		       op, path);
}

static err *find_place(struct patching *p, const val *op, const char *key, const char *name,
		       struct place *ret)
{
	ret->path = val_as_text(val_get(op, key));
	if (!ret->path)
		return err_new(p->mem, ERR_INVALID, "%s operation has no '%s'", name, key);
	if (!*ret->path) {
		ret->parent = NULL;
		return NULL;
	}
	struct at at;
	val *parent = at_parse(p->mem, str_of(ret->path), &at)
			      ? at_walk(p->mem, p->doc, &at, at.n - 1)
			      : NULL;
	if (!val_is(parent, VAL_MAP) && !val_is(parent, VAL_LIST))
		return misses(p->mem, name, ret->path);
	ret->parent = parent;
	ret->key = at.parts[at.n - 1];
	return NULL;
}

static err *in_context(arena *mem, err *e, const char *name, const struct place *at)
{
	return e ? err_wrap(mem, e, "error in %s for path: '%s'", name, at->path) : NULL;
}

static err *put(struct patching *p, const struct place *at, val *value)
{
	if (!at->parent) {
		p->doc = value;
		return NULL;
	}
	if (at->parent->kind == VAL_MAP) {
		val_set_str(p->mem, at->parent, at->key, value);
		return NULL;
	}
	size_t index;
	TRY(at_index(p->mem, at->key, val_len(at->parent), true, &index));
	val_insert(p->mem, at->parent, index, value);
	return NULL;
}

/* What stands at a place; NULL for an absent key. */
static err *look(struct patching *p, const struct place *at, val **ret)
{
	*ret = NULL;
	if (!at->parent) {
		*ret = p->doc;
		return NULL;
	}
	if (at->parent->kind == VAL_MAP) {
		*ret = val_get_str(at->parent, at->key);
		return NULL;
	}
	size_t index;
	TRY(at_index(p->mem, at->key, val_len(at->parent), false, &index));
	*ret = val_at(at->parent, index);
	return NULL;
}

static err *take(struct patching *p, const struct place *at)
{
	bool lenient = p->flags & PATCH_ALLOW_MISSING;
	if (!at->parent)
		return err_new(p->mem, ERR_INVALID, "the root can't be removed");
	if (at->parent->kind == VAL_MAP) {
		if (!val_del_str(at->parent, at->key) && !lenient)
			return err_new(p->mem, ERR_NOT_FOUND,
				       "Unable to remove nonexistent key: %.*s: missing value",
				       STR_ARG(at->key));
		return NULL;
	}
	size_t index;
	err *e = at_index(p->mem, at->key, val_len(at->parent), false, &index);
	if (lenient && err_code(e) == ERR_NOT_FOUND)
		return NULL;
	TRY(e);
	val_remove(at->parent, index);
	return NULL;
}

static val *value_of(arena *mem, const val *op)
{
	const val *v = val_get(op, "value");
	return v ? val_copy(mem, v) : val_null(mem);
}

static err *op_add(struct patching *p, const val *op)
{
	struct place at;
	TRY(find_place(p, op, "path", "add", &at));
	return in_context(p->mem, put(p, &at, value_of(p->mem, op)), "add", &at);
}

static err *op_remove(struct patching *p, const val *op)
{
	struct place at;
	err *e = find_place(p, op, "path", "remove", &at);
	if (err_code(e) == ERR_NOT_FOUND && (p->flags & PATCH_ALLOW_MISSING))
		return NULL;
	TRY(e);
	return in_context(p->mem, take(p, &at), "remove", &at);
}

static err *op_replace(struct patching *p, const val *op)
{
	struct place at;
	val *old;
	TRY(find_place(p, op, "path", "replace", &at));
	TRY(in_context(p->mem, look(p, &at, &old), "replace", &at));
	if (!old)
		return err_new(
			p->mem, ERR_NOT_FOUND,
			"replace operation does not apply: doc is missing key: %s: missing value",
			at.path);
	if (!at.parent || at.parent->kind == VAL_MAP)
		return put(p, &at, value_of(p->mem, op));
	size_t index;
	TRY(at_index(p->mem, at.key, val_len(at.parent), false, &index));
	at.parent->list.p[index] = value_of(p->mem, op);
	return NULL;
}

static err *op_move(struct patching *p, const val *op)
{
	struct place from, to;
	val *v;
	TRY(find_place(p, op, "from", "move", &from));
	TRY(in_context(p->mem, look(p, &from, &v), "move", &from));
	if (!v)
		return misses(p->mem, "move", from.path);
	TRY(in_context(p->mem, take(p, &from), "move", &from));
	TRY(find_place(p, op, "path", "move", &to));
	return in_context(p->mem, put(p, &to, v), "move", &to);
}

/* About how many bytes a value takes. */
static size_t weight(arena *mem, const val *v)
{
	return str_of(json_text(mem, v, JSON_PLAIN)).n;
}

static err *op_copy(struct patching *p, const val *op)
{
	struct place from, to;
	val *v;
	TRY(find_place(p, op, "from", "copy", &from));
	TRY(in_context(p->mem, look(p, &from, &v), "copy", &from));
	p->copied += weight(p->mem, v);
	if (p->copied > PATCH_MAX_COPIED)
		return err_new(p->mem, ERR_LIMIT,
			       "copy operations of a patch make more than %zu bytes",
			       PATCH_MAX_COPIED);
	TRY(find_place(p, op, "path", "copy", &to));
	return in_context(p->mem, put(p, &to, v ? val_copy(p->mem, v) : val_null(p->mem)), "copy",
			  &to);
}

static err *op_test(struct patching *p, const val *op)
{
	struct place at;
	val *v;
	TRY(find_place(p, op, "path", "test", &at));
	TRY(in_context(p->mem, look(p, &at, &v), "test", &at));
	const val *want = val_get(op, "value");
	bool nothing = !want || want->kind == VAL_NULL;
	if (nothing ? !v || v->kind == VAL_NULL : val_eq(v, want))
		return NULL;
	return err_new(p->mem, ERR_CONFLICT, "testing value %s failed: test failed", at.path);
}

static const struct {
	const char *name;
	err *(*apply)(struct patching *p, const val *op);
} operations[] = {
	{"add", op_add},   {"remove", op_remove}, {"replace", op_replace},
	{"move", op_move}, {"copy", op_copy},	  {"test", op_test},
};

static err *apply_one(struct patching *p, const val *op)
{
	const char *name = val_text_or(val_get(op, "op"), "");
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (text_eq(operations[i].name, name))
			return operations[i].apply(p, op);
	return err_new(p->mem, ERR_INVALID, "Unexpected kind: %s", *name ? name : "unknown");
}

err *patch_apply(arena *mem, val *doc, const val *ops, enum patch_flags flags, val **ret_doc)
{
	if (!val_is(ops, VAL_LIST))
		return err_new(mem, ERR_INVALID, "a patch is a list of operations, not a %s",
			       val_kind_name(ops));
	if (val_len(ops) > PATCH_MAX_OPS)
		return err_new(mem, ERR_LIMIT, "a patch of more than %d operations", PATCH_MAX_OPS);
	struct patching p = {.mem = mem, .doc = doc, .flags = flags};
	for (size_t i = 0; i < val_len(ops); i++)
		TRY(apply_one(&p, val_at(ops, i)));
	*ret_doc = p.doc;
	return NULL;
}

val *patch_merge(arena *mem, val *doc, const val *patch)
{
	if (!val_is(patch, VAL_MAP))
		return val_copy(mem, patch);
	if (!val_is(doc, VAL_MAP))
		doc = val_map(mem);
	for (uint32_t i = 0; i < patch->map.n; i++) {
		const struct val_pair *pair = &patch->map.p[i];
		if (pair->value->kind == VAL_NULL)
			val_del_str(doc, pair->key);
		else
			val_set_str(mem, doc, pair->key,
				    patch_merge(mem, val_get_str(doc, pair->key), pair->value));
	}
	return doc;
}

val *patch_merge_between(arena *mem, const val *from, const val *to)
{
	if (val_eq(from, to))
		return NULL;
	if (!val_is(from, VAL_MAP) || !val_is(to, VAL_MAP))
		return to ? val_copy(mem, to) : val_null(mem);
	val *patch = val_map(mem);
	for (uint32_t i = 0; i < from->map.n; i++)
		if (!val_get_str(to, from->map.p[i].key))
			val_set_str(mem, patch, from->map.p[i].key, val_null(mem));
	for (uint32_t i = 0; i < to->map.n; i++) {
		const struct val_pair *pair = &to->map.p[i];
		val *change = patch_merge_between(mem, val_get_str(from, pair->key), pair->value);
		if (change)
			val_set_str(mem, patch, pair->key, change);
	}
	return patch;
}
