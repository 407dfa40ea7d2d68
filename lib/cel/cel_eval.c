#include "cel/cel_eval.h"

#include <string.h>

#include "base/regex.h"

#define BYTES_A_STEP 64 /* of texts that a function goes through */

/* Variables of a fold, in front of those further out. */
struct scope {
	struct scope *outer;
	const struct cel_code *fold;
	const cel_value *item, *accumulated; /* accumulated is NULL until it is asked for */
	bool done;			     /* the result is computed, without the item */
};

struct run {
	arena *mem;
	const val *vars;
	struct scope *scope;
	int64_t budget;
	size_t bytes; /* of the arena before */
	bool over;    /* a bound was met */
};

/* A value, or an error: one for a name that nothing has is passed over by other readings of it. */
struct found {
	const cel_value *v;
	bool missing;
};

static const cel_value *eval(struct run *r, const struct cel_code *c);
static struct found resolve(struct run *r, const struct cel_path *p);

static bool is_error(const cel_value *v)
{
	return cel_is(v, CEL_ERROR);
}

static struct found found(const cel_value *v)
{
	return (struct found){v, false};
}

/* --- names ------------------------------------------------------------------------------------ */

static const cel_value *accumulated(struct run *r, struct scope *s)
{
	if (s->accumulated)
		return s->accumulated;
	struct scope *inner = r->scope;
	r->scope = s->outer;
	s->accumulated = eval(r, s->fold->start);
	r->scope = inner;
	return s->accumulated;
}

/* Is name a.b.c, and first a? Then it is a field of the fold's variable. */
static bool is_below(const char *name, const char *first)
{
	size_t n = strlen(first);
	return !strncmp(name, first, n) && name[n] == '.';
}

/* NULL for a name that nothing has. */
static const cel_value *variable(struct run *r, const char *name)
{
	for (struct scope *s = r->scope; s; s = s->outer) {
		if (!strcmp(s->fold->accumulator, name))
			return accumulated(r, s);
		if (!s->done && !strcmp(s->fold->variable, name))
			return s->item;
		if (!s->done && is_below(name, s->fold->variable))
			return NULL;
	}
	const val *v = val_get(r->vars, name);
	return v ? cel_of(r->mem, v) : NULL;
}

/* --- steps ------------------------------------------------------------------------------------ */

static const cel_value *no_key(struct run *r, const cel_value *key)
{
	return cel_error(r->mem, "no such key: %s", cel_text(r->mem, key));
}

/* The place in a list that a key stands for; an error, or NULL. */
static const cel_value *list_place(struct run *r, const cel_value *key, int64_t *ret_place)
{
	switch (key->kind) {
	case CEL_INT:
		*ret_place = key->i;
		return NULL;
	case CEL_UINT:
		*ret_place = key->u > INT64_MAX ? -1 : (int64_t)key->u;
		return NULL;
	case CEL_DOUBLE:
		*ret_place = key->d > -1e18 && key->d < 1e18 ? (int64_t)key->d : -1;
		if ((double)*ret_place == key->d)
			return NULL;
		return cel_error(r->mem, "unsupported index value %s in list",
				 cel_text(r->mem, key));
	default:
		return cel_error(r->mem, "unsupported index type '%s' in list",
				 cel_type_name(key->kind));
	}
}

/* What the key leads to; an error; NULL when it is absent and that may be. */
static const cel_value *descend(struct run *r, const cel_value *v, const cel_value *key,
				bool may_lack)
{
	int64_t place;
	const cel_value *out = NULL;
	if (cel_is(v, CEL_MAP)) {
		out = cel_find(r->mem, v, key);
	} else if (cel_is(v, CEL_LIST)) {
		const cel_value *bad = list_place(r, key, &place);
		if (bad)
			return bad;
		if (place >= 0 && place < (int64_t)cel_size(v))
			return cel_at(r->mem, v, (size_t)place);
		if (!may_lack)
			return cel_error(r->mem, "index out of bounds: %s", cel_text(r->mem, key));
	}
	return out || may_lack ? out : no_key(r, key);
}

