#include "tmpl/tmpl_eval.h"

#include <string.h>

#include "base/rune.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_param.h"

#define FEW 4 /* arguments that need no memory of the arena */

/* What stands before a pipe: the last argument of the next command. Missing for the first. */
struct final {
	bool there;
	struct tv value;
};

/* The words behind the first of a command, for a function or method. */
struct words {
	struct tmpl_node **p;
	uint32_t n;
};

static err *eval_arg(struct tmpl_run *run, struct tv dot, char letter, const struct tmpl_node *n,
		     struct tv *ret);
static err *eval_command(struct tmpl_run *run, struct tv dot, const struct tmpl_node *cmd,
			 struct final final, struct tv *ret);

static err *not_a_function(struct tmpl_run *run, const struct tmpl_node *cmd, struct final final)
{
	if (cmd->nodes.n <= 1 && !final.there)
		return NULL;
	buf b = buf_init(run->mem);
	tmpl_node_print(&b, cmd->nodes.p[0]);
	return tmpl_run_fail(run, "can't give argument to non-function %s", buf_text(&b));
}

/* The arguments by a signature. Fills args[]; counts were checked. */
static err *eval_args(struct tmpl_run *run, struct tv dot, const char *params, size_t fixed,
		      struct words words, struct final final, struct tv *args)
{
	size_t i = 0;
	for (; i < words.n; i++) {
		char letter = params[i < fixed ? i : fixed];
		TRY(eval_arg(run, dot, letter, words.p[i], &args[i]));
	}
	if (final.there)
		TRY(tmpl_param_check(run, final.value, params[i < fixed ? i : fixed], &args[i]));
	return NULL;
}

/* and, or: the first value that decides, the rest is not evaluated. */
static err *and_or(struct tmpl_run *run, struct tv dot, bool is_or, struct words words,
		   struct final final, struct tv *ret)
{
	struct tv v = tv_none();
	for (uint32_t i = 0; i < words.n; i++) {
		TRY(eval_arg(run, dot, 'v', words.p[i], &v));
		if (tv_truth(v) == is_or) {
			*ret = v;
			return NULL;
		}
	}
	if (final.there)
		TRY(tmpl_param_check(run, final.value, 'v', &v));
	*ret = v;
	return NULL;
}

/* What looking at the arguments takes, in steps: long texts, lists and maps count. */
static uint64_t weight(const struct tv *args, size_t n)
{
	uint64_t steps = 0;
	for (size_t i = 0; i < n; i++) {
		if (args[i].type == TV_TEXT || args[i].type == TV_BYTES)
			steps += args[i].n / 64;
		else if (tv_is_list(args[i]) || tv_is_map(args[i]))
			steps += tv_len(args[i]) / 64;
	}
	return steps;
}

/* Calls a function, or a method when receiver is not NULL; node is what an error names. */
static err *call(struct tmpl_run *run, struct tv dot, const struct tmpl_func *func,
		 const struct tv *receiver, const struct tmpl_node *node, struct words words,
		 struct final final, struct tv *ret)
{
	bool variadic = false;
	size_t fixed = func->params[0] == '!' ? 0 : tmpl_param_count(func->params, &variadic),
	       n = words.n + final.there;
	if (variadic ? n < fixed : n != fixed)
		return tmpl_run_fail(run, "wrong number of args for %s: want %s%zu got %zu",
				     func->name, variadic ? "at least " : "", fixed,
				     variadic ? (size_t)words.n : n);
	if (func->params[0] == '!') /* what Go's method gives no template can take */
		return tmpl_run_fail(run, "%s", func->params + 1);
	if (!func->fn)
		return and_or(run, dot, func->name[0] == 'o', words, final, ret);
	struct tv few[FEW + 1], *args = few;
	if (n > FEW)
		args = NEW_N(run->mem, struct tv, n + 1);
	if (receiver)
		args[0] = *receiver;
	size_t first = receiver != NULL;
	TRY(eval_args(run, dot, func->params, fixed, words, final, args + first));
	TRY(tmpl_run_spend(run, weight(args, n + first)));
	struct tmpl_call c = {run->mem, func->name, &run->options, run, node};
	const char *result = strchr(func->params, '>');
	err *e = func->fn(&c, args, n + first, ret);
	if (e && err_code(e) != ERR_INVALID)
		return e; /* a ceiling: no error of the template */
	if (e) {
		run->node = node;
		return tmpl_run_fail_as(run, e, "error calling %s", func->name);
	}
	if (result[1] != 'v')
		ret->slot = result[1] == 'a';
	return NULL;
}

