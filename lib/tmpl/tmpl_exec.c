#include "tmpl/tmpl_exec.h"

#include <string.h>

#include "base/rune.h"
#include "tmpl/tmpl_eval.h"
#include "tmpl/tmpl_fmt.h"

static err *walk(struct tmpl_run *run, struct tv dot, const struct tmpl_node *node);

static err *walk_list(struct tmpl_run *run, struct tv dot, const struct tmpl_node *list)
{
	for (uint32_t i = 0; i < list->nodes.n && !run->jump; i++)
		TRY(walk(run, dot, list->nodes.p[i]));
	return NULL;
}

static err *action(struct tmpl_run *run, struct tv dot, const struct tmpl_node *node)
{
	struct tv v;
	TRY(tmpl_eval_pipe(run, dot, node->pipe, &v));
	if (node->pipe->decl_n)
		return NULL;
	run->node = node;
	if (v.type == TV_TEXT)
		return tmpl_run_write(run, tv_as_str(v));
	size_t before = run->out->n;
	TRY(tmpl_eval_print(run, run->out, v));
	run->written += run->out->n - before;
	return NULL;
}

static err *if_or_with(struct tmpl_run *run, struct tv dot, const struct tmpl_node *node)
{
	size_t mark = run->vars.n;
	struct tv v;
	TRY(tmpl_eval_pipe(run, dot, node->pipe, &v));
	if (tv_truth(v))
		TRY(walk_list(run, node->kind == NODE_WITH ? v : dot, node->list));
	else if (node->otherwise)
		TRY(walk_list(run, dot, node->otherwise));
	run->vars.n = mark;
	return NULL;
}

/* One pass of a loop; *ret_stop tells that it was the last. */
static err *iterate(struct tmpl_run *run, const struct tmpl_node *node, struct tv index,
		    struct tv elem, bool *ret_stop)
{
	const struct tmpl_node *pipe = node->pipe;
	size_t mark = run->vars.n;
	TMPL_STEP(run);
	if (pipe->is_assign) {
		if (pipe->decl_n)
			tmpl_eval_set(run, tmpl_node_decl(pipe, 0)->idents[0].name,
				      pipe->decl_n > 1 ? index : elem);
		if (pipe->decl_n > 1)
			tmpl_eval_set(run, tmpl_node_decl(pipe, 1)->idents[0].name, elem);
	} else if (pipe->decl_n) {
		run->vars.p[mark - 1].value = elem;
		if (pipe->decl_n > 1)
			run->vars.p[mark - 2].value = index;
	}
	TRY(walk_list(run, elem, node->list));
	run->vars.n = mark;
	*ret_stop = run->jump == JUMP_BREAK;
	run->jump = JUMP_NONE;
	return NULL;
}

static err *range_int(struct tmpl_run *run, const struct tmpl_node *node, struct tv v)
{
	if (node->pipe->decl_n > 1) {
		buf b = buf_init(run->mem);
		TRY(tmpl_eval_print(run, &b, v));
		return tmpl_run_fail(run, "can't use %s to iterate over more than one variable",
				     buf_text(&b));
	}
	bool stop = false;
	struct tv elem = v;
	for (elem.i = 0; elem.i < v.i && !stop; elem.i++)
		TRY(iterate(run, node, tv_none(), elem, &stop));
	return NULL;
}

static err *range_list(struct tmpl_run *run, const struct tmpl_node *node, struct tv v)
{
	bool stop = false;
	for (size_t i = 0; i < tv_len(v) && !stop; i++)
		TRY(iterate(run, node, tv_int((int64_t)i), tv_at(v, i), &stop));
	return NULL;
}

/* Over the entries that the map has now, whatever the body does to it. */
static err *range_map(struct tmpl_run *run, const struct tmpl_node *node, struct tv v)
{
	bool stop = false, slot = tv_elem_type(v.type) == TV_NIL;
	tv_map_sort(v.map);
	uint32_t n = v.map->n;
	const struct tv_entry *entries = arena_copy(run->mem, v.map->p, n * sizeof(*entries));
	for (uint32_t i = 0; i < n && !stop; i++) {
		struct tv elem = entries[i].value;
		elem.slot = slot;
		TRY(iterate(run, node, tv_str(entries[i].key), elem, &stop));
	}
	return NULL;
}

