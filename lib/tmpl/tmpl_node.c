#include "tmpl/tmpl_node.h"

#include "base/rune.h"

static void print_nodes(buf *b, const struct tmpl_nodes *nodes, const char *between)
{
	for (uint32_t i = 0; i < nodes->n; i++) {
		if (i)
			buf_text_add(b, between);
		tmpl_node_print(b, nodes->p[i]);
	}
}

static void print_pipe(buf *b, const struct tmpl_node *pipe)
{
	print_nodes(b, &pipe->decl, ", ");
	if (pipe->decl.n)
		buf_text_add(b, pipe->is_assign ? " = " : " := ");
	print_nodes(b, &pipe->nodes, " | ");
}

static void print_operand(buf *b, const struct tmpl_node *node)
{
	if (node->kind != NODE_PIPE) {
		tmpl_node_print(b, node);
		return;
	}
	buf_char(b, '(');
	print_pipe(b, node);
	buf_char(b, ')');
}

static void print_idents(buf *b, const struct tmpl_node *node)
{
	if (node->kind == NODE_CHAIN)
		print_operand(b, node->node);
	for (uint32_t i = 0; i < node->ident_n; i++) {
		if (i || node->kind != NODE_VARIABLE)
			buf_char(b, '.');
		buf_str(b, node->idents[i].name);
	}
}

static void print_branch(buf *b, const struct tmpl_node *node, const char *word)
{
	buf_printf(b, "{{%s ", word);
	print_pipe(b, node->pipe);
	buf_text_add(b, "}}");
	tmpl_node_print(b, node->list);
	if (node->otherwise) {
		buf_text_add(b, "{{else}}");
		tmpl_node_print(b, node->otherwise);
	}
	buf_text_add(b, "{{end}}");
}

static void print_template(buf *b, const struct tmpl_node *node)
{
	buf_text_add(b, "{{template ");
	str name = str_of(node->name);
	rune_quote(b, name);
	if (node->pipe) {
		buf_char(b, ' ');
		print_pipe(b, node->pipe);
	}
	buf_text_add(b, "}}");
}

static void print_command(buf *b, const struct tmpl_node *node)
{
	for (uint32_t i = 0; i < node->nodes.n; i++) {
		if (i)
			buf_char(b, ' ');
		print_operand(b, node->nodes.p[i]);
	}
}

void tmpl_node_print(buf *b, const struct tmpl_node *node)
{
	static const char *const words[] = {
		[NODE_BREAK] = "{{break}}", [NODE_CONTINUE] = "{{continue}}",
		[NODE_END] = "{{end}}",	    [NODE_ELSE] = "{{else}}",
		[NODE_DOT] = ".",	    [NODE_NIL] = "nil",
	};
	switch ((enum tmpl_node_kind)node->kind) {
	case NODE_TEXT:
		buf_str(b, node->text);
		break;
	case NODE_ACTION:
		buf_text_add(b, "{{");
		print_pipe(b, node->pipe);
		buf_text_add(b, "}}");
		break;
	case NODE_IF:
		print_branch(b, node, "if");
		break;
	case NODE_WITH:
		print_branch(b, node, "with");
		break;
	case NODE_RANGE:
		print_branch(b, node, "range");
		break;
	case NODE_TEMPLATE:
		print_template(b, node);
		break;
	case NODE_LIST:
		print_nodes(b, &node->nodes, "");
		break;
	case NODE_PIPE:
		print_pipe(b, node);
		break;
	case NODE_COMMAND:
		print_command(b, node);
		break;
	case NODE_IDENTIFIER:
		buf_text_add(b, node->func->name);
		break;
	case NODE_FIELD:
	case NODE_VARIABLE:
	case NODE_CHAIN:
		print_idents(b, node);
		break;
	case NODE_BOOL:
		buf_text_add(b, node->is_true ? "true" : "false");
		break;
	case NODE_NUMBER:
	case NODE_STRING:
		buf_str(b, node->source);
		break;
	case NODE_BREAK:
	case NODE_CONTINUE:
	case NODE_END:
	case NODE_ELSE:
	case NODE_DOT:
	case NODE_NIL:
		buf_text_add(b, words[node->kind]);
		break;
	}
}

char *tmpl_node_place(arena *mem, const struct tmpl_node *node)
{
	size_t line = 1, start = 0;
	for (size_t i = 0; i < node->pos; i++)
		if (node->tree->text.p[i] == '\n') {
			line++;
			start = i + 1;
		}
	return arena_printf(mem, "%s:%zu:%zu", node->tree->parse_name, line, node->pos - start);
}

bool tmpl_node_is_empty(const struct tmpl_node *node)
{
	if (node->kind == NODE_TEXT) {
		str s = node->text;
		size_t len;
		for (uint32_t r; s.n; s = str_sub(s, len, s.n)) {
			r = rune_at(s, &len);
			if (!rune_is_space(r))
				return false;
		}
		return true;
	}
	if (node->kind != NODE_LIST)
		return false;
	for (uint32_t i = 0; i < node->nodes.n; i++)
		if (!tmpl_node_is_empty(node->nodes.p[i]))
			return false;
	return true;
}
