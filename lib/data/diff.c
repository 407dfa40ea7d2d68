#include "data/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "data/at.h"
#include "data/json.h"
#include "data/patch.h"

struct work {
	arena *mem, *scratch;
	struct diff out;
	buf path;
	bool rationalize;
};

/* --- values as JSON sees them ----------------------------------------------------------------- */

static bool is_number(const val *v)
{
	return val_is(v, VAL_INT) || val_is(v, VAL_FLOAT);
}

static bool comparable(const val *a, const val *b)
{
	return (is_number(a) && is_number(b)) || a->kind == b->kind;
}

static bool equal(const val *a, const val *b)
{
	if (!comparable(a, b))
		return false;
	if (is_number(a))
		return val_as_float(a, 0) == val_as_float(b, 0);
	if (a->kind != VAL_LIST && a->kind != VAL_MAP)
		return val_eq(a, b);
	if (val_len(a) != val_len(b))
		return false;
	for (size_t i = 0; a->kind == VAL_LIST && i < a->list.n; i++)
		if (!equal(a->list.p[i], b->list.p[i]))
			return false;
	for (size_t i = 0; a->kind == VAL_MAP && i < a->map.n; i++) {
		const val *other = val_get_str(b, a->map.p[i].key);
		if (!other || !equal(a->map.p[i].value, other))
			return false;
	}
	return true;
}

static size_t json_length(struct work *w, const val *v)
{
	buf b = buf_init(w->scratch);
	json_print(&b, v, JSON_HTML);
	return b.n;
}

/* The library looks a key's text up in the JSON text as it is: one with escapes is not found, and
 * all below it counts as empty. */
static bool is_found(struct work *w, str key)
{
	val text = {.kind = VAL_TEXT, .text = key};
	return json_length(w, &text) == key.n + 2;
}

/* --- operations ------------------------------------------------------------------------------- */

static const char *const names[] = {"add", "replace", "remove"};

static void add_op(struct work *w, enum diff_kind kind, const val *old, const val *value,
		   size_t length)
{
	struct diff_op op = {kind, str_text(w->mem, buf_view(&w->path)), val_copy(w->mem, old),
			     val_copy(w->mem, value), length};
	VEC_PUSH(w->mem, &w->out, op);
}

/* As the library reckons it: what is added has no length. */
static size_t op_length(const struct diff_op *op)
{
	size_t n =
		strlen("{\"op\":\"\",\"path\":\"\"}") + strlen(names[op->kind]) + strlen(op->path);
	return op->kind == DIFF_REMOVE ? n : n + strlen(",\"value\":") + op->length;
}

/* Puts one replace in the place of the operations from `first` on, if that is shorter. */
static void rationalize(struct work *w, size_t first, const val *from, const val *to, bool found)
{
	struct diff_op one = {.kind = DIFF_REPLACE,
			      .path = str_text(w->scratch, buf_view(&w->path))};
	one.length = found ? json_length(w, to) : 0;
	size_t many = w->out.n - first - 1;
	for (size_t i = first; i < w->out.n; i++)
		many += op_length(&w->out.p[i]);
	if (many <= op_length(&one))
		return;
	w->out.n = first;
	add_op(w, DIFF_REPLACE, from, to, one.length);
}

static size_t step_in(struct work *w, str part)
{
	size_t before = w->path.n;
	buf_char(&w->path, '/');
	buf_text_add(&w->path, at_escape(w->scratch, part));
	return before;
}

static void step_out(struct work *w, size_t before)
{
	w->path.n = before;
}

static void compare(struct work *w, const val *from, const val *to, bool found);

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const str *)a, *(const str *)b);
}

static void compare_maps(struct work *w, const val *from, const val *to, bool found)
{
	size_t n = 0;
	str *keys = NEW_N(w->scratch, str, from->map.n + to->map.n);
	for (size_t i = 0; i < from->map.n; i++)
		keys[n++] = from->map.p[i].key;
	for (size_t i = 0; i < to->map.n; i++)
		if (!val_get_str(from, to->map.p[i].key))
			keys[n++] = to->map.p[i].key;
	qsort(keys, n, sizeof(*keys), by_bytes);
	for (size_t i = 0; i < n; i++) {
		const val *old = val_get_str(from, keys[i]), *new = val_get_str(to, keys[i]);
		size_t before = step_in(w, keys[i]);
		if (old && new)
			compare(w, old, new, found && is_found(w, keys[i]));
		else
			add_op(w, old ? DIFF_REMOVE : DIFF_ADD, old, new, 0);
		step_out(w, before);
	}
}

/* Elements are compared by place; surplus ones go one by one, new ones come behind. */
static void compare_lists(struct work *w, const val *from, const val *to, bool found)
{
	size_t a = from->list.n, b = to->list.n, both = a < b ? a : b;
	str behind = str_of(arena_printf(w->scratch, "%zu", both));
	for (size_t i = both; i < a; i++) {
		size_t before = step_in(w, behind);
		add_op(w, DIFF_REMOVE, from->list.p[i], NULL, 0);
		step_out(w, before);
	}
	for (size_t i = 0; i < both; i++) {
		size_t before = step_in(w, str_of(arena_printf(w->scratch, "%zu", i)));
		compare(w, from->list.p[i], to->list.p[i], found);
		step_out(w, before);
	}
	for (size_t i = both; i < b; i++) {
		size_t before = step_in(w, STR("-"));
		add_op(w, DIFF_ADD, NULL, to->list.p[i], 0);
		step_out(w, before);
	}
}

static void compare(struct work *w, const val *from, const val *to, bool found)
{
	size_t first = w->out.n;
	bool root = !w->path.n, pair = comparable(from, to);
	if (equal(from, to))
		return;
	if (!pair && root)
		add_op(w, DIFF_ADD, from, to, 0);
	else if (!pair || (from->kind != VAL_LIST && from->kind != VAL_MAP))
		add_op(w, DIFF_REPLACE, from, to, found ? json_length(w, to) : 0);
	else if (from->kind == VAL_LIST)
		compare_lists(w, from, to, found);
	else
		compare_maps(w, from, to, found);
	bool inner = pair && (from->kind == VAL_LIST || from->kind == VAL_MAP);
	if (w->rationalize && inner && w->out.n > first)
		rationalize(w, first, from, to, found);
}

struct diff diff_compare(arena *mem, const val *from, const val *to, enum diff_flags flags)
{
	struct work w = {.mem = mem, .scratch = arena_open()};
	w.path = buf_init(w.scratch);
	w.rationalize = flags & DIFF_RATIONALIZE;
	compare(&w, from, to, true);
	arena_close(w.scratch);
	return w.out;
}

val *diff_patch(arena *mem, const struct diff *d)
{
	val *list = val_list(mem);
	for (size_t i = 0; i < d->n; i++) {
		val *op = val_map(mem);
		val_set_text(mem, op, "op", names[d->p[i].kind]);
		val_set_text(mem, op, "path", d->p[i].path);
		if (d->p[i].value)
			val_set(mem, op, "value", d->p[i].value);
		val_push(mem, list, op);
	}
	return list;
}

err *diff_remove_paths(arena *mem, val *object, const char *const *paths, size_t n)
{
	val *ops = val_list(mem), *same;
	for (size_t i = 0; i < n; i++) {
		if (!*paths[i])
			continue; /* the root can't be removed */
		val *op = val_map(mem);
		val_set_text(mem, op, "op", "remove");
		val_set_text(mem, op, "path", paths[i]);
		val_push(mem, ops, op);
	}
	return patch_apply(mem, object, ops, PATCH_ALLOW_MISSING, &same);
}
