#include "tmpl/tmpl_parse.h"

#include <string.h>

#include "base/rune.h"
#include "base/vec.h"
#include "tmpl/tmpl_number.h"

#define NOWHERE UINT32_MAX

struct name_stack {
	str *p;
	size_t n, cap;
};

/* One text. The part from tree on is of the definition that is being read. */
struct parser {
	arena *mem, *values; /* of the trees; of what values point to */
	arena *scratch;	     /* goes with the parser */
	VEC(struct tmpl_node *)
	open; /* children of nodes that are not complete yet, innermost last */
	struct tmpl_tokens in;
	tmpl_find *find;
	struct map *trees;
	struct tmpl_tree *tree;
	struct name_stack vars;
	uint32_t action; /* where the action began, or NOWHERE */
	int range_depth;
	int parens, blocks;
};

__attribute__((format(printf, 2, 3))) static err *fail(struct parser *p, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = arena_vprintf(p->mem, fmt, ap);
	va_end(ap);
	return err_new(p->mem, ERR_INVALID, "template: %s:%u: %s", p->tree->parse_name,
		       tmpl_node_line(p->tree->text, p->in.token[0].pos), text);
}

static err *deeper(struct parser *p)
{
	if (++p->blocks > TMPL_MAX_BLOCKS)
		return fail(p, "more than %d blocks inside each other", TMPL_MAX_BLOCKS);
	return NULL;
}

static err *unexpected(struct parser *p, struct tmpl_token t, const char *context)
{
	const char *text = tmpl_token_text(p->mem, t);
	if (t.kind != TOKEN_ERROR)
		return fail(p, "unexpected %s in %s", text, context);
	if (p->action == NOWHERE)
		return fail(p, "%s", text);
	uint32_t from = tmpl_node_line(p->tree->text, p->action);
	if (from == tmpl_node_line(p->tree->text, t.pos))
		return fail(p, "%s", text);
	return fail(p, "%s%s started at %s:%u", text,
		    text_ends(text, " action") ? "" : " in action", p->tree->parse_name, from);
}

static err *expect(struct parser *p, enum tmpl_token_kind kind, const char *context,
		   struct tmpl_token *ret)
{
	*ret = *tmpl_tokens_word(&p->in);
	return ret->kind == kind ? NULL : unexpected(p, *ret, context);
}

static struct tmpl_node *make(struct parser *p, enum tmpl_node_kind kind, uint32_t pos)
{
	struct tmpl_node *node = arena_alloc(p->mem, tmpl_node_size(kind));
	node->kind = (uint8_t)kind;
	node->pos = pos;
	return node;
}

static void open_node(struct parser *p, struct tmpl_node *node)
{
	VEC_PUSH(p->scratch, &p->open, node);
}

/* What was opened since from becomes the children of a node. */
static void close_nodes(struct parser *p, size_t from, struct tmpl_nodes *ret)
{
	size_t n = p->open.n - from;
	p->open.n = from;
	ret->n = (uint32_t)n;
	ret->p = arena_alloc(p->mem, n * sizeof(*ret->p));
	if (n)
		memcpy(ret->p, p->open.p + from, n * sizeof(*ret->p));
}

static void push_var(struct parser *p, str name)
{
	VEC_PUSH(p->scratch, &p->vars, name);
}

static void add_ident(struct parser *p, struct tmpl_node *node, str name)
{
	size_t n = node->ident_n, size = sizeof(*node->idents);
	if (!(n & (n - 1))) /* full at every power of two; an arena keeps what it outgrows */
		node->idents = n ? arena_grow(p->mem, node->idents, n * size, 2 * n * size)
				 : arena_alloc(p->mem, size);
	node->idents[node->ident_n++] = (struct tmpl_ident){name, map_hash(name)};
}

static struct tmpl_node *make_idents(struct parser *p, enum tmpl_node_kind kind, uint32_t pos,
				     str name)
{
	struct tmpl_node *node = make(p, kind, pos);
	add_ident(p, node, name);
	return node;
}

