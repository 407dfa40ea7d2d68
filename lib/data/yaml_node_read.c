/* Tokens to nodes. Each step looks at tokens in the order in which go-yaml v3 does, since comments
 * are given out by what was looked at when a node was made. */
#include <string.h>

#include "data/yaml_node_read.h"
#include "data/yaml_node_scalar.h"

/* What stands before a node: its anchor, its tag, where it begins. */
struct props {
	struct yaml_mark start;
	str anchor, tag;
	bool tagged;
};

err *yaml_read_peek(struct yaml_reader *r, struct yaml_token **ret)
{
	return yaml_scan_peek(&r->scan, ret);
}

err *yaml_read_next(struct yaml_reader *r, struct yaml_token **ret)
{
	yaml_scan_skip(&r->scan);
	return yaml_read_peek(r, ret);
}

err *yaml_read_error(struct yaml_reader *r, struct yaml_mark context, const struct yaml_token *t,
		     const char *problem)
{
	return yaml_scan_error(&r->scan, &context, &t->start, false, problem);
}

err *yaml_read_make(struct yaml_reader *r, enum yaml_node_kind kind, struct yaml_mark start,
		    struct yaml_node **ret)
{
	if (++r->nodes > YAML_NODE_MAX_NODES)
		return err_new(r->mem, ERR_LIMIT, "yaml: more than %zu nodes in a document",
			       YAML_NODE_MAX_NODES);
	struct yaml_node *n = NEW(r->mem, struct yaml_node);
	n->kind = (uint8_t)kind;
	n->text = STR("");
	n->line = (uint32_t)start.line + 1;
	n->column = (uint16_t)(start.column < UINT16_MAX ? start.column + 1 : UINT16_MAX);
	*ret = n;
	return NULL;
}

static struct yaml_comments *comments_of(struct yaml_reader *r, struct yaml_node *n)
{
	if (!n->comments)
		n->comments = NEW(r->mem, struct yaml_comments);
	return n->comments;
}

/* Gives the comments gathered so far to the node. */
static void give_comments(struct yaml_reader *r, struct yaml_node *n)
{
	struct yaml_scan *s = &r->scan;
	if (s->head_comment.n || s->line_comment.n || s->foot_comment.n)
		*comments_of(r, n) =
			(struct yaml_comments){s->head_comment, s->line_comment, s->foot_comment};
	s->head_comment = s->line_comment = s->foot_comment = s->stem_comment = (str){0};
}

/* At a collection's end: its line and foot are those of the end, its head stays. */
void yaml_read_end_comments(struct yaml_reader *r, struct yaml_node *n)
{
	struct yaml_scan *s = &r->scan;
	if (n->comments || s->line_comment.n || s->foot_comment.n) {
		comments_of(r, n)->line = s->line_comment;
		n->comments->foot = s->foot_comment;
	}
	s->head_comment = s->line_comment = s->foot_comment = s->stem_comment = (str){0};
}

str yaml_read_foot(const struct yaml_node *n)
{
	return n->comments ? n->comments->foot : (str){0};
}

void yaml_read_move_foot(struct yaml_reader *r, struct yaml_node *from, struct yaml_node *to)
{
	comments_of(r, to)->foot = from->comments->foot;
	from->comments->foot = (str){0};
}

/* --- properties ------------------------------------------------------------------------------ */

static err *resolve_tag(struct yaml_reader *r, const struct yaml_token *t, struct yaml_mark start,
			str *ret_tag)
{
	static const struct yaml_token defaults[] = {
		{.text = {"!", 1}, .suffix = {"!", 1}},
		{.text = {"!!", 2}, .suffix = {"tag:yaml.org,2002:", 18}}};
	if (!t->text.n) {
		*ret_tag = t->suffix;
		return NULL;
	}
	const struct yaml_token *found = NULL;
	for (size_t i = 0; i < r->tags.n && !found; i++)
		if (str_eq(r->tags.p[i].text, t->text))
			found = &r->tags.p[i];
	for (size_t i = 0; i < 2 && !found; i++)
		if (str_eq(defaults[i].text, t->text))
			found = &defaults[i];
	if (!found || !(found->suffix.n + t->suffix.n))
		return yaml_scan_error(&r->scan, &start, &t->start, false,
				       "found undefined tag handle");
	buf tag = buf_init(r->mem); /* "%00" in it is a byte as any other */
	buf_str(&tag, found->suffix);
	buf_str(&tag, t->suffix);
	*ret_tag = buf_view(&tag);
	return NULL;
}