/* The method that value has under that name. */
static const struct tmpl_func *method_of(struct tmpl_run *run, struct tv v, str name)
{
	/* kinds without methods: most values */
	if (v.type < TV_VERSIONS || v.type == TV_MAP || v.type == TV_TEXT_MAP)
		return NULL;
	return run->library->method(v.type, name);
}

static err *struct_field(struct tmpl_run *run, struct tv v, const char *type, str name,
			 bool has_args, bool *ret_found, struct tv *ret)
{
	const struct tv_struct *s = v.object;
	*ret_found = false;
	if (v.type == TV_TIME || v.type == TV_LOCATION)
		return NULL;
	for (size_t i = 0; i < s->n; i++) {
		if (!str_is(name, s->names[i]))
			continue;
		if (s->names[i][0] >= 'a')
			return tmpl_run_fail(run, "%.*s is an unexported field of struct type %s",
					     STR_ARG(name), type);
		if (has_args)
			return tmpl_run_fail(run,
					     "%.*s has arguments but cannot be invoked as function",
					     STR_ARG(name));
		*ret = s->fields[i];
		ret->addr = v.addr || tv_kind(v) == TK_PTR;
		*ret_found = true;
	}
	return NULL;
}

static err *map_field(struct tmpl_run *run, struct tv v, const struct tmpl_ident *ident,
		      bool has_args, struct tv *ret)
{
	if (has_args)
		return tmpl_run_fail(run, "%.*s is not a method but has arguments",
				     STR_ARG(ident->name));
	struct tv found = tv_map_find(v.map, ident->name, ident->hash);
	enum tv_type elem = tv_elem_type(v.type);
	if (found.type == TV_NONE) {
		if (run->options.strict)
			return tmpl_run_fail(run, "map has no entry for key %s",
					     rune_quoted(run->mem, ident->name));
		found = elem == TV_TEXT	   ? tv_text("")
			: elem == TV_BYTES ? tv_bytes(STR(""))
					   : tv_nil();
	}
	found.slot = elem == TV_NIL;
	*ret = found;
	return NULL;
}

static err *eval_field(struct tmpl_run *run, struct tv dot, const struct tmpl_ident *ident,
		       const struct tmpl_node *node, struct words words, struct final final,
		       struct tv receiver, struct tv *ret)
{
	str name = ident->name;
	if (receiver.type == TV_NONE) {
		if (run->options.strict)
			return tmpl_run_fail(run, "nil data; no entry for key %s",
					     rune_quoted(run->mem, name));
		*ret = tv_none();
		return NULL;
	}
	if (receiver.type == TV_NIL)
		return tmpl_run_fail(run, "nil pointer evaluating interface {}.%.*s",
				     STR_ARG(name));
	const char *type = receiver.slot ? "interface {}" : tv_type_text(receiver.type);
	receiver.slot = false;
	const struct tmpl_func *method = method_of(run, receiver, name);
	if (method)
		return call(run, dot, method, &receiver, node, words, final, ret);
	bool has_args = words.n || final.there, found = false;
	enum tv_kind kind = tv_kind(receiver);
	if (kind == TK_MAP)
		return map_field(run, receiver, ident, has_args, ret);
	if (kind == TK_PTR && !receiver.object)
		return tmpl_run_fail(run, "nil pointer evaluating %s.%.*s", type, STR_ARG(name));
	if (kind == TK_STRUCT || kind == TK_PTR)
		TRY(struct_field(run, receiver, type, name, has_args, &found, ret));
	if (found)
		return NULL;
	return tmpl_run_fail(run, "can't evaluate field %.*s in type %s", STR_ARG(name), type);
}

/* The fields of node from the first on; only the last one gets the arguments. */
static err *eval_fields(struct tmpl_run *run, struct tv dot, struct tv receiver,
			const struct tmpl_node *node, uint32_t from, struct words words,
			struct final final, struct tv *ret)
{
	const struct words no_words = {0};
	const struct final no_final = {0};
	for (uint32_t i = from; i + 1 < node->ident_n; i++)
		TRY(eval_field(run, dot, &node->idents[i], node, no_words, no_final, receiver,
			       &receiver));
	return eval_field(run, dot, &node->idents[node->ident_n - 1], node, words, final, receiver,
			  ret);
}

static struct tmpl_var *find_var(struct tmpl_run *run, str name)
{
	for (size_t i = run->vars.n; i-- > run->vars_from;)
		if (str_eq(run->vars.p[i].name, name))
			return &run->vars.p[i];
	return NULL;
}

void tmpl_eval_push(struct tmpl_run *run, str name, struct tv value)
{
	VEC_PUSH(run->mem, &run->vars, ((struct tmpl_var){name, value}));
}