static const char *go_type(const cel_value *v)
{
	static const char *const names[] = {[CEL_NULL] = "<nil>",
					    [CEL_BYTES] = "types.Bytes",
					    [CEL_TIMESTAMP] = "types.Timestamp",
					    [CEL_DURATION] = "types.Duration",
					    [CEL_TYPE] = "*types.Type",
					    [CEL_OPTIONAL] = "*types.Optional"};
	if (cel_is(v, CEL_LIST))
		return v->list.native ? "[]interface {}" : "*types.baseList";
	if (cel_is(v, CEL_MAP))
		return v->map.native ? "map[string]interface {}" : "*types.baseMap";
	return names[v->kind];
}

static bool is_key(const cel_value *v)
{
	return cel_is(v, CEL_STRING) || cel_is(v, CEL_INT) || cel_is(v, CEL_UINT) ||
	       cel_is(v, CEL_BOOL) || cel_is(v, CEL_DOUBLE);
}

static struct found step_key(struct run *r, const struct cel_step *s)
{
	if (s->key)
		return found(s->key);
	struct found f = resolve(r, s->code->path);
	if (!is_error(f.v) && !is_key(f.v))
		f.v = cel_error(r->mem, "invalid qualifier type: %s", go_type(f.v));
	return f;
}

/* Follows the steps from v. From an optional on, or an optional step, what is absent gives none and
 * what is there an optional. */
static struct found follow(struct run *r, const cel_value *v, const struct cel_path *p)
{
	bool optional = cel_is(v, CEL_OPTIONAL);
	if (optional && !v->inner)
		return found(v);
	if (optional)
		v = v->inner;
	for (size_t i = 0; i < p->steps.n; i++) {
		const struct cel_step *s = &p->steps.p[i];
		struct found key = step_key(r, s);
		if (is_error(key.v))
			return key;
		optional = optional || s->optional;
		v = descend(r, v, key.v, optional || s->test);
		if (v && is_error(v))
			return found(v);
		if (optional && !v)
			return found(cel_optional(r->mem, NULL));
		if (s->test && !optional)
			v = cel_bool_of(r->mem, v);
	}
	return found(optional ? cel_optional(r->mem, v) : v);
}

static struct found resolve_named(struct run *r, const struct cel_path *p)
{
	const cel_value *v = variable(r, p->name);
	if (v)
		return is_error(v) ? found(v) : follow(r, v, p);
	if (!p->steps.n && cel_is_type_name(p->name))
		return found(cel_type_of(r->mem, p->name));
	return (struct found){cel_error(r->mem, "no such attribute(s): %s", p->name), true};
}

static struct found resolve_either(struct run *r, const struct cel_path *p)
{
	struct found first = {NULL, false};
	for (size_t i = 0; i < p->either.n; i++) {
		struct found f = resolve_named(r, p->either.p[i]);
		if (!is_error(f.v) || !f.missing)
			return f;
		if (!first.v)
			first = f;
	}
	return first;
}

static struct found resolve(struct run *r, const struct cel_path *p)
{
	const cel_value *v;
	switch (p->kind) {
	case CEL_PATH_NAMED:
		return resolve_named(r, p);
	case CEL_PATH_EITHER:
		return resolve_either(r, p);
	case CEL_PATH_CHOICE:
		v = eval(r, p->code);
		if (cel_is(v, CEL_BOOL))
			return resolve(r, v->b ? p->then : p->otherwise);
		return found(is_error(v) ? v : cel_no_overload(r->mem));
	default:
		v = eval(r, p->code);
		return is_error(v) ? found(v) : follow(r, v, p);
	}
}

static const cel_value *eval_test(struct run *r, const struct cel_code *c)
{
	const cel_value *v = resolve(r, c->path).v;
	return cel_is(v, CEL_OPTIONAL) ? cel_bool_of(r->mem, v->inner) : v;
}

/* --- operators and calls ---------------------------------------------------------------------- */

/* One term that decides is enough, whatever the others are. */
static const cel_value *eval_logical(struct run *r, const struct cel_code *c, bool decides)
{
	const cel_value *bad = NULL;
	for (size_t i = 0; i < c->n; i++) {
		const cel_value *v = eval(r, c->args[i]);
		if (cel_is(v, CEL_BOOL) && v->b == decides)
			return v;
		if (!bad && !cel_is(v, CEL_BOOL))
			bad = is_error(v) ? v : cel_no_overload(r->mem);
	}
	return bad ? bad : cel_bool_of(r->mem, !decides);
}