static err *list_of(struct parser *p, struct tmpl_node **ret_list, struct tmpl_node **ret_end);
static err *pipeline(struct parser *p, const char *context, enum tmpl_token_kind end,
		     struct tmpl_node **ret);

/* Keeps a tree unless its name has a body already: an empty one gives way, two are an error. */
static err *add_tree(struct parser *p, struct tmpl_tree *tree)
{
	const struct tmpl_tree *old = map_get(p->trees, tree->name);
	if (!old || tmpl_node_is_empty(old->root))
		map_set(p->trees, tree->name, tree);
	else if (!tmpl_node_is_empty(tree->root))
		return fail(p, "template: multiple definition of template %s",
			    rune_quoted(p->mem, str_of(tree->name)));
	return NULL;
}

static err *unquoted(struct parser *p, struct tmpl_token t, str *ret)
{
	err *e = tmpl_unquote(p->values, t.text, ret);
	return e ? fail(p, "%s", e->text) : NULL;
}

static err *template_name(struct parser *p, struct tmpl_token t, const char *context,
			  const char **ret)
{
	if (t.kind != TOKEN_STRING && t.kind != TOKEN_RAW_STRING)
		return unexpected(p, t, context);
	str name;
	TRY(unquoted(p, t, &name));
	*ret = str_text(p->mem, name); /* one with a NUL behind it */
	return NULL;
}

/* The body of a definition up to its end, as a tree of its own with its own variables. */
static err *definition_body(struct parser *p, const char *name, const char *context)
{
	struct tmpl_tree *tree = NEW(p->mem, struct tmpl_tree), *outer = p->tree;
	*tree = (struct tmpl_tree){name, outer->parse_name, outer->text, NULL};
	struct name_stack vars = p->vars;
	int range_depth = p->range_depth;
	TRY(deeper(p));
	p->tree = tree;
	p->vars = (struct name_stack){0};
	p->range_depth = 0;
	push_var(p, STR("$"));
	struct tmpl_node *list, *end;
	TRY(list_of(p, &list, &end));
	if (end->kind != NODE_END)
		return fail(p, "unexpected {{else}} in %s", context);
	tree->root = list;
	TRY(add_tree(p, tree));
	p->tree = outer;
	p->vars = vars;
	p->range_depth = range_depth;
	p->blocks--;
	return NULL;
}

static err *definition(struct parser *p)
{
	static const char context[] = "define clause";
	const char *name;
	struct tmpl_token t = *tmpl_tokens_word(&p->in);
	uint32_t outer = p->action;
	p->action = NOWHERE;
	TRY(template_name(p, t, context, &name));
	TRY(expect(p, TOKEN_RIGHT_DELIM, context, &t));
	TRY(definition_body(p, name, context));
	p->action = outer;
	return NULL;
}

static err *block_control(struct parser *p, struct tmpl_node **ret)
{
	static const char context[] = "block clause";
	struct tmpl_token t = *tmpl_tokens_word(&p->in);
	const char *name;
	TRY(template_name(p, t, context, &name));
	struct tmpl_node *node = make(p, NODE_TEMPLATE, t.pos);
	TRY(pipeline(p, context, TOKEN_RIGHT_DELIM, &node->pipe));
	node->name = name;
	uint32_t outer = p->action;
	p->action = NOWHERE;
	TRY(definition_body(p, name, context));
	p->action = outer;
	*ret = node;
	return NULL;
}

static err *template_control(struct parser *p, struct tmpl_node **ret)
{
	static const char context[] = "template clause";
	struct tmpl_token t = *tmpl_tokens_word(&p->in);
	struct tmpl_node *node = make(p, NODE_TEMPLATE, t.pos);
	TRY(template_name(p, t, context, &node->name));
	if (tmpl_tokens_word(&p->in)->kind != TOKEN_RIGHT_DELIM) {
		tmpl_tokens_back(&p->in);
		TRY(pipeline(p, context, TOKEN_RIGHT_DELIM, &node->pipe));
	}
	*ret = node;
	return NULL;
}

