#include "cel/cel_check.h"

#include <string.h>

#include "cel/cel_check_format.h"
#include "cel/cel_func.h"
#include "cel/cel_names.h"

struct checker {
	arena *mem;
	struct cel_source *source;
	struct cel_types types;
	struct cel_names names;
};

static void check(struct checker *c, cel_node *n);

static const cel_type *plain(enum cel_type_kind kind)
{
	return cel_type_plain(kind);
}

static const char *show(struct checker *c, const cel_type *t)
{
	return cel_type_shown(c->mem, t);
}

static void mismatch(struct checker *c, const cel_node *n, const cel_type *wanted,
		     const cel_type *found)
{
	cel_fault_add(c->mem, c->source, n->offset, "expected type '%s' but found '%s'",
		      show(c, wanted), show(c, found));
}

static void undeclared(struct checker *c, cel_node *n, const char *name)
{
	cel_fault_add(c->mem, c->source, n->offset,
		      "undeclared reference to '%s' (in container '')", name);
	n->type = plain(CEL_TYPE_ERROR);
}

/* --- names ------------------------------------------------------------------------------------ */

static const char *without_dot(const char *name)
{
	return *name == '.' ? name + 1 : name;
}

/* "a.b" of names and selects; NULL for anything else. */
static const char *dotted(struct checker *c, const cel_node *n)
{
	if (n->kind == CEL_NODE_IDENT)
		return n->name;
	if (n->kind != CEL_NODE_SELECT || n->test_only)
		return NULL;
	const char *before = dotted(c, n->target);
	return before ? arena_printf(c->mem, "%s.%s", before, n->name) : NULL;
}

static void resolve(cel_node *n, const char *name, const struct cel_declared *d)
{
	n->name = name;
	n->resolved = true;
	n->type = d->type;
}

static void check_ident(struct checker *c, cel_node *n)
{
	struct cel_declared d;
	if (cel_names_find(&c->names, without_dot(n->name), &d))
		resolve(n, without_dot(n->name), &d);
	else
		undeclared(c, n, n->name);
}

/* --- selects ---------------------------------------------------------------------------------- */

static const cel_type *unwrapped(const cel_type *t, bool *ret_optional)
{
	*ret_optional = t->kind == CEL_TYPE_OPTIONAL;
	return *ret_optional ? t->a : t;
}

static const cel_type *field_type(struct checker *c, const cel_node *n, cel_node *target,
				  bool optional)
{
	bool was_optional;
	check(c, target);
	const cel_type *t =
		unwrapped(cel_type_known(&c->types, target->type, false), &was_optional);
	const cel_type *out = plain(CEL_TYPE_DYN);
	if (t->kind == CEL_TYPE_MAP)
		out = t->b;
	else if (t->kind == CEL_TYPE_PARAM)
		cel_type_fits(&c->types, plain(CEL_TYPE_DYN), t);
	else if (t->kind != CEL_TYPE_DYN && t->kind != CEL_TYPE_ERROR)
		cel_fault_add(c->mem, c->source, n->offset,
			      "type '%s' does not support field selection", show(c, t));
	if (was_optional || optional)
		out = cel_type_with(c->mem, CEL_TYPE_OPTIONAL, out, NULL);
	return out;
}

static void check_select(struct checker *c, cel_node *n)
{
	struct cel_declared d;
	const char *name = dotted(c, n);
	if (name && cel_names_find(&c->names, without_dot(name), &d)) {
		resolve(n, without_dot(name), &d);
		return;
	}
	const cel_type *t = field_type(c, n, n->target, false);
	n->type = n->test_only ? plain(CEL_TYPE_BOOL) : cel_type_known(&c->types, t, false);
}

/* --- calls ------------------------------------------------------------------------------------ */

static void no_overload(struct checker *c, cel_node *n, const struct cel_function *f,
			const cel_type **args, size_t count, bool receiver)
{
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < count; i++) {
		const cel_type *t = cel_type_known(&c->types, args[i], true);
		if (i == 0 && receiver) {
			buf_printf(&b, "%s.(", show(c, t));
			continue;
		}
		buf_printf(&b, "%s%s", i > (size_t)receiver ? ", " : i ? "" : "(", show(c, t));
	}
	if (!count)
		buf_char(&b, '(');
	cel_fault_add(c->mem, c->source, n->offset,
		      "found no matching overload for '%s' applied to '%s)'", f->name,
		      buf_text(&b));
	n->type = plain(CEL_TYPE_ERROR);
}

