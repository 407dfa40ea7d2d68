#include "sops/sops_yaml.h"

#include <string.h>

#include "base/enc.h"
#include "base/map.h"
#include "data/yaml_node.h"
#include "data/yaml_node_scalar.h"

#define STEP 4 /* columns a level */

/* ---- reading ---------------------------------------------------------------------------------- */

struct reader {
	arena *mem;
	size_t items;
	int depth;
};

static err *read_value(struct reader *r, const struct yaml_node *n, bool comments_done,
		       struct sops_value *ret);
static err *read_map(struct reader *r, const struct yaml_node *n, bool comments_done,
		     struct sops_items *items);

static const struct yaml_comments *comments_of(const struct yaml_node *n)
{
	static const struct yaml_comments none;
	return n->comments ? n->comments : &none;
}

static void comment(struct reader *r, struct sops_items *items, str lines)
{
	sops_add_comment(r->mem, items, lines, false);
}

static err *one_more(struct reader *r)
{
	if (++r->items > SOPS_MAX_ITEMS || r->depth > SOPS_MAX_DEPTH)
		return err_new(r->mem, ERR_LIMIT, "the file is too large or too deep");
	return NULL;
}

static struct sops_value of_number(struct yaml_scalar v, str text)
{
	switch (v.kind) {
	case YS_BOOL:
		return (struct sops_value){.kind = SOPS_BOOL, .b = v.b};
	case YS_INT:
		return (struct sops_value){.kind = SOPS_INT, .i = v.i};
	case YS_UINT:
		return (struct sops_value){.kind = SOPS_WIDE, .text = text};
	case YS_FLOAT:
		return (struct sops_value){.kind = SOPS_FLOAT, .f = v.f};
	default:
		return (struct sops_value){.kind = SOPS_NULL};
	}
}

/* As go-yaml v3 decodes it; what does not fit its tag is nothing. */
static struct sops_value read_scalar(struct reader *r, const struct yaml_node *n)
{
	const char *tag = n->tag ? n->tag : "";
	bool quoted = n->style & (YN_SINGLE | YN_DOUBLE | YN_LITERAL | YN_FOLDED);
	struct yaml_scalar v = yaml_scalar_of(n->text);
	str bytes;
	if (text_eq(tag, YT_BINARY))
		return enc_unbase64(r->mem, n->text, &bytes)
			       ? sops_text(bytes)
			       : (struct sops_value){.kind = SOPS_NULL};
	if (text_eq(tag, YT_STR) || text_eq(tag, YT_MERGE) || (*tag == '!' && tag[1] != '!') ||
	    (quoted && !*tag))
		return sops_text(n->text);
	if (text_eq(tag, YT_FLOAT) && v.kind == YS_INT)
		return (struct sops_value){.kind = SOPS_FLOAT, .f = (double)v.i};
	if (*tag && !text_eq(tag, v.tag))
		return (struct sops_value){.kind = SOPS_NULL};
	if (v.kind == YS_TIME)
		return (struct sops_value){.kind = SOPS_TIME,
					   .text = str_of(yaml_scalar_time(r->mem, n->text))};
	return v.kind == YS_TEXT ? sops_text(n->text) : of_number(v, n->text);
}

static err *read_list(struct reader *r, const struct yaml_node *n, bool comments_done,
		      struct sops_items *items)
{
	const struct yaml_comments *mine = comments_of(n);
	if (!comments_done) {
		comment(r, items, mine->head);
		comment(r, items, mine->line);
	}
	for (uint32_t i = 0; i < n->n; i++) {
		const struct yaml_comments *c = comments_of(n->child[i]);
		struct sops_item item = {0};
		comment(r, items, c->head);
		sops_add_comment(r->mem, items, c->line, true);
		TRY(read_value(r, n->child[i], true, &item.value));
		sops_add(r->mem, items, item);
		comment(r, items, c->foot);
	}
	if (!comments_done)
		comment(r, items, mine->foot);
	return NULL;
}

