/* A node as text in go-yaml v3's form, comments and styles kept. The order in which pending
 * comments are taken up and written follows its emitter step by step, odd cases included. */
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "data/yaml_node_emit.h"
#include "data/yaml_node_scalar.h"
#include "data/yaml_node_scan.h"

struct printer {
	struct yaml_emit e;
	arena *mem;
	str head, foot, tail; /* comments that wait; e.line_comment is the fourth */
	str key_line;	      /* the line comment of a key */
	bool wide;	      /* a list stands deeper than its key */
};

/* Where a node stands. */
struct place {
	bool in_list; /* the item of a block list */
	bool in_map;  /* a key or value */
	bool simple_key;
};

static err *start_node(struct printer *p, const struct yaml_node *n, struct place at);
static err *content(struct printer *p, const struct yaml_node *n, struct place at);

/* --- comments -------------------------------------------------------------------------------- */

static void pend(str *slot, str comment)
{
	if (comment.n)
		*slot = comment;
}

/* The comments that come with a node's beginning. */
static void take_start(struct printer *p, const struct yaml_node *n, str tail, bool is_key)
{
	if (n->kind != YN_LIST && n->kind != YN_ALIAS)
		pend(&p->tail, tail);
	if (!n->comments)
		return;
	pend(&p->head, n->comments->head);
	if (n->kind == YN_MAP || n->kind == YN_LIST)
		return;
	pend(&p->e.line_comment, n->comments->line);
	if (!is_key)
		pend(&p->foot, n->comments->foot);
}

/* And those that come with a collection's end. */
static void take_end(struct printer *p, const struct yaml_node *n, str tail)
{
	pend(&p->tail, tail);
	if (!n->comments)
		return;
	pend(&p->e.line_comment, n->comments->line);
	pend(&p->foot, n->comments->foot);
}

static void write_foot_like(struct printer *p, str *comment)
{
	if (!comment->n)
		return;
	yaml_emit_indent(&p->e);
	yaml_emit_comment(&p->e, *comment);
	*comment = (str){0};
	p->e.foot_indent = p->e.indent < 0 ? 0 : p->e.indent;
}

static void write_head(struct printer *p)
{
	write_foot_like(p, &p->tail);
	if (!p->head.n)
		return;
	yaml_emit_indent(&p->e);
	yaml_emit_comment(&p->e, p->head);
	p->head = (str){0};
}

static void write_line_and_foot(struct printer *p)
{
	yaml_emit_line_comment(&p->e, false);
	write_foot_like(p, &p->foot);
}

static bool comment_follows(const struct printer *p)
{
	return p->e.line_comment.n || p->foot.n || p->tail.n;
}

/* --- indentation ----------------------------------------------------------------------------- */

/* One level deeper; returns the level before. A list under its key stays at the key's column. */
static int deeper(struct printer *p, struct place at, bool flow, bool compact)
{
	int before = p->e.indent, step = p->e.step;
	if (before < 0)
		p->e.indent = flow ? step : 0;
	else if (at.in_list)
		p->e.indent += 2; /* past the "- " */
	else
		p->e.indent = step * ((before + step) / step) - (compact ? 2 : 0);
	return before;
}

/* --- tags and anchors ------------------------------------------------------------------------ */

/* The tag that has to be written; NULL when the node is read the same without. */
static const char *tag_to_write(const struct yaml_node *n, bool *ret_quote)
{
	*ret_quote = false;
	if (!n->tag || !n->tag[0])
		return NULL;
	if (n->style & YN_TAGGED)
		return n->tag;
	if (n->kind == YN_MAP || n->kind == YN_LIST)
		return text_eq(n->tag, n->kind == YN_MAP ? YT_MAP : YT_LIST) ? NULL : n->tag;
	if (n->kind != YN_SCALAR)
		return NULL;
	bool is_text = text_eq(n->tag, YT_STR);
	if (is_text && (n->style & (YN_SINGLE | YN_DOUBLE | YN_LITERAL | YN_FOLDED)))
		return NULL;
	if (text_eq(yaml_scalar_of(n->text).tag, n->tag))
		return NULL;
	*ret_quote = is_text;
	return is_text ? NULL : n->tag;
}