void tmpl_eval_set(struct tmpl_run *run, str name, struct tv value)
{
	struct tmpl_var *var = find_var(run, name);
	if (var)
		var->value = value;
}

static err *eval_variable(struct tmpl_run *run, struct tv dot, const struct tmpl_node *node,
			  const struct tmpl_node *cmd, struct words words, struct final final,
			  struct tv *ret)
{
	run->node = node;
	const struct tmpl_var *var = find_var(run, node->idents[0].name);
	if (!var)
		return tmpl_run_fail(run, "undefined variable: %.*s",
				     STR_ARG(node->idents[0].name));
	if (node->ident_n > 1)
		return eval_fields(run, dot, var->value, node, 1, words, final, ret);
	*ret = var->value;
	return cmd ? not_a_function(run, cmd, final) : NULL;
}

static err *eval_chain(struct tmpl_run *run, struct tv dot, const struct tmpl_node *node,
		       struct words words, struct final final, struct tv *ret)
{
	run->node = node;
	if (node->node->kind == NODE_NIL) {
		buf b = buf_init(run->mem);
		tmpl_node_print(&b, node);
		return tmpl_run_fail(run, "indirection through explicit nil in %s", buf_text(&b));
	}
	struct tv receiver;
	TRY(eval_arg(run, dot, 0, node->node, &receiver));
	return eval_fields(run, dot, receiver, node, 0, words, final, ret);
}

/* A number without a type to go by. */
static err *ideal_constant(struct tmpl_run *run, const struct tmpl_node *node, struct tv *ret)
{
	run->node = node;
	const struct tmpl_number *n = node->number;
	str s = node->source;
	bool hex = s.n > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x' && str_find(s, 'p') < 0 &&
		   str_find(s, 'P') < 0;
	bool pointed = false;
	for (size_t i = 0; i < s.n; i++)
		pointed = pointed || (s.p[i] && strchr(".eEpP", s.p[i]));
	if (n->is_complex)
		*ret = (struct tv){.type = TV_COMPLEX, .complex = n->complex};
	else if (n->is_float && !hex && s.p[0] != '\'' && pointed)
		*ret = tv_float(n->f);
	else if (n->is_int)
		*ret = tv_int(n->i);
	else if (n->is_uint)
		return tmpl_run_fail(run, "%.*s overflows int", STR_ARG(s));
	else
		*ret = tv_none();
	return NULL;
}

static err *expected(struct tmpl_run *run, const char *what, const struct tmpl_node *node)
{
	buf b = buf_init(run->mem);
	tmpl_node_print(&b, node);
	return tmpl_run_fail(run, "expected %s; found %s", what, buf_text(&b));
}

/* A literal as a parameter of a basic type. */
static err *literal(struct tmpl_run *run, char letter, const struct tmpl_node *n, struct tv *ret)
{
	const struct tmpl_number *number = n->kind == NODE_NUMBER ? n->number : NULL;
	switch (letter) {
	case 'a':
	case 'v':
	case 0:
		if (number)
			return ideal_constant(run, n, ret);
		*ret = n->kind == NODE_BOOL ? tv_bool(n->is_true) : tv_str(n->unquoted);
		return NULL;
	case 'b':
		if (n->kind != NODE_BOOL)
			return expected(run, "bool", n);
		*ret = tv_bool(n->is_true);
		return NULL;
	case 's':
		if (n->kind != NODE_STRING)
			return expected(run, "string", n);
		*ret = tv_str(n->unquoted);
		return NULL;
	case 'i':
	case 'I':
	case 'd':
		if (!number || !number->is_int)
			return expected(run, "integer", n);
		*ret = tv_int(number->i);
		ret->type = letter == 'i' ? TV_INT : letter == 'I' ? TV_INT64 : TV_DURATION;
		return NULL;
	case 'U':
		if (!number || !number->is_uint)
			return expected(run, "unsigned integer", n);
		*ret = (struct tv){.type = TV_UINT64, .u = (uint32_t)number->u};
		return NULL;
	case 'f':
		if (!number || !number->is_float)
			return expected(run, "float", n);
		*ret = tv_float(number->f);
		return NULL;
	}
	buf b = buf_init(run->mem);
	tmpl_node_print(&b, n);
	return tmpl_run_fail(run, "can't handle %s for arg of type %s", buf_text(&b),
			     tmpl_param_text(letter));
}

static err *eval_function(struct tmpl_run *run, struct tv dot, const struct tmpl_node *node,
			  const struct tmpl_node *cmd, struct words words, struct final final,
			  struct tv *ret)
{
	run->node = node;
	return call(run, dot, node->func, NULL, cmd, words, final, ret);
}

