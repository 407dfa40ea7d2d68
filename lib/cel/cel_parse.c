#include "cel/cel_parse.h"

#include <string.h>

#include "cel/cel_parse_parts.h"

static bool next_in(const struct cel_parser *p, uint64_t set)
{
	return cel_next_in(&p->s, 1, set);
}

enum cel_token_kind cel_parse_next(const struct cel_parser *p)
{
	return cel_ahead(&p->s, 1)->kind;
}

int32_t cel_parse_place(const struct cel_parser *p)
{
	return cel_ahead(&p->s, 1)->from;
}

cel_node *cel_parse_nothing(struct cel_parser *p)
{
	return cel_make(&p->m, CEL_NODE_NOTHING, CEL_NO_PLACE);
}

cel_node *cel_parse_call(struct cel_parser *p, const char *name, int32_t offset, int id,
			 cel_node *a, cel_node *b, cel_node *c)
{
	cel_node **args = NEW_N(p->m.mem, cel_node *, 3);
	size_t n = 0;
	args[n++] = a;
	if (b)
		args[n++] = b;
	if (c)
		args[n++] = c;
	return cel_make_call(&p->m, name, offset, id, NULL, args, n);
}

void cel_nodes_add(struct cel_parser *p, struct cel_nodes *all, cel_node *n, bool optional)
{
	size_t cap = all->cap;
	VEC_PUSH(p->m.mem, all, n);
	if (all->optional && all->cap != cap)
		all->optional = arena_grow(p->m.mem, all->optional, cap, all->cap);
	if (optional && !all->optional)
		all->optional = NEW_N(p->m.mem, bool, all->cap);
	if (all->optional)
		all->optional[all->n - 1] = optional;
}

/* --- operators -------------------------------------------------------------------------------- */

/* Passes over the signs; false when one is followed by nothing that it could stand before. */
static bool signs(struct cel_parser *p, enum cel_token_kind kind, size_t *ret_n)
{
	for (*ret_n = 0; cel_parse_next(p) == kind; ++*ret_n) {
		if (kind == CEL_T_MINUS && !cel_next_in(&p->s, 2, PRIMARIES)) {
			cel_no_way(&p->s, 2, *ret_n ? AT_MINUS : AT_UNARY);
			return false;
		}
		cel_take(&p->s);
		cel_expect_round(&p->s, kind == CEL_T_NOT ? EXPRS : PRIMARIES);
	}
	return true;
}

static cel_node *signed_member(struct cel_parser *p)
{
	enum cel_token_kind kind = cel_parse_next(p);
	int32_t offset = cel_parse_place(p);
	size_t n;
	if (!signs(p, kind, &n))
		return NULL;
	if (n % 2 == 0)
		return cel_parse_member(p, END);
	int id = cel_next_id(&p->m);
	cel_node *operand = cel_parse_member(p, END);
	const char *op = kind == CEL_T_NOT ? CEL_OP_NOT : CEL_OP_NEGATE;
	return cel_parse_call(p, op, offset, id, operand, NULL, NULL);
}

static cel_node *unary(struct cel_parser *p, uint64_t follow)
{
	cel_node *n = NULL;
	int32_t offset = cel_parse_place(p);
	cel_enter(&p->s, CEL_RULE_UNARY, follow);
	if (cel_expect(&p->s, EXPRS, AT_UNARY)) {
		bool number = cel_next_in(&p->s, 2, B(CEL_T_INT) | B(CEL_T_FLOAT));
		if (cel_parse_next(p) == CEL_T_NOT || (cel_parse_next(p) == CEL_T_MINUS && !number))
			n = signed_member(p);
		else if (next_in(p, PRIMARIES))
			n = cel_parse_member(p, END);
		else
			cel_no_way(&p->s, 1, AT_UNARY);
	}
	cel_leave(&p->s);
	return n ? n : cel_make(&p->m, CEL_NODE_LITERAL, offset);
}

static const char *operator_name(enum cel_token_kind kind)
{
	switch (kind) {
	case CEL_T_EQUALS:
		return CEL_OP_EQUALS;
	case CEL_T_NOT_EQUALS:
		return CEL_OP_NOT_EQUALS;
	case CEL_T_IN:
		return CEL_OP_IN;
	case CEL_T_LESS:
		return "_<_";
	case CEL_T_LESS_EQUALS:
		return "_<=_";
	case CEL_T_GREATER:
		return "_>_";
	case CEL_T_GREATER_EQUALS:
		return "_>=_";
	case CEL_T_PLUS:
		return CEL_OP_ADD;
	case CEL_T_MINUS:
		return "_-_";
	case CEL_T_STAR:
		return "_*_";
	case CEL_T_SLASH:
		return "_/_";
	default:
		return "_%_";
	}
}

