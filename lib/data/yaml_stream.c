#include "data/yaml_stream.h"

#include <string.h>

#include "data/yaml.h"
#include "data/yaml_node.h"
#include "data/yaml_node_read.h"

#define MAX_ENTERED 8

enum level_kind { LEVEL_MAP, LEVEL_LIST, LEVEL_INDENTLESS };

/* A collection that was entered. */
struct level {
	enum level_kind kind;
	struct yaml_mark start;
	uint64_t *seen; /* hashes of keys, a table of `room` places */
	size_t keys, room;
};

struct yaml_stream {
	arena *mem, *work;
	arena *piece; /* of the piece that was read last; its anchors may be in use */
	struct mapped *text;
	struct yaml_reader reader;
	struct level levels[MAX_ENTERED];
	int depth;
	bool empty; /* there is nothing at the place that comes next: null */
	bool under_key;
	size_t stop; /* where the text is cut for now; 0: nowhere */
	char cut;    /* what stood there */
	size_t anchored, kept;
};

/* --- pieces ----------------------------------------------------------------------------------- */

static void close_arena(void *mem)
{
	arena_close(mem);
}

static void uncut(struct yaml_stream *s)
{
	if (s->stop)
		s->text->p[s->stop] = s->cut;
	s->stop = 0;
}

/* Puts an end to the text some way ahead, so that nothing larger is read in one go. */
static void cut(struct yaml_stream *s)
{
	size_t at = s->reader.scan.mark.at + YAML_STREAM_MAX_PIECE;
	if (at >= s->reader.scan.n)
		return;
	while (((unsigned char)s->text->p[at] & 0xC0) == 0x80)
		at--;
	s->stop = at;
	s->cut = s->text->p[at];
	s->text->p[at] = 0;
}

static err *too_large(struct yaml_stream *s)
{
	return err_new(s->mem, ERR_LIMIT, "yaml: line %d: a value is larger than %zu bytes",
		       s->reader.scan.mark.line + 1, YAML_STREAM_MAX_PIECE);
}

/* Memory for the next piece; that of the last goes, unless aliases may still point there. */
static err *begin_piece(struct yaml_stream *s)
{
	arena *old = s->piece;
	s->piece = arena_open();
	yaml_scan_move(&s->reader.scan, s->piece);
	s->reader.mem = s->piece;
	s->reader.nodes = 0;
	if (old && s->reader.anchored == s->anchored) {
		arena_close(old);
	} else if (old) {
		s->kept += arena_bytes(old);
		arena_defer(s->mem, close_arena, old);
	}
	s->anchored = s->reader.anchored;
	mapped_pass(s->text, s->reader.scan.mark.at);
	if (s->kept > YAML_STREAM_MAX_ANCHORED)
		return err_new(s->mem, ERR_LIMIT,
			       "yaml: values with anchors are larger than %zu bytes",
			       YAML_STREAM_MAX_ANCHORED);
	cut(s);
	return NULL;
}

/* The end of each public step: a failure outlives the piece; one at the cut is the cut's doing. */
static err *settle(struct yaml_stream *s, err *failed)
{
	bool at_cut = s->stop && s->reader.scan.mark.at >= s->stop;
	uncut(s);
	if (at_cut)
		return too_large(s);
	return failed ? err_copy(s->mem, failed) : NULL;
}

/* --- opening ---------------------------------------------------------------------------------- */

static void pass(void *arg, size_t upto)
{
	mapped_pass(arg, upto);
}

static void close_piece(void *arg)
{
	struct yaml_stream *s = arg;
	uncut(s);
	arena_close(s->piece);
	arena_close(s->work);
}

