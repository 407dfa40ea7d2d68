#include "cel/cel_parse_parts.h"

#include <string.h>

#include "cel/cel_parse_literal.h"

static bool next_in(const struct cel_parser *p, uint64_t set)
{
	return cel_next_in(&p->s, 1, set);
}

static const char *token_text(struct cel_parser *p, const struct cel_token *t)
{
	return str_text(p->m.mem, t->text);
}

static cel_node *fault(struct cel_parser *p, int32_t offset, const char *text)
{
	cel_fault_add(p->m.mem, p->m.source, offset, "%s", text);
	return cel_make(&p->m, CEL_NODE_NOTHING, offset);
}

/* --- names and arguments ---------------------------------------------------------------------- */

static bool is_reserved(const char *name)
{
	static const char *const words[] = {
		"as",	     "break", "const",	"continue", "else", "false", "for",
		"function",  "if",    "import", "in",	    "let",  "loop",  "package",
		"namespace", "null",  "return", "true",	    "var",  "void",  "while"};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(words[i], name))
			return true;
	return false;
}

/* A field's name; "" with a fault for none, or one in backquotes. */
static const char *escaped_name(struct cel_parser *p, uint64_t follow)
{
	const char *name = NULL;
	int32_t offset = cel_parse_place(p);
	cel_enter(&p->s, CEL_RULE_ESCAPED, follow);
	if (cel_expect(&p->s, NAMES, AT_NAME)) {
		const struct cel_token *t = cel_ahead(&p->s, 1);
		if (t->kind == CEL_T_ESCAPED)
			fault(p, t->from, "unsupported syntax: '`'");
		if (next_in(p, NAMES)) {
			name = t->kind == CEL_T_ESCAPED ? "" : token_text(p, t);
			cel_take(&p->s);
		} else {
			cel_no_way(&p->s, 1, AT_NAME);
		}
	}
	cel_leave(&p->s);
	if (!name)
		fault(p, offset, "unsupported ident kind");
	return name ? name : "";
}

/* The arguments behind "(", and the ")". */
static struct cel_nodes arguments(struct cel_parser *p, uint64_t after, int site)
{
	struct cel_nodes all = {0};
	if (!cel_expect(&p->s, EXPRS | B(CEL_T_PAREN_END), site))
		return all;
	if (next_in(p, EXPRS)) {
		cel_enter(&p->s, CEL_RULE_EXPR_LIST, B(CEL_T_PAREN_END));
		cel_nodes_add(p, &all, cel_parse_expr(p, B(CEL_T_COMMA) | END), false);
		while (cel_parse_next(p) == CEL_T_COMMA) {
			cel_take(&p->s);
			cel_nodes_add(p, &all, cel_parse_expr(p, B(CEL_T_COMMA) | END), false);
		}
		cel_leave(&p->s);
	}
	cel_match(&p->s, CEL_T_PAREN_END, after, site + 1);
	return all;
}

/* An expression with an optional "?" before it. */
static cel_node *optional_expr(struct cel_parser *p, uint64_t follow, bool *ret_optional)
{
	cel_node *n = NULL;
	*ret_optional = false;
	cel_enter(&p->s, CEL_RULE_OPT_EXPR, follow);
	if (cel_expect(&p->s, OPT_EXPRS, AT_OPT_EXPR)) {
		*ret_optional = cel_parse_next(p) == CEL_T_QUESTION;
		if (*ret_optional)
			cel_take(&p->s);
		n = cel_parse_expr(p, END);
	}
	cel_leave(&p->s);
	return n ? n : cel_parse_nothing(p);
}

/* --- primaries -------------------------------------------------------------------------------- */

/* What stands before the "]" or "}" of a literal: a comma too many, and the sign itself. */
static bool closing(struct cel_parser *p, enum cel_token_kind kind, int site)
{
	if (!cel_expect(&p->s, B(CEL_T_COMMA) | B(kind), site))
		return false;
	if (cel_parse_next(p) == CEL_T_COMMA)
		cel_take(&p->s);
	return cel_match(&p->s, kind, END, site + 1);
}