static void write_uri(struct printer *p, const char *uri)
{
	for (; *uri; uri++) {
		char hex[4];
		if (is_word(*uri) || strchr(";/?:@&=+$,_.~*'()[]", *uri)) {
			yaml_emit_raw(&p->e, (str){uri, 1});
			continue;
		}
		snprintf(hex, sizeof(hex), "%%%02X", (unsigned char)*uri);
		yaml_emit_raw(&p->e, str_of(hex));
	}
	p->e.whitespace = p->e.indention = false;
}

static void write_tag(struct printer *p, const char *tag)
{
	bool standard = text_starts(tag, "!!");
	if (standard || *tag == '!') {
		yaml_emit_mark(&p->e, standard ? "!!" : "!", true, false, false);
		write_uri(p, tag + (standard ? 2 : 1));
		return;
	}
	yaml_emit_mark(&p->e, "!<", true, false, false);
	write_uri(p, tag);
	yaml_emit_mark(&p->e, ">", false, false, false);
}

static void write_anchor(struct printer *p, const char *mark, str name)
{
	if (!name.n)
		return;
	yaml_emit_mark(&p->e, mark, true, false, false);
	yaml_emit_raw(&p->e, name);
}

/* --- scalars --------------------------------------------------------------------------------- */

static int wanted_style(const struct yaml_node *n, bool quote)
{
	static const int order[] = {YN_DOUBLE, YN_SINGLE, YN_LITERAL, YN_FOLDED};
	for (size_t i = 0; i < 4; i++)
		if (n->style & order[i])
			return order[i];
	if (n->text.n && memchr(n->text.p, '\n', n->text.n))
		return YN_LITERAL;
	return quote ? YN_DOUBLE : 0;
}

static err *start_scalar(struct printer *p, const struct yaml_node *n, struct place at)
{
	bool quote;
	const char *tag = tag_to_write(n, &quote);
	if (n->text.n && !enc_is_utf8(n->text)) {
		if (n->tag && text_eq(n->tag, YT_BINARY))
			return err_new(p->mem, ERR_INVALID,
				       "yaml: explicitly tagged !!binary data must be "
				       "base64-encoded");
		return err_new(p->mem, ERR_INVALID, "yaml: cannot marshal invalid UTF-8 data as %s",
			       n->tag ? n->tag : YT_STR);
	}
	struct yaml_look look = yaml_emit_look(&p->e, n->text);
	int style = yaml_emit_style(&p->e, &look, n->text, wanted_style(n, quote), at.simple_key);
	write_anchor(p, "&", str_of(n->anchor));
	if (tag)
		write_tag(p, tag);
	int before = deeper(p, at, true, false);
	yaml_emit_scalar(&p->e, n->text, style, at.simple_key);
	p->e.indent = before;
	return NULL;
}

/* All of a scalar or alias; of a collection what stands before its first mark. */
static err *start_node(struct printer *p, const struct yaml_node *n, struct place at)
{
	bool quote;
	switch (n->kind) {
	case YN_SCALAR:
		return start_scalar(p, n, at);
	case YN_ALIAS:
		write_anchor(p, "*", n->text);
		return NULL;
	case YN_MAP:
	case YN_LIST:
		write_anchor(p, "&", str_of(n->anchor));
		const char *tag = tag_to_write(n, &quote);
		if (tag)
			write_tag(p, tag);
		return NULL;
	default:
		return err_new(p->mem, ERR_INVALID, "yaml: cannot encode node with unknown kind %d",
			       n->kind);
	}
}

/* --- keys ------------------------------------------------------------------------------------ */

/* Can the key stand before its ':' without a '?'? */
static bool is_simple_key(const struct printer *p, const struct yaml_node *n)
{
	bool quote;
	const char *tag = n->kind == YN_ALIAS ? NULL : tag_to_write(n, &quote);
	size_t length = (n->anchor ? strlen(n->anchor) : 0) + (tag ? strlen(tag) : 0);
	if (n->kind == YN_ALIAS)
		return n->text.n <= YAML_SIMPLE_KEY;
	if (n->kind != YN_SCALAR)
		return n->n == 0 && length <= YAML_SIMPLE_KEY;
	struct yaml_look look = yaml_emit_look(&p->e, n->text);
	return !look.multiline && length + n->text.n <= YAML_SIMPLE_KEY;
}

