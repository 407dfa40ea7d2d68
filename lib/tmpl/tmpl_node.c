#include "tmpl/tmpl_node.h"

#include "base/rune.h"

#define UP_TO(member)                                                                              \
	(offsetof(struct tmpl_node, member) + sizeof(((struct tmpl_node *)NULL)->member))

size_t tmpl_node_size(enum tmpl_node_kind kind)
{
	static const uint8_t sizes[] = {
		[NODE_TEXT] = UP_TO(text),	 [NODE_ACTION] = UP_TO(pipe),
		[NODE_IF] = UP_TO(otherwise),	 [NODE_WITH] = UP_TO(otherwise),
		[NODE_RANGE] = UP_TO(otherwise), [NODE_TEMPLATE] = UP_TO(name),
		[NODE_BREAK] = UP_TO(pos),	 [NODE_CONTINUE] = UP_TO(pos),
		[NODE_LIST] = UP_TO(nodes),	 [NODE_END] = UP_TO(pos),
		[NODE_ELSE] = UP_TO(pos),	 [NODE_PIPE] = UP_TO(nodes),
		[NODE_COMMAND] = UP_TO(nodes),	 [NODE_IDENTIFIER] = UP_TO(func),
		[NODE_FIELD] = UP_TO(ident_n),	 [NODE_VARIABLE] = UP_TO(ident_n),
		[NODE_CHAIN] = UP_TO(node),	 [NODE_DOT] = UP_TO(pos),
		[NODE_NIL] = UP_TO(pos),	 [NODE_BOOL] = UP_TO(pos),
		[NODE_NUMBER] = UP_TO(number),	 [NODE_STRING] = UP_TO(unquoted),
	};
	return sizes[kind];
}

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
	for (uint32_t i = 0; i < pipe->decl_n; i++) {
		buf_text_add(b, i ? ", " : "");
		tmpl_node_print(b, tmpl_node_decl(pipe, i));
	}
	if (pipe->decl_n)
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

uint32_t tmpl_node_line(str text, uint32_t pos)
{
	uint32_t line = 1;
	for (uint32_t i = 0; i < pos; i++)
		line += text.p[i] == '\n';
	return line;
}

char *tmpl_node_place(arena *mem, const struct tmpl_tree *tree, const struct tmpl_node *node)
{
	uint32_t start = node->pos;
	while (start && tree->text.p[start - 1] != '\n')
		start--;
	return arena_printf(mem, "%s:%u:%u", tree->parse_name,
			    tmpl_node_line(tree->text, node->pos), node->pos - start);
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