err *yaml_stream_open(arena *mem, struct mapped *text, struct yaml_stream **ret_stream)
{
	struct yaml_stream *s = NEW(mem, struct yaml_stream);
	bool any = false;
	*s = (struct yaml_stream){.mem = mem, .work = arena_open(), .text = text};
	arena_defer(mem, close_piece, s);
	TRY(yaml_scan_over(&s->reader.scan, mem, s->work, text->p, text->n, pass, text));
	text->passed = 0;
	s->reader.scan.bare = true;
	s->reader.anchors = map_init(mem);
	TRY(begin_piece(s));
	err *failed = yaml_read_begin(&s->reader, &any);
	s->empty = !any;
	TRY(settle(s, failed));
	*ret_stream = s;
	return NULL;
}

/* --- walking ---------------------------------------------------------------------------------- */

static err *look(struct yaml_stream *s, enum stream_next *ret_next)
{
	struct yaml_token *t;
	*ret_next = STREAM_VALUE;
	if (s->empty)
		return NULL;
	TRY(yaml_read_peek(&s->reader, &t));
	if (t->kind == TOK_BLOCK_MAP)
		*ret_next = STREAM_MAP;
	else if (t->kind == TOK_BLOCK_LIST || (t->kind == TOK_ENTRY && s->under_key))
		*ret_next = STREAM_LIST;
	return NULL;
}

err *yaml_stream_next(struct yaml_stream *s, enum stream_next *ret_next)
{
	TRY(begin_piece(s));
	return settle(s, look(s, ret_next));
}

static err *enter(struct yaml_stream *s)
{
	struct yaml_token *t;
	TRY(yaml_read_peek(&s->reader, &t));
	if (s->depth == MAX_ENTERED)
		return err_new(s->mem, ERR_LIMIT, "yaml: more than %d collections entered",
			       MAX_ENTERED);
	struct level *l = &s->levels[s->depth++];
	*l = (struct level){.start = t->start};
	l->kind = t->kind == TOK_BLOCK_MAP    ? LEVEL_MAP
		  : t->kind == TOK_BLOCK_LIST ? LEVEL_LIST
					      : LEVEL_INDENTLESS;
	if (l->kind != LEVEL_INDENTLESS)
		yaml_scan_skip(&s->reader.scan);
	return NULL;
}

err *yaml_stream_enter(struct yaml_stream *s)
{
	TRY(begin_piece(s));
	return settle(s, enter(s));
}

/* Was the key's hash there before? It is now. */
static bool seen_before(struct yaml_stream *s, struct level *l, uint64_t hash)
{
	if (l->keys * 2 >= l->room) {
		struct level old = *l;
		l->room = old.room ? old.room * 2 : 64;
		l->seen = NEW_N(s->work, uint64_t, l->room);
		l->keys = 0;
		for (size_t i = 0; i < old.room; i++)
			if (old.seen[i])
				(void)seen_before(s, l, old.seen[i]);
	}
	size_t at = hash % l->room;
	while (l->seen[at] && l->seen[at] != hash)
		at = (at + 1) % l->room;
	bool was = l->seen[at] == hash;
	l->seen[at] = hash;
	l->keys += !was;
	return was;
}

static bool ends_item(const struct yaml_token *t)
{
	return t->kind == TOK_KEY || t->kind == TOK_VALUE || t->kind == TOK_BLOCK_END;
}

/* The key behind the KEY token, as a text of JSON. */
static err *read_key(struct yaml_stream *s, struct level *l, str *ret_key)
{
	struct yaml_reader *r = &s->reader;
	struct yaml_token *t;
	val *key;
	TRY(yaml_read_next(r, &t));
	if (ends_item(t))
		return err_new(s->mem, ERR_INVALID, "unsupported map key of type: %%!s(<nil>)");
	TRY(yaml_read_child(r, true, true));
	struct yaml_node *n = r->open.p[--r->open.n];
	if (n->kind != YN_SCALAR)
		return err_new(s->mem, ERR_INVALID, "yaml: line %u: invalid map key", n->line);
	if (str_is(n->text, "<<") && !n->style)
		return err_new(s->mem, ERR_UNSUPPORTED,
			       "yaml: line %u: a merge key is not supported here", n->line);
	TRY(yaml_of_node(s->piece, n, &key));
	if (key->kind == VAL_NULL)
		return err_new(s->mem, ERR_INVALID, "unsupported map key of type: %%!s(<nil>)");
	*ret_key = yaml_key_text(s->piece, key);
	if (l->keys >= YAML_STREAM_MAX_KEYS)
		return err_new(s->mem, ERR_LIMIT, "yaml: line %u: more than %d keys", n->line,
			       YAML_STREAM_MAX_KEYS);
	/* 1, 1.0 and "1" are three keys */
	uint64_t hash = ((map_hash(*ret_key) + (uint64_t)key->kind) << 1) | 1;
	if (seen_before(s, l, hash))
		return err_new(
			s->mem, ERR_INVALID,
			"yaml: unmarshal errors:\n  line %u: key \"%.*s\" already set in map",
			n->line, STR_ARG(*ret_key));
	return NULL;
}