/* An anchor and a tag, in either order, each at most once. */
static err *read_props(struct yaml_reader *r, struct yaml_token **t, struct props *p)
{
	struct yaml_token tag = {0};
	p->start = (*t)->start;
	bool anchor_first = (*t)->kind == TOK_ANCHOR;
	for (int i = 0; i < 2; i++) {
		bool want_anchor = anchor_first == (i == 0);
		if ((*t)->kind != (want_anchor ? TOK_ANCHOR : TOK_TAG))
			break;
		if (want_anchor)
			p->anchor = (*t)->text;
		else
			tag = **t;
		TRY(yaml_read_next(r, t));
	}
	if (tag.kind)
		TRY(resolve_tag(r, &tag, p->start, &p->tag));
	return NULL;
}

static void apply_props(struct yaml_reader *r, struct yaml_node *n, const struct props *p,
			const char *otherwise)
{
	if (p->tag.n && (r->scan.bare || !str_is(p->tag, "!"))) {
		n->tag = yaml_scalar_tag(r->mem, p->tag);
		n->style |= YN_TAGGED;
	} else {
		n->tag = otherwise;
	}
	if (!p->anchor.n)
		return;
	n->anchor = str_text(r->mem, p->anchor);
	r->anchored++;
	map_set(&r->anchors, n->anchor, n);
}

/* --- collections ----------------------------------------------------------------------------- */

static err *read_node(struct yaml_reader *r, bool block, bool indentless, struct yaml_node **ret);

/* The children read since mark become n's. */
void yaml_read_adopt(struct yaml_reader *r, struct yaml_node *n, size_t mark)
{
	size_t count = r->open.n - mark;
	n->child = NEW_N(r->mem, struct yaml_node *, count);
	if (count)
		memcpy(n->child, r->open.p + mark, count * sizeof(*n->child));
	n->n = n->cap = (uint32_t)count;
	r->open.n = mark;
}

static err *empty_scalar(struct yaml_reader *r, struct yaml_mark at, struct yaml_node **ret)
{
	TRY(yaml_read_make(r, YN_SCALAR, at, ret));
	(*ret)->tag = YT_NULL;
	return NULL;
}

err *yaml_read_child(struct yaml_reader *r, bool block, bool indentless)
{
	struct yaml_node *n;
	TRY(read_node(r, block, indentless, &n));
	VEC_PUSH(r->scan.work, &r->open, n);
	return NULL;
}

err *yaml_read_empty(struct yaml_reader *r, struct yaml_mark at)
{
	struct yaml_node *n;
	TRY(empty_scalar(r, at, &n));
	VEC_PUSH(r->scan.work, &r->open, n);
	return NULL;
}

/* When a list or map is the element of a list, the comment above the '-' heads it as a whole. */
static err *split_stem(struct yaml_reader *r, size_t stem)
{
	struct yaml_scan *s = &r->scan;
	if (!stem)
		return NULL;
	struct yaml_token *t;
	TRY(yaml_read_peek(r, &t));
	if (t->kind != TOK_BLOCK_LIST && t->kind != TOK_BLOCK_MAP)
		return NULL;
	s->stem_comment = str_sub(s->head_comment, 0, stem);
	s->head_comment = str_sub(s->head_comment, stem + 1, s->head_comment.n);
	return NULL;
}

/* A list's '-' and what follows it. */
static err *read_entry(struct yaml_reader *r, const struct yaml_token *entry, bool indentless)
{
	struct yaml_mark end = entry->end;
	size_t stem = r->scan.head_comment.n;
	struct yaml_token *t;
	yaml_scan_skip(&r->scan);
	TRY(split_stem(r, stem));
	TRY(yaml_read_peek(r, &t));
	bool ends = t->kind == TOK_ENTRY || t->kind == TOK_BLOCK_END ||
		    (indentless && (t->kind == TOK_KEY || t->kind == TOK_VALUE));
	return ends ? yaml_read_empty(r, end) : yaml_read_child(r, true, false);
}

static err *read_block_list(struct yaml_reader *r, struct yaml_node *n)
{
	size_t mark = r->open.n;
	struct yaml_token *t;
	TRY(yaml_read_peek(r, &t));
	struct yaml_mark start = t->start;
	TRY(yaml_read_next(r, &t));
	while (t->kind == TOK_ENTRY) {
		TRY(read_entry(r, t, false));
		TRY(yaml_read_peek(r, &t));
	}
	if (t->kind != TOK_BLOCK_END)
		return yaml_read_error(r, start, t, "did not find expected '-' indicator");
	yaml_scan_skip(&r->scan);
	yaml_read_adopt(r, n, mark);
	return NULL;
}

