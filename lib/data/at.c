#include "data/at.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"

static str unescape(arena *mem, str part)
{
	if (str_find(part, '~') < 0)
		return (str){str_text(mem, part), part.n};
	buf b = buf_init(mem);
	for (size_t i = 0; i < part.n; i++) {
		bool escape = part.p[i] == '~' && i + 1 < part.n;
		if (escape && part.p[i + 1] == '1')
			buf_char(&b, '/'), i++;
		else if (escape && part.p[i + 1] == '0')
			buf_char(&b, '~'), i++;
		else
			buf_char(&b, part.p[i]);
	}
	buf_text(&b);
	return buf_view(&b);
}

char *at_escape(arena *mem, str part)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < part.n; i++) {
		if (part.p[i] == '~')
			buf_text_add(&b, "~0");
		else if (part.p[i] == '/')
			buf_text_add(&b, "~1");
		else
			buf_char(&b, part.p[i]);
	}
	return buf_text(&b);
}

bool at_parse(arena *mem, str pointer, struct at *ret_at)
{
	ptrdiff_t slash = str_find(pointer, '/');
	if (slash < 0)
		return false;
	str rest = str_sub(pointer, (size_t)slash + 1, pointer.n), part;
	size_t n = 1;
	for (size_t i = 0; i < rest.n; i++)
		n += rest.p[i] == '/';
	if (n > AT_MAX_DEPTH)
		return false;
	*ret_at = (struct at){NEW_N(mem, str, n), 0};
	if (!rest.n)
		rest = STR("");
	while (str_next(&rest, '/', &part))
		ret_at->parts[ret_at->n++] = unescape(mem, part);
	return true;
}

err *at_index(arena *mem, str part, size_t n, bool behind, size_t *ret_index)
{
	if (behind && str_is(part, "-")) {
		*ret_index = n;
		return NULL;
	}
	int64_t i;
	if (!str_int(part, &i))
		return err_new(mem, ERR_INVALID, "strconv.Atoi: parsing \"%.*s\": invalid syntax",
			       STR_ARG(part));
	int64_t end = (int64_t)n + (behind ? 1 : 0);
	if (i < 0)
		i += end;
	if (i < 0 || i >= end)
		return err_new(mem, ERR_NOT_FOUND,
			       "Unable to access invalid index: %.*s: invalid index referenced",
			       STR_ARG(part));
	*ret_index = (size_t)i;
	return NULL;
}

val *at_walk(arena *mem, val *v, const struct at *at, size_t depth)
{
	for (size_t i = 0; v && i < depth; i++) {
		size_t index;
		if (v->kind == VAL_MAP)
			v = val_get_str(v, at->parts[i]);
		else if (v->kind == VAL_LIST &&
			 !at_index(mem, at->parts[i], val_len(v), false, &index))
			v = val_at(v, index);
		else
			v = NULL;
	}
	return v;
}

val *at_get(arena *mem, const val *v, const char *pointer)
{
	struct at at;
	if (!*pointer)
		return (val *)v;
	return at_parse(mem, str_of(pointer), &at) ? at_walk(mem, (val *)v, &at, at.n) : NULL;
}

err *at_remove(arena *mem, val *v, str pointer, bool *ret_removed)
{
	struct at at;
	*ret_removed = false;
	val *parent = at_parse(mem, pointer, &at) ? at_walk(mem, v, &at, at.n - 1) : NULL;
	if (val_is(parent, VAL_MAP))
		*ret_removed = val_del_str(parent, at.parts[at.n - 1]);
	if (!val_is(parent, VAL_LIST))
		return NULL;
	size_t index;
	err *e = at_index(mem, at.parts[at.n - 1], val_len(parent), false, &index);
	if (err_code(e) == ERR_NOT_FOUND)
		return NULL;
	TRY(e);
	val_remove(parent, index);
	*ret_removed = true;
	return NULL;
}

/* The container of the last part, with absent maps made. */
static err *reach(arena *mem, val *v, const struct at *at, val **ret)
{
	for (size_t i = 0; i + 1 < at->n; i++) {
		val *next = at_walk(mem, v, &(struct at){&at->parts[i], 1}, 1);
		if ((!next || next->kind == VAL_NULL) && v->kind == VAL_MAP) {
			next = val_map(mem);
			val_set_str(mem, v, at->parts[i], next);
		}
		if (!next)
			return err_new(mem, ERR_NOT_FOUND, "there is no '%.*s' in a %s",
				       STR_ARG(at->parts[i]), val_kind_name(v));
		v = next;
	}
	*ret = v;
	return NULL;
}

err *at_set(arena *mem, val *v, str pointer, val *value)
{
	struct at at;
	val *parent;
	if (!at_parse(mem, pointer, &at))
		return err_new(mem, ERR_NOT_FOUND, "'%.*s' points nowhere", STR_ARG(pointer));
	TRY(reach(mem, v, &at, &parent));
	str last = at.parts[at.n - 1];
	if (parent->kind == VAL_MAP) {
		val_set_str(mem, parent, last, value);
		return NULL;
	}
	if (parent->kind != VAL_LIST)
		return err_new(mem, ERR_NOT_FOUND, "there is no '%.*s' in a %s", STR_ARG(last),
			       val_kind_name(parent));
	size_t index;
	TRY(at_index(mem, last, val_len(parent), true, &index));
	if (index == val_len(parent))
		val_push(mem, parent, value);
	else
		parent->list.p[index] = value;
	return NULL;
}