static err *jump_control(struct parser *p, struct tmpl_token t, struct tmpl_node **ret)
{
	const char *word = t.kind == TOKEN_BREAK ? "{{break}}" : "{{continue}}";
	struct tmpl_token end = *tmpl_tokens_word(&p->in);
	if (end.kind != TOKEN_RIGHT_DELIM)
		return unexpected(p, end, word);
	if (!p->range_depth)
		return fail(p, "%s outside {{range}}", word);
	*ret = make(p, t.kind == TOKEN_BREAK ? NODE_BREAK : NODE_CONTINUE, t.pos);
	return NULL;
}

static err *else_control(struct parser *p, struct tmpl_node **ret)
{
	struct tmpl_token t = *tmpl_tokens_peek_word(&p->in);
	if (t.kind != TOKEN_IF && t.kind != TOKEN_WITH)
		TRY(expect(p, TOKEN_RIGHT_DELIM, "else", &t));
	*ret = make(p, NODE_ELSE, t.pos);
	return NULL;
}

static err *branch(struct parser *p, enum tmpl_node_kind kind, struct tmpl_node **ret);

/* What follows {{else}}, up to the end. */
static err *else_branch(struct parser *p, struct tmpl_node *node, uint32_t pos)
{
	enum tmpl_token_kind word = node->kind == NODE_IF ? TOKEN_IF : TOKEN_WITH;
	struct tmpl_node *end;
	if (node->kind == NODE_RANGE || tmpl_tokens_peek(&p->in)->kind != word) {
		TRY(list_of(p, &node->otherwise, &end));
		return end->kind == NODE_END ? NULL : fail(p, "expected end; found {{else}}");
	}
	tmpl_tokens_next(&p->in);
	struct tmpl_node *inner;
	node->otherwise = make(p, NODE_LIST, pos);
	TRY(branch(p, node->kind, &inner));
	open_node(p, inner);
	close_nodes(p, p->open.n - 1, &node->otherwise->nodes);
	return NULL;
}

static err *branch(struct parser *p, enum tmpl_node_kind kind, struct tmpl_node **ret)
{
	const char *context = kind == NODE_IF ? "if" : kind == NODE_WITH ? "with" : "range";
	size_t vars = p->vars.n;
	struct tmpl_node *node = make(p, kind, 0), *end;
	TRY(deeper(p));
	TRY(pipeline(p, context, TOKEN_RIGHT_DELIM, &node->pipe));
	node->pos = node->pipe->pos;
	p->range_depth += kind == NODE_RANGE;
	TRY(list_of(p, &node->list, &end));
	p->range_depth -= kind == NODE_RANGE;
	if (end->kind == NODE_ELSE)
		TRY(else_branch(p, node, end->pos));
	p->vars.n = vars;
	p->blocks--;
	*ret = node;
	return NULL;
}

static err *action(struct parser *p, struct tmpl_node **ret)
{
	struct tmpl_token t = *tmpl_tokens_word(&p->in);
	switch (t.kind) {
	case TOKEN_BLOCK:
		return block_control(p, ret);
	case TOKEN_BREAK:
	case TOKEN_CONTINUE:
		return jump_control(p, t, ret);
	case TOKEN_ELSE:
		return else_control(p, ret);
	case TOKEN_END:
		TRY(expect(p, TOKEN_RIGHT_DELIM, "end", &t));
		*ret = make(p, NODE_END, t.pos);
		return NULL;
	case TOKEN_IF:
		return branch(p, NODE_IF, ret);
	case TOKEN_RANGE:
		return branch(p, NODE_RANGE, ret);
	case TOKEN_TEMPLATE:
		return template_control(p, ret);
	case TOKEN_WITH:
		return branch(p, NODE_WITH, ret);
	default:
		break;
	}
	tmpl_tokens_back(&p->in);
	struct tmpl_node *node = make(p, NODE_ACTION, tmpl_tokens_peek(&p->in)->pos);
	TRY(pipeline(p, "command", TOKEN_RIGHT_DELIM, &node->pipe));
	*ret = node;
	return NULL;
}