/* A list on the indentation of its key. */
static err *read_indentless_list(struct yaml_reader *r, struct yaml_node *n)
{
	size_t mark = r->open.n;
	struct yaml_token *t;
	TRY(yaml_read_peek(r, &t));
	while (t->kind == TOK_ENTRY) {
		TRY(read_entry(r, t, true));
		TRY(yaml_read_peek(r, &t));
	}
	yaml_read_adopt(r, n, mark);
	return NULL;
}

static bool ends_block_item(const struct yaml_token *t)
{
	return t->kind == TOK_KEY || t->kind == TOK_VALUE || t->kind == TOK_BLOCK_END;
}

/* One key and value. A dedented foot comment belongs to the pair before; a value's to its key. */
static err *read_block_pair(struct yaml_reader *r, struct yaml_mark end, size_t mark)
{
	struct yaml_token *t;
	TRY(yaml_read_next(r, &t));
	TRY(ends_block_item(t) ? yaml_read_empty(r, end) : yaml_read_child(r, true, true));
	struct yaml_node *key = r->open.p[r->open.n - 1];
	if (yaml_read_foot(key).n && r->open.n - mark > 2)
		yaml_read_move_foot(r, key, r->open.p[r->open.n - 3]);
	TRY(yaml_read_peek(r, &t));
	end = t->end;
	if (t->kind == TOK_VALUE) {
		TRY(yaml_read_next(r, &t));
		TRY(ends_block_item(t) ? yaml_read_empty(r, end) : yaml_read_child(r, true, true));
	} else {
		TRY(yaml_read_empty(r, t->start));
	}
	struct yaml_node *value = r->open.p[r->open.n - 1];
	if (!yaml_read_foot(key).n && yaml_read_foot(value).n)
		yaml_read_move_foot(r, value, key);
	return NULL;
}

static err *read_block_map(struct yaml_reader *r, struct yaml_node *n)
{
	size_t mark = r->open.n;
	struct yaml_token *t;
	TRY(yaml_read_peek(r, &t));
	struct yaml_mark start = t->start;
	TRY(yaml_read_next(r, &t));
	while (t->kind == TOK_KEY) {
		TRY(read_block_pair(r, t->end, mark));
		TRY(yaml_read_peek(r, &t));
	}
	if (t->kind != TOK_BLOCK_END)
		return yaml_read_error(r, start, t, "did not find expected key");
	yaml_read_end_comments(r, n);
	yaml_scan_skip(&r->scan);
	yaml_read_adopt(r, n, mark);
	if (yaml_read_foot(n).n && n->n > 1)
		yaml_read_move_foot(r, n, n->child[n->n - 2]);
	return NULL;
}

/* --- nodes ----------------------------------------------------------------------------------- */

static err *read_alias(struct yaml_reader *r, struct yaml_token *t, struct yaml_node **ret)
{
	TRY(yaml_read_make(r, YN_ALIAS, t->start, ret));
	struct yaml_node *n = *ret;
	n->text = t->text;
	give_comments(r, n);
	yaml_scan_skip(&r->scan);
	n->target = map_get_str(&r->anchors, n->text);
	if (!n->target)
		return err_new(r->mem, ERR_INVALID, "yaml: unknown anchor '%.*s' referenced",
			       STR_ARG(n->text));
	return NULL;
}

static err *read_scalar(struct yaml_reader *r, const struct yaml_token *t, const struct props *p,
			struct yaml_node **ret)
{
	TRY(yaml_read_make(r, YN_SCALAR, p->start, ret));
	struct yaml_node *n = *ret;
	n->text = t->text;
	n->style = t->style;
	bool plain = !t->style;
	const char *tag = r->scan.bare		  ? NULL
			  : !plain		  ? YT_STR
			  : str_is(t->text, "<<") ? YT_MERGE
			  : p->tag.n > 1	  ? NULL
						  : yaml_scalar_of(t->text).tag;
	give_comments(r, n);
	apply_props(r, n, p, tag);
	yaml_scan_skip(&r->scan);
	return NULL;
}