static bool more(struct cel_parser *p, uint64_t set)
{
	if (cel_parse_next(p) != CEL_T_COMMA || !cel_next_in(&p->s, 2, set))
		return false;
	cel_take(&p->s);
	return true;
}

static cel_node *list(struct cel_parser *p)
{
	cel_node *n = cel_make(&p->m, CEL_NODE_LIST, cel_parse_place(p));
	struct cel_nodes all = {0};
	uint64_t behind = B(CEL_T_COMMA) | B(CEL_T_BRACKET_END);
	bool optional;
	cel_take(&p->s);
	if (!cel_expect(&p->s, OPT_EXPRS | behind, AT_LIST))
		return n;
	if (next_in(p, OPT_EXPRS)) {
		cel_enter(&p->s, CEL_RULE_LIST_INIT, behind);
		do {
			cel_node *item = optional_expr(p, B(CEL_T_COMMA) | END, &optional);
			cel_nodes_add(p, &all, item, optional);
		} while (more(p, OPT_EXPRS));
		cel_leave(&p->s);
	}
	closing(p, CEL_T_BRACKET_END, AT_LIST_COMMA);
	n->args = all.p;
	n->n = all.n;
	n->optional = all.optional;
	return n;
}

static bool map_entry(struct cel_parser *p, struct cel_nodes *all)
{
	bool optional;
	cel_next_id(&p->m);
	size_t faults = p->m.source->faults.n;
	cel_node *key = optional_expr(p, B(CEL_T_COLON), &optional);
	if (!cel_match(&p->s, CEL_T_COLON, EXPRS, AT_MAP_COLON)) {
		p->m.source->faults.n = faults; /* what is no entry is not looked at */
		return false;
	}
	cel_nodes_add(p, all, key, optional);
	cel_nodes_add(p, all, cel_parse_expr(p, B(CEL_T_COMMA) | END), optional);
	return true;
}

static cel_node *map(struct cel_parser *p)
{
	cel_node *n = cel_make(&p->m, CEL_NODE_MAP, cel_parse_place(p));
	struct cel_nodes all = {0};
	uint64_t behind = B(CEL_T_COMMA) | B(CEL_T_BRACE_END);
	cel_take(&p->s);
	if (!cel_expect(&p->s, OPT_EXPRS | behind, AT_MAP))
		return n;
	if (next_in(p, OPT_EXPRS)) {
		cel_enter(&p->s, CEL_RULE_MAP_INIT, behind);
		while (map_entry(p, &all) && more(p, OPT_EXPRS))
			;
		cel_leave(&p->s);
	}
	closing(p, CEL_T_BRACE_END, AT_MAP_COMMA);
	n->args = all.p;
	n->n = all.n;
	n->optional = all.optional;
	return n;
}

static bool field(struct cel_parser *p, struct cel_nodes *all, cel_node *of)
{
	cel_enter(&p->s, CEL_RULE_OPT_FIELD, B(CEL_T_COLON));
	size_t faults = p->m.source->faults.n;
	const char *name = "";
	bool optional = false;
	if (cel_expect(&p->s, OPT_NAMES, AT_FIELD)) {
		optional = cel_parse_next(p) == CEL_T_QUESTION;
		if (optional)
			cel_take(&p->s);
		name = escaped_name(p, END);
	}
	cel_leave(&p->s);
	cel_next_id(&p->m);
	if (!cel_match(&p->s, CEL_T_COLON, EXPRS, AT_FIELD_COLON)) {
		p->m.source->faults.n = faults;
		return false;
	}
	size_t n = all->n;
	cel_nodes_add(p, all, cel_parse_expr(p, B(CEL_T_COMMA) | END), optional);
	of->fields = arena_grow(p->m.mem, of->fields, n * sizeof(char *), (n + 1) * sizeof(char *));
	of->fields[n] = name;
	return true;
}