static err *read_value(struct reader *r, const struct yaml_node *n, bool comments_done,
		       struct sops_value *ret)
{
	struct sops_items items = {0};
	TRY(one_more(r));
	switch (n->kind) {
	case YN_ALIAS:
		r->depth++;
		TRY(read_value(r, n->target, false, ret));
		r->depth--;
		return NULL;
	case YN_LIST:
	case YN_MAP:
		r->depth++;
		TRY(n->kind == YN_LIST ? read_list(r, n, comments_done, &items)
				       : read_map(r, n, comments_done, &items));
		r->depth--;
		ret->kind = n->kind == YN_LIST ? SOPS_LIST : SOPS_BRANCH;
		ret->items = items;
		return NULL;
	default:
		*ret = read_scalar(r, n);
		return NULL;
	}
}

/* A key that is no text is kept as Go prints it, for the text of the error it ends in. */
static struct sops_item read_key(struct reader *r, const struct yaml_node *key)
{
	struct sops_item item = {0};
	struct sops_value v = {.kind = SOPS_NULL};
	if (key->kind == YN_SCALAR)
		v = read_scalar(r, key);
	if (key->kind == YN_SCALAR && text_eq(yaml_node_tag(key), YT_MERGE))
		v = sops_text(key->text);
	item.text = v.text;
	if (v.kind == SOPS_TEXT)
		return item;
	item.other_key = true;
	item.text = str_of(arena_printf(r->mem, "(type %s): %%!s(%s%s%.*s)", sops_type_name(&v),
					v.kind == SOPS_NULL ? "" : sops_type_name(&v),
					v.kind == SOPS_NULL ? "" : "=",
					STR_ARG(sops_plain(r->mem, &v))));
	return item;
}

static err *read_pair(struct reader *r, const struct yaml_node *key, const struct yaml_node *value,
		      struct sops_items *items)
{
	const struct yaml_comments *k = comments_of(key), *v = comments_of(value);
	bool simple = value->kind == YN_SCALAR || value->kind == YN_ALIAS;
	comment(r, items, k->head);
	comment(r, items, k->line);
	if (simple) {
		comment(r, items, v->head);
		sops_add_comment(r->mem, items, v->line, true);
	}
	struct sops_item item = read_key(r, key);
	TRY(read_value(r, value, simple, &item.value));
	sops_add(r->mem, items, item);
	if (simple)
		comment(r, items, v->foot);
	comment(r, items, k->foot);
	return NULL;
}

static err *read_map(struct reader *r, const struct yaml_node *n, bool comments_done,
		     struct sops_items *items)
{
	const struct yaml_comments *mine = comments_of(n);
	if (!comments_done) {
		comment(r, items, mine->head);
		comment(r, items, mine->line);
	}
	for (uint32_t i = 0; i + 1 < n->n; i += 2)
		TRY(read_pair(r, n->child[i], n->child[i + 1], items));
	if (!comments_done)
		comment(r, items, mine->foot);
	return NULL;
}

/* A document: a map, or nothing. */
static err *read_doc(struct reader *r, const struct yaml_node *doc, struct sops_items *items)
{
	const struct yaml_node *body = yaml_node_body(doc);
	while (body && body->kind == YN_ALIAS)
		body = body->target;
	if (doc->kind == YN_DOC)
		comment(r, items, comments_of(doc)->head);
	if (yaml_node_is(body, YN_LIST))
		return err_new(r->mem, ERR_INVALID,
			       "YAML documents that are sequences are not supported");
	if (yaml_node_is(body, YN_MAP))
		TRY(read_map(r, body, false, items));
	else if (body && !text_eq(yaml_node_tag(body), YT_NULL))
		return err_new(r->mem, ERR_INVALID,
			       "YAML documents that are values are not supported");
	else if (body)
		comment(r, items, comments_of(body)->head);
	if (doc->kind == YN_DOC)
		comment(r, items, comments_of(doc)->foot);
	return NULL;
}

/* ---- what go-yaml refuses to decode ----------------------------------------------------------- */

