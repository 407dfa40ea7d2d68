#include "base/regex_prog.h"

struct maker {
	arena *mem;
	struct regex_prog *prog;
	bool full;
};

static uint32_t add(struct maker *m, struct regex_inst inst)
{
	struct regex_prog *prog = m->prog;
	if (prog->n >= REGEX_MAX_PROG) {
		m->full = true;
		return 0;
	}
	VEC_PUSH(m->mem, prog, inst);
	return (uint32_t)prog->n - 1;
}

static uint32_t add_split(struct maker *m, bool lazy, uint32_t body, uint32_t behind)
{
	return add(m, (struct regex_inst){.code = CODE_SPLIT,
					  .next = lazy ? behind : body,
					  .other = lazy ? body : behind});
}

static bool nullable(const struct regex_node *node)
{
	switch (node->op) {
	case RE_RUNE:
	case RE_SET:
	case RE_ANY:
	case RE_ANY_IN_LINE:
		return false;
	case RE_CAT:
		for (size_t i = 0; i < node->sub_n; i++)
			if (!nullable(node->subs[i]))
				return false;
		return true;
	case RE_ALT:
		for (size_t i = 0; i < node->sub_n; i++)
			if (nullable(node->subs[i]))
				return true;
		return false;
	case RE_PLUS:
	case RE_CAPTURE:
		return nullable(node->subs[0]);
	case RE_REPEAT:
		return !node->min || nullable(node->subs[0]);
	default:
		return true;
	}
}

static uint32_t make(struct maker *m, const struct regex_node *node, uint32_t next);

/* The body once or more, then next. */
static uint32_t make_plus(struct maker *m, const struct regex_node *sub, bool lazy, uint32_t next)
{
	uint32_t split = add_split(m, lazy, 0, next);
	uint32_t body = make(m, sub, split);
	if (m->full)
		return 0;
	if (lazy)
		m->prog->p[split].other = body;
	else
		m->prog->p[split].next = body;
	return body;
}

/* x* of an x that can be empty is (x+)?, which keeps the order of preference right. */
static uint32_t make_star(struct maker *m, const struct regex_node *sub, bool lazy, uint32_t next)
{
	if (nullable(sub))
		return add_split(m, lazy, make_plus(m, sub, lazy, next), next);
	uint32_t split = add_split(m, lazy, 0, next);
	uint32_t body = make(m, sub, split);
	if (m->full)
		return 0;
	if (lazy)
		m->prog->p[split].other = body;
	else
		m->prog->p[split].next = body;
	return split;
}

/* x{2,4} is xx(x(x)?)?; x{2,} is xx+. */
static uint32_t make_repeat(struct maker *m, const struct regex_node *node, uint32_t next)
{
	const struct regex_node *sub = node->subs[0];
	int min = node->min;
	uint32_t at = next;
	if (node->max < 0 && min == 0)
		return make_star(m, sub, node->lazy, next);
	if (node->max < 0) {
		at = make_plus(m, sub, node->lazy, next);
		min--;
	}
	for (int i = node->max - node->min; i > 0 && !m->full; i--)
		at = add_split(m, node->lazy, make(m, sub, at), next);
	for (; min > 0 && !m->full; min--)
		at = make(m, sub, at);
	return at;
}

static uint32_t make_alternatives(struct maker *m, const struct regex_node *node, uint32_t next)
{
	uint32_t at = make(m, node->subs[node->sub_n - 1], next);
	for (size_t i = node->sub_n - 1; i-- > 0 && !m->full;)
		at = add_split(m, false, make(m, node->subs[i], next), at);
	return at;
}

static uint32_t make_capture(struct maker *m, uint32_t group, const struct regex_node *sub,
			     uint32_t next)
{
	uint32_t end =
		add(m, (struct regex_inst){.code = CODE_SAVE, .next = next, .arg = group * 2 + 1});
	uint32_t body = make(m, sub, end);
	return add(m, (struct regex_inst){.code = CODE_SAVE, .next = body, .arg = group * 2});
}

/* The instructions of node, which go on at next; from the back to the front. */
static uint32_t make(struct maker *m, const struct regex_node *node, uint32_t next)
{
	struct regex_inst inst = {.next = next};
	switch (node->op) {
	case RE_EMPTY:
		return next;
	case RE_RUNE:
		inst.code = CODE_RUNE;
		inst.arg = node->rune;
		break;
	case RE_SET:
		inst.code = CODE_SET;
		inst.set = node->set;
		break;
	case RE_ANY:
		inst.code = CODE_ANY;
		break;
	case RE_ANY_IN_LINE:
		inst.code = CODE_ANY_IN_LINE;
		break;
	case RE_CAT:
		for (size_t i = node->sub_n; i-- > 0 && !m->full;)
			next = make(m, node->subs[i], next);
		return next;
	case RE_ALT:
		return make_alternatives(m, node, next);
	case RE_STAR:
		return make_star(m, node->subs[0], node->lazy, next);
	case RE_PLUS:
		return make_plus(m, node->subs[0], node->lazy, next);
	case RE_QUEST:
		return add_split(m, node->lazy, make(m, node->subs[0], next), next);
	case RE_REPEAT:
		return make_repeat(m, node, next);
	case RE_CAPTURE:
		return make_capture(m, (uint32_t)node->min, node->subs[0], next);
	default:
		inst.code = CODE_CHECK;
		inst.arg = node->op;
	}
	return add(m, inst);
}

err *regex_prog_make(arena *mem, const struct regex_tree *tree, str pattern,
		     struct regex_prog *ret_prog)
{
	struct maker m = {.mem = mem, .prog = ret_prog};
	*ret_prog = (struct regex_prog){0};
	add(&m, (struct regex_inst){.code = CODE_MATCH});
	ret_prog->start = make_capture(&m, 0, tree->root, 0);
	if (!m.full)
		return NULL;
	return err_new(mem, ERR_INVALID, "error parsing regexp: expression too large: `%.*s`",
		       STR_ARG(pattern));
}