/* && and ||: every argument a bool. */
static void check_logical(struct checker *c, cel_node *n)
{
	n->type = plain(CEL_TYPE_BOOL);
	for (size_t i = 0; i < n->n; i++) {
		if (cel_type_fits(&c->types, n->args[i]->type, plain(CEL_TYPE_BOOL)))
			continue;
		mismatch(c, n->args[i], plain(CEL_TYPE_BOOL), n->args[i]->type);
		n->type = plain(CEL_TYPE_ERROR);
	}
}

/* The result of an overload for these arguments, NULL when it does not take them. */
static const cel_type *overload_result(struct checker *c, const struct cel_overload *o,
				       const cel_type **args, size_t count, bool receiver)
{
	const char *p = o->signature;
	const cel_type *vars[26] = {0}, *wanted[8];
	size_t n = 0;
	if ((*p == '.') != receiver)
		return NULL;
	for (p += receiver; *p != '>'; p += *p == ',')
		wanted[n++] = cel_type_read(&c->types, &p, vars);
	p++;
	const cel_type *result = cel_type_read(&c->types, &p, vars);
	if (n != count || !cel_type_fit_all(&c->types, args, wanted, n))
		return NULL;
	return cel_type_known(&c->types, result, false);
}

static void check_overloads(struct checker *c, cel_node *n, const struct cel_function *f)
{
	size_t before = n->target != NULL, count = n->n + before;
	const cel_type **args = NEW_N(c->mem, const cel_type *, count + 1);
	const cel_type *result = NULL;
	if (before)
		args[0] = n->target->type;
	for (size_t i = 0; i < n->n; i++)
		args[i + before] = n->args[i]->type;
	if (!strcmp(f->name, CEL_OP_AND) || !strcmp(f->name, CEL_OP_OR)) {
		check_logical(c, n);
		return;
	}
	for (size_t i = 0; i < f->n; i++) {
		const cel_type *t = overload_result(c, &f->overloads[i], args, count, before);
		if (!result)
			result = t;
		else if (t && result->kind != CEL_TYPE_DYN && !cel_type_same(t, result))
			result = plain(CEL_TYPE_DYN);
	}
	if (result)
		n->type = result;
	else
		no_overload(c, n, f, args, count, before);
}

static void check_call(struct checker *c, cel_node *n)
{
	if (!strcmp(n->name, CEL_OP_OPT_SELECT)) {
		const cel_type *t = field_type(c, n, n->args[0], true);
		check(c, n->args[1]);
		n->type = cel_type_known(&c->types, t, false);
		return;
	}
	for (size_t i = 0; i < n->n; i++)
		check(c, n->args[i]);
	const char *prefix = n->target ? dotted(c, n->target) : NULL;
	const char *full =
		prefix ? arena_printf(c->mem, "%s.%s", without_dot(prefix), n->name) : NULL;
	if (full && cel_function(full)) {
		n->name = full;
		n->target = NULL;
	}
	if (n->target)
		check(c, n->target);
	const struct cel_function *f = cel_function(without_dot(n->name));
	if (!f) {
		undeclared(c, n, n->name);
		return;
	}
	n->name = f->name;
	check_overloads(c, n, f);
}

/* --- literals --------------------------------------------------------------------------------- */

static const cel_type *literal_type(const cel_value *v)
{
	switch (v->kind) {
	case CEL_BOOL:
		return plain(CEL_TYPE_BOOL);
	case CEL_INT:
		return plain(CEL_TYPE_INT);
	case CEL_UINT:
		return plain(CEL_TYPE_UINT);
	case CEL_DOUBLE:
		return plain(CEL_TYPE_DOUBLE);
	case CEL_STRING:
		return plain(CEL_TYPE_STRING);
	case CEL_BYTES:
		return plain(CEL_TYPE_BYTES);
	default:
		return plain(CEL_TYPE_NULL);
	}
}