/* *ret_empty: nothing was passed over. */
static err *range_over(struct tmpl_run *run, const struct tmpl_node *node, struct tv v,
		       bool *ret_empty)
{
	*ret_empty = false;
	switch (tv_kind(v)) {
	case TK_INT:
	case TK_INT64:
	case TK_UINT8:
	case TK_UINT64:
		*ret_empty = v.i <= 0;
		return range_int(run, node, v);
	case TK_SLICE:
		*ret_empty = !tv_len(v);
		return range_list(run, node, v);
	case TK_MAP:
		*ret_empty = !tv_len(v);
		return *ret_empty ? NULL : range_map(run, node, v);
	case TK_INVALID:
	case TK_INTERFACE:
		*ret_empty = true;
		return NULL;
	default:
		break;
	}
	buf b = buf_init(run->mem);
	TRY(tmpl_eval_print(run, &b, v));
	return tmpl_run_fail(run, "range can't iterate over %s", buf_text(&b));
}

static err *walk_range(struct tmpl_run *run, struct tv dot, const struct tmpl_node *node)
{
	size_t mark = run->vars.n;
	struct tv v;
	bool empty;
	TRY(tmpl_eval_pipe(run, dot, node->pipe, &v));
	TRY(range_over(run, node, v, &empty));
	if (empty && node->otherwise)
		TRY(walk_list(run, dot, node->otherwise));
	if (run->jump == JUMP_BREAK) /* in the else branch it ends this loop, not the outer one */
		run->jump = JUMP_NONE;
	run->vars.n = mark;
	return NULL;
}

static err *walk_template(struct tmpl_run *run, struct tv dot, const struct tmpl_node *node)
{
	const struct tmpl_tree *tree;
	TRY(tmpl_run_tree(run, str_of(node->name), &tree));
	if (!tree)
		return tmpl_run_fail(run, "template %s not defined",
				     rune_quoted(run->mem, str_of(node->name)));
	struct tv data;
	TRY(tmpl_eval_pipe(run, dot, node->pipe, &data));
	return tmpl_exec_tree(run, tree, data, run->out);
}

struct walk_args {
	struct tmpl_run *run;
	struct tv dot;
	const struct tmpl_node *node;
};

static err *walk_deeper(void *arg)
{
	struct walk_args *a = arg;
	return walk(a->run, a->dot, a->node);
}

static err *walk(struct tmpl_run *run, struct tv dot, const struct tmpl_node *node)
{
	run->node = node;
	TMPL_STEP(run);
	if (node->kind == NODE_TEXT)
		return tmpl_run_write(run, node->text);
	if (tmpl_run_is_deep(run))
		return tmpl_run_deeper(run, walk_deeper, &(struct walk_args){run, dot, node});
	switch ((enum tmpl_node_kind)node->kind) {
	case NODE_ACTION:
		return action(run, dot, node);
	case NODE_IF:
	case NODE_WITH:
		return if_or_with(run, dot, node);
	case NODE_RANGE:
		return walk_range(run, dot, node);
	case NODE_TEMPLATE:
		return walk_template(run, dot, node);
	case NODE_LIST:
		return walk_list(run, dot, node);
	case NODE_BREAK:
		run->jump = JUMP_BREAK;
		return NULL;
	case NODE_CONTINUE:
		run->jump = JUMP_CONTINUE;
		return NULL;
	default:
		return tmpl_run_fail(run, "unknown node");
	}
}

err *tmpl_exec_tree(struct tmpl_run *run, const struct tmpl_tree *tree, struct tv dot, buf *out)
{
	const struct tmpl_tree *outer = run->tree;
	const struct tmpl_node *node = run->node;
	size_t vars_from = run->vars_from, mark = run->vars.n;
	buf *outer_out = run->out;
	if (run->depth >= run->options.limits.depth)
		return tmpl_run_fail(run, "exceeded maximum template depth (%llu)",
				     (unsigned long long)run->options.limits.depth);
	run->depth++;
	run->tree = tree;
	run->vars_from = mark;
	run->out = out;
	tmpl_eval_push(run, STR("$"), dot);
	err *e = walk_list(run, dot, tree->root);
	run->tree = outer;
	run->node = node;
	run->vars_from = vars_from;
	run->vars.n = mark;
	run->out = outer_out;
	run->depth--;
	return e;
}