/* One word as an argument of that type; letter 0: any, and no check (before a chain of fields). */
static err *eval_arg(struct tmpl_run *run, struct tv dot, char letter, const struct tmpl_node *n,
		     struct tv *ret)
{
	const struct words no_words = {0};
	const struct final no_final = {0};
	struct tv v = dot;
	run->node = n;
	switch ((enum tmpl_node_kind)n->kind) {
	case NODE_DOT:
		break;
	case NODE_NIL:
		if (tmpl_param_nil(letter, ret))
			return NULL;
		return tmpl_run_fail(run, "cannot assign nil to %s", tmpl_param_text(letter));
	case NODE_FIELD:
		TRY(eval_fields(run, dot, dot, n, 0, no_words, no_final, &v));
		break;
	case NODE_VARIABLE:
		TRY(eval_variable(run, dot, n, NULL, no_words, no_final, &v));
		break;
	case NODE_PIPE:
		TRY(tmpl_eval_pipe(run, dot, n, &v));
		break;
	case NODE_IDENTIFIER:
		TRY(eval_function(run, dot, n, n, no_words, no_final, &v));
		break;
	case NODE_CHAIN:
		TRY(eval_chain(run, dot, n, no_words, no_final, &v));
		break;
	default:
		return literal(run, letter, n, ret);
	}
	if (letter)
		return tmpl_param_check(run, v, letter, ret);
	*ret = v;
	return NULL;
}

static err *eval_command(struct tmpl_run *run, struct tv dot, const struct tmpl_node *cmd,
			 struct final final, struct tv *ret)
{
	const struct tmpl_node *first = cmd->nodes.p[0];
	struct words words = {cmd->nodes.p + 1, cmd->nodes.n - 1};
	switch ((enum tmpl_node_kind)first->kind) {
	case NODE_FIELD:
		run->node = first;
		return eval_fields(run, dot, dot, first, 0, words, final, ret);
	case NODE_CHAIN:
		return eval_chain(run, dot, first, words, final, ret);
	case NODE_IDENTIFIER:
		return eval_function(run, dot, first, cmd, words, final, ret);
	case NODE_PIPE:
		TRY(not_a_function(run, cmd, final));
		return tmpl_eval_pipe(run, dot, first, ret);
	case NODE_VARIABLE:
		return eval_variable(run, dot, first, cmd, words, final, ret);
	default:
		break;
	}
	run->node = first;
	TRY(not_a_function(run, cmd, final));
	if (first->kind == NODE_NIL)
		return tmpl_run_fail(run, "nil is not a command");
	*ret = dot;
	return first->kind == NODE_DOT ? NULL : literal(run, 0, first, ret);
}

struct pipe_args {
	struct tmpl_run *run;
	struct tv dot;
	const struct tmpl_node *pipe;
	struct tv *ret;
};

static err *pipe_deeper(void *arg)
{
	struct pipe_args *a = arg;
	return tmpl_eval_pipe(a->run, a->dot, a->pipe, a->ret);
}

err *tmpl_eval_pipe(struct tmpl_run *run, struct tv dot, const struct tmpl_node *pipe,
		    struct tv *ret)
{
	*ret = tv_none();
	if (!pipe)
		return NULL;
	if (tmpl_run_is_deep(run))
		return tmpl_run_deeper(run, pipe_deeper, &(struct pipe_args){run, dot, pipe, ret});
	run->node = pipe;
	struct final final = {0};
	for (uint32_t i = 0; i < pipe->nodes.n; i++) {
		TMPL_STEP(run);
		struct tv v;
		TRY(eval_command(run, dot, pipe->nodes.p[i], final, &v));
		/* what lies in an interface is taken out; nil is nothing then */
		if (v.type == TV_NIL)
			v = tv_none();
		v.slot = false;
		final = (struct final){true, v};
	}
	for (uint32_t i = 0; i < pipe->decl_n; i++) {
		str name = tmpl_node_decl(pipe, i)->idents[0].name;
		if (pipe->is_assign)
			tmpl_eval_set(run, name, final.value);
		else
			tmpl_eval_push(run, name, final.value);
	}
	*ret = final.value;
	return NULL;
}

err *tmpl_eval_print(struct tmpl_run *run, buf *b, struct tv v)
{
	if (v.type == TV_TEXT) {
		buf_add(b, v.s, v.n);
		return NULL;
	}
	if (v.type == TV_NONE) {
		buf_text_add(b, "<no value>");
		return NULL;
	}
	if (tv_kind(v) == TK_PTR)
		v.addr = true; /* what it points to is printed */
	struct tmpl_call c = {run->mem, "print", &run->options, run, NULL};
	return tmpl_print_value(&c, b, v);
}
