#include "cel/cel_macro.h"

#include <string.h>

#define ACCUMULATOR "@result" /* no name that an expression could use */
#define UNUSED "#unused"

/* A macro call on its way to what it stands for. */
struct macro {
	struct cel_maker *m;
	int32_t offset;
	cel_node *target;
	cel_node **args;
	size_t n;
};

int cel_next_id(struct cel_maker *m)
{
	return ++m->ids;
}

cel_node *cel_make_with(struct cel_maker *m, enum cel_node_kind kind, int32_t offset, int id)
{
	if (++m->nodes > CEL_MAX_NODES)
		m->full = true;
	cel_node *n = NEW(m->mem, cel_node);
	n->kind = kind;
	n->offset = offset;
	n->id = id;
	return n;
}

cel_node *cel_make(struct cel_maker *m, enum cel_node_kind kind, int32_t offset)
{
	return cel_make_with(m, kind, offset, cel_next_id(m));
}

cel_node *cel_make_call(struct cel_maker *m, const char *name, int32_t offset, int id,
			cel_node *target, cel_node **args, size_t n)
{
	cel_node *call = cel_make_with(m, CEL_NODE_CALL, offset, id);
	call->name = name;
	call->target = target;
	call->args = args;
	call->n = n;
	return call;
}

/* --- parts of expansions ---------------------------------------------------------------------- */

static cel_node *literal(struct macro *x, const cel_value *v)
{
	cel_node *n = cel_make(x->m, CEL_NODE_LITERAL, x->offset);
	n->literal = v;
	return n;
}

static cel_node *ident(struct macro *x, const char *name)
{
	cel_node *n = cel_make(x->m, CEL_NODE_IDENT, x->offset);
	n->name = name;
	return n;
}

static cel_node *accumulator(struct macro *x)
{
	return ident(x, ACCUMULATOR);
}

static cel_node *list(struct macro *x, cel_node *item)
{
	cel_node *n = cel_make(x->m, CEL_NODE_LIST, x->offset);
	if (item) {
		n->args = NEW(x->m->mem, cel_node *);
		n->args[0] = item;
		n->n = 1;
	}
	return n;
}

static cel_node *call(struct macro *x, const char *name, cel_node *target, cel_node *a, cel_node *b,
		      cel_node *c)
{
	cel_node **args = NEW_N(x->m->mem, cel_node *, 3);
	size_t n = 0;
	for (cel_node **each = (cel_node *[]){a, b, c, NULL}; *each && n < 3; each++)
		args[n++] = *each;
	return cel_make_call(x->m, name, x->offset, cel_next_id(x->m), target, args, n);
}

static cel_node *fold(struct macro *x, struct cel_fold parts)
{
	cel_node *n = cel_make(x->m, CEL_NODE_FOLD, x->offset);
	n->fold = NEW(x->m->mem, struct cel_fold);
	*n->fold = parts;
	return n;
}

/* A fold over the target with the variable of the first argument. */
static struct cel_fold over(struct macro *x)
{
	return (struct cel_fold){
		.variable = x->args[0]->name, .accumulator = ACCUMULATOR, .range = x->target};
}

/* A deep copy with new ids, up to the ceiling on nodes. */
static cel_node *copy(struct cel_maker *m, const cel_node *n)
{
	if (!n || m->full)
		return NULL;
	cel_node *c = cel_make(m, n->kind, n->offset);
	int id = c->id;
	int32_t offset = c->offset;
	*c = *n;
	c->id = id;
	c->offset = offset;
	c->target = copy(m, n->target);
	c->args = n->n ? NEW_N(m->mem, cel_node *, n->n) : NULL;
	for (size_t i = 0; i < n->n; i++)
		c->args[i] = copy(m, n->args[i]);
	if (n->fold) {
		c->fold = NEW(m->mem, struct cel_fold);
		*c->fold = *n->fold;
		c->fold->range = copy(m, n->fold->range);
		c->fold->start = copy(m, n->fold->start);
		c->fold->condition = copy(m, n->fold->condition);
		c->fold->step = copy(m, n->fold->step);
		c->fold->result = copy(m, n->fold->result);
	}
	return c;
}

/* --- the macros ------------------------------------------------------------------------------- */

static cel_node *fail(struct macro *x, const char *text)
{
	cel_fault_add(x->m->mem, x->m->source, x->args[0]->offset, "%s", text);
	return cel_make(x->m, CEL_NODE_NOTHING, x->args[0]->offset);
}

/* Is the first argument a name that may become a variable? */
static bool variable(struct macro *x, const char *otherwise, cel_node **ret_fault)
{
	*ret_fault = NULL;
	if (x->args[0]->kind != CEL_NODE_IDENT)
		*ret_fault = fail(x, otherwise);
	else if (!strcmp(x->args[0]->name, "__result__"))
		*ret_fault = fail(x, "iteration variable overwrites accumulator variable");
	return !*ret_fault;
}

static cel_node *expand_has(struct macro *x)
{
	cel_node *arg = x->args[0];
	if (arg->kind != CEL_NODE_SELECT)
		return fail(x, "invalid argument to has() macro");
	cel_node *n = cel_make(x->m, CEL_NODE_SELECT, x->offset);
	n->target = arg->target;
	n->name = arg->name;
	n->test_only = true;
	return n;
}