static err *refuse_twice(arena *mem, const struct yaml_node *n, int depth, buf *faults)
{
	struct map seen = map_init(mem);
	if (depth > SOPS_MAX_DEPTH)
		return err_new(mem, ERR_LIMIT, "the file is too deep");
	for (uint32_t i = 0; n->kind == YN_MAP && i + 1 < n->n; i += 2) {
		const struct yaml_node *key = n->child[i];
		if (key->kind != YN_SCALAR)
			continue;
		const struct yaml_node *first = map_set_str(&seen, key->text, n->child[i]);
		if (first)
			buf_printf(faults,
				   "\n  line %u: mapping key \"%.*s\" already defined at line %u",
				   key->line, STR_ARG(key->text), first->line);
	}
	for (uint32_t i = 0; (n->kind == YN_MAP || n->kind == YN_LIST) && i < n->n; i++)
		TRY(refuse_twice(mem, n->child[i], depth + 1, faults));
	return NULL;
}

/* The first document has to be a map of unique keys. */
static err *check_first(arena *mem, str text)
{
	struct yaml_node *doc;
	buf faults = buf_init(mem);
	TRY(yaml_node_read(mem, text, &doc));
	if (!doc)
		return err_new(mem, ERR_INVALID, "EOF");
	const struct yaml_node *body = yaml_node_body(doc);
	if (yaml_node_is(body, YN_LIST))
		buf_printf(&faults,
			   "\n  line %u: cannot unmarshal !!seq into map[string]interface {}",
			   body->line);
	else if (yaml_node_is(body, YN_SCALAR) && !yaml_node_missing(body))
		buf_printf(&faults, "\n  line %u: cannot unmarshal %s into map[string]interface {}",
			   body->line, yaml_node_tag(body));
	else if (body)
		TRY(refuse_twice(mem, body, 0, &faults));
	if (faults.n)
		return err_new(mem, ERR_INVALID, "yaml: unmarshal errors:%s", buf_text(&faults));
	return NULL;
}

err *sops_yaml_load(arena *mem, str text, struct sops_docs *ret_docs)
{
	struct reader r = {.mem = mem};
	struct yaml_node **docs = NULL;
	struct sops_docs got = {0};
	size_t n = 0;
	if (!text.n) {
		*ret_docs = got;
		return NULL;
	}
	TRY(check_first(mem, text));
	TRY_AS(mem, yaml_node_read_all(mem, text, &docs, &n), "Error unmarshaling input YAML");
	for (size_t i = 0; i < n; i++) {
		struct sops_items items = {0};
		TRY_AS(mem, read_doc(&r, docs[i], &items), "Error unmarshaling input YAML");
		VEC_PUSH(mem, &got, items);
	}
	*ret_docs = got;
	return NULL;
}

/* ---- printing --------------------------------------------------------------------------------- */

static struct yaml_node *write_value(arena *mem, const struct sops_value *v);
static struct yaml_node *write_text(arena *mem, str text);

/* Lines of comments that wait for the next item. */
struct waiting {
	buf head, beside;
};

static void wait_for_item(struct waiting *w, const struct sops_item *c)
{
	buf *b = c->beside ? &w->beside : &w->head;
	buf_printf(b, "%s#", b->n ? "\n" : "");
	buf_str(b, c->text);
}

static struct yaml_comments *comments_for(arena *mem, struct yaml_node *n)
{
	if (!n->comments)
		n->comments = NEW(mem, struct yaml_comments);
	return n->comments;
}

static str taken(arena *mem, buf *b)
{
	str s = {arena_copy(mem, b->p, b->n), b->n};
	buf_clear(b);
	return s;
}

/* Above what the node's own content has put there. */
static void put_head(arena *mem, struct yaml_node *n, buf *lines)
{
	if (!lines->n)
		return;
	struct yaml_comments *c = comments_for(mem, n);
	if (c->head.n) {
		buf_char(lines, '\n');
		buf_str(lines, c->head);
	}
	c->head = taken(mem, lines);
}