/* The type of items of one type and another. */
static const cel_type *join(struct checker *c, const cel_type *before, const cel_type *t)
{
	if (!before)
		return t;
	if (cel_type_fits(&c->types, before, t))
		return cel_type_general(before, t);
	return plain(CEL_TYPE_DYN);
}

/* The type of an item behind a "?". */
static const cel_type *optional_item(struct checker *c, const cel_node *n)
{
	bool optional;
	const cel_type *t = unwrapped(n->type, &optional);
	if (!optional && t->kind != CEL_TYPE_DYN)
		mismatch(c, n, cel_type_with(c->mem, CEL_TYPE_OPTIONAL, t, NULL), t);
	return t;
}

static void check_list(struct checker *c, cel_node *n)
{
	const cel_type *items = NULL;
	for (size_t i = 0; i < n->n; i++) {
		cel_node *item = n->args[i];
		check(c, item);
		bool optional = n->optional && n->optional[i];
		items = join(c, items, optional ? optional_item(c, item) : item->type);
	}
	if (!items)
		items = cel_type_var(&c->types, NULL);
	n->type = cel_type_with(c->mem, CEL_TYPE_LIST, items, NULL);
}

static void check_map(struct checker *c, cel_node *n)
{
	const cel_type *keys = NULL, *values = NULL;
	for (size_t i = 0; i < n->n; i += 2) {
		cel_node *key = n->args[i], *value = n->args[i + 1];
		check(c, key);
		keys = join(c, keys, key->type);
		check(c, value);
		bool optional = n->optional && n->optional[i];
		values = join(c, values, optional ? optional_item(c, value) : value->type);
	}
	if (!keys) {
		keys = cel_type_var(&c->types, NULL);
		values = cel_type_var(&c->types, NULL);
	}
	n->type = cel_type_with(c->mem, CEL_TYPE_MAP, keys, values);
}

static void check_message(struct checker *c, cel_node *n)
{
	struct cel_declared d;
	const char *name = without_dot(n->name);
	if (!cel_names_find(&c->names, name, &d)) {
		undeclared(c, n, n->name);
		return;
	}
	n->type = plain(CEL_TYPE_ERROR);
	if (!d.is_type)
		cel_fault_add(c->mem, c->source, n->offset, "'%s' is not a type",
			      cel_type_result(c->mem, d.type));
	else if (!cel_message_type(&c->names, name))
		cel_fault_add(c->mem, c->source, n->offset, "'%s' is not a message type", name);
	else
		n->type = d.type->a;
	for (size_t i = 0; i < n->n; i++) {
		check(c, n->args[i]);
		cel_fault_add(c->mem, c->source, n->args[i]->offset, "undefined field '%s'",
			      n->fields[i]);
	}
}

/* --- folds ------------------------------------------------------------------------------------ */

static const cel_type *variable_type(struct checker *c, const cel_node *range)
{
	const cel_type *t = cel_type_known(&c->types, range->type, false);
	switch (t->kind) {
	case CEL_TYPE_LIST:
	case CEL_TYPE_MAP:
		return t->a;
	case CEL_TYPE_DYN:
	case CEL_TYPE_ERROR:
	case CEL_TYPE_PARAM:
		cel_type_fits(&c->types, plain(CEL_TYPE_DYN), t);
		return plain(CEL_TYPE_DYN);
	default:
		cel_fault_add(c->mem, c->source, range->offset,
			      "expression of type '%s' cannot be range of a comprehension (must be "
			      "list, map, or dynamic)",
			      show(c, t));
		return plain(CEL_TYPE_ERROR);
	}
}

static void must_be(struct checker *c, const cel_node *n, const cel_type *t)
{
	if (!cel_type_fits(&c->types, t, n->type))
		mismatch(c, n, t, n->type);
}

static void check_fold(struct checker *c, cel_node *n)
{
	const struct cel_fold *f = n->fold;
	check(c, f->range);
	check(c, f->start);
	struct cel_scope accumulator = {c->names.scope, f->accumulator, f->start->type};
	struct cel_scope variable = {&accumulator, f->variable, variable_type(c, f->range)};
	c->names.scope = &variable;
	check(c, f->condition);
	must_be(c, f->condition, plain(CEL_TYPE_BOOL));
	check(c, f->step);
	must_be(c, f->step, accumulator.type);
	c->names.scope = &accumulator;
	check(c, f->result);
	c->names.scope = accumulator.outer;
	n->type = cel_type_known(&c->types, f->result->type, false);
}