/* A message: its name is behind the token at which the parser stands. */
static cel_node *message(struct cel_parser *p)
{
	buf name = buf_init(p->m.mem);
	for (; cel_parse_next(p) != CEL_T_BRACE; cel_take(&p->s))
		buf_str(&name, cel_ahead(&p->s, 1)->text);
	cel_node *n = cel_make(&p->m, CEL_NODE_STRUCT, cel_parse_place(p));
	n->name = buf_text(&name);
	cel_take(&p->s);
	struct cel_nodes all = {0};
	uint64_t behind = B(CEL_T_COMMA) | B(CEL_T_BRACE_END);
	if (!cel_expect(&p->s, OPT_NAMES | behind, AT_FIELDS))
		return n;
	if (next_in(p, OPT_NAMES)) {
		cel_enter(&p->s, CEL_RULE_FIELD_INIT, behind);
		while (field(p, &all, n) && more(p, OPT_NAMES))
			;
		cel_leave(&p->s);
	}
	closing(p, CEL_T_BRACE_END, AT_FIELDS_COMMA);
	n->args = all.p;
	n->n = all.n;
	n->optional = all.optional;
	return n;
}

/* Is it a.b.c{, from the token k ahead on? */
static bool is_message(const struct cel_parser *p, size_t k)
{
	while (cel_next_is(&p->s, k + 1, CEL_T_DOT) && cel_next_is(&p->s, k + 2, CEL_T_IDENT))
		k += 2;
	return cel_next_is(&p->s, k + 1, CEL_T_BRACE);
}

/* A name, the call of a function or a message, with or without a dot before it. */
static cel_node *named(struct cel_parser *p)
{
	size_t dot = cel_parse_next(p) == CEL_T_DOT;
	int32_t offset = cel_parse_place(p);
	if (!cel_next_is(&p->s, 1 + dot, CEL_T_IDENT)) {
		cel_no_way(&p->s, 1 + dot, AT_PRIMARY);
		return cel_parse_nothing(p);
	}
	if (is_message(p, 1 + dot))
		return message(p);
	if (dot)
		cel_take(&p->s);
	const struct cel_token *t = cel_ahead(&p->s, 1);
	const char *name = token_text(p, t),
		   *full = dot ? arena_printf(p->m.mem, ".%s", name) : name;
	bool reserved = is_reserved(name);
	cel_take(&p->s);
	cel_node *n;
	if (cel_parse_next(p) == CEL_T_PAREN) {
		int32_t open = cel_parse_place(p);
		int id = cel_next_id(&p->m);
		cel_take(&p->s);
		size_t before = p->m.source->faults.n;
		struct cel_nodes args = arguments(p, END, AT_ARGS);
		if (!reserved)
			return cel_call_or_macro(&p->m, full, open, id, NULL, args.p, args.n);
		p->m.source->faults.n = before;
	}
	if (reserved)
		return fault(p, offset, arena_printf(p->m.mem, "reserved identifier: %s", name));
	n = cel_make(&p->m, CEL_NODE_IDENT, t->from);
	n->name = full;
	return n;
}

static cel_node *literal(struct cel_parser *p)
{
	int32_t offset = cel_parse_place(p);
	bool negative = cel_parse_next(p) == CEL_T_MINUS;
	const char *text = NULL;
	if (negative)
		cel_take(&p->s);
	const cel_value *v = cel_literal(p->m.mem, cel_ahead(&p->s, 1), negative, &text);
	cel_take(&p->s);
	if (!v)
		fault(p, offset, text);
	cel_node *n = cel_make(&p->m, v ? CEL_NODE_LITERAL : CEL_NODE_NOTHING, offset);
	n->literal = v;
	return n;
}