static err *write_key(struct printer *p, const struct yaml_node *key, bool simple, bool block)
{
	struct place at = {.in_map = true, .simple_key = simple};
	if (!simple)
		yaml_emit_mark(&p->e, "?", true, false, block);
	TRY(start_node(p, key, at));
	return content(p, key, at);
}

/* --- collections ----------------------------------------------------------------------------- */

static void fold_flow(struct printer *p)
{
	if (p->e.column == 0 || p->e.column > p->e.width)
		yaml_emit_indent(&p->e);
}

static err *flow_list(struct printer *p, const struct yaml_node *n, struct place at)
{
	bool trail = false;
	yaml_emit_mark(&p->e, "[", true, true, false);
	int before = deeper(p, at, true, false);
	p->e.flow++;
	for (uint32_t i = 0; i < n->n; i++) {
		const struct yaml_node *item = n->child[i];
		take_start(p, item, (str){0}, false);
		if (i && !trail)
			yaml_emit_mark(&p->e, ",", false, false, false);
		write_head(p);
		fold_flow(p);
		trail = comment_follows(p);
		TRY(start_node(p, item, (struct place){0}));
		if (comment_follows(p))
			yaml_emit_mark(&p->e, ",", false, false, false);
		write_line_and_foot(p);
		TRY(content(p, item, (struct place){0}));
	}
	take_end(p, n, (str){0});
	p->e.flow--;
	p->e.indent = before;
	if (p->e.column == 0)
		yaml_emit_indent(&p->e);
	yaml_emit_mark(&p->e, "]", false, false, false);
	write_line_and_foot(p);
	return NULL;
}

static err *flow_value(struct printer *p, const struct yaml_node *value, bool simple, bool *trail)
{
	struct place at = {.in_map = true};
	take_start(p, value, (str){0}, false);
	if (!simple && p->e.column > p->e.width)
		yaml_emit_indent(&p->e);
	yaml_emit_mark(&p->e, ":", !simple, false, false);
	*trail = comment_follows(p);
	TRY(start_node(p, value, at));
	if (comment_follows(p))
		yaml_emit_mark(&p->e, ",", false, false, false);
	write_line_and_foot(p);
	return content(p, value, at);
}

static str foot_of(const struct yaml_node *n)
{
	return n->comments ? n->comments->foot : (str){0};
}

static err *flow_map(struct printer *p, const struct yaml_node *n, struct place at)
{
	bool trail = false;
	str tail = {0};
	yaml_emit_mark(&p->e, "{", true, true, false);
	int before = deeper(p, at, true, false);
	p->e.flow++;
	for (uint32_t i = 0; i + 1 < n->n; i += 2) {
		const struct yaml_node *key = n->child[i];
		take_start(p, key, tail, true);
		tail = foot_of(key);
		if (i && !trail)
			yaml_emit_mark(&p->e, ",", false, false, false);
		write_head(p);
		fold_flow(p);
		bool simple = is_simple_key(p, key);
		TRY(write_key(p, key, simple, false));
		TRY(flow_value(p, n->child[i + 1], simple, &trail));
	}
	take_end(p, n, tail);
	if ((p->head.n || p->foot.n || p->tail.n) && n->n && !trail)
		yaml_emit_mark(&p->e, ",", false, false, false);
	write_head(p);
	p->e.flow--;
	p->e.indent = before;
	yaml_emit_mark(&p->e, "}", false, false, false);
	write_line_and_foot(p);
	return NULL;
}