static const cel_value *eval_equals(struct run *r, const struct cel_code *c, bool same)
{
	const cel_value *a = eval(r, c->args[0]), *b = eval(r, c->args[1]);
	if (is_error(a))
		return a;
	if (is_error(b))
		return b;
	return cel_bool_of(r->mem, cel_equal(r->mem, a, b) == same);
}

static const cel_value *eval_optional_or(struct run *r, const struct cel_code *c, bool value)
{
	const cel_value *v = eval(r, c->args[0]);
	if (!cel_is(v, CEL_OPTIONAL))
		return v;
	if (!v->inner)
		return eval(r, c->args[1]);
	return value ? v->inner : v;
}

static const cel_value *unknown_call(struct run *r, const struct cel_code *c, const cel_value *arg)
{
	if (cel_has(arg, CEL_RECEIVER))
		return cel_no_overload(r->mem);
	if (c->n > 2)
		return cel_error(r->mem, "no such overload: %s %d", c->name, c->id);
	return cel_error(r->mem, "no such overload: %s", c->name);
}

static const cel_value *eval_pattern(struct run *r, const struct cel_code *c, const cel_value *v)
{
	if (!cel_is(v, CEL_STRING))
		return cel_no_overload(r->mem);
	r->budget -= (int64_t)(v->s.n * regex_cost(c->regex) / BYTES_A_STEP);
	if (r->budget < 0)
		return cel_no_overload(r->mem);
	return cel_bool_of(r->mem, regex_match(r->mem, c->regex, v->s));
}

static const cel_value *eval_call(struct run *r, const struct cel_code *c)
{
	const struct cel_function *f = c->function;
	const cel_value **args = NEW_N(r->mem, const cel_value *, c->n + 1);
	bool strict = !f || !f->errors;
	for (size_t i = 0; i < c->n; i++) {
		args[i] = eval(r, c->args[i]);
		if (strict && c->n > 2 && is_error(args[i]))
			return args[i];
	}
	for (size_t i = 0; i < c->n && strict; i++)
		if (is_error(args[i]))
			return args[i];
	for (size_t i = 0; i < c->n; i++)
		if (cel_is(args[i], CEL_STRING) || cel_is(args[i], CEL_BYTES))
			r->budget -= (int64_t)(args[i]->s.n / BYTES_A_STEP);
	if (c->regex)
		return eval_pattern(r, c, args[0]);
	if (!f || (f->trait && !cel_has(args[0], f->trait)))
		return unknown_call(r, c, args[0]);
	struct cel_call call = {r->mem, args, c->n, &r->budget};
	return cel_function_call(f, &call);
}

/* --- lists, maps, folds ----------------------------------------------------------------------- */

static const cel_value *eval_list(struct run *r, const struct cel_code *c)
{
	cel_value *list = cel_list(r->mem, c->n);
	for (size_t i = 0; i < c->n; i++) {
		const cel_value *v = eval(r, c->args[i]);
		if (is_error(v))
			return v;
		if (c->optional && c->optional[i]) {
			if (!cel_is(v, CEL_OPTIONAL))
				return cel_error(r->mem,
						 "cannot initialize optional list element from "
						 "non-optional value %s",
						 cel_text(r->mem, v));
			v = v->inner;
		}
		if (v)
			cel_push(r->mem, list, v);
	}
	return list;
}

static const cel_value *eval_map(struct run *r, const struct cel_code *c)
{
	cel_value *map = cel_map(r->mem, c->n / 2);
	for (size_t i = 0; i < c->n; i += 2) {
		const cel_value *key = eval(r, c->args[i]);
		if (is_error(key))
			return key;
		const cel_value *v = eval(r, c->args[i + 1]);
		if (is_error(v))
			return v;
		if (c->optional && c->optional[i]) {
			if (!cel_is(v, CEL_OPTIONAL))
				return cel_error(r->mem,
						 "cannot initialize optional entry '%s' from "
						 "non-optional value %s",
						 cel_text(r->mem, key), cel_text(r->mem, v));
			v = v->inner;
		}
		r->budget -= (int64_t)(cel_size(map) / 16);
		cel_put(r->mem, map, key, v);
	}
	return map;
}