static cel_node *primary(struct cel_parser *p, uint64_t follow)
{
	cel_node *n = NULL;
	cel_enter(&p->s, CEL_RULE_PRIMARY, follow);
	if (!cel_expect(&p->s, PRIMARIES, AT_PRIMARY)) {
		cel_leave(&p->s);
		return cel_parse_nothing(p);
	}
	switch (cel_parse_next(p)) {
	case CEL_T_DOT:
	case CEL_T_IDENT:
		n = named(p);
		break;
	case CEL_T_PAREN:
		cel_take(&p->s);
		n = cel_parse_expr(p, B(CEL_T_PAREN_END));
		cel_match(&p->s, CEL_T_PAREN_END, END, AT_NESTED_END);
		break;
	case CEL_T_BRACKET:
		n = list(p);
		break;
	case CEL_T_BRACE:
		n = map(p);
		break;
	default:
		if (next_in(p, PRIMARIES))
			n = literal(p);
		else
			cel_no_way(&p->s, 1, AT_PRIMARY);
	}
	cel_leave(&p->s);
	return n ? n : cel_parse_nothing(p);
}

/* --- members ---------------------------------------------------------------------------------- */

static cel_node *index_of(struct cel_parser *p, cel_node *target)
{
	int32_t offset = cel_parse_place(p);
	int id = cel_next_id(&p->m);
	cel_node *at = NULL;
	bool optional = false;
	cel_take(&p->s);
	if (cel_expect(&p->s, OPT_EXPRS, AT_INDEX)) {
		optional = cel_parse_next(p) == CEL_T_QUESTION;
		if (optional)
			cel_take(&p->s);
		at = cel_parse_expr(p, B(CEL_T_BRACKET_END));
		cel_match(&p->s, CEL_T_BRACKET_END, MEMBERS | END, AT_INDEX_END);
	}
	return cel_parse_call(p, optional ? CEL_OP_OPT_INDEX : CEL_OP_INDEX, offset, id, target,
			      at ? at : cel_parse_nothing(p), NULL);
}

static cel_node *method(struct cel_parser *p, cel_node *target)
{
	cel_take(&p->s);
	const char *name = token_text(p, cel_ahead(&p->s, 1));
	cel_take(&p->s);
	int32_t offset = cel_parse_place(p);
	int id = cel_next_id(&p->m);
	cel_take(&p->s);
	struct cel_nodes args = arguments(p, MEMBERS | END, AT_MEMBER_ARGS);
	return cel_call_or_macro(&p->m, name, offset, id, target, args.p, args.n);
}

static cel_node *select_of(struct cel_parser *p, cel_node *target)
{
	int32_t dot = cel_parse_place(p);
	cel_take(&p->s);
	bool optional = cel_parse_next(p) == CEL_T_QUESTION;
	if (optional)
		cel_take(&p->s);
	int32_t offset = cel_parse_place(p);
	const char *name = escaped_name(p, MEMBERS | END);
	if (optional) {
		cel_node *key = cel_make(&p->m, CEL_NODE_LITERAL, offset);
		key->literal = cel_string(p->m.mem, str_of(name));
		return cel_parse_call(p, CEL_OP_OPT_SELECT, dot, cel_next_id(&p->m), target, key,
				      NULL);
	}
	cel_node *n = cel_make(&p->m, CEL_NODE_SELECT, dot);
	n->target = target;
	n->name = name;
	return n;
}

cel_node *cel_parse_member(struct cel_parser *p, uint64_t follow)
{
	cel_enter(&p->s, CEL_RULE_MEMBER, follow);
	cel_node *n = primary(p, MEMBERS | END);
	while (next_in(p, MEMBERS) && !p->s.thrown) {
		cel_round(&p->s);
		if (cel_parse_next(p) == CEL_T_BRACKET)
			n = index_of(p, n);
		else if (cel_next_is(&p->s, 2, CEL_T_IDENT) && cel_next_is(&p->s, 3, CEL_T_PAREN))
			n = method(p, n);
		else if (cel_next_in(&p->s, 2, OPT_NAMES))
			n = select_of(p, n);
		else
			cel_no_way(&p->s, 2, AT_DOT);
	}
	cel_leave(&p->s);
	return n;
}