static err *block_list(struct printer *p, const struct yaml_node *n, struct place at)
{
	struct place here = {.in_list = true};
	bool compact = !p->wide && at.in_map && (p->e.column == 0 || !p->e.indention);
	int before = deeper(p, at, false, compact);
	for (uint32_t i = 0; i < n->n; i++) {
		const struct yaml_node *item = n->child[i];
		take_start(p, item, (str){0}, false);
		write_head(p);
		yaml_emit_indent(&p->e);
		yaml_emit_mark(&p->e, "-", true, false, true);
		TRY(start_node(p, item, here));
		write_line_and_foot(p);
		TRY(content(p, item, here));
	}
	take_end(p, n, (str){0});
	p->e.indent = before;
	return NULL;
}

/* A key's line comment goes behind a scalar value, or above a block that follows. */
static void place_key_line(struct printer *p, const struct yaml_node *value)
{
	if (!p->key_line.n)
		return;
	if (value->kind == YN_SCALAR) {
		if (p->e.line_comment.n)
			return;
		p->e.line_comment = p->key_line;
		p->key_line = (str){0};
	} else if (value->kind != YN_ALIAS && !(value->style & YN_FLOW)) {
		str line = p->e.line_comment;
		p->e.line_comment = p->key_line;
		yaml_emit_line_comment(&p->e, false);
		p->e.line_comment = line;
		p->key_line = (str){0};
	}
}

static err *block_value(struct printer *p, const struct yaml_node *value, bool simple)
{
	struct place at = {.in_map = true};
	take_start(p, value, (str){0}, false);
	if (!simple)
		yaml_emit_indent(&p->e);
	yaml_emit_mark(&p->e, ":", !simple, false, !simple);
	place_key_line(p, value);
	TRY(start_node(p, value, at));
	write_line_and_foot(p);
	return content(p, value, at);
}

static err *block_map(struct printer *p, const struct yaml_node *n, struct place at)
{
	str tail = {0};
	int before = deeper(p, at, false, false);
	for (uint32_t i = 0; i + 1 < n->n; i += 2) {
		const struct yaml_node *key = n->child[i];
		take_start(p, key, tail, true);
		tail = foot_of(key);
		write_head(p);
		yaml_emit_indent(&p->e);
		if (p->e.line_comment.n) {
			p->key_line = p->e.line_comment;
			p->e.line_comment = (str){0};
		}
		bool simple = is_simple_key(p, key);
		TRY(write_key(p, key, simple, true));
		TRY(block_value(p, n->child[i + 1], simple));
	}
	take_end(p, n, tail);
	write_head(p);
	p->e.indent = before;
	return NULL;
}

/* What is inside of a collection. */
static err *content(struct printer *p, const struct yaml_node *n, struct place at)
{
	bool flow = p->e.flow > 0 || (n->style & YN_FLOW) || n->n == 0;
	if (n->kind == YN_LIST)
		return flow ? flow_list(p, n, at) : block_list(p, n, at);
	if (n->kind == YN_MAP)
		return flow ? flow_map(p, n, at) : block_map(p, n, at);
	return NULL;
}

static err *print_node(buf *b, const struct yaml_node *n, bool wide, int step)
{
	if (!n)
		return NULL;
	struct printer p = {.e = yaml_emit_start(b, false), .mem = b->mem, .wide = wide};
	p.e.step = step;
	const struct yaml_node *body = yaml_node_body(n);
	bool doc = n->kind == YN_DOC;
	if (!body)
		return NULL;
	if (doc && n->comments && n->comments->head.n) {
		p.head = n->comments->head;
		write_head(&p);
		yaml_emit_break(&p.e);
	}
	take_start(&p, body, (str){0}, false);
	write_head(&p);
	TRY(start_node(&p, body, (struct place){0}));
	write_line_and_foot(&p);
	TRY(content(&p, body, (struct place){0}));
	if (doc)
		pend(&p.foot, foot_of(n));
	p.e.foot_indent = 0;
	write_foot_like(&p, &p.foot);
	p.e.foot_indent = -1;
	yaml_emit_indent(&p.e);
	return NULL;
}

err *yaml_node_text(buf *b, const struct yaml_node *n)
{
	return print_node(b, n, false, 2);
}

err *yaml_node_text_wide(buf *b, const struct yaml_node *n)
{
	return print_node(b, n, true, 2);
}

err *yaml_node_text_step(buf *b, const struct yaml_node *n, int step)
{
	return print_node(b, n, true, step);
}