/* level: 1 sums and products, 2 products, 3 neither. */
static cel_node *calc(struct cel_parser *p, uint64_t follow, int level)
{
	cel_enter(&p->s, CEL_RULE_CALC, follow);
	cel_node *n = unary(p, FACTORS | SUMS | END);
	while (next_in(p, (level <= 2 ? FACTORS : 0) | (level <= 1 ? SUMS : 0))) {
		const struct cel_token *t = cel_ahead(&p->s, 1);
		int id = cel_next_id(&p->m);
		int below = CEL_BIT(t->kind) & FACTORS ? 3 : 2;
		cel_round(&p->s);
		cel_take(&p->s);
		cel_node *rhs = calc(p, FACTORS | SUMS | END, below);
		n = cel_parse_call(p, operator_name(t->kind), t->from, id, n, rhs, NULL);
	}
	cel_leave(&p->s);
	return n;
}

static cel_node *relation(struct cel_parser *p, uint64_t follow, bool inner)
{
	cel_enter(&p->s, CEL_RULE_RELATION, follow);
	cel_node *n = calc(p, RELATIONS | END, 1);
	while (!inner && next_in(p, RELATIONS)) {
		const struct cel_token *t = cel_ahead(&p->s, 1);
		int id = cel_next_id(&p->m);
		cel_round(&p->s);
		cel_take(&p->s);
		cel_node *rhs = relation(p, RELATIONS | END, true);
		n = cel_parse_call(p, operator_name(t->kind), t->from, id, n, rhs, NULL);
	}
	cel_leave(&p->s);
	return n;
}

/* Terms and the operators between them, [from, to], as a tree that is as deep as it has to be. */
static cel_node *balanced(struct cel_parser *p, const char *op, const struct cel_nodes *terms,
			  cel_node *const *ops, size_t from, size_t to)
{
	if (from > to)
		return terms->p[from];
	size_t mid = (from + to + 1) / 2;
	cel_node *lhs = mid == from ? terms->p[mid] : balanced(p, op, terms, ops, from, mid - 1);
	cel_node *rhs = mid == to ? terms->p[mid + 1] : balanced(p, op, terms, ops, mid + 1, to);
	return cel_parse_call(p, op, ops[mid]->offset, ops[mid]->id, lhs, rhs, NULL);
}

static cel_node *logical(struct cel_parser *p, uint64_t follow, bool either)
{
	enum cel_token_kind sign = either ? CEL_T_OR : CEL_T_AND;
	struct cel_nodes terms = {0}, ops = {0};
	cel_enter(&p->s, either ? CEL_RULE_OR : CEL_RULE_AND, follow);
	for (;;) {
		cel_nodes_add(p, &terms,
			      either ? logical(p, B(sign) | END, false)
				     : relation(p, B(sign) | END, false),
			      false);
		if (terms.n > 1)
			ops.p[ops.n - 1]->id = cel_next_id(&p->m);
		if (cel_parse_next(p) != sign)
			break;
		cel_nodes_add(p, &ops,
			      cel_make_with(&p->m, CEL_NODE_NOTHING, cel_parse_place(p), 0), false);
		cel_take(&p->s);
	}
	cel_leave(&p->s);
	if (!ops.n)
		return terms.p[0];
	return balanced(p, either ? CEL_OP_OR : CEL_OP_AND, &terms, ops.p, 0, ops.n - 1);
}

static cel_node *conditional(struct cel_parser *p)
{
	cel_node *n = logical(p, B(CEL_T_QUESTION) | END, true);
	if (cel_parse_next(p) != CEL_T_QUESTION)
		return n;
	int32_t offset = cel_parse_place(p);
	int id = cel_next_id(&p->m);
	cel_take(&p->s);
	cel_node *then = logical(p, B(CEL_T_COLON), true);
	bool whole = cel_match(&p->s, CEL_T_COLON, EXPRS, AT_COLON);
	cel_node *otherwise = whole ? cel_parse_expr(p, END) : cel_parse_nothing(p);
	return cel_parse_call(p, CEL_OP_CONDITIONAL, offset, id, n, then, otherwise);
}

cel_node *cel_parse_expr(struct cel_parser *p, uint64_t follow)
{
	cel_enter(&p->s, CEL_RULE_EXPR, follow);
	cel_node *n = conditional(p);
	cel_leave(&p->s);
	return n;
}

err *cel_parse(arena *mem, str text, struct cel_source *ret_source, cel_node **ret_root)
{
	TRY(cel_lex(mem, text, ret_source));
	struct cel_parser p = {.s = cel_stream_of(mem, ret_source),
			       .m = {.mem = mem, .source = ret_source}};
	cel_enter(&p.s, CEL_RULE_START, END);
	*ret_root = cel_parse_expr(&p, B(CEL_END));
	cel_match(&p.s, CEL_END, END, AT_END);
	cel_leave(&p.s);
	if (p.s.dead)
		ret_source->faults.n = 0;
	for (size_t i = 0; i < ret_source->faults.n; i++)
		VEC_PUSH(mem, &p.s.faults, ret_source->faults.p[i]);
	memcpy(&ret_source->faults, &p.s.faults, sizeof(p.s.faults));
	if (p.m.full)
		return err_new(mem, ERR_LIMIT, "expression too large: more than %d nodes",
			       CEL_MAX_NODES);
	return NULL;
}