static err *read_collection(struct yaml_reader *r, const struct yaml_token *t,
			    const struct props *p, bool indentless, struct yaml_node **ret)
{
	uint8_t kind = t->kind;
	bool map = kind == TOK_FLOW_MAP || kind == TOK_BLOCK_MAP;
	bool flow = kind == TOK_FLOW_MAP || kind == TOK_FLOW_LIST;
	TRY(yaml_read_make(r, map ? YN_MAP : YN_LIST, p->start, ret));
	struct yaml_node *n = *ret;
	if (flow) {
		n->style = YN_FLOW;
		give_comments(r, n);
	} else if (!indentless && r->scan.stem_comment.n) {
		comments_of(r, n)->head = r->scan.stem_comment;
		r->scan.stem_comment = (str){0};
	}
	apply_props(r, n, p, map ? YT_MAP : YT_LIST);
	if (++r->depth > YAML_NODE_MAX_DEPTH)
		return err_new(r->mem, ERR_LIMIT, "yaml: line %u: nested deeper than %d levels",
			       n->line, YAML_NODE_MAX_DEPTH);
	err *e = indentless		  ? read_indentless_list(r, n)
		 : kind == TOK_FLOW_LIST  ? yaml_read_flow_list(r, n)
		 : kind == TOK_FLOW_MAP	  ? yaml_read_flow_map(r, n)
		 : kind == TOK_BLOCK_LIST ? read_block_list(r, n)
					  : read_block_map(r, n);
	r->depth--;
	return e;
}

static err *read_node(struct yaml_reader *r, bool block, bool indentless, struct yaml_node **ret)
{
	struct yaml_token *t;
	struct props p = {0};
	TRY(yaml_read_peek(r, &t));
	if (t->kind == TOK_ALIAS)
		return read_alias(r, t, ret);
	TRY(read_props(r, &t, &p));
	if (t->kind == TOK_SCALAR)
		return read_scalar(r, t, &p, ret);
	bool entry = indentless && t->kind == TOK_ENTRY;
	if (entry || t->kind == TOK_FLOW_LIST || t->kind == TOK_FLOW_MAP ||
	    (block && (t->kind == TOK_BLOCK_LIST || t->kind == TOK_BLOCK_MAP)))
		return read_collection(r, t, &p, entry, ret);
	if (!p.anchor.n && !p.tag.n)
		return yaml_read_error(r, p.start, t, "did not find expected node content");
	TRY(yaml_read_make(r, YN_SCALAR, p.start, ret));
	apply_props(r, *ret, &p, YT_NULL);
	return NULL;
}

/* --- documents ------------------------------------------------------------------------------- */

static err *read_directives(struct yaml_reader *r, struct yaml_token **t)
{
	bool version = false;
	struct yaml_mark none = {0};
	while ((*t)->kind == TOK_VERSION || (*t)->kind == TOK_TAG_DIRECTIVE) {
		if ((*t)->kind == TOK_VERSION) {
			if (version)
				return yaml_read_error(r, none, *t,
						       "found duplicate %YAML directive");
			if ((*t)->number != 101)
				return yaml_read_error(r, none, *t,
						       "found incompatible YAML document");
			version = true;
		} else {
			for (size_t i = 0; i < r->tags.n; i++)
				if (str_eq(r->tags.p[i].text, (*t)->text))
					return yaml_read_error(r, none, *t,
							       "found duplicate %TAG directive");
			VEC_PUSH(r->scan.work, &r->tags, **t);
		}
		TRY(yaml_read_next(r, t));
	}
	return NULL;
}

/* The comment above a document's first node belongs to the document down to its last empty line. */
static str split_head(str *head)
{
	for (size_t i = head->n; i > 1; i--) {
		if (head->p[i - 1] != '\n')
			continue;
		bool last = i == head->n;
		if (!last && head->p[i - 2] != '\n')
			continue;
		str above = str_sub(*head, 0, last ? i - 1 : i - 2);
		*head = str_sub(*head, i, head->n);
		return above;
	}
	return (str){0};
}

static bool ends_document(const struct yaml_token *t)
{
	return t->kind == TOK_VERSION || t->kind == TOK_TAG_DIRECTIVE || t->kind == TOK_DOC_START ||
	       t->kind == TOK_DOC_END || t->kind == TOK_STREAM_END;
}