static const cel_value *not_iterable(struct run *r, const cel_value *v)
{
	static const char *const names[] = {[CEL_BOOL] = "types.Bool",
					    [CEL_INT] = "types.Int",
					    [CEL_UINT] = "types.Uint",
					    [CEL_DOUBLE] = "types.Double",
					    [CEL_STRING] = "types.String",
					    [CEL_BYTES] = "types.Bytes",
					    [CEL_TIMESTAMP] = "types.Timestamp",
					    [CEL_DURATION] = "types.Duration",
					    [CEL_TYPE] = "*types.Type",
					    [CEL_OPTIONAL] = "*types.Optional",
					    [CEL_NULL] = "types.Null"};
	return cel_error(r->mem, "got '%s', expected iterable type", names[v->kind]);
}

static const cel_value *eval_fold(struct run *r, const struct cel_code *c)
{
	struct scope s = {.outer = r->scope, .fold = c};
	const cel_value *range = eval(r, c->range);
	if (is_error(range))
		return range;
	if (!cel_is(range, CEL_LIST) && !cel_is(range, CEL_MAP))
		return not_iterable(r, range);
	r->scope = &s;
	for (size_t i = 0; i < cel_size(range) && !r->over; i++) {
		s.item = cel_is(range, CEL_LIST) ? cel_at(r->mem, range, i)
						 : cel_key(r->mem, range, i);
		const cel_value *go_on = eval(r, c->condition);
		if (cel_is(go_on, CEL_BOOL) && !go_on->b)
			break;
		s.accumulated = eval(r, c->step);
	}
	s.done = true;
	const cel_value *out = eval(r, c->result);
	r->scope = s.outer;
	return out;
}

/* --- all -------------------------------------------------------------------------------------- */

static const cel_value *eval_any(struct run *r, const struct cel_code *c)
{
	switch (c->kind) {
	case CEL_CODE_PATH:
		return resolve(r, c->path).v;
	case CEL_CODE_TEST:
		return eval_test(r, c);
	case CEL_CODE_AND:
		return eval_logical(r, c, false);
	case CEL_CODE_OR:
		return eval_logical(r, c, true);
	case CEL_CODE_EQUALS:
		return eval_equals(r, c, true);
	case CEL_CODE_NOT_EQUALS:
		return eval_equals(r, c, false);
	case CEL_CODE_CALL:
		return eval_call(r, c);
	case CEL_CODE_OPT_OR:
		return eval_optional_or(r, c, false);
	case CEL_CODE_OPT_OR_VALUE:
		return eval_optional_or(r, c, true);
	case CEL_CODE_LIST:
		return eval_list(r, c);
	case CEL_CODE_MAP:
		return eval_map(r, c);
	default:
		return eval_fold(r, c);
	}
}

static const cel_value *eval(struct run *r, const struct cel_code *c)
{
	if (c->kind == CEL_CODE_CONST)
		return c->value;
	if (--r->budget < 0 || arena_bytes(r->mem) - r->bytes > CEL_MAX_BYTES)
		r->over = true;
	return r->over ? cel_error(r->mem, "evaluation is over its bounds") : eval_any(r, c);
}

const cel_value *cel_eval_const(arena *mem, const struct cel_code *code)
{
	struct run r = {.mem = mem, .budget = CEL_MAX_STEPS, .bytes = arena_bytes(mem)};
	return eval(&r, code);
}

err *cel_eval(arena *mem, const struct cel_code *code, const val *vars, const cel_value **ret_value)
{
	struct run r = {
		.mem = mem, .vars = vars, .budget = CEL_MAX_STEPS, .bytes = arena_bytes(mem)};
	const cel_value *v = eval(&r, code);
	if (r.over || r.budget < 0)
		return err_new(mem, ERR_LIMIT,
			       "the evaluation takes more than %d steps or %u bytes", CEL_MAX_STEPS,
			       CEL_MAX_BYTES);
	if (is_error(v))
		return err_new(mem, ERR_INVALID, "%.*s", STR_ARG(v->s));
	*ret_value = v;
	return NULL;
}