static err *text_or_action(struct parser *p, struct tmpl_node **ret)
{
	struct tmpl_token t = *tmpl_tokens_word(&p->in);
	if (t.kind == TOKEN_TEXT) {
		*ret = make(p, NODE_TEXT, t.pos);
		(*ret)->text = t.text;
		return NULL;
	}
	if (t.kind != TOKEN_LEFT_DELIM)
		return unexpected(p, t, "input");
	p->action = t.pos;
	TRY(action(p, ret));
	p->action = NOWHERE;
	return NULL;
}

static err *list_of(struct parser *p, struct tmpl_node **ret_list, struct tmpl_node **ret_end)
{
	struct tmpl_node *list = make(p, NODE_LIST, tmpl_tokens_peek_word(&p->in)->pos), *node;
	size_t from = p->open.n;
	while (tmpl_tokens_peek_word(&p->in)->kind != TOKEN_EOF) {
		TRY(text_or_action(p, &node));
		if (node->kind == NODE_END || node->kind == NODE_ELSE) {
			close_nodes(p, from, &list->nodes);
			*ret_list = list;
			*ret_end = node;
			return NULL;
		}
		open_node(p, node);
	}
	return fail(p, "unexpected EOF");
}

/* The variables that a pipeline sets: "$x :=", "$x =", in a range also "$i, $x :=". */
static err *declarations(struct parser *p, const char *context, struct tmpl_node *pipe,
			 struct tmpl_node *decl[2])
{
	while (tmpl_tokens_peek_word(&p->in)->kind == TOKEN_VARIABLE) {
		struct tmpl_token v = *tmpl_tokens_next(&p->in);
		struct tmpl_token behind = *tmpl_tokens_peek(&p->in),
				  t = *tmpl_tokens_peek_word(&p->in);
		bool comma = t.kind == TOKEN_CHAR && str_is(t.text, ",");
		if (t.kind != TOKEN_ASSIGN && t.kind != TOKEN_DECLARE && !comma) {
			/* an operand: give back what was read, the space too */
			bool space = behind.kind == TOKEN_SPACE;
			tmpl_tokens_unread(&p->in, v, space ? &behind : NULL);
			return NULL;
		}
		tmpl_tokens_word(&p->in);
		decl[pipe->decl_n++] = make_idents(p, NODE_VARIABLE, v.pos, v.text);
		push_var(p, v.text);
		pipe->is_assign = t.kind == TOKEN_ASSIGN;
		if (!comma)
			return NULL;
		if (strcmp(context, "range") != 0 || pipe->decl_n >= 2)
			return fail(p, "too many declarations in %s", context);
		t = *tmpl_tokens_peek_word(&p->in);
		if (t.kind != TOKEN_VARIABLE && t.kind != TOKEN_RIGHT_DELIM &&
		    t.kind != TOKEN_RIGHT_PAREN)
			return fail(p, "range can only initialize variables");
	}
	return NULL;
}

static err *check_pipeline(struct parser *p, const struct tmpl_node *pipe, const char *context)
{
	if (!pipe->nodes.n)
		return fail(p, "missing value for %s", context);
	for (uint32_t i = 1; i < pipe->nodes.n; i++) {
		uint8_t kind = pipe->nodes.p[i]->nodes.p[0]->kind;
		if (kind == NODE_BOOL || kind == NODE_DOT || kind == NODE_NIL ||
		    kind == NODE_NUMBER || kind == NODE_STRING)
			return fail(p, "non executable command in pipeline stage %u", i + 1);
	}
	return NULL;
}

static err *variable(struct parser *p, struct tmpl_token t, struct tmpl_node **ret)
{
	for (size_t i = 0; i < p->vars.n; i++)
		if (str_eq(p->vars.p[i], t.text)) {
			*ret = make_idents(p, NODE_VARIABLE, t.pos, t.text);
			return NULL;
		}
	return fail(p, "undefined variable %s", rune_quoted(p->mem, t.text));
}

static err *identifier(struct parser *p, struct tmpl_token t, struct tmpl_node **ret)
{
	const struct tmpl_func *func = p->find(t.text);
	if (!func)
		return fail(p, "function %s not defined", rune_quoted(p->mem, t.text));
	*ret = make(p, NODE_IDENTIFIER, t.pos);
	(*ret)->func = func;
	return NULL;
}