static void check(struct checker *c, cel_node *n)
{
	switch (n->kind) {
	case CEL_NODE_LITERAL:
		n->type = literal_type(n->literal);
		break;
	case CEL_NODE_IDENT:
		check_ident(c, n);
		break;
	case CEL_NODE_SELECT:
		check_select(c, n);
		break;
	case CEL_NODE_CALL:
		check_call(c, n);
		break;
	case CEL_NODE_LIST:
		check_list(c, n);
		break;
	case CEL_NODE_MAP:
		check_map(c, n);
		break;
	case CEL_NODE_STRUCT:
		check_message(c, n);
		break;
	case CEL_NODE_FOLD:
		check_fold(c, n);
		break;
	default:
		n->type = plain(CEL_TYPE_ERROR);
	}
}

/* --- the end ---------------------------------------------------------------------------------- */

/* What is looked at once all types are known. */
enum look {
	LOOK_NOT,     /* there are faults already */
	LOOK,	      /* literals have items of one type */
	LOOK_FORMATS, /* … but not below a format() */
};

static void finish(struct checker *c, cel_node *n, enum look look);

static void finish_fold(struct checker *c, const struct cel_fold *f, enum look look)
{
	finish(c, f->range, look);
	finish(c, f->start, look);
	finish(c, f->condition, look);
	finish(c, f->step, look);
	finish(c, f->result, look);
}

/* Items from `from` on, every step-th, have one type: of a list the first that has not is told, of a
 * map all. */
static void check_alike(struct checker *c, const cel_node *n, size_t from, size_t step)
{
	const cel_type *first = NULL;
	for (size_t i = from; i < n->n; i += step) {
		const cel_type *t = n->args[i]->type;
		bool optional = n->optional && n->optional[i] && (n->kind == CEL_NODE_LIST || from);
		if (optional && t->kind == CEL_TYPE_OPTIONAL)
			t = t->a;
		if (first && !cel_type_same(first, t)) {
			mismatch(c, n->args[i], first, t);
			if (n->kind == CEL_NODE_LIST)
				return;
		}
		first = first ? first : t;
	}
}

static void look_at(struct checker *c, const cel_node *n, enum look look)
{
	if (n->kind == CEL_NODE_CALL)
		cel_check_format(c->mem, c->source, n);
	if (look == LOOK && n->kind == CEL_NODE_LIST)
		check_alike(c, n, 0, 1);
	if (look == LOOK && n->kind == CEL_NODE_MAP) {
		check_alike(c, n, 0, 2);
		check_alike(c, n, 1, 2);
	}
}

/* Gives nodes the types that were found out in the end. */
static void finish(struct checker *c, cel_node *n, enum look look)
{
	enum look below = look;
	if (look == LOOK && n->kind == CEL_NODE_CALL && !strcmp(n->name, "format"))
		below = LOOK_FORMATS;
	if (n->type)
		n->type = cel_type_known(&c->types, n->type, true);
	n->is_type = n->resolved && n->type->kind == CEL_TYPE_TYPE;
	if (n->target && !n->resolved)
		finish(c, n->target, below);
	for (size_t i = 0; i < n->n; i++)
		finish(c, n->args[i], below);
	if (n->fold)
		finish_fold(c, n->fold, below);
	if (look != LOOK_NOT)
		look_at(c, n, look);
}

void cel_check(arena *mem, struct cel_source *source, cel_node *root, const char *const *variables,
	       size_t n, const char **ret_type)
{
	struct checker c = {.mem = mem, .source = source, .types = {.mem = mem}};
	const cel_type *a = cel_type_var(&c.types, "A"), *b = cel_type_var(&c.types, "B");
	c.names = (struct cel_names){.mem = mem,
				     .variables = variables,
				     .n = n,
				     .any_list = cel_type_with(mem, CEL_TYPE_LIST, a, NULL),
				     .any_map = cel_type_with(mem, CEL_TYPE_MAP, a, b)};
	check(&c, root);
	finish(&c, root, source->faults.n ? LOOK_NOT : LOOK);
	*ret_type = cel_type_result(mem, root->type);
}