static err *next_pair(struct yaml_stream *s, struct level *l, bool *ret_more, str *ret_key)
{
	struct yaml_token *t;
	TRY(yaml_read_peek(&s->reader, &t));
	*ret_more = t->kind == TOK_KEY;
	if (t->kind == TOK_BLOCK_END) {
		yaml_scan_skip(&s->reader.scan);
		return NULL;
	}
	if (t->kind != TOK_KEY)
		return yaml_read_error(&s->reader, l->start, t, "did not find expected key");
	TRY(read_key(s, l, ret_key));
	TRY(yaml_read_peek(&s->reader, &t));
	s->under_key = s->empty = true;
	if (t->kind != TOK_VALUE)
		return NULL;
	TRY(yaml_read_next(&s->reader, &t));
	s->empty = ends_item(t);
	return NULL;
}

static err *next_item(struct yaml_stream *s, struct level *l, bool *ret_more)
{
	struct yaml_token *t;
	bool indentless = l->kind == LEVEL_INDENTLESS;
	TRY(yaml_read_peek(&s->reader, &t));
	*ret_more = t->kind == TOK_ENTRY;
	if (t->kind != TOK_ENTRY) {
		if (indentless)
			return NULL;
		if (t->kind != TOK_BLOCK_END)
			return yaml_read_error(&s->reader, l->start, t,
					       "did not find expected '-' indicator");
		yaml_scan_skip(&s->reader.scan);
		return NULL;
	}
	TRY(yaml_read_next(&s->reader, &t));
	s->under_key = false;
	s->empty = t->kind == TOK_ENTRY || t->kind == TOK_BLOCK_END ||
		   (indentless && (t->kind == TOK_KEY || t->kind == TOK_VALUE));
	return NULL;
}

/* What follows the outermost value is looked at, as the whole text's reader does. */
static err *end(struct yaml_stream *s)
{
	struct yaml_token *t;
	return s->depth ? NULL : yaml_read_peek(&s->reader, &t);
}

static err *more(struct yaml_stream *s, bool *ret_more, str *ret_key)
{
	struct level *l = &s->levels[s->depth - 1];
	TRY(l->kind == LEVEL_MAP ? next_pair(s, l, ret_more, ret_key) : next_item(s, l, ret_more));
	if (*ret_more)
		return NULL;
	s->depth--;
	return end(s);
}

err *yaml_stream_more(struct yaml_stream *s, bool *ret_more, str *ret_key)
{
	TRY(begin_piece(s));
	return settle(s, more(s, ret_more, ret_key));
}

/* --- values ----------------------------------------------------------------------------------- */

static err *read_value(struct yaml_stream *s, arena *mem, val **ret_v)
{
	struct yaml_reader *r = &s->reader;
	if (s->empty) {
		*ret_v = val_null(mem);
		return NULL;
	}
	TRY(yaml_read_child(r, true, s->under_key));
	TRY(yaml_of_node(mem, r->open.p[--r->open.n], ret_v));
	return end(s);
}

err *yaml_stream_value(struct yaml_stream *s, arena *mem, val **ret_v)
{
	TRY(begin_piece(s));
	return settle(s, read_value(s, mem, ret_v));
}