static err *number(struct parser *p, struct tmpl_token t, struct tmpl_node **ret)
{
	bool is_complex = t.text.n && t.text.p[t.text.n - 1] == 'i'; /* values point into it */
	struct tmpl_number *n = NEW(is_complex ? p->values : p->mem, struct tmpl_number);
	err *e = tmpl_number(p->mem, t, n);
	if (e)
		return fail(p, "%s", e->text);
	*ret = make(p, NODE_NUMBER, t.pos);
	(*ret)->source = t.text;
	(*ret)->number = n;
	return NULL;
}

static err *parenthesis(struct parser *p, struct tmpl_node **ret)
{
	if (p->parens >= TMPL_MAX_PARENS)
		return fail(p, "max expression depth exceeded");
	p->parens++;
	TRY(pipeline(p, "parenthesized pipeline", TOKEN_RIGHT_PAREN, ret));
	p->parens--;
	return NULL;
}

/* One term; *ret is NULL when none begins here. */
static err *term(struct parser *p, struct tmpl_node **ret)
{
	*ret = NULL;
	struct tmpl_token t = *tmpl_tokens_word(&p->in);
	switch (t.kind) {
	case TOKEN_IDENTIFIER:
		return identifier(p, t, ret);
	case TOKEN_DOT:
		*ret = make(p, NODE_DOT, t.pos);
		return NULL;
	case TOKEN_NIL:
		*ret = make(p, NODE_NIL, t.pos);
		return NULL;
	case TOKEN_VARIABLE:
		return variable(p, t, ret);
	case TOKEN_FIELD:
		*ret = make_idents(p, NODE_FIELD, t.pos, str_sub(t.text, 1, t.text.n));
		return NULL;
	case TOKEN_BOOL:
		*ret = make(p, NODE_BOOL, t.pos);
		(*ret)->is_true = str_is(t.text, "true");
		return NULL;
	case TOKEN_CHAR_CONSTANT:
	case TOKEN_COMPLEX:
	case TOKEN_NUMBER:
		return number(p, t, ret);
	case TOKEN_LEFT_PAREN:
		return parenthesis(p, ret);
	case TOKEN_STRING:
	case TOKEN_RAW_STRING:
		*ret = make(p, NODE_STRING, t.pos);
		(*ret)->source = t.text;
		return unquoted(p, t, &(*ret)->unquoted);
	default:
		tmpl_tokens_back(&p->in);
		return NULL;
	}
}

static err *operand(struct parser *p, struct tmpl_node **ret)
{
	TRY(term(p, ret));
	struct tmpl_node *node = *ret;
	if (!node || tmpl_tokens_peek(&p->in)->kind != TOKEN_FIELD)
		return NULL;
	uint32_t pos = tmpl_tokens_peek(&p->in)->pos;
	struct tmpl_node *chain = node;
	if (node->kind != NODE_FIELD && node->kind != NODE_VARIABLE) {
		chain = make(p, NODE_CHAIN, pos);
		chain->node = node;
	}
	chain->pos = pos;
	while (tmpl_tokens_peek(&p->in)->kind == TOKEN_FIELD) {
		str name = tmpl_tokens_next(&p->in)->text;
		add_ident(p, chain, str_sub(name, 1, name.n));
	}
	if (node->kind == NODE_BOOL || node->kind == NODE_STRING || node->kind == NODE_NUMBER ||
	    node->kind == NODE_NIL || node->kind == NODE_DOT) {
		buf b = buf_init(p->mem);
		tmpl_node_print(&b, node);
		return fail(p, "unexpected . after term %s", rune_quoted(p->mem, buf_view(&b)));
	}
	*ret = chain;
	return NULL;
}