static void put_foot(arena *mem, struct yaml_node *n, buf *lines)
{
	struct yaml_comments *c = comments_for(mem, n);
	buf all = buf_init(mem);
	buf_str(&all, c->foot);
	if (c->foot.n)
		buf_char(&all, '\n');
	buf_str(&all, buf_view(lines));
	c->foot = taken(mem, &all);
}

/* What no item came for goes behind the last one, or on top of what has none. */
static void put_rest(arena *mem, struct yaml_node *whole, struct yaml_node *last, struct waiting *w)
{
	if (w->head.n && w->beside.n)
		buf_char(&w->head, '\n');
	buf_str(&w->head, buf_view(&w->beside));
	if (!w->head.n)
		return;
	if (!last)
		put_head(mem, whole, &w->head);
	else
		put_foot(mem, last, &w->head);
}

static struct yaml_node *write_items(arena *mem, const struct sops_items *items, bool map)
{
	struct yaml_node *whole = map ? yaml_node_map(mem) : yaml_node_list(mem), *last = NULL;
	struct waiting w = {buf_init(mem), buf_init(mem)};
	for (size_t i = 0; i < items->n; i++) {
		const struct sops_item *item = &items->p[i];
		if (item->comment) {
			wait_for_item(&w, item);
			continue;
		}
		if (!last)
			put_head(mem, whole, &w.head);
		struct yaml_node *value = write_value(mem, &item->value);
		struct yaml_node *key = map ? write_text(mem, item->text) : value;
		put_head(mem, key, &w.head);
		if (w.beside.n)
			comments_for(mem, value)->line = taken(mem, &w.beside);
		if (map)
			yaml_node_add(mem, whole, key, value);
		else
			yaml_node_push(mem, whole, value);
		last = key;
	}
	put_rest(mem, whole, last, &w);
	return whole;
}

static struct yaml_node *write_bytes(arena *mem, str bytes)
{
	struct yaml_node *list = yaml_node_list(mem);
	for (size_t i = 0; i < bytes.n; i++)
		yaml_node_push(mem, list,
			       yaml_node_from_val(mem, val_int(mem, (unsigned char)bytes.p[i])));
	return list;
}

/* A text as go-yaml v3 encodes it: "<<" gets the tag that keeps it from being a plain text. */
static struct yaml_node *write_text(arena *mem, str text)
{
	struct yaml_node *n = yaml_node_from_val(mem, val_str(mem, text));
	if (str_is(text, "<<")) {
		n->tag = YT_MERGE;
		n->style = YN_TAGGED;
	}
	return n;
}

static struct yaml_node *write_value(arena *mem, const struct sops_value *v)
{
	switch (v->kind) {
	case SOPS_TEXT:
		return write_text(mem, v->text);
	case SOPS_INT:
		return yaml_node_from_val(mem, val_int(mem, v->i));
	case SOPS_FLOAT:
		return yaml_node_from_val(mem, val_float(mem, v->f));
	case SOPS_BOOL:
		return yaml_node_from_val(mem, val_bool(mem, v->b));
	case SOPS_TIME:
		return yaml_node_scalar(mem, YT_TIME, v->text);
	case SOPS_WIDE:
		return yaml_node_plain(mem, v->text);
	case SOPS_BYTES:
		return write_bytes(mem, v->text);
	case SOPS_LIST:
	case SOPS_BRANCH:
		return write_items(mem, &v->items, v->kind == SOPS_BRANCH);
	case SOPS_NULL:
		break;
	}
	return yaml_node_scalar(mem, YT_NULL, STR("null"));
}

err *sops_yaml_emit(arena *mem, const struct sops_docs *docs, buf *b)
{
	for (size_t i = 0; i < docs->n; i++) {
		struct yaml_node *n = write_items(mem, &docs->p[i], true);
		if (i)
			buf_text_add(b, "---\n");
		TRY_AS(mem, yaml_node_text_step(b, n, STEP), "Error marshaling to YAML");
	}
	return NULL;
}
