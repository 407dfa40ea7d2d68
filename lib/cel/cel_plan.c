#include "cel/cel_plan.h"

#include <string.h>

#include "base/regex.h"

struct planner {
	arena *mem;
	bool checked;
	const char *fault;
};

static struct cel_code *plan(struct planner *p, const cel_node *n);

static struct cel_code *make(struct planner *p, enum cel_code_kind kind, int id)
{
	struct cel_code *c = NEW(p->mem, struct cel_code);
	c->kind = kind;
	c->id = id;
	return c;
}

static struct cel_code *fail(struct planner *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static struct cel_code *fail(struct planner *p, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	if (!p->fault)
		p->fault = arena_vprintf(p->mem, fmt, ap);
	va_end(ap);
	return NULL;
}

static struct cel_code *constant(struct planner *p, const cel_value *v, int id)
{
	struct cel_code *c = make(p, CEL_CODE_CONST, id);
	c->value = v;
	return c;
}

bool cel_is_type_name(const char *name)
{
	for (int kind = CEL_NULL; kind < CEL_ERROR; kind++)
		if (!strcmp(cel_type_name((enum cel_kind)kind), name))
			return true;
	return false;
}

/* --- paths ------------------------------------------------------------------------------------ */

static struct cel_path *new_path(struct planner *p, enum cel_path_kind kind, const char *name)
{
	struct cel_path *path = NEW(p->mem, struct cel_path);
	path->kind = kind;
	path->name = name;
	return path;
}

static bool is_path(const struct cel_code *c)
{
	return c->kind == CEL_CODE_PATH || c->kind == CEL_CODE_TEST;
}

/* c as a path: its own, or one that begins at its value. */
static struct cel_path *path_of(struct planner *p, const struct cel_code *c)
{
	if (is_path(c))
		return c->path;
	struct cel_path *path = new_path(p, CEL_PATH_VALUE, NULL);
	path->code = c;
	return path;
}

static struct cel_code *path_code(struct planner *p, struct cel_path *path, int id)
{
	struct cel_code *c = make(p, CEL_CODE_PATH, id);
	c->path = path;
	return c;
}

static void add_step(struct planner *p, struct cel_path *path, struct cel_step s);

/* Each way of reading a name gets the step, and a.b of a longer name comes first. */
static void add_step_either(struct planner *p, struct cel_path *path, struct cel_step s)
{
	struct cel_path *longer = NULL;
	if (s.key && cel_is(s.key, CEL_STRING) && !path->either.p[0]->steps.n)
		longer = new_path(p, CEL_PATH_NAMED,
				  arena_printf(p->mem, "%s.%.*s", path->either.p[0]->name,
					       STR_ARG(s.key->s)));
	for (size_t i = 0; i < path->either.n; i++)
		add_step(p, path->either.p[i], s);
	if (!longer)
		return;
	VEC_PUSH(p->mem, &path->either, longer);
	for (size_t i = path->either.n - 1; i; i--)
		path->either.p[i] = path->either.p[i - 1];
	path->either.p[0] = longer;
}

static void add_step(struct planner *p, struct cel_path *path, struct cel_step s)
{
	switch (path->kind) {
	case CEL_PATH_EITHER:
		add_step_either(p, path, s);
		break;
	case CEL_PATH_CHOICE:
		add_step(p, path->then, s);
		add_step(p, path->otherwise, s);
		break;
	default:
		VEC_PUSH(p->mem, &path->steps, s);
	}
}

static struct cel_code *plan_name(struct planner *p, const char *name, const cel_node *n)
{
	if (n->is_type) {
		if (!cel_is_type_name(name))
			return fail(p, "reference to undefined type: %s", name);
		return constant(p, cel_type_of(p->mem, name), n->id);
	}
	struct cel_path *named = new_path(p, CEL_PATH_NAMED, name);
	if (p->checked)
		return path_code(p, named, n->id);
	struct cel_path *either = new_path(p, CEL_PATH_EITHER, NULL);
	VEC_PUSH(p->mem, &either->either, named);
	return path_code(p, either, n->id);
}

/* Extends the path of c, or one that begins at its value. */
static struct cel_code *extend(struct planner *p, struct cel_code *c, struct cel_step s, int id)
{
	struct cel_code *out = is_path(c) ? c : path_code(p, path_of(p, c), id);
	if (s.test)
		out->kind = CEL_CODE_TEST;
	s.test = out->kind == CEL_CODE_TEST;
	add_step(p, out->path, s);
	return out;
}

static struct cel_code *plan_select(struct planner *p, const cel_node *n)
{
	if (n->resolved)
		return plan_name(p, n->name, n);
	struct cel_code *target = plan(p, n->target);
	if (!target)
		return NULL;
	struct cel_step s = {.key = cel_string(p->mem, str_of(n->name)), .test = n->test_only};
	return extend(p, target, s, n->id);
}

/* Go's name of a value that is no key. */
static const char *go_type(const cel_value *v)
{
	switch (v->kind) {
	case CEL_NULL:
		return "types.Null";
	case CEL_BYTES:
		return "types.Bytes";
	case CEL_TIMESTAMP:
		return "types.Timestamp";
	case CEL_DURATION:
		return "types.Duration";
	case CEL_TYPE:
		return "*types.Type";
	case CEL_LIST:
		return "*types.baseList";
	case CEL_MAP:
		return "*types.baseMap";
	case CEL_OPTIONAL:
		return "*types.Optional";
	case CEL_ERROR:
		return "*types.Err";
	default:
		return NULL;
	}
}

static struct cel_code *plan_index(struct planner *p, struct cel_code **args, int id, bool optional)
{
	struct cel_step s = {.optional = optional};
	if (args[1]->kind != CEL_CODE_CONST)
		s.code = is_path(args[1]) ? args[1] : path_code(p, path_of(p, args[1]), id);
	else if (go_type(args[1]->value))
		return fail(p, "invalid qualifier type: %s", go_type(args[1]->value));
	else
		s.key = args[1]->value;
	return extend(p, args[0], s, id);
}

static struct cel_code *plan_choice(struct planner *p, struct cel_code **args, int id)
{
	struct cel_path *path = new_path(p, CEL_PATH_CHOICE, NULL);
	path->code = args[0];
	path->then = path_of(p, args[1]);
	path->otherwise = path_of(p, args[2]);
	return path_code(p, path, id);
}

/* --- calls ------------------------------------------------------------------------------------ */

/* "a.b" of names and selects; NULL for anything else. */
static const char *dotted(struct planner *p, const cel_node *n)
{
	if (n->kind == CEL_NODE_IDENT)
		return n->name;
	if (n->kind != CEL_NODE_SELECT || n->test_only)
		return NULL;
	const char *before = dotted(p, n->target);
	return before ? arena_printf(p->mem, "%s.%s", before, n->name) : NULL;
}

static const char *without_dot(const char *name)
{
	return *name == '.' ? name + 1 : name;
}

/* Can the table call it? Those with no shape are known to the evaluation alone. */
static const struct cel_function *callable(const char *name)
{
	const struct cel_function *f = cel_function(name);
	return f && f->shape != CEL_SHAPE_NONE ? f : NULL;
}

static struct cel_code *check_shape(struct planner *p, const struct cel_function *f,
				    const char *name, size_t n)
{
	if (!n && (!f || f->shape != CEL_SHAPE_ANY))
		return fail(p, "no such overload: %s()", name);
	if (!f || f->shape == CEL_SHAPE_ANY)
		return NULL;
	if (n == 1 && f->shape != CEL_SHAPE_UNARY)
		return fail(p, "no such overload: %s(arg)", name);
	if (n == 2 && f->shape != CEL_SHAPE_BINARY)
		return fail(p, "no such overload: %s(lhs, rhs)", name);
	if (n > 2)
		return fail(p, "no such overload: %s(...)", name);
	return NULL;
}

/* Compiles a constant pattern. */
static bool plan_pattern(struct planner *p, struct cel_code *c)
{
	struct regex *re;
	const struct cel_code *pattern = c->args[1];
	if (pattern->kind != CEL_CODE_CONST || !cel_is(pattern->value, CEL_STRING))
		return true;
	err *e = regex_compile(p->mem, pattern->value->s, &re);
	if (e)
		fail(p, "%s", err_text(p->mem, e));
	c->regex = re;
	return !e;
}

static struct cel_code *plan_function(struct planner *p, const cel_node *node, const char *name,
				      struct cel_code **args, size_t n)
{
	struct cel_code *c = make(p, CEL_CODE_CALL, node->id);
	c->name = name;
	c->args = (const struct cel_code **)args;
	c->n = n;
	c->function = callable(name);
	check_shape(p, c->function, name, n);
	if (p->fault)
		return NULL;
	if (n == 2 && (!strcmp(name, "or") || !strcmp(name, "orValue")))
		c->kind = name[2] ? CEL_CODE_OPT_OR_VALUE : CEL_CODE_OPT_OR;
	if (n == 2 && !strcmp(name, "matches") && !plan_pattern(p, c))
		return NULL;
	if (n != 1 || args[0]->kind != CEL_CODE_CONST || !cel_function_is_conversion(name))
		return c;
	const cel_value *v = cel_eval_const(p->mem, c);
	if (cel_is(v, CEL_ERROR))
		return fail(p, "%.*s", STR_ARG(v->s));
	return constant(p, v, node->id);
}

static struct cel_code *plan_operator(struct planner *p, const cel_node *node,
				      enum cel_code_kind kind, struct cel_code **args, size_t n)
{
	struct cel_code *c = make(p, kind, node->id);
	c->args = (const struct cel_code **)args;
	c->n = n;
	return c;
}

static struct cel_code *plan_call(struct planner *p, const cel_node *node)
{
	const cel_node *target = node->target;
	const char *name = without_dot(node->name), *prefix = target ? dotted(p, target) : NULL;
	if (prefix && !p->checked) {
		const char *full = arena_printf(p->mem, "%s.%s", without_dot(prefix), node->name);
		if (callable(full)) {
			name = full;
			target = NULL;
		}
	}
	size_t before = target != NULL, n = before + node->n;
	struct cel_code **args = NEW_N(p->mem, struct cel_code *, n + 1);
	for (size_t i = 0; i < n; i++)
		if (!(args[i] = plan(p, i < before ? target : node->args[i - before])))
			return NULL;
	if (!strcmp(name, CEL_OP_AND))
		return plan_operator(p, node, CEL_CODE_AND, args, n);
	if (!strcmp(name, CEL_OP_OR))
		return plan_operator(p, node, CEL_CODE_OR, args, n);
	if (!strcmp(name, CEL_OP_CONDITIONAL))
		return plan_choice(p, args, node->id);
	if (!strcmp(name, CEL_OP_EQUALS))
		return plan_operator(p, node, CEL_CODE_EQUALS, args, n);
	if (!strcmp(name, CEL_OP_NOT_EQUALS))
		return plan_operator(p, node, CEL_CODE_NOT_EQUALS, args, n);
	if (!strcmp(name, CEL_OP_INDEX))
		return plan_index(p, args, node->id, false);
	if (!strcmp(name, CEL_OP_OPT_INDEX) || !strcmp(name, CEL_OP_OPT_SELECT))
		return plan_index(p, args, node->id, true);
	return plan_function(p, node, name, args, n);
}

/* --- literals and folds ----------------------------------------------------------------------- */

static struct cel_code *plan_items(struct planner *p, const cel_node *node)
{
	bool list = node->kind == CEL_NODE_LIST, constants = true;
	struct cel_code *c = make(p, list ? CEL_CODE_LIST : CEL_CODE_MAP, node->id);
	c->args = NEW_N(p->mem, const struct cel_code *, node->n + 1);
	c->n = node->n;
	c->optional = node->optional;
	for (size_t i = 0; i < node->n; i++) {
		if (!(c->args[i] = plan(p, node->args[i])))
			return NULL;
		constants = constants && c->args[i]->kind == CEL_CODE_CONST;
	}
	return constants ? constant(p, cel_eval_const(p->mem, c), node->id) : c;
}

/* Messages: the few whose empty form is a plain value. */
static struct cel_code *plan_message(struct planner *p, const cel_node *node)
{
	static const char pre[] = "google.protobuf.";
	const char *name = without_dot(node->name);
	const cel_value *v = NULL;
	if (strncmp(name, pre, sizeof(pre) - 1))
		return fail(p, "unknown type: %s", node->name);
	const char *kind = name + sizeof(pre) - 1;
	if (!strcmp(kind, "Struct"))
		v = cel_of(p->mem, val_map(p->mem));
	else if (!strcmp(kind, "ListValue"))
		v = cel_list(p->mem, 0);
	else if (!strcmp(kind, "Value"))
		v = cel_null(p->mem);
	else if (!strcmp(kind, "Duration"))
		v = cel_duration(p->mem, 0);
	else if (!strcmp(kind, "Timestamp"))
		v = cel_time(p->mem, 0, 0, 0);
	if (!v || node->n)
		return fail(p, "unknown type: %s", node->name);
	return constant(p, v, node->id);
}

static struct cel_code *plan_fold(struct planner *p, const cel_node *node)
{
	const struct cel_fold *f = node->fold;
	struct cel_code *c = make(p, CEL_CODE_FOLD, node->id);
	c->variable = f->variable;
	c->accumulator = f->accumulator;
	if (!(c->start = plan(p, f->start)) || !(c->range = plan(p, f->range)) ||
	    !(c->condition = plan(p, f->condition)) || !(c->step = plan(p, f->step)) ||
	    !(c->result = plan(p, f->result)))
		return NULL;
	return c;
}

static struct cel_code *plan(struct planner *p, const cel_node *n)
{
	switch (n->kind) {
	case CEL_NODE_LITERAL:
		return constant(p, n->literal, n->id);
	case CEL_NODE_IDENT:
		return plan_name(p, without_dot(n->name), n);
	case CEL_NODE_SELECT:
		return plan_select(p, n);
	case CEL_NODE_CALL:
		return plan_call(p, n);
	case CEL_NODE_LIST:
	case CEL_NODE_MAP:
		return plan_items(p, n);
	case CEL_NODE_STRUCT:
		return plan_message(p, n);
	case CEL_NODE_FOLD:
		return plan_fold(p, n);
	default:
		return fail(p, "unsupported expr");
	}
}

const struct cel_code *cel_plan(arena *mem, const cel_node *root, bool checked,
				const char **ret_fault)
{
	struct planner p = {.mem = mem, .checked = checked};
	const struct cel_code *c = plan(&p, root);
	*ret_fault = p.fault;
	return p.fault ? NULL : c;
}