static err *command(struct parser *p, struct tmpl_node **ret)
{
	struct tmpl_node *cmd = make(p, NODE_COMMAND, tmpl_tokens_peek_word(&p->in)->pos);
	size_t from = p->open.n;
	for (;;) {
		struct tmpl_node *node;
		tmpl_tokens_peek_word(&p->in); /* passes the spaces over */
		TRY(operand(p, &node));
		if (node)
			open_node(p, node);
		const struct tmpl_token *t = tmpl_tokens_next(&p->in);
		if (t->kind == TOKEN_SPACE)
			continue;
		if (t->kind == TOKEN_RIGHT_DELIM || t->kind == TOKEN_RIGHT_PAREN)
			tmpl_tokens_back(&p->in);
		else if (t->kind != TOKEN_PIPE)
			return unexpected(p, *t, "operand");
		break;
	}
	close_nodes(p, from, &cmd->nodes);
	*ret = cmd;
	return cmd->nodes.n ? NULL : fail(p, "empty command");
}

static err *pipeline(struct parser *p, const char *context, enum tmpl_token_kind end,
		     struct tmpl_node **ret)
{
	struct tmpl_node *pipe = make(p, NODE_PIPE, tmpl_tokens_peek_word(&p->in)->pos), *cmd;
	struct tmpl_node *decl[2];
	size_t from = p->open.n;
	TRY(declarations(p, context, pipe, decl));
	for (const struct tmpl_token *t; (t = tmpl_tokens_word(&p->in))->kind != end;) {
		if (!tmpl_token_is_operand(t->kind))
			return unexpected(p, *t, context);
		tmpl_tokens_back(&p->in);
		TRY(command(p, &cmd));
		open_node(p, cmd);
	}
	for (uint8_t i = 0; i < pipe->decl_n; i++)
		open_node(p, decl[i]);
	close_nodes(p, from, &pipe->nodes);
	pipe->nodes.n -= pipe->decl_n;
	*ret = pipe;
	return check_pipeline(p, pipe, context);
}

static err *parse_top(struct parser *p, struct tmpl_node *list)
{
	while (tmpl_tokens_peek(&p->in)->kind != TOKEN_EOF) {
		if (tmpl_tokens_peek(&p->in)->kind == TOKEN_LEFT_DELIM) {
			struct tmpl_token delim = *tmpl_tokens_next(&p->in);
			if (tmpl_tokens_word(&p->in)->kind == TOKEN_DEFINE) {
				TRY(definition(p));
				continue;
			}
			tmpl_tokens_unread(&p->in, delim, NULL);
		}
		struct tmpl_node *node;
		TRY(text_or_action(p, &node));
		if (node->kind == NODE_END || node->kind == NODE_ELSE)
			return fail(p, "unexpected %s",
				    node->kind == NODE_END ? "{{end}}" : "{{else}}");
		open_node(p, node);
	}
	close_nodes(p, 0, &list->nodes);
	return NULL;
}

static err *parse_file(struct parser *p, const struct tmpl_tree **ret_main)
{
	struct tmpl_tree *tree = p->tree;
	push_var(p, STR("$"));
	struct tmpl_node *list = make(p, NODE_LIST, tmpl_tokens_peek(&p->in)->pos);
	TRY(parse_top(p, list));
	tree->root = list;
	*ret_main = tree;
	return add_tree(p, tree);
}

err *tmpl_parse_text(arena *mem, arena *values, const char *name, str text, tmpl_find *find,
		     struct map *trees, const struct tmpl_tree **ret_main)
{
	if (text.n > TMPL_MAX_TEXT)
		return err_new(mem, ERR_LIMIT,
			       "template: %s:1: longer than %zu bytes; split the file", name,
			       TMPL_MAX_TEXT);
	struct tmpl_tree *tree = NEW(mem, struct tmpl_tree);
	*tree = (struct tmpl_tree){name, name, text, NULL};
	struct parser p = {.mem = mem,
			   .values = values,
			   .scratch = arena_open(),
			   .in = {.lexer = tmpl_lex_open(mem, text)},
			   .find = find,
			   .trees = trees,
			   .tree = tree,
			   .action = NOWHERE};
	err *failed = parse_file(&p, ret_main);
	arena_close(p.scratch);
	return failed;
}