static cel_node *expand_all(struct macro *x)
{
	cel_node *fault;
	if (!variable(x, "argument must be a simple name", &fault))
		return fault;
	struct cel_fold f = over(x);
	f.start = literal(x, cel_bool_of(x->m->mem, true));
	f.condition = call(x, CEL_OP_NOT_FALSE, NULL, accumulator(x), NULL, NULL);
	f.step = call(x, CEL_OP_AND, NULL, accumulator(x), x->args[1], NULL);
	f.result = accumulator(x);
	return fold(x, f);
}

static cel_node *expand_exists(struct macro *x)
{
	cel_node *fault;
	if (!variable(x, "argument must be a simple name", &fault))
		return fault;
	struct cel_fold f = over(x);
	f.start = literal(x, cel_bool_of(x->m->mem, false));
	cel_node *not_yet = call(x, CEL_OP_NOT, NULL, accumulator(x), NULL, NULL);
	f.condition = call(x, CEL_OP_NOT_FALSE, NULL, not_yet, NULL, NULL);
	f.step = call(x, CEL_OP_OR, NULL, accumulator(x), x->args[1], NULL);
	f.result = accumulator(x);
	return fold(x, f);
}

static cel_node *expand_exists_one(struct macro *x)
{
	cel_node *fault;
	if (!variable(x, "argument must be a simple name", &fault))
		return fault;
	struct cel_fold f = over(x);
	f.start = literal(x, cel_int(x->m->mem, 0));
	f.condition = literal(x, cel_bool_of(x->m->mem, true));
	cel_node *before = accumulator(x), *one = literal(x, cel_int(x->m->mem, 1));
	cel_node *more = call(x, CEL_OP_ADD, NULL, before, one, NULL);
	cel_node *same = accumulator(x);
	f.step = call(x, CEL_OP_CONDITIONAL, NULL, x->args[1], more, same);
	cel_node *count = accumulator(x);
	one = literal(x, cel_int(x->m->mem, 1));
	f.result = call(x, CEL_OP_EQUALS, NULL, count, one, NULL);
	return fold(x, f);
}

/* A list of what item gives for all for which filter (NULL: all) holds. */
static cel_node *collect(struct macro *x, cel_node *filter, cel_node *item)
{
	struct cel_fold f = over(x);
	f.start = list(x, NULL);
	f.condition = literal(x, cel_bool_of(x->m->mem, true));
	cel_node *before = accumulator(x), *one = list(x, item);
	f.step = call(x, CEL_OP_ADD, NULL, before, one, NULL);
	if (filter) {
		cel_node *same = accumulator(x);
		f.step = call(x, CEL_OP_CONDITIONAL, NULL, filter, f.step, same);
	}
	f.result = accumulator(x);
	return fold(x, f);
}

static cel_node *expand_map(struct macro *x)
{
	cel_node *fault;
	if (!variable(x, "argument is not an identifier", &fault))
		return fault;
	return x->n == 3 ? collect(x, x->args[1], x->args[2]) : collect(x, NULL, x->args[1]);
}

static cel_node *expand_filter(struct macro *x)
{
	cel_node *fault;
	if (!variable(x, "argument is not an identifier", &fault))
		return fault;
	return collect(x, x->args[1], x->args[0]);
}

/* target.hasValue() ? (a fold over nothing that binds the variable) : optional.none() */
static cel_node *expand_optional(struct macro *x, bool wrap)
{
	if (x->args[0]->kind != CEL_NODE_IDENT)
		return fail(x, wrap ? "optMap() variable name must be a simple identifier"
				    : "optFlatMap() variable name must be a simple identifier");
	const char *name = x->args[0]->name;
	cel_node *has = call(x, "hasValue", x->target, NULL, NULL, NULL);
	struct cel_fold f = {.variable = UNUSED, .accumulator = name};
	f.range = list(x, NULL);
	cel_node *again = copy(x->m, x->target);
	f.start = call(x, "value", again, NULL, NULL, NULL);
	f.condition = literal(x, cel_bool_of(x->m->mem, false));
	f.step = ident(x, name);
	f.result = x->args[1];
	cel_node *then = fold(x, f);
	if (wrap)
		then = call(x, "optional.of", NULL, then, NULL, NULL);
	cel_node *none = call(x, "optional.none", NULL, NULL, NULL, NULL);
	return call(x, CEL_OP_CONDITIONAL, NULL, has, then, none);
}

static cel_node *expand_opt_map(struct macro *x)
{
	return expand_optional(x, true);
}

static cel_node *expand_opt_flat_map(struct macro *x)
{
	return expand_optional(x, false);
}

cel_node *cel_call_or_macro(struct cel_maker *m, const char *name, int32_t offset, int id,
			    cel_node *target, cel_node **args, size_t n)
{
	static const struct {
		const char *name;
		bool receiver;
		size_t n;
		cel_node *(*expand)(struct macro *);
	} macros[] = {{"has", false, 1, expand_has},
		      {"all", true, 2, expand_all},
		      {"exists", true, 2, expand_exists},
		      {"exists_one", true, 2, expand_exists_one},
		      {"map", true, 2, expand_map},
		      {"map", true, 3, expand_map},
		      {"filter", true, 2, expand_filter},
		      {"optMap", true, 2, expand_opt_map},
		      {"optFlatMap", true, 2, expand_opt_flat_map}};
	struct macro x = {m, offset, target, args, n};
	for (size_t i = 0; i < sizeof(macros) / sizeof(*macros); i++)
		if (macros[i].n == n && macros[i].receiver == (target != NULL) &&
		    !strcmp(macros[i].name, name))
			return macros[i].expand(&x);
	return cel_make_call(m, name, offset, id, target, args, n);
}