static err *read_document_body(struct yaml_reader *r, struct yaml_node *doc, bool explicit)
{
	struct yaml_node *body;
	struct yaml_token *t;
	if (explicit) {
		TRY(yaml_read_next(r, &t));
		TRY(ends_document(t) ? empty_scalar(r, t->start, &body)
				     : read_node(r, true, false, &body));
	} else {
		TRY(read_node(r, true, false, &body));
	}
	doc->child = NEW(r->mem, struct yaml_node *);
	doc->child[0] = body;
	doc->n = doc->cap = 1;
	TRY(yaml_read_peek(r, &t));
	if (t->kind == TOK_DOC_END)
		yaml_scan_skip(&r->scan);
	r->tags.n = 0;
	struct yaml_scan *s = &r->scan;
	str foot = s->foot_comment.n ? s->foot_comment : s->head_comment;
	if (foot.n)
		comments_of(r, doc)->foot = foot;
	s->head_comment = s->line_comment = s->foot_comment = s->stem_comment = (str){0};
	return NULL;
}

/* The next document; NULL at the end of the stream. */
static err *read_document(struct yaml_reader *r, bool first, struct yaml_node **ret_doc)
{
	struct yaml_token *t;
	TRY(yaml_read_peek(r, &t));
	while (!first && t->kind == TOK_DOC_END)
		TRY(yaml_read_next(r, &t));
	*ret_doc = NULL;
	if (t->kind == TOK_STREAM_END)
		return NULL;
	r->nodes = 0;
	r->anchors = map_init(r->mem);
	bool implicit = first && t->kind != TOK_VERSION && t->kind != TOK_TAG_DIRECTIVE &&
			t->kind != TOK_DOC_START;
	struct yaml_node *doc;
	TRY(yaml_read_make(r, YN_DOC, t->start, &doc));
	if (implicit) {
		str head = split_head(&r->scan.head_comment);
		if (head.n)
			comments_of(r, doc)->head = head;
	} else {
		TRY(read_directives(r, &t));
		struct yaml_mark none = {0};
		if (t->kind != TOK_DOC_START)
			return yaml_read_error(r, none, t,
					       "did not find expected <document start>");
	}
	TRY(read_document_body(r, doc, !implicit));
	*ret_doc = doc;
	return NULL;
}

err *yaml_read_begin(struct yaml_reader *r, bool *ret_any)
{
	struct yaml_token *t;
	struct yaml_mark none = {0};
	TRY(yaml_read_peek(r, &t));
	TRY(yaml_read_next(r, &t));
	bool directives = t->kind == TOK_VERSION || t->kind == TOK_TAG_DIRECTIVE;
	TRY(read_directives(r, &t));
	if (t->kind == TOK_DOC_START)
		TRY(yaml_read_next(r, &t));
	else if (directives)
		return yaml_read_error(r, none, t, "did not find expected <document start>");
	else if (t->kind == TOK_DOC_END)
		return yaml_read_error(r, none, t, "did not find expected node content");
	*ret_any = !ends_document(t);
	return NULL;
}

/* At most so many documents of the text. */
static err *read_documents(arena *mem, arena *work, str text, bool bare, size_t most,
			   struct yaml_node ***ret_docs, size_t *ret_n)
{
	struct yaml_reader r = {.mem = mem};
	struct yaml_token *t;
	VEC(struct yaml_node *) docs = {0};
	TRY(yaml_scan_init(&r.scan, mem, work, text));
	r.scan.bare = bare;
	TRY(yaml_read_peek(&r, &t));
	yaml_scan_skip(&r.scan);
	while (docs.n < most) {
		struct yaml_node *doc;
		TRY(read_document(&r, docs.n == 0, &doc));
		if (!doc)
			break;
		VEC_PUSH(mem, &docs, doc);
	}
	*ret_docs = docs.p;
	*ret_n = docs.n;
	return NULL;
}

err *yaml_node_read(arena *mem, str text, struct yaml_node **ret_doc)
{
	arena *work = arena_open();
	struct yaml_node **docs;
	size_t n;
	err *failed = read_documents(mem, work, text, false, 1, &docs, &n);
	if (!failed)
		*ret_doc = n ? docs[0] : NULL;
	arena_close(work);
	return failed;
}

err *yaml_node_read_all(arena *mem, str text, struct yaml_node ***ret_docs, size_t *ret_n)
{
	arena *work = arena_open();
	err *failed = read_documents(mem, work, text, false, SIZE_MAX, ret_docs, ret_n);
	arena_close(work);
	return failed;
}

err *yaml_node_read_bare(arena *mem, str text, size_t most, struct yaml_node ***ret_docs,
			 size_t *ret_n)
{
	arena *work = arena_open();
	err *failed = read_documents(mem, work, text, true, most, ret_docs, ret_n);
	arena_close(work);
	return failed;
}
